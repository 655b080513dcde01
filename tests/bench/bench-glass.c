/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From glass to glass: how long a picture takes from the source to what would draw it, by the product's own
 * encoding, connection over loopback, and decoding, without the hardware of screens and cameras. Each picture has
 * its number in it, which is read at the other end; each software encoder has its turn. */
#include "voice-room.h"

#include "bench-report.h"

#include <math.h>
#include <stdlib.h>

#define N_PICTURES 240
#define N_SKIPPED 30

typedef struct
{
  TestCard *card;
  guint n_seen; /* of the lock */
  int seen;
  double delays_ms[N_PICTURES];
  GMutex lock;
} Bench;

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static void
on_seen (int number, guint width, guint height, gpointer data)
{
  gint64 now_us = g_get_monotonic_time ();
  Bench *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (number <= 0 || number == self->seen || self->n_seen >= N_SKIPPED + N_PICTURES)
    return;
  self->seen = number;
  if (self->n_seen++ >= N_SKIPPED)
    self->delays_ms[self->n_seen - 1 - N_SKIPPED] =
      (double) (now_us - test_card_get_made_us (self->card, (guint) number)) / 1000;
}

static GstElement *
make_glass (gpointer data)
{
  return test_card_make_reader (on_seen, data);
}

static GstElement *
make_nothing (gboolean is_output, gpointer data)
{
  return NULL;
}

static gboolean
has_enough (Bench *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_seen >= N_SKIPPED + N_PICTURES;
}

static void
run (guint width, guint height, const char *encoder)
{
  GhcVideoQuality quality = { .frame_rate = 30, .preference = GHC_VIDEO_MOTION };
  Room *room = room_new (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcBroadcast) broadcast = NULL;
  g_autofree Bench *bench = g_new0 (Bench, 1);

  g_mutex_init (&bench->lock);
  bench->card = test_card_new (width, height, 30);
  ghc_voice_use_elements (room->people[1].voice, make_nothing, bench, "127.0.0.1");
  ghc_voice_use_pictures (room->people[1].voice, make_glass);
  ghc_voice_set_mode (room->people[0].voice, GHC_VOICE_PUSH_TO_TALK);
  room_join_all (room);
  run_until (ghc_call_member_get_link (person_see (&room->people[0], 1)) == GHC_CALL_LINK_CONNECTED);
  ghc_codec_ladder_use_only (room->people[0].voice->ladder, encoder);
  broadcast = ghc_voice_share (room->people[0].voice, GHC_SHARE_SCREEN,
                               GHC_VIDEO_SOURCE (bench->card), NULL, &quality, &error);
  if (broadcast == NULL)
    g_error ("%s", error->message);
  run_until (ghc_broadcast_get_share (broadcast) != NULL);
  person_watch (&room->people[1], 0, GHC_SHARE_SCREEN, TRUE);
  run_until (has_enough (bench));
  room_free (room);
  qsort (bench->delays_ms, N_PICTURES, sizeof *bench->delays_ms, compare);
  bench_print ("glass-to-glass", bench->delays_ms[N_PICTURES / 2], "ms", NAN, "%up30 %s p50", height,
               encoder);
  bench_print ("glass-to-glass", bench->delays_ms[N_PICTURES * 99 / 100], "ms", NAN, "%up30 %s p99",
               height, encoder);
  g_object_unref (bench->card);
  g_mutex_clear (&bench->lock);
}

int
main (void)
{
  static const char *const encoders[] = { "x264enc", "openh264enc" };

  dex_init ();
  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++)
    {
      run (1280, 720, encoders[i]);
      run (1920, 1080, encoders[i]);
    }
  return 0;
}
