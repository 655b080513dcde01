/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-packet.h"

#include <sys/uio.h>

G_BEGIN_DECLS

/* So many wait without a ring of their own, for which memory would have to be fetched. */
#define GHD_QUEUE_FEW 4

/**
 * GhdQueue:
 *
 * Packets that wait to be written, a stream of bytes to whoever writes. Part of its owner; start it
 * zeroed.
 */
typedef struct
{
  GhdPacket *few[GHD_QUEUE_FEW]; /* the ring while packets is NULL */
  GhdPacket **packets;
  guint capacity; /* of packets; a power of two */
  guint head;
  guint n_packets;
  gsize offset;  /* bytes of the first packet that are gone */
  gsize n_bytes; /* that wait */
} GhdQueue;

void ghd_queue_push (GhdQueue *self, GhdPacket *packet);
guint ghd_queue_peek (GhdQueue *self, struct iovec *vectors, guint max_vectors, gsize max_bytes);
void ghd_queue_consume (GhdQueue *self, gsize n_bytes);
void ghd_queue_truncate (GhdQueue *self, gsize n_bytes);
void ghd_queue_clear (GhdQueue *self);

G_END_DECLS
