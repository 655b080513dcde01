/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection gets narrow, and wide again: moving pictures of 720p30 go from one voice to another through a
 * queue of the kernel (tbf, in a network of this process alone) that lets pass 8 Mbit/s, then 800 kbit/s, then
 * 8 Mbit/s again. What comes, how often, and for how long nothing comes is measured at the other end. */
#include "voice-room.h"

#include "bench-report.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <unistd.h>

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
  Room *room;
  GhcShare *share;  /* as who watches has it */
  GhcInlet *inlet;  /* by which it comes */
  guint64 frozen_ms; /* of the parts before */
} Bench;

static gboolean
write_to (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean is_written = fd >= 0 && write (fd, text, strlen (text)) >= 0;

  if (fd >= 0)
    close (fd);
  return is_written;
}

static void
run_tool (const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;
  int status = 0;

  if (!g_spawn_command_line_sync (words, NULL, &told, &status, &error)
      || !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s %s", words, error->message, told != NULL ? told : "");
}

/* Before there is any thread. */
static void
have_own_network (void)
{
  g_autofree char *users = g_strdup_printf ("0 %u 1", getuid ());
  g_autofree char *groups = g_strdup_printf ("0 %u 1", getgid ());

  if (unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0 || !write_to ("/proc/self/uid_map", users)
      || !write_to ("/proc/self/setgroups", "deny") || !write_to ("/proc/self/gid_map", groups))
    g_error ("This computer gives a process no network of its own");
  run_tool ("ip link set lo up");
}

/* The way to the other end and back is one: both pass it. */
static void
let_pass (const char *rate)
{
  g_autofree char *words = g_strdup_printf (
    "tc qdisc replace dev lo root tbf rate %s burst 8kb latency 200ms", rate);

  run_tool (words);
}

static void
wait_us (gint64 length_us)
{
  gint64 until_us = g_get_monotonic_time () + length_us;

  run_until (g_get_monotonic_time () >= until_us);
}

/* What comes at the end of @length_us; and how long it stood still since the part before. */
static void
measure (Bench *self, gint64 length_us, const char *name)
{
  Person *viewer = &self->room->people[1];
  double seconds = (double) STEADY_US / G_USEC_PER_SEC;
  guint64 n_bytes;
  guint n_pictures;

  wait_us (length_us - STEADY_US);
  n_bytes = ghc_inlet_get_n_bytes (self->inlet);
  n_pictures = person_get_n_seen (viewer);
  wait_us (STEADY_US);
  n_bytes = ghc_inlet_get_n_bytes (self->inlet) - n_bytes;
  n_pictures = person_get_n_seen (viewer) - n_pictures;
  bench_print ("adapt", (double) n_bytes * 8 / 1000 / seconds, "kbit/s", NAN, "%s rate", name);
  bench_print ("adapt", n_pictures / seconds, "1/s", NAN, "%s frames", name);
  bench_print ("adapt", (double) (ghc_share_get_frozen_ms (self->share) - self->frozen_ms), "ms",
               NAN, "%s, stood still, time", name);
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

  have_own_network ();
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
  bench.inlet = ghc_peer_get_inlet (
    ghc_engine_lookup_peer (ghc_voice_get_engine (bench.room->people[1].voice),
                            bench.room->people[0].member_id),
    GHC_LINE_SCREEN);
  measure_change (&bench, WANTED * 8 / 10, G_MAXUINT, "8 Mbit/s, first to 4 Mbit/s");
  measure (&bench, STEADY_US, "8 Mbit/s");
  let_pass (NARROW);
  measure_change (&bench, 0, NARROW_BITS, "cut to 800 kbit/s, given way");
  measure (&bench, NARROW_US, "800 kbit/s");
  let_pass (WIDE);
  measure_change (&bench, WANTED / 2, G_MAXUINT, "back to 8 Mbit/s, at half");
  measure_change (&bench, WANTED * 8 / 10, G_MAXUINT, "back to 8 Mbit/s, from half to four fifths");
  measure (&bench, STEADY_US, "8 Mbit/s again");
  room_free (bench.room);
  return 0;
}
