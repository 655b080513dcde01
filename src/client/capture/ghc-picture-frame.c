/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-picture-frame.h"

#include "ghc-picture-format.h"

#include <spa/buffer/meta.h>

struct _GhcPictureFrame
{
  GstCaps *caps;       /* of what comes; (nullable) */
  GstVideoInfo info;   /* the same, unless it is JPEG */
  GstCaps *shown;      /* of the part that counts */
  GstVideoInfo part;   /* the same */
  GstBufferPool *pool; /* (nullable) */
};

/**
 * ghc_picture_frame_new:
 *
 * Returns: (transfer full): one that needs ghc_picture_frame_set_caps()
 */
GhcPictureFrame *
ghc_picture_frame_new (void)
{
  return g_new0 (GhcPictureFrame, 1);
}

static void
drop_pool (GhcPictureFrame *self)
{
  if (self->pool != NULL)
    gst_buffer_pool_set_active (self->pool, FALSE);
  g_clear_object (&self->pool);
  gst_caps_replace (&self->shown, NULL);
}

/**
 * ghc_picture_frame_free:
 * @self: (transfer full):
 */
void
ghc_picture_frame_free (GhcPictureFrame *self)
{
  drop_pool (self);
  gst_caps_replace (&self->caps, NULL);
  g_free (self);
}

/**
 * ghc_picture_frame_set_caps:
 * @self:
 * @caps: what the pictures are from now on
 */
void
ghc_picture_frame_set_caps (GhcPictureFrame *self, GstCaps *caps)
{
  drop_pool (self);
  gst_caps_replace (&self->caps, caps);
  gst_video_info_init (&self->info);
  if (gst_structure_has_name (gst_caps_get_structure (caps, 0), "video/x-raw"))
    gst_video_info_from_caps (&self->info, caps);
}

static gboolean
use_part (GhcPictureFrame *self, guint width, guint height)
{
  GstStructure *config;

  if (self->pool != NULL && (guint) GST_VIDEO_INFO_WIDTH (&self->part) == width
      && (guint) GST_VIDEO_INFO_HEIGHT (&self->part) == height)
    return TRUE;
  drop_pool (self);
  self->shown = ghc_picture_format_crop_caps (self->caps, width, height);
  if (!gst_video_info_from_caps (&self->part, self->shown))
    return FALSE;
  self->pool = gst_video_buffer_pool_new ();
  config = gst_buffer_pool_get_config (self->pool);
  gst_buffer_pool_config_set_params (config, self->shown, (guint) GST_VIDEO_INFO_SIZE (&self->part),
                                     0, 0);
  return gst_buffer_pool_set_config (self->pool, config)
         && gst_buffer_pool_set_active (self->pool, TRUE);
}

/* The part of the picture that counts; all of it where nothing sound is said. */
static struct spa_region
get_region (GhcPictureFrame *self, const struct spa_buffer *buffer)
{
  guint32 width = (guint32) GST_VIDEO_INFO_WIDTH (&self->info);
  guint32 height = (guint32) GST_VIDEO_INFO_HEIGHT (&self->info);
  const struct spa_meta_region *crop = spa_buffer_find_meta_data (buffer, SPA_META_VideoCrop,
                                                                  sizeof *crop);
  struct spa_region region = SPA_REGION (0, 0, width, height);

  /* Pixels that share their colours cannot be cut anywhere. */
  if (crop == NULL || !GST_VIDEO_INFO_IS_RGB (&self->info))
    return region;
  region = crop->region; /* once: another program may write it now */
  if (region.position.x < 0 || region.position.y < 0 || region.size.width == 0
      || region.size.height == 0 || (guint32) region.position.x >= width
      || (guint32) region.position.y >= height)
    return SPA_REGION (0, 0, width, height);
  region.size.width = MIN (region.size.width, width - (guint32) region.position.x);
  region.size.height = MIN (region.size.height, height - (guint32) region.position.y);
  return region;
}

/* Where the planes are within one block of memory, or one block each. FALSE when they do not fit. */
static gboolean
find_planes (GhcPictureFrame *self, const struct spa_buffer *buffer, GstVideoFrame *frame)
{
  const GstVideoInfo *info = &self->info;
  guint n_planes = GST_VIDEO_INFO_N_PLANES (info);
  gboolean is_split = buffer->n_datas >= n_planes;
  gsize within = 0;

  frame->info = *info;
  for (guint plane = 0; plane < n_planes; plane++)
    {
      const struct spa_data *data = &buffer->datas[is_split ? plane : 0];
      gint comp[GST_VIDEO_MAX_COMPONENTS];
      gsize offset;
      gsize rows;
      gint stride;

      if (data->data == NULL)
        return FALSE;
      gst_video_format_info_component (info->finfo, plane, comp);
      rows = (gsize) GST_VIDEO_INFO_COMP_HEIGHT (info, comp[0]);
      stride = data->chunk->stride;
      if (stride == 0)
        stride = GST_VIDEO_INFO_PLANE_STRIDE (info, plane);
      else if (!is_split && plane > 0)
        stride = gst_video_format_info_extrapolate_stride (info->finfo, (int) plane, stride);
      offset = data->chunk->offset + (is_split ? 0 : within);
      if (stride < GST_VIDEO_INFO_COMP_WIDTH (info, comp[0])
                     * GST_VIDEO_INFO_COMP_PSTRIDE (info, comp[0])
          || offset > data->maxsize || (data->maxsize - offset) / (gsize) stride < rows)
        return FALSE;
      within += (gsize) stride * rows;
      frame->info.stride[plane] = stride;
      frame->data[plane] = (guint8 *) data->data + offset;
    }
  return TRUE;
}

static GstBuffer *
copy_raw (GhcPictureFrame *self, const struct spa_buffer *buffer)
{
  struct spa_region region = get_region (self, buffer);
  GstVideoFrame from = { 0 };
  GstVideoFrame to;
  GstBuffer *picture = NULL;

  if (!find_planes (self, buffer, &from) || !use_part (self, region.size.width, region.size.height)
      || gst_buffer_pool_acquire_buffer (self->pool, &picture, NULL) != GST_FLOW_OK)
    return NULL;
  if (region.position.x > 0 || region.position.y > 0)
    from.data[0] = (guint8 *) from.data[0] + (gsize) region.position.y * (gsize) from.info.stride[0]
                   + (gsize) region.position.x
                       * (gsize) GST_VIDEO_INFO_COMP_PSTRIDE (&self->info, 0);
  from.info.width = (int) region.size.width;
  from.info.height = (int) region.size.height;
  if (!gst_video_frame_map (&to, &self->part, picture, GST_MAP_WRITE))
    {
      gst_buffer_unref (picture);
      return NULL;
    }
  gst_video_frame_copy (&to, &from);
  gst_video_frame_unmap (&to);
  return picture;
}

static GstBuffer *
copy_jpeg (const struct spa_data *data)
{
  gsize offset = data->chunk->offset;
  gsize size = data->chunk->size;
  GstBuffer *picture;

  if (data->data == NULL || offset > data->maxsize || size > data->maxsize - offset)
    return NULL;
  picture = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_fill (picture, 0, (const guint8 *) data->data + offset, size);
  return picture;
}

/**
 * ghc_picture_frame_is_torn:
 * @buffer: as it comes from PipeWire
 *
 * Returns: whether there is nothing to see in it
 */
gboolean
ghc_picture_frame_is_torn (const struct spa_buffer *buffer)
{
  const struct spa_meta_header *header = spa_buffer_find_meta_data (buffer, SPA_META_Header,
                                                                    sizeof *header);

  return buffer->n_datas == 0 || buffer->datas[0].chunk->flags & SPA_CHUNK_FLAG_CORRUPTED
         || (header != NULL && header->flags & SPA_META_HEADER_FLAG_CORRUPTED);
}

/**
 * ghc_picture_frame_take:
 * @self:
 * @buffer: as it comes from PipeWire
 * @caps: (out) (transfer full): what is returned, and how large
 *
 * Returns: (transfer full) (nullable): the picture, or %NULL when there is none that can be used
 */
GstBuffer *
ghc_picture_frame_take (GhcPictureFrame *self, const struct spa_buffer *buffer, GstCaps **caps)
{
  GstBuffer *picture;

  if (self->caps == NULL || ghc_picture_frame_is_torn (buffer) || buffer->datas[0].chunk->size == 0)
    return NULL;
  if (GST_VIDEO_INFO_FORMAT (&self->info) == GST_VIDEO_FORMAT_UNKNOWN)
    {
      picture = copy_jpeg (&buffer->datas[0]);
      *caps = gst_caps_ref (self->caps);
    }
  else
    {
      picture = copy_raw (self, buffer);
      *caps = picture != NULL ? gst_caps_ref (self->shown) : NULL;
    }
  return picture;
}
