/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guilds of an account: finding them, their order in the rail, coming and going. */
#include "ghc-account-private.h"
#include "ghc-guild-private.h"
#include "ghc-list-sync.h"

/**
 * ghc_account_lookup_guild:
 *
 * Returns: (transfer none) (nullable): the guild with @guild_id
 */
GhcGuild *
ghc_account_lookup_guild (GhcAccount *self, const char *guild_id)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (guild_id != NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->guilds)); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (G_LIST_MODEL (self->guilds), i);

      if (g_str_equal (ghc_guild_get_guild_id (guild), guild_id))
        return guild;
    }

  return NULL;
}

/**
 * ghc_account_lookup_channel:
 *
 * Returns: (transfer none) (nullable): the channel with @channel_id, in whichever guild
 */
GhcChannel *
ghc_account_lookup_channel (GhcAccount *self, const char *channel_id)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->guilds)); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (G_LIST_MODEL (self->guilds), i);
      GhcChannel *channel = ghc_guild_lookup_channel (guild, channel_id);

      if (channel != NULL)
        return channel;
    }

  return NULL;
}

/* Where @guild stands in the rail; those the person has not put anywhere come last. */
static guint
rank_of (GhcAccount *self, GhcGuild *guild)
{
  for (guint i = 0; self->order[i] != NULL; i++)
    {
      if (g_str_equal (self->order[i], ghc_guild_get_guild_id (guild)))
        return i;
    }

  return G_MAXUINT;
}

static int
compare_guilds (gconstpointer a, gconstpointer b, gpointer data)
{
  guint first = rank_of (data, *(GhcGuild **) a);
  guint second = rank_of (data, *(GhcGuild **) b);

  return first < second ? -1 : first > second;
}

static void
sort_guilds (GhcAccount *self)
{
  g_autoptr (GPtrArray) guilds = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->guilds)); i++)
    g_ptr_array_add (guilds, g_list_model_get_item (G_LIST_MODEL (self->guilds), i));

  /* Stable: GLib sorts by merging, so guilds of equal rank keep their order. */
  g_ptr_array_sort_with_data (guilds, compare_guilds, self);
  ghc_list_sync (self->guilds, guilds);
}

/**
 * ghc_account_set_order:
 * @guild_ids: the order of the rail; guilds that are not named come last
 */
void
ghc_account_set_order (GhcAccount *self, const char *const *guild_ids)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (guild_ids != NULL);

  g_strfreev (self->order);
  self->order = g_strdupv ((char **) guild_ids);
  sort_guilds (self);
}

void
ghc_account_add_guild (GhcAccount *self, GhcGuild *guild)
{
  g_list_store_append (self->guilds, guild);
  sort_guilds (self);
  ghc_account_update_unread (self);
}

void
ghc_account_update_unread (GhcAccount *self)
{
  gboolean unread = FALSE;

  for (guint i = 0; !unread && i < g_list_model_get_n_items (G_LIST_MODEL (self->guilds)); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (G_LIST_MODEL (self->guilds), i);

      unread = ghc_guild_get_unread (guild);
    }

  ghc_account_set_unread (self, unread);
}

void
ghc_account_remove_guild (GhcAccount *self, GhcGuild *guild)
{
  g_autoptr (GhcGuild) removed = NULL;
  guint position;

  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (GHC_IS_GUILD (guild));

  if (!g_list_store_find (self->guilds, guild, &position))
    return;

  g_set_object (&removed, guild);
  g_list_store_remove (self->guilds, position);
  ghc_account_emit_guild_removed (self, removed);
  ghc_guild_set_account (removed, NULL);
  ghc_account_update_unread (self);
}

/* An answer that was made before one left a guild may come when that is known already. */
void
ghc_account_note_left (GhcAccount *self, const char *room_id, gint64 position)
{
  g_hash_table_replace (self->left, g_strdup (room_id), g_memdup2 (&position, sizeof position));
}

/* Whether one has left since @position. */
gboolean
ghc_account_has_left (GhcAccount *self, const char *guild_id, gint64 position)
{
  const gint64 *left = g_hash_table_lookup (self->left, guild_id);

  return left != NULL && position < *left;
}
