/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People in one process who show each other pictures: a test card, encoded, sealed, sent over loopback, and
 * read from what the other end would draw. */
#include "voice-room.h"

#include "ghc-link-private.h"
#include "ghc-peer-private.h"

#define CARD_WIDTH 640
#define CARD_HEIGHT 360
#define CARD_RATE 30

#define ENCODER "vah264enc"
#define DECODER "vah264dec"

static const GhcVideoQuality usual = { .frame_rate = 30, .preference = GHC_VIDEO_MOTION };

/* --- An encoder and a decoder that stand on the first rung and fail when they are told to --- */

#define TEST_TYPE_ENCODER (test_encoder_get_type ())
G_DECLARE_FINAL_TYPE (TestEncoder, test_encoder, TEST, ENCODER, GstBin)

struct _TestEncoder
{
  GstBin parent_instance;
};

G_DEFINE_FINAL_TYPE (TestEncoder, test_encoder, GST_TYPE_BIN)

#define TEST_TYPE_DECODER (test_decoder_get_type ())
G_DECLARE_FINAL_TYPE (TestDecoder, test_decoder, TEST, DECODER, GstBin)

struct _TestDecoder
{
  GstBin parent_instance;
};

G_DEFINE_FINAL_TYPE (TestDecoder, test_decoder, GST_TYPE_BIN)

static gint fails_to_open;  /* atomic */
static gint fails_to_begin; /* atomic */
static gint fails_at_work;  /* atomic */
static gint swallows;       /* atomic */
static gint n_worked;       /* atomic */

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange change)
{
  if ((change == GST_STATE_CHANGE_NULL_TO_READY && g_atomic_int_get (&fails_to_open))
      || (change == GST_STATE_CHANGE_READY_TO_PAUSED && g_atomic_int_get (&fails_to_begin)))
    return GST_STATE_CHANGE_FAILURE;
  return GST_ELEMENT_CLASS (g_type_class_peek (GST_TYPE_BIN))->change_state (element, change);
}

static GstPadProbeReturn
on_work (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_atomic_int_inc (&n_worked);
  if (g_atomic_int_get (&fails_at_work))
    GST_ELEMENT_ERROR (GST_ELEMENT (data), LIBRARY, FAILED, ("The device went away"), (NULL));
  return g_atomic_int_get (&fails_at_work) || g_atomic_int_get (&swallows) ? GST_PAD_PROBE_DROP
                                                                             : GST_PAD_PROBE_OK;
}

static void
test_encoder_class_init (TestEncoderClass *klass)
{
  static GstStaticPadTemplate sink =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));
  static GstStaticPadTemplate src =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-h264"));
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &sink);
  gst_element_class_add_static_pad_template (element_class, &src);
  gst_element_class_set_static_metadata (element_class, "Encoder that fails", "Codec/Encoder/Video",
                                         "Fails when it is told to", "Guildhall");
}

static void
work_by (GstBin *self, const char *description)
{
  GstElement *inner = gst_parse_bin_from_description (description, TRUE, NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (inner, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (inner, "src");

  gst_bin_add (self, inner);
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new ("sink", sink));
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new ("src", src));
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_work, self, NULL);
}

static void
test_encoder_init (TestEncoder *self)
{
  work_by (GST_BIN (self), "x264enc tune=zerolatency speed-preset=ultrafast byte-stream=true");
}

static void
test_decoder_class_init (TestDecoderClass *klass)
{
  static GstStaticPadTemplate sink =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-h264"));
  static GstStaticPadTemplate src =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &sink);
  gst_element_class_add_static_pad_template (element_class, &src);
  gst_element_class_set_static_metadata (element_class, "Decoder that fails", "Codec/Decoder/Video",
                                         "Fails when it is told to", "Guildhall");
}

static void
test_decoder_init (TestDecoder *self)
{
  work_by (GST_BIN (self), "openh264dec");
}

static void
put_on_first_rung (const char *name, GType type)
{
  g_atomic_int_set (&fails_to_open, FALSE);
  g_atomic_int_set (&fails_to_begin, FALSE);
  g_atomic_int_set (&fails_at_work, FALSE);
  g_atomic_int_set (&swallows, FALSE);
  g_atomic_int_set (&n_worked, 0);
  g_assert_true (gst_element_register (NULL, name, GST_RANK_NONE, type));
}

static void
take_off_first_rung (const char *name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  gst_registry_remove_feature (gst_registry_get (), GST_PLUGIN_FEATURE (factory));
}

static char *
choose (GhcCodecLadder *ladder)
{
  DexFuture *choice = ghc_codec_ladder_choose_encoder (ladder);
  char *name;

  run_until (dex_future_get_status (choice) != DEX_FUTURE_STATUS_PENDING);
  name = g_value_dup_string (dex_future_get_value (choice, NULL));
  dex_unref (choice);
  return name;
}

static void
test_ladder (void)
{
  g_autoptr (GhcCodecLadder) ladder = ghc_codec_ladder_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  gst_init (NULL, NULL);
  put_on_first_rung (ENCODER, TEST_TYPE_ENCODER);
  first = choose (ladder);
  g_assert_cmpstr (first, ==, ENCODER);
  g_assert_cmpint (g_atomic_int_get (&n_worked), >, 0);
  ghc_codec_ladder_fall_from (ladder, ENCODER);
  second = choose (ladder);
  g_assert_cmpstr (second, ==, "x264enc");
  ghc_codec_ladder_fall_from (ladder, "x264enc");
  third = choose (ladder);
  g_assert_cmpstr (third, ==, "openh264enc");
  g_assert_cmpstr (ghc_codec_ladder_choose_decoder (ladder, NULL), ==, "avdec_h264");
  ghc_codec_ladder_fall_from (ladder, "avdec_h264");
  g_assert_cmpstr (ghc_codec_ladder_choose_decoder (ladder, NULL), ==, "openh264dec");
  ghc_codec_ladder_fall_from (ladder, "openh264dec");
  g_assert_null (ghc_codec_ladder_choose_decoder (ladder, NULL));
  take_off_first_rung (ENCODER);
}

/* What is there but does not open, or opens and does nothing, is passed over. */
static void
test_ladder_refused (void)
{
  g_autoptr (GhcCodecLadder) closed = ghc_codec_ladder_new ();
  g_autoptr (GhcCodecLadder) broken = ghc_codec_ladder_new ();
  g_autofree char *instead_of_closed = NULL;
  g_autofree char *instead_of_broken = NULL;

  put_on_first_rung (ENCODER, TEST_TYPE_ENCODER);
  g_atomic_int_set (&fails_to_open, TRUE);
  instead_of_closed = choose (closed);
  g_assert_cmpstr (instead_of_closed, ==, "x264enc");
  g_assert_cmpint (g_atomic_int_get (&n_worked), ==, 0);
  g_atomic_int_set (&fails_to_open, FALSE);
  g_atomic_int_set (&fails_at_work, TRUE);
  instead_of_broken = choose (broken);
  g_assert_cmpstr (instead_of_broken, ==, "x264enc");
  g_assert_cmpint (g_atomic_int_get (&n_worked), >, 0);
  take_off_first_rung (ENCODER);
}

/* --- Pictures --- */

static gboolean
is_connected (Room *room, guint a, guint b)
{
  return ghc_call_member_get_link (person_see (&room->people[a], b)) == GHC_CALL_LINK_CONNECTED
         && ghc_call_member_get_link (person_see (&room->people[b], a)) == GHC_CALL_LINK_CONNECTED;
}

static GhcBroadcast *
show_with (Person *person, TestCard *card, GhcShareKind kind, GhcSoundSource *sound)
{
  g_autoptr (GError) error = NULL;
  GhcBroadcast *broadcast = ghc_voice_share (person->voice, kind, GHC_VIDEO_SOURCE (card), sound,
                                             &usual, &error);

  g_assert_no_error (error);
  g_assert_nonnull (broadcast);
  run_until (ghc_broadcast_get_share (broadcast) != NULL);
  return broadcast;
}

static GhcBroadcast *
show (Person *person, TestCard *card, GhcShareKind kind)
{
  return show_with (person, card, kind, NULL);
}

static void
forget_pictures (Person *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_seen = self->n_unreadable = 0;
  self->seen = -1;
}

/* At least so many since the last forget_pictures(), and it is one of the newest. */
static gboolean
sees (Person *self, TestCard *card, guint n_pictures)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_seen >= n_pictures && self->seen >= 0
         && (guint) self->seen + CARD_RATE >= test_card_get_number (card);
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
  gint64 until_us;
  guint n_seen;

  ghc_voice_set_mode (shower->voice, GHC_VOICE_PUSH_TO_TALK);
  ghc_voice_set_mode (viewer->voice, GHC_VOICE_PUSH_TO_TALK);
  room_join_all (room);
  run_until (is_connected (room, 0, 1));
  broadcast = show (shower, card, kind);
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
  run_until (sees (viewer, card, 60));
  g_mutex_lock (&viewer->lock);
  g_assert_cmpuint (viewer->n_unreadable, ==, 0);
  g_assert_cmpuint (viewer->seen_width, ==, CARD_WIDTH);
  g_assert_cmpuint (viewer->seen_height, ==, CARD_HEIGHT);
  g_mutex_unlock (&viewer->lock);
  run_until (ghc_share_get_state (share) == GHC_SHARE_PLAYING);
  run_until (ghc_share_get_width (share) == CARD_WIDTH && ghc_share_get_height (share) == CARD_HEIGHT);
  run_until (ghc_share_get_frame_rate (share) > 15 && ghc_share_get_frame_rate (share) < 45);
  run_until (ghc_share_get_bitrate (share) > 20000);
  g_assert_cmpstr (ghc_share_get_codec_element (share), ==, "avdec_h264");
  run_until (g_strcmp0 (ghc_share_get_codec_element (ghc_broadcast_get_share (broadcast)), "x264enc")
             == 0);

  /* And nothing again. */
  person_watch (viewer, 0, kind, FALSE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_IDLE);
  until_us = g_get_monotonic_time () + 300 * 1000;
  run_until (g_get_monotonic_time () > until_us);
  person_get_stats (shower, &before);
  n_seen = person_get_n_seen (shower);
  run_until (person_get_n_seen (shower) > n_seen + 20);
  person_get_stats (shower, &after);
  g_assert_cmpuint (after.n_sealed_rtp, ==, before.n_sealed_rtp);

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

/* Somebody comes to what does not move: they see it nevertheless, and the other goes on to. */
static void
test_late (void)
{
  Room *room = room_new (3);
  Person *shower = &room->people[0];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;

  room_join_all (room);
  run_until (is_connected (room, 0, 1) && is_connected (room, 0, 2));
  broadcast = show (shower, card, GHC_SHARE_SCREEN);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (&room->people[1], card, 40));
  test_card_set_still (card, TRUE);
  person_watch (&room->people[2], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (&room->people[2], card, 3));
  test_card_set_still (card, FALSE);
  for (guint i = 1; i < 3; i++)
    {
      forget_pictures (&room->people[i]);
      run_until (sees (&room->people[i], card, 20));
      g_assert_cmpuint (room->people[i].n_unreadable, ==, 0);
    }
  /* One leaves, the other sees on. */
  room_leave (room, 2);
  forget_pictures (&room->people[1]);
  run_until (sees (&room->people[1], card, 20));
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
  run_until (is_connected (room, 0, 1) && is_connected (room, 0, 2));
  broadcast = show_with (shower, card, GHC_SHARE_SCREEN, source);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  g_assert_true (ghc_share_get_has_sound (share));

  /* Nobody listens: nothing goes out. */
  person_get_stats (shower, &before);
  forget_pictures (shower);
  run_until (person_get_n_seen (shower) > 20);
  person_get_stats (shower, &after);
  g_assert_cmpuint (after.n_sealed_rtp, ==, before.n_sealed_rtp);

  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (viewer, card, 20) && hears_shared (viewer, 0.07, 0.14));
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
  run_until (is_connected (room, 0, 1));
  first = show (&room->people[0], screen, GHC_SHARE_SCREEN);
  second = show (&room->people[0], camera, GHC_SHARE_CAMERA);
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
  run_until (is_connected (room, 0, 1));
  broadcast = show (&room->people[0], card, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  run_until (sees (viewer, card, 30));
  ghc_broadcast_set_quality (broadcast, &less);
  run_until (ghc_share_get_height (share) == 180 && ghc_share_get_width (share) == 320);
  run_until (ghc_share_get_frame_rate (share) > 2 && ghc_share_get_frame_rate (share) < 8);
  forget_pictures (viewer);
  run_until (sees (viewer, card, 5));
  g_assert_cmpuint (viewer->n_unreadable, ==, 0);
  ghc_broadcast_set_quality (broadcast, &usual);
  run_until (ghc_share_get_height (share) == 360 && ghc_share_get_frame_rate (share) > 15);
  room_free (room);
}

/* The device goes away in the middle: those who watch see on, and so they do when it only says nothing. */
static void
test_encoder_lost (gint *how)
{
  Room *room = room_new (2);
  Person *viewer = &room->people[1];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhcShare *own;

  room_join_all (room);
  run_until (is_connected (room, 0, 1));
  put_on_first_rung (ENCODER, TEST_TYPE_ENCODER);
  broadcast = show (&room->people[0], card, GHC_SHARE_SCREEN);
  own = ghc_broadcast_get_share (broadcast);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (viewer, card, 30));
  run_until (g_strcmp0 (ghc_share_get_codec_element (own), ENCODER) == 0);
  g_atomic_int_set (how, TRUE);
  run_until (g_strcmp0 (ghc_share_get_codec_element (own), "x264enc") == 0);
  forget_pictures (viewer);
  run_until (sees (viewer, card, 30));
  g_assert_false (ghc_broadcast_has_ended (broadcast));
  take_off_first_rung (ENCODER);
  room_free (room);
}

static void
test_encoder_fails (void)
{
  test_encoder_lost (&fails_at_work);
}

static void
test_encoder_stuck (void)
{
  test_encoder_lost (&swallows);
}

/* The decoder goes away in the middle, or only gives nothing: one sees on with the next, which is chosen from
 * now on. */
static void
test_decoder_lost (gint *how)
{
  Room *room = room_new (2);
  Person *viewer = &room->people[1];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhcShare *share;

  room_join_all (room);
  run_until (is_connected (room, 0, 1));
  put_on_first_rung (DECODER, TEST_TYPE_DECODER);
  broadcast = show (&room->people[0], card, GHC_SHARE_SCREEN);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (viewer, card, 30));
  g_assert_cmpstr (ghc_share_get_codec_element (share), ==, DECODER);
  g_atomic_int_set (how, TRUE);
  run_until (g_strcmp0 (ghc_share_get_codec_element (share), "avdec_h264") == 0);
  forget_pictures (viewer);
  run_until (sees (viewer, card, 30));
  g_assert_cmpuint (viewer->n_unreadable, ==, 0);
  run_until (ghc_share_get_state (share) == GHC_SHARE_PLAYING);
  g_assert_true (ghc_share_get_watched (share));
  g_assert_cmpstr (ghc_codec_ladder_choose_decoder (viewer->voice->ladder, NULL), ==, "avdec_h264");
  take_off_first_rung (DECODER);
  room_free (room);
}

static void
test_decoder_fails (void)
{
  test_decoder_lost (&fails_at_work);
}

static void
test_decoder_stuck (void)
{
  test_decoder_lost (&swallows);
}

/* What no decoder shows may be the fault of who sends it: that is said, and a decoder that worked before is chosen
 * again for what is watched next. */
static void
test_decoder_last (void)
{
  Room *room = room_new (2);
  Person *viewer = &room->people[1];
  g_autoptr (TestCard) card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  g_autoptr (GhcBroadcast) broadcast = NULL;
  GhcShare *share;

  room_join_all (room);
  run_until (is_connected (room, 0, 1));
  ghc_codec_ladder_fall_from (viewer->voice->ladder, "avdec_h264");
  ghc_codec_ladder_fall_from (viewer->voice->ladder, "openh264dec");
  put_on_first_rung (DECODER, TEST_TYPE_DECODER);
  g_atomic_int_set (&swallows, TRUE);
  broadcast = show (&room->people[0], card, GHC_SHARE_SCREEN);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_WAITING);
  run_until (ghc_share_get_state (share) == GHC_SHARE_FAILED);
  g_assert_cmpint (g_atomic_int_get (&n_worked), >, 0);
  g_assert_cmpuint (person_get_n_seen (viewer), ==, 0);

  person_watch (viewer, 0, GHC_SHARE_SCREEN, FALSE);
  g_atomic_int_set (&swallows, FALSE);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (viewer, card, 10));

  /* It opens, and does not begin. */
  person_watch (viewer, 0, GHC_SHARE_SCREEN, FALSE);
  g_atomic_int_set (&fails_to_begin, TRUE);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_FAILED);
  take_off_first_rung (DECODER);
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
  run_until (is_connected (room, 0, 1));
  broadcast = show (&room->people[0], card, GHC_SHARE_SCREEN);
  g_signal_connect (broadcast, "ended", G_CALLBACK (on_ended), &words);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (&room->people[1], card, 10));
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
  run_until (is_connected (room, 0, 1));
  broadcast = show (&room->people[0], card, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (sees (viewer, card, 20));
  for (guint i = 0; i < 2; i++)
    {
      gint64 until_us = g_get_monotonic_time () + 1500 * 1000;

      ghc_engine_renew (ghc_voice_get_engine (room->people[i].voice));
      run_until (g_get_monotonic_time () > until_us);
      forget_pictures (viewer);
      run_until (sees (viewer, card, 30));
    }
  room_free (room);
}

/* --- A way that carries only so much --- */

typedef struct
{
  gint capacity; /* atomic: bit/s; 0 for all */
  gint64 at_us;
  double room; /* bits */
} Police;

/* What is more than that is lost; a fifth of a second of it may come at once. */
static GstPadProbeReturn
on_wire (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Police *police = data;
  int capacity = g_atomic_int_get (&police->capacity);
  gint64 now_us = g_get_monotonic_time ();
  double bits = (double) gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info)) * 8;

  police->room = MIN (police->room + (double) (now_us - police->at_us) * capacity / G_USEC_PER_SEC,
                      capacity / 5.0);
  police->at_us = now_us;
  if (capacity == 0)
    return GST_PAD_PROBE_OK;
  if (police->room < bits)
    return GST_PAD_PROBE_DROP;
  police->room -= bits;
  return GST_PAD_PROBE_OK;
}

static GhcPeer *
find_peer (Room *room, guint from, guint to)
{
  return ghc_engine_lookup_peer (ghc_voice_get_engine (room->people[from].voice),
                                 room->people[to].member_id);
}

static void
police_way (Room *room, guint from, guint to, Police *police)
{
  GstElement *webrtc = ghc_link_get_webrtc (find_peer (room, from, to)->link);
  g_autoptr (GstIterator) sinks = gst_bin_iterate_all_by_element_factory_name (GST_BIN (webrtc),
                                                                               "nicesink");
  g_auto (GValue) item = G_VALUE_INIT;
  g_autoptr (GstPad) pad = NULL;

  g_assert_cmpint (gst_iterator_next (sinks, &item), ==, GST_ITERATOR_OK);
  pad = gst_element_get_static_pad (g_value_get_object (&item), "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_wire, police, NULL);
}

/* The first of a room shows to all others, over a way to the last that is not narrow yet. */
typedef struct
{
  Room *room;
  Person *last;
  Police police;
  TestCard *card;
  GhcBroadcast *broadcast;
} Way;

static void
way_init (Way *self, guint n_people)
{
  *self = (Way) { .room = room_new (n_people), .police = { 0 } };
  self->last = &self->room->people[n_people - 1];
  self->card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  test_card_set_busy (self->card);
  room_join_all (self->room);
}

static void
way_show (Way *self, guint bitrate)
{
  GhcVideoQuality much = { .frame_rate = 30, .bitrate = bitrate, .preference = GHC_VIDEO_MOTION };

  for (guint i = 1; i < self->room->n_people; i++)
    run_until (is_connected (self->room, 0, i));
  police_way (self->room, 0, self->room->n_people - 1, &self->police);
  self->broadcast = show (&self->room->people[0], self->card, GHC_SHARE_SCREEN);
  ghc_broadcast_set_quality (self->broadcast, &much);
  for (guint i = 1; i < self->room->n_people; i++)
    person_watch (&self->room->people[i], 0, GHC_SHARE_SCREEN, TRUE);
}

/* As the feedback of who watches tells. */
static gboolean
carries (Way *self, guint least)
{
  GhcCarryReport report;

  ghc_peer_get_carry_report (find_peer (self->room, 0, self->room->n_people - 1), &report);
  return report.is_known && report.sent > least && report.received > least;
}

static void
way_clear (Way *self)
{
  room_free (self->room);
  g_object_unref (self->broadcast);
  g_object_unref (self->card);
}

/* Far too little is carried all at once, and then enough again. Where one watches, as much is sent as gets
 * through. Where two do, and the second cannot be reached with pictures, that one is told so, and the other sees
 * them as before. Both at the same time, since each is mostly waiting. */
static void
test_narrow (void)
{
  Way jam, slow;
  GhcShare *own, *lost;
  gint64 began_us;

  way_init (&jam, 2);
  way_init (&slow, 3);
  way_show (&jam, 3000000);
  way_show (&slow, 2500000);
  own = ghc_broadcast_get_share (jam.broadcast);
  lost = person_see_share (slow.last, 0, GHC_SHARE_SCREEN);
  run_until (ghc_share_get_bitrate (own) > 2000000);
  run_until (sees (jam.last, jam.card, 30) && sees (slow.last, slow.card, 20));
  run_until (carries (&jam, 500000));

  began_us = g_get_monotonic_time ();
  g_atomic_int_set (&jam.police.capacity, 800000);
  g_atomic_int_set (&slow.police.capacity, 150000);
  run_until (ghc_share_get_bitrate (own) < 850000);
  g_test_message ("gave way within %.1f s", (double) (g_get_monotonic_time () - began_us) / 1e6);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 12 * G_USEC_PER_SEC);
  forget_pictures (jam.last);
  run_until (sees (jam.last, jam.card, 30));
  /* The voice was there all the time. */
  g_assert_true (person_hears_others (jam.last));
  run_until (ghc_share_get_state (lost) == GHC_SHARE_PAUSED);
  forget_pictures (&slow.room->people[1]);
  run_until (sees (&slow.room->people[1], slow.card, 20));

  began_us = g_get_monotonic_time ();
  g_atomic_int_set (&jam.police.capacity, 0);
  g_atomic_int_set (&slow.police.capacity, 0);
  run_until (ghc_share_get_bitrate (own) > 2000000);
  g_test_message ("recovered within %.1f s", (double) (g_get_monotonic_time () - began_us) / 1e6);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 25 * G_USEC_PER_SEC);
  run_until (ghc_share_get_state (lost) == GHC_SHARE_PLAYING);
  way_clear (&jam);
  way_clear (&slow);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/video/ladder", test_ladder);
  g_test_add_func ("/video/ladder/refused", test_ladder_refused);
  g_test_add_func ("/video/screen", test_screen);
  g_test_add_func ("/video/camera", test_camera);
  g_test_add_func ("/video/late", test_late);
  g_test_add_func ("/video/sound", test_sound);
  g_test_add_func ("/video/both", test_both);
  g_test_add_func ("/video/quality", test_quality);
  g_test_add_func ("/video/encoder/fails", test_encoder_fails);
  g_test_add_func ("/video/encoder/stuck", test_encoder_stuck);
  g_test_add_func ("/video/decoder/fails", test_decoder_fails);
  g_test_add_func ("/video/decoder/stuck", test_decoder_stuck);
  g_test_add_func ("/video/decoder/last", test_decoder_last);
  g_test_add_func ("/video/source-ends", test_source_ends);
  g_test_add_func ("/video/renewal", test_renewal);
  g_test_add_func ("/video/narrow", test_narrow);
  return g_test_run ();
}
