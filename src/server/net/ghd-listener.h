/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-door.h"

G_BEGIN_DECLS

/**
 * GhdListenerError:
 * @GHD_LISTENER_ERROR_ADDRESS: not an address of this machine; exit with 78
 * @GHD_LISTENER_ERROR_TAKEN: somebody else listens there; exit with 75
 * @GHD_LISTENER_ERROR_DENIED: the system does not allow it; exit with 77
 * @GHD_LISTENER_ERROR_PASSED: what was passed to listen on cannot be; exit with 78
 */
typedef enum
{
  GHD_LISTENER_ERROR_ADDRESS,
  GHD_LISTENER_ERROR_TAKEN,
  GHD_LISTENER_ERROR_DENIED,
  GHD_LISTENER_ERROR_PASSED,
} GhdListenerError;

#define GHD_LISTENER_ERROR (ghd_listener_error_quark ())
GQuark ghd_listener_error_quark (void);

/**
 * GhdListener:
 *
 * Listening sockets that go on whatever accepting runs into: no descriptors left, a peer that went
 * before it was accepted, a crowd.
 */
#define GHD_TYPE_LISTENER (ghd_listener_get_type ())

G_DECLARE_FINAL_TYPE (GhdListener, ghd_listener, GHD, LISTENER, GObject)

GhdListener *ghd_listener_new (void);
gboolean ghd_listener_listen (GhdListener *self, const char *host, guint16 port, GError **error);
gboolean ghd_listener_adopt (GhdListener *self, guint n_sockets, GError **error);
const char *ghd_listener_get_host (GhdListener *self);
guint16 ghd_listener_get_port (GhdListener *self);
void ghd_listener_start (GhdListener *self, GhdDoor *door);
void ghd_listener_stop (GhdListener *self);
gboolean ghd_listener_is_loopback (GhdListener *self);
gboolean ghd_listener_is_starved (GhdListener *self);

G_END_DECLS
