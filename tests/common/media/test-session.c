/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Epochs: who can seal and open when, and that nothing works without a key. */
#include "media-pair.h"

/* A sanitizer has a malloc() of its own, and wants to keep it. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#endif

/* Alice seals one and Bob tries it. */
static GhMediaResult
say (Pair *pair)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);

  size = must_seal (pair->sealer, GH_MEDIA_RTP, packet, size, sealed);
  return try_open (pair->opener, sealed, size);
}

static void
assert_cannot_seal (GhMediaSealer *sealer)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET] = { 0 };
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);

  g_assert_false (gh_media_sealer_has_key (sealer));
  g_assert_cmpint (gh_media_sealer_seal (sealer, GH_MEDIA_RTP, packet, size, sealed, &size), ==,
                   GH_MEDIA_NO_KEY);
  g_assert_cmpuint (size, ==, 0);
  for (guint i = 0; i < sizeof sealed; i++)
    g_assert_cmpuint (sealed[i], ==, 0);
}

static void
test_no_key (void)
{
  guint8 garbage[200] = { 0x80, 0x6f };
  GhMediaStats stats;
  Pair pair;

  pair_init (&pair);
  assert_cannot_seal (pair.sealer);
  g_assert_false (gh_media_session_get_epoch (pair.alice, NULL));
  g_assert_cmpint (try_open (pair.opener, garbage, sizeof garbage), ==, GH_MEDIA_UNKNOWN_EPOCH);
  /* A key that is installed is not yet one to seal with. */
  pair_install (pair.alice, 1);
  assert_cannot_seal (pair.sealer);
  pair_send_with (pair.alice, 1);
  g_assert_true (gh_media_sealer_has_key (pair.sealer));
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_UNKNOWN_EPOCH);
  pair_install (pair.bob, 1);
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);

  gh_media_session_get_stats (pair.alice, &stats);
  g_assert_cmpuint (stats.n_unsealed, ==, 2);
  g_assert_cmpuint (stats.n_sealed, ==, 2);
  gh_media_session_get_stats (pair.bob, &stats);
  g_assert_cmpuint (stats.n_unknown_epoch, ==, 2);
  g_assert_cmpuint (stats.n_opened, ==, 1);
  g_assert_cmpuint (stats.opened_bytes, ==, 24 + 40 + GH_MEDIA_TRAILER_SIZE);
  pair_clear (&pair);
}

static void
test_rotation (void)
{
  guint32 epoch = 0;
  Pair pair;

  pair_init_with_key (&pair);
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
  for (guint32 next = 2; next < 600; next++)
    {
      /* First both have it, then one after the other seals with it: nothing is lost. */
      pair_install (pair.alice, next);
      g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
      pair_install (pair.bob, next);
      g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
      pair_send_with (pair.bob, next);
      g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
      pair_send_with (pair.alice, next);
      g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
      g_assert_true (gh_media_session_get_epoch (pair.alice, &epoch));
      g_assert_cmpuint (epoch, ==, next);
      if (next % 3 == 0)
        gh_clock_advance_ms (pair.clock, GH_MEDIA_GRACE_MS);
    }
  pair_clear (&pair);
}

static void
test_grace (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 late[2][MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);
  gsize sealed_size = 0;
  g_autoptr (GhMediaOpener) for_all = NULL;
  Pair pair;

  pair_init_with_key (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (late); i++)
    sealed_size = must_seal (pair.sealer, GH_MEDIA_RTP, packet, size, late[i]);
  pair_install (pair.bob, 2);
  g_assert_cmpint (gh_media_session_expire (pair.bob), ==, -1);
  pair_send_with (pair.bob, 2);
  g_assert_cmpint (gh_media_session_expire (pair.bob), >, 0);
  gh_clock_advance_ms (pair.clock, GH_MEDIA_GRACE_MS - 1);
  g_assert_cmpint (try_open (pair.opener, late[0], sealed_size), ==, GH_MEDIA_OK);
  g_assert_cmpint (try_open (pair.opener, late[0], sealed_size), ==, GH_MEDIA_REPLAYED);
  gh_clock_advance_ms (pair.clock, 1);
  /* Gone to the millisecond, though nobody told the session. */
  g_assert_cmpint (try_open (pair.opener, late[1], sealed_size), ==, GH_MEDIA_UNKNOWN_EPOCH);
  /* An opener that is made now has no key of it either. */
  for_all = gh_media_session_get_opener (pair.bob, "@alice:example.org", TRUE);
  g_assert_cmpint (try_open (for_all, late[1], sealed_size), ==, GH_MEDIA_UNKNOWN_EPOCH);
  g_assert_cmpint (gh_media_session_expire (pair.bob), ==, -1);
  pair_clear (&pair);
}

/* Somebody who left has the old key, and whatever is sealed with the new one does not open with it. */
static void
test_who_left (void)
{
  Pair pair;
  GhMediaStats stats;

  pair_init_with_key (&pair);
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
  pair_install (pair.alice, 2);
  pair_send_with (pair.alice, 2);
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_UNKNOWN_EPOCH);
  /* Nor with another key under the same number. */
  {
    g_autoptr (GhSecret) wrong = gh_secret_new_random (GH_MEDIA_KEY_SIZE);

    g_assert_true (gh_media_session_install (pair.bob, 2, wrong, NULL));
  }
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_TAMPERED);
  gh_media_session_get_stats (pair.bob, &stats);
  g_assert_cmpuint (stats.n_opened, ==, 1);
  pair_clear (&pair);
}

static void
test_forget_and_clear (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSecret) key = pair_key (1);
  GhMediaStats stats;
  Pair pair;

  pair_init_with_key (&pair);
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
  gh_media_session_forget (pair.bob, "@alice:example.org");
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_UNKNOWN_EPOCH);
  gh_media_session_get_stats (pair.bob, &stats);
  g_assert_cmpuint (stats.n_opened, ==, 1);

  gh_media_session_clear (pair.alice);
  assert_cannot_seal (pair.sealer);
  g_assert_false (gh_media_session_get_epoch (pair.alice, NULL));
  /* An epoch does not come back, or what it opened would come with it. */
  g_assert_false (gh_media_session_install (pair.alice, 1, key, &error));
  assert_refused (error, GH_ERROR_CONFLICT, "epoch.old");
  pair_install (pair.alice, 2);
  pair_send_with (pair.alice, 2);
  g_assert_true (gh_media_sealer_has_key (pair.sealer));
  pair_clear (&pair);
}

/* Who still holds an opener of a session that went cannot open anything. */
static void
test_opener_outlives_session (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);
  Pair pair;

  pair_init_with_key (&pair);
  size = must_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed);
  gh_media_session_unref (pair.bob);
  g_assert_cmpint (try_open (pair.opener, sealed, size), ==, GH_MEDIA_UNKNOWN_EPOCH);
  pair.bob = gh_media_session_new ("call-1", "@bob:example.org", NULL);
  pair_clear (&pair);
}

static void
test_refusals (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSecret) key = pair_key (5);
  g_autoptr (GhSecret) other = pair_key (6);
  g_autoptr (GhSecret) is_short = gh_secret_new_random (GH_MEDIA_KEY_SIZE - 1);
  Pair pair;

  pair_init (&pair);
  g_assert_false (gh_media_session_install (pair.alice, 5, is_short, &error));
  assert_refused (error, GH_ERROR_INVALID, "epoch.key");
  g_assert_false (gh_media_session_send_with (pair.alice, 5, &error));
  assert_refused (error, GH_ERROR_NOT_FOUND, "epoch.unknown");
  g_assert_true (gh_media_session_install (pair.alice, 5, key, NULL));
  g_assert_true (gh_media_session_install (pair.alice, 5, key, NULL));
  g_assert_false (gh_media_session_install (pair.alice, 5, other, &error));
  assert_refused (error, GH_ERROR_CONFLICT, "epoch.old");
  g_assert_false (gh_media_session_install (pair.alice, 4, key, &error));
  assert_refused (error, GH_ERROR_CONFLICT, "epoch.old");
  pair_send_with (pair.alice, 5);
  /* Its last byte is that of the one in use. */
  g_assert_false (gh_media_session_install (pair.alice, 5 + 256, other, &error));
  assert_refused (error, GH_ERROR_CONFLICT, "epoch.old");
  pair_install (pair.alice, 6);
  pair_send_with (pair.alice, 6);
  g_assert_false (gh_media_session_send_with (pair.alice, 5, &error));
  assert_refused (error, GH_ERROR_CONFLICT, "epoch.old");
  /* Now it may, and the old one goes for it. */
  pair_install (pair.alice, 5 + 256);
  pair_send_with (pair.alice, 5 + 256);
  pair_clear (&pair);
}

/* Keys that are never used make room; the one in use stays. */
static void
test_many_epochs (void)
{
  Pair pair;

  pair_init_with_key (&pair);
  for (guint32 epoch = 2; epoch < 20; epoch++)
    {
      pair_install (pair.bob, epoch);
      g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
    }
  pair_install (pair.alice, 19);
  pair_send_with (pair.alice, 19);
  g_assert_cmpint (say (&pair), ==, GH_MEDIA_OK);
  pair_clear (&pair);
}

typedef struct
{
  Pair pair;
  GMutex lock;
  GPtrArray *sealed; /* of GBytes */
} Crowd;

static gpointer
seal_many (gpointer data)
{
  Crowd *crowd = data;

  for (guint i = 0; i < 250; i++)
    {
      guint8 packet[MAX_TEST_PACKET] = { 0x80, 0x6f };
      guint8 sealed[MAX_TEST_PACKET];
      gsize size;

      g_assert_cmpint (gh_media_sealer_seal (crowd->pair.sealer, GH_MEDIA_RTP, packet, 172, sealed,
                                             &size),
                       ==, GH_MEDIA_OK);
      g_mutex_lock (&crowd->lock);
      g_ptr_array_add (crowd->sealed, g_bytes_new (sealed, size));
      g_mutex_unlock (&crowd->lock);
    }
  return NULL;
}

/* Several threads seal while the epoch changes twice: each packet opens, once. */
static void
test_threads (void)
{
  GThread *threads[4];
  Crowd crowd = { 0 };
  GhMediaStats stats;

  pair_init_with_key (&crowd.pair);
  g_mutex_init (&crowd.lock);
  crowd.sealed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  pair_install (crowd.pair.bob, 2);
  pair_install (crowd.pair.bob, 3);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("seal", seal_many, &crowd);
  for (guint32 epoch = 2; epoch <= 3; epoch++)
    {
      pair_install (crowd.pair.alice, epoch);
      pair_send_with (crowd.pair.alice, epoch);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < crowd.sealed->len; i++)
        {
          gsize size;
          const guint8 *sealed = g_bytes_get_data (g_ptr_array_index (crowd.sealed, i), &size);
          GhMediaResult result = try_open (crowd.pair.opener, sealed, size);

          /* All fit into the window; they come in the order of the threads' turns, which is not that of the
           * counters. */
          g_assert_cmpint (result, ==, round == 0 ? GH_MEDIA_OK : GH_MEDIA_REPLAYED);
        }
    }
  gh_media_session_get_stats (crowd.pair.bob, &stats);
  g_assert_cmpuint (stats.n_opened, ==, 4 * 250);
  g_ptr_array_unref (crowd.sealed);
  g_mutex_clear (&crowd.lock);
  pair_clear (&crowd.pair);
}

#ifndef HAS_SANITIZER
/* Counts what this program allocates while it is told to; glibc lets a program have its own malloc(). */
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *old, size_t size);

static _Thread_local gboolean is_counting;
static _Thread_local guint n_allocations;

void *
malloc (size_t size)
{
  n_allocations += is_counting ? 1 : 0;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  n_allocations += is_counting ? 1 : 0;
  return __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  n_allocations += is_counting ? 1 : 0;
  return __libc_realloc (old, size);
}

static void
test_no_allocation (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 160, packet);
  gsize out_size;
  GhMediaKind kind;
  guint n_ok = 0;
  Pair pair;

  pair_init_with_key (&pair);
  is_counting = TRUE;
  g_free (g_malloc (1));
  g_assert_cmpuint (n_allocations, ==, 1);
  n_allocations = 0;
  for (guint i = 0; i < 1000; i++)
    {
      gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed, &out_size);
      n_ok += gh_media_opener_open (pair.opener, sealed, out_size, packet, &out_size, &kind)
                  == GH_MEDIA_OK
                ? 1
                : 0;
      gh_media_opener_open (pair.opener, sealed, size, sealed, &out_size, &kind);
    }
  is_counting = FALSE;
  g_assert_cmpuint (n_allocations, ==, 0);
  g_assert_cmpuint (n_ok, ==, 1000);
  pair_clear (&pair);
}
#endif

/* A payload that is held is not sealed, by whatever sealer; all else is. */
static void
test_hold (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);
  guint payload_type = packet[1] & 0x7f;
  g_autoptr (GhMediaSealer) later = NULL;
  GhMediaStats stats;
  gsize sealed_size;
  Pair pair;

  pair_init (&pair);
  pair_install (pair.alice, 1);
  pair_send_with (pair.alice, 1);
  gh_media_session_hold (pair.alice, payload_type, TRUE);
  later = gh_media_session_create_sealer (pair.alice, "@bob:example.org");
  g_assert_cmpint (gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed,
                                         &sealed_size),
                   ==, GH_MEDIA_HELD);
  g_assert_cmpuint (sealed_size, ==, 0);
  g_assert_cmpint (gh_media_sealer_seal (later, GH_MEDIA_RTP, packet, size, sealed, &sealed_size),
                   ==, GH_MEDIA_HELD);
  /* With its marker it is the same payload; another is another. */
  packet[1] ^= 0x80;
  g_assert_cmpint (gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed,
                                         &sealed_size),
                   ==, GH_MEDIA_HELD);
  packet[1] = (guint8) (payload_type ^ 1);
  g_assert_cmpint (gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed,
                                         &sealed_size),
                   ==, GH_MEDIA_OK);
  gh_media_sealer_get_stats (pair.sealer, &stats);
  g_assert_cmpuint (stats.n_held, ==, 2);
  g_assert_cmpuint (stats.n_sealed_rtp, ==, 1);
  gh_media_session_hold (pair.alice, payload_type, FALSE);
  packet[1] = (guint8) payload_type;
  g_assert_cmpint (gh_media_sealer_seal (later, GH_MEDIA_RTP, packet, size, sealed, &sealed_size),
                   ==, GH_MEDIA_OK);
  pair_clear (&pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/session/no-key", test_no_key);
  g_test_add_func ("/media/session/rotation", test_rotation);
  g_test_add_func ("/media/session/grace", test_grace);
  g_test_add_func ("/media/session/who-left", test_who_left);
  g_test_add_func ("/media/session/forget-and-clear", test_forget_and_clear);
  g_test_add_func ("/media/session/opener-outlives-session", test_opener_outlives_session);
  g_test_add_func ("/media/session/hold", test_hold);
  g_test_add_func ("/media/session/refusals", test_refusals);
  g_test_add_func ("/media/session/many-epochs", test_many_epochs);
  g_test_add_func ("/media/session/threads", test_threads);
#ifndef HAS_SANITIZER
  g_test_add_func ("/media/session/no-allocation", test_no_allocation);
#endif
  return g_test_run ();
}
