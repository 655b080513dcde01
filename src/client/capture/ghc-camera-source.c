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

/* From the camera to raw pictures: which of the two ways is known with the first picture. */
typedef struct
{
  GstElement *src;
  GstElement *decoder; /* (nullable) */
  GstPad *out;
} Way;

static gboolean
lead (Way *way, gboolean is_jpeg)
{
  g_autoptr (GstPad) pad = NULL;

  gst_ghost_pad_set_target (GST_GHOST_PAD (way->out), NULL);
  if (way->decoder != NULL)
    gst_element_unlink (way->src, way->decoder);
  if (is_jpeg && (way->decoder == NULL || !gst_element_link (way->src, way->decoder)))
    return FALSE;
  pad = gst_element_get_static_pad (is_jpeg ? way->decoder : way->src, "src");
  return gst_ghost_pad_set_target (GST_GHOST_PAD (way->out), pad);
}

/* Who has the camera already decides what pictures it gives to everybody. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Way *way = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (way->out));
  gboolean is_jpeg;
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  is_jpeg = gst_structure_has_name (gst_caps_get_structure (caps, 0), "image/jpeg");
  if (is_jpeg == (target != pad) || lead (way, is_jpeg))
    return GST_PAD_PROBE_OK;
  GST_ELEMENT_ERROR (way->src, STREAM, FORMAT, ("The camera’s pictures cannot be decoded"), (NULL));
  return GST_PAD_PROBE_DROP;
}

/* JPEG of a cheap camera has faults now and then; such a picture is not shown. */
static GstElement *
add_decoder (GstElement *src, gboolean is_jpeg, GError **error)
{
  GstElement *decoder = gst_element_factory_make ("jpegdec", NULL);
  g_autoptr (GstPad) pad = NULL;
  GstElement *bin;
  Way *way;

  if (decoder == NULL && is_jpeg)
    {
      gst_object_unref (gst_object_ref_sink (src));
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "capture.plugin", NULL, "%s",
                    _ ("GStreamer’s JPEG plugin is missing, which this camera needs. Install "
                       "gst-plugins-good."));
      return NULL;
    }
  bin = gst_bin_new (NULL);
  way = g_new0 (Way, 1);
  way->src = src;
  way->decoder = decoder;
  way->out = gst_ghost_pad_new_no_target ("src", GST_PAD_SRC);
  gst_bin_add (GST_BIN (bin), src);
  if (decoder != NULL)
    {
      g_object_set (decoder, "max-errors", -1, NULL);
      gst_bin_add (GST_BIN (bin), decoder);
    }
  gst_element_add_pad (bin, way->out);
  lead (way, is_jpeg);
  pad = gst_element_get_static_pad (src, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, way, g_free);
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
                    _ ("The desktop doesn’t let Guildhall use the camera. Allow it in the system settings."));
      return NULL;
    }
  src = ghc_picture_src_new (fd, ghc_camera_get_node_id (self->camera),
                             ghc_camera_get_serial (self->camera), self->mode);
  return add_decoder (
    src, self->mode != NULL && gst_structure_has_name (self->mode, "image/jpeg"), error);
}

static void
ghc_camera_source_fail (GhcVideoSource *source, GhcSourceEnd reason)
{
  /* What it can do was asked before: only somebody else can be in the way. */
  ghc_video_source_end (source, reason == GHC_SOURCE_END_UNSUPPORTED ? GHC_SOURCE_END_DEVICE_BUSY
                                                                     : GHC_SOURCE_END_DEVICE_GONE);
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
