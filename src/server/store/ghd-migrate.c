/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-migrate.h"

#include "ghd-log.h"
#include "ghd-migrations.h"
#include "ghd-sql-error.h"
#include "ghd-worker.h"

#include <gio/gio.h>
#include <libpq-fe.h>
#include <stdlib.h>

G_DEFINE_QUARK (ghd - migrate - error - quark, ghd_migrate_error)

#define MIGRATIONS "/org/guildhall/guildhalld/migrations/"

/* Two numbers of our own for pg_advisory_lock; the writer's is the same with 1. */
#define LOCK "SELECT pg_advisory_xact_lock (1195919428, 2)"

#define CREATE_TABLE                                                                               \
  "CREATE TABLE IF NOT EXISTS schema_version ("                                                    \
  "  version    integer NOT NULL PRIMARY KEY,"                                                     \
  "  name       text    NOT NULL,"                                                                 \
  "  checksum   text    NOT NULL,"                                                                 \
  "  applied_ts bigint  NOT NULL)"

typedef struct
{
  int version;
  char *name;
  GBytes *sql;
  char *checksum;
} Migration;

static void
migration_free (gpointer data)
{
  Migration *migration = data;

  g_free (migration->name);
  g_bytes_unref (migration->sql);
  g_free (migration->checksum);
  g_free (migration);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* (element-type Migration): 1, 2, 3, … */
static GPtrArray *
load_migrations (void)
{
  /* Asked for by name, so that the linker does not leave it out of a static library. */
  GResource *resource = ghd_migrations_get_resource ();
  g_auto (GStrv) names = g_resource_enumerate_children (resource, MIGRATIONS,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  GPtrArray *migrations = g_ptr_array_new_with_free_func (migration_free);

  g_assert (names != NULL);
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (char **name = names; *name != NULL; name++)
    {
      g_autofree char *path = g_strconcat (MIGRATIONS, *name, NULL);
      Migration *migration = g_new0 (Migration, 1);

      migration->version = atoi (*name);
      migration->name = g_strdup (*name);
      migration->sql = g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      migration->checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, migration->sql);
      g_ptr_array_add (migrations, migration);
      g_assert (migration->version == (int) migrations->len);
    }
  return migrations;
}

/* Blocks: we are on a thread of our own. */
static PGresult *
run (PGconn *pg, const char *sql, GError **error)
{
  PGresult *result = PQexec (pg, sql);
  ExecStatusType status = PQresultStatus (result);

  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
    return result;

  ghd_log_error ("The database refused a step of the migration",
                 GHD_LOG_STRING ("database_message",
                                 PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY)),
                 GHD_LOG_STRING ("sqlstate", PQresultErrorField (result, PG_DIAG_SQLSTATE)));
  if (PQstatus (pg) != CONNECTION_OK)
    g_propagate_error (error, ghd_sql_error_new_away ());
  else
    g_propagate_error (error, gh_error_new (GH_ERROR_INTERNAL, "database.migration", NULL, 0,
                                            "The database could not be brought up to date: %s",
                                            PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY)));
  PQclear (result);
  return NULL;
}

static gboolean
run_only (PGconn *pg, const char *sql, GError **error)
{
  PGresult *result = run (pg, sql, error);

  PQclear (result);
  return result != NULL;
}

static gboolean
check_applied (PGresult *applied, GPtrArray *migrations, GError **error)
{
  for (int row = 0; row < PQntuples (applied); row++)
    {
      int version = atoi (PQgetvalue (applied, row, 0));
      const Migration *known;

      if (version > (int) migrations->len)
        {
          g_set_error (
            error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_NEWER,
            "The database is at version %d, made by a newer guildhalld; this one knows only %u. "
            "Start the newer guildhalld, or restore a backup from before the upgrade.",
            atoi (PQgetvalue (applied, PQntuples (applied) - 1, 0)), migrations->len);
          return FALSE;
        }
      known = g_ptr_array_index (migrations, version - 1);
      if (!g_str_equal (PQgetvalue (applied, row, 1), known->checksum))
        {
          g_set_error (
            error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_CHANGED,
            "Version %d of the database was made by a different %s than this guildhalld has. "
            "Start the guildhalld that made it.",
            version, known->name);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
apply (PGconn *pg, const Migration *migration, GError **error)
{
  g_autofree char *note = NULL;

  ghd_log_info ("Bringing the database up to date", GHD_LOG_STRING ("migration", migration->name));
  note = g_strdup_printf ("INSERT INTO schema_version VALUES (%d, '%s', '%s', "
                          "floor (extract (epoch FROM clock_timestamp ()) * 1000)::bigint)",
                          migration->version, migration->name, migration->checksum);
  return run_only (pg, g_bytes_get_data (migration->sql, NULL), error)
         && run_only (pg, note, error);
}

/* The next missing migration, in a transaction of its own; *done when there is none. */
static gboolean
step (PGconn *pg, GPtrArray *migrations, gboolean *done, GError **error)
{
  PGresult *applied = NULL;
  gboolean ok =
    run_only (pg, "BEGIN", error) && run_only (pg, LOCK, error)
    && run_only (pg, CREATE_TABLE, error)
    && (applied = run (pg, "SELECT version, checksum FROM schema_version ORDER BY version", error))
         != NULL
    && check_applied (applied, migrations, error);

  *done = ok && PQntuples (applied) == (int) migrations->len;
  if (ok && !*done)
    ok = apply (pg, g_ptr_array_index (migrations, PQntuples (applied)), error);
  PQclear (applied);
  if (ok)
    return run_only (pg, "COMMIT", error);
  PQclear (PQexec (pg, "ROLLBACK"));
  return FALSE;
}

static void
on_notice (void *user_data, const char *message)
{
}

/* This is for whoever starts the daemon or gives a command, so it says what PostgreSQL's library says. */
static GError *
new_unreachable (PGconn *pg)
{
  g_autofree char *message = g_strstrip (g_strdup (PQerrorMessage (pg)));

  g_strdelimit (message, "\n\t", ' ');
  return gh_error_new (
    GH_ERROR_UNAVAILABLE, "database.away", NULL, 0,
    "The database cannot be reached. Check database.uri, and that PostgreSQL runs: %s", message);
}

/* What people write would be refused, or counted in bytes, by a database in another encoding. */
static gboolean
check_encoding (PGconn *pg, GError **error)
{
  const char *encoding = PQparameterStatus (pg, "server_encoding");

  if (g_strcmp0 (encoding, "UTF8") == 0)
    return TRUE;
  g_set_error (
    error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_ENCODING,
    "The database keeps its text as %s, and guildhalld needs UTF8. Make another one with "
    "createdb --encoding=UTF8 --template=template0.",
    encoding != NULL ? encoding : "something unknown");
  return FALSE;
}

static DexFuture *
migrate_on_thread (gpointer data)
{
  g_autoptr (GPtrArray) migrations = load_migrations ();
  g_autoptr (GError) error = NULL;
  const char *keywords[] = { "dbname", "application_name", "client_encoding", "connect_timeout",
                             NULL };
  const char *values[] = { data, "guildhalld-migrate", "UTF8", "5", NULL };
  PGconn *pg = PQconnectdbParams (keywords, values, TRUE);
  gboolean ok, done = FALSE;

  PQsetNoticeProcessor (pg, on_notice, NULL);
  ok = PQstatus (pg) == CONNECTION_OK;
  if (!ok)
    error = new_unreachable (pg);
  ok = ok && check_encoding (pg, &error);
  while (ok && !done)
    ok = step (pg, migrations, &done, &error);
  PQfinish (pg);

  if (!ok)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_int (migrations->len);
}

/**
 * ghd_migrate:
 * @conninfo: libpq connection string or URI of a role that may create tables
 *
 * Brings the schema up to date: each missing migration in one transaction, under an advisory lock
 * so that two daemons do not step on each other.
 *
 * Returns: (transfer full): resolves to the schema's version (int); rejects with #GhdMigrateError,
 *   %GH_ERROR_UNAVAILABLE or %GH_ERROR_INTERNAL
 */
DexFuture *
ghd_migrate (const char *conninfo)
{
  dex_return_error_if_fail (conninfo != NULL);

  return ghd_worker_spawn ("migrate", migrate_on_thread, g_strdup (conninfo), g_free);
}

/**
 * ghd_migrate_get_newest:
 *
 * Returns: the schema's version that this program makes
 */
int
ghd_migrate_get_newest (void)
{
  g_autoptr (GPtrArray) migrations = load_migrations ();

  return migrations->len;
}
