/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-camera-mode.h"

#include <spa/param/format.h>
#include <spa/param/video/format.h>
#include <spa/pod/builder.h>

/* One kind of pictures that a camera gives, with up to three rates. */
typedef struct
{
  guint32 format; /* 0: JPEG */
  guint32 width;
  guint32 height;
  guint32 rates[3];
} Kind;

typedef struct
{
  const char *name;
  Kind kinds[6];
  gboolean no_jpeg;
  const char *wanted;
} Case;

#define YUY2 SPA_VIDEO_FORMAT_YUY2
#define NV12 SPA_VIDEO_FORMAT_NV12
#define GREY SPA_VIDEO_FORMAT_GRAY8

static const Case cases[] = {
  { "usb-camera",
    { { YUY2, 640, 480, { 30, 15 } },
      { YUY2, 1280, 720, { 10, 5 } },
      { 0, 640, 480, { 30 } },
      { 0, 1280, 720, { 30, 60, 5 } },
      { 0, 1920, 1080, { 30 } } },
    FALSE,
    "image/jpeg 1280x720 30/1 -" },
  { "without-decoder",
    { { YUY2, 640, 480, { 30, 15 } }, { YUY2, 1280, 720, { 10 } }, { 0, 1280, 720, { 30 } } },
    TRUE,
    "video/x-raw 640x480 30/1 YUY2" },
  { "rather-raw",
    { { 0, 1280, 720, { 30 } }, { NV12, 1280, 720, { 30 } } },
    FALSE,
    "video/x-raw 1280x720 30/1 NV12" },
  { "fluent-before-large",
    { { YUY2, 1280, 720, { 15 } }, { YUY2, 848, 480, { 30 } } },
    FALSE,
    "video/x-raw 848x480 30/1 YUY2" },
  { "only-large",
    { { 0, 3840, 2160, { 30 } }, { 0, 1920, 1080, { 30 } } },
    FALSE,
    "image/jpeg 1920x1080 30/1 -" },
  { "only-slow",
    { { YUY2, 1280, 720, { 5 } }, { YUY2, 320, 240, { 7 } } },
    FALSE,
    "video/x-raw 1280x720 5/1 YUY2" },
  { "only-fast",
    { { NV12, 1280, 720, { 120, 60, 90 } } },
    FALSE,
    "video/x-raw 1280x720 60/1 NV12" },
  { "unknown-format",
    { { GREY, 1280, 720, { 30 } }, { NV12, 320, 240, { 30 } } },
    FALSE,
    "video/x-raw 320x240 30/1 NV12" },
  { "senseless", { { NV12, 100000, 100000, { 30 } }, { NV12, 320, 240, { 0 } } }, FALSE, "none" },
  { "nothing", { { 0, 0, 0, { 0 } } }, FALSE, "none" },
};

static void
read_kind (const Kind *kind, GPtrArray *modes)
{
  guint8 bytes[512];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_rectangle size = SPA_RECTANGLE (kind->width, kind->height);
  struct spa_pod_frame object;
  struct spa_pod_frame choice;

  spa_pod_builder_push_object (&builder, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (&builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype,
                       SPA_POD_Id (kind->format != 0 ? SPA_MEDIA_SUBTYPE_raw
                                                     : SPA_MEDIA_SUBTYPE_mjpg),
                       SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size), 0);
  if (kind->format != 0)
    spa_pod_builder_add (&builder, SPA_FORMAT_VIDEO_format, SPA_POD_Id (kind->format), 0);
  spa_pod_builder_prop (&builder, SPA_FORMAT_VIDEO_framerate, 0);
  spa_pod_builder_push_choice (&builder, &choice, SPA_CHOICE_Enum, 0);
  spa_pod_builder_fraction (&builder, kind->rates[0], 1);
  for (guint i = 0; i < G_N_ELEMENTS (kind->rates) && (i == 0 || kind->rates[i] > 0); i++)
    spa_pod_builder_fraction (&builder, kind->rates[i], 1);
  spa_pod_builder_pop (&builder, &choice);
  ghc_camera_modes_read (spa_pod_builder_pop (&builder, &object), modes);
}

static char *
describe (const GstStructure *mode)
{
  const char *format;
  int width;
  int height;
  int rate_n;
  int rate_d;

  if (mode == NULL)
    return g_strdup ("none");
  format = gst_structure_get_string (mode, "format");
  g_assert_true (gst_structure_get (mode, "width", G_TYPE_INT, &width, "height", G_TYPE_INT,
                                    &height, "framerate", GST_TYPE_FRACTION, &rate_n, &rate_d,
                                    NULL));
  return g_strdup_printf ("%s %dx%d %d/%d %s", gst_structure_get_name (mode), width, height, rate_n,
                          rate_d, format != NULL ? format : "-");
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GPtrArray)
    modes = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  g_autofree char *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (test->kinds) && test->kinds[i].width > 0; i++)
    read_kind (&test->kinds[i], modes);
  found = describe (ghc_camera_modes_choose (modes, !test->no_jpeg));
  g_assert_cmpstr (found, ==, test->wanted);
}

/* A camera made of software gives any size and rate. */
static void
test_range (void)
{
  g_autoptr (GPtrArray)
    modes = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  g_autofree char *found = NULL;
  guint8 bytes[512];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_rectangle sizes[] = { SPA_RECTANGLE (320, 240), SPA_RECTANGLE (16, 16),
                                         SPA_RECTANGLE (4096, 4096) };
  const struct spa_fraction rates[] = { SPA_FRACTION (60, 1), SPA_FRACTION (0, 1),
                                        SPA_FRACTION (144, 1) };

  ghc_camera_modes_read (
    spa_pod_builder_add_object (&builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat,
                                SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                                SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw),
                                SPA_FORMAT_VIDEO_format,
                                SPA_POD_CHOICE_ENUM_Id (3, GREY, GREY, NV12), SPA_FORMAT_VIDEO_size,
                                SPA_POD_CHOICE_RANGE_Rectangle (&sizes[0], &sizes[1], &sizes[2]),
                                SPA_FORMAT_VIDEO_framerate,
                                SPA_POD_CHOICE_RANGE_Fraction (&rates[0], &rates[1], &rates[2])),
    modes);
  found = describe (ghc_camera_modes_choose (modes, TRUE));
  g_assert_cmpstr (found, ==, "video/x-raw 1280x720 30/1 NV12");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/capture/camera-mode/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/capture/camera-mode/range", test_range);
  return g_test_run ();
}
