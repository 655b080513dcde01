/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-encoding-private.h"

#include "ghc-encoding-pipeline.h"
#include "ghc-sound.h"

#define TICK_MS 50
/* Nothing new is shown: the last picture again, for those who lost one and so that it gets sharper. */
#define STILL_US (200 * 1000)
#define SECOND_US G_USEC_PER_SEC
/* An encoder that takes so many pictures and gives nothing does not work. */
#define STUCK_PICTURES 60

GhcEncoding *
ghc_encoding_ref (GhcEncoding *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ghc_encoding_unref (GhcEncoding *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  ghc_codec_ladder_unref (self->ladder);
  ghc_fan_unref (self->fan);
  g_clear_pointer (&self->last, gst_sample_unref);
  gst_caps_replace (&self->importable, NULL);
  g_free (self->name);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void start (GhcEncoding *self);

static void
stop (GhcEncoding *self)
{
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_mutex_lock (&self->lock);
  self->way = NULL;
  self->size = self->encoder = NULL;
  self->sink = NULL;
  self->width = self->height = self->bitrate_set = 0;
  self->is_importing = self->is_unfit = FALSE;
  g_mutex_unlock (&self->lock);
  if (self->pipeline != NULL)
    ghc_sound_shut (g_steal_pointer (&self->pipeline));
  g_clear_pointer (&self->name, g_free);
}

/* Which pictures in a graphics card's memory can be taken from now on. */
static void
tell_importable (GhcEncoding *self)
{
  g_autoptr (GstCaps) caps = self->name != NULL && !self->cannot_import
                               ? ghc_encoder_find_importable (self->name)
                               : NULL;

  if (caps == self->importable
      || (caps != NULL && self->importable != NULL && gst_caps_is_equal (caps, self->importable)))
    return;
  gst_caps_replace (&self->importable, caps);
  g_mutex_lock (&self->lock);
  self->can_import = caps != NULL;
  g_mutex_unlock (&self->lock);
  if (self->imports != NULL)
    self->imports (caps, self->imports_data);
}

static gboolean
get_is_importing (GhcEncoding *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->is_importing;
}

/* Taking pictures from the graphics card's memory may be what fails: then they are copied, before anything else
 * is held against the encoder. */
static void
fall (GhcEncoding *self)
{
  if (get_is_importing (self))
    {
      g_info ("%s cannot take pictures where they are; they are copied", self->name);
      self->cannot_import = TRUE;
      tell_importable (self);
    }
  else
    ghc_codec_ladder_fall_from (self->ladder, self->name);
  stop (self);
  if (self->is_wanted)
    start (self);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcEncoding *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &details);
  g_info ("Encoding failed: %s (%s)", error->message, details);
  self->bus_watch = 0;
  fall (self);
  return G_SOURCE_REMOVE;
}

static gboolean
build (GhcEncoding *self, GError **error)
{
  GstAppSinkCallbacks callbacks = { .new_sample = ghc_encoding_on_packet };
  g_autoptr (GstBus) bus = NULL;
  GhcEncodingPipeline made;
  gboolean imports, is_whole;

  g_mutex_lock (&self->lock);
  /* What is in a graphics card's memory, and cannot be taken from there, is of no use: the next one is not there. */
  if (self->last != NULL && !self->can_import && ghc_encoding_is_graphics (self->last))
    g_clear_pointer (&self->last, gst_sample_unref);
  imports = self->last != NULL && ghc_encoding_is_graphics (self->last);
  self->is_importing = imports;
  g_mutex_unlock (&self->lock);
  is_whole = ghc_encoding_pipeline_build (&made, self->name, self->quality.preference, imports,
                                          self->fan, self->line, error);
  self->pipeline = made.pipeline;
  if (!is_whole)
    return FALSE;
  gst_app_sink_set_callbacks (made.sink, &callbacks, ghc_encoding_ref (self),
                              (GDestroyNotify) ghc_encoding_unref);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  g_mutex_lock (&self->lock);
  self->sink = made.sink;
  g_mutex_unlock (&self->lock);
  if (!ghc_sound_start (self->pipeline, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->way = made.way;
  self->size = made.size;
  self->encoder = made.encoder;
  self->n_unanswered = 0;
  self->key_frame_us = 0;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
send_last (GhcEncoding *self, gint64 now_us)
{
  g_autoptr (GstSample) last = NULL;

  g_mutex_lock (&self->lock);
  last = self->last != NULL ? gst_sample_ref (self->last) : NULL;
  g_mutex_unlock (&self->lock);
  if (last != NULL)
    ghc_encoding_send (self, last, now_us);
}

static DexFuture *
start_fiber (gpointer data)
{
  GhcEncoding *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = dex_await_string (ghc_codec_ladder_choose_encoder (self->ladder), &error);

  self->is_choosing = FALSE;
  if (!self->is_wanted || self->pipeline != NULL)
    return dex_future_new_for_boolean (FALSE);
  if (name == NULL)
    {
      if (self->failed != NULL)
        self->failed (error->message, self->failed_data);
      return dex_future_new_for_boolean (FALSE);
    }
  g_set_str (&self->name, name);
  tell_importable (self);
  if (!build (self, &error))
    {
      g_info ("Encoding with %s does not begin: %s", name, error->message);
      fall (self);
      return dex_future_new_for_boolean (FALSE);
    }
  g_info ("Pictures are encoded with %s", name);
  send_last (self, g_get_monotonic_time ());
  return dex_future_new_for_boolean (TRUE);
}

static void
start (GhcEncoding *self)
{
  if (self->pipeline != NULL || self->is_choosing)
    return;
  self->is_choosing = TRUE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, start_fiber, ghc_encoding_ref (self),
                                          (GDestroyNotify) ghc_encoding_unref));
}

static void
measure (GhcEncoding *self, gint64 now_us)
{
  double seconds = (double) (now_us - self->second_us) / G_USEC_PER_SEC;
  guint64 n_bytes;
  guint n_pictures;

  if (now_us - self->second_us < SECOND_US)
    return;
  g_mutex_lock (&self->lock);
  n_bytes = self->n_bytes;
  n_pictures = self->n_pictures;
  g_mutex_unlock (&self->lock);
  self->bitrate = (guint) ((double) (n_bytes - self->n_bytes_before) * 8 / seconds);
  self->frame_rate = (n_pictures - self->n_pictures_before) / seconds;
  self->n_bytes_before = n_bytes;
  self->n_pictures_before = n_pictures;
  self->second_us = now_us;
}

/* The same encoder, for other pictures. */
static void
renew (GhcEncoding *self)
{
  stop (self);
  start (self);
}

static gboolean
on_tick (gpointer data)
{
  GhcEncoding *self = data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 still_us;
  gboolean is_stuck, is_unfit;

  measure (self, now_us);
  g_mutex_lock (&self->lock);
  still_us = now_us - self->pushed_us;
  is_stuck = self->n_unanswered > STUCK_PICTURES;
  is_unfit = self->is_unfit;
  g_mutex_unlock (&self->lock);
  if (self->pipeline == NULL)
    return G_SOURCE_CONTINUE;
  if (is_stuck)
    fall (self);
  else if (is_unfit)
    renew (self);
  else if (still_us > STILL_US)
    send_last (self, now_us);
  return G_SOURCE_CONTINUE;
}

/**
 * ghc_encoding_set_running:
 * @self: an encoding
 * @is_running: whether anybody watches
 */
void
ghc_encoding_set_running (GhcEncoding *self, gboolean is_running)
{
  g_return_if_fail (self != NULL);

  if (self->is_wanted == is_running || self->is_closed)
    return;
  self->is_wanted = is_running;
  if (is_running)
    {
      self->second_us = g_get_monotonic_time ();
      self->tick = g_timeout_add (TICK_MS, on_tick, self);
      start (self);
      return;
    }
  g_clear_handle_id (&self->tick, g_source_remove);
  stop (self);
  self->frame_rate = self->bitrate = 0;
}

/**
 * ghc_encoding_set_quality:
 * @self: an encoding
 * @quality: how it is done from the next picture on
 */
void
ghc_encoding_set_quality (GhcEncoding *self, const GhcVideoQuality *quality)
{
  gboolean is_other;

  g_return_if_fail (self != NULL && quality != NULL);

  g_mutex_lock (&self->lock);
  is_other = self->quality.preference != quality->preference;
  self->quality = *quality;
  g_mutex_unlock (&self->lock);
  /* Not every encoder takes that while it runs. */
  if (is_other && self->pipeline != NULL)
    renew (self);
}

/**
 * ghc_encoding_set_pace:
 * @self: an encoding
 * @bitrate: how quickly the packets of a picture go out, in bit/s; 0 for at once
 */
void
ghc_encoding_set_pace (GhcEncoding *self, guint bitrate)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->pace = bitrate;
}

/**
 * ghc_encoding_set_held:
 * @self: an encoding
 * @is_held: whether pictures are left out, because earlier ones still wait on their way
 */
void
ghc_encoding_set_held (GhcEncoding *self, gboolean is_held)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->is_held = is_held;
}

/**
 * ghc_encoding_set_failed:
 * @self: an encoding
 * @failed: (nullable): called on the main thread when no encoder works, with a sentence for people
 * @data: for it
 */
void
ghc_encoding_set_failed (GhcEncoding *self, GhcEncodingFailed failed, gpointer data)
{
  self->failed = failed;
  self->failed_data = data;
}

/**
 * ghc_encoding_set_imports:
 * @self: an encoding
 * @imports: (nullable): called on the main thread with the pictures in a graphics card's memory that can be taken
 *   from there from now on, or %NULL; pictures that still come otherwise are not sent
 * @data: for it
 */
void
ghc_encoding_set_imports (GhcEncoding *self, GhcEncodingImports imports, gpointer data)
{
  self->imports = imports;
  self->imports_data = data;
}

/**
 * ghc_encoding_get_figures:
 * @self: an encoding
 * @figures: (out): how it goes
 */
void
ghc_encoding_get_figures (GhcEncoding *self, GhcEncodingFigures *figures)
{
  g_return_if_fail (self != NULL && figures != NULL);

  g_mutex_lock (&self->lock);
  *figures = (GhcEncodingFigures) { .name = self->name,
                                    .width = self->width,
                                    .height = self->height,
                                    .frame_rate = self->frame_rate,
                                    .bitrate = self->bitrate };
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_encoding_close:
 * @self: an encoding
 *
 * Ends it for good.
 */
void
ghc_encoding_close (GhcEncoding *self)
{
  g_return_if_fail (self != NULL);

  ghc_encoding_set_failed (self, NULL, NULL);
  ghc_encoding_set_imports (self, NULL, NULL);
  ghc_encoding_set_running (self, FALSE);
  self->is_closed = TRUE;
}

/**
 * ghc_encoding_new:
 * @ladder: the encoders
 * @fan: where packets go
 * @line: whose packets they are
 * @quality: how it is done
 *
 * Returns: (transfer full): an encoding that does not run
 */
GhcEncoding *
ghc_encoding_new (GhcCodecLadder *ladder, GhcFan *fan, GhcLine line, const GhcVideoQuality *quality)
{
  GhcEncoding *self = g_new0 (GhcEncoding, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->ladder = ghc_codec_ladder_ref (ladder);
  self->fan = ghc_fan_ref (fan);
  self->line = line;
  self->quality = *quality;
  return self;
}
