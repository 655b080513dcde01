/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-video-source.h"

#include "gh-error.h"

/* A source whose pictures are GStreamer's own. */
#define TEST_TYPE_SOURCE (test_source_get_type ())
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GhcVideoSource)

struct _TestSource
{
  GhcVideoSource parent_instance;
  const char *description;
  guint n_closed;
};

G_DEFINE_FINAL_TYPE (TestSource, test_source, GHC_TYPE_VIDEO_SOURCE)

static GstElement *
test_source_make_element (GhcVideoSource *source, GError **error)
{
  GstElement *bin = gst_parse_bin_from_description (TEST_SOURCE (source)->description, TRUE, error);

  g_assert_nonnull (bin);
  return bin;
}

static void
test_source_close (GhcVideoSource *source)
{
  TEST_SOURCE (source)->n_closed++;
}

static void
test_source_class_init (TestSourceClass *klass)
{
  GHC_VIDEO_SOURCE_CLASS (klass)->make_element = test_source_make_element;
  GHC_VIDEO_SOURCE_CLASS (klass)->close = test_source_close;
}

static void
test_source_init (TestSource *self)
{
}

typedef struct
{
  TestSource *source;
  GstElement *pipeline;
  guint n_ended;
  GhcSourceEnd reason;
} World;

static void
on_ended (GhcVideoSource *source, GhcSourceEnd reason, gpointer data)
{
  World *world = data;

  world->n_ended++;
  world->reason = reason;
}

static void
world_start (World *world, const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *element;
  GstElement *sink = gst_element_factory_make ("fakesink", "sink");

  g_object_set (sink, "sync", TRUE, NULL);
  world->source = g_object_new (TEST_TYPE_SOURCE, "name", "A test", NULL);
  world->source->description = description;
  g_signal_connect (world->source, "ended", G_CALLBACK (on_ended), world);
  world->pipeline = gst_pipeline_new (NULL);
  element = ghc_video_source_make_element (GHC_VIDEO_SOURCE (world->source), &error);
  g_assert_no_error (error);
  gst_bin_add_many (GST_BIN (world->pipeline), element, sink, NULL);
  g_assert_true (gst_element_link (element, sink));
  gst_element_set_state (world->pipeline, GST_STATE_PLAYING);
}

static void
world_stop (World *world)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (world->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);

  g_assert_null (message);
  gst_element_set_state (world->pipeline, GST_STATE_NULL);
  gst_object_unref (world->pipeline);
  g_assert_finalize_object (world->source);
}

static void
test_size (void)
{
  World world = { 0 };

  world_start (&world, "videotestsrc is-live=true ! video/x-raw,width=320,height=180 ! identity");
  g_assert_cmpstr (ghc_video_source_get_name (GHC_VIDEO_SOURCE (world.source)), ==, "A test");
  while (ghc_video_source_get_height (GHC_VIDEO_SOURCE (world.source)) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (ghc_video_source_get_width (GHC_VIDEO_SOURCE (world.source)), ==, 320);
  g_assert_cmpuint (ghc_video_source_get_height (GHC_VIDEO_SOURCE (world.source)), ==, 180);
  g_assert_cmpuint (world.n_ended, ==, 0);
  world_stop (&world);
}

/* What goes wrong within ends the source, and leaves the pipeline alone. */
static void
test_ends (gconstpointer description)
{
  World world = { 0 };
  g_autoptr (GError) error = NULL;

  world_start (&world, description);
  while (world.n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (world.reason, ==, GHC_SOURCE_END_FAILED);
  g_assert_true (ghc_video_source_has_ended (GHC_VIDEO_SOURCE (world.source)));
  g_assert_null (ghc_video_source_make_element (GHC_VIDEO_SOURCE (world.source), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  /* An error is followed by the stream's end. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (world.n_ended, ==, 1);
  world_stop (&world);
}

static void
test_close (void)
{
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  World world = { 0 };
  g_autoptr (GError) error = NULL;

  g_signal_connect (source, "ended", G_CALLBACK (on_ended), &world);
  ghc_video_source_close (GHC_VIDEO_SOURCE (source));
  ghc_video_source_close (GHC_VIDEO_SOURCE (source));
  ghc_video_source_end (GHC_VIDEO_SOURCE (source), GHC_SOURCE_END_DEVICE_GONE);
  g_assert_cmpuint (source->n_closed, ==, 1);
  g_assert_cmpuint (world.n_ended, ==, 0);
  g_assert_null (ghc_video_source_make_element (GHC_VIDEO_SOURCE (source), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_finalize_object (source);
}

/* What never began is told from what ended. */
static void
test_refused (void)
{
  World world = { 0 };

  world_start (&world, "videotestsrc is-live=true ! identity");
  ghc_video_source_fail (GHC_VIDEO_SOURCE (world.source), GHC_SOURCE_END_UNSUPPORTED);
  ghc_video_source_fail (GHC_VIDEO_SOURCE (world.source), GHC_SOURCE_END_FAILED);
  g_assert_cmpuint (world.n_ended, ==, 1);
  g_assert_cmpint (world.reason, ==, GHC_SOURCE_END_UNSUPPORTED);
  world_stop (&world);
}

static void
test_words (void)
{
  for (int reason = GHC_SOURCE_END_STOPPED_BY_SHELL; reason <= GHC_SOURCE_END_FAILED; reason++)
    g_assert_true (g_str_has_suffix (ghc_source_end_to_text ((GhcSourceEnd) reason), "."));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/capture/video-source/size", test_size);
  g_test_add_data_func ("/capture/video-source/error",
                        "videotestsrc is-live=true ! identity error-after=3", test_ends);
  g_test_add_data_func ("/capture/video-source/eos",
                        "videotestsrc is-live=true num-buffers=3 ! identity", test_ends);
  g_test_add_func ("/capture/video-source/refused", test_refused);
  g_test_add_func ("/capture/video-source/close", test_close);
  g_test_add_func ("/capture/video-source/words", test_words);
  return g_test_run ();
}
