/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghc-operation.h"

#include <glib/gi18n.h>

/* So many timelines stay in memory; the least recently opened are let go. */
#define MAX_OPEN_CHANNELS 8

/* "Typing" is said again after so long, and taken back when nothing was typed for as long. */
#define TYPING_AGAIN_MS 4000

typedef struct
{
  GhcSession *self; /* borrowed */
  char *channel_id;
  gint64 said_us;
  guint timer;
} Typing;

static void
typing_free (Typing *typing)
{
  g_clear_handle_id (&typing->timer, g_source_remove);
  g_free (typing->channel_id);
  g_free (typing);
}

typedef struct
{
  GhcSession *self;
  GhcChannel *channel;
} Open;

static void
open_free (Open *open)
{
  g_object_unref (open->self);
  g_object_unref (open->channel);
  g_free (open);
}

static void
note_open (GhcSession *self, GhcChannel *channel)
{
  GList *link = g_queue_find (&self->open_channels, channel);

  if (link != NULL)
    {
      g_queue_unlink (&self->open_channels, link);
      g_queue_push_head_link (&self->open_channels, link);
      return;
    }

  g_queue_push_head (&self->open_channels, g_object_ref (channel));
  while (g_queue_get_length (&self->open_channels) > MAX_OPEN_CHANNELS)
    {
      g_autoptr (GhcChannel) last = g_queue_pop_tail (&self->open_channels);

      if (ghc_channel_get_kind (last) != GHC_CHANNEL_CATEGORY)
        ghc_timeline_unload (ghc_channel_get_timeline (last));
    }
}

static DexFuture *
open_fiber (gpointer data)
{
  Open *open = data;
  GhcTimeline *timeline = ghc_channel_get_timeline (open->channel);
  g_autoptr (GError) error = NULL;

  if (!ghc_timeline_get_loaded (timeline)
      && !dex_await (ghc_timeline_load_newer (timeline), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* What the cache had may end before the channel does. */
  if (!ghc_timeline_get_at_end (timeline) && open->self->connection == GHC_CONNECTION_ONLINE)
    dex_future_disown (ghc_timeline_load_newer (timeline));

  return dex_future_new_take_object (g_object_ref (timeline));
}

DexFuture *
ghc_session_open_channel (GhcSession *self, GhcChannel *channel)
{
  Open *open;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  if (!ghc_channel_get_joined (channel) || ghc_channel_get_timeline (channel) == NULL)
    return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_DENIED, "channel.not_joined",
                                                           NULL, 0,
                                                           _ ("Join the channel to read it.")));

  note_open (self, channel);
  ghc_timeline_set_read_marker (ghc_channel_get_timeline (channel),
                                ghc_channel_get_unread (channel)
                                  ? ghc_channel_get_read_position (channel)
                                  : 0);

  open = g_new0 (Open, 1);
  open->self = g_object_ref (self);
  open->channel = g_object_ref (channel);

  return ghc_session_spawn (self, open_fiber, open, (GDestroyNotify) open_free);
}

static char *
check_body (GhcSession *self, GhcChannel *channel, const char *text, GError **error)
{
  g_autofree char *body = g_strstrip (g_strdup (text));
  gsize limit = self->server != NULL ? ghc_server_info_get_message_bytes (self->server)
                                     : GH_LIMIT_MESSAGE;

  if (!ghc_channel_get_can_send (channel))
    gh_set_error (error, GH_ERROR_DENIED, "channel.read_only", "body", _ ("You can’t write here."));
  else if (*body == '\0')
    gh_set_error (error, GH_ERROR_INVALID, "message.empty", "body",
                  _ ("There is nothing to send."));
  else if (!g_utf8_validate (body, -1, NULL))
    gh_set_error (error, GH_ERROR_INVALID, "message.text", "body", _ ("This text can’t be sent."));
  else if (strlen (body) > limit)
    {
      guint excess = (guint) (strlen (body) - limit);

      gh_set_error (error, GH_ERROR_TOO_LARGE, "message.too_large", "body",
                    ngettext ("This message is too long: shorten it by %u character or so.",
                              "This message is too long: shorten it by %u characters or so.",
                              excess),
                    excess);
    }
  else
    return g_steal_pointer (&body);

  return NULL;
}

DexFuture *
ghc_session_send_message (GhcSession *self, GhcChannel *channel, const char *body)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *checked = NULL;
  GhcTimeline *timeline;
  DexFuture *future;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  checked = check_body (self, channel, body, &error);
  if (checked == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  future = ghc_outbox_send (self->outbox, channel, checked);
  ghc_channel_set_draft (channel, "");
  g_hash_table_remove (self->typing, ghc_channel_get_channel_id (channel));

  /* One's own message is at the end: there one wants to be. */
  timeline = ghc_channel_get_timeline (channel);
  if (ghc_timeline_get_loaded (timeline) && !ghc_timeline_get_at_end (timeline))
    dex_future_disown (ghc_timeline_jump_to_latest (timeline));

  return future;
}

DexFuture *
ghc_session_retry_message (GhcSession *self, GhcMessage *message)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);

  return ghc_outbox_retry (self->outbox, message);
}

DexFuture *
ghc_session_discard_message (GhcSession *self, GhcMessage *message)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);

  if (!ghc_outbox_discard (self->outbox, message))
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_CONFLICT, "message.sent", NULL, 0,
                            _ ("This message has already been sent.")));

  return dex_future_new_true ();
}

static void
say_typing (GhcSession *self, const char *channel_id, gboolean typing)
{
  g_autoptr (GhJson) data = NULL;

  /* Nobody wants to hear later that somebody was typing. */
  if (self->connection != GHC_CONNECTION_ONLINE)
    return;

  data = ghc_data_new ("s", "channel_id", channel_id, "b", "typing", typing, NULL);
  dex_future_disown (ghc_session_request (self, "typing.set", data));
}

static gboolean
on_typing_paused (gpointer data)
{
  Typing *typing = data;
  GhcSession *self = typing->self;

  typing->timer = 0;
  say_typing (self, typing->channel_id, FALSE);
  g_hash_table_remove (self->typing, typing->channel_id);

  return G_SOURCE_REMOVE;
}

void
ghc_session_set_typing (GhcSession *self, GhcChannel *channel, gboolean typing)
{
  const char *channel_id;
  Typing *state;

  g_return_if_fail (GHC_IS_SESSION (self));
  g_return_if_fail (GHC_IS_CHANNEL (channel));

  channel_id = ghc_channel_get_channel_id (channel);
  state = g_hash_table_lookup (self->typing, channel_id);
  if (!typing)
    {
      if (state != NULL)
        say_typing (self, channel_id, FALSE);
      g_hash_table_remove (self->typing, channel_id);
      return;
    }

  if (state == NULL)
    {
      state = g_new0 (Typing, 1);
      state->self = self;
      state->channel_id = g_strdup (channel_id);
      g_hash_table_insert (self->typing, g_strdup (channel_id), state);
    }

  g_clear_handle_id (&state->timer, g_source_remove);
  state->timer = g_timeout_add (TYPING_AGAIN_MS, on_typing_paused, state);
  if (state->said_us == 0 || gh_time_monotonic_us () - state->said_us >= TYPING_AGAIN_MS * 1000)
    {
      state->said_us = gh_time_monotonic_us ();
      say_typing (self, channel_id, TRUE);
    }
}

/* The connection is gone: what was said over it is forgotten. */
void
ghc_session_forget_typing (GhcSession *self)
{
  if (self->typing == NULL)
    self->typing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) typing_free);
  g_hash_table_remove_all (self->typing);
}
