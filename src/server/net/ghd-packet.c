/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-packet.h"

#include <string.h>

/* RFC 6455, section 5.5: a control frame carries at most 125 bytes; a close code takes two. */
#define MAX_REASON 123

#define FIN 0x80

/**
 * ghd_packet_new:
 * @payload: (nullable): @size bytes, copied
 *
 * Returns: (transfer full): the message in one unfragmented, unmasked frame
 */
GhdPacket *
ghd_packet_new (GhdOpcode opcode, gconstpointer payload, gsize size)
{
  GhdPacket *self;
  gsize header_size = size < 126 ? 2 : size <= G_MAXUINT16 ? 4 : 10;

  self = g_malloc (sizeof *self + header_size + size);
  atomic_init (&self->ref_count, 1);
  self->size = header_size + size;

  self->data[0] = FIN | opcode;
  if (header_size == 2)
    {
      self->data[1] = size;
    }
  else if (header_size == 4)
    {
      guint16 length = GUINT16_TO_BE (size);

      self->data[1] = 126;
      memcpy (self->data + 2, &length, sizeof length);
    }
  else
    {
      guint64 length = GUINT64_TO_BE (size);

      self->data[1] = 127;
      memcpy (self->data + 2, &length, sizeof length);
    }

  if (size > 0)
    memcpy (self->data + header_size, payload, size);

  return self;
}

/**
 * ghd_packet_new_close:
 * @code: 0 for a close frame without a code
 * @reason: (nullable): valid UTF-8; cut to what a close frame can carry
 */
GhdPacket *
ghd_packet_new_close (guint code, const char *reason)
{
  guint8 payload[2 + MAX_REASON];
  gsize size = 0;

  if (code != 0)
    {
      payload[0] = code >> 8;
      payload[1] = code & 0xff;
      size = 2;
    }

  if (code != 0 && reason != NULL)
    {
      gsize length = strlen (reason);

      if (length > MAX_REASON)
        {
          /* Not in the middle of a character. */
          length = MAX_REASON;
          while (length > 0 && ((guint8) reason[length] & 0xc0) == 0x80)
            length--;
        }
      memcpy (payload + 2, reason, length);
      size += length;
    }

  return ghd_packet_new (GHD_OPCODE_CLOSE, payload, size);
}

/**
 * ghd_packet_new_raw:
 * @data: whole frames, copied
 */
GhdPacket *
ghd_packet_new_raw (gconstpointer data, gsize size)
{
  GhdPacket *self = g_malloc (sizeof *self + size);

  atomic_init (&self->ref_count, 1);
  self->size = size;
  memcpy (self->data, data, size);

  return self;
}

GhdPacket *
ghd_packet_ref (GhdPacket *self)
{
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);

  return self;
}

void
ghd_packet_unref (GhdPacket *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1)
    g_free (self);
}
