/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures over a way that carries only so much. */
#include "picture-room.h"

#include "ghc-link-private.h"
#include "ghc-peer-private.h"

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
    run_until (room_is_connected (self->room, 0, i));
  police_way (self->room, 0, self->room->n_people - 1, &self->police);
  self->broadcast = person_show (&self->room->people[0], self->card, GHC_SHARE_SCREEN);
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
  run_until (person_sees (jam.last, jam.card, 30) && person_sees (slow.last, slow.card, 20));
  run_until (carries (&jam, 500000));

  began_us = g_get_monotonic_time ();
  g_atomic_int_set (&jam.police.capacity, 800000);
  g_atomic_int_set (&slow.police.capacity, 150000);
  run_until (ghc_share_get_bitrate (own) < 850000);
  g_test_message ("gave way within %.1f s", (double) (g_get_monotonic_time () - began_us) / 1e6);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 12 * G_USEC_PER_SEC);
  person_forget_pictures (jam.last);
  run_until (person_sees (jam.last, jam.card, 30));
  /* The voice was there all the time. */
  g_assert_true (person_hears_others (jam.last));
  run_until (ghc_share_get_state (lost) == GHC_SHARE_PAUSED);
  person_forget_pictures (&slow.room->people[1]);
  run_until (person_sees (&slow.room->people[1], slow.card, 20));

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
  g_test_add_func ("/video/narrow", test_narrow);
  return g_test_run ();
}
