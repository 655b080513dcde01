/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "gh-random.h"
#include "gh-signing-key.h"
#include "ghd-log.h"
#include "ghd-migrate.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Nothing here takes a second on an idle machine. */
#define PATIENCE_MS (20 * 1000)

static char *template_dir;
static GhdCluster *shared_cluster;
static char *shared_dir;
static gboolean has_template;
static guint n_databases;

static DexFuture *
test_fiber (gpointer data)
{
  StoreTestFunc func = (StoreTestFunc) data;

  func ();
  return dex_future_new_true ();
}

static void
run_in_fiber (StoreTestFunc func)
{
  g_autoptr (DexFuture) future = dex_scheduler_spawn (NULL, 0, test_fiber, (gpointer) func, NULL);

  alarm (STORE_TEST_WATCHDOG_S);
  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
  alarm (0);
}

static void
run_test (gconstpointer data)
{
  run_in_fiber ((StoreTestFunc) data);
}

void
store_test_add (const char *path, StoreTestFunc func)
{
  g_test_add_data_func (path, (gconstpointer) func, run_test);
}

char *
store_test_make_dir (void)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("guildhall-test-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

void
store_test_remove_dir (const char *dir)
{
  const char *argv[] = { "rm", "-rf", "--", dir, NULL };

  g_assert_true (g_str_has_prefix (dir, g_get_tmp_dir ()));
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static void
copy_dir (const char *from, const char *to)
{
  const char *argv[] = { "cp", "-a", "--", from, to, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

/* A data directory whose database was made by an earlier start and stopped: a copy, for initdb is
 * slow. */
char *
store_test_make_data (void)
{
  g_autofree char *from = NULL;
  g_autoptr (GError) error = NULL;
  char *dir;

  if (template_dir == NULL)
    {
      g_autoptr (GhdCluster) cluster = NULL;

      template_dir = store_test_make_dir ();
      cluster = ghd_cluster_new (template_dir);
      dex_await (ghd_cluster_start (cluster), &error);
      g_assert_no_error (error);
      dex_await (ghd_cluster_stop (cluster), NULL);
    }
  dir = store_test_make_dir ();
  from = g_build_filename (template_dir, "postgres", NULL);
  copy_dir (from, dir);
  return dir;
}

GhdCluster *
store_test_cluster (void)
{
  g_autoptr (GError) error = NULL;

  if (shared_cluster == NULL)
    {
      shared_dir = store_test_make_data ();
      shared_cluster = ghd_cluster_new (shared_dir);
      dex_await (ghd_cluster_start (shared_cluster), &error);
      g_assert_no_error (error);
    }
  return shared_cluster;
}

static void
create_database (const char *name, const char *template)
{
  g_autofree char *admin = g_strdup (ghd_cluster_get_conninfo (store_test_cluster ()));
  g_autofree char *sql = g_strdup_printf ("CREATE DATABASE %s TEMPLATE %s", name, template);
  GhdPoolOptions options = { .size = 1 };
  g_autoptr (GhdPool) pool = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (strstr (admin, "dbname="), "dbname=postgres ", 16);
  options.conninfo = admin;
  pool = ghd_pool_new (&options, NULL);
  dex_await (ghd_pool_start (pool), &error);
  g_assert_no_error (error);
  dex_await (ghd_pool_query (pool, g_intern_string (sql), NULL), &error);
  g_assert_no_error (error);
  dex_await (ghd_pool_close (pool), NULL);
}

/* A fresh database; with our tables, it is copied from a template that is migrated once. */
char *
store_test_database (gboolean is_migrated)
{
  const char *conninfo = ghd_cluster_get_conninfo (store_test_cluster ());
  g_autofree char *name = g_strdup_printf ("test%u", ++n_databases);
  g_autofree char *base = g_strndup (conninfo, strstr (conninfo, "dbname=") - conninfo);
  g_autoptr (GError) error = NULL;

  if (is_migrated && !has_template)
    {
      dex_await (ghd_migrate (conninfo), &error);
      g_assert_no_error (error);
      has_template = TRUE;
    }
  create_database (name, is_migrated ? "guildhall" : "template0");
  return g_strconcat (base, "dbname=", name, NULL);
}

GhdPool *
store_test_pool (const char *conninfo)
{
  GhdPoolOptions options = { .conninfo = conninfo, .size = 2, .statement_timeout_ms = PATIENCE_MS };
  GhdPool *pool = ghd_pool_new (&options, NULL);
  g_autoptr (GError) error = NULL;

  dex_await (ghd_pool_start (pool), &error);
  g_assert_no_error (error);
  return pool;
}

GhEventSigner
store_test_signer (void)
{
  static GhSigningKey *key;

  if (key == NULL)
    key = gh_signing_key_generate ();
  return (GhEventSigner) {
    .server = "localhost",
    .key_id = gh_signing_key_get_id (key),
    .sign = gh_signing_key_sign,
    .user_data = key,
  };
}

GhdWriter *
store_test_writer (const char *conninfo, GhdMetrics *metrics)
{
  GhdWriterOptions options = { .conninfo = conninfo,
                               .signer = store_test_signer (),
                               .statement_timeout_ms = PATIENCE_MS };

  return ghd_writer_new (&options, metrics);
}

void
store_test_close (GhdPool *pool, GhdWriter *writer)
{
  if (writer != NULL)
    {
      dex_await (ghd_writer_close (writer), NULL);
      g_assert_finalize_object (writer);
    }
  if (pool != NULL)
    {
      dex_await (ghd_pool_close (pool), NULL);
      g_object_unref (pool);
    }
}

gint64
store_test_count (GhdPool *pool, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdResult)
    result = dex_await_object (ghd_pool_query (pool, g_intern_string (sql), NULL), &error);

  g_assert_no_error (error);
  return ghd_result_get_int64 (result, 0, 0);
}

void
store_test_sleep_ms (guint ms)
{
  dex_await (dex_timeout_new_msec (ms), NULL);
}

GhEventDraft *
store_test_state (const char *room_id, const char *type, const char *state_key, const char *sender,
                  const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) json = gh_json_parse_object (content, strlen (content), &error);

  g_assert_no_error (error);
  return gh_event_draft_new (room_id, type, state_key, sender, json);
}

GhEventDraft *
store_test_message (const char *room_id, const char *sender, const char *body)
{
  g_autofree char *content = g_strdup_printf ("{\"msgtype\":\"m.text\",\"body\":\"%s\"}", body);

  return store_test_state (room_id, GH_EVENT_ROOM_MESSAGE, NULL, sender, content);
}

/* One message of TEST_USER. */
GhdWrite *
store_test_write (const char *txn_id, const char *room_id, const char *body)
{
  GhdWrite *write = ghd_write_new (TEST_USER, txn_id);
  g_autoptr (GhEventDraft) draft = store_test_message (room_id, TEST_USER, body);

  ghd_write_add_event (write, draft);
  return write;
}

static void
stop_shared (void)
{
  dex_await (ghd_cluster_stop (shared_cluster), NULL);
}

int
store_test_main (int argc, char **argv)
{
  int status;

  ghd_log_setup (GHD_LOG_FORMAT_TEXT,
                 g_getenv ("GUILDHALL_TEST_VERBOSE") != NULL ? G_LOG_LEVEL_DEBUG : 0);
  dex_init ();
  status = g_test_run ();
  if (shared_cluster != NULL)
    {
      run_in_fiber (stop_shared);
      g_clear_object (&shared_cluster);
      store_test_remove_dir (shared_dir);
      g_clear_pointer (&shared_dir, g_free);
    }
  if (template_dir != NULL)
    store_test_remove_dir (template_dir);
  g_clear_pointer (&template_dir, g_free);
  return status;
}
