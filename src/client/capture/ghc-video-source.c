/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-video-source.h"

#include "gh-error.h"
#include "ghc-source-bin.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  GMainContext *context;
  char *name;
  guint width;
  guint height;
  gboolean is_ended;
  gboolean is_closed;
} GhcVideoSourcePrivate;

typedef enum
{
  PROP_NAME = 1,
  PROP_WIDTH,
  PROP_HEIGHT,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

typedef enum
{
  ENDED,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GhcVideoSource, ghc_video_source, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (GhcSourceEnd, ghc_source_end,
                    G_DEFINE_ENUM_VALUE (GHC_SOURCE_END_STOPPED_BY_SHELL, "stopped-by-shell"),
                    G_DEFINE_ENUM_VALUE (GHC_SOURCE_END_WINDOW_CLOSED, "window-closed"),
                    G_DEFINE_ENUM_VALUE (GHC_SOURCE_END_DEVICE_GONE, "device-gone"),
                    G_DEFINE_ENUM_VALUE (GHC_SOURCE_END_DEVICE_BUSY, "device-busy"),
                    G_DEFINE_ENUM_VALUE (GHC_SOURCE_END_UNSUPPORTED, "unsupported"),
                    G_DEFINE_ENUM_VALUE (GHC_SOURCE_END_FAILED, "failed"))

/**
 * ghc_source_end_to_text:
 * @reason: why there are no more pictures
 *
 * Returns: a sentence for the one who shares; also where it was their own wish, as a press on the desktop's
 *   indicator is far from the call
 */
const char *
ghc_source_end_to_text (GhcSourceEnd reason)
{
  switch (reason)
    {
    case GHC_SOURCE_END_STOPPED_BY_SHELL:
      return _ ("Your desktop ended the sharing of your screen.");
    case GHC_SOURCE_END_WINDOW_CLOSED:
      return _ ("The window that you shared was closed, or the desktop ended it.");
    case GHC_SOURCE_END_DEVICE_GONE:
      return _ ("The camera was disconnected, or another application took it.");
    case GHC_SOURCE_END_DEVICE_BUSY:
      return _ ("Another application uses the camera. Close it there, then turn the camera on again.");
    case GHC_SOURCE_END_UNSUPPORTED:
      return _ ("The desktop sends its pictures in a form that Guildhall can’t read. Share a window "
                "instead of the screen, or the other way around.");
    case GHC_SOURCE_END_FAILED:
    default:
      return _ ("No more pictures come from what you shared. Share it again.");
    }
}

#define PRIVATE(self) ((GhcVideoSourcePrivate *) ghc_video_source_get_instance_private (self))

static void
ghc_video_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhcVideoSourcePrivate *priv = PRIVATE (GHC_VIDEO_SOURCE (object));

  switch ((Property) id)
    {
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_WIDTH:
      g_value_set_uint (value, priv->width);
      break;
    case PROP_HEIGHT:
      g_value_set_uint (value, priv->height);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_video_source_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GhcVideoSourcePrivate *priv = PRIVATE (GHC_VIDEO_SOURCE (object));

  if (id == PROP_NAME)
    priv->name = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ghc_video_source_dispose (GObject *object)
{
  ghc_video_source_close (GHC_VIDEO_SOURCE (object));
  G_OBJECT_CLASS (ghc_video_source_parent_class)->dispose (object);
}

static void
ghc_video_source_finalize (GObject *object)
{
  GhcVideoSourcePrivate *priv = PRIVATE (GHC_VIDEO_SOURCE (object));

  g_main_context_unref (priv->context);
  g_free (priv->name);
  G_OBJECT_CLASS (ghc_video_source_parent_class)->finalize (object);
}

static void
ghc_video_source_class_init (GhcVideoSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ghc_video_source_get_property;
  object_class->set_property = ghc_video_source_set_property;
  object_class->dispose = ghc_video_source_dispose;
  object_class->finalize = ghc_video_source_finalize;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                 | G_PARAM_STATIC_STRINGS);
  properties[PROP_WIDTH] = g_param_spec_uint ("width", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_HEIGHT] = g_param_spec_uint ("height", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, GHC_TYPE_SOURCE_END);
}

static void
ghc_video_source_init (GhcVideoSource *self)
{
  PRIVATE (self)->context = g_main_context_ref_thread_default ();
}

/**
 * ghc_video_source_make_element:
 * @self: a source
 * @error: return location
 *
 * One element at a time: a second one is asked for only when the first is in state %GST_STATE_NULL. While
 * one plays, its pictures tell the source's width and height.
 *
 * Returns: (transfer floating) (nullable): a live source of video/x-raw in system memory, unless
 *   ghc_video_source_set_importable() allows another one, of any format,
 *   size and rate (0/1 where pictures come only as something changes), on its pad "src"; its times are
 *   those of the pipeline's clock. %NULL with a #GhError whose text is for people: %GH_ERROR_UNAVAILABLE
 *   when the source has ended or a plugin is missing
 */
GstElement *
ghc_video_source_make_element (GhcVideoSource *self, GError **error)
{
  GstElement *inner;

  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (self), NULL);

  if (ghc_video_source_has_ended (self))
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "capture.ended", NULL, "%s",
                    _ ("What was shared is no longer there."));
      return NULL;
    }
  inner = GHC_VIDEO_SOURCE_GET_CLASS (self)->make_element (self, error);
  return inner != NULL ? ghc_source_bin_new (self, PRIVATE (self)->context, inner) : NULL;
}

/**
 * ghc_video_source_get_name:
 * @self: a source
 *
 * Returns: (transfer none) (nullable): what people call it
 */
const char *
ghc_video_source_get_name (GhcVideoSource *self)
{
  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (self), NULL);

  return PRIVATE (self)->name;
}

/**
 * ghc_video_source_get_width:
 * @self: a source
 *
 * Returns: in pixels, of the last picture; 0 before the first
 */
guint
ghc_video_source_get_width (GhcVideoSource *self)
{
  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (self), 0);

  return PRIVATE (self)->width;
}

/**
 * ghc_video_source_get_height:
 * @self: a source
 *
 * Returns: in pixels, of the last picture; 0 before the first
 */
guint
ghc_video_source_get_height (GhcVideoSource *self)
{
  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (self), 0);

  return PRIVATE (self)->height;
}

/**
 * ghc_video_source_set_importable:
 * @self: a source
 * @importable: (nullable): which pictures in a graphics card's memory can be taken from there; %NULL for none,
 *   which it is before
 *
 * At any time, also while its element plays: from then on what it gives may be such, and changes from one to the
 * other without an end. A source that knows only one kind of memory takes no notice.
 */
void
ghc_video_source_set_importable (GhcVideoSource *self, const GstCaps *importable)
{
  GhcVideoSourceClass *klass;

  g_return_if_fail (GHC_IS_VIDEO_SOURCE (self));

  klass = GHC_VIDEO_SOURCE_GET_CLASS (self);
  if (klass->set_importable != NULL && !ghc_video_source_has_ended (self))
    klass->set_importable (self, importable);
}

/**
 * ghc_video_source_has_ended:
 * @self: a source
 *
 * Returns: whether it ended or was closed
 */
gboolean
ghc_video_source_has_ended (GhcVideoSource *self)
{
  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (self), TRUE);

  return PRIVATE (self)->is_ended || PRIVATE (self)->is_closed;
}

/**
 * ghc_video_source_close:
 * @self: a source
 *
 * Gives back what is shared: the desktop's indicator goes away, the camera's light goes off. The element
 * is taken out of its pipeline before that.
 */
void
ghc_video_source_close (GhcVideoSource *self)
{
  GhcVideoSourceClass *klass;

  g_return_if_fail (GHC_IS_VIDEO_SOURCE (self));

  if (PRIVATE (self)->is_closed)
    return;
  PRIVATE (self)->is_closed = TRUE;
  klass = GHC_VIDEO_SOURCE_GET_CLASS (self);
  if (klass->close != NULL)
    klass->close (self);
}

/**
 * ghc_video_source_end:
 * @self: a source
 * @reason: why
 *
 * Says that there are no more pictures, unless that was said or the source is closed.
 */
void
ghc_video_source_end (GhcVideoSource *self, GhcSourceEnd reason)
{
  g_return_if_fail (GHC_IS_VIDEO_SOURCE (self));

  if (ghc_video_source_has_ended (self))
    return;
  PRIVATE (self)->is_ended = TRUE;
  g_signal_emit (self, signals[ENDED], 0, reason);
}

/**
 * ghc_video_source_fail:
 * @self: a source
 * @reason: %GHC_SOURCE_END_FAILED, or %GHC_SOURCE_END_UNSUPPORTED when none ever came
 *
 * For the element: it gives no more pictures.
 */
void
ghc_video_source_fail (GhcVideoSource *self, GhcSourceEnd reason)
{
  GhcVideoSourceClass *klass;

  g_return_if_fail (GHC_IS_VIDEO_SOURCE (self));

  klass = GHC_VIDEO_SOURCE_GET_CLASS (self);
  if (ghc_video_source_has_ended (self))
    return;
  if (klass->fail != NULL)
    klass->fail (self, reason);
  else
    ghc_video_source_end (self, reason);
}

/**
 * ghc_video_source_set_size:
 * @self: a source
 * @width: in pixels
 * @height: in pixels
 */
void
ghc_video_source_set_size (GhcVideoSource *self, guint width, guint height)
{
  GhcVideoSourcePrivate *priv;

  g_return_if_fail (GHC_IS_VIDEO_SOURCE (self));

  priv = PRIVATE (self);
  if (priv->width == width && priv->height == height)
    return;
  g_object_freeze_notify (G_OBJECT (self));
  priv->width = width;
  priv->height = height;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEIGHT]);
  g_object_thaw_notify (G_OBJECT (self));
}
