/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "writer-util.h"

#include "gh-error.h"
#include "gh-receipt.h"
#include "gh-signing-key.h"
#include "ghd-store-events.h"

#include <string.h>
#include <sys/resource.h>

/* What several threads have signed is what the log and everybody else got. */
static void
assert_signed (GhEvent *event)
{
  GhSigningKey *key = store_test_signer ().user_data;

  g_assert_true (gh_signing_verify (gh_signing_key_get_public (key),
                                    gh_event_get_hash (event)->bytes, GH_HASH_SIZE,
                                    gh_event_get_signature (event, 0, NULL, NULL)));
}

/* The receipt is for the event that it came with, and holds. */
static void
assert_receipt (GhdCommit *commit)
{
  GhEventSigner signer = store_test_signer ();
  g_autoptr (GhKeyRing) ring = gh_key_ring_new ();
  g_autoptr (GhReceipt) receipt = ghd_commit_dup_receipt (commit);
  g_autoptr (GError) error = NULL;

  gh_key_ring_add (ring, signer.server, signer.key_id, gh_signing_key_get_public (signer.user_data),
                   &error);
  g_assert_no_error (error);
  g_assert_true (gh_receipt_verify (receipt, ring, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (gh_receipt_get_event_id (receipt), ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 0)));
  g_assert_cmpint (gh_receipt_get_position (receipt), ==, ghd_commit_get_position (commit));
}

static void
test_order (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autofree char *last[2] = { NULL, NULL };

  for (guint i = 0; i < 1200; i++)
    g_ptr_array_add (futures,
                     writer_test_append (writer, NULL, i % 2 ? TEST_ROOM_2 : TEST_ROOM, "hello"));
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GhdCommit) commit = writer_test_await (dex_ref (g_ptr_array_index (futures, i)));
      GhEvent *event = ghd_commit_get_event (commit, 0);
      const char *const *prev = gh_event_get_prev_events (event);

      g_assert_cmpint (gh_event_get_position (event), ==, i + 1);
      g_assert_cmpint (ghd_commit_get_position (commit), ==, i + 1);
      g_assert_false (ghd_commit_is_duplicate (commit));
      g_assert_cmpstr (prev != NULL ? prev[0] : NULL, ==, last[i % 2]);
      g_assert_true (g_ptr_array_index (writer_test_published (), i) == event);
      assert_signed (event);
      assert_receipt (commit);
      g_set_str (&last[i % 2], gh_event_get_id (event));
    }
  g_assert_cmpint (store_test_count (pool, "SELECT count (DISTINCT signature) FROM event"), ==,
                   1200);
  g_assert_cmpuint (writer_test_published ()->len, ==, 1200);
  g_assert_cmpint (ghd_writer_get_position (writer), ==, 1200);
  writer_test_assert_sound (pool, 1200);
  store_test_close (NULL, writer);

  /* The next writer goes on where the last one ended. */
  writer = writer_test_start (conninfo);
  g_assert_cmpint (ghd_writer_get_position (writer), ==, 1200);
  {
    g_autoptr (GhdCommit)
      commit = writer_test_await (writer_test_append (writer, NULL, TEST_ROOM, "again"));

    g_assert_cmpint (ghd_commit_get_position (commit), ==, 1201);
    g_assert_cmpstr (gh_event_get_prev_events (ghd_commit_get_event (commit, 0))[0], ==, last[0]);
  }
  writer_test_assert_sound (pool, 1201);
  store_test_close (pool, writer);
  g_free (g_steal_pointer (&last[0]));
  g_free (g_steal_pointer (&last[1]));
}

static int n_signed; /* atomic */

static gboolean
sign_but_one (gconstpointer data, gsize size, guint8 signature[GH_SIGNATURE_SIZE],
              gpointer user_data, GError **error)
{
  GhEventSigner signer = store_test_signer ();

  if (g_atomic_int_add (&n_signed, 1) == 300)
    return gh_set_error (error, GH_ERROR_INTERNAL, "signature.failed", NULL, "No ink");
  return signer.sign (data, size, signature, signer.user_data, error);
}

/* One that cannot be signed takes those of its batch with it, which are told so, and no others. */
static void
test_signer_fails (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriterOptions options = { .conninfo = conninfo, .signer = store_test_signer () };
  GhdWriter *writer;
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GError) none = NULL;
  guint n_written = 0;

  options.signer.sign = sign_but_one;
  writer = ghd_writer_new (&options, NULL);
  g_assert_true (dex_await (ghd_writer_start (writer), &none));
  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (futures, writer_test_append (writer, NULL, TEST_ROOM, "hello"));
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhdCommit)
        commit = dex_await_boxed (dex_ref (g_ptr_array_index (futures, i)), &error);

      if (commit == NULL)
        {
          g_assert_error (error, GH_ERROR, GH_ERROR_INTERNAL);
          continue;
        }
      assert_signed (ghd_commit_get_event (commit, 0));
      assert_receipt (commit);
      n_written++;
    }
  g_assert_cmpuint (n_written, <, 2000);
  g_assert_cmpuint (n_written, >=, 1000);
  writer_test_assert_sound (pool, n_written);
  store_test_close (pool, writer);
}

static void
test_several_events (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER, "make");
  g_autoptr (GhEventDraft)
    create = store_test_state (TEST_ROOM, GH_EVENT_GUILD_CREATE, "", TEST_USER,
                               "{\"owner\":\"" TEST_USER "\",\"version\":1}");
  g_autoptr (GhEventDraft) member = store_test_state (TEST_ROOM, GH_EVENT_ROOM_MEMBER, TEST_USER,
                                                      TEST_USER, "{\"membership\":\"join\"}");
  g_autoptr (GhEventDraft)
    channel = store_test_state (TEST_ROOM_2, GH_EVENT_CHANNEL_CREATE, "", TEST_USER,
                                "{\"guild_id\":\"" TEST_ROOM
                                "\",\"kind\":\"text\",\"private\":true}");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhdCommit) found = NULL;
  g_autoptr (GError) error = NULL;
  guint first, second, third;

  first = ghd_write_add_event (write, create);
  second = ghd_write_add_event (write, member);
  third = ghd_write_add_event (write, channel);
  ghd_write_cite (write, second, first);
  ghd_write_cite (write, third, first);
  ghd_write_cite (write, third, second);
  commit = writer_test_await (ghd_writer_append (writer, write));
  g_assert_cmpuint (ghd_commit_get_n_events (commit), ==, 3);
  g_assert_cmpstr (gh_event_get_auth_events (ghd_commit_get_event (commit, 1))[0], ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 0)));
  g_assert_cmpstr (gh_event_get_auth_events (ghd_commit_get_event (commit, 2))[1], ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 1)));
  g_assert_cmpstr (gh_event_get_txn_id (ghd_commit_get_event (commit, 2)), ==, "make");

  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM state"), ==, 3);
  g_assert_cmpint (
    store_test_count (pool,
                      "SELECT count(*) FROM member WHERE membership = 'join' AND joined_ts > 0"),
    ==, 1);
  g_assert_cmpint (
    store_test_count (pool, "SELECT count(*) FROM room WHERE kind = 'channel' AND is_private"
                            " AND guild_id = '" TEST_ROOM "'"),
    ==, 1);
  writer_test_assert_sound (pool, 3);

  found = dex_await_boxed (ghd_store_events_find_txn (pool, TEST_USER, "make"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ghd_commit_get_n_events (found), ==, 3);
  g_assert_cmpint (ghd_commit_get_position (found), ==, 3);
  g_assert_cmpstr (gh_event_get_id (ghd_commit_get_event (found, 2)), ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 2)));
  store_test_close (pool, writer);
}

static void
test_idempotent (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_duplicates = 0;

  /* Ten requests, each made five times, in one batch, in the next ones and much later. */
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < 10; i++)
        {
          g_autofree char *txn_id = g_strdup_printf ("t%u", i);

          g_ptr_array_add (futures, writer_test_append (writer, txn_id, TEST_ROOM, "once"));
          if (i % 3 == 0)
            g_ptr_array_add (futures, writer_test_append (writer, NULL, TEST_ROOM, "filler"));
        }
      if (round >= 2)
        dex_await (dex_ref (g_ptr_array_index (futures, futures->len - 1)), NULL);
    }
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GhdCommit) commit = writer_test_await (dex_ref (g_ptr_array_index (futures, i)));

      n_duplicates += ghd_commit_is_duplicate (commit);
      g_assert_cmpuint (ghd_commit_get_n_events (commit), ==, 1);
      g_hash_table_add (ids, g_strdup (gh_event_get_id (ghd_commit_get_event (commit, 0))));
    }
  g_assert_cmpuint (n_duplicates, ==, 40);
  g_assert_cmpuint (g_hash_table_size (ids), ==, 10 + 20);
  g_assert_cmpuint (writer_test_published ()->len, ==, 30);
  writer_test_assert_sound (pool, 30);

  /* Another person's request of the same name is another request. */
  {
    g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER_2, "t0");
    g_autoptr (GhEventDraft) draft = store_test_message (TEST_ROOM, TEST_USER_2, "mine");
    g_autoptr (GhdCommit) commit = NULL;

    ghd_write_add_event (write, draft);
    commit = writer_test_await (ghd_writer_append (writer, write));
    g_assert_false (ghd_commit_is_duplicate (commit));
  }
  writer_test_assert_sound (pool, 31);
  store_test_close (pool, writer);
}

static void
test_poisoned (void)
{
  static const guint culprits[] = { 0, 250, 499 };
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  gint64 expected = 1;

  for (guint c = 0; c < G_N_ELEMENTS (culprits); c++)
    {
      g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);

      for (guint i = 0; i < 500; i++)
        {
          g_autoptr (GhdWrite) write = store_test_write (NULL, TEST_ROOM, "neighbour");

          if (i == culprits[c])
            ghd_write_add_statement (
              write, "SELECT gh_require (false, 'GH409', 'test.poison', 'Refused.')", NULL);
          g_ptr_array_add (futures, ghd_writer_append (writer, write));
        }
      for (guint i = 0; i < 500; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GhdCommit)
            commit = dex_await_boxed (dex_ref (g_ptr_array_index (futures, i)), &error);

          if (i == culprits[c])
            {
              g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
              g_assert_cmpstr (gh_error_get_reason (error), ==, "test.poison");
              g_assert_cmpstr (error->message, ==, "Refused.");
              continue;
            }
          g_assert_no_error (error);
          g_assert_cmpint (ghd_commit_get_position (commit), ==, expected++);
          assert_signed (ghd_commit_get_event (commit, 0));
          assert_receipt (commit);
        }
      writer_test_assert_sound (pool, expected - 1);
    }
  g_assert_cmpuint (writer_test_published ()->len, ==, expected - 1);
  store_test_close (pool, writer);
}

static void
test_unbuildable (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  g_autofree char *long_body = g_strnfill (20000, 'x');
  g_autoptr (DexFuture) before = writer_test_append (writer, NULL, TEST_ROOM, "before");
  g_autoptr (DexFuture) tall = writer_test_append (writer, "tall", TEST_ROOM, long_body);
  g_autoptr (DexFuture) after = writer_test_append (writer, NULL, TEST_ROOM, "after");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (g_steal_pointer (&tall), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_TOO_LARGE);
  dex_await (g_steal_pointer (&before), NULL);
  commit = writer_test_await (g_steal_pointer (&after));
  g_assert_cmpint (ghd_commit_get_position (commit), ==, 2);
  writer_test_assert_sound (pool, 2);
  store_test_close (pool, writer);
}

static void
test_bounded_queue (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdWriterOptions options = { .conninfo = conninfo,
                               .signer = store_test_signer (),
                               .max_waiting = 20 };
  GhdWriter *writer = ghd_writer_new (&options, NULL);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  guint n_refused = 0;

  dex_await (ghd_writer_start (writer), NULL);
  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (futures, writer_test_append (writer, NULL, TEST_ROOM, "hello"));
  g_assert_cmpuint (ghd_writer_get_n_waiting (writer), ==, 20);
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (dex_await (dex_ref (g_ptr_array_index (futures, i)), &error))
        continue;
      g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
      g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);
      n_refused++;
    }
  g_assert_cmpuint (n_refused, ==, 30);
  store_test_close (NULL, writer);
}

/* What the database takes too long for is refused in time, leaves nothing behind, and may be asked again. */
static void
test_statement_timeout (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdWriterOptions options = { .conninfo = conninfo,
                               .signer = store_test_signer (),
                               .statement_timeout_ms = 2000 };
  GhdWriter *writer = ghd_writer_new (&options, NULL);
  GhdPool *pool = store_test_pool (conninfo);
  const GhdStatement hold[] = { { "UPDATE writer_mark SET batch = batch", NULL },
                                { "SELECT pg_sleep (600)", NULL } };
  g_autoptr (GhdConnection) holder = NULL;
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (DexFuture) held = NULL;
  g_autoptr (DexFuture) late = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began_us;

  dex_await (ghd_writer_start (writer), &error);
  g_assert_no_error (error);
  holder = dex_await_object (ghd_connection_open (conninfo, "holder", 0), &error);
  g_assert_no_error (error);
  held = ghd_connection_run (holder, hold, G_N_ELEMENTS (hold));
  while (store_test_count (pool, "SELECT count(*) FROM pg_stat_activity WHERE"
                                 " application_name = 'holder' AND wait_event = 'PgSleep'")
         == 0)
    g_assert_true (dex_future_is_pending (held));

  began_us = g_get_monotonic_time ();
  late = writer_test_append (writer, "late", TEST_ROOM, "late");
  g_assert_false (dex_await (g_steal_pointer (&late), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 2000 * 1000);
  g_assert_true (dex_future_is_pending (held));
  g_assert_true (ghd_writer_is_available (writer));
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM event"), ==, 0);

  store_test_count (pool, "SELECT count (pg_terminate_backend (pid)) FROM pg_stat_activity"
                          " WHERE application_name = 'holder'");
  g_assert_false (dex_await (g_steal_pointer (&held), NULL));
  /* A busy disk may take that long, too. */
  while (commit == NULL)
    {
      g_clear_error (&error);
      commit = dex_await_boxed (writer_test_append (writer, "late", TEST_ROOM, "late"), &error);
      g_assert_true (commit != NULL || g_error_matches (error, GH_ERROR, GH_ERROR_UNAVAILABLE));
    }
  g_assert_cmpint (ghd_commit_get_position (commit), ==, 1);
  writer_test_assert_sound (pool, 1);
  store_test_close (pool, writer);
}

static void
test_only_writer (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdWriter *first = writer_test_start (conninfo);
  GhdWriter *second = store_test_writer (conninfo, NULL);
  g_autoptr (DexFuture) starting = ghd_writer_start (second);
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (g_steal_pointer (&starting), &error));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "writer.locked");
  store_test_close (NULL, first);

  /* It goes on trying, and gets its turn. */
  store_test_wait_until (ghd_writer_is_available (second));
  store_test_close (NULL, second);
}

static void
test_close_drains (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1500; i++)
    g_ptr_array_add (futures, writer_test_append (writer, NULL, TEST_ROOM, "hello"));
  dex_await (ghd_writer_close (writer), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < futures->len; i++)
    g_assert_true (dex_future_is_resolved (g_ptr_array_index (futures, i)));
  g_assert_false (dex_await (writer_test_append (writer, NULL, TEST_ROOM, "late"), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  writer_test_assert_sound (pool, 1500);
  store_test_close (pool, writer);
}

static guint n_turns;

static int
count_turn (GPollFD *fds, guint n_fds, int timeout_ms)
{
  n_turns++;
  return g_poll (fds, n_fds, timeout_ms);
}

/* A write by itself makes the main loop turn four times: it is taken up, its outcome comes, it is told,
 * and heard here. */
static void
test_turns (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = writer_test_start (conninfo);
  GMainContext *context = g_main_context_default ();
  GPollFunc poll = g_main_context_get_poll_func (context);
  guint fewest = G_MAXUINT;

  g_main_context_set_poll_func (context, count_turn);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GhdCommit) commit = NULL;

      n_turns = 0;
      commit = writer_test_await (writer_test_append (writer, NULL, TEST_ROOM, "alone"));
      fewest = MIN (fewest, n_turns);
    }
  g_main_context_set_poll_func (context, poll);
  g_test_message ("a write by itself: %u turns", fewest);
  g_assert_cmpuint (fewest, <=, 4);
  store_test_close (pool, writer);
}

/* The CPU this process has used: says more than a clock on a machine that others use too. */
static gint64
cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * (gint64) G_USEC_PER_SEC
         + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void
test_speed (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();
  GhdWriter *writer = store_test_writer (conninfo, metrics);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autofree char *text = NULL;
  gint64 began_us, began_cpu_us;
  guint n = 20000;

  dex_await (ghd_writer_start (writer), NULL);
  began_us = g_get_monotonic_time ();
  began_cpu_us = cpu_us ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *txn_id = g_strdup_printf ("t%u", i);

      g_ptr_array_add (futures, writer_test_append (writer, txn_id, i % 2 ? TEST_ROOM : TEST_ROOM_2,
                                                    "hello hello hello"));
    }
  for (guint i = 0; i < n; i++)
    g_assert_true (dex_await (dex_ref (g_ptr_array_index (futures, i)), NULL));
  g_test_message ("%u events with a txn_id each, signed: %d events/s, %.1f us of our CPU for each",
                  n, (int) (n * (gint64) G_USEC_PER_SEC / (g_get_monotonic_time () - began_us)),
                  (cpu_us () - began_cpu_us) / (double) n);
  text = ghd_metrics_render (metrics);
  g_assert_nonnull (strstr (text, "guildhall_writer_batch_size_sum 20000\n"));
  g_assert_nonnull (strstr (text, "guildhall_writer_queue 0\n"));
  g_assert_nonnull (strstr (text, "guildhall_event_seconds_count 20000\n"));
  writer_test_assert_sound (pool, n);
  store_test_close (pool, writer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/writer/order", test_order);
  store_test_add ("/writer/signer-fails", test_signer_fails);
  store_test_add ("/writer/several-events", test_several_events);
  store_test_add ("/writer/idempotent", test_idempotent);
  store_test_add ("/writer/poisoned", test_poisoned);
  store_test_add ("/writer/unbuildable", test_unbuildable);
  store_test_add ("/writer/bounded-queue", test_bounded_queue);
  store_test_add ("/writer/statement-timeout", test_statement_timeout);
  store_test_add ("/writer/only-writer", test_only_writer);
  store_test_add ("/writer/close-drains", test_close_drains);
  store_test_add ("/writer/turns", test_turns);
  store_test_add ("/writer/speed", test_speed);
  return store_test_main (argc, argv);
}
