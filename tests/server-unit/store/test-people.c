/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people-util.h"

#include "gh-error.h"
#include "ghd-store-accounts.h"
#include "ghd-store-devices.h"
#include "ghd-store-keys.h"
#include "ghd-store-media.h"

#include <string.h>

static void
test_accounts (void)
{
  static const char *const both[] = { "@ada:localhost", "@bob:localhost", "@nobody:localhost",
                                      NULL };
  const GhdProfileEdit name = { "Ada L.", NULL, NULL, 0 };
  const GhdProfileEdit status = { NULL, NULL, "At tea", 5000 };
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdAccountRow) ada = NULL;
  g_autoptr (GhdAccountRow) changed = NULL;
  g_autoptr (GPtrArray) many = NULL;
  g_autoptr (GPtrArray) since = NULL;
  g_autofree char *old = NULL;

  g_assert_cmpint (dex_await_int (ghd_store_accounts_check_name (pool, "bill", "bill"), NULL), ==,
                   GHD_NAME_FREE);
  g_assert_true (store_test_person (pool, "ada", NULL, &error));
  g_assert_true (store_test_person (pool, "bob", NULL, &error));
  g_assert_true (store_test_person (pool, "bill", NULL, &error));
  g_assert_cmpint (dex_await_int (ghd_store_accounts_check_name (pool, "bill", "bill"), NULL), ==,
                   GHD_NAME_TAKEN);
  g_assert_cmpint (dex_await_int (ghd_store_accounts_check_name (pool, "bi1l", "bill"), NULL), ==,
                   GHD_NAME_CONFUSABLE);
  g_assert_false (store_test_person (pool, "ada", NULL, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "username.taken");
  g_assert_cmpstr (gh_error_get_field (error), ==, "username");
  g_clear_error (&error);
  g_assert_false (store_test_person (pool, "bi1l", NULL, &error));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "username.confusable");
  g_clear_error (&error);

  ada = dex_await_boxed (ghd_store_accounts_find (pool, "ada"), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ada->user_id, ==, "@ada:localhost");
  g_assert_cmpstr (ada->password_hash, ==, "hash");
  g_assert_cmpstr (ada->bio, ==, "");
  g_assert_null (ada->image_id);
  g_assert_cmpint (ada->created_ts, ==, 1000);
  store_test_assert_not_found (ghd_store_accounts_get (pool, "@nobody:localhost"), "account.not_found");

  changed = dex_await_boxed (ghd_store_accounts_set_profile (pool, "@ada:localhost", &name, 1900),
                             &error);
  g_assert_no_error (error);
  g_assert_cmpstr (changed->display_name, ==, "Ada L.");
  g_assert_cmpint (changed->changed_ts, ==, 1900);
  g_assert_cmpstr (changed->status, ==, "");
  ghd_account_row_unref (changed);
  changed = dex_await_boxed (ghd_store_accounts_set_profile (pool, "@ada:localhost", &status, 1950),
                             &error);
  g_assert_no_error (error);
  g_assert_cmpstr (changed->display_name, ==, "Ada L.");
  g_assert_cmpstr (changed->status, ==, "At tea");
  g_assert_cmpint (changed->status_expires_ts, ==, 5000);
  ghd_account_row_unref (changed);
  changed = dex_await_boxed (ghd_store_accounts_set_profile (pool, "@ada:localhost", &name, 2000),
                             &error);
  g_assert_no_error (error);
  g_assert_cmpstr (changed->status, ==, "At tea");
  g_assert_cmpint (changed->status_expires_ts, ==, 5000);
  g_assert_cmpint (changed->changed_ts, ==, 2000);
  old = dex_await_string (ghd_store_accounts_set_picture (pool, "@ada:localhost", GHD_PROFILE_IMAGE,
                                                          "mxc://localhost/a", 2000),
                          &error);
  g_assert_no_error (error);
  g_assert_null (old);
  old = dex_await_string (ghd_store_accounts_set_picture (pool, "@ada:localhost", GHD_PROFILE_IMAGE,
                                                          NULL, 2000),
                          &error);
  g_assert_cmpstr (old, ==, "mxc://localhost/a");

  many = dex_await_boxed (ghd_store_accounts_get_many (pool, both), &error);
  g_assert_cmpuint (many->len, ==, 2);
  since = dex_await_boxed (ghd_store_accounts_changed_since (pool, both, 1000), &error);
  g_assert_cmpuint (since->len, ==, 1);
  g_assert_cmpstr (((GhdAccountRow *) g_ptr_array_index (since, 0))->user_id, ==, "@ada:localhost");
  /* Two changes within a millisecond are two. */
  g_assert_cmpint (((GhdAccountRow *) g_ptr_array_index (since, 0))->changed_ts, ==, 2002);
  store_test_close (pool, NULL);
}

static GhdTokenPair
pair (const char *name, gint64 now_ts)
{
  g_autofree char *access = g_strconcat (name, "-access", NULL);
  g_autofree char *refresh = g_strconcat (name, "-refresh", NULL);

  return (GhdTokenPair) { .access = gh_hash_data (access, strlen (access)),
                          .access_expires_ts = now_ts + 100,
                          .refresh = gh_hash_data (refresh, strlen (refresh)),
                          .refresh_expires_ts = now_ts + 1000 };
}

static void
sign_in (GhdPool *pool, const char *device_id, const char *user_id, gint64 now_ts)
{
  GhdTokenPair tokens = pair (device_id, now_ts);
  g_autoptr (GError) error = NULL;

  dex_await (ghd_store_devices_create (pool, device_id, user_id, "A device", "hash", &tokens,
                                       now_ts),
             &error);
  g_assert_no_error (error);
}

static void
assert_changed (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (future, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
  g_assert_cmpstr (gh_error_get_reason (error), ==, GHD_STORE_ACCOUNT_CHANGED);
}

/* What was proven with a password that is none any more is good for nothing, and changes nothing. */
static void
test_stale_proofs (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdTokenPair tokens = pair ("D2", 0);
  g_autoptr (GhdAccountRow) ada = NULL;
  g_auto (GStrv) revoked = NULL;

  store_test_person (pool, "ada", NULL, NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);

  assert_changed (
    ghd_store_devices_create (pool, "D2", "@ada:localhost", "A device", "stale", &tokens, 0));
  assert_changed (
    ghd_store_devices_create (pool, "D2", "@nobody:localhost", "A device", "hash", &tokens, 0));
  assert_changed (ghd_store_accounts_set_password (pool, "@ada:localhost", "stale", "new", NULL));
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM device"), ==, 1);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM token"), ==, 2);
  ada = dex_await_boxed (ghd_store_accounts_get (pool, "@ada:localhost"), NULL);
  g_assert_cmpstr (ada->password_hash, ==, "hash");

  revoked = dex_await_boxed (ghd_store_accounts_set_disabled (pool, "@ada:localhost", 5), NULL);
  g_assert_cmpuint (g_strv_length (revoked), ==, 1);
  assert_changed (
    ghd_store_devices_create (pool, "D2", "@ada:localhost", "A device", "hash", &tokens, 0));
  store_test_close (pool, NULL);
}

static void
run (GhdConnection *connection, const char *sql)
{
  g_autoptr (GError) error = NULL;

  dex_await (ghd_connection_query (connection, sql, NULL), &error);
  g_assert_no_error (error);
}

/* Whoever signs in while the password is being changed waits for what becomes of it. */
static void
test_sign_in_meanwhile (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdTokenPair tokens = pair ("D1", 0);
  g_autoptr (GhdConnection) other = NULL;
  DexFuture *created;

  store_test_person (pool, "ada", NULL, NULL);
  other = dex_await_object (ghd_connection_open (conninfo, "other", 0), NULL);
  g_assert_nonnull (other);
  run (other, "BEGIN");
  run (other, "UPDATE account SET password_hash = 'new'");
  created = ghd_store_devices_create (pool, "D1", "@ada:localhost", "A device", "hash", &tokens, 0);
  store_test_wait_until (!dex_future_is_pending (created)
                         || store_test_count (pool, "SELECT count(*) FROM pg_stat_activity WHERE"
                                                    " wait_event_type = 'Lock'"
                                                    " AND datname = current_database ()")
                              == 1);
  g_assert_true (dex_future_is_pending (created));
  run (other, "COMMIT");
  assert_changed (created);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM device"), ==, 0);
  ghd_connection_close (other);
  store_test_close (pool, NULL);
}

static GhdTokenState
find (GhdPool *pool, const GhHash *access, gint64 now_ts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdTokenRow)
    row = dex_await_boxed (ghd_store_tokens_find_access (pool, access, now_ts), &error);

  g_assert_no_error (error);
  return row->state;
}

static GhdTokenState
rotate (GhdPool *pool, const GhHash *refresh, const GhdTokenPair *tokens, gint64 now_ts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdTokenRow)
    row = dex_await_boxed (ghd_store_tokens_rotate (pool, refresh, tokens, now_ts), &error);

  g_assert_no_error (error);
  g_assert_true ((row->state == GHD_TOKEN_UNKNOWN) == (row->user_id == NULL));
  return row->state;
}

static void
test_tokens (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdTokenPair first = pair ("D1", 0), second = pair ("second", 50), third = pair ("third", 60);
  GhHash unknown = gh_hash_data ("?", 1);
  g_auto (GStrv) revoked = NULL;
  g_autoptr (GPtrArray) devices = NULL;

  store_test_person (pool, "ada", NULL, NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);
  sign_in (pool, "D2", "@ada:localhost", 10);
  sign_in (pool, "D3", "@ada:localhost", 20);

  g_assert_cmpint (find (pool, &first.access, 50), ==, GHD_TOKEN_VALID);
  g_assert_cmpint (find (pool, &first.access, 100), ==, GHD_TOKEN_EXPIRED);
  g_assert_cmpint (find (pool, &first.refresh, 50), ==, GHD_TOKEN_UNKNOWN);
  g_assert_cmpint (find (pool, &unknown, 50), ==, GHD_TOKEN_UNKNOWN);

  g_assert_cmpint (rotate (pool, &unknown, &second, 50), ==, GHD_TOKEN_UNKNOWN);
  g_assert_cmpint (rotate (pool, &first.access, &second, 50), ==, GHD_TOKEN_UNKNOWN);
  g_assert_cmpint (rotate (pool, &first.refresh, &second, 5000), ==, GHD_TOKEN_EXPIRED);
  g_assert_cmpint (rotate (pool, &first.refresh, &second, 50), ==, GHD_TOKEN_VALID);
  g_assert_cmpint (find (pool, &second.access, 60), ==, GHD_TOKEN_VALID);

  /* The old one again: the whole family is gone, the new one too; other devices are not. */
  g_assert_cmpint (rotate (pool, &first.refresh, &third, 60), ==, GHD_TOKEN_REUSED);
  g_assert_cmpint (find (pool, &second.access, 60), ==, GHD_TOKEN_UNKNOWN);
  g_assert_cmpint (rotate (pool, &second.refresh, &third, 60), ==, GHD_TOKEN_UNKNOWN);
  g_assert_cmpint (find (pool, &third.access, 60), ==, GHD_TOKEN_UNKNOWN);
  devices = dex_await_boxed (ghd_store_devices_list (pool, "@ada:localhost"), NULL);
  g_assert_cmpuint (devices->len, ==, 2);
  g_assert_cmpstr (((GhdDeviceRow *) g_ptr_array_index (devices, 0))->device_id, ==, "D3");

  revoked = dex_await_boxed (ghd_store_accounts_set_password (pool, "@ada:localhost", "hash", "new",
                                                              "D3"),
                             NULL);
  g_assert_cmpuint (g_strv_length (revoked), ==, 1);
  g_assert_cmpstr (revoked[0], ==, "D2");
  store_test_assert_not_found (ghd_store_devices_revoke (pool, "@bob:localhost", "D3"), "device.not_found");
  g_assert_true (dex_await (ghd_store_devices_revoke (pool, "@ada:localhost", "D3"), NULL));
  store_test_assert_not_found (ghd_store_devices_revoke (pool, "@ada:localhost", "D3"), "device.not_found");
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM token"), ==, 0);
  store_test_close (pool, NULL);
}

/* An answer may be lost: the token is good until somebody uses the pair that it was exchanged for. */
static void
test_rotate_again (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdTokenPair first = pair ("D1", 0), lost = pair ("lost", 10), second = pair ("second", 20);
  GhdTokenPair third = pair ("third", 30), fourth = pair ("fourth", 40);

  store_test_person (pool, "ada", NULL, NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);
  g_assert_cmpint (rotate (pool, &first.refresh, &lost, 10), ==, GHD_TOKEN_VALID);
  g_assert_cmpint (rotate (pool, &first.refresh, &second, 20), ==, GHD_TOKEN_VALID);
  g_assert_cmpint (find (pool, &lost.access, 20), ==, GHD_TOKEN_UNKNOWN);

  /* What was given and replaced stands for its parent, and replaces in its turn. */
  g_assert_cmpint (rotate (pool, &lost.refresh, &third, 30), ==, GHD_TOKEN_VALID);
  g_assert_cmpint (find (pool, &second.access, 30), ==, GHD_TOKEN_UNKNOWN);
  g_assert_cmpint (rotate (pool, &third.refresh, &fourth, 40), ==, GHD_TOKEN_VALID);
  g_assert_cmpint (rotate (pool, &first.refresh, &lost, 50), ==, GHD_TOKEN_REUSED);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM token"), ==, 0);
  store_test_close (pool, NULL);
}

/* Of the pairs that many uses of one refresh token at the same time give, exactly one is good. */
static void
test_rotate_at_once (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdTokenPair first = pair ("D1", 0);
  DexFuture *futures[8];
  guint n_valid = 0;

  store_test_person (pool, "ada", NULL, NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autofree char *name = g_strdup_printf ("next%zu", i);
      GhdTokenPair next = pair (name, 10);

      futures[i] = ghd_store_tokens_rotate (pool, &first.refresh, &next, 10);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhdTokenRow) row = dex_await_boxed (futures[i], &error);

      g_assert_no_error (error);
      n_valid += row->state == GHD_TOKEN_VALID;
    }
  g_assert_cmpuint (n_valid, ==, G_N_ELEMENTS (futures));
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM device"), ==, 1);
  /* The sign-in's own access token is no part of an exchange, and lives until it expires. */
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM token WHERE NOT is_refresh"), ==,
                   2);
  g_assert_cmpint (store_test_count (pool,
                                     "SELECT count(*) FROM token WHERE is_refresh AND used_ts = 0"),
                   ==, 1);
  store_test_close (pool, NULL);
}

static void
test_disabled (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdTokenPair first = pair ("D1", 0);
  g_auto (GStrv) revoked = NULL;

  store_test_person (pool, "ada", NULL, NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);
  revoked = dex_await_boxed (ghd_store_accounts_set_disabled (pool, "@ada:localhost", 77), NULL);
  g_assert_cmpuint (g_strv_length (revoked), ==, 1);
  g_assert_cmpint (find (pool, &first.access, 1), ==, GHD_TOKEN_UNKNOWN);

  /* Should a device be left all the same. */
  g_clear_pointer (&revoked, g_strfreev);
  revoked = dex_await_boxed (ghd_store_accounts_set_disabled (pool, "@ada:localhost", 0), NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);
  g_assert_cmpint (store_test_count (pool, "WITH done AS (UPDATE account SET disabled_ts = 77"
                                           " RETURNING 1) SELECT count(*) FROM done"),
                   ==, 1);
  g_assert_cmpint (find (pool, &first.access, 1), ==, GHD_TOKEN_DISABLED);
  g_assert_cmpint (rotate (pool, &first.refresh, &first, 1), ==, GHD_TOKEN_DISABLED);
  store_test_assert_not_found (ghd_store_accounts_set_disabled (pool, "@nobody:localhost", 1),
                    "account.not_found");
  store_test_close (pool, NULL);
}

static void
test_purge (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);

  store_test_person (pool, "ada", NULL, NULL);
  sign_in (pool, "D1", "@ada:localhost", 0);
  sign_in (pool, "D2", "@ada:localhost", 5000);
  dex_await (ghd_store_tokens_purge (pool, 500), NULL);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM token"), ==, 3);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM device"), ==, 2);
  dex_await (ghd_store_tokens_purge (pool, 1000), NULL);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM device"), ==, 1);
  store_test_close (pool, NULL);
}

static void
test_media (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = store_test_writer (conninfo, NULL);
  g_autoptr (GhdWrite) write = ghd_write_new (NULL, NULL);
  g_autoptr (GhEventDraft)
    meta = store_test_state (TEST_ROOM, GH_EVENT_GUILD_META, "", TEST_USER,
                             "{\"name\":\"G\",\"icon\":\"mxc://localhost/icon\"}");
  g_autoptr (GhEventDraft)
    create = store_test_state (TEST_ROOM_2, GH_EVENT_GUILD_CREATE, "", TEST_USER, "{}");
  g_autoptr (GhEventDraft)
    other_meta = store_test_state (TEST_ROOM_2, GH_EVENT_GUILD_META, "", TEST_USER,
                                   "{\"name\":\"H\",\"icon\":\"mxc://localhost/other\"}");
  g_autoptr (GhEventDraft) delete = store_test_state (TEST_ROOM_2, GH_EVENT_GUILD_DELETE, "",
                                                      TEST_USER, "{}");
  g_autoptr (GhdWrite) end = ghd_write_new (NULL, NULL);
  g_autoptr (GhdMediaRow) row = NULL;
  g_auto (GStrv) unused = NULL, unused_after = NULL;
  static const char *const ids[] = { "mxc://localhost/icon", "mxc://localhost/face",
                                     "mxc://localhost/unused", "mxc://localhost/banner",
                                     "mxc://localhost/other" };

  dex_await (ghd_writer_start (writer), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      GhdMediaRow media = { .media_id = (char *) ids[i],
                            .owner = (char *) TEST_USER,
                            .content_type = (char *) "image/png",
                            .sizes = (char *) "64,128",
                            .bytes = 9,
                            .created_ts = 5 };

      g_assert_true (dex_await (ghd_store_media_create (pool, &media), NULL));
    }
  store_test_person (pool, "ada", NULL, NULL);
  dex_await (ghd_store_accounts_set_picture (pool, "@ada:localhost", GHD_PROFILE_IMAGE, ids[1], 9),
             NULL);
  dex_await (ghd_store_accounts_set_picture (pool, "@ada:localhost", GHD_PROFILE_BANNER, ids[3], 9),
             NULL);
  ghd_write_add_event (write, meta);
  ghd_write_add_event (write, create);
  ghd_write_add_event (write, other_meta);
  g_assert_true (dex_await (ghd_writer_append (writer, write), NULL));

  row = dex_await_boxed (ghd_store_media_get (pool, ids[0]), NULL);
  g_assert_cmpstr (row->sizes, ==, "64,128");
  unused = dex_await_boxed (ghd_store_media_list_unused (pool, 6), NULL);
  g_assert_cmpuint (g_strv_length (unused), ==, 1);
  g_assert_cmpstr (unused[0], ==, ids[2]);
  g_assert_true (dex_await (ghd_store_media_delete (pool, ids[2]), NULL));
  store_test_assert_not_found (ghd_store_media_get (pool, ids[2]), "media.not_found");

  /* A guild that was deleted shows its icon to nobody. */
  ghd_write_add_event (end, delete);
  g_assert_true (dex_await (ghd_writer_append (writer, end), NULL));
  unused_after = dex_await_boxed (ghd_store_media_list_unused (pool, 6), NULL);
  g_assert_cmpuint (g_strv_length (unused_after), ==, 1);
  g_assert_cmpstr (unused_after[0], ==, ids[4]);
  store_test_close (pool, writer);
}

static void
test_keys (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  guint8 key[GHD_SERVER_KEY_SIZE] = { 1, 2, 3 };
  g_autoptr (GPtrArray) rows = NULL;

  g_assert_true (dex_await (ghd_store_keys_add (pool, "localhost", "ed25519:a", key, 5), NULL));
  g_assert_true (dex_await (ghd_store_keys_add (pool, "localhost", "ed25519:a", key, 6), NULL));
  rows = dex_await_boxed (ghd_store_keys_list (pool), NULL);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpmem (((GhdServerKeyRow *) g_ptr_array_index (rows, 0))->public_key, sizeof key, key,
                   sizeof key);
  store_test_close (pool, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/people/accounts", test_accounts);
  store_test_add ("/people/tokens", test_tokens);
  store_test_add ("/people/stale-proofs", test_stale_proofs);
  store_test_add ("/people/sign-in-meanwhile", test_sign_in_meanwhile);
  store_test_add ("/people/rotate-again", test_rotate_again);
  store_test_add ("/people/rotate-at-once", test_rotate_at_once);
  store_test_add ("/people/disabled", test_disabled);
  store_test_add ("/people/purge", test_purge);
  store_test_add ("/people/media", test_media);
  store_test_add ("/people/keys", test_keys);
  return store_test_main (argc, argv);
}
