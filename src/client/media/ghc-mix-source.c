/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-mixer.h"

/* Whoever slept for longer does not make up for it. */
#define LATE_NS (100 * GST_MSECOND)

struct _GhcMixSource
{
  GstPushSrc parent_instance;
  GhcMixer *mixer;
  guint block_us;

  /* Of the object's lock. */
  GstClockID wait;
  gboolean is_flushing;

  /* Of the streaming thread. */
  GstClockTime next;
};

G_DEFINE_FINAL_TYPE (GhcMixSource, ghc_mix_source, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
                           GST_STATIC_CAPS ("audio/x-raw,format=S16LE,layout=interleaved,"
                                            "rate=48000,channels=2"));

static gboolean
ghc_mix_source_start (GstBaseSrc *source)
{
  GHC_MIX_SOURCE (source)->next = GST_CLOCK_TIME_NONE;
  return TRUE;
}

static gboolean
ghc_mix_source_unlock (GstBaseSrc *source)
{
  GhcMixSource *self = GHC_MIX_SOURCE (source);

  GST_OBJECT_LOCK (self);
  self->is_flushing = TRUE;
  if (self->wait != NULL)
    gst_clock_id_unschedule (self->wait);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
ghc_mix_source_unlock_stop (GstBaseSrc *source)
{
  GhcMixSource *self = GHC_MIX_SOURCE (source);

  GST_OBJECT_LOCK (self);
  self->is_flushing = FALSE;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* Until the pipeline's running time is @self->next; FALSE when somebody wants the thread back. */
static gboolean
wait_for_turn (GhcMixSource *self, GstClock *clock, GstClockTime base_time)
{
  gboolean is_flushing;

  GST_OBJECT_LOCK (self);
  if (self->is_flushing)
    {
      GST_OBJECT_UNLOCK (self);
      return FALSE;
    }
  self->wait = gst_clock_new_single_shot_id (clock, base_time + self->next);
  GST_OBJECT_UNLOCK (self);

  gst_clock_id_wait (self->wait, NULL);

  GST_OBJECT_LOCK (self);
  g_clear_pointer (&self->wait, gst_clock_id_unref);
  is_flushing = self->is_flushing;
  GST_OBJECT_UNLOCK (self);
  return !is_flushing;
}

static GstFlowReturn
ghc_mix_source_create (GstPushSrc *source, GstBuffer **out)
{
  GhcMixSource *self = GHC_MIX_SOURCE (source);
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime base_time = gst_element_get_base_time (GST_ELEMENT (self));
  guint n_samples = GHC_US_TO_SAMPLES (self->block_us);
  gboolean is_new = FALSE;
  GstClockTime now;
  GstBuffer *buffer;
  GstMapInfo map;

  if (clock == NULL)
    return GST_FLOW_FLUSHING;
  now = gst_clock_get_time (clock);
  now = now > base_time ? now - base_time : 0;
  if (!GST_CLOCK_TIME_IS_VALID (self->next) || now > self->next + LATE_NS)
    {
      self->next = now;
      is_new = TRUE;
    }
  if (!wait_for_turn (self, clock, base_time))
    return GST_FLOW_FLUSHING;

  buffer = gst_buffer_new_allocate (NULL, n_samples * GHC_MIXER_CHANNELS * sizeof (gint16), NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  ghc_mixer_pull (self->mixer, (gint16 *) map.data, n_samples, g_get_monotonic_time ());
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = self->next;
  GST_BUFFER_DURATION (buffer) = self->block_us * GST_USECOND;
  if (is_new)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->next += self->block_us * GST_USECOND;
  *out = buffer;
  return GST_FLOW_OK;
}

static void
ghc_mix_source_finalize (GObject *object)
{
  g_clear_pointer (&GHC_MIX_SOURCE (object)->mixer, ghc_mixer_unref);
  G_OBJECT_CLASS (ghc_mix_source_parent_class)->finalize (object);
}

static void
ghc_mix_source_class_init (GhcMixSourceClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *source_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ghc_mix_source_finalize;
  source_class->start = ghc_mix_source_start;
  source_class->unlock = ghc_mix_source_unlock;
  source_class->unlock_stop = ghc_mix_source_unlock_stop;
  GST_PUSH_SRC_CLASS (klass)->create = ghc_mix_source_create;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "What people in a call say", "Source/Audio",
                                         "Adds up what is due of all people", "Guildhall");
}

static void
ghc_mix_source_init (GhcMixSource *self)
{
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

/**
 * ghc_mix_source_new:
 * @mixer: what makes the sound
 * @block_us: how much of it a time, at most 20,000
 *
 * Returns: (transfer floating): an element
 */
GstElement *
ghc_mix_source_new (GhcMixer *mixer, guint block_us)
{
  GhcMixSource *self = g_object_new (GHC_TYPE_MIX_SOURCE, NULL);

  self->mixer = ghc_mixer_ref (mixer);
  self->block_us = block_us;
  return GST_ELEMENT (self);
}
