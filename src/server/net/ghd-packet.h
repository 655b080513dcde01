/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <stdatomic.h>

G_BEGIN_DECLS

/* Opcodes of RFC 6455, section 5.2. */
typedef enum
{
  GHD_OPCODE_TEXT = 0x1,
  GHD_OPCODE_BINARY = 0x2,
  GHD_OPCODE_CLOSE = 0x8,
  GHD_OPCODE_PING = 0x9,
  GHD_OPCODE_PONG = 0xa,
} GhdOpcode;

/**
 * GhdPacket:
 *
 * One WebSocket message as a server sends it, header and payload in one piece. A server's messages
 * are not masked, so the same bytes serve every connection: encoded once, counted, and shared
 * between threads. Never changed once made.
 */
typedef struct
{
  atomic_uint ref_count;
  gsize size;
  guint8 data[];
} GhdPacket;

GhdPacket *ghd_packet_new (GhdOpcode opcode, gconstpointer payload, gsize size);
GhdPacket *ghd_packet_new_close (guint code, const char *reason);
GhdPacket *ghd_packet_new_raw (gconstpointer data, gsize size);
GhdPacket *ghd_packet_ref (GhdPacket *self);
void ghd_packet_unref (GhdPacket *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdPacket, ghd_packet_unref)

G_END_DECLS
