/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-carry.h"

#include <math.h>

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
#define MOST_CHANCE 0.3
#define CHANCE_US (4 * G_USEC_PER_SEC)
/* Packets wait in front of what is narrow for so long: it is too much, or enough. */
#define QUEUED_MS 60
#define FLAT_MS 25
/* One reaction to one jam. */
#define EASE_US (200 * 1000)
#define EASE_TO 0.85
/* When what is told gets lost, too, less seems to arrive than does. */
#define EASE_MORE_TO 0.6
/* What is longer was told of while packets waited. */
#define MOST_ROUND_TRIP_MS 200
/* Nobody tells anything for so long while pictures are sent: that waits, too, or got lost. */
#define BLIND_MS 120
#define BLIND_TO 0.25
/* Nothing is sent until the queue is gone, or for so long. */
#define HOLD_US (500 * 1000)
/* The last packets of all may be lost. */
#define LAST_SENT_US (60 * 1000)
/* How much more is tried in a second: near to where it was too much, and elsewhere. */
#define GROW_NEAR 1.5
#define GROW_FAR 2.4
#define CLEAR_OF_CEILING 1.25
/* What arrives is measured later than it is sent. */
#define MOST_AHEAD 1.7
/* It is as much as it was: nothing more is tried for a while. */
#define PATIENCE_US (500 * 1000)
#define MOST_PATIENCE_US (2 * G_USEC_PER_SEC)
/* After a longer pause nothing is known of what came between. */
#define MOST_STEP_US (500 * 1000)
/* Of what is carried, for something better than before. */
#define SAFE 0.75
/* So much of it may be sent again. */
#define REPAIR_PART 3

/**
 * ghc_carry_init:
 * @self: to be filled
 * @bitrate: what is believed at first, in bit/s
 */
void
ghc_carry_init (GhcCarry *self, guint bitrate)
{
  *self = (GhcCarry) { .bitrate = MAX (bitrate, LEAST_BITRATE), .patience_us = PATIENCE_US };
}

static void
set_bitrate (GhcCarry *self, double bitrate)
{
  self->bitrate = (guint) MAX (bitrate, LEAST_BITRATE);
}

/* Where it is too much is about where it was before: that is how much there is, and more of it is tried less
 * often. */
static void
note_ceiling (GhcCarry *self, guint received)
{
  gboolean is_same = self->ceiling != 0 && received > self->ceiling * 0.7
                     && received < self->ceiling * 1.4;

  self->patience_us = is_same ? MIN (self->patience_us * 2, MOST_PATIENCE_US) : PATIENCE_US;
  self->ceiling = received;
}

/* What is lost as often when less is sent is not lost because it was too much. */
static gboolean
is_by_chance (GhcCarry *self, const GhcCarryReport *report)
{
  return self->eased_loss > 0 && report->queue_ms < QUEUED_MS
         && report->loss > self->eased_loss * 0.5 && report->loss < self->eased_loss * 1.5
         && report->loss < MOST_CHANCE;
}

static gboolean
is_too_much (GhcCarry *self, const GhcCarryReport *report)
{
  return report->queue_ms >= QUEUED_MS || report->loss > self->chance_loss + MUCH_LOSS;
}

static void
hold (GhcCarry *self, gint64 now_us)
{
  if (now_us < self->held_until_us)
    return;
  self->held_us = now_us;
  self->held_until_us = now_us + HOLD_US;
}

/* What was sent before has arrived, so that nothing waits any more. */
static void
release (GhcCarry *self, const GhcCarryReport *report, gint64 now_us)
{
  if (now_us < self->held_until_us && report->sent_us >= self->held_us - LAST_SENT_US)
    self->held_until_us = now_us;
  if (now_us < self->held_until_us)
    self->eased_us = now_us;
}

static void
give_way (GhcCarry *self, const GhcCarryReport *report, gint64 now_us)
{
  gboolean is_queued = report->queue_ms >= QUEUED_MS;

  self->eased_us = now_us;
  self->eased_loss = is_queued ? 0 : report->loss;
  note_ceiling (self, report->received);
  set_bitrate (self, MIN (report->received, self->bitrate) * EASE_TO);
  self->eased_to = self->bitrate;
  if (is_queued)
    hold (self, now_us);
}

/* What still comes of what was sent before tells better how much there is. */
static void
ease_more (GhcCarry *self, const GhcCarryReport *report)
{
  double bitrate = MAX (report->received * EASE_TO, self->eased_to * EASE_MORE_TO);

  if (bitrate < self->bitrate)
    {
      self->ceiling = report->received;
      set_bitrate (self, bitrate);
    }
}

static void
ease (GhcCarry *self, const GhcCarryReport *report, gint64 now_us)
{
  if (now_us < self->eased_us + EASE_US || report->sent_us < self->eased_us)
    {
      ease_more (self, report);
      return;
    }
  if (is_by_chance (self, report))
    {
      self->chance_loss = report->loss;
      self->eased_loss = 0;
      return;
    }
  give_way (self, report, now_us);
}

static gboolean
is_blind (GhcCarry *self, const GhcCarryReport *report, gint64 now_us)
{
  guint most_ms = BLIND_MS + 2 * report->interval_ms + MIN (report->round_trip_ms, MOST_ROUND_TRIP_MS);

  return !report->is_quiet && report->age_ms > most_ms && now_us > self->held_until_us + (gint64) most_ms * 1000;
}

/* So that what the other end tells gets through. */
static void
begin_blind (GhcCarry *self, gint64 now_us)
{
  self->is_blind = TRUE;
  hold (self, now_us);
}

/* Until something is told; that is of before. */
static void
wait_blindly (GhcCarry *self, const GhcCarryReport *report, gint64 now_us)
{
  gboolean is_told = now_us - (gint64) report->age_ms * 1000 > self->held_us;

  if (!is_told && now_us < self->held_until_us)
    return;
  self->is_blind = FALSE;
  if (!is_told)
    {
      self->eased_us = now_us;
      set_bitrate (self, self->bitrate * BLIND_TO);
      self->eased_to = self->bitrate;
    }
  else if (is_too_much (self, report))
    give_way (self, report, now_us);
  else
    self->held_until_us = now_us;
}

/* Only as far as what is sent shows that it is carried. */
static void
grow (GhcCarry *self, const GhcCarryReport *report, guint wanted, gint64 since_us, gint64 now_us)
{
  double most = MIN (MAX (report->received * MOST_AHEAD, self->bitrate), MAX (wanted, LEAST_BITRATE));
  double rate;

  if (self->ceiling != 0 && report->received > self->ceiling * CLEAR_OF_CEILING)
    {
      self->ceiling = 0;
      self->patience_us = PATIENCE_US;
    }
  if (now_us - self->eased_us < self->patience_us || report->sent_us < self->eased_us)
    return;
  rate = self->ceiling != 0 ? GROW_NEAR : GROW_FAR;
  set_bitrate (self, MIN (self->bitrate * pow (rate, (double) since_us / G_USEC_PER_SEC), most));
}

/* A little that gets lost all the time while nothing waits does so by chance; but not for ever. */
static void
note_loss (GhcCarry *self, const GhcCarryReport *report, gint64 since_us)
{
  if (report->queue_ms < FLAT_MS && report->loss < self->chance_loss + MUCH_LOSS)
    self->chance_loss += (report->loss - self->chance_loss) * (double) since_us / CHANCE_US;
}

/**
 * ghc_carry_take:
 * @self: what the way to one viewer carries
 * @report: what is known of the latest packets
 * @wanted: what would be sent if everything were carried, in bit/s
 * @now_us: the monotonic time
 *
 * To be called often, some twenty times a second.
 */
void
ghc_carry_take (GhcCarry *self, const GhcCarryReport *report, guint wanted, gint64 now_us)
{
  gint64 since_us = MIN (now_us - self->taken_us, MOST_STEP_US);

  self->taken_us = now_us;
  if (!report->is_known || self->is_paused)
    {
      self->is_blind = FALSE;
      return;
    }
  note_loss (self, report, since_us);
  if (!self->is_blind)
    release (self, report, now_us);
  if (self->is_blind)
    wait_blindly (self, report, now_us);
  else if (is_blind (self, report, now_us))
    begin_blind (self, now_us);
  else if (is_too_much (self, report))
    ease (self, report, now_us);
  else if (report->queue_ms < FLAT_MS && report->loss < self->chance_loss + SOME_LOSS)
    grow (self, report, wanted, since_us, now_us);
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
 * ghc_carry_get_repair:
 * @self: what the way to one viewer carries
 * @now_us: the monotonic time
 *
 * Returns: how much of what gets lost may be sent again, in bit/s: nothing of what was too much
 */
guint
ghc_carry_get_repair (const GhcCarry *self, gint64 now_us)
{
  return now_us < self->held_until_us || self->is_paused ? 0 : self->bitrate / REPAIR_PART;
}

/**
 * ghc_carry_is_held:
 * @carries: (array length=n_carries): of all who watch
 * @n_carries: how many
 * @now_us: the monotonic time
 *
 * Returns: whether pictures are left out now, so that what waits on the way to one of them gets through
 */
gboolean
ghc_carry_is_held (GhcCarry *const *carries, guint n_carries, gint64 now_us)
{
  for (guint i = 0; i < n_carries; i++)
    {
      if (!carries[i]->is_paused && now_us < carries[i]->held_until_us)
        return TRUE;
    }
  return FALSE;
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

/* Text stays sharp and moves less; what moves stays smooth and gets smaller. */
static void
fit (const GhcVideoQuality *wanted, guint width, guint height, guint bitrate,
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

static gboolean
is_less (const GhcVideoQuality *a, const GhcVideoQuality *b)
{
  guint a_height = a->max_height != 0 ? a->max_height : G_MAXUINT;
  guint b_height = b->max_height != 0 ? b->max_height : G_MAXUINT;

  return a_height < b_height || (a_height == b_height && a->frame_rate < b->frame_rate);
}

/**
 * ghc_carry_fit:
 * @wanted: how the person wants it
 * @width: of the source, in pixels
 * @height: of the source, in pixels
 * @bitrate: what is carried, in bit/s
 * @used: (inout): how it is done now, and how it can be done with that
 *
 * Text stays sharp and moves less; what moves stays smooth and gets smaller. Size and rate are changed for
 * the better only when there is more than enough for that: each change costs a whole picture.
 */
void
ghc_carry_fit (const GhcVideoQuality *wanted, guint width, guint height, guint bitrate,
               GhcVideoQuality *used)
{
  GhcVideoQuality most, safe;

  fit (wanted, width, height, bitrate, &most);
  fit (wanted, width, height, (guint) (bitrate * SAFE), &safe);
  if (used->preference != wanted->preference || used->frame_rate > wanted->frame_rate
      || is_less (&most, used))
    *used = most;
  else if (is_less (used, &safe))
    *used = safe;
  used->bitrate = bitrate;
}
