/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-pace.h"

#include <math.h>

/* The time over which loss is averaged. */
#define AVERAGE_US ((double) G_USEC_PER_SEC)
/* More than that at first is more than chance; once there was too much, less of it tells the same. */
#define BAD_LOSS 0.3
#define STILL_BAD_LOSS 0.15
#define CLEAR_LOSS 0.05
#define BAD_US (1500 * 1000)
/* What was only tried is given up sooner. */
#define TRIED_BAD_US (500 * 1000)
#define TRIED_US (30 * G_USEC_PER_SEC)
#define FIRST_PATIENCE_US (20 * G_USEC_PER_SEC)
#define MOST_PATIENCE_US (320 * G_USEC_PER_SEC)
/* What is told is of half a second, and what waits on the way may take another one. */
#define BLIND_US (2 * G_USEC_PER_SEC)
#define BLIND_PAUSE_US G_USEC_PER_SEC
/* Nothing was sent meanwhile. */
#define PAUSE_US G_USEC_PER_SEC

/* With heads and seal these take about 130, 46 and 28 kbit/s. */
static const struct
{
  guint frame_ms;
  int bitrate;
} steps[] = { { 10, 40000 }, { 40, 20000 }, { 60, 12000 } };

/**
 * ghc_pace_init:
 * @self: (out caller-allocates): a pace
 *
 * Begins with short frames.
 */
void
ghc_pace_init (GhcPace *self)
{
  g_return_if_fail (self != NULL);

  *self = (GhcPace) { .patience_us = FIRST_PATIENCE_US };
}

static void
set_step (GhcPace *self, guint step)
{
  self->was_raised = step < self->step;
  self->step = step;
  self->loss = 0;
  self->blind_us = BLIND_US;
  self->held_us = self->bad_us = self->clear_us = 0;
}

static void
give_way (GhcPace *self)
{
  if (self->was_raised && self->held_us < TRIED_US)
    self->patience_us = MIN (self->patience_us * 2, MOST_PATIENCE_US);
  else
    self->patience_us = FIRST_PATIENCE_US;
  if (self->step + 1 < G_N_ELEMENTS (steps))
    set_step (self, self->step + 1);
}

static void
judge (GhcPace *self, gint64 since_us)
{
  gboolean is_tried = self->was_raised && self->held_us < TRIED_US;

  if (self->loss >= (self->step == 0 ? BAD_LOSS : STILL_BAD_LOSS))
    self->bad_us += since_us;
  else
    self->bad_us = 0;
  if (self->loss < CLEAR_LOSS)
    self->clear_us += since_us;
  else
    self->clear_us = 0;
  if (self->bad_us >= (is_tried ? TRIED_BAD_US : BAD_US))
    give_way (self);
  else if (self->step > 0 && self->clear_us >= self->patience_us)
    set_step (self, self->step - 1);
}

/**
 * ghc_pace_take:
 * @self: a pace
 * @loss: the share of what we send that does not arrive, on the worst way, as it was told last
 * @now_us: the monotonic time
 *
 * To be called often while something is sent, and not while nothing is.
 *
 * Returns: the step to send with from now on
 */
guint
ghc_pace_take (GhcPace *self, double loss, gint64 now_us)
{
  gint64 since_us;

  g_return_val_if_fail (self != NULL, 0);

  since_us = now_us - self->at_us;
  self->at_us = now_us;
  if (since_us > PAUSE_US)
    {
      self->blind_us = MAX (self->blind_us, BLIND_PAUSE_US);
      return self->step;
    }
  self->held_us += since_us;
  if (self->blind_us > 0)
    {
      self->blind_us -= since_us;
      return self->step;
    }
  self->loss += (loss - self->loss) * (1 - exp (-(double) since_us / AVERAGE_US));
  judge (self, since_us);
  return self->step;
}

/**
 * ghc_pace_get_frame_ms:
 * @step: a step
 *
 * Returns: how much sound is in a packet
 */
guint
ghc_pace_get_frame_ms (guint step)
{
  g_return_val_if_fail (step < G_N_ELEMENTS (steps), 10);

  return steps[step].frame_ms;
}

/**
 * ghc_pace_get_bitrate:
 * @step: a step
 *
 * Returns: how many bits a second of sound takes
 */
int
ghc_pace_get_bitrate (guint step)
{
  g_return_val_if_fail (step < G_N_ELEMENTS (steps), 40000);

  return steps[step].bitrate;
}
