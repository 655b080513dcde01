/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a hostile network or member can do to a packet. */
#include "media-pair.h"

#include "gh-media-replay.h"

static const GhMediaKind kinds[] = { GH_MEDIA_RTP, GH_MEDIA_RTCP, GH_MEDIA_DATA };

static void
test_round_trip (void)
{
  Pair pair;

  pair_init_with_key (&pair);
  for (guint i = 0; i < 3000; i++)
    {
      GhMediaKind kind = kinds[i % G_N_ELEMENTS (kinds)];
      gsize n_text = (gsize) g_test_rand_int_range (kind == GH_MEDIA_DATA ? 1 : 0, 1400);
      guint8 packet[MAX_TEST_PACKET];
      guint8 sealed[MAX_TEST_PACKET];
      guint8 opened[MAX_TEST_PACKET];
      gsize size = make_packet (kind, n_text, packet);
      gsize sealed_size = must_seal (pair.sealer, kind, packet, size, sealed);
      gsize opened_size = 0;
      GhMediaKind got = 0;

      g_assert_cmpint (gh_media_opener_open (pair.opener, sealed, sealed_size, opened, &opened_size,
                                             &got),
                       ==, GH_MEDIA_OK);
      g_assert_cmpint (got, ==, kind);
      g_assert_cmpmem (opened, opened_size, packet, size);
      /* No eight bytes of what is hidden are in what is sent. */
      if (n_text >= 8)
        g_assert_null (memmem (sealed, sealed_size, packet + size - n_text, 8));
    }
  pair_clear (&pair);
}

static void
test_in_place (void)
{
  Pair pair;

  pair_init_with_key (&pair);
  for (gsize n_text = 0; n_text < 200; n_text++)
    {
      guint8 packet[MAX_TEST_PACKET];
      guint8 buffer[MAX_TEST_PACKET];
      gsize size = make_packet (kinds[n_text % 2], n_text, packet);
      gsize sealed_size;
      gsize opened_size;
      GhMediaKind kind;

      memcpy (buffer, packet, size);
      sealed_size = must_seal (pair.sealer, kinds[n_text % 2], buffer, size, buffer);
      g_assert_cmpint (gh_media_opener_open (pair.opener, buffer, sealed_size, buffer, &opened_size,
                                             &kind),
                       ==, GH_MEDIA_OK);
      g_assert_cmpmem (buffer, opened_size, packet, size);
    }
  pair_clear (&pair);
}

static void
test_tampered (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      guint8 packet[MAX_TEST_PACKET];
      guint8 sealed[MAX_TEST_PACKET];
      Pair pair;
      gsize size;
      GhMediaStats stats;

      pair_init_with_key (&pair);
      size = must_seal (pair.sealer, kinds[i], packet, make_packet (kinds[i], 40, packet), sealed);
      for (gsize bit = 0; bit < 8 * size; bit++)
        {
          sealed[bit / 8] ^= (guint8) (1 << bit % 8);
          g_assert_cmpint (try_open (pair.opener, sealed, size), !=, GH_MEDIA_OK);
          sealed[bit / 8] ^= (guint8) (1 << bit % 8);
        }
      gh_media_opener_get_stats (pair.opener, &stats);
      g_assert_cmpuint (stats.n_tampered, >, 8 * (40 + GH_MEDIA_TAG_SIZE));
      /* The last byte is the epoch. */
      g_assert_cmpuint (stats.n_unknown_epoch, >=, 8);
      g_assert_cmpuint (stats.n_tampered + stats.n_unknown_epoch + stats.n_malformed, ==, 8 * size);
      /* None of them moved the window. */
      g_assert_cmpint (try_open (pair.opener, sealed, size), ==, GH_MEDIA_OK);
      pair_clear (&pair);
    }
}

static void
test_truncated (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      guint8 packet[MAX_TEST_PACKET];
      guint8 sealed[MAX_TEST_PACKET] = { 0 };
      Pair pair;
      gsize size;

      pair_init_with_key (&pair);
      size = must_seal (pair.sealer, kinds[i], packet, make_packet (kinds[i], 100, packet), sealed);
      for (gsize cut = 0; cut < size; cut++)
        {
          /* Of exactly this size, so that a sanitizer sees who reads on. */
          g_autofree guint8 *front = g_memdup2 (sealed, MAX (cut, 1));
          g_autofree guint8 *back = g_memdup2 (sealed + size - cut, MAX (cut, 1));

          g_assert_cmpint (try_open (pair.opener, front, cut), !=, GH_MEDIA_OK);
          g_assert_cmpint (try_open (pair.opener, back, cut), !=, GH_MEDIA_OK);
          if (cut <= GH_MEDIA_TRAILER_SIZE)
            g_assert_cmpint (try_open (pair.opener, front, cut), ==, GH_MEDIA_MALFORMED);
        }
      g_assert_cmpint (try_open (pair.opener, sealed, size + 1), !=, GH_MEDIA_OK);
      g_assert_cmpint (try_open (pair.opener, sealed, size), ==, GH_MEDIA_OK);
      pair_clear (&pair);
    }
}

static void
test_too_long (void)
{
  g_autofree guint8 *packet = g_malloc0 (GH_MEDIA_MAX_SEALED + 1);
  g_autofree guint8 *sealed = g_malloc0 (GH_MEDIA_MAX_SEALED + 1);
  gsize most = GH_MEDIA_MAX_SEALED - GH_MEDIA_MAX_OVERHEAD;
  gsize size;
  GhMediaKind kind;
  Pair pair;

  pair_init_with_key (&pair);
  make_packet (GH_MEDIA_RTP, 40, packet);
  g_assert_cmpint (gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, most + 1, sealed,
                                         &size),
                   ==, GH_MEDIA_MALFORMED);
  g_assert_cmpint (gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, most, sealed, &size),
                   ==, GH_MEDIA_OK);
  g_assert_cmpint (gh_media_opener_open (pair.opener, sealed, size, packet, &size, &kind), ==,
                   GH_MEDIA_OK);
  g_assert_cmpint (gh_media_opener_open (pair.opener, sealed, GH_MEDIA_MAX_SEALED + 1, packet,
                                         &size, &kind),
                   ==, GH_MEDIA_MALFORMED);
  pair_clear (&pair);
}

/* What is not of the kind it is said to be is not sealed, least of all into something else. */
static void
test_refused_to_seal (void)
{
  static const struct
  {
    GhMediaKind kind;
    gsize size;
    guint8 bytes[16];
  } wrong[] = {
    { GH_MEDIA_RTP, 0, { 0 } },
    { GH_MEDIA_RTP, 11, { 0x80, 0x6f } },
    { GH_MEDIA_RTP, 12, { 0x60, 0x6f } },
    { GH_MEDIA_RTP, 12, { 0x00, 0x6f } },
    { GH_MEDIA_RTP, 12, { 0x81, 0x6f } },
    { GH_MEDIA_RTP, 15, { 0x90, 0x6f } },
    { GH_MEDIA_RTP, 16, { 0x90, 0x6f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } },
    { GH_MEDIA_RTP, 16, { 0x90, 0x6f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff } },
    { GH_MEDIA_RTP, 16, { 0x80, 200 } },
    { GH_MEDIA_RTCP, 16, { 0x80, 0x6f } },
    { GH_MEDIA_RTCP, 7, { 0x80, 200 } },
    { GH_MEDIA_RTCP, 16, { 0x40, 200 } },
    { GH_MEDIA_DATA, 0, { 0 } },
  };
  Pair pair;
  GhMediaStats stats;

  pair_init_with_key (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      guint8 sealed[MAX_TEST_PACKET] = { 0 };
      gsize size = 1;

      g_assert_cmpint (gh_media_sealer_seal (pair.sealer, wrong[i].kind, wrong[i].bytes,
                                             wrong[i].size, sealed, &size),
                       ==, GH_MEDIA_MALFORMED);
      g_assert_cmpuint (size, ==, 0);
      for (guint k = 0; k < sizeof sealed; k++)
        g_assert_cmpuint (sealed[k], ==, 0);
    }
  gh_media_sealer_get_stats (pair.sealer, &stats);
  g_assert_cmpuint (stats.n_malformed, ==, G_N_ELEMENTS (wrong));
  g_assert_cmpuint (stats.n_sealed, ==, 0);
  pair_clear (&pair);
}

static void
test_garbage (void)
{
  Pair pair;

  pair_init_with_key (&pair);
  for (guint i = 0; i < 20000; i++)
    {
      guint8 sealed[256];
      gsize size = (gsize) g_test_rand_int_range (0, sizeof sealed + 1);

      test_random_bytes (sealed, size);
      /* So that most come as far as the key. */
      if (size > 0 && i % 4 != 0)
        {
          sealed[0] = i % 4 == 1 ? GH_MEDIA_DATA_BYTE : 0x80;
          sealed[size - 1] = 1;
        }
      g_assert_cmpint (try_open (pair.opener, sealed, size), !=, GH_MEDIA_OK);
    }
  pair_clear (&pair);
}

static void
test_replayed (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[8][MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 20, packet);
  GhMediaStats stats;
  Pair pair;

  pair_init_with_key (&pair);
  for (guint i = 0; i < G_N_ELEMENTS (sealed); i++)
    must_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed[i]);
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (sealed); i++)
        g_assert_cmpint (try_open (pair.opener, sealed[i], size + GH_MEDIA_TRAILER_SIZE), ==,
                         round == 0 ? GH_MEDIA_OK : GH_MEDIA_REPLAYED);
    }
  /* Another connection of the same sender knows what this one opened. */
  gh_media_opener_unref (pair.opener);
  pair.opener = gh_media_session_get_opener (pair.bob, "@alice:example.org", FALSE);
  g_assert_cmpint (try_open (pair.opener, sealed[0], size + GH_MEDIA_TRAILER_SIZE), ==,
                   GH_MEDIA_REPLAYED);
  gh_media_opener_get_stats (pair.opener, &stats);
  g_assert_cmpuint (stats.n_replayed, ==, 2 * G_N_ELEMENTS (sealed) + 1);
  g_assert_cmpuint (stats.n_opened, ==, G_N_ELEMENTS (sealed));
  pair_clear (&pair);
}

static void
test_reordered (void)
{
  enum
  {
    N_PACKETS = 2 * GH_MEDIA_REPLAY_WINDOW + 1,
    SIZE = 24 + 4 + GH_MEDIA_TRAILER_SIZE
  };
  guint8 packet[MAX_TEST_PACKET];
  g_autofree guint8 (*sealed)[SIZE] = g_malloc (N_PACKETS * SIZE);
  Pair pair;

  pair_init_with_key (&pair);
  make_packet (GH_MEDIA_RTP, 4, packet);
  for (guint i = 0; i < N_PACKETS; i++)
    must_seal (pair.sealer, GH_MEDIA_RTP, packet, SIZE - GH_MEDIA_TRAILER_SIZE, sealed[i]);
  /* The newest first, then all others backwards: as far as the window reaches they open, once. */
  for (guint i = N_PACKETS; i-- > 0;)
    {
      guint behind = N_PACKETS - 1 - i;

      g_assert_cmpint (try_open (pair.opener, sealed[i], SIZE), ==,
                       behind < GH_MEDIA_REPLAY_WINDOW ? GH_MEDIA_OK : GH_MEDIA_REPLAYED);
      g_assert_cmpint (try_open (pair.opener, sealed[i], SIZE), ==, GH_MEDIA_REPLAYED);
    }
  pair_clear (&pair);
}

/* The window against a table of all that was marked. */
static void
test_window (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (GHashTable)
        marked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      guint64 top = round % 2 == 0 ? 0 : GH_MEDIA_MAX_COUNTER - 100000;
      GhMediaReplay window;

      gh_media_replay_start (&window, top);
      g_hash_table_add (marked, g_memdup2 (&top, sizeof top));
      for (guint i = 0; i < 3000; i++)
        {
          int reach = (guint[]) { 3, 70, 1100, 5000 }[g_test_rand_int_range (0, 4)];
          gint64 step = g_test_rand_int_range (-reach, reach);
          guint64 counter = step < 0 && (guint64) -step > top ? 0 : top + (guint64) step;
          gboolean is_fresh = counter > top
                              || (top - counter < GH_MEDIA_REPLAY_WINDOW
                                  && !g_hash_table_contains (marked, &counter));

          g_assert_cmpint (gh_media_replay_is_fresh (&window, counter), ==, is_fresh);
          if (!is_fresh || i % 3 == 0)
            continue;
          gh_media_replay_mark (&window, counter);
          g_hash_table_add (marked, g_memdup2 (&counter, sizeof counter));
          top = MAX (top, counter);
        }
    }
}

static void
test_wrong_people (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size;
  Pair pair;
  g_autoptr (GhMediaOpener) from_carol = NULL;
  g_autoptr (GhMediaOpener) for_all = NULL;
  g_autoptr (GhMediaOpener) for_carol = NULL;
  g_autoptr (GhMediaOpener) elsewhere = NULL;
  g_autoptr (GhMediaSealer) to_all = NULL;
  g_autoptr (GhMediaSession) carol = NULL;
  g_autoptr (GhMediaSession) other_call = NULL;

  pair_init_with_key (&pair);
  carol = gh_media_session_new ("call-1", "@carol:example.org", pair.clock);
  other_call = gh_media_session_new ("call-2", "@bob:example.org", pair.clock);
  pair_install (carol, 1);
  pair_install (other_call, 1);
  from_carol = gh_media_session_get_opener (pair.bob, "@carol:example.org", FALSE);
  for_all = gh_media_session_get_opener (pair.bob, "@alice:example.org", TRUE);
  for_carol = gh_media_session_get_opener (carol, "@alice:example.org", FALSE);
  elsewhere = gh_media_session_get_opener (other_call, "@alice:example.org", FALSE);

  size = must_seal (pair.sealer, GH_MEDIA_RTP, packet, make_packet (GH_MEDIA_RTP, 40, packet),
                    sealed);
  /* Not Carol's; not for all; not for Carol; not in another call that has the same key. */
  g_assert_cmpint (try_open (from_carol, sealed, size), ==, GH_MEDIA_TAMPERED);
  g_assert_cmpint (try_open (for_all, sealed, size), ==, GH_MEDIA_TAMPERED);
  g_assert_cmpint (try_open (for_carol, sealed, size), ==, GH_MEDIA_TAMPERED);
  g_assert_cmpint (try_open (elsewhere, sealed, size), ==, GH_MEDIA_TAMPERED);
  g_assert_cmpint (try_open (pair.opener, sealed, size), ==, GH_MEDIA_OK);

  to_all = gh_media_session_create_sealer (pair.alice, NULL);
  size = must_seal (to_all, GH_MEDIA_RTP, packet, make_packet (GH_MEDIA_RTP, 40, packet), sealed);
  g_assert_cmpint (try_open (pair.opener, sealed, size), ==, GH_MEDIA_TAMPERED);
  g_assert_cmpint (try_open (for_all, sealed, size), ==, GH_MEDIA_OK);
  pair_clear (&pair);
}

static void
test_reflected (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size;
  GhMediaStats stats;
  Pair pair;
  g_autoptr (GhMediaOpener) from_bob = NULL;
  g_autoptr (GhMediaOpener) from_self = NULL;

  pair_init_with_key (&pair);
  from_bob = gh_media_session_get_opener (pair.alice, "@bob:example.org", FALSE);
  /* Even where our own key would open it. */
  from_self = gh_media_session_get_opener (pair.alice, "@alice:example.org", FALSE);
  size = must_seal (pair.sealer, GH_MEDIA_RTP, packet, make_packet (GH_MEDIA_RTP, 40, packet),
                    sealed);
  g_assert_cmpint (try_open (from_bob, sealed, size), ==, GH_MEDIA_REFLECTED);
  g_assert_cmpint (try_open (from_self, sealed, size), ==, GH_MEDIA_REFLECTED);
  /* Also when the sealer is gone. */
  gh_media_sealer_unref (pair.sealer);
  g_assert_cmpint (try_open (from_bob, sealed, size), ==, GH_MEDIA_REFLECTED);
  pair.sealer = gh_media_session_create_sealer (pair.alice, "@bob:example.org");
  gh_media_session_get_stats (pair.alice, &stats);
  g_assert_cmpuint (stats.n_reflected, ==, 3);
  g_assert_cmpuint (stats.n_sealed, ==, 1);
  pair_clear (&pair);
}

static void
test_counter_exhausted (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  guint8 untouched[MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);
  gsize sealed_size;
  GhMediaStats stats;
  Pair pair;

  pair_init_with_key (&pair);
  gh_media_sealer_set_counter (pair.sealer, GH_MEDIA_MAX_COUNTER - 1);
  for (guint i = 0; i < 2; i++)
    {
      sealed_size = must_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed);
      g_assert_cmpint (try_open (pair.opener, sealed, sealed_size), ==, GH_MEDIA_OK);
    }
  memset (sealed, 0x55, sizeof sealed);
  memset (untouched, 0x55, sizeof untouched);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (gh_media_sealer_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed,
                                             &sealed_size),
                       ==, GH_MEDIA_EXHAUSTED);
      g_assert_cmpuint (sealed_size, ==, 0);
      g_assert_cmpmem (sealed, sizeof sealed, untouched, sizeof untouched);
    }
  gh_media_sealer_get_stats (pair.sealer, &stats);
  g_assert_cmpuint (stats.n_exhausted, ==, 3);
  pair_clear (&pair);
}

static void
test_salts_exhausted (void)
{
  guint8 packet[MAX_TEST_PACKET];
  guint8 first[MAX_TEST_PACKET];
  guint8 sealed[MAX_TEST_PACKET];
  gsize size = make_packet (GH_MEDIA_RTP, 40, packet);
  gsize sealed_size;
  Pair pair;

  pair_init_with_key (&pair);
  sealed_size = must_seal (pair.sealer, GH_MEDIA_RTP, packet, size, first);
  g_assert_cmpint (try_open (pair.opener, first, sealed_size), ==, GH_MEDIA_OK);
  for (guint i = 1; i <= GH_MEDIA_MAX_SALTS; i++)
    {
      g_autoptr (GhMediaSealer)
        next = gh_media_session_create_sealer (pair.alice, "@bob:example.org");

      must_seal (next, GH_MEDIA_RTP, packet, size, sealed);
      g_assert_cmpint (try_open (pair.opener, sealed, sealed_size), ==,
                       i < GH_MEDIA_MAX_SALTS ? GH_MEDIA_OK : GH_MEDIA_EXHAUSTED);
      /* Nothing that was opened is forgotten. */
      g_assert_cmpint (try_open (pair.opener, first, sealed_size), ==, GH_MEDIA_REPLAYED);
    }
  /* A stranger's salt is no reason to ask for a new epoch. */
  sealed[sealed_size - 8] ^= 1;
  g_assert_cmpint (try_open (pair.opener, sealed, sealed_size), ==, GH_MEDIA_TAMPERED);
  /* Those that are known go on, and a new epoch has room again. */
  must_seal (pair.sealer, GH_MEDIA_RTP, packet, size, sealed);
  g_assert_cmpint (try_open (pair.opener, sealed, sealed_size), ==, GH_MEDIA_OK);
  pair_install (pair.alice, 2);
  pair_install (pair.bob, 2);
  pair_send_with (pair.alice, 2);
  {
    g_autoptr (GhMediaSealer)
      next = gh_media_session_create_sealer (pair.alice, "@bob:example.org");

    must_seal (next, GH_MEDIA_RTP, packet, size, sealed);
    g_assert_cmpint (try_open (pair.opener, sealed, sealed_size), ==, GH_MEDIA_OK);
  }
  pair_clear (&pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/packet/round-trip", test_round_trip);
  g_test_add_func ("/media/packet/in-place", test_in_place);
  g_test_add_func ("/media/packet/tampered", test_tampered);
  g_test_add_func ("/media/packet/truncated", test_truncated);
  g_test_add_func ("/media/packet/too-long", test_too_long);
  g_test_add_func ("/media/packet/refused-to-seal", test_refused_to_seal);
  g_test_add_func ("/media/packet/garbage", test_garbage);
  g_test_add_func ("/media/packet/replayed", test_replayed);
  g_test_add_func ("/media/packet/reordered", test_reordered);
  g_test_add_func ("/media/packet/window", test_window);
  g_test_add_func ("/media/packet/wrong-people", test_wrong_people);
  g_test_add_func ("/media/packet/reflected", test_reflected);
  g_test_add_func ("/media/packet/counter-exhausted", test_counter_exhausted);
  g_test_add_func ("/media/packet/salts-exhausted", test_salts_exhausted);
  return g_test_run ();
}
