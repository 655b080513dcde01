/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets get lost: moving pictures of 720p30 go from one voice to another through a network that loses some of them
 * each way, by chance (nftables, in a network of this process alone). What is not seen, and for how long nothing new
 * is, is measured at the other end, beside the same while nothing is lost. */
#include "voice-room.h"

#include "bench-net.h"
#include "bench-report.h"

#include <math.h>

#define BITRATE 2500000
#define SETTLE_US (4 * G_USEC_PER_SEC)
#define WATCH_US (10 * G_USEC_PER_SEC)
/* Longer than that, and one sees that it stands still. */
#define STILL_US (150 * 1000)

typedef struct
{
  GMutex lock; /* of what follows */
  int seen;    /* the last number */
  gint64 seen_us;
  guint n_seen;
  guint n_missed;
  gint64 still_us;
  gint64 longest_us;
} Eye;

static void
on_seen (int number, guint width, guint height, gpointer data)
{
  Eye *eye = data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 gap_us;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&eye->lock);

  if (number <= 0 || number == eye->seen)
    return;
  gap_us = eye->seen_us != 0 ? now_us - eye->seen_us : 0;
  if (eye->seen > 0 && number > eye->seen)
    eye->n_missed += (guint) (number - eye->seen - 1);
  eye->n_seen++;
  eye->longest_us = MAX (eye->longest_us, gap_us);
  eye->still_us += gap_us > STILL_US ? gap_us : 0;
  eye->seen = number;
  eye->seen_us = now_us;
}

static GstElement *
make_eye (gpointer data)
{
  return test_card_make_reader (on_seen, data);
}

static GstElement *
make_nothing (gboolean is_output, gpointer data)
{
  return NULL;
}

static void
wait_us (gint64 length_us)
{
  gint64 until_us = g_get_monotonic_time () + length_us;

  run_until (g_get_monotonic_time () >= until_us);
}

static void
lose (guint percent)
{
  g_autofree char *words = g_strdup_printf (
    "nft add rule inet weather in meta l4proto udp numgen random mod 100 < %u drop", percent);

  bench_net_run ("nft flush chain inet weather in");
  if (percent > 0)
    bench_net_run (words);
}

static void
measure (Eye *eye, guint percent, double *reference)
{
  double missed;

  lose (percent);
  wait_us (SETTLE_US);
  g_mutex_lock (&eye->lock);
  eye->n_seen = eye->n_missed = 0;
  eye->still_us = eye->longest_us = 0;
  g_mutex_unlock (&eye->lock);
  wait_us (WATCH_US);
  g_mutex_lock (&eye->lock);
  missed = 100.0 * eye->n_missed / MAX (eye->n_seen + eye->n_missed, 1);
  bench_print ("repair", missed, "%", *reference, "%u %% lost each way, pictures not seen rate",
               percent);
  bench_print ("repair", (double) eye->still_us / 1000, "ms", NAN,
               "%u %% lost each way, stood still of 10 s, time", percent);
  bench_print ("repair", (double) eye->longest_us / 1000, "ms", NAN,
               "%u %% lost each way, longest without a new picture, time", percent);
  g_mutex_unlock (&eye->lock);
  if (percent == 0 && missed > 0)
    *reference = missed;
}

int
main (void)
{
  static const guint losses[] = { 0, 2, 5, 10 };
  GhcVideoQuality quality = { .frame_rate = 30, .bitrate = BITRATE, .preference = GHC_VIDEO_MOTION };
  g_autoptr (GError) error = NULL;
  g_autoptr (TestCard) card = NULL;
  g_autoptr (GhcBroadcast) broadcast = NULL;
  double reference = NAN;
  Eye eye = { .seen = -1 };
  Room *room;

  bench_net_have_own ();
  bench_net_run ("nft add table inet weather");
  bench_net_run ("nft add chain inet weather in { type filter hook input priority 0 ; }");
  dex_init ();
  room = room_new (2);
  card = test_card_new (1280, 720, 30);
  test_card_set_busy (card);
  ghc_voice_use_elements (room->people[1].voice, make_nothing, &eye, "127.0.0.1");
  ghc_voice_use_pictures (room->people[1].voice, make_eye);
  room_join_all (room);
  run_until (ghc_call_member_get_link (person_see (&room->people[0], 1)) == GHC_CALL_LINK_CONNECTED);
  broadcast = ghc_voice_share (room->people[0].voice, GHC_SHARE_SCREEN, GHC_VIDEO_SOURCE (card),
                               NULL, &quality, &error);
  if (broadcast == NULL)
    g_error ("%s", error->message);
  run_until (ghc_broadcast_get_share (broadcast) != NULL);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (ghc_share_get_bitrate (ghc_broadcast_get_share (broadcast)) > BITRATE / 2);
  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    measure (&eye, losses[i], &reference);
  room_free (room);
  return 0;
}
