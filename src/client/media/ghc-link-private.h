/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-ear.h"

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/* --- ghc-link.c --- */

GstElement *ghc_link_get_webrtc (GhcLink *self); /* (nullable): NULL once closed */
GhcEar *ghc_link_get_ear (GhcLink *self);
GPtrArray *ghc_link_get_asked (GhcLink *self);
char *ghc_link_put_ticket (GhcLink *self, const char *sdp);

/* --- ghc-link-negotiation.c --- */

void ghc_link_stop_asking (GhcLink *self);

/* --- ghc-link-ice.c --- */

void ghc_link_set_up_ice (GstElement *webrtc, const GhcLinkSetup *setup);
char *ghc_turn_uri (const char *url, const char *user_name, const char *password);

G_END_DECLS
