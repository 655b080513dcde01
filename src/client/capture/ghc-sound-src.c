/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-src.h"

#include "ghc-sound-tap.h"

#include <gst/audio/audio.h>
#include <string.h>

#define N_CHANNELS 2
#define FRAME_BYTES (N_CHANNELS * (guint) sizeof (float))
#define PIECE 480 /* frames */
#define PIECE_TIME (10 * GST_MSECOND)

/* How long sound is waited for before it counts as silence: PipeWire's longest period fits in. */
#define HOLD_TIME (50 * GST_MSECOND)
#define MAX_LEAD_TIME (60 * GST_MSECOND)
#define MAX_LAG_TIME (100 * GST_MSECOND)
#define RING 9600u /* frames */

struct _GhcSoundSrc
{
  GstPushSrc parent_instance;
  char *key; /* (nullable): all */
  GhcSoundTap *tap; /* (nullable) */

  GMutex lock; /* of what follows */
  GCond changed;
  gboolean is_flushing;
  float *ring;
  guint first;   /* frame of the ring */
  guint n_ready; /* frames */

  /* On the thread of the sound: */
  GstClockTime next;
  gboolean is_silent;
};

typedef enum
{
  STATE,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcSoundSrc, ghc_sound_src, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
  "src", GST_PAD_SRC, GST_PAD_ALWAYS,
  GST_STATIC_CAPS ("audio/x-raw, format = " GST_AUDIO_NE (
    F32) ", layout = interleaved, rate = 48000, channels = 2, channel-mask = (bitmask) 3"));

/* --- On PipeWire's thread ------------------------------------------------------------------- */

static void
on_samples (gpointer owner, const float *samples, guint n_frames)
{
  GhcSoundSrc *self = owner;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < n_frames; i++)
    {
      guint at = (self->first + self->n_ready) % RING;

      memcpy (&self->ring[at * N_CHANNELS], &samples[i * N_CHANNELS], FRAME_BYTES);
      if (self->n_ready < RING)
        self->n_ready++;
      else
        self->first = (self->first + 1) % RING;
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_state (gpointer owner, GhcSoundTapState state)
{
  g_signal_emit (owner, signals[STATE], 0, (int) state);
}

static const GhcSoundTapEvents tap_events = {
  .samples = on_samples,
  .state = on_state,
};

/* --- Starting and stopping ------------------------------------------------------------------ */

static gboolean
ghc_sound_src_stop (GstBaseSrc *base)
{
  g_clear_pointer (&GHC_SOUND_SRC (base)->tap, ghc_sound_tap_free);
  return TRUE;
}

/* Without PipeWire it is silent: that is no reason to end what else is sent. */
static gboolean
ghc_sound_src_start (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  self->next = GST_CLOCK_TIME_NONE;
  self->is_silent = TRUE;
  self->n_ready = 0;
  self->tap = ghc_sound_tap_new (self->key, &tap_events, self);
  return TRUE;
}

static gboolean
ghc_sound_src_unlock (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  g_mutex_lock (&self->lock);
  self->is_flushing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
ghc_sound_src_unlock_stop (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  g_mutex_lock (&self->lock);
  self->is_flushing = FALSE;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
ghc_sound_src_query (GstBaseSrc *base, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS (ghc_sound_src_parent_class)->query (base, query);
  gst_query_set_latency (query, TRUE, PIECE_TIME * 2, GST_CLOCK_TIME_NONE);
  return TRUE;
}

/* --- Sound ---------------------------------------------------------------------------------- */

static GstClockTime
get_running_time (GhcSoundSrc *self)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime now;
  GstClockTime base = gst_element_get_base_time (GST_ELEMENT (self));

  if (clock == NULL)
    return 0;
  now = gst_clock_get_time (clock);
  return now > base ? now - base : 0;
}

/* With the lock held. Returns whether there is a piece of sound, or not in time. */
static gboolean
wait_piece (GhcSoundSrc *self)
{
  while (!self->is_flushing && self->n_ready < PIECE)
    {
      GstClockTime now = get_running_time (self);
      GstClockTime due = self->next + PIECE_TIME + HOLD_TIME;

      if (now >= due)
        return FALSE;
      g_cond_wait_until (&self->changed, &self->lock,
                         g_get_monotonic_time () + (gint64) ((due - now) / 1000) + 1);
    }
  return self->n_ready >= PIECE;
}

static void
take_piece (GhcSoundSrc *self, float *samples)
{
  for (guint i = 0; i < PIECE; i++)
    memcpy (&samples[i * N_CHANNELS], &self->ring[(self->first + i) % RING * N_CHANNELS],
            FRAME_BYTES);
  self->first = (self->first + PIECE) % RING;
  self->n_ready -= PIECE;
}

static GstFlowReturn
ghc_sound_src_create (GstPushSrc *push_src, GstBuffer **buffer)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (push_src);
  g_autofree float *samples = g_new0 (float, PIECE *N_CHANNELS);
  gboolean has_sound;
  gboolean is_jump = FALSE;
  GstClockTime now;

  if (!GST_CLOCK_TIME_IS_VALID (self->next))
    self->next = get_running_time (self);

  g_mutex_lock (&self->lock);
  has_sound = wait_piece (self);
  if (self->is_flushing)
    {
      g_mutex_unlock (&self->lock);
      return GST_FLOW_FLUSHING;
    }
  now = get_running_time (self);
  /* Another clock than ours drives PipeWire; it may be a little faster. */
  while (has_sound && self->next > now + MAX_LEAD_TIME && self->n_ready >= 2 * PIECE)
    take_piece (self, samples);
  if (has_sound)
    take_piece (self, samples);
  g_mutex_unlock (&self->lock);

  /* Sound that begins was played just now, however long there was silence. */
  if (has_sound && now > self->next + PIECE_TIME
      && (self->is_silent || now > self->next + MAX_LAG_TIME))
    {
      self->next = now - PIECE_TIME;
      is_jump = TRUE;
    }
  self->is_silent = !has_sound;

  *buffer = gst_buffer_new_wrapped (g_steal_pointer (&samples), PIECE * FRAME_BYTES);
  GST_BUFFER_PTS (*buffer) = self->next;
  GST_BUFFER_DURATION (*buffer) = PIECE_TIME;
  if (is_jump)
    GST_BUFFER_FLAG_SET (*buffer, GST_BUFFER_FLAG_DISCONT);
  if (!has_sound)
    GST_BUFFER_FLAG_SET (*buffer, GST_BUFFER_FLAG_GAP);
  self->next += PIECE_TIME;
  return GST_FLOW_OK;
}

static void
ghc_sound_src_finalize (GObject *object)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (object);

  g_free (self->key);
  g_free (self->ring);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (ghc_sound_src_parent_class)->finalize (object);
}

static void
ghc_sound_src_class_init (GhcSoundSrcClass *klass)
{
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ghc_sound_src_finalize;
  base_class->start = ghc_sound_src_start;
  base_class->stop = ghc_sound_src_stop;
  base_class->unlock = ghc_sound_src_unlock;
  base_class->unlock_stop = ghc_sound_src_unlock_stop;
  base_class->query = ghc_sound_src_query;
  GST_PUSH_SRC_CLASS (klass)->create = ghc_sound_src_create;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Sound of applications",
                                         "Source/Audio", "Gives what other applications play",
                                         "Guildhall");
  signals[STATE] = g_signal_new ("state", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
ghc_sound_src_init (GhcSoundSrc *self)
{
  self->ring = g_new0 (float, RING *N_CHANNELS);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

/**
 * ghc_sound_src_new:
 * @key: (nullable): one application of a #GhcSoundGraph, or %NULL for all but this one
 *
 * Returns: (transfer floating): the element
 */
GstElement *
ghc_sound_src_new (const char *key)
{
  GhcSoundSrc *self = g_object_new (GHC_TYPE_SOUND_SRC, NULL);

  self->key = g_strdup (key);
  return GST_ELEMENT (self);
}
