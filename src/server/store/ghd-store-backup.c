/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-backup.h"

#include "gh-error.h"
#include "ghd-connection.h"
#include "ghd-rows.h"

#include <libpq-fe.h>

#define OUR_TABLES                                                                                 \
  "ARRAY['account', 'device', 'event', 'invite', 'media', 'member', 'room', 'room_head',"          \
  " 'schema_version', 'server_key', 'state', 'token', 'txn', 'writer_mark']"

#define GET_TABLES                                                                                 \
  "SELECT count(*), count(*) FILTER (WHERE tablename = ANY (" OUR_TABLES ")),"                     \
  " count(*) FILTER (WHERE tablename IN ('account', 'event'))"                                     \
  " FROM pg_tables WHERE schemaname = 'public'"
#define HAS_ROWS "SELECT EXISTS (SELECT FROM account) OR EXISTS (SELECT FROM event)"
#define GET_VERSION "SELECT coalesce (max (version), 0) FROM schema_version"

#define DROP_TABLES                                                                                \
  "DROP TABLE IF EXISTS account, device, event, invite, media, member, room, room_head,"           \
  " schema_version, server_key, state, token, txn, writer_mark CASCADE"
/* All of ours, whatever migrations have made. */
#define DROP_FUNCTIONS                                                                             \
  "DO $$ DECLARE ours regprocedure; BEGIN"                                                         \
  " FOR ours IN SELECT oid::regprocedure FROM pg_proc"                                             \
  "   WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'gh\\_%'"                       \
  " LOOP EXECUTE 'DROP ROUTINE ' || ours || ' CASCADE'; END LOOP; END $$"

/* The writer's lock: whoever holds it knows that no daemon writes. */
#define TRY_LOCK "SELECT pg_try_advisory_lock (1195919428, 1)"

static DexFuture *
state_fiber (gpointer data)
{
  GhdPool *pool = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdResult) tables = dex_await_object (ghd_pool_query (pool, GET_TABLES, NULL), &error);
  g_autoptr (GhdResult) rows = NULL;

  if (tables == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (ghd_result_get_int64 (tables, 0, 0) == 0)
    return dex_future_new_for_int (GHD_DATABASE_BARE);
  if (ghd_result_get_int64 (tables, 0, 0) != ghd_result_get_int64 (tables, 0, 1))
    return dex_future_new_for_int (GHD_DATABASE_IN_USE);
  if (ghd_result_get_int64 (tables, 0, 2) < 2)
    return dex_future_new_for_int (GHD_DATABASE_EMPTY);

  rows = dex_await_object (ghd_pool_query (pool, HAS_ROWS, NULL), &error);
  if (rows == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_int (ghd_result_get_bool (rows, 0, 0) ? GHD_DATABASE_IN_USE
                                                                  : GHD_DATABASE_EMPTY);
}

static DexFuture *
lock_fiber (gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdConnection)
    connection = dex_await_object (ghd_connection_open (data, "guildhalld-restore", 0), &error);
  g_autoptr (GhdResult) result = NULL;

  if (connection != NULL)
    result = dex_await_object (ghd_connection_query (connection, TRY_LOCK, NULL), &error);
  if (result == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (!ghd_result_get_bool (result, 0, 0))
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_UNAVAILABLE, "writer.locked", NULL, 0,
                            "A guildhalld is running on this database. Stop it first."));
  return dex_future_new_take_object (g_steal_pointer (&connection));
}

static DexFuture *
version_of_rows (GhdResult *result, gpointer data)
{
  return dex_future_new_for_int ((int) ghd_result_get_int64 (result, 0, 0));
}

static DexFuture *
true_of_results (DexFuture *future, gpointer user_data)
{
  return dex_future_new_true ();
}

/* --- public --- */

/**
 * ghd_store_backup_get_state:
 *
 * Returns: (transfer full): resolves to a #GhdDatabaseState (int)
 */
DexFuture *
ghd_store_backup_get_state (GhdPool *pool)
{
  dex_return_error_if_fail (GHD_IS_POOL (pool));

  return dex_scheduler_spawn (NULL, 0, state_fiber, g_object_ref (pool), g_object_unref);
}

/**
 * ghd_store_backup_get_version:
 *
 * Returns: (transfer full): resolves to the schema's version (int)
 */
DexFuture *
ghd_store_backup_get_version (GhdPool *pool)
{
  return ghd_rows_map (ghd_pool_query (pool, GET_VERSION, NULL), version_of_rows, NULL, NULL);
}

/**
 * ghd_store_backup_clear:
 *
 * Drops our tables, to make room for those of a backup. Only for %GHD_DATABASE_EMPTY.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_store_backup_clear (GhdPool *pool)
{
  GhdStatement statements[] = { { DROP_TABLES, NULL }, { DROP_FUNCTIONS, NULL } };

  return dex_future_then (ghd_pool_transaction (pool, statements, G_N_ELEMENTS (statements)),
                          true_of_results, NULL, NULL);
}

/**
 * ghd_store_backup_take_lock:
 *
 * Keeps every guildhalld from writing to the database while what this resolves to is held.
 *
 * Returns: (transfer full): resolves to a #GObject to keep; rejects with %GH_ERROR_UNAVAILABLE,
 *   reason "writer.locked", when a guildhalld is running
 */
DexFuture *
ghd_store_backup_take_lock (const char *conninfo)
{
  dex_return_error_if_fail (conninfo != NULL);

  return dex_scheduler_spawn (NULL, 0, lock_fiber, g_strdup (conninfo), g_free);
}

/**
 * ghd_store_backup_environment:
 *
 * What pg_dump and pg_restore must know to connect: in variables, because arguments can be read by
 * every user of the machine, and there may be a password among them.
 *
 * Returns: (transfer full): this process's environment with PGHOST and its kin
 */
char **
ghd_store_backup_environment (const char *conninfo)
{
  PQconninfoOption *options = PQconninfoParse (conninfo, NULL);
  char **environment = g_get_environ ();

  for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
    if (option->envvar != NULL && option->val != NULL)
      environment = g_environ_setenv (environment, option->envvar, option->val, TRUE);
  PQconninfoFree (options);
  return environment;
}
