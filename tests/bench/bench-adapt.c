/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection gets narrow, and wide again: moving pictures of 720p30 go from one voice to another through a
 * queue of the kernel (tbf, in a network of this process alone) that lets pass 8 Mbit/s, then 800 kbit/s, then
 * 8 Mbit/s again. What comes, how often, and for how long nothing comes is measured at the other end. */
#include "voice-room.h"

#include "bench-net.h"
#include "bench-report.h"
#include "ghc-peer-private.h"

#include <math.h>

#define WANTED 5000000
#define WIDE "8mbit"
#define NARROW "800kbit"
#define NARROW_BITS 800000
#define NARROW_US (15 * G_USEC_PER_SEC)
/* The figures are of the end of each part. */
#define STEADY_US (5 * G_USEC_PER_SEC)
#define MOST_WAIT_US (40 * G_USEC_PER_SEC)

typedef struct
{
  guint64 n_wire;   /* bytes of all that passed, both ways */
  guint64 n_bytes;  /* of pictures that came */
  guint n_pictures;
  GhcLinkCounts voice; /* as it came to who watches */
} Mark;

typedef struct
{
  Room *room;
  GhcShare *share;  /* as who watches has it */
  GhcInlet *inlet;  /* by which it comes */
  guint64 frozen_ms; /* of the parts before */
} Bench;

/* The way to the other end and back is one: both pass it. */
static void
let_pass (const char *rate)
{
  g_autofree char *words = g_strdup_printf (
    "tc qdisc replace dev lo root tbf rate %s burst 8kb latency 200ms", rate);

  bench_net_run (words);
}

static void
wait_us (gint64 length_us)
{
  gint64 until_us = g_get_monotonic_time () + length_us;

  run_until (g_get_monotonic_time () >= until_us);
}

/* Of this process's own loopback; heads and all. */
static guint64
read_wire (void)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents ("/proc/self/net/dev", &text, NULL, NULL))
    g_error ("Nothing tells what passed");
  at = strstr (text, "lo:");
  return at != NULL ? g_ascii_strtoull (at + strlen ("lo:"), NULL, 10) : 0;
}

static GhcPeer *
find_peer (Bench *self)
{
  return ghc_engine_lookup_peer (ghc_voice_get_engine (self->room->people[1].voice),
                                 self->room->people[0].member_id);
}

static void
take_mark (Bench *self, Mark *mark)
{
  mark->n_wire = read_wire ();
  mark->n_bytes = ghc_inlet_get_n_bytes (self->inlet);
  mark->n_pictures = person_get_n_seen (&self->room->people[1]);
  ghc_link_get_counts (find_peer (self)->link, &mark->voice);
}

/* Of what somebody said, since @since, in all that was said. */
static void
report_voice (Bench *self, const Mark *since, const char *name)
{
  GhcLinkCounts now;
  double lost, came;

  ghc_link_get_counts (find_peer (self)->link, &now);
  lost = (double) (now.n_lost - since->voice.n_lost);
  came = (double) (now.n_came - since->voice.n_came);
  bench_print ("adapt", 100 * lost / MAX (lost + came, 1), "%", NAN, "%s, voice lost rate", name);
}

/* What comes at the end of @length_us; and how long it stood still, and what was not heard, since @since. */
static void
measure (Bench *self, gint64 length_us, const Mark *since, const char *name)
{
  double seconds = (double) STEADY_US / G_USEC_PER_SEC;
  Mark before, after;

  wait_us (length_us - STEADY_US);
  take_mark (self, &before);
  wait_us (STEADY_US);
  take_mark (self, &after);
  bench_print ("adapt", (double) (after.n_bytes - before.n_bytes) * 8 / 1000 / seconds, "kbit/s", NAN,
               "%s rate", name);
  bench_print ("adapt", (double) (after.n_wire - before.n_wire) * 8 / 1000 / seconds, "kbit/s", NAN,
               "%s, all that passes both ways, rate", name);
  bench_print ("adapt", (after.n_pictures - before.n_pictures) / seconds, "1/s", NAN, "%s frames",
               name);
  bench_print ("adapt", (double) (ghc_share_get_frozen_ms (self->share) - self->frozen_ms), "ms",
               NAN, "%s, stood still, time", name);
  report_voice (self, since, name);
  self->frozen_ms = ghc_share_get_frozen_ms (self->share);
  g_printerr ("%s: %u x %u\n", name, ghc_share_get_width (self->share),
              ghc_share_get_height (self->share));
}

/* Until what is sent is at most, or at least, so much. */
static void
measure_change (Bench *self, guint least, guint most, const char *name)
{
  gint64 began_us = g_get_monotonic_time ();
  GhcShare *own = person_see_share (&self->room->people[0], 0, GHC_SHARE_SCREEN);

  run_until ((ghc_share_get_bitrate (own) >= least && ghc_share_get_bitrate (own) <= most)
             || g_get_monotonic_time () - began_us > MOST_WAIT_US);
  bench_print ("adapt", (double) (g_get_monotonic_time () - began_us) / 1000, "ms", NAN, "%s time",
               name);
}

static GstElement *
make_nothing (gpointer data)
{
  return NULL;
}

int
main (void)
{
  GhcVideoQuality quality = { .frame_rate = 30, .bitrate = WANTED, .preference = GHC_VIDEO_MOTION };
  g_autoptr (GError) error = NULL;
  g_autoptr (TestCard) card = NULL;
  g_autoptr (GhcBroadcast) broadcast = NULL;
  Bench bench = { 0 };
  Mark began;

  bench_net_have_own ();
  let_pass (WIDE);
  dex_init ();
  bench.room = room_new (2);
  card = test_card_new (1280, 720, 30);
  test_card_set_busy (card);
  ghc_voice_use_pictures (bench.room->people[0].voice, make_nothing);
  room_join_all (bench.room);
  run_until (ghc_call_member_get_link (person_see (&bench.room->people[0], 1))
             == GHC_CALL_LINK_CONNECTED);
  broadcast = ghc_voice_share (bench.room->people[0].voice, GHC_SHARE_SCREEN,
                               GHC_VIDEO_SOURCE (card), NULL, &quality, &error);
  if (broadcast == NULL)
    g_error ("%s", error->message);
  run_until (ghc_broadcast_get_share (broadcast) != NULL);
  person_watch (&bench.room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  bench.share = person_see_share (&bench.room->people[1], 0, GHC_SHARE_SCREEN);
  bench.inlet = ghc_peer_get_inlet (find_peer (&bench), GHC_LINE_SCREEN);
  take_mark (&bench, &began);
  measure_change (&bench, WANTED * 8 / 10, G_MAXUINT, "8 Mbit/s, first to 4 Mbit/s");
  measure (&bench, STEADY_US, &began, "8 Mbit/s");
  take_mark (&bench, &began);
  let_pass (NARROW);
  measure_change (&bench, 0, NARROW_BITS, "cut to 800 kbit/s, given way");
  measure (&bench, NARROW_US, &began, "800 kbit/s");
  take_mark (&bench, &began);
  let_pass (WIDE);
  measure_change (&bench, WANTED / 2, G_MAXUINT, "back to 8 Mbit/s, at half");
  measure_change (&bench, WANTED * 8 / 10, G_MAXUINT, "back to 8 Mbit/s, from half to four fifths");
  measure (&bench, STEADY_US, &began, "8 Mbit/s again");
  room_free (bench.room);
  return 0;
}
