/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-carry.h"

/* Less than this is no picture. */
#define LEAST_BITRATE 150000
/* Who carries less than this share of what the others do does not hold them back. */
#define FAR_BELOW 0.35
#define PAUSE_AFTER_US (2 * G_USEC_PER_SEC)
#define TRY_AGAIN_US (5 * G_USEC_PER_SEC)
#define MOST_TRIES 6
/* More than chance loses. */
#define MUCH_LOSS 0.08
#define SOME_LOSS 0.02
#define MOST_LOSS 0.3
/* So much longer on its way, and packets wait in a queue. */
#define QUEUED_MS 80
/* Less arrives than is sent, and nothing is lost: it is in a queue that grows. */
#define LESS_ARRIVES 0.85
#define MUCH_LESS_ARRIVES 0.8
/* One reaction to one jam. */
#define EASE_US (700 * 1000)
#define GROW_US (500 * 1000)
#define HOLD_US (1500 * 1000)
#define NEAR_CEILING 0.8
#define CLEAR_OF_CEILING 1.3

/**
 * ghc_carry_init:
 * @self: to be filled
 * @bitrate: what is believed at first, in bit/s
 */
void
ghc_carry_init (GhcCarry *self, guint bitrate)
{
  *self = (GhcCarry) { .bitrate = MAX (bitrate, LEAST_BITRATE) };
}

/* Packets wait in front of what is narrow, before any gets lost. */
static gboolean
is_queued (GhcCarry *self, const GhcCarryReport *report)
{
  return report->round_trip_ms > self->least_round_trip_ms + QUEUED_MS;
}

/* What was told again says nothing new, and a queue that gets shorter does so because we gave way. */
static gboolean
is_queue_growing (GhcCarry *self, const GhcCarryReport *report)
{
  if (report->received < report->sent * MUCH_LESS_ARRIVES
      && report->round_trip_ms > self->least_round_trip_ms + QUEUED_MS / 2)
    return TRUE;
  return is_queued (self, report) && report->round_trip_ms > self->round_trip_ms;
}

static void
note_round_trip (GhcCarry *self, const GhcCarryReport *report)
{
  if (report->round_trip_ms == 0)
    return;
  self->round_trip_ms = report->round_trip_ms;
  if (self->least_round_trip_ms == 0 || report->round_trip_ms < self->least_round_trip_ms)
    self->least_round_trip_ms = report->round_trip_ms;
}

static void
ease (GhcCarry *self, const GhcCarryReport *report, gint64 now_us)
{
  guint arrived = (guint) (report->received > 0 ? report->received * 0.85 : self->bitrate * 0.5);
  gboolean is_late = now_us - self->eased_us >= EASE_US;

  /* What arrives while most gets lost is all that there is room for, whenever that is seen. */
  if (!is_late && (report->loss < MOST_LOSS || arrived >= self->bitrate))
    return;
  self->eased_us = now_us;
  self->ceiling = is_late ? report->received : MAX (self->ceiling, report->received);
  if (is_late)
    arrived = MIN (arrived, (guint) (self->bitrate * 0.85));
  self->bitrate = MAX (MIN (arrived, self->bitrate), LEAST_BITRATE);
}

/* Near to where it was too much it goes slowly: one more jam costs more than it may bring. */
static double
find_step (GhcCarry *self, gint64 now_us)
{
  if (self->ceiling != 0 && self->bitrate > self->ceiling * CLEAR_OF_CEILING)
    self->ceiling = 0;
  if (self->ceiling != 0 && self->bitrate > self->ceiling * NEAR_CEILING)
    return 1.04;
  return now_us - self->eased_us > 4 * G_USEC_PER_SEC ? 1.25 : 1.08;
}

/* Only as far as what is sent shows that it is carried. */
static void
grow (GhcCarry *self, const GhcCarryReport *report, guint wanted, gint64 now_us)
{
  double most = MAX (report->received * 1.6, self->bitrate);

  if (now_us - self->grown_us < GROW_US || now_us - self->eased_us < HOLD_US)
    return;
  self->grown_us = now_us;
  self->bitrate = (guint) MIN (MIN (self->bitrate * find_step (self, now_us), most), wanted);
}

/**
 * ghc_carry_take:
 * @self: what the way to one viewer carries
 * @report: what is known of the last half second
 * @wanted: what would be sent if everything were carried, in bit/s
 * @now_us: the monotonic time
 */
void
ghc_carry_take (GhcCarry *self, const GhcCarryReport *report, guint wanted, gint64 now_us)
{
  if (!report->is_known || self->is_paused)
    return;
  if (report->loss > MUCH_LOSS || is_queue_growing (self, report))
    ease (self, report, now_us);
  else if (report->loss < SOME_LOSS && report->received >= report->sent * LESS_ARRIVES
           && (!is_queued (self, report) || report->round_trip_ms == self->round_trip_ms))
    grow (self, report, wanted, now_us);
  note_round_trip (self, report);
}

/* Who cannot keep up gets the sound only, and another chance after a while: later each time. */
static void
judge (GhcCarry *self, guint best, gint64 now_us)
{
  gboolean is_low = self->bitrate <= LEAST_BITRATE || self->bitrate < best * FAR_BELOW;

  if (self->is_paused)
    {
      if (now_us - self->paused_us < TRY_AGAIN_US * MIN (self->n_pauses, MOST_TRIES))
        return;
      ghc_carry_init (self, MAX ((guint) (best * FAR_BELOW * 1.2), LEAST_BITRATE * 2));
      self->n_pauses = MIN (self->n_pauses + 1, MOST_TRIES);
      return;
    }
  if (!is_low)
    self->low_since_us = 0;
  else if (self->low_since_us == 0)
    self->low_since_us = now_us;
  else if (now_us - self->low_since_us > PAUSE_AFTER_US)
    {
      self->is_paused = TRUE;
      self->paused_us = now_us;
      self->n_pauses = MAX (self->n_pauses, 1);
    }
}

/**
 * ghc_carry_share:
 * @carries: (array length=n_carries): of all who watch
 * @n_carries: how many
 * @wanted: what would be sent if everything were carried, in bit/s
 * @now_us: the monotonic time
 *
 * Sets who is paused: those who carry far less than the best, or too little for any picture.
 *
 * Returns: what is to be sent to all others, in bit/s
 */
guint
ghc_carry_share (GhcCarry *const *carries, guint n_carries, guint wanted, gint64 now_us)
{
  guint best = 0;
  guint least = wanted;

  for (guint i = 0; i < n_carries; i++)
    best = MAX (best, carries[i]->is_paused ? 0 : carries[i]->bitrate);
  for (guint i = 0; i < n_carries; i++)
    judge (carries[i], MIN (best, wanted), now_us);
  for (guint i = 0; i < n_carries; i++)
    {
      if (!carries[i]->is_paused)
        least = MIN (least, carries[i]->bitrate);
    }
  return MAX (least, LEAST_BITRATE);
}

/**
 * ghc_carry_sound:
 * @carries: (array length=n_carries): of all who watch
 * @n_carries: how many
 *
 * Returns: how well the sound of what is shared is sent, in bit/s: it goes even to those who are paused
 */
guint
ghc_carry_sound (GhcCarry *const *carries, guint n_carries)
{
  guint least = G_MAXUINT;

  for (guint i = 0; i < n_carries; i++)
    least = MIN (least, carries[i]->is_paused ? 0 : carries[i]->bitrate);
  return least >= 1000000 ? 128000 : least >= 400000 ? 96000 : 48000;
}

/* So many bits a point look well enough: text has edges, and little of it changes. */
static double
get_density (GhcVideoPreference preference)
{
  return preference == GHC_VIDEO_TEXT ? 0.03 : 0.05;
}

/**
 * ghc_carry_fit:
 * @wanted: how the person wants it
 * @width: of the source, in pixels
 * @height: of the source, in pixels
 * @bitrate: what is carried, in bit/s
 * @fitting: (out): how it can be done with that
 *
 * Text stays sharp and moves less; what moves stays smooth and gets smaller.
 */
void
ghc_carry_fit (const GhcVideoQuality *wanted, guint width, guint height, guint bitrate,
               GhcVideoQuality *fitting)
{
  static const guint rates[] = { 60, 30, 15, 10, 5 };
  static const guint heights[] = { 2160, 1440, 1080, 720, 540, 360, 240, 180 };
  guint most = wanted->max_height != 0 ? MIN (wanted->max_height, height) : height;
  double points = height > 0 ? (double) width / height * most * most : 0;
  double density = get_density (wanted->preference);

  *fitting = *wanted;
  fitting->bitrate = bitrate;
  if (points <= 0)
    return;
  if (wanted->preference == GHC_VIDEO_TEXT)
    {
      for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
        {
          if (rates[i] > wanted->frame_rate)
            continue;
          fitting->frame_rate = rates[i];
          if (points * rates[i] * density <= bitrate)
            return;
        }
    }
  /* The slowest, and still too much: smaller, too. */
  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    {
      double smaller = heights[i] < most ? (double) heights[i] / most : 1;

      if (smaller < 1)
        fitting->max_height = heights[i];
      if (points * smaller * smaller * fitting->frame_rate * density <= bitrate)
        return;
    }
}
