/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "ghc-operation.h"

#include <glib/gi18n.h>

/* So many pages are caught up with event by event. Who was away for longer gets the guilds as they
 * are now, and messages by pages as they are looked at. One page fits into an open timeline without
 * pushing out what one was reading. */
#define MAX_PAGES 1

/* Live events held back while catching up; beyond it they are asked for like the others. */
#define MAX_HELD 5000

/* Messages reach the cache together: so many, or after so long. */
#define BATCH_SIZE 200
#define BATCH_MS 300

/* What somebody is called now is not told in the order of events: a change that was made so long before
 * the last of them may not have been heard of. */
#define PROFILES_OVERLAP_MS 60000

typedef struct
{
  gint64 position;
  DexPromise *promise;
} Waiter;

void
ghc_session_waiter_free (gpointer data)
{
  Waiter *waiter = data;

  dex_unref (waiter->promise);
  g_free (waiter);
}

static void
tell_waiters (GhcSession *self)
{
  for (guint i = self->waiters->len; i > 0; i--)
    {
      Waiter *waiter = g_ptr_array_index (self->waiters, i - 1);

      if (waiter->position <= self->position)
        {
          g_ptr_array_steal_index (self->waiters, i - 1);
          dex_promise_resolve_boolean (waiter->promise, TRUE);
          ghc_session_waiter_free (waiter);
        }
    }
}

/**
 * ghc_session_await_position:
 *
 * Returns: (transfer full): resolves to TRUE when everything up to @position is in the model
 */
DexFuture *
ghc_session_await_position (GhcSession *self, gint64 position)
{
  Waiter *waiter;

  if (position <= self->position)
    return dex_future_new_true ();

  waiter = g_new0 (Waiter, 1);
  waiter->position = position;
  waiter->promise = dex_promise_new ();
  g_ptr_array_add (self->waiters, waiter);

  return dex_ref (DEX_FUTURE (waiter->promise));
}

/**
 * ghc_session_write_batch:
 *
 * What was folded and is not in the cache yet goes there now, with the position it leads to.
 */
void
ghc_session_write_batch (GhcSession *self)
{
  g_autoptr (GPtrArray) batch = g_steal_pointer (&self->batch);

  g_clear_handle_id (&self->batch_timer, g_source_remove);
  self->batch = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  dex_future_disown (ghc_cache_add_events (self->cache, batch, self->position));
}

static gboolean
on_batch_timer (gpointer data)
{
  GhcSession *self = data;

  self->batch_timer = 0;
  ghc_session_write_batch (self);

  return G_SOURCE_REMOVE;
}

static void
keep_event (GhcSession *self, GhEvent *event)
{
  if (gh_event_is (event, GH_EVENT_ROOM_MESSAGE))
    g_ptr_array_add (self->batch, gh_event_ref (event));

  if (self->batch->len >= BATCH_SIZE)
    ghc_session_write_batch (self);
  else if (self->batch_timer == 0)
    self->batch_timer = g_timeout_add (BATCH_MS, on_batch_timer, self);
}

static void
keep_state (GhcSession *self, GhEvent *event)
{
  const char *room_id = gh_event_get_room_id (event);
  GhcChannel *channel;
  GhcGuild *guild;

  if (!gh_event_is_state (event))
    return;

  guild = ghc_account_lookup_guild (self->account, room_id);
  if (guild == NULL)
    {
      channel = ghc_account_lookup_channel (self->account, room_id);
      guild = channel != NULL ? ghc_channel_get_guild (channel) : NULL;
    }
  if (guild != NULL)
    ghc_session_keep_guild (self, guild);
}

static void
fold (GhcSession *self, GhEvent *event, gboolean is_live)
{
  if (gh_event_get_position (event) <= self->position)
    return;

  self->position = gh_event_get_position (event);
  self->server_ts = MAX (self->server_ts, gh_event_get_origin_ts (event));
  ghc_account_fold_event (self->account, event, is_live);
  ghc_outbox_settle (self->outbox, event);
  keep_event (self, event);
  keep_state (self, event);
}

/**
 * ghc_session_take_event:
 * @event: from the gateway
 *
 * Folds @event, or holds it while what came before is still being fetched.
 */
void
ghc_session_take_event (GhcSession *self, GhEvent *event)
{
  if (!self->holding)
    {
      fold (self, event, TRUE);
      tell_waiters (self);
      return;
    }

  if (g_queue_get_length (&self->held) >= MAX_HELD)
    {
      g_queue_clear_full (&self->held, (GDestroyNotify) gh_event_unref);
      self->held_overflowed = TRUE;
    }
  if (!self->held_overflowed)
    g_queue_push_tail (&self->held, gh_event_ref (event));
}

/**
 * ghc_session_parse_events:
 * @reply: an object with an array "events"; hostile input
 * @room_id: (nullable): the only room they may be of
 *
 * Returns: (transfer full) (element-type GhEvent) (nullable): the events, ascending; NULL with
 *   %GH_ERROR_INVALID
 */
GPtrArray *
ghc_session_parse_events (GhJson *reply, const char *room_id, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  g_autoptr (GhJson) array = NULL;
  gint64 previous = -1;
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  if (!gh_json_get_array (reply, "events", GH_LIMIT_EVENTS_PAGE, &array, error))
    return NULL;

  gh_json_iter_init (&iter, array);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) json = element;
      GhEvent *event = gh_event_from_json (json, error);

      if (event == NULL)
        return NULL;

      g_ptr_array_add (events, event);
      if (gh_event_get_position (event) <= previous
          || (room_id != NULL && !g_str_equal (gh_event_get_room_id (event), room_id)))
        {
          gh_set_error (error, GH_ERROR_INVALID, "events.order", NULL,
                        _ ("The server sent messages that don’t belong together."));
          return NULL;
        }
      previous = gh_event_get_position (event);
    }

  return g_steal_pointer (&events);
}

static void
add_stale_channels (GhcGuild *guild, gint64 upto, GStrvBuilder *builder)
{
  GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));

  for (guint i = 0; i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);

      if (ghc_channel_get_last_position (channel) > upto)
        g_strv_builder_add (builder, ghc_channel_get_channel_id (channel));
    }
}

static void
reload_open_channels (GhcSession *self)
{
  for (GList *l = self->open_channels.head; l != NULL; l = l->next)
    {
      GhcTimeline *timeline = ghc_channel_get_timeline (l->data);

      if (ghc_channel_get_joined (l->data) && !ghc_timeline_get_at_end (timeline))
        dex_future_disown (ghc_timeline_load_newer (timeline));
    }
}

/* Too much was missed to fetch it all: the guilds as they are now, and the rest by pages, beginning
 * with what is open. */
static gboolean
skip_ahead (GhcSession *self, GError **error)
{
  GListModel *guilds = ghc_account_get_guilds (self->account);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) stale = NULL;
  gint64 upto = self->position;
  gint64 position;

  ghc_session_write_batch (self);
  if (!ghc_session_refresh_guilds (self, &position, error))
    return FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (guilds); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      add_stale_channels (guild, upto, builder);
    }
  stale = g_strv_builder_end (builder);

  self->position = MAX (self->position, position);
  dex_future_disown (
    ghc_cache_mark_stale (self->cache, (const char *const *) stale, upto, self->position));
  ghc_account_mark_stale (self->account, upto);
  ghc_account_mark_members_stale (self->account);
  reload_open_channels (self);

  return TRUE;
}

/* One page of what was missed. Sets @more when there is another. */
static gboolean
catch_up_page (GhcSession *self, gboolean *more, GError **error)
{
  g_autoptr (GhJson) data = ghc_data_new ("i", "after", self->position, "i", "limit",
                                          (gint64) GH_LIMIT_EVENTS_PAGE, NULL);
  g_autoptr (GhJson)
    reply = dex_await_boxed (ghc_session_request (self, "events.after", data), error);
  g_autoptr (GPtrArray) events = NULL;
  gint64 before = self->position;
  gint64 position;

  if (reply == NULL || !gh_json_get_int (reply, "position", 0, GH_LIMIT_JSON_INT, &position, error))
    return FALSE;

  events = ghc_session_parse_events (reply, NULL, error);
  if (events == NULL)
    return FALSE;

  for (guint i = 0; i < events->len; i++)
    fold (self, g_ptr_array_index (events, i), FALSE);

  if (position > self->position)
    {
      self->position = position;
      ghc_session_write_batch (self);
    }
  tell_waiters (self);

  /* A server that has more and yet does not go on would keep us asking for ever. */
  *more = gh_json_peek_bool (reply, "more", FALSE) && self->position > before;

  return TRUE;
}

/* What fails is made good by the next connection, however much was heard of until then. */
static void
fetch_changed_profiles (GhcSession *self)
{
  g_autoptr (GhJson) data = ghc_data_new ("i", "since_ts",
                                          MAX (self->profiles_ts - PROFILES_OVERLAP_MS, 0), NULL);
  g_autoptr (GhJson)
    reply = dex_await_boxed (ghc_session_request (self, "profile.changed", data), NULL);
  g_autoptr (GhJson) profiles = reply != NULL ? gh_json_peek_array (reply, "profiles") : NULL;
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  if (profiles == NULL)
    return;

  self->profiles_ts = 0;
  gh_json_iter_init (&iter, profiles);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) profile = element;

      if (gh_json_is_object (profile) && ghc_account_fold_profile (self->account, profile) != NULL)
        ghc_session_keep_profile (self, profile);
    }
}

/* A server restored from a backup has forgotten what we remember, and will use those positions again
 * for something else. */
static void
start_over (GhcSession *self)
{
  g_clear_handle_id (&self->batch_timer, g_source_remove);
  g_ptr_array_set_size (self->batch, 0);
  self->position = 0;
  self->has_snapshot = FALSE;
  ghc_account_forget_history (self->account);
  dex_future_disown (ghc_cache_forget_history (self->cache));
}

/* Nothing is awaited between the last page and this: what was held follows without a gap. */
static void
release_held (GhcSession *self)
{
  while (!g_queue_is_empty (&self->held))
    {
      g_autoptr (GhEvent) event = g_queue_pop_head (&self->held);

      fold (self, event, TRUE);
    }
  self->holding = FALSE;
  tell_waiters (self);
}

/**
 * ghc_session_catch_up:
 *
 * Fetches what happened since the last position, while live events are held back; then lets them
 * flow. To be called in a fiber, once the gateway is ready.
 *
 * Returns: FALSE with @error when it could not be fetched
 */
gboolean
ghc_session_catch_up (GhcSession *self, GError **error)
{
  guint n_pages = 0;
  gboolean more = TRUE;

  if (self->profiles_ts == 0)
    self->profiles_ts = self->server_ts;
  /* Without a position nothing says how old the rest of what was kept is: it may be of a log that the
   * server has forgotten. */
  if (self->position == 0 || ghc_gateway_get_position (self->gateway) < self->position)
    start_over (self);

  /* What the cache knew of the guilds may be old, and a new device knows nothing. */
  if (!self->has_snapshot)
    {
      gint64 position;

      if (!ghc_session_refresh_guilds (self, &position, error))
        return FALSE;
      if (self->position == 0)
        {
          /* The guilds first, so that whoever finds a position finds those that belong to it. */
          self->position = position;
          ghc_session_keep_now (self);
          ghc_session_write_batch (self);
          ghc_account_mark_members_stale (self->account);
          reload_open_channels (self);
        }
      self->has_snapshot = TRUE;
      self->profiles_ts = 0;
    }
  else if (self->profiles_ts > 0)
    fetch_changed_profiles (self);

  while (more)
    {
      if (n_pages++ == MAX_PAGES && !skip_ahead (self, error))
        return FALSE;
      if (!catch_up_page (self, &more, error))
        return FALSE;

      if (!more && self->held_overflowed)
        {
          self->held_overflowed = FALSE;
          more = TRUE;
        }
    }

  if (self->gateway != NULL && ghc_gateway_is_open (self->gateway))
    release_held (self);

  return TRUE;
}
