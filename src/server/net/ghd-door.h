/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-metrics.h"
#include "ghd-seats.h"
#include "ghd-tls.h"
#include "ghd-visitor.h"

#include <libdex.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * GhdDoor:
 *
 * Lets accepted sockets in: through TLS where that is set, then to libsoup; and sends away who
 * takes too long.
 */
#define GHD_TYPE_DOOR (ghd_door_get_type ())

G_DECLARE_FINAL_TYPE (GhdDoor, ghd_door, GHD, DOOR, GObject)

GhdDoor *ghd_door_new (SoupServer *server, GhdSeats *seats, GhdTls *tls, GhdMetrics *metrics,
                       gboolean counts_addresses, guint arrival_seconds);
void ghd_door_let_in (GhdDoor *self, GSocket *socket, GSocketAddress *address);
gboolean ghd_door_is_crowded (GhdDoor *self);
DexFuture *ghd_door_when_empty (GhdDoor *self);
void ghd_door_clear (GhdDoor *self);

G_END_DECLS
