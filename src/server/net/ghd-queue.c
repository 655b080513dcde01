/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-queue.h"

#include <string.h>

#define KEPT_CAPACITY 16 /* a larger ring is given back once it is empty */

static guint
get_capacity (GhdQueue *self)
{
  return self->packets != NULL ? self->capacity : GHD_QUEUE_FEW;
}

static GhdPacket **
slot (GhdQueue *self, guint index)
{
  GhdPacket **packets = self->packets != NULL ? self->packets : self->few;

  return &packets[(self->head + index) & (get_capacity (self) - 1)];
}

/**
 * ghd_queue_push:
 * @packet: a reference is taken
 */
void
ghd_queue_push (GhdQueue *self, GhdPacket *packet)
{
  if (self->n_packets == get_capacity (self))
    {
      guint capacity = get_capacity (self) * 2;
      GhdPacket **packets = g_new (GhdPacket *, capacity);

      for (guint i = 0; i < self->n_packets; i++)
        packets[i] = *slot (self, i);
      g_free (self->packets);
      self->packets = packets;
      self->capacity = capacity;
      self->head = 0;
    }

  *slot (self, self->n_packets++) = ghd_packet_ref (packet);
  self->n_bytes += packet->size;
}

/**
 * ghd_queue_peek:
 * @vectors: filled with what is to be written next
 *
 * Returns: how many vectors were filled; their bytes are at most @max_bytes together
 */
guint
ghd_queue_peek (GhdQueue *self, struct iovec *vectors, guint max_vectors, gsize max_bytes)
{
  gsize offset = self->offset;
  guint n = 0;

  for (; n < self->n_packets && n < max_vectors && max_bytes > 0; n++)
    {
      GhdPacket *packet = *slot (self, n);
      gsize size = MIN (packet->size - offset, max_bytes);

      vectors[n].iov_base = packet->data + offset;
      vectors[n].iov_len = size;
      max_bytes -= size;
      offset = 0;
    }

  return n;
}

/**
 * ghd_queue_consume:
 * @n_bytes: how many bytes from the front were written
 */
void
ghd_queue_consume (GhdQueue *self, gsize n_bytes)
{
  g_assert (n_bytes <= self->n_bytes);

  self->n_bytes -= n_bytes;
  n_bytes += self->offset;

  while (self->n_packets > 0 && n_bytes >= (*slot (self, 0))->size)
    {
      n_bytes -= (*slot (self, 0))->size;
      ghd_packet_unref (*slot (self, 0));
      self->head = (self->head + 1) & (get_capacity (self) - 1);
      self->n_packets--;
    }
  self->offset = n_bytes;

  if (self->n_packets == 0 && self->capacity > KEPT_CAPACITY)
    ghd_queue_clear (self);
}

/**
 * ghd_queue_truncate:
 * @n_bytes: bytes at the front that must stay
 *
 * Drops every packet of which nothing was written and nothing must stay, so that what follows is
 * still a sequence of whole frames.
 */
void
ghd_queue_truncate (GhdQueue *self, gsize n_bytes)
{
  gsize kept_bytes = 0;
  guint n_kept = 0;

  while (n_kept < self->n_packets && (kept_bytes < n_bytes || (n_kept == 0 && self->offset > 0)))
    {
      kept_bytes += (*slot (self, n_kept))->size - (n_kept == 0 ? self->offset : 0);
      n_kept++;
    }

  for (guint i = n_kept; i < self->n_packets; i++)
    ghd_packet_unref (*slot (self, i));
  self->n_packets = n_kept;
  self->n_bytes = kept_bytes;
}

void
ghd_queue_clear (GhdQueue *self)
{
  for (guint i = 0; i < self->n_packets; i++)
    ghd_packet_unref (*slot (self, i));

  g_free (self->packets);
  memset (self, 0, sizeof *self);
}
