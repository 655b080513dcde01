/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-camera-source.h"

#include "gh-error.h"
#include "ghc-picture-src.h"

#include <glib/gi18n-lib.h>
#include <libportal/camera.h>

struct _GhcCameraSource
{
  GhcVideoSource parent_instance;
  GhcCamera *camera;
  XdpPortal *portal;  /* (nullable) */
  GstStructure *mode; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (GhcCameraSource, ghc_camera_source, GHC_TYPE_VIDEO_SOURCE)

/* JPEG of a cheap camera has faults now and then; such a picture is not shown. */
static GstElement *
add_decoder (GstElement *src, GError **error)
{
  GstElement *decoder = gst_element_factory_make ("jpegdec", NULL);
  g_autoptr (GstPad) pad = NULL;
  GstElement *bin;

  if (decoder == NULL)
    {
      gst_object_unref (gst_object_ref_sink (src));
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "capture.plugin", NULL, "%s",
                    _ ("GStreamer's JPEG plugin is missing, which this camera needs. Install "
                       "gst-plugins-good."));
      return NULL;
    }
  g_object_set (decoder, "max-errors", -1, NULL);
  bin = gst_bin_new (NULL);
  gst_bin_add_many (GST_BIN (bin), src, decoder, NULL);
  gst_element_link (src, decoder);
  pad = gst_element_get_static_pad (decoder, "src");
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));
  return bin;
}

static GstElement *
ghc_camera_source_make_element (GhcVideoSource *source, GError **error)
{
  GhcCameraSource *self = GHC_CAMERA_SOURCE (source);
  GstElement *src;
  int fd = -1;

  if (self->portal != NULL && (fd = xdp_portal_open_pipewire_remote_for_camera (self->portal)) < 0)
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "capture.pipewire", NULL, "%s",
                    _ ("The desktop does not give the camera. Allow it in the system's settings."));
      return NULL;
    }
  src = ghc_picture_src_new (fd, ghc_camera_get_node_id (self->camera),
                             ghc_camera_get_serial (self->camera), self->mode);
  if (self->mode != NULL && gst_structure_has_name (self->mode, "image/jpeg"))
    return add_decoder (src, error);
  return src;
}

static void
ghc_camera_source_fail (GhcVideoSource *source)
{
  ghc_video_source_end (source, GHC_SOURCE_END_DEVICE_GONE);
}

static void
ghc_camera_source_finalize (GObject *object)
{
  GhcCameraSource *self = GHC_CAMERA_SOURCE (object);

  g_clear_object (&self->camera);
  g_clear_object (&self->portal);
  g_clear_pointer (&self->mode, gst_structure_free);
  G_OBJECT_CLASS (ghc_camera_source_parent_class)->finalize (object);
}

static void
ghc_camera_source_class_init (GhcCameraSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_camera_source_finalize;
  GHC_VIDEO_SOURCE_CLASS (klass)->make_element = ghc_camera_source_make_element;
  GHC_VIDEO_SOURCE_CLASS (klass)->fail = ghc_camera_source_fail;
}

static void
ghc_camera_source_init (GhcCameraSource *self)
{
}

/**
 * ghc_camera_source_new:
 * @camera: whose pictures
 * @portal: (nullable): what gives them within a sandbox
 * @mode: (nullable): the kind of pictures to take
 *
 * Returns: (transfer full): a source
 */
GhcVideoSource *
ghc_camera_source_new (GhcCamera *camera, XdpPortal *portal, const GstStructure *mode)
{
  GhcCameraSource *self;

  g_return_val_if_fail (GHC_IS_CAMERA (camera), NULL);

  self = g_object_new (GHC_TYPE_CAMERA_SOURCE, "name", ghc_camera_get_name (camera), NULL);
  self->camera = g_object_ref (camera);
  g_set_object (&self->portal, portal);
  self->mode = mode != NULL ? gst_structure_copy (mode) : NULL;
  return GHC_VIDEO_SOURCE (self);
}
