/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GHC_TYPE_VIDEO_SOURCE (ghc_video_source_get_type ())
#define GHC_TYPE_SOURCE_END (ghc_source_end_get_type ())

/**
 * GhcSourceEnd:
 * @GHC_SOURCE_END_STOPPED_BY_SHELL: the person ended it outside of the application, with the desktop's
 *   own indicator
 * @GHC_SOURCE_END_WINDOW_CLOSED: what was shown is no more
 * @GHC_SOURCE_END_DEVICE_GONE: the camera was pulled out, or somebody else took it
 * @GHC_SOURCE_END_DEVICE_BUSY: the camera never gave a picture, because somebody else has it
 * @GHC_SOURCE_END_UNSUPPORTED: there never was a picture, because what gives them and we know no form
 *   in common
 * @GHC_SOURCE_END_FAILED: pictures stopped coming for another reason, which the log tells
 *
 * Why there are no more pictures.
 */
typedef enum
{
  GHC_SOURCE_END_STOPPED_BY_SHELL,
  GHC_SOURCE_END_WINDOW_CLOSED,
  GHC_SOURCE_END_DEVICE_GONE,
  GHC_SOURCE_END_DEVICE_BUSY,
  GHC_SOURCE_END_UNSUPPORTED,
  GHC_SOURCE_END_FAILED,
} GhcSourceEnd;

GType ghc_source_end_get_type (void);
const char *ghc_source_end_to_text (GhcSourceEnd reason);

/**
 * GhcVideoSource:
 *
 * Something that gives moving pictures: a screen, a window, a camera. Lives on the thread that made it,
 * with that thread's main context. Properties (read-only): name (string, what people call it), width and
 * height (uint, pixels; 0 until the first picture, and they change when a window does).
 *
 * Signal "ended" (#GhcSourceEnd): no more pictures will come, once at most, never after
 * ghc_video_source_close(). The element then stays as it is and is silent: neither an error nor the end
 * of the stream reaches the pipeline that it is in.
 */
G_DECLARE_DERIVABLE_TYPE (GhcVideoSource, ghc_video_source, GHC, VIDEO_SOURCE, GObject)

/**
 * GhcVideoSourceClass:
 * @make_element: (transfer floating): an element with an always pad "src" that gives video/x-raw; see
 *   ghc_video_source_make_element()
 * @close: (nullable): gives back what the source holds; called once
 * @fail: (nullable): no pictures come any more, %GHC_SOURCE_END_FAILED, or none ever came,
 *   %GHC_SOURCE_END_UNSUPPORTED. Ends the source, at once or when it is known why; otherwise it ends
 *   with that reason
 * @set_importable: (nullable): see ghc_video_source_set_importable()
 */
struct _GhcVideoSourceClass
{
  GObjectClass parent_class;

  GstElement *(*make_element) (GhcVideoSource *self, GError **error);
  void (*close) (GhcVideoSource *self);
  void (*fail) (GhcVideoSource *self, GhcSourceEnd reason);
  void (*set_importable) (GhcVideoSource *self, const GstCaps *importable);

  gpointer padding[3];
};

GstElement *ghc_video_source_make_element (GhcVideoSource *self,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *ghc_video_source_get_name (GhcVideoSource *self);
guint ghc_video_source_get_width (GhcVideoSource *self);
guint ghc_video_source_get_height (GhcVideoSource *self);
void ghc_video_source_set_importable (GhcVideoSource *self, const GstCaps *importable);
gboolean ghc_video_source_has_ended (GhcVideoSource *self);
void ghc_video_source_close (GhcVideoSource *self);

/* For subclasses, on the source's own thread: */
void ghc_video_source_end (GhcVideoSource *self, GhcSourceEnd reason);
void ghc_video_source_fail (GhcVideoSource *self, GhcSourceEnd reason);
void ghc_video_source_set_size (GhcVideoSource *self, guint width, guint height);

G_END_DECLS
