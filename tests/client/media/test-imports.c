/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures in a graphics card's memory, where there is none: in memory of the kernel's that is called so, with an
 * importer and an encoder of the names that the first rung has. */
#include "fake-codec.h"
#include "fake-relabel.h"
#include "picture-room.h"

#include <gst/allocators/gstdmabuf.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>
#include <sys/mman.h>
#include <unistd.h>

#define ENCODER "vah264enc"
#define IMPORTER "vapostproc"

static gint import_fails;   /* atomic */
static gint encoding_fails; /* atomic */
static gint n_imported;     /* atomic */

/* --- What stands on the first rung ---------------------------------------------------------- */

#define GRAPHICS \
  "video/x-raw(memory:DMABuf), format=DMA_DRM, drm-format=(string){ XR24, XR24:0x0100000000000002 }"
#define ORDINARY "video/x-raw, format=BGRx"

typedef FakeRelabel TestTaker;
typedef FakeRelabelClass TestTakerClass;
GType test_taker_get_type (void);
G_DEFINE_TYPE (TestTaker, test_taker, FAKE_TYPE_RELABEL)

static GstFlowReturn
test_taker_transform_ip (GstBaseTransform *base, GstBuffer *buffer)
{
  if (g_atomic_int_get (&import_fails))
    {
      GST_ELEMENT_ERROR (base, RESOURCE, READ, ("That memory cannot be brought in"), (NULL));
      return GST_FLOW_ERROR;
    }
  g_assert_true (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  g_atomic_int_inc (&n_imported);
  return GST_FLOW_OK;
}

static void
test_taker_class_init (TestTakerClass *klass)
{
  GST_BASE_TRANSFORM_CLASS (klass)->transform_ip = test_taker_transform_ip;
  fake_relabel_class_set_caps (klass, GRAPHICS, ORDINARY);
}

static void
test_taker_init (TestTaker *self)
{
}

typedef GstBin TestImporter;
typedef GstBinClass TestImporterClass;
GType test_importer_get_type (void);
G_DEFINE_TYPE (TestImporter, test_importer, GST_TYPE_BIN)

static void
test_importer_class_init (TestImporterClass *klass)
{
  static GstStaticPadTemplate sink =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (GRAPHICS));
  static GstStaticPadTemplate src =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (ORDINARY));

  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &sink);
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Importer of a graphics card", "Filter/Video",
                                         "Stands for one", "Guildhall");
}

/* As the real one it makes pictures smaller, too: who watches may have a way that carries no more. */
static void
test_importer_init (TestImporter *self)
{
  GstElement *taker = g_object_new (test_taker_get_type (), NULL);
  GstElement *scale = gst_element_factory_make_full ("videoscale", "add-borders", FALSE, NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (taker, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (scale, "src");

  gst_bin_add_many (GST_BIN (self), taker, scale, NULL);
  g_assert_true (gst_element_link (taker, scale));
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new ("sink", sink));
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new ("src", src));
}

typedef GstBin TestEncoder;
typedef GstBinClass TestEncoderClass;
GType test_encoder_get_type (void);
G_DEFINE_TYPE (TestEncoder, test_encoder, GST_TYPE_BIN)

static GstPadProbeReturn
on_work (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (g_atomic_int_get (&encoding_fails))
    GST_ELEMENT_ERROR (GST_ELEMENT (data), LIBRARY, FAILED, ("The device went away"), (NULL));
  return g_atomic_int_get (&encoding_fails) ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static void
test_encoder_class_init (TestEncoderClass *klass)
{
  fake_codec_class_set_caps (klass, "video/x-raw", "video/x-h264");
}

static void
test_encoder_init (TestEncoder *self)
{
  fake_codec_work_by (self, "videoconvert ! x264enc tune=zerolatency speed-preset=ultrafast byte-stream=true", on_work);
}

/* --- A screen that is drawn by a graphics card ---------------------------------------------- */

#define TEST_TYPE_SCREEN (test_screen_get_type ())
G_DECLARE_FINAL_TYPE (TestScreen, test_screen, TEST, SCREEN, GhcVideoSource)

struct _TestScreen
{
  GhcVideoSource parent_instance;
  TestCard *card;
  GstAllocator *allocator;
  GstAppSrc *out;
  GMutex lock;
  GstSample *last;  /* of the lock: what was drawn last */
  gint is_graphics; /* atomic: pictures are in its memory, since somebody takes them from there */
  gint n_graphics;  /* atomic: how many were */
  gint n_plain;     /* atomic */
};

G_DEFINE_FINAL_TYPE (TestScreen, test_screen, GHC_TYPE_VIDEO_SOURCE)

/* On the thread of the pictures. */
static GstSample *
put_there (TestScreen *self, GstSample *picture)
{
  GstStructure *structure = gst_caps_get_structure (gst_sample_get_caps (picture), 0);
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstBuffer) buffer = gst_buffer_new ();
  GstMapInfo map;
  int fd = memfd_create ("picture", MFD_CLOEXEC);

  g_assert_true (gst_buffer_map (gst_sample_get_buffer (picture), &map, GST_MAP_READ));
  g_assert_cmpint (write (fd, map.data, map.size), ==, (gssize) map.size);
  gst_buffer_append_memory (buffer, gst_dmabuf_allocator_alloc (self->allocator, fd, map.size));
  gst_buffer_unmap (gst_sample_get_buffer (picture), &map);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_PTS (gst_sample_get_buffer (picture));
  caps = gst_caps_from_string ("video/x-raw(memory:DMABuf), format=DMA_DRM, drm-format=XR24");
  for (const char *const *field = (const char *const[]) { "width", "height", "framerate", NULL }; *field != NULL; field++)
    gst_caps_set_value (caps, *field, gst_structure_get_value (structure, *field));
  return gst_sample_new (buffer, caps, NULL, NULL);
}

static GstFlowReturn
give (TestScreen *self, GstSample *plain)
{
  g_autoptr (GstSample) there = NULL;

  if (!g_atomic_int_get (&self->is_graphics))
    {
      g_atomic_int_inc (&self->n_plain);
      return gst_app_src_push_sample (self->out, plain);
    }
  there = put_there (self, plain);
  g_atomic_int_inc (&self->n_graphics);
  return gst_app_src_push_sample (self->out, there);
}

static GstFlowReturn
on_drawn (GstAppSink *sink, gpointer data)
{
  TestScreen *self = data;
  g_autoptr (GstSample) plain = gst_app_sink_pull_sample (sink);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (plain == NULL)
    return GST_FLOW_OK;
  g_clear_pointer (&self->last, gst_sample_unref);
  self->last = gst_sample_ref (plain);
  return give (self, plain);
}

static GstElement *
test_screen_make_element (GhcVideoSource *source, GError **error)
{
  TestScreen *self = TEST_SCREEN (source);
  GstAppSinkCallbacks callbacks = { .new_sample = on_drawn };
  GstElement *bin = gst_bin_new (NULL);
  GstElement *drawn = ghc_video_source_make_element (GHC_VIDEO_SOURCE (self->card), error);
  GstElement *in = gst_parse_bin_from_description (
    "videoconvert ! video/x-raw,format=BGRx ! appsink name=in sync=false async=false", TRUE, NULL);
  GstElement *out = gst_element_factory_make_full ("appsrc", "is-live", TRUE, "format", GST_FORMAT_TIME, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (in), "in");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (out, "src");

  self->out = gst_object_ref (GST_APP_SRC (out));
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, g_object_ref (self), g_object_unref);
  gst_bin_add_many (GST_BIN (bin), drawn, in, out, NULL);
  g_assert_true (gst_element_link (drawn, in));
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));
  return bin;
}

static void
test_screen_set_importable (GhcVideoSource *source, const GstCaps *importable)
{
  TestScreen *self = TEST_SCREEN (source);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_assert_true (importable == NULL || !gst_caps_is_empty (importable));
  if (g_atomic_int_get (&self->is_graphics) == (importable != NULL))
    return;
  g_atomic_int_set (&self->is_graphics, importable != NULL);
  /* Desktops begin with a picture, when another form of them was agreed on: see graphics in screen.py. */
  if (self->last != NULL)
    give (self, self->last);
}

static void
test_screen_finalize (GObject *object)
{
  TestScreen *self = TEST_SCREEN (object);

  g_clear_object (&self->card);
  gst_clear_object (&self->allocator);
  gst_clear_object (&self->out);
  g_clear_pointer (&self->last, gst_sample_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (test_screen_parent_class)->finalize (object);
}

static void
test_screen_class_init (TestScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_screen_finalize;
  GHC_VIDEO_SOURCE_CLASS (klass)->make_element = test_screen_make_element;
  GHC_VIDEO_SOURCE_CLASS (klass)->set_importable = test_screen_set_importable;
}

static void
test_screen_init (TestScreen *self)
{
  self->card = test_card_new (CARD_WIDTH, CARD_HEIGHT, CARD_RATE);
  self->allocator = gst_dmabuf_allocator_new ();
  g_mutex_init (&self->lock);
}

/* --- Shared, and watched -------------------------------------------------------------------- */

typedef struct
{
  Room *room;
  Person *shower;
  Person *viewer;
  TestScreen *screen;
  GhcBroadcast *broadcast;
} Scene;

static void
set_up (Scene *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&import_fails, FALSE);
  g_atomic_int_set (&encoding_fails, FALSE);
  g_atomic_int_set (&n_imported, 0);
  self->room = room_new (2);
  self->shower = &self->room->people[0];
  self->viewer = &self->room->people[1];
  room_join_all (self->room);
  run_until (room_is_connected (self->room, 0, 1));
  self->screen = g_object_new (TEST_TYPE_SCREEN, "name", "Screen", NULL);
}

static void
share_with (Scene *self, const GhcVideoQuality *quality)
{
  g_autoptr (GError) error = NULL;

  self->broadcast = ghc_voice_share (self->shower->voice, GHC_SHARE_SCREEN, GHC_VIDEO_SOURCE (self->screen), NULL,
                                     quality, &error);
  g_assert_no_error (error);
  run_until (ghc_broadcast_get_share (self->broadcast) != NULL);
  person_watch (self->viewer, 0, GHC_SHARE_SCREEN, TRUE);
}

static void
share (Scene *self)
{
  share_with (self, &usual_quality);
}

static void
tear_down (Scene *self, gconstpointer data)
{
  g_object_unref (self->broadcast);
  room_free (self->room);
  g_assert_finalize_object (self->screen);
}

static const char *
get_encoder (Scene *self)
{
  return ghc_share_get_codec_element (ghc_broadcast_get_share (self->broadcast));
}

static void
see_on (Scene *self)
{
  person_forget_pictures (self->viewer);
  person_forget_pictures (self->shower);
  run_until (person_sees (self->viewer, self->screen->card, 20) && person_sees (self->shower, self->screen->card, 20));
  g_assert_false (ghc_broadcast_has_ended (self->broadcast));
}

/* Nobody copies them; and one sees oneself what one shows. */
static void
test_taken (Scene *self, gconstpointer data)
{
  int n_plain;

  share (self);
  run_until (g_atomic_int_get (&n_imported) > 20);
  see_on (self);
  run_until (g_strcmp0 (get_encoder (self), ENCODER) == 0);
  n_plain = g_atomic_int_get (&self->screen->n_plain);
  see_on (self);
  g_assert_cmpint (g_atomic_int_get (&self->screen->n_plain), ==, n_plain);

  /* Whoever gives them may copy them at any time, as when the screen gets another size. */
  g_atomic_int_set (&self->screen->is_graphics, FALSE);
  see_on (self);
  g_assert_cmpstr (get_encoder (self), ==, ENCODER);
  g_atomic_int_set (&self->screen->is_graphics, TRUE);
  n_plain = g_atomic_int_get (&n_imported);
  see_on (self);
  run_until (g_atomic_int_get (&n_imported) > n_plain);
}

/* They are made smaller where they are. */
static void
test_smaller (Scene *self, gconstpointer data)
{
  GhcVideoQuality quality = usual_quality;
  int n_plain;

  quality.max_height = CARD_HEIGHT / 2;
  share_with (self, &quality);
  run_until (g_atomic_int_get (&n_imported) > 20);
  see_on (self);
  n_plain = g_atomic_int_get (&self->screen->n_plain);
  see_on (self);
  g_assert_cmpint (g_atomic_int_get (&self->screen->n_plain), ==, n_plain);
}

static void
assert_copied (Scene *self)
{
  run_until (!g_atomic_int_get (&self->screen->is_graphics));
  see_on (self);
  run_until (g_strcmp0 (get_encoder (self), ENCODER) == 0);
}

/* The first cannot be brought in: they are copied, and the encoder is the same. */
static void
test_refused (Scene *self, gconstpointer data)
{
  g_atomic_int_set (&import_fails, TRUE);
  share (self);
  run_until (g_atomic_int_get (&self->screen->n_graphics) > 0);
  assert_copied (self);
  g_assert_cmpint (g_atomic_int_get (&n_imported), ==, 0);
}

/* The same in the middle. */
static void
test_lost (Scene *self, gconstpointer data)
{
  share (self);
  run_until (g_atomic_int_get (&n_imported) > 20);
  see_on (self);
  g_atomic_int_set (&import_fails, TRUE);
  assert_copied (self);
}

static gboolean
sees_newest (Scene *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->viewer->lock);

  return self->viewer->n_seen > 0 && self->viewer->seen == (gint) test_card_get_number (self->screen->card);
}

/* The same as the screen begins to stand still: the newest picture is the one that could not be taken. */
static void
test_lost_still (Scene *self, gconstpointer data)
{
  share (self);
  run_until (g_atomic_int_get (&n_imported) > 20);
  see_on (self);
  test_card_set_still (self->screen->card, TRUE);
  g_atomic_int_set (&import_fails, TRUE);
  run_until (!g_atomic_int_get (&self->screen->is_graphics));
  person_forget_pictures (self->viewer);
  run_until (sees_newest (self));
  run_until (g_strcmp0 (get_encoder (self), ENCODER) == 0);
}

/* It is the encoder that went away: the next one, which takes copies only. */
static void
test_encoder_lost (Scene *self, gconstpointer data)
{
  share (self);
  run_until (g_atomic_int_get (&n_imported) > 20);
  g_atomic_int_set (&encoding_fails, TRUE);
  run_until (g_strcmp0 (get_encoder (self), "x264enc") == 0);
  g_assert_false (g_atomic_int_get (&self->screen->is_graphics));
  see_on (self);
}

static GstElement *
make_plain (gpointer data)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=I420");

  return gst_element_factory_make_full ("appsink", "caps", caps, "sync", FALSE, "async", FALSE, "drop", TRUE,
                                        "max-buffers", 1, NULL);
}

/* What one looks at oneself cannot draw them from there: they are copied for all. */
static void
test_undrawn (Scene *self, gconstpointer data)
{
  self->shower->voice->make_picture = make_plain;
  share (self);
  run_until (person_sees (self->viewer, self->screen->card, 20));
  run_until (g_strcmp0 (get_encoder (self), ENCODER) == 0);
  g_assert_cmpint (g_atomic_int_get (&self->screen->n_graphics), ==, 0);
}

#define ADD(name, func) g_test_add ("/imports/" name, Scene, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  dex_init ();
  g_assert_true (gst_element_register (NULL, ENCODER, GST_RANK_NONE, test_encoder_get_type ()));
  g_assert_true (gst_element_register (NULL, IMPORTER, GST_RANK_NONE, test_importer_get_type ()));
  ADD ("taken", test_taken);
  ADD ("smaller", test_smaller);
  ADD ("refused", test_refused);
  ADD ("lost", test_lost);
  ADD ("lost-still", test_lost_still);
  ADD ("encoder-lost", test_encoder_lost);
  ADD ("undrawn", test_undrawn);
  return g_test_run ();
}
