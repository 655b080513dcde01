/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a guild heard of last. An answer and an event take ways of their own, so that an answer may be
 * older than what was folded before it came: about what is decided by newer events it has no say. */
#include "ghc-guild-private.h"

static char *
make_key (const char *type, const char *room_id, const char *state_key)
{
  return g_strjoin ("\n", type, room_id, state_key, NULL);
}

/**
 * ghc_guild_remember:
 * @event: of state, just folded
 */
void
ghc_guild_remember (GhcGuild *self, GhEvent *event)
{
  g_queue_push_tail (&self->recent, gh_event_ref (event));
  if (g_queue_get_length (&self->recent) > GHC_GUILD_RECENT)
    {
      g_autoptr (GhEvent) oldest = g_queue_pop_head (&self->recent);

      self->recent_after = gh_event_get_position (oldest);
    }
}

/**
 * ghc_guild_list_newer:
 * @position: of an answer
 *
 * Returns: (transfer full) (nullable): the latest event about each thing after @position, for
 *   ghc_guild_find_newer(); NULL when not all of them are known any more, so that the answer is of no use
 */
GHashTable *
ghc_guild_list_newer (GhcGuild *self, gint64 position)
{
  GHashTable *newer;

  if (position < self->recent_after)
    return NULL;

  newer = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) gh_event_unref);
  for (GList *l = self->recent.head; l != NULL; l = l->next)
    {
      GhEvent *event = l->data;

      if (gh_event_get_position (event) > position)
        g_hash_table_replace (newer,
                              make_key (gh_event_get_event_type (event),
                                        gh_event_get_room_id (event),
                                        gh_event_get_state_key (event)),
                              gh_event_ref (event));
    }

  return newer;
}

/**
 * ghc_guild_find_newer:
 *
 * Returns: (transfer none) (nullable): the event that decides, rather than the answer
 */
GhEvent *
ghc_guild_find_newer (GHashTable *newer, const char *type, const char *room_id,
                      const char *state_key)
{
  g_autofree char *key = NULL;

  if (g_hash_table_size (newer) == 0)
    return NULL;

  key = make_key (type, room_id, state_key);
  return g_hash_table_lookup (newer, key);
}

/**
 * ghc_guild_forget_recent:
 * @position: of an answer that says how things are now, 0 when nothing is known
 */
void
ghc_guild_forget_recent (GhcGuild *self, gint64 position)
{
  while (
    !g_queue_is_empty (&self->recent)
    && (position == 0 || gh_event_get_position (g_queue_peek_head (&self->recent)) <= position))
    gh_event_unref (g_queue_pop_head (&self->recent));
  self->recent_after = position;
}
