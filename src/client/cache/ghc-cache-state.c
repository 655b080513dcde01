/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-cache-private.h"

#include "gh-limits.h"

static void
outbox_entry_free (GhcOutboxEntry *entry)
{
  g_free (entry->txn_id);
  g_free (entry->channel_id);
  g_free (entry->body);
  g_free (entry->error);
  g_free (entry);
}

static GhcCacheState *
state_new (void)
{
  GhcCacheState *self = g_atomic_rc_box_new0 (GhcCacheState);

  self->guilds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->read_positions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->collapsed = g_ptr_array_new_with_free_func (g_free);
  self->outbox = g_ptr_array_new_with_free_func ((GDestroyNotify) outbox_entry_free);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

static void
state_clear (gpointer data)
{
  GhcCacheState *self = data;

  g_ptr_array_unref (self->guilds);
  g_ptr_array_unref (self->profiles);
  g_hash_table_unref (self->read_positions);
  g_hash_table_unref (self->drafts);
  g_ptr_array_unref (self->collapsed);
  g_ptr_array_unref (self->outbox);
  g_hash_table_unref (self->values);
}

GhcCacheState *
ghc_cache_state_ref (GhcCacheState *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ghc_cache_state_unref (GhcCacheState *self)
{
  g_atomic_rc_box_release_full (self, state_clear);
}

G_DEFINE_BOXED_TYPE (GhcCacheState, ghc_cache_state, ghc_cache_state_ref, ghc_cache_state_unref)

typedef void (*ReadRow) (GhcCacheState *state, sqlite3_stmt *row);

static void
read_guild (GhcCacheState *state, sqlite3_stmt *row)
{
  g_ptr_array_add (state->guilds, ghc_cache_db_get_bytes (row, 0));
}

static void
read_profile (GhcCacheState *state, sqlite3_stmt *row)
{
  g_ptr_array_add (state->profiles, ghc_cache_db_get_bytes (row, 0));
}

static void
read_position (GhcCacheState *state, sqlite3_stmt *row)
{
  gint64 position = sqlite3_column_int64 (row, 1);

  g_hash_table_insert (state->read_positions, g_strdup (ghc_cache_db_get_text (row, 0)),
                       g_memdup2 (&position, sizeof position));
}

static void
read_draft (GhcCacheState *state, sqlite3_stmt *row)
{
  g_hash_table_insert (state->drafts, g_strdup (ghc_cache_db_get_text (row, 0)),
                       g_strdup (ghc_cache_db_get_text (row, 1)));
}

static void
read_collapsed (GhcCacheState *state, sqlite3_stmt *row)
{
  g_ptr_array_add (state->collapsed, g_strdup (ghc_cache_db_get_text (row, 0)));
}

static void
read_outbox (GhcCacheState *state, sqlite3_stmt *row)
{
  GhcOutboxEntry *entry = g_new0 (GhcOutboxEntry, 1);

  entry->txn_id = g_strdup (ghc_cache_db_get_text (row, 0));
  entry->channel_id = g_strdup (ghc_cache_db_get_text (row, 1));
  entry->body = g_strdup (ghc_cache_db_get_text (row, 2));
  entry->created_ts = sqlite3_column_int64 (row, 3);
  entry->error = g_strdup (ghc_cache_db_get_text (row, 4));
  g_ptr_array_add (state->outbox, entry);
}

static void
read_value (GhcCacheState *state, sqlite3_stmt *row)
{
  const char *key = ghc_cache_db_get_text (row, 0);
  const char *value = ghc_cache_db_get_text (row, 1);

  if (g_str_equal (key, "position"))
    state->position = CLAMP (g_ascii_strtoll (value, NULL, 10), 0, GH_LIMIT_JSON_INT);
  else
    g_hash_table_insert (state->values, g_strdup (key), g_strdup (value));
}

static gboolean
load_state (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  static const struct
  {
    const char *sql;
    ReadRow read;
  } tables[] = {
    { "SELECT snapshot FROM guild", read_guild },
    { "SELECT profile FROM profile", read_profile },
    { "SELECT channel_id, position FROM read_position", read_position },
    { "SELECT channel_id, body FROM draft", read_draft },
    { "SELECT channel_id FROM collapsed", read_collapsed },
    { "SELECT txn_id, channel_id, body, created_ts, error FROM outbox ORDER BY sequence",
      read_outbox },
    { "SELECT key, value FROM meta", read_value },
  };
  g_autoptr (GhcCacheState) state = state_new ();

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autoptr (GError) local_error = NULL;
      sqlite3_stmt *rows = ghc_cache_db_query (db, error, tables[i].sql, "");

      if (rows == NULL)
        return FALSE;
      while (ghc_cache_db_step (db, rows, &local_error))
        tables[i].read (state, rows);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }

  g_value_init (result, GHC_TYPE_CACHE_STATE);
  g_value_take_boxed (result, g_steal_pointer (&state));

  return TRUE;
}

DexFuture *
ghc_cache_load_state (GhcCache *self)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return ghc_cache_run (self, load_state, NULL, NULL);
}

/* A statement with up to three texts, a number and bytes, in the order of its parameters. */
typedef struct
{
  const char *sql;
  char *key;
  char *text;
  char *other;
  GBytes *bytes;
  gint64 number;
} Write;

static void
write_free (Write *write)
{
  g_free (write->key);
  g_free (write->text);
  g_free (write->other);
  g_clear_pointer (&write->bytes, g_bytes_unref);
  g_free (write);
}

static Write *
write_new (const char *sql, const char *key)
{
  Write *write = g_new0 (Write, 1);

  write->sql = sql;
  write->key = g_strdup (key);

  return write;
}

static gboolean
run_key (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  Write *write = data;

  return ghc_cache_db_run (db, error, write->sql, "t", write->key);
}

static gboolean
run_key_text (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  Write *write = data;

  return ghc_cache_db_run (db, error, write->sql, "tt", write->key, write->text);
}

static gboolean
run_key_bytes (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  Write *write = data;

  return ghc_cache_db_run (db, error, write->sql, "tb", write->key, write->bytes);
}

static gboolean
run_key_number (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  Write *write = data;

  return ghc_cache_db_run (db, error, write->sql, "ti", write->key, write->number);
}

static gboolean
run_outbox (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  Write *write = data;

  return ghc_cache_db_run (db, error, write->sql, "ttti", write->key, write->text, write->other,
                           write->number);
}

static DexFuture *
run_write (GhcCache *self, GhcCacheFunc func, Write *write)
{
  return ghc_cache_run (self, func, write, (GDestroyNotify) write_free);
}

DexFuture *
ghc_cache_put_guild (GhcCache *self, const char *guild_id, GBytes *snapshot)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  write = write_new ("INSERT OR REPLACE INTO guild (guild_id, snapshot) VALUES (?, ?)", guild_id);
  write->bytes = g_bytes_ref (snapshot);

  return run_write (self, run_key_bytes, write);
}

DexFuture *
ghc_cache_remove_guild (GhcCache *self, const char *guild_id)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return run_write (self, run_key, write_new ("DELETE FROM guild WHERE guild_id = ?", guild_id));
}

DexFuture *
ghc_cache_put_profile (GhcCache *self, const char *user_id, GBytes *profile)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  write = write_new ("INSERT OR REPLACE INTO profile (user_id, profile) VALUES (?, ?)", user_id);
  write->bytes = g_bytes_ref (profile);

  return run_write (self, run_key_bytes, write);
}

DexFuture *
ghc_cache_set_read_position (GhcCache *self, const char *channel_id, gint64 position)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  write = write_new ("INSERT OR REPLACE INTO read_position (channel_id, position) VALUES (?, ?)",
                     channel_id);
  write->number = position;

  return run_write (self, run_key_number, write);
}

DexFuture *
ghc_cache_set_draft (GhcCache *self, const char *channel_id, const char *body)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  if (*body == '\0')
    return run_write (self, run_key,
                      write_new ("DELETE FROM draft WHERE channel_id = ?", channel_id));

  write = write_new ("INSERT OR REPLACE INTO draft (channel_id, body) VALUES (?, ?)", channel_id);
  write->text = g_strdup (body);

  return run_write (self, run_key_text, write);
}

DexFuture *
ghc_cache_set_collapsed (GhcCache *self, const char *channel_id, gboolean collapsed)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return run_write (self, run_key,
                    write_new (collapsed
                                 ? "INSERT OR REPLACE INTO collapsed (channel_id) VALUES (?)"
                                 : "DELETE FROM collapsed WHERE channel_id = ?",
                               channel_id));
}

DexFuture *
ghc_cache_set_value (GhcCache *self, const char *key, const char *value)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if (value == NULL)
    return run_write (self, run_key, write_new ("DELETE FROM meta WHERE key = ?", key));

  write = write_new ("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key);
  write->text = g_strdup (value);

  return run_write (self, run_key_text, write);
}

DexFuture *
ghc_cache_set_position (GhcCache *self, gint64 position)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, position);

  return ghc_cache_set_value (self, "position", text);
}

DexFuture *
ghc_cache_add_outbox (GhcCache *self, const char *txn_id, const char *channel_id, const char *body,
                      gint64 created_ts)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  write = write_new (
    "INSERT OR IGNORE INTO outbox (txn_id, channel_id, body, created_ts) VALUES (?, ?, ?, ?)",
    txn_id);
  write->text = g_strdup (channel_id);
  write->other = g_strdup (body);
  write->number = created_ts;

  return run_write (self, run_outbox, write);
}

DexFuture *
ghc_cache_set_outbox_error (GhcCache *self, const char *txn_id, const char *error)
{
  Write *write;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  write = write_new ("UPDATE outbox SET error = ?2 WHERE txn_id = ?1", txn_id);
  write->text = g_strdup (error);

  return run_write (self, run_key_text, write);
}

DexFuture *
ghc_cache_remove_outbox (GhcCache *self, const char *txn_id)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return run_write (self, run_key, write_new ("DELETE FROM outbox WHERE txn_id = ?", txn_id));
}
