/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Captures what there is, as it is told on its standard input, and says in lines of JSON what it gets.
 * capture.py reads it.
 *
 *   ask [cursor] [token TOKEN]   asks the portal for a screen; "source" or "error"
 *   cancel                       takes that back
 *   cameras [portal]             looks for cameras: "cameras" now and as they come and go, or "error"
 *   open ID                      opens one: "source" or "error"
 *   sounds                       looks for what plays: "sounds" now and as it comes and goes, or "error"
 *   listen ID FILE               records one of them: floats, stereo, 48 kHz; "silent" when it cannot be heard
 *   sing FREQUENCY               plays a tone itself, as a call does
 *   import [FORMAT…]             what is got can be taken from a graphics card's memory, if it is so; or no more
 *   play, stop                   plays what was got: "picture" for each; and stops
 *   close                        gives it back
 */
#include "ghc-cameras.h"
#include "ghc-screen-portal.h"
#include "ghc-sound-sources.h"

#include "gh-error.h"

#include <gio/gunixinputstream.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>

#define N_BITS 32
#define N_BARS 8

typedef struct
{
  GMainLoop *loop;
  GDataInputStream *input;
  GhcScreenPortal *portal;
  GhcCameras *cameras;
  GhcCamera *camera;
  GhcSoundSources *sounds;
  GhcSoundSource *sound;
  GstElement *song;
  GhcVideoSource *source;
  GstElement *pipeline;
  gboolean imports; /* or did */
} Probe;

/* Between quotation marks in JSON; what is not ASCII stays as it is. */
static char *
quote (const char *text)
{
  char beyond_ascii[0x80 + 1] = { 0 };

  for (guint i = 0; i < 0x80; i++)
    beyond_ascii[i] = (char) (0x80 + i);
  return g_strescape (text, beyond_ascii);
}

static void
say_error (const GError *error)
{
  g_autofree char *message = quote (error->message);

  printf ("{\"event\":\"error\",\"cancelled\":%s,\"reason\":\"%s\",\"message\":\"%s\"}\n",
          g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "true" : "false",
          error->domain == GH_ERROR ? gh_error_get_reason (error) : "", message);
  fflush (stdout);
}

static void
on_ended (GhcVideoSource *source, GhcSourceEnd reason, gpointer data)
{
  g_autoptr (GEnumClass) reasons = g_type_class_ref (GHC_TYPE_SOURCE_END);

  printf ("{\"event\":\"ended\",\"reason\":\"%s\"}\n",
          g_enum_get_value (reasons, (int) reason)->value_nick);
  fflush (stdout);
}

static void
on_size (Probe *probe)
{
  printf ("{\"event\":\"size\",\"width\":%u,\"height\":%u}\n",
          ghc_video_source_get_width (probe->source), ghc_video_source_get_height (probe->source));
  fflush (stdout);
}

static void
use (Probe *probe, GhcVideoSource *source)
{
  g_set_object (&probe->source, source);
  g_signal_connect (source, "ended", G_CALLBACK (on_ended), NULL);
  g_signal_connect_swapped (source, "notify::height", G_CALLBACK (on_size), probe);
}

/* --- Pictures: see tests/tools/test-card.c -------------------------------------------------- */

static guint8
read_colour (const GstVideoFrame *frame, int x, int y, guint colour)
{
  const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (frame, colour);

  return data[y * GST_VIDEO_FRAME_COMP_STRIDE (frame, colour) + x * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, colour)];
}

static guint32
read_word (const GstVideoFrame *frame, int row)
{
  int width = GST_VIDEO_FRAME_WIDTH (frame);
  int height = GST_VIDEO_FRAME_HEIGHT (frame);
  guint32 word = 0;

  for (int bit = 0; bit < N_BITS; bit++)
    {
      int x = width * (2 * bit + 1) / (2 * N_BITS);
      int y = height * (2 * row + 1) / 32;

      word = word << 1 | (read_colour (frame, x, y, 1) > 127);
    }
  return word;
}

/* How far the worst of the bars is from its colour. */
static int
read_bars (const GstVideoFrame *frame)
{
  static const guint8 bars[N_BARS][3] = { { 255, 255, 255 }, { 255, 255, 0 }, { 0, 255, 255 },
                                          { 0, 255, 0 },     { 255, 0, 255 }, { 255, 0, 0 },
                                          { 0, 0, 255 },     { 0, 0, 0 } };
  int worst = 0;

  for (int bar = 0; bar < N_BARS; bar++)
    for (int colour = 0; colour < 3; colour++)
      {
        int x = GST_VIDEO_FRAME_WIDTH (frame) * (2 * bar + 1) / (2 * N_BARS);
        int y = GST_VIDEO_FRAME_HEIGHT (frame) * 3 / 4;

        worst = MAX (worst, ABS (read_colour (frame, x, y, (guint) colour) - bars[bar][colour]));
      }
  return worst;
}

static gboolean
get_video (const GstCaps *caps, GstVideoInfo *video)
{
  GstVideoInfoDmaDrm drm;

  if (!gst_video_is_dma_drm_caps (caps))
    return gst_video_info_from_caps (video, caps);
  return gst_video_info_dma_drm_from_caps (&drm, caps) && gst_video_info_dma_drm_to_video_info (&drm, video);
}

static GstFlowReturn
on_picture (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  gboolean is_graphics;
  GstVideoInfo info;
  GstVideoFrame frame;

  if (sample == NULL || !get_video (gst_sample_get_caps (sample), &info)
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return GST_FLOW_ERROR;
  is_graphics = gst_video_is_dma_drm_caps (gst_sample_get_caps (sample));
  printf ("{\"event\":\"picture\",\"width\":%d,\"height\":%d,\"number\":%u,\"age_ms\":%d,"
          "\"error\":%d,\"pts_ms\":%" G_GUINT64_FORMAT ",\"graphics\":%s}\n",
          info.width, info.height, read_word (&frame, 0),
          (int) ((guint32) (g_get_monotonic_time () / 1000) - read_word (&frame, 1)),
          read_bars (&frame), GST_BUFFER_PTS (gst_sample_get_buffer (sample)) / GST_MSECOND,
          is_graphics ? "true" : "false");
  fflush (stdout);
  gst_video_frame_unmap (&frame);
  return GST_FLOW_OK;
}

static void
stop (Probe *probe)
{
  if (probe->pipeline != NULL)
    gst_element_set_state (probe->pipeline, GST_STATE_NULL);
  gst_clear_object (&probe->pipeline);
}

static void
play (Probe *probe)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = ghc_video_source_make_element (probe->source, &error);
  GstElement *sink;
  GstAppSinkCallbacks callbacks = { .new_sample = on_picture };

  if (element == NULL)
    {
      say_error (error);
      return;
    }
  sink = gst_parse_bin_from_description (
    probe->imports ? "identity ! appsink name=sink sync=false max-buffers=1 drop=true"
                   : "videoconvert ! video/x-raw,format=RGB ! appsink name=sink sync=false max-buffers=1 drop=true",
    TRUE, &error);
  g_assert_no_error (error);
  {
    g_autoptr (GstElement) app = gst_bin_get_by_name (GST_BIN (sink), "sink");

    gst_app_sink_set_callbacks (GST_APP_SINK (app), &callbacks, NULL, NULL);
  }
  probe->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (probe->pipeline), element, sink, NULL);
  if (!gst_element_link (element, sink))
    g_error ("It cannot be linked");
  gst_element_set_state (probe->pipeline, GST_STATE_PLAYING);
}

/* --- Commands ------------------------------------------------------------------------------- */

static DexFuture *
on_answer (DexFuture *future, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcVideoSource) source = dex_await_object (dex_ref (future), &error);
  const char *token = NULL;
  gboolean is_window = FALSE;

  if (source == NULL)
    {
      say_error (error);
      return NULL;
    }
  use (probe, source);
  if (GHC_IS_SCREEN_SOURCE (source))
    {
      is_window = ghc_screen_source_is_window (GHC_SCREEN_SOURCE (source));
      token = ghc_screen_source_get_restore_token (GHC_SCREEN_SOURCE (source));
    }
  printf ("{\"event\":\"source\",\"name\":\"%s\",\"window\":%s,\"token\":\"%s\"}\n",
          ghc_video_source_get_name (source), is_window ? "true" : "false",
          token != NULL ? token : "");
  fflush (stdout);
  return NULL;
}

static void
say_cameras (Probe *probe)
{
  GListModel *list = G_LIST_MODEL (probe->cameras);

  printf ("{\"event\":\"cameras\",\"list\":[");
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GhcCamera) camera = g_list_model_get_item (list, i);

      printf ("%s{\"id\":\"%s\",\"name\":\"%s\"}", i > 0 ? "," : "", ghc_camera_get_id (camera),
              ghc_camera_get_name (camera));
    }
  printf ("]}\n");
  fflush (stdout);
}

static DexFuture *
on_cameras (DexFuture *future, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (dex_ref (future), &error))
    say_error (error);
  else
    say_cameras (probe);
  return NULL;
}

static void
look_for_cameras (Probe *probe, gboolean through_portal)
{
  if (probe->cameras == NULL)
    {
      probe->cameras = ghc_cameras_new (through_portal);
      g_signal_connect_swapped (probe->cameras, "items-changed", G_CALLBACK (say_cameras), probe);
    }
  dex_future_disown (
    dex_future_finally (ghc_cameras_start (probe->cameras), on_cameras, probe, NULL));
}

/* --- Sound ---------------------------------------------------------------------------------- */

static void
say_sounds (Probe *probe)
{
  GListModel *list = G_LIST_MODEL (probe->sounds);

  printf ("{\"event\":\"sounds\",\"list\":[");
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GhcSoundSource) source = g_list_model_get_item (list, i);

      printf ("%s{\"id\":\"%s\",\"name\":\"%s\"}", i > 0 ? "," : "",
              ghc_sound_source_get_id (source), ghc_sound_source_get_name (source));
    }
  printf ("]}\n");
  fflush (stdout);
}

static DexFuture *
on_sounds (DexFuture *future, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (dex_ref (future), &error))
    say_error (error);
  else
    say_sounds (data);
  return NULL;
}

static void
look_for_sounds (Probe *probe)
{
  if (probe->sounds == NULL)
    {
      probe->sounds = ghc_sound_sources_new ();
      g_signal_connect_swapped (probe->sounds, "items-changed", G_CALLBACK (say_sounds), probe);
    }
  dex_future_disown (
    dex_future_finally (ghc_sound_sources_start (probe->sounds), on_sounds, probe, NULL));
}

static void
on_problem (Probe *probe)
{
  g_autofree char *text = ghc_sound_source_dup_problem_text (probe->sound);
  g_autofree char *message = quote (text != NULL ? text : "");

  printf ("{\"event\":\"silent\",\"message\":\"%s\"}\n", message);
  fflush (stdout);
}

static void
drop_sound (Probe *probe)
{
  if (probe->sound != NULL)
    g_signal_handlers_disconnect_by_func (probe->sound, on_problem, probe);
  g_clear_object (&probe->sound);
}

static void
listen (Probe *probe, const char *id, const char *path)
{
  g_autoptr (GhcSoundSource) source = ghc_sound_sources_find (probe->sounds, id);
  GstElement *element;
  GstElement *sink = gst_element_factory_make ("filesink", NULL);

  if (source == NULL)
    g_error ("There is no %s", id);
  drop_sound (probe);
  probe->sound = g_object_ref (source);
  g_signal_connect_swapped (source, "notify::problem-text", G_CALLBACK (on_problem), probe);
  element = ghc_sound_source_make_element (source);
  g_object_set (sink, "location", path, "sync", FALSE, "async", FALSE, NULL);
  gst_util_set_object_arg (G_OBJECT (sink), "buffer-mode", "unbuffered");
  probe->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (probe->pipeline), element, sink, NULL);
  if (!gst_element_link (element, sink))
    g_error ("It cannot be linked");
  gst_element_set_state (probe->pipeline, GST_STATE_PLAYING);
}

static void
sing (Probe *probe, const char *frequency)
{
  g_autofree char *words = g_strdup_printf (
    "audiotestsrc samplesperbuffer=480 freq=%s volume=0.5 ! audioconvert ! audio/x-raw,rate=48000,channels=2 ! pipewiresink sync=false",
    frequency);

  probe->song = gst_parse_launch (words, NULL);
  gst_element_set_state (probe->song, GST_STATE_PLAYING);
}

/* --- Cameras -------------------------------------------------------------------------------- */

static void
open_camera (Probe *probe, const char *line)
{
  g_autoptr (GhcCamera) camera = ghc_cameras_find (probe->cameras, strchr (line, ' ') + 1);

  /* Also one that is not there any more. */
  if (camera != NULL)
    g_set_object (&probe->camera, camera);
  dex_future_disown (
    dex_future_finally (ghc_cameras_open (probe->cameras, probe->camera), on_answer, probe, NULL));
}

static void
ask (Probe *probe, char **words)
{
  gboolean cursor = g_strv_contains ((const char *const *) words, "cursor");
  const char *token = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], "token"))
      token = words[i + 1];
  dex_future_disown (dex_future_finally (ghc_screen_portal_ask (probe->portal, NULL, cursor, token),
                                         on_answer, probe, NULL));
}

static void
import (Probe *probe, char **formats)
{
  g_autoptr (GString) text = g_string_new ("video/x-raw(memory:DMABuf), format=DMA_DRM, drm-format=(string){ ");
  g_autoptr (GstCaps) caps = NULL;

  for (guint i = 0; formats[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", formats[i]);
  g_string_append (text, " }");
  if (formats[0] != NULL)
    caps = gst_caps_from_string (text->str);
  probe->imports = TRUE;
  ghc_video_source_set_importable (probe->source, caps);
}

static void
obey (Probe *probe, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (words[0] == NULL)
    return;
  /* It is a call that starts GStreamer, and one may look at oneself before the first. */
  if (!g_str_equal (words[0], "cameras") && !g_str_equal (words[0], "open"))
    gst_init (NULL, NULL);
  if (g_str_equal (words[0], "ask"))
    ask (probe, words);
  else if (g_str_equal (words[0], "cancel"))
    ghc_screen_portal_cancel (probe->portal);
  else if (g_str_equal (words[0], "cameras"))
    look_for_cameras (probe, g_strcmp0 (words[1], "portal") == 0);
  else if (g_str_equal (words[0], "open"))
    open_camera (probe, line);
  else if (g_str_equal (words[0], "sounds"))
    look_for_sounds (probe);
  else if (g_str_equal (words[0], "listen"))
    listen (probe, words[1], words[2]);
  else if (g_str_equal (words[0], "sing"))
    sing (probe, words[1]);
  else if (g_str_equal (words[0], "import"))
    import (probe, words + 1);
  else if (g_str_equal (words[0], "play"))
    play (probe);
  else if (g_str_equal (words[0], "stop"))
    stop (probe);
  else if (g_str_equal (words[0], "close"))
    ghc_video_source_close (probe->source);
  else
    g_error ("What is “%s” to mean?", line);
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (probe->input, result, NULL,
                                                                     NULL);

  if (line == NULL)
    {
      g_main_loop_quit (probe->loop);
      return;
    }
  obey (probe, line);
  g_data_input_stream_read_line_async (probe->input, G_PRIORITY_DEFAULT, NULL, on_line, probe);
}

int
main (void)
{
  Probe probe = { 0 };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);

  dex_init ();
  probe.loop = g_main_loop_new (NULL, FALSE);
  probe.input = g_data_input_stream_new (input);
  probe.portal = ghc_screen_portal_new ();
  g_data_input_stream_read_line_async (probe.input, G_PRIORITY_DEFAULT, NULL, on_line, &probe);
  g_main_loop_run (probe.loop);

  stop (&probe);
  g_assert_finalize_object (probe.portal);
  if (probe.source != NULL)
    g_assert_finalize_object (probe.source);
  if (probe.song != NULL)
    gst_element_set_state (probe.song, GST_STATE_NULL);
  gst_clear_object (&probe.song);
  drop_sound (&probe);
  if (probe.sounds != NULL)
    g_assert_finalize_object (probe.sounds);
  g_clear_object (&probe.camera);
  if (probe.cameras != NULL)
    g_assert_finalize_object (probe.cameras);
  g_object_unref (probe.input);
  g_main_loop_unref (probe.loop);
  return 0;
}
