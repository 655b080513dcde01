/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "gh-media-session.h"

G_BEGIN_DECLS

/**
 * GhMediaLeg:
 *
 * One connection of a call: our session in it, and the member at the other end. A webrtcbin that was
 * made for it seals everything that it sends to that member and opens what comes from them; keys
 * change on the session while it runs. Reference counted; any thread may use it.
 */
typedef struct _GhMediaLeg GhMediaLeg;

#define GH_TYPE_MEDIA_LEG (gh_media_leg_get_type ())

GType gh_media_leg_get_type (void) G_GNUC_CONST;

GhMediaLeg *gh_media_leg_new (GhMediaSession *session,
                              const char *peer_id) G_GNUC_WARN_UNUSED_RESULT;
GhMediaLeg *gh_media_leg_ref (GhMediaLeg *self);
void gh_media_leg_unref (GhMediaLeg *self);

GstElement *gh_media_leg_make_webrtcbin (GhMediaLeg *self, const char *name,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *gh_media_leg_get_certificate (GhMediaLeg *self);
GhMediaSealer *gh_media_leg_get_sealer (GhMediaLeg *self);
GhMediaOpener *gh_media_leg_get_opener (GhMediaLeg *self);
void gh_media_leg_get_stats (GhMediaLeg *self, GhMediaStats *stats);

/* For the elements: an element is claimed for a leg, and what lies in it then works with the leg that its
 * context carries, or not at all. */
void gh_media_leg_claim (GhMediaLeg *self, GstElement *element);
GhMediaLeg *gh_media_leg_from_context (GstContext *context);
gboolean gh_media_leg_is_due (GstElement *element);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhMediaLeg, gh_media_leg_unref)

G_END_DECLS
