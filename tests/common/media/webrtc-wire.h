/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What lies between two peers: all their datagrams pass through it, and it sees, and may do, what a network
 * can. Each end has a socket of loopback that it takes for the other end. */
typedef struct _Wire Wire;

typedef enum
{
  WIRE_STUN,
  WIRE_DTLS,
  WIRE_MEDIA, /* looks like RTP or RTCP */
  WIRE_DATA,  /* begins with 0x60 */
  WIRE_OTHER,
  N_WIRE_SORTS
} WireSort;

Wire *wire_new (void);
void wire_free (Wire *self);
guint16 wire_get_port (Wire *self, guint peer); /* of whom @peer sends to */
void wire_set_address (Wire *self, guint peer, const char *address, guint16 port);
void wire_set_hostile (Wire *self, gboolean is_hostile);
guint wire_get_count (Wire *self, guint peer, WireSort sort);        /* that @peer sent */
gboolean wire_has_seen (Wire *self, gconstpointer data, gsize size); /* within a datagram */

G_END_DECLS
