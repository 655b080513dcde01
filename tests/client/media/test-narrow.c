/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures over a way that carries only so much. How soon one gives way, and how much is tried again, is for
 * test-carry, which needs no clock; here it is seen that what is decided there reaches who sends and who watches. */
#include "picture-room.h"

#include "ghc-link-private.h"
#include "ghc-peer-private.h"

/* What voices are sent in is smaller, even when it is sealed. */
#define LEAST_OF_PICTURE 400

typedef struct
{
  gint capacity; /* atomic: bit/s; 0 for all */
  gint64 at_us;
  double room; /* bits */

  gint one_kept_of; /* atomic: of the packets of pictures; 0 for all */
  guint n_pictures;
} Police;

/* What is more than that is lost; a fifth of a second of it may come at once. */
static gboolean
has_room (Police *police, double bits)
{
  int capacity = g_atomic_int_get (&police->capacity);
  gint64 now_us = g_get_monotonic_time ();

  police->room = MIN (police->room + (double) (now_us - police->at_us) * capacity / G_USEC_PER_SEC,
                      capacity / 5.0);
  police->at_us = now_us;
  if (capacity == 0)
    return TRUE;
  if (police->room < bits)
    return FALSE;
  police->room -= bits;
  return TRUE;
}

/* Counted, and not timed: it is the same however busy the machine is. */
static gboolean
is_kept (Police *police, gsize size)
{
  guint one_kept_of = (guint) g_atomic_int_get (&police->one_kept_of);

  return one_kept_of == 0 || size < LEAST_OF_PICTURE || ++police->n_pictures % one_kept_of == 0;
}

static GstPadProbeReturn
on_wire (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  gsize size = gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));

  return is_kept (data, size) && has_room (data, (double) size * 8) ? GST_PAD_PROBE_OK
                                                                    : GST_PAD_PROBE_DROP;
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
  GhcVideoQuality much = { .frame_rate = 30, .bitrate = 3000000, .preference = GHC_VIDEO_MOTION };

  *self = (Way) { .room = room_new (n_people), .police = { 0 } };
  self->last = &self->room->people[n_people - 1];
  self->card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  test_card_set_busy (self->card);
  room_join_all (self->room);
  for (guint i = 1; i < n_people; i++)
    run_until (room_is_connected (self->room, 0, i));
  police_way (self->room, 0, n_people - 1, &self->police);
  self->broadcast = person_show (&self->room->people[0], self->card, GHC_SHARE_SCREEN);
  ghc_broadcast_set_quality (self->broadcast, &much);
  for (guint i = 1; i < n_people; i++)
    person_watch (&self->room->people[i], 0, GHC_SHARE_SCREEN, TRUE);
  for (guint i = 1; i < n_people; i++)
    run_until (person_sees (&self->room->people[i], self->card, 20));
}

static void
way_clear (Way *self)
{
  room_free (self->room);
  g_object_unref (self->broadcast);
  g_object_unref (self->card);
}

/* Where two watch, and the second cannot be reached with pictures, that one is told so, and the other sees them as
 * before; until they can be again. */
static void
test_lost (void)
{
  Way way;
  Person *other;
  GhcShare *lost;

  way_init (&way, 3);
  other = &way.room->people[1];
  lost = person_see_share (way.last, 0, GHC_SHARE_SCREEN);
  g_atomic_int_set (&way.police.one_kept_of, 3);
  run_until (ghc_share_get_state (lost) == GHC_SHARE_PAUSED);
  person_forget_pictures (other);
  person_forget (way.last);
  run_until (person_sees (other, way.card, 20));
  /* They are heard without being seen. */
  run_until (person_hears_others (way.last));

  g_atomic_int_set (&way.police.one_kept_of, 0);
  person_forget_pictures (way.last);
  run_until (ghc_share_get_state (lost) == GHC_SHARE_PLAYING);
  run_until (person_sees (way.last, way.card, 20));
  way_clear (&way);
}

/* Far too little is carried all at once, and then enough again: as much is sent as gets through. */
static void
test_narrow (void)
{
  Way way;
  GhcShare *own;
  gint64 began_us;

  way_init (&way, 2);
  own = ghc_broadcast_get_share (way.broadcast);
  run_until (ghc_share_get_bitrate (own) > 1200000);

  began_us = g_get_monotonic_time ();
  g_atomic_int_set (&way.police.capacity, 800000);
  run_until (ghc_share_get_bitrate (own) < 850000);
  g_test_message ("gave way within %.1f s", (double) (g_get_monotonic_time () - began_us) / 1e6);
  person_forget_pictures (way.last);
  person_forget (way.last);
  run_until (person_sees (way.last, way.card, 30));
  run_until (person_hears_others (way.last));

  began_us = g_get_monotonic_time ();
  g_atomic_int_set (&way.police.capacity, 0);
  /* More than was carried. */
  run_until (ghc_share_get_bitrate (own) > 1000000);
  g_test_message ("recovered within %.1f s", (double) (g_get_monotonic_time () - began_us) / 1e6);
  way_clear (&way);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/video/lost", test_lost);
  /* So many bits a second come from a clock, which a machine that is too busy with a sanitizer does not keep up with. */
  if (run_is_timed ())
    g_test_add_func ("/video/narrow", test_narrow);
  return g_test_run ();
}
