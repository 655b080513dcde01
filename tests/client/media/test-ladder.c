/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which encoder and decoder are chosen, and what happens when one fails while pictures are shown. */
#include "fake-codec.h"
#include "picture-room.h"

#define ENCODER "vah264enc"
#define DECODER "vah264dec"

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
  GST_ELEMENT_CLASS (klass)->change_state = change_state;
  fake_codec_class_set_caps (GST_BIN_CLASS (klass), "video/x-raw", "video/x-h264");
}

static void
test_encoder_init (TestEncoder *self)
{
  fake_codec_work_by (GST_BIN (self), "x264enc tune=zerolatency speed-preset=ultrafast byte-stream=true", on_work);
}

static void
test_decoder_class_init (TestDecoderClass *klass)
{
  GST_ELEMENT_CLASS (klass)->change_state = change_state;
  fake_codec_class_set_caps (GST_BIN_CLASS (klass), "video/x-h264", "video/x-raw");
}

static void
test_decoder_init (TestDecoder *self)
{
  fake_codec_work_by (GST_BIN (self), "openh264dec", on_work);
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

/* --- In the middle --- */

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
  run_until (room_is_connected (room, 0, 1));
  put_on_first_rung (ENCODER, TEST_TYPE_ENCODER);
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  own = ghc_broadcast_get_share (broadcast);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (viewer, card, 30));
  run_until (g_strcmp0 (ghc_share_get_codec_element (own), ENCODER) == 0);
  g_atomic_int_set (how, TRUE);
  run_until (g_strcmp0 (ghc_share_get_codec_element (own), "x264enc") == 0);
  person_forget_pictures (viewer);
  run_until (person_sees (viewer, card, 30));
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
  run_until (room_is_connected (room, 0, 1));
  put_on_first_rung (DECODER, TEST_TYPE_DECODER);
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (viewer, card, 30));
  g_assert_cmpstr (ghc_share_get_codec_element (share), ==, DECODER);
  g_atomic_int_set (how, TRUE);
  run_until (g_strcmp0 (ghc_share_get_codec_element (share), "avdec_h264") == 0);
  person_forget_pictures (viewer);
  run_until (person_sees (viewer, card, 30));
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
  run_until (room_is_connected (room, 0, 1));
  ghc_codec_ladder_fall_from (viewer->voice->ladder, "avdec_h264");
  ghc_codec_ladder_fall_from (viewer->voice->ladder, "openh264dec");
  put_on_first_rung (DECODER, TEST_TYPE_DECODER);
  g_atomic_int_set (&swallows, TRUE);
  broadcast = person_show (&room->people[0], card, GHC_SHARE_SCREEN);
  share = person_see_share (viewer, 0, GHC_SHARE_SCREEN);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_WAITING);
  run_until (ghc_share_get_state (share) == GHC_SHARE_FAILED);
  g_assert_cmpint (g_atomic_int_get (&n_worked), >, 0);
  g_assert_cmpuint (person_get_n_seen (viewer), ==, 0);

  person_watch (viewer, 0, GHC_SHARE_SCREEN, FALSE);
  g_atomic_int_set (&swallows, FALSE);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  run_until (person_sees (viewer, card, 10));

  /* It opens, and does not begin. */
  person_watch (viewer, 0, GHC_SHARE_SCREEN, FALSE);
  g_atomic_int_set (&fails_to_begin, TRUE);
  person_watch (viewer, 0, GHC_SHARE_SCREEN, TRUE);
  g_assert_cmpint (ghc_share_get_state (share), ==, GHC_SHARE_FAILED);
  take_off_first_rung (DECODER);
  room_free (room);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/ladder/choice", test_ladder);
  g_test_add_func ("/ladder/refused", test_ladder_refused);
  g_test_add_func ("/ladder/encoder/fails", test_encoder_fails);
  g_test_add_func ("/ladder/encoder/stuck", test_encoder_stuck);
  g_test_add_func ("/ladder/decoder/fails", test_decoder_fails);
  g_test_add_func ("/ladder/decoder/stuck", test_decoder_stuck);
  g_test_add_func ("/ladder/decoder/last", test_decoder_last);
  return g_test_run ();
}
