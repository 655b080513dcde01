/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound.h"

#include "gh-error.h"

/**
 * ghc_sound_new_pipeline:
 *
 * Returns: (transfer full): a pipeline whose running time is the system's monotonic time
 */
GstElement *
ghc_sound_new_pipeline (void)
{
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  gst_element_set_base_time (pipeline, 0);
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  return pipeline;
}

/**
 * ghc_sound_start:
 * @pipeline: a pipeline
 * @error: return location
 *
 * Returns: whether it starts; otherwise %GH_ERROR_UNAVAILABLE with what the element said
 */
gboolean
ghc_sound_start (GstElement *pipeline, GError **error)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) cause = NULL;

  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    return TRUE;
  bus = gst_element_get_bus (pipeline);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  if (message != NULL)
    gst_message_parse_error (message, &cause, NULL);
  return gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.device", NULL, "%s",
                       cause != NULL ? cause->message : "The device could not be opened.");
}

/* What is on its way to be opened may be shut already. A pipeline lies in nothing, so that to lock its state
 * means nothing else to it. */
static void
open_on_thread (GstElement *pipeline, gpointer data)
{
  DexPromise *promise = data;
  g_autoptr (GError) error = NULL;

  GST_STATE_LOCK (pipeline);
  if (gst_element_is_locked_state (pipeline))
    gh_set_error (&error, GH_ERROR_UNAVAILABLE, "media.closed", NULL,
                  "It was closed before it was open.");
  else
    ghc_sound_start (pipeline, &error);
  GST_STATE_UNLOCK (pipeline);
  if (error != NULL)
    dex_promise_reject (promise, g_steal_pointer (&error));
  else
    dex_promise_resolve_boolean (promise, TRUE);
}

static void
shut_on_thread (GstElement *pipeline, gpointer data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  dex_promise_resolve_boolean (data, TRUE);
}

/**
 * ghc_sound_open:
 * @pipeline: one that uses a device
 *
 * Starts it on a thread of its own: a sound server may take its time to answer, half a minute when it hangs.
 *
 * Returns: (transfer full): resolves to %TRUE when it plays or is about to; rejects with
 *   %GH_ERROR_UNAVAILABLE with what the element said, or when it was shut before
 */
DexFuture *
ghc_sound_open (GstElement *pipeline)
{
  DexPromise *promise = dex_promise_new ();

  gst_element_call_async (pipeline, open_on_thread, dex_ref (promise), dex_unref);
  return DEX_FUTURE (promise);
}

/**
 * ghc_sound_close:
 * @pipeline: (transfer full): a pipeline
 *
 * Lets it end on a thread of its own: a device or a connection may take its time.
 *
 * Returns: (transfer full): resolves to %TRUE when its devices are free; never rejects
 */
DexFuture *
ghc_sound_close (GstElement *pipeline)
{
  DexPromise *promise = dex_promise_new ();

  gst_element_set_locked_state (pipeline, TRUE);
  gst_element_call_async (pipeline, shut_on_thread, dex_ref (promise), dex_unref);
  gst_object_unref (pipeline);
  return DEX_FUTURE (promise);
}

/**
 * ghc_sound_shut:
 * @pipeline: (transfer full): a pipeline
 *
 * The same for whom it is all the same when it has ended.
 */
void
ghc_sound_shut (GstElement *pipeline)
{
  dex_future_disown (ghc_sound_close (pipeline));
}

/* How long what came waits for what may come late, when nothing does. */
gint64
ghc_sound_get_least_margin_us (const GhcSoundSettings *settings)
{
  return settings->is_quick ? 2500 : 5000;
}

/* How much is played at a time. */
guint
ghc_sound_get_block_us (const GhcSoundSettings *settings)
{
  return settings->is_quick ? 2500 : 5000;
}
