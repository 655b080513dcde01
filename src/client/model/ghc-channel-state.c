/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-private.h"

void
ghc_channel_set_guild (GhcChannel *self, GhcGuild *guild)
{
  if (g_set_weak_pointer (&self->guild, guild))
    ghc_channel_notify (self, GHC_CHANNEL_PROP_GUILD);
}

void
ghc_channel_update (GhcChannel *self, const char *name, gboolean is_private, gboolean auto_join,
                    const char *parent, int order)
{
  g_object_freeze_notify (G_OBJECT (self));

  if (g_set_str (&self->name, name != NULL ? name : ""))
    ghc_channel_notify (self, GHC_CHANNEL_PROP_NAME);
  if (self->is_private != is_private)
    {
      self->is_private = is_private;
      ghc_channel_notify (self, GHC_CHANNEL_PROP_PRIVATE);
    }
  if (self->auto_join != auto_join)
    {
      self->auto_join = auto_join;
      ghc_channel_notify (self, GHC_CHANNEL_PROP_AUTO_JOIN);
    }
  if (g_set_str (&self->parent, parent))
    ghc_channel_notify (self, GHC_CHANNEL_PROP_PARENT);
  if (self->order != order)
    {
      self->order = order;
      ghc_channel_notify (self, GHC_CHANNEL_PROP_ORDER);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_channel_set_topic (GhcChannel *self, const char *topic)
{
  if (topic != NULL && *topic == '\0')
    topic = NULL;

  if (g_set_str (&self->topic, topic))
    ghc_channel_notify (self, GHC_CHANNEL_PROP_TOPIC);
}

static void
update_unread (GhcChannel *self)
{
  gboolean unread = self->membership == GHC_MEMBERSHIP_JOIN && self->kind != GHC_CHANNEL_CATEGORY
                    && self->read_position != GHC_READ_UNKNOWN
                    && self->last_position > self->read_position;
  guint n_unread;

  if (!unread)
    self->n_counted = 0;
  n_unread = unread ? MAX (self->n_counted, 1) : 0;

  if (self->n_unread != n_unread)
    {
      self->n_unread = n_unread;
      ghc_channel_notify (self, GHC_CHANNEL_PROP_N_UNREAD);
    }
  if (self->unread != unread)
    {
      self->unread = unread;
      ghc_channel_notify (self, GHC_CHANNEL_PROP_UNREAD);
    }
}

static void
set_read_position (GhcChannel *self, gint64 read_position)
{
  if (self->read_position == read_position)
    return;

  self->read_position = read_position;
  ghc_channel_notify (self, GHC_CHANNEL_PROP_READ_POSITION);
}

/**
 * ghc_channel_set_membership:
 * @position: when it changed; messages before one joined are not unread
 */
void
ghc_channel_set_membership (GhcChannel *self, GhcMembership membership, gint64 position)
{
  gboolean was_joined = self->membership == GHC_MEMBERSHIP_JOIN;

  if (self->membership == membership)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  self->membership = membership;
  ghc_channel_notify (self, GHC_CHANNEL_PROP_MEMBERSHIP);
  if (was_joined != (membership == GHC_MEMBERSHIP_JOIN))
    ghc_channel_notify (self, GHC_CHANNEL_PROP_JOINED);

  if (membership == GHC_MEMBERSHIP_JOIN && position > self->read_position)
    set_read_position (self, position);
  if (was_joined)
    {
      ghc_channel_set_topic (self, NULL);
      ghc_channel_stop_typing (self);
      if (self->timeline != NULL)
        ghc_timeline_unload (self->timeline);
    }
  ghc_channel_update_flags (self);
  update_unread (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ghc_channel_set_last_position:
 * @last_position: of the latest message, as a snapshot says
 */
void
ghc_channel_set_last_position (GhcChannel *self, gint64 last_position)
{
  if (last_position > self->last_position)
    {
      self->last_position = last_position;
      ghc_channel_notify (self, GHC_CHANNEL_PROP_LAST_POSITION);
    }

  /* Seen for the first time: what was said before one came is not news. */
  if (self->read_position == GHC_READ_UNKNOWN && self->membership == GHC_MEMBERSHIP_JOIN)
    set_read_position (self, self->last_position);
  update_unread (self);
}

/**
 * ghc_channel_restore_read_position:
 * @read_position: as the cache remembers it
 */
void
ghc_channel_restore_read_position (GhcChannel *self, gint64 read_position)
{
  g_return_if_fail (GHC_IS_CHANNEL (self));

  set_read_position (self, MAX (read_position, 0));
  update_unread (self);
}

void
ghc_channel_mark_read (GhcChannel *self)
{
  g_return_if_fail (GHC_IS_CHANNEL (self));

  if (self->last_position > self->read_position)
    set_read_position (self, self->last_position);
  update_unread (self);
}

/**
 * ghc_channel_fold_message:
 * @event: a message of this channel
 * @mine: the account's person wrote it
 *
 * Keeps the books of what is read and passes @event to the timeline if there is one.
 *
 * Returns: TRUE when it is an unread message of somebody else that was not seen before
 */
gboolean
ghc_channel_fold_message (GhcChannel *self, GhEvent *event, gboolean mine)
{
  gint64 position = gh_event_get_position (event);
  gboolean is_new = position > self->folded_position;
  gboolean is_news = FALSE;

  if (is_new)
    {
      gboolean was_unread = self->unread;

      self->folded_position = position;
      if (position > self->last_position)
        {
          self->last_position = position;
          ghc_channel_notify (self, GHC_CHANNEL_PROP_LAST_POSITION);
        }

      if (mine || self->attended)
        {
          if (position > self->read_position)
            set_read_position (self, position);
        }
      else if (self->read_position != GHC_READ_UNKNOWN && position > self->read_position)
        {
          is_news = TRUE;
          self->n_counted++;
          if (!was_unread && self->timeline != NULL)
            ghc_timeline_set_read_marker (self->timeline, self->read_position);
        }

      update_unread (self);
    }

  if (self->timeline != NULL)
    ghc_timeline_fold (self->timeline, event);

  return is_new && !mine && (is_news || self->attended);
}

/**
 * ghc_channel_mark_stale:
 * @upto: everything up to this position is known
 */
void
ghc_channel_mark_stale (GhcChannel *self, gint64 upto)
{
  if (self->timeline != NULL)
    ghc_timeline_mark_stale (self->timeline, upto, self->last_position);
}

/**
 * ghc_channel_forget_history:
 *
 * What follows is counted anew; nothing is unread.
 */
void
ghc_channel_forget_history (GhcChannel *self)
{
  self->last_position = 0;
  self->folded_position = 0;
  set_read_position (self, GHC_READ_UNKNOWN);
  update_unread (self);
  if (self->timeline != NULL)
    ghc_timeline_forget_history (self->timeline);
}

static void
forget_typing (GhcChannel *self, const char *user_id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->typing)); i++)
    {
      g_autoptr (GhcUser) user = g_list_model_get_item (G_LIST_MODEL (self->typing), i);

      if (g_str_equal (ghc_user_get_user_id (user), user_id))
        {
          g_list_store_remove (self->typing, i);
          return;
        }
    }
}

typedef struct
{
  GhcChannel *channel; /* borrowed: the channel removes the source before it goes */
  char *user_id;
} TypingTimeout;

static void
typing_timeout_free (TypingTimeout *timeout)
{
  g_free (timeout->user_id);
  g_free (timeout);
}

static gboolean
on_typing_timeout (gpointer data)
{
  TypingTimeout *timeout = data;

  g_hash_table_remove (timeout->channel->typing_timeouts, timeout->user_id);
  forget_typing (timeout->channel, timeout->user_id);

  return G_SOURCE_REMOVE;
}

/**
 * ghc_channel_set_typing:
 *
 * Somebody else began or stopped typing. Who does not say so again within GHC_TYPING_TIMEOUT_MS has
 * stopped.
 */
void
ghc_channel_set_typing (GhcChannel *self, GhcUser *user, gboolean typing)
{
  const char *user_id = ghc_user_get_user_id (user);
  guint source = GPOINTER_TO_UINT (g_hash_table_lookup (self->typing_timeouts, user_id));

  if (source != 0)
    {
      g_source_remove (source);
      g_hash_table_remove (self->typing_timeouts, user_id);
    }

  if (typing)
    {
      TypingTimeout *timeout = g_new0 (TypingTimeout, 1);

      timeout->channel = self;
      timeout->user_id = g_strdup (user_id);
      if (source == 0)
        g_list_store_append (self->typing, user);
      source = g_timeout_add_full (G_PRIORITY_DEFAULT, GHC_TYPING_TIMEOUT_MS, on_typing_timeout,
                                   timeout, (GDestroyNotify) typing_timeout_free);
      g_hash_table_insert (self->typing_timeouts, g_strdup (user_id), GUINT_TO_POINTER (source));
    }
  else if (source != 0)
    forget_typing (self, user_id);
}

/* Nobody types any more, as far as we know (left, or disconnected). */
void
ghc_channel_stop_typing (GhcChannel *self)
{
  GHashTableIter iter;
  gpointer source;

  g_hash_table_iter_init (&iter, self->typing_timeouts);
  while (g_hash_table_iter_next (&iter, NULL, &source))
    {
      g_source_remove (GPOINTER_TO_UINT (source));
      g_hash_table_iter_remove (&iter);
    }
  g_list_store_remove_all (self->typing);
}
