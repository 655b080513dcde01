/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-leg.h"

#include "gh-error.h"
#include "gh-hash.h"
#include "gh-media-plugin.h"
#include "gh-media-private.h"

#include <string.h>

#define CONTEXT_TYPE "guildhall.media-leg"
#define CERTIFICATE_LABEL "guildhall-media-1 certificate"

struct _GhMediaLeg
{
  gatomicrefcount ref_count;
  GhMediaSession *session;
  char *certificate;
  GhMediaSealer *sealer;
  GhMediaOpener *opener;
};

G_DEFINE_BOXED_TYPE (GhMediaLeg, gh_media_leg, gh_media_leg_ref, gh_media_leg_unref)

static G_DEFINE_QUARK (gh - media - leg, leg)

/* What stands where webrtcbin wants a certificate. Both ends make the same of the call's id, so its
 * fingerprint in the session description says which call it is; who is at the other end is proved by
 * the key alone. */
static char *
make_certificate (const char *call_id)
{
  const GhHashPart parts[] = { { CERTIFICATE_LABEL, strlen (CERTIFICATE_LABEL) },
                               { call_id, strlen (call_id) } };
  GhHash hash = gh_hash_parts (parts, G_N_ELEMENTS (parts));
  g_autofree char *text = g_base64_encode (hash.bytes, sizeof hash.bytes);

  return g_strdup_printf ("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", text);
}

/**
 * gh_media_leg_new:
 * @session: our part in the call
 * @peer_id: the member at the other end
 *
 * Returns: (transfer full): a leg
 */
GhMediaLeg *
gh_media_leg_new (GhMediaSession *session, const char *peer_id)
{
  GhMediaLeg *self;

  g_return_val_if_fail (session != NULL, NULL);
  g_return_val_if_fail (peer_id != NULL && *peer_id != '\0', NULL);

  self = g_new0 (GhMediaLeg, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->session = gh_media_session_ref (session);
  self->certificate = make_certificate (gh_media_session_get_call_id (session));
  self->sealer = gh_media_session_create_sealer (session, peer_id);
  self->opener = gh_media_session_get_opener (session, peer_id, FALSE);
  return self;
}

/**
 * gh_media_leg_ref:
 * @self: a leg
 *
 * Returns: (transfer full): the same leg
 */
GhMediaLeg *
gh_media_leg_ref (GhMediaLeg *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_media_leg_unref:
 * @self: (transfer full): a leg
 */
void
gh_media_leg_unref (GhMediaLeg *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  gh_media_sealer_unref (self->sealer);
  gh_media_opener_unref (self->opener);
  gh_media_session_unref (self->session);
  g_free (self->certificate);
  g_free (self);
}

/* What lies in @element works with this leg or not at all. */
void
gh_media_leg_claim (GhMediaLeg *self, GstElement *element)
{
  g_object_set_qdata_full (G_OBJECT (element), leg_quark (), gh_media_leg_ref (self),
                           (GDestroyNotify) gh_media_leg_unref);
}

/* libnice would look for routers by multicast otherwise. */
static void
be_quiet (GstElement *element)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (element, "ice-agent", &ice, NULL);
  if (ice == NULL || g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent") == NULL)
    return;
  g_object_get (ice, "agent", &agent, NULL);
  if (agent != NULL && g_object_class_find_property (G_OBJECT_GET_CLASS (agent), "upnp") != NULL)
    g_object_set (agent, "upnp", FALSE, NULL);
}

/**
 * gh_media_leg_make_webrtcbin:
 * @self: a leg
 * @name: (nullable): a name for the element
 * @error: return location
 *
 * Makes a webrtcbin that seals and opens with this leg, and does nothing else: should it not find the
 * leg where it looks for it, it does not start. Its bundle policy is max-bundle, so that there is one
 * transport. Registers our elements first when that was not done.
 *
 * Returns: (transfer floating) (nullable): the element, or %NULL with %GH_ERROR_UNAVAILABLE
 *   ("media.plugin") when GStreamer lacks what it takes
 */
GstElement *
gh_media_leg_make_webrtcbin (GhMediaLeg *self, const char *name, GError **error)
{
  g_autoptr (GstContext) context = NULL;
  GstElement *element;

  g_return_val_if_fail (self != NULL, NULL);

  if (!gh_media_plugin_register (error))
    return NULL;
  element = gst_element_factory_make_full ("webrtcbin", "name", name, "bundle-policy", 3, NULL);
  if (element == NULL)
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL,
                    "GStreamer's webrtcbin is missing. Install its “bad” plugins.");
      return NULL;
    }
  be_quiet (element);
  gh_media_leg_claim (self, element);
  context = gst_context_new (CONTEXT_TYPE, TRUE);
  gst_structure_set (gst_context_writable_structure (context), "leg", GH_TYPE_MEDIA_LEG, self,
                     NULL);
  gst_element_set_context (element, context);
  return element;
}

/* (transfer full) (nullable) */
GhMediaLeg *
gh_media_leg_from_context (GstContext *context)
{
  GhMediaLeg *leg = NULL;

  if (!gst_context_has_context_type (context, CONTEXT_TYPE))
    return NULL;
  gst_structure_get (gst_context_get_structure (context), "leg", GH_TYPE_MEDIA_LEG, &leg, NULL);
  return leg;
}

/* Whether one of the bins that @element lies in was made for a leg. */
gboolean
gh_media_leg_is_due (GstElement *element)
{
  g_autoptr (GstObject) at = gst_object_ref (GST_OBJECT (element));

  while (at != NULL)
    {
      GstObject *parent;

      if (g_object_get_qdata (G_OBJECT (at), leg_quark ()) != NULL)
        return TRUE;
      parent = gst_object_get_parent (at);
      gst_object_unref (at);
      at = parent;
    }
  return FALSE;
}

/**
 * gh_media_leg_get_certificate:
 * @self: a leg
 *
 * Returns: (transfer none): what stands where webrtcbin wants a certificate; no secret
 */
const char *
gh_media_leg_get_certificate (GhMediaLeg *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->certificate;
}

/**
 * gh_media_leg_get_sealer:
 * @self: a leg
 *
 * Returns: (transfer none): what seals for the other end
 */
GhMediaSealer *
gh_media_leg_get_sealer (GhMediaLeg *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sealer;
}

/**
 * gh_media_leg_get_opener:
 * @self: a leg
 *
 * Returns: (transfer none): what opens what the other end sealed for us
 */
GhMediaOpener *
gh_media_leg_get_opener (GhMediaLeg *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->opener;
}

/**
 * gh_media_leg_get_stats:
 * @self: a leg
 * @stats: (out): what became of its packets; those that were opened also of earlier legs to the same
 *   member
 */
void
gh_media_leg_get_stats (GhMediaLeg *self, GhMediaStats *stats)
{
  GhMediaStats opened;

  g_return_if_fail (self != NULL && stats != NULL);

  gh_media_sealer_get_stats (self->sealer, stats);
  gh_media_opener_get_stats (self->opener, &opened);
  gh_media_stats_add (stats, &opened);
}
