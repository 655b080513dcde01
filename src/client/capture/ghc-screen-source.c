/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-screen-source.h"

#include "gh-error.h"
#include "ghc-picture-src.h"

#include <glib/gi18n-lib.h>

/* The desktop ends the stream before it says that it does, on a busy computer long before, or not at all. */
#define SAID_WITHIN_MS 3000

struct _GhcScreenSource
{
  GhcVideoSource parent_instance;
  XdpSession *session;
  guint32 node_id;
  char *serial; /* (nullable) */
  char *restore_token;
  gboolean is_window;
  GhcSourceEnd failure;
  guint failing;
  GstCaps *importable; /* (nullable) */
  GWeakRef src;        /* of GhcPictureSrc */
};

G_DEFINE_FINAL_TYPE (GhcScreenSource, ghc_screen_source, GHC_TYPE_VIDEO_SOURCE)

static void
on_closed (XdpSession *session, gpointer data)
{
  GhcScreenSource *self = data;

  g_clear_handle_id (&self->failing, g_source_remove);
  /* The portal does not tell these two apart for a window. */
  ghc_video_source_end (GHC_VIDEO_SOURCE (self), self->is_window ? GHC_SOURCE_END_WINDOW_CLOSED
                                                                 : GHC_SOURCE_END_STOPPED_BY_SHELL);
}

static void
on_unexplained (gpointer data)
{
  GhcScreenSource *self = data;

  self->failing = 0;
  ghc_video_source_end (GHC_VIDEO_SOURCE (self),
                        self->is_window && self->failure == GHC_SOURCE_END_FAILED
                          ? GHC_SOURCE_END_WINDOW_CLOSED
                          : self->failure);
}

static void
ghc_screen_source_fail (GhcVideoSource *source, GhcSourceEnd reason)
{
  GhcScreenSource *self = GHC_SCREEN_SOURCE (source);

  if (self->failing != 0)
    return;
  self->failure = reason;
  self->failing = g_timeout_add_once (SAID_WITHIN_MS, on_unexplained, self);
}

static GstElement *
ghc_screen_source_make_element (GhcVideoSource *source, GError **error)
{
  GhcScreenSource *self = GHC_SCREEN_SOURCE (source);
  int fd = xdp_session_open_pipewire_remote (self->session);
  GstElement *src;

  if (fd >= 0)
    {
      src = ghc_picture_src_new (fd, self->node_id, self->serial, NULL);
      ghc_picture_src_set_importable (GHC_PICTURE_SRC (src), self->importable);
      g_weak_ref_set (&self->src, src);
      return src;
    }
  gh_set_error (
    error, GH_ERROR_UNAVAILABLE, "capture.pipewire", NULL, "%s",
    _ ("The desktop sends no pictures of what you share. Check that PipeWire is running."));
  return NULL;
}

static void
ghc_screen_source_set_importable (GhcVideoSource *source, const GstCaps *importable)
{
  GhcScreenSource *self = GHC_SCREEN_SOURCE (source);
  g_autoptr (GhcPictureSrc) src = g_weak_ref_get (&self->src);

  gst_caps_replace (&self->importable, (GstCaps *) importable);
  if (src != NULL)
    ghc_picture_src_set_importable (src, importable);
}

static void
ghc_screen_source_close (GhcVideoSource *source)
{
  GhcScreenSource *self = GHC_SCREEN_SOURCE (source);

  g_clear_handle_id (&self->failing, g_source_remove);
  if (self->session == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->session, self);
  if (xdp_session_get_session_state (self->session) != XDP_SESSION_CLOSED)
    xdp_session_close (self->session);
}

static void
ghc_screen_source_finalize (GObject *object)
{
  GhcScreenSource *self = GHC_SCREEN_SOURCE (object);

  g_clear_object (&self->session);
  g_weak_ref_clear (&self->src);
  gst_caps_replace (&self->importable, NULL);
  g_free (self->serial);
  g_free (self->restore_token);
  G_OBJECT_CLASS (ghc_screen_source_parent_class)->finalize (object);
}

static void
ghc_screen_source_class_init (GhcScreenSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_screen_source_finalize;
  GHC_VIDEO_SOURCE_CLASS (klass)->make_element = ghc_screen_source_make_element;
  GHC_VIDEO_SOURCE_CLASS (klass)->close = ghc_screen_source_close;
  GHC_VIDEO_SOURCE_CLASS (klass)->fail = ghc_screen_source_fail;
  GHC_VIDEO_SOURCE_CLASS (klass)->set_importable = ghc_screen_source_set_importable;
}

static void
ghc_screen_source_init (GhcScreenSource *self)
{
  g_weak_ref_init (&self->src, NULL);
}

/**
 * ghc_screen_source_new:
 * @session: one that the person said yes to; closed with the source
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what was chosen, or %NULL with %GH_ERROR_UNAVAILABLE when the
 *   portal names nothing
 */
GhcScreenSource *
ghc_screen_source_new (XdpSession *session, GError **error)
{
  GhcScreenSource *self;
  GVariant *streams;
  g_autoptr (GVariant) about = NULL;
  guint32 node_id;
  guint32 type = XDP_OUTPUT_MONITOR;
  guint64 serial;

  g_return_val_if_fail (XDP_IS_SESSION (session), NULL);

  streams = xdp_session_get_streams (session);
  if (streams == NULL || g_variant_n_children (streams) == 0)
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "capture.nothing", NULL, "%s",
                    _ ("Nothing is shared. Try again, and choose a screen or a window."));
      return NULL;
    }
  g_variant_get_child (streams, 0, "(u@a{sv})", &node_id, &about);
  g_variant_lookup (about, "source_type", "u", &type);

  self = g_object_new (GHC_TYPE_SCREEN_SOURCE, "name",
                       type == XDP_OUTPUT_WINDOW ? _ ("Window") : _ ("Screen"), NULL);
  self->session = g_object_ref (session);
  self->node_id = node_id;
  self->is_window = type == XDP_OUTPUT_WINDOW;
  if (g_variant_lookup (about, "pipewire-serial", "t", &serial))
    self->serial = g_strdup_printf ("%" G_GUINT64_FORMAT, serial);
  self->restore_token = xdp_session_get_restore_token (session);
  g_signal_connect (session, "closed", G_CALLBACK (on_closed), self);
  return self;
}

/**
 * ghc_screen_source_is_window:
 * @self: a source
 *
 * Returns: whether it is a single window
 */
gboolean
ghc_screen_source_is_window (GhcScreenSource *self)
{
  g_return_val_if_fail (GHC_IS_SCREEN_SOURCE (self), FALSE);

  return self->is_window;
}

/**
 * ghc_screen_source_get_restore_token:
 * @self: a source
 *
 * Returns: (transfer none) (nullable): what shares the same again without a question, once; see
 *   ghc_screen_portal_ask()
 */
const char *
ghc_screen_source_get_restore_token (GhcScreenSource *self)
{
  g_return_val_if_fail (GHC_IS_SCREEN_SOURCE (self), NULL);

  return self->restore_token;
}
