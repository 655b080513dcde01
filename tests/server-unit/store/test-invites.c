/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people-util.h"

#include "gh-error.h"
#include "ghd-store-invites.h"

static void
test_server_invites (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdInviteRow once = { .code = (char *) "once", .created_ts = 1, .max_uses = 1 };
  GhdInviteRow expired = { .code = (char *) "expired", .created_ts = 1, .expires_ts = 999 };
  g_autoptr (GError) error = NULL;

  dex_await (ghd_store_invites_create (pool, &once, G_MAXUINT), &error);
  g_assert_no_error (error);
  dex_await (ghd_store_invites_create (pool, &expired, G_MAXUINT), NULL);
  g_assert_true (store_test_person (pool, "ada", "once", &error));
  g_assert_false (store_test_person (pool, "bob", "once", &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_DENIED);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "invite.invalid");
  g_clear_error (&error);
  g_assert_false (store_test_person (pool, "bob", "expired", NULL));
  g_assert_false (store_test_person (pool, "bob", "unknown", NULL));
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM account"), ==, 1);
  store_test_close (pool, NULL);
}

static void
assert_invites (GhdPool *pool, const char *creator, guint n)
{
  g_autoptr (GPtrArray) list = NULL;

  list = dex_await_boxed (ghd_store_invites_list (pool, TEST_ROOM, creator, 5), NULL);
  g_assert_cmpuint (list->len, ==, n);
}

/* Only those that still work count, and only one's own in this guild. */
static void
test_too_many_invites (void)
{
  static const struct
  {
    const char *code, *guild_id, *creator;
    gint64 expires_ts;
    gboolean is_made;
  } steps[] = {
    { "gone", TEST_ROOM, TEST_USER, 3, TRUE },   { "one", TEST_ROOM, TEST_USER, 0, TRUE },
    { "two", TEST_ROOM, TEST_USER, 99, TRUE },   { "three", TEST_ROOM, TEST_USER, 0, FALSE },
    { "four", TEST_ROOM, TEST_USER_2, 0, TRUE }, { "five", TEST_ROOM_2, TEST_USER, 0, TRUE },
  };
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      GhdInviteRow row = { .code = (char *) steps[i].code,
                           .guild_id = (char *) steps[i].guild_id,
                           .creator = (char *) steps[i].creator,
                           .created_ts = 5,
                           .expires_ts = steps[i].expires_ts };

      if (steps[i].is_made)
        g_assert_true (dex_await (ghd_store_invites_create (pool, &row, 2), NULL));
      else
        store_test_assert_not_found (ghd_store_invites_create (pool, &row, 2), "invite.too_many");
    }
  assert_invites (pool, NULL, 3);
  store_test_close (pool, NULL);
}

/* More guests than the invite has uses, at the same moment. */
static void
test_guild_invites (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = store_test_writer (conninfo, NULL);
  GhdInviteRow invite = { .code = (char *) "three",
                          .guild_id = (char *) TEST_ROOM,
                          .creator = (char *) TEST_USER,
                          .created_ts = 1,
                          .max_uses = 3 };
  g_autoptr (GhdInviteRow) row = NULL;
  DexFuture *futures[10];
  guint n_in = 0;

  dex_await (ghd_writer_start (writer), NULL);
  g_assert_true (dex_await (ghd_store_invites_create (pool, &invite, 1), NULL));
  assert_invites (pool, NULL, 1);
  assert_invites (pool, TEST_USER, 1);
  assert_invites (pool, TEST_USER_2, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autofree char *user_id = g_strdup_printf ("@guest%zu:localhost", i);
      g_autoptr (GhdWrite) write = ghd_write_new (user_id, "accept");
      g_autoptr (GhEventDraft) draft = store_test_state (TEST_ROOM, GH_EVENT_ROOM_MEMBER, user_id,
                                                         user_id, "{\"membership\":\"join\"}");

      ghd_write_add_event (write, draft);
      ghd_store_invites_add_use (write, "three", 5);
      futures[i] = ghd_writer_append (writer, write);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr (GError) error = NULL;

      if (dex_await (futures[i], &error))
        n_in++;
      else
        g_assert_cmpstr (gh_error_get_reason (error), ==, "invite.invalid");
    }
  g_assert_cmpuint (n_in, ==, 3);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM member"), ==, 3);
  row = dex_await_boxed (ghd_store_invites_get (pool, "three"), NULL);
  g_assert_cmpint (row->uses, ==, 3);
  g_assert_false (ghd_invite_row_is_usable (row, 5));

  assert_invites (pool, NULL, 0);
  store_test_assert_not_found (ghd_store_invites_revoke (pool, TEST_ROOM_2, "three", 9), "invite.not_found");
  g_assert_true (dex_await (ghd_store_invites_revoke (pool, TEST_ROOM, "three", 9), NULL));
  store_test_assert_not_found (ghd_store_invites_revoke (pool, TEST_ROOM, "three", 9), "invite.not_found");
  store_test_assert_not_found (ghd_store_invites_get (pool, "four"), "invite.invalid");
  store_test_close (pool, writer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/invites/server", test_server_invites);
  store_test_add ("/invites/guild", test_guild_invites);
  store_test_add ("/invites/too-many", test_too_many_invites);
  return store_test_main (argc, argv);
}
