/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-cache-db.h"

#include "gh-error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

struct _GhcCacheDb
{
  char *path;
  sqlite3 *sqlite;
  GHashTable *statements; /* literal SQL → sqlite3_stmt */
};

#define REASON_DAMAGED "cache.damaged"
#define REASON_NEWER "cache.newer"

/* Never edited after a release: the next version is one more element. */
static const char *const migrations[GHC_CACHE_SCHEMA_VERSION] = {
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE guild (guild_id TEXT PRIMARY KEY, snapshot BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE profile (user_id TEXT PRIMARY KEY, profile BLOB NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE read_position ("
  "  channel_id TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE draft (channel_id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE collapsed (channel_id TEXT PRIMARY KEY) WITHOUT ROWID;"
  "CREATE TABLE outbox ("
  "  sequence INTEGER PRIMARY KEY AUTOINCREMENT, txn_id TEXT NOT NULL UNIQUE,"
  "  channel_id TEXT NOT NULL, body TEXT NOT NULL, created_ts INTEGER NOT NULL, error TEXT);"
  "CREATE TABLE history_range ("
  "  channel_id TEXT PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL,"
  "  at_start INTEGER NOT NULL, stale INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE history ("
  "  channel_id TEXT NOT NULL, position INTEGER NOT NULL, event BLOB NOT NULL,"
  "  PRIMARY KEY (channel_id, position)) WITHOUT ROWID;",

  /* A server that was restored from a backup uses positions again; what it had promised before is
     kept beside what it promises now. */
  "CREATE TABLE receipt ("
  "  channel_id TEXT NOT NULL, position INTEGER NOT NULL, event_id TEXT NOT NULL,"
  "  receipt BLOB NOT NULL, problem TEXT,"
  "  PRIMARY KEY (channel_id, position, event_id)) WITHOUT ROWID;",
};

static gboolean
fail (GhcCacheDb *self, GError **error)
{
  int code = sqlite3_extended_errcode (self->sqlite);

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      gh_set_error (error, GH_ERROR_INTERNAL, REASON_DAMAGED, NULL, "The cache is damaged: %s",
                    sqlite3_errmsg (self->sqlite));
      break;
    case SQLITE_FULL:
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "cache.full", NULL,
                    _ ("There is no space left on this computer to keep messages."));
      break;
    default:
      gh_set_error (error, GH_ERROR_INTERNAL, "cache.failed", NULL, "The cache can not be used: %s",
                    sqlite3_errmsg (self->sqlite));
      break;
    }

  return FALSE;
}

/**
 * ghc_cache_db_is_damaged:
 *
 * Returns: TRUE when @error says that the file is not a sound database
 */
gboolean
ghc_cache_db_is_damaged (const GError *error)
{
  return g_error_matches (error, GH_ERROR, GH_ERROR_INTERNAL)
         && g_strcmp0 (gh_error_get_reason (error), REASON_DAMAGED) == 0;
}

gboolean
ghc_cache_db_exec (GhcCacheDb *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
    return fail (self, error);

  return TRUE;
}

static sqlite3_stmt *
prepare (GhcCacheDb *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);

  if (statement != NULL)
    {
      sqlite3_reset (statement);
      sqlite3_clear_bindings (statement);
      return statement;
    }

  if (sqlite3_prepare_v3 (self->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) sql, statement);

  return statement;
}

static void
bind (sqlite3_stmt *statement, const char *types, va_list args)
{
  for (int i = 0; types[i] != '\0'; i++)
    {
      const char *text;
      GBytes *bytes;
      gconstpointer data;
      gsize size;

      switch (types[i])
        {
        case 't':
          text = va_arg (args, const char *);
          sqlite3_bind_text (statement, i + 1, text, -1, SQLITE_TRANSIENT);
          break;
        case 'i':
          sqlite3_bind_int64 (statement, i + 1, va_arg (args, gint64));
          break;
        case 'b':
          bytes = va_arg (args, GBytes *);
          data = g_bytes_get_data (bytes, &size);
          sqlite3_bind_blob64 (statement, i + 1, data, size, SQLITE_TRANSIENT);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

gboolean
ghc_cache_db_run (GhcCacheDb *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement = prepare (self, sql, error);
  va_list args;
  int code;

  if (statement == NULL)
    return FALSE;

  va_start (args, types);
  bind (statement, types, args);
  va_end (args);

  code = sqlite3_step (statement);
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    {
      fail (self, error);
      sqlite3_reset (statement);
      return FALSE;
    }
  sqlite3_reset (statement);

  return TRUE;
}

sqlite3_stmt *
ghc_cache_db_query (GhcCacheDb *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement = prepare (self, sql, error);
  va_list args;

  if (statement == NULL)
    return NULL;

  va_start (args, types);
  bind (statement, types, args);
  va_end (args);

  return statement;
}

/* Returns TRUE with a row; FALSE at the end, or with @error set. */
gboolean
ghc_cache_db_step (GhcCacheDb *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    fail (self, error);
  sqlite3_reset (statement);

  return FALSE;
}

GBytes *
ghc_cache_db_get_bytes (sqlite3_stmt *statement, int column)
{
  return g_bytes_new (sqlite3_column_blob (statement, column),
                      sqlite3_column_bytes (statement, column));
}

/* Valid until the next step; text that somebody else spoilt gives "". */
const char *
ghc_cache_db_get_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  if (text == NULL && sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;

  return text != NULL && g_utf8_validate (text, -1, NULL) ? text : "";
}

static void
disconnect (GhcCacheDb *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->sqlite, sqlite3_close_v2);
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static gboolean
get_version (GhcCacheDb *self, int *version, GError **error)
{
  sqlite3_stmt *statement = ghc_cache_db_query (self, error, "PRAGMA user_version", "");

  if (statement == NULL || !ghc_cache_db_step (self, statement, error))
    return FALSE;
  *version = sqlite3_column_int (statement, 0);
  sqlite3_reset (statement);

  return TRUE;
}

static gboolean
check (GhcCacheDb *self, GError **error)
{
  sqlite3_stmt *statement = ghc_cache_db_query (self, error, "PRAGMA quick_check(1)", "");
  gboolean sound;

  if (statement == NULL || !ghc_cache_db_step (self, statement, error))
    return FALSE;

  sound = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "ok") == 0;
  if (!sound)
    gh_set_error (error, GH_ERROR_INTERNAL, REASON_DAMAGED, NULL, "The cache is damaged: %s",
                  (const char *) sqlite3_column_text (statement, 0));
  sqlite3_reset (statement);

  return sound;
}

static gboolean
migrate (GhcCacheDb *self, GError **error)
{
  int version;

  if (!get_version (self, &version, error))
    return FALSE;

  if (version > GHC_CACHE_SCHEMA_VERSION || version < 0)
    {
      gh_set_error (error, GH_ERROR_CONFLICT, REASON_NEWER, NULL,
                    "The cache was made by a newer version of Guildhall");
      return FALSE;
    }

  for (int i = version; i < GHC_CACHE_SCHEMA_VERSION; i++)
    {
      g_autofree char *sql =
        g_strdup_printf ("BEGIN IMMEDIATE; %s PRAGMA user_version = %d; COMMIT;", migrations[i],
                         i + 1);

      if (!ghc_cache_db_exec (self, sql, error))
        {
          sqlite3_exec (self->sqlite, "ROLLBACK", NULL, NULL, NULL);
          return FALSE;
        }
    }

  return TRUE;
}

/* NORMAL with a write-ahead log survives a crash of ours at any point; a power cut may cost the
 * last moments, which for all but unsent messages the server still has. */
static gboolean
try_open (GhcCacheDb *self, GError **error)
{
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finalize_statement);

  if (sqlite3_open_v2 (self->path, &self->sqlite,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
                         | SQLITE_OPEN_EXRESCODE,
                       NULL)
      != SQLITE_OK)
    return fail (self, error);

  sqlite3_busy_timeout (self->sqlite, 5000);
  sqlite3_db_config (self->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

  return ghc_cache_db_exec (
           self,
           "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;",
           error)
         && check (self, error) && migrate (self, error);
}

/* The file and its companions get a name that says when; what is in them can still be looked at. */
static gboolean
move_aside (GhcCacheDb *self, const char *what, char **notice, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *aside = NULL;
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < 100; i++)
    {
      g_clear_pointer (&aside, g_free);
      aside = i == 0 ? g_strdup_printf ("%s.%s-%s", self->path, what, stamp)
                     : g_strdup_printf ("%s.%s-%s-%u", self->path, what, stamp, i);
      if (!g_file_test (aside, G_FILE_TEST_EXISTS))
        break;
    }

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          gh_set_error (error, GH_ERROR_INTERNAL, "cache.failed", NULL,
                        "The cache “%s” can not be moved aside: %s", from, g_strerror (errno));
          return FALSE;
        }
    }

  if (g_str_equal (what, "newer"))
    *notice = g_strdup_printf (
      _ ("Saved messages were made by a newer version of Guildhall and are not used. They are "
         "kept in “%s”; conversations are loaded again from the server."),
      aside);
  else
    *notice = g_strdup_printf (
      _ ("Saved messages on this computer were damaged and are not used. They are kept in “%s”; "
         "conversations are loaded again from the server."),
      aside);

  return TRUE;
}

/**
 * ghc_cache_db_start_over:
 * @notice: (out): what to tell the person
 *
 * The file turned out to be damaged: it is moved aside and an empty one takes its place.
 */
gboolean
ghc_cache_db_start_over (GhcCacheDb *self, char **notice, GError **error)
{
  disconnect (self);

  return move_aside (self, "damaged", notice, error) && try_open (self, error);
}

/**
 * ghc_cache_db_open:
 * @notice: (out) (nullable): a sentence when what was there could not be used
 *
 * Opens or makes the database and brings its schema up to date. A damaged file, or one of a newer
 * version, is moved aside.
 *
 * Returns: (transfer full) (nullable): the database; NULL when the folder can not be used
 */
GhcCacheDb *
ghc_cache_db_open (const char *path, char **notice, GError **error)
{
  g_autoptr (GhcCacheDb) self = g_new0 (GhcCacheDb, 1);
  g_autoptr (GError) local_error = NULL;
  gboolean is_damaged;
  gboolean is_newer;

  *notice = NULL;
  self->path = g_strdup (path);
  if (try_open (self, &local_error))
    return g_steal_pointer (&self);

  is_damaged = ghc_cache_db_is_damaged (local_error);
  is_newer = g_strcmp0 (gh_error_get_reason (local_error), REASON_NEWER) == 0;
  if (!is_damaged && !is_newer)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  disconnect (self);
  if (!move_aside (self, is_newer ? "newer" : "damaged", notice, error) || !try_open (self, error))
    {
      g_clear_pointer (notice, g_free);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
ghc_cache_db_close (GhcCacheDb *self)
{
  disconnect (self);
  g_free (self->path);
  g_free (self);
}
