/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What PipeWire calls a format, and what GStreamer does. */
#include "ghc-picture-format.h"

#include <gst/allocators/gstdmabuf.h>
#include <spa/buffer/buffer.h>
#include <spa/buffer/meta.h>
#include <spa/param/buffers.h>
#include <spa/param/video/format-utils.h>

/* A screen gives no more pictures a second than anybody sends. */
#define MAX_RATE 60
#define N_BUFFERS 4
/* What is lent is away for longer than what is copied. */
#define N_LENT_BUFFERS 8
#define MAX_BUFFERS 16

static const struct
{
  enum spa_video_format spa;
  GstVideoFormat gst;
} formats[] = {
  { SPA_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_BGRx },
  { SPA_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_RGBx },
  { SPA_VIDEO_FORMAT_xRGB, GST_VIDEO_FORMAT_xRGB },
  { SPA_VIDEO_FORMAT_xBGR, GST_VIDEO_FORMAT_xBGR },
  { SPA_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_BGRA },
  { SPA_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_RGBA },
  { SPA_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_ARGB },
  { SPA_VIDEO_FORMAT_ABGR, GST_VIDEO_FORMAT_ABGR },
  { SPA_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_BGR },
  { SPA_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_RGB },
  { SPA_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV12 },
  { SPA_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_I420 },
  { SPA_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_YUY2 },
  { SPA_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_UYVY },
};

/**
 * ghc_picture_format_get_name:
 * @format: a number of PipeWire's
 *
 * Returns: (nullable): how GStreamer calls it, or %NULL when it is none that we understand
 */
const char *
ghc_picture_format_get_name (guint32 format)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].spa == format)
      return gst_video_format_to_string (formats[i].gst);
  return NULL;
}

/* All that we understand, or the one that is wanted. */
static void
add_pixels (struct spa_pod_builder *builder, const char *wanted)
{
  struct spa_pod_frame choice;
  GstVideoFormat format = wanted != NULL ? gst_video_format_from_string (wanted)
                                         : GST_VIDEO_FORMAT_UNKNOWN;

  spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_format, 0);
  spa_pod_builder_push_choice (builder, &choice, SPA_CHOICE_Enum, 0);
  spa_pod_builder_id (builder, formats[0].spa); /* what it is when nobody cares */
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (format == GST_VIDEO_FORMAT_UNKNOWN || format == formats[i].gst)
      spa_pod_builder_id (builder, formats[i].spa);
  spa_pod_builder_pop (builder, &choice);
}

static void
add_any_size (struct spa_pod_builder *builder)
{
  const struct spa_rectangle usual = SPA_RECTANGLE (1280, 720);
  const struct spa_rectangle least = SPA_RECTANGLE (1, 1);
  const struct spa_rectangle most = SPA_RECTANGLE (GHC_PICTURE_MAX_SIDE, GHC_PICTURE_MAX_SIDE);
  const struct spa_fraction often = SPA_FRACTION (MAX_RATE, 1);
  const struct spa_fraction never = SPA_FRACTION (0, 1);
  const struct spa_fraction once = SPA_FRACTION (1, 1);
  const struct spa_fraction always = SPA_FRACTION (1000, 1);

  spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_size,
                       SPA_POD_CHOICE_RANGE_Rectangle (&usual, &least, &most),
                       SPA_FORMAT_VIDEO_framerate,
                       SPA_POD_CHOICE_RANGE_Fraction (&often, &never, &always),
                       SPA_FORMAT_VIDEO_maxFramerate,
                       SPA_POD_CHOICE_RANGE_Fraction (&often, &once, &often), 0);
}

/**
 * ghc_picture_format_offer:
 * @builder: where it is built
 * @wanted: (nullable): one fixed kind of pictures, or %NULL for raw ones of any size
 *
 * Returns: (transfer none): the parameter for a stream that takes such pictures
 */
const struct spa_pod *
ghc_picture_format_offer (struct spa_pod_builder *builder, const GstStructure *wanted)
{
  gboolean is_jpeg = wanted != NULL && gst_structure_has_name (wanted, "image/jpeg");
  struct spa_pod_frame object;
  int width;
  int height;
  int rate_n;
  int rate_d;

  spa_pod_builder_push_object (builder, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype,
                       SPA_POD_Id (is_jpeg ? SPA_MEDIA_SUBTYPE_mjpg : SPA_MEDIA_SUBTYPE_raw), 0);
  if (!is_jpeg)
    add_pixels (builder, wanted != NULL ? gst_structure_get_string (wanted, "format") : NULL);
  if (wanted != NULL
      && gst_structure_get (wanted, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height,
                            "framerate", GST_TYPE_FRACTION, &rate_n, &rate_d, NULL))
    {
      const struct spa_rectangle size = SPA_RECTANGLE ((guint32) width, (guint32) height);
      const struct spa_fraction rate = SPA_FRACTION ((guint32) rate_n, (guint32) rate_d);

      spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size),
                           SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&rate), 0);
    }
  else
    add_any_size (builder);
  return spa_pod_builder_pop (builder, &object);
}

/* --- In a graphics card's memory ------------------------------------------------------------ */

/* How the parts of a picture are put there: each card knows several ways, of which some are its own. */
#define MAX_MODIFIERS 64

/* Those with all colours in one place, of which a screen has one or the other. */
static const GstVideoFormat graphics_formats[GHC_PICTURE_MAX_OFFERS] = {
  GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_RGBA
};

static void
add_modifier (const GValue *value, GstVideoFormat format, GArray *modifiers)
{
  guint64 modifier;
  guint32 fourcc;

  if (!G_VALUE_HOLDS_STRING (value))
    return;
  fourcc = gst_video_dma_drm_fourcc_from_string (g_value_get_string (value), &modifier);
  if (fourcc != 0 && fourcc == gst_video_dma_drm_fourcc_from_format (format)
      && modifiers->len < MAX_MODIFIERS)
    g_array_append_val (modifiers, modifier);
}

static void
find_modifiers (const GstCaps *importable, GstVideoFormat format, GArray *modifiers)
{
  for (guint i = 0; i < gst_caps_get_size (importable); i++)
    {
      const GValue *value = gst_structure_get_value (gst_caps_get_structure (importable, i),
                                                     "drm-format");

      if (value == NULL
          || !gst_caps_features_contains (gst_caps_get_features (importable, i),
                                          GST_CAPS_FEATURE_MEMORY_DMABUF))
        continue;
      if (GST_VALUE_HOLDS_LIST (value))
        for (guint j = 0; j < gst_value_list_get_size (value); j++)
          add_modifier (gst_value_list_get_value (value, j), format, modifiers);
      else
        add_modifier (value, format, modifiers);
    }
}

static guint32
get_number (GstVideoFormat format)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].gst == format)
      return formats[i].spa;
  g_assert_not_reached ();
}

/**
 * ghc_picture_format_offer_graphics:
 * @builder: where they are built, with room for %GHC_PICTURE_OFFERS_SIZE
 * @importable: pictures that can be taken where they are, as GStreamer says it ("drm-format")
 * @offers: (out): room for %GHC_PICTURE_MAX_OFFERS
 *
 * Whoever gives the pictures chooses one of the ways in which they are put there, as PipeWire's text on
 * DMA-BUF says.
 *
 * Returns: how many parameters there are now, for a stream that takes such pictures
 */
guint
ghc_picture_format_offer_graphics (struct spa_pod_builder *builder, const GstCaps *importable,
                                   const struct spa_pod **offers)
{
  g_autoptr (GArray) modifiers = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint n_offers = 0;

  for (guint i = 0; i < G_N_ELEMENTS (graphics_formats); i++)
    {
      struct spa_pod_frame object;
      struct spa_pod_frame choice;

      g_array_set_size (modifiers, 0);
      find_modifiers (importable, graphics_formats[i], modifiers);
      if (modifiers->len == 0)
        continue;
      spa_pod_builder_push_object (builder, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
      spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                           SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw),
                           SPA_FORMAT_VIDEO_format, SPA_POD_Id (get_number (graphics_formats[i])),
                           0);
      spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_modifier,
                            SPA_POD_PROP_FLAG_MANDATORY | SPA_POD_PROP_FLAG_DONT_FIXATE);
      spa_pod_builder_push_choice (builder, &choice, SPA_CHOICE_Enum, 0);
      /* What it is when nobody cares, and all there are. */
      spa_pod_builder_long (builder, (gint64) g_array_index (modifiers, guint64, 0));
      for (guint j = 0; j < modifiers->len; j++)
        spa_pod_builder_long (builder, (gint64) g_array_index (modifiers, guint64, j));
      spa_pod_builder_pop (builder, &choice);
      add_any_size (builder);
      offers[n_offers++] = spa_pod_builder_pop (builder, &object);
    }
  return n_offers;
}

static void
make_graphics (GstCaps *caps, const char *name, guint64 modifier)
{
  guint32 fourcc = gst_video_dma_drm_fourcc_from_format (gst_video_format_from_string (name));
  g_autofree char *drm_format = gst_video_dma_drm_fourcc_to_string (fourcc, modifier);

  gst_caps_set_simple (caps, "format", G_TYPE_STRING, "DMA_DRM", "drm-format", G_TYPE_STRING,
                       drm_format, NULL);
  gst_caps_set_features_simple (caps, gst_caps_features_new (GST_CAPS_FEATURE_MEMORY_DMABUF, NULL));
}

/* --- What was agreed on --------------------------------------------------------------------- */

static gboolean
is_sound_size (struct spa_rectangle size)
{
  return size.width >= 1 && size.width <= GHC_PICTURE_MAX_SIDE && size.height >= 1
         && size.height <= GHC_PICTURE_MAX_SIDE;
}

static GstCaps *
make_caps (const char *name, struct spa_rectangle size, struct spa_fraction rate)
{
  /* Whoever gives pictures says how many come, if they know. */
  if (rate.denom == 0 || rate.denom > G_MAXINT || rate.num > G_MAXINT)
    rate = SPA_FRACTION (0, 1);
  return gst_caps_new_simple (name, "width", G_TYPE_INT, (int) size.width, "height", G_TYPE_INT,
                              (int) size.height, "framerate", GST_TYPE_FRACTION, (int) rate.num,
                              (int) rate.denom, NULL);
}

/**
 * ghc_picture_format_to_caps:
 * @format: what was negotiated; made by another program
 *
 * Returns: (transfer full) (nullable): the same for GStreamer, or %NULL when it is nothing we asked for
 */
GstCaps *
ghc_picture_format_to_caps (const struct spa_pod *format)
{
  struct spa_video_info info = { 0 };
  const char *name;
  GstCaps *caps;

  if (spa_format_video_parse (format, &info) < 0)
    return NULL;
  if (info.media_subtype == SPA_MEDIA_SUBTYPE_mjpg)
    return is_sound_size (info.info.mjpg.size)
             ? make_caps ("image/jpeg", info.info.mjpg.size, info.info.mjpg.framerate)
             : NULL;
  if (info.media_subtype != SPA_MEDIA_SUBTYPE_raw || !is_sound_size (info.info.raw.size))
    return NULL;

  name = ghc_picture_format_get_name (info.info.raw.format);
  if (name == NULL)
    return NULL;
  caps = make_caps ("video/x-raw", info.info.raw.size, info.info.raw.framerate);
  if (spa_pod_find_prop (format, NULL, SPA_FORMAT_VIDEO_modifier) != NULL)
    make_graphics (caps, name, info.info.raw.modifier);
  else
    gst_caps_set_simple (caps, "format", G_TYPE_STRING, name, NULL);
  return caps;
}

/**
 * ghc_picture_format_ask_buffers:
 * @builder: where they are built
 * @is_graphics: whether pictures are in a graphics card's memory
 * @params: (out): room for %GHC_PICTURE_N_ASKED
 *
 * What a stream needs that has agreed on a format: memory, and what is said of each picture.
 */
void
ghc_picture_format_ask_buffers (struct spa_pod_builder *builder, gboolean is_graphics,
                                const struct spa_pod **params)
{
  int types = is_graphics ? 1 << SPA_DATA_DmaBuf : (1 << SPA_DATA_MemPtr) | (1 << SPA_DATA_MemFd);

  params[0] = spa_pod_builder_add_object (
    builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
    SPA_POD_CHOICE_RANGE_Int (is_graphics ? N_LENT_BUFFERS : N_BUFFERS, 2, MAX_BUFFERS),
    SPA_PARAM_BUFFERS_dataType, SPA_POD_CHOICE_FLAGS_Int (types));
  params[1] = spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                          SPA_PARAM_META_type, SPA_POD_Id (SPA_META_Header),
                                          SPA_PARAM_META_size,
                                          SPA_POD_Int ((int) sizeof (struct spa_meta_header)));
  params[2] = spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                          SPA_PARAM_META_type, SPA_POD_Id (SPA_META_VideoCrop),
                                          SPA_PARAM_META_size,
                                          SPA_POD_Int ((int) sizeof (struct spa_meta_region)));
}

/**
 * ghc_picture_format_crop_caps:
 * @caps: of whole pictures
 * @width: of the part that is used
 * @height: of the part that is used
 *
 * Returns: (transfer full): caps of the part
 */
GstCaps *
ghc_picture_format_crop_caps (const GstCaps *caps, guint width, guint height)
{
  GstCaps *copy = gst_caps_copy (caps);

  gst_caps_set_simple (copy, "width", G_TYPE_INT, (int) width, "height", G_TYPE_INT, (int) height,
                       NULL);
  return copy;
}
