/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-memberships.h"

#include "gh-time.h"
#include "ghd-store-rooms.h"

/* While the list is being read, changes that are committed meanwhile are noted, and win over what was
 * read: the reading may have been before them or after. */
typedef struct
{
  GHashTable *guild_ids; /* set */
  GHashTable *changes;   /* guild id -> GINT (1 joined, 0 left); NULL once loaded */
  DexFuture *loading;    /* nullable */
  gint64 used_us;
} Entry;

struct _GhdMemberships
{
  GObject parent_instance;
  GhdPool *pool;
  GHashTable *users; /* user id -> Entry */
};

G_DEFINE_FINAL_TYPE (GhdMemberships, ghd_memberships, G_TYPE_OBJECT)

typedef struct
{
  GhdMemberships *self;
  char *user_id;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->self);
  g_free (load->user_id);
  g_free (load);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_hash_table_unref (entry->guild_ids);
  g_clear_pointer (&entry->changes, g_hash_table_unref);
  dex_clear (&entry->loading);
  g_free (entry);
}

static void
settle (Entry *entry, const char *const *guild_ids)
{
  GHashTableIter iter;
  const char *guild_id;
  gpointer joined;

  for (guint i = 0; guild_ids[i] != NULL; i++)
    g_hash_table_add (entry->guild_ids, g_strdup (guild_ids[i]));

  g_hash_table_iter_init (&iter, entry->changes);
  while (g_hash_table_iter_next (&iter, (gpointer *) &guild_id, &joined))
    {
      if (GPOINTER_TO_INT (joined))
        g_hash_table_add (entry->guild_ids, g_strdup (guild_id));
      else
        g_hash_table_remove (entry->guild_ids, guild_id);
    }

  g_clear_pointer (&entry->changes, g_hash_table_unref);
  dex_clear (&entry->loading);
}

static DexFuture *
load_fiber (gpointer data)
{
  Load *load = data;
  g_auto (GStrv) guild_ids = NULL;
  g_autoptr (GError) error = NULL;

  guild_ids = dex_await_boxed (ghd_store_rooms_list_guilds (load->self->pool, load->user_id),
                               &error);
  if (guild_ids == NULL)
    {
      g_hash_table_remove (load->self->users, load->user_id);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  settle (g_hash_table_lookup (load->self->users, load->user_id), (const char *const *) guild_ids);

  return dex_future_new_true ();
}

static void
ghd_memberships_finalize (GObject *object)
{
  GhdMemberships *self = GHD_MEMBERSHIPS (object);

  g_hash_table_unref (self->users);
  g_object_unref (self->pool);

  G_OBJECT_CLASS (ghd_memberships_parent_class)->finalize (object);
}

static void
ghd_memberships_class_init (GhdMembershipsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_memberships_finalize;
}

static void
ghd_memberships_init (GhdMemberships *self)
{
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
}

GhdMemberships *
ghd_memberships_new (GhdPool *pool)
{
  GhdMemberships *self = g_object_new (GHD_TYPE_MEMBERSHIPS, NULL);

  self->pool = g_object_ref (pool);

  return self;
}

/**
 * ghd_memberships_load:
 *
 * Waits on the caller's fiber until ghd_memberships_list() knows @user_id.
 */
gboolean
ghd_memberships_load (GhdMemberships *self, const char *user_id, GError **error)
{
  Entry *entry = g_hash_table_lookup (self->users, user_id);
  Load *load;

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->guild_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      entry->changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->users, g_strdup (user_id), entry);

      load = g_new0 (Load, 1);
      load->self = g_object_ref (self);
      load->user_id = g_strdup (user_id);
      entry->loading = dex_scheduler_spawn (NULL, 0, load_fiber, load, load_free);
    }

  entry->used_us = gh_time_monotonic_us ();

  return entry->loading == NULL || dex_await (dex_ref (entry->loading), error);
}

/**
 * ghd_memberships_evict:
 * @hub: whoever is connected stays
 *
 * Forgets those who were not asked for since @unused_since_us.
 *
 * Returns: how many
 */
guint
ghd_memberships_evict (GhdMemberships *self, GhdHub *hub, gint64 unused_since_us)
{
  GHashTableIter iter;
  const char *user_id;
  Entry *entry;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, (gpointer *) &user_id, (gpointer *) &entry))
    if (entry->loading == NULL && entry->used_us <= unused_since_us
        && ghd_hub_count_user (hub, user_id) == 0)
      {
        g_hash_table_iter_remove (&iter);
        n++;
      }

  return n;
}

/**
 * ghd_memberships_list:
 *
 * Returns: (transfer full) (element-type utf8): the ids of the guilds that @user_id is in; empty for
 *   somebody who was not loaded
 */
GPtrArray *
ghd_memberships_list (GhdMemberships *self, const char *user_id)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  Entry *entry = g_hash_table_lookup (self->users, user_id);
  GHashTableIter iter;
  const char *guild_id;

  if (entry == NULL)
    return list;

  g_hash_table_iter_init (&iter, entry->guild_ids);
  while (g_hash_table_iter_next (&iter, (gpointer *) &guild_id, NULL))
    g_ptr_array_add (list, g_strdup (guild_id));

  return list;
}

/**
 * ghd_memberships_note:
 *
 * A committed event let @user_id into a guild, or out of it.
 */
void
ghd_memberships_note (GhdMemberships *self, const char *user_id, const char *guild_id,
                      gboolean joined)
{
  Entry *entry = g_hash_table_lookup (self->users, user_id);

  if (entry == NULL)
    return;

  if (entry->changes != NULL)
    g_hash_table_insert (entry->changes, g_strdup (guild_id), GINT_TO_POINTER (joined));
  else if (joined)
    g_hash_table_add (entry->guild_ids, g_strdup (guild_id));
  else
    g_hash_table_remove (entry->guild_ids, guild_id);
}
