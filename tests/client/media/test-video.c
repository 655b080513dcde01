/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People in one process who show each other pictures: a test card, encoded, sealed, sent over loopback, and
 * read from what the other end would draw. */
#include "picture-room.h"

/* All of the picture; smaller where a sanitizer leaves no time for more. */
static gboolean
has_size (guint width, guint height)
{
  if (run_is_timed ())
    return width == CARD_WIDTH && height == CARD_HEIGHT;
  return width > 0 && width <= CARD_WIDTH
         && ABS ((int) (width * CARD_HEIGHT / CARD_WIDTH) - (int) height) <= 2;
}

static gboolean
sees_all (Person *viewer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&viewer->lock);

  return has_size (viewer->seen_width, viewer->seen_height);
}

/* Counted, and not timed: each takes the longer the busier the machine is. */
#define MOST_LOOKS 15

/* Of what was under way some may go out yet, but soon nothing does while @shower sees twenty pictures of their own. */
static void
wait_until_nothing_goes_out (Person *shower)
{
  GhMediaStats before, after;
  guint n_looks = 0;

  do
    {
      guint n_seen = person_get_n_seen (shower);

      if (++n_looks > MOST_LOOKS)
        run_fail (__FILE__, __LINE__, "nothing to go out");
      person_get_stats (shower, &before);
      run_until (person_get_n_seen (shower) > n_seen + 20);
      person_get_stats (shower, &after);
    }
  while (after.n_sealed_rtp != before.n_sealed_rtp);
}

static void
test_watch (GhcShareKind kind)
{
  Room *room = room_new (2);
  Person *shower = &room->people[0];
  Person *viewer = &room->people[1];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhMediaStats before, after;
  GhcShare *share;
  guint n_seen;

  ghc_voice_set_mode (shower->voice, GHC_VOICE_PUSH_TO_TALK);
  ghc_voice_set_mode (viewer->voice, GHC_VOICE_PUSH_TO_TALK);
  room_join_all (room);
  run_until (room_is_connected (room, 0, 1));
  broadcast = person_show (shower, card, kind);
  run_until (person_get_n_seen (shower) > 20); /* one's own eyes */

  /* Nobody watches: nothing is encoded, and nothing goes out. */
  person_get_stats (shower, &before);
  n_seen = person_get_n_seen (shower);
  run_until (person_get_n_seen (shower) > n_seen + 20);
  person_get_stats (shower, &after);
  g_assert_cmpuint (after.n_sealed_rtp, ==, before.n_sealed_rtp);
  share = person_see_share (viewer, 0, kind);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_IDLE);
  run_until (ghc_share_get_width (ghc_broadcast_get_share (broadcast)) == CARD_WIDTH);
  g_assert_null (ghc_share_get_codec_element (ghc_broadcast_get_share (broadcast)));

  person_watch (viewer, 0, kind, TRUE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_WAITING);
  run_until (person_sees (viewer, card, 60));
  run_until (sees_all (viewer));
  g_mutex_lock (&viewer->lock);
  g_assert_cmpuint (viewer->n_unreadable, ==, 0);
  g_mutex_unlock (&viewer->lock);
  run_until (ghc_share_get_state (share) == GHC_SHARE_PLAYING);
  run_until (has_size (ghc_share_get_width (share), ghc_share_get_height (share)));
  run_until (ghc_share_get_frame_rate (share) > (run_is_timed () ? 15 : 0)
             && ghc_share_get_frame_rate (share) < 45);
  run_until (ghc_share_get_bitrate (share) > 20000);
  g_assert_cmpstr (ghc_share_get_codec_element (share), ==, "avdec_h264");
  run_until (g_strcmp0 (ghc_share_get_codec_element (ghc_broadcast_get_share (broadcast)), "x264enc")
             == 0);

  /* And nothing again. */
  person_watch (viewer, 0, kind, FALSE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_IDLE);
  wait_until_nothing_goes_out (shower);
  ghc_broadcast_stop (broadcast);
  g_assert_null (ghc_voice_get_broadcast (shower->voice, kind));
  run_until (person_see_share (viewer, 0, kind) == NULL);
  room_free (room);
}

static void
test_screen (void)
{
  test_watch (GHC_SHARE_SCREEN);
}

static void
test_camera (void)
{
  test_watch (GHC_SHARE_CAMERA);
}

/* Smaller when the connection is narrower than that. */
static gboolean
is_shape_of (GhcShare *share, guint width, guint height)
{
  guint now = ghc_share_get_width (share);

  return now > 0 && now <= width && ABS ((int) (now * height / width) - (int) ghc_share_get_height (share)) <= 2;
}

/* Somebody comes to what does not move: they see it nevertheless, and the other goes on to. */
static void
test_late (void)
{
  Room *room = room_new (3);
  Person *shower = &room->people[0];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;

  room_join_all (room);
  run_until (room_is_connected (room, 0, 1) && room_is_connected (room, 0, 2));
  broadcast = person_show (shower, card, GHC_SHARE_SCREEN);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (&room->people[1], card, 40));
  test_card_set_still (card, TRUE);
  person_watch (&room->people[2], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (&room->people[2], card, 3));
  test_card_set_still (card, FALSE);
  for (guint i = 1; i < 3; i++)
    {
      person_forget_pictures (&room->people[i]);
      run_until (person_sees (&room->people[i], card, 20));
      g_assert_cmpuint (room->people[i].n_unreadable, ==, 0);
    }
  /* One leaves, the other sees on. */
  room_leave (room, 2);
  person_forget_pictures (&room->people[1]);
  run_until (person_sees (&room->people[1], card, 20));
  g_assert_cmpuint (ghc_share_get_n_viewers (ghc_broadcast_get_share (broadcast)), ==, 1);
  room_free (room);
}

static gboolean
hears_shared (Person *self, double least, double most)
{
  double left = person_hears (self, PERSON_LEFT_HZ);
  double right = person_hears_right (self, PERSON_RIGHT_HZ);

  return left > least && left < most && right > least && right < most
         && person_hears (self, PERSON_RIGHT_HZ) < most / 30
         && person_hears_right (self, PERSON_LEFT_HZ) < most / 30;
}

/* What is shared is heard by who watches it, on the side that it is on and as loud as they want it, beside
 * what people say; and by nobody else. */
static void
test_sound (void)
{
  Room *room = room_new (3);
  Person *shower = &room->people[0];
  Person *viewer = &room->people[1];
  g_autoptr (GhcSoundSource) source = ghc_sound_source_new (NULL, "Everything", NULL);
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhMediaStats before, after;
  GhcShare *share;

  for (guint i = 0; i < 3; i++)
    ghc_voice_set_mode (room->people[i].voice, GHC_VOICE_PUSH_TO_TALK);
  room_join_all (room);
  run_until (room_is_connected (room, 0, 1) && room_is_connected (room, 0, 2));
  broadcast = person_show_with (shower, card, GHC_SHARE_SCREEN, source);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  g_assert_true (ghc_share_get_has_sound (share));

  /* Nobody listens: nothing goes out. */
  person_get_stats (shower, &before);
  person_forget_pictures (shower);
  run_until (person_get_n_seen (shower) > 20);
  person_get_stats (shower, &after);
  g_assert_cmpuint (after.n_sealed_rtp, ==, before.n_sealed_rtp);

  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (viewer, card, 20) && hears_shared (viewer, 0.07, 0.14));
  g_assert_cmpfloat (person_hears (&room->people[2], PERSON_LEFT_HZ), <, 0.0001);
  g_assert_cmpfloat (person_hears (shower, PERSON_LEFT_HZ), <, 0.0001);
  ghc_share_set_volume (share, 2);
  run_until (hears_shared (viewer, 0.15, 0.25));
  ghc_share_set_volume (share, 0);
  run_until (person_hears (viewer, PERSON_LEFT_HZ) < 0.0001);
  ghc_share_set_volume (share, 1);
  run_until (hears_shared (viewer, 0.07, 0.14));
  /* Somebody speaks into it. */
  ghc_voice_set_talk_pressed (room->people[2].voice, TRUE);
  run_until (person_hears (viewer, room->people[2].tone_hz) > 0.07
             && person_hears_right (viewer, room->people[2].tone_hz) > 0.07
             && hears_shared (viewer, 0.07, 0.14));
  ghc_voice_set_talk_pressed (room->people[2].voice, FALSE);

  person_watch (viewer, 0, GHC_SHARE_SCREEN, FALSE);
  run_until (person_hears (viewer, PERSON_LEFT_HZ) < 0.0001
             && person_hears (viewer, room->people[2].tone_hz) < 0.0001);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (hears_shared (viewer, 0.07, 0.14));
  ghc_broadcast_stop (broadcast);
  run_until (person_hears (viewer, PERSON_LEFT_HZ) < 0.0001);
  room_free (room);
}

/* Two show at the same time, both kinds, and each sees the other. */
static void
test_both (void)
{
  Room *room = room_new (2);
  g_autoptr (TestCard) screen = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (TestCard) camera = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) first = NULL;
  g_autoptr (GhcBroadcast) second = NULL;
  GhcShare *shares[2];

  room_join_all (room);
  run_until (room_is_connected (room, 0, 1));
  first = person_show (&room->people[0], screen, GHC_SHARE_SCREEN);
  second = person_show (&room->people[0], camera, GHC_SHARE_CAMERA);
  for (guint kind = 0; kind < 2; kind++)
    {
      person_watch (&room->people[1], 0, (GhcShareKind) kind, TRUE);
      shares[kind] = person_see_share (&room->people[1], 0, (GhcShareKind) kind);
    }
  for (guint kind = 0; kind < 2; kind++)
    run_until (ghc_share_get_state (shares[kind]) == GHC_SHARE_PLAYING
               && ghc_share_get_frame_rate (shares[kind]) > 10);
  room_free (room);
}

/* Several people show their screens at the same time: somebody who watches all of them sees all, each of those who
 * show sees the others, and when one ends the others go on. */
static void
test_several (void)
{
  const guint widths[] = { 640, 320, 480 };
  const guint heights[] = { 360, 240, 360 };
  Room *room = room_new (4);
  TestCard *cards[3];
  GhcBroadcast *broadcasts[3];

  room_join_all (room);
  for (guint i = 0; i < 4; i++)
    for (guint j = 0; j < i; j++)
      run_until (room_is_connected (room, i, j));
  for (guint i = 0; i < 3; i++)
    {
      cards[i] = test_card_new (widths[i], heights[i], 15);
      broadcasts[i] = person_show (&room->people[i], cards[i], GHC_SHARE_SCREEN);
    }
  for (guint viewer = 0; viewer < 4; viewer++)
    for (guint i = 0; i < 3; i++)
      if (viewer != i && (viewer == 3 || i == (viewer + 1) % 3))
        person_watch (&room->people[viewer], i, GHC_SHARE_SCREEN, TRUE);
  for (guint viewer = 0; viewer < 4; viewer++)
    for (guint i = 0; i < 3; i++)
      {
        GhcShare *share;

        if (viewer == i || (viewer != 3 && i != (viewer + 1) % 3))
          continue;
        share = person_see_share (&room->people[viewer], i, GHC_SHARE_SCREEN);
        run_until (ghc_share_get_state (share) == GHC_SHARE_PLAYING
                   && is_shape_of (share, widths[i], heights[i]) && ghc_share_get_frame_rate (share) > 2);
      }
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (ghc_share_get_n_viewers (ghc_broadcast_get_share (broadcasts[i])), ==, 2);

  ghc_broadcast_stop (broadcasts[0]);
  run_until (person_see_share (&room->people[3], 0, GHC_SHARE_SCREEN) == NULL);
  person_forget_pictures (&room->people[3]);
  for (guint i = 1; i < 3; i++)
    {
      GhcShare *share = person_see_share (&room->people[3], i, GHC_SHARE_SCREEN);
      guint64 frozen_ms = ghc_share_get_frozen_ms (share);

      run_until (ghc_share_get_state (share) == GHC_SHARE_PLAYING && ghc_share_get_frame_rate (share) > 2);
      if (run_is_timed ())
        g_assert_cmpuint (ghc_share_get_frozen_ms (share) - frozen_ms, <, 2000);
    }
  run_until (person_get_n_seen (&room->people[3]) > 20);
  for (guint i = 0; i < 3; i++)
    {
      g_object_unref (broadcasts[i]);
      g_object_unref (cards[i]);
    }
  room_free (room);
}

/* What the one who shows chooses holds for the next pictures. */
static void
test_quality (void)
{
  Room *room = room_new (2);
  Person *viewer = &room->people[1];
  GhcVideoQuality less = { .max_height = 180, .frame_rate = 5, .preference = GHC_VIDEO_TEXT };
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhcShare *share;

  room_join_all (room);
  run_until (room_is_connected (room, 0, 1));
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  run_until (person_sees (viewer, card, 30));
  ghc_broadcast_set_quality (broadcast, &less);
  run_until (ghc_share_get_height (share) == 180 && ghc_share_get_width (share) == 320);
  run_until (ghc_share_get_frame_rate (share) > 2 && ghc_share_get_frame_rate (share) < 8);
  person_forget_pictures (viewer);
  run_until (person_sees (viewer, card, 5));
  g_assert_cmpuint (viewer->n_unreadable, ==, 0);
  ghc_broadcast_set_quality (broadcast, &usual_quality);
  run_until (ghc_share_get_height (share) == 360 && ghc_share_get_frame_rate (share) > 15);
  room_free (room);
}

/* Up to 1440p and 60 pictures a second: large pictures come in their size, and quick ones as quickly. */
static void
test_large_and_quick (void)
{
  const GhcVideoQuality large = { .max_height = 1440, .frame_rate = 5, .preference = GHC_VIDEO_TEXT };
  const GhcVideoQuality quick = { .max_height = 180, .frame_rate = 60, .preference = GHC_VIDEO_MOTION };
  Room *room = room_new (2);
  g_autoptr (TestCard) card = test_card_new (3840, 2160, 60);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhcShare *share;

  if (!run_is_timed ())
    {
      room_free (room);
      g_test_skip ("not with a sanitizer");
      return;
    }
  room_join_all (room);
  run_until (room_is_connected (room, 0, 1));
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  ghc_broadcast_set_quality (broadcast, &large);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  share = person_see_share (&room->people[1], 0, GHC_SHARE_SCREEN);
  run_until (ghc_share_get_width (share) == 2560 && ghc_share_get_height (share) == 1440
             && ghc_share_get_state (share) == GHC_SHARE_PLAYING);
  ghc_broadcast_stop (broadcast);
  g_clear_object (&broadcast);
  g_clear_object (&card);
  run_until (person_see_share (&room->people[1], 0, GHC_SHARE_SCREEN) == NULL);

  card = test_card_new (320, 180, 60);
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  ghc_broadcast_set_quality (broadcast, &quick);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  share = person_see_share (&room->people[1], 0, GHC_SHARE_SCREEN);
  /* What a busy machine kept back comes quicker than it was made, for a moment. */
  run_until (ghc_share_get_frame_rate (share) > 45 && ghc_share_get_frame_rate (share) < 75);
  room_free (room);
}

static void
on_ended (GhcBroadcast *broadcast, const char *text, char **words)
{
  *words = g_strdup (text);
}

/* A window is closed: it is over, with words, and the call goes on. */
static void
test_source_ends (void)
{
  Room *room = room_new (2);
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  g_autofree char *words = NULL;

  room_join_all (room);
  run_until (room_is_connected (room, 0, 1));
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  g_signal_connect (broadcast, "ended", G_CALLBACK (on_ended), &words);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (&room->people[1], card, 10));
  ghc_video_source_end (GHC_VIDEO_SOURCE (card), GHC_SOURCE_END_WINDOW_CLOSED);
  g_assert_nonnull (words);
  g_assert_true (ghc_broadcast_has_ended (broadcast));
  run_until (person_see_share (&room->people[1], 0, GHC_SHARE_SCREEN) == NULL);
  person_forget (&room->people[1]);
  run_until (person_hears_others (&room->people[1]));
  room_free (room);
}

/* A new connection in the middle takes the pictures over. */
static void
test_renewal (void)
{
  Room *room = room_new (2);
  Person *viewer = &room->people[1];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;

  room_join_all (room);
  run_until (room_is_connected (room, 0, 1));
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (viewer, card, 20));
  for (guint i = 0; i < 2; i++)
    {
      gint64 until_us = g_get_monotonic_time () + 1500 * 1000;

      ghc_engine_renew (ghc_voice_get_engine (room->people[i].voice));
      run_until (g_get_monotonic_time () > until_us);
      person_forget_pictures (viewer);
      run_until (person_sees (viewer, card, 30));
    }
  room_free (room);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/video/screen", test_screen);
  g_test_add_func ("/video/camera", test_camera);
  g_test_add_func ("/video/late", test_late);
  g_test_add_func ("/video/sound", test_sound);
  g_test_add_func ("/video/both", test_both);
  g_test_add_func ("/video/several", test_several);
  g_test_add_func ("/video/quality", test_quality);
  g_test_add_func ("/video/large-and-quick", test_large_and_quick);
  g_test_add_func ("/video/source-ends", test_source_ends);
  g_test_add_func ("/video/renewal", test_renewal);
  return g_test_run ();
}
