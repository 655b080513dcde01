/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-plugin.h"

#include "gh-error.h"
#include "gh-media-receive.h"
#include "gh-media-send.h"

#include <gnutls/gnutls.h>

/* GStreamer's registry belongs to the process, and so does what was in it before us. */
static GstElementFactory *stock_enc;
static GstElementFactory *stock_dec;

static gboolean
has_feature (const char *name)
{
  g_autoptr (GstPluginFeature) feature = gst_registry_lookup_feature (gst_registry_get (), name);

  return feature != NULL;
}

static gboolean
plugin_init (GstPlugin *plugin)
{
  /* Where GStreamer has no DTLS, webrtcbin would not start without these two, which it never makes. */
  if (!has_feature ("dtlsenc")
      && !gst_element_register (plugin, "dtlsenc", GST_RANK_NONE, GH_TYPE_MEDIA_SEND))
    return FALSE;
  if (!has_feature ("dtlsdec")
      && !gst_element_register (plugin, "dtlsdec", GST_RANK_NONE, GH_TYPE_MEDIA_RECEIVE))
    return FALSE;
  return gst_element_register (plugin, "dtlssrtpenc", GST_RANK_NONE, GH_TYPE_MEDIA_SEND)
         && gst_element_register (plugin, "dtlssrtpdec", GST_RANK_NONE, GH_TYPE_MEDIA_RECEIVE);
}

/* libnice has its random numbers from GnuTLS, on threads of webrtcbin that end when they will. What
 * such a thread was given GnuTLS takes back when the thread ends, and of all threads when the process
 * does, and nothing keeps the two apart (3.8.9): a process that ended while a connection ran down freed
 * the same twice. It takes nothing back as long as somebody uses it, which we do to the end. */
static void
hold_gnutls (void)
{
  gnutls_global_init ();
}

static gpointer
register_once (gpointer data)
{
  g_autoptr (GstPlugin) dtls = NULL;

  hold_gnutls ();
  /* Loaded first, or it would take our places when it is loaded later. */
  dtls = gst_plugin_load_by_name ("dtls");
  if (dtls != NULL)
    {
      stock_enc = gst_element_factory_find ("dtlssrtpenc");
      stock_dec = gst_element_factory_find ("dtlssrtpdec");
    }
  return GINT_TO_POINTER (
    gst_plugin_register_static (GST_VERSION_MAJOR, GST_VERSION_MINOR, "guildhallmedia",
                                "AEGIS-256 in place of DTLS-SRTP, for the calls of Guildhall",
                                plugin_init, GUILDHALL_VERSION, "LGPL", "guildhall", "guildhall",
                                "guildhall"));
}

/**
 * gh_media_plugin_register:
 * @error: return location
 *
 * Puts our elements where webrtcbin looks for those of DTLS-SRTP. A webrtcbin that was made by
 * gh_media_leg_make_webrtcbin() gets ours, every other one in the process GStreamer's own, as before.
 * To be called after gst_init(); again is no harm. Any thread may.
 *
 * Returns: whether they are there; otherwise %GH_ERROR_UNAVAILABLE ("media.plugin")
 */
gboolean
gh_media_plugin_register (GError **error)
{
  static GOnce once = G_ONCE_INIT;

  if (GPOINTER_TO_INT (g_once (&once, register_once, NULL)))
    return TRUE;
  return gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL,
                       "The transport of calls could not be registered with GStreamer");
}

/* (transfer none) (nullable) */
GstElementFactory *
gh_media_plugin_get_stock (const char *name)
{
  return g_str_equal (name, "dtlssrtpenc") ? stock_enc : stock_dec;
}
