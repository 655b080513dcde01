/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* What a client may send, right and wrong: frames of RFC 6455, section 5.2. */

#define OP_CONTINUATION 0x0
#define OP_TEXT 0x1
#define OP_BINARY 0x2
#define OP_CLOSE 0x8
#define OP_PING 0x9
#define OP_PONG 0xa

#define FIN 0x80
#define MASKED 0x80

static inline void
append_payload (GByteArray *wire, gconstpointer payload, gsize size)
{
  static const guint8 mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
  const guint8 *bytes = payload;

  g_byte_array_append (wire, mask, sizeof mask);
  for (gsize i = 0; i < size; i++)
    {
      guint8 masked = bytes[i] ^ mask[i % 4];

      g_byte_array_append (wire, &masked, 1);
    }
}

static inline void
append_header (GByteArray *wire, guint8 first, guint8 masked, guint64 size)
{
  guint8 header[10] = { first, masked };
  gsize header_size = 2;

  if (size < 126)
    {
      header[1] |= size;
    }
  else if (size <= G_MAXUINT16)
    {
      guint16 length = GUINT16_TO_BE (size);

      header[1] |= 126;
      memcpy (header + 2, &length, sizeof length);
      header_size = 4;
    }
  else
    {
      guint64 length = GUINT64_TO_BE (size);

      header[1] |= 127;
      memcpy (header + 2, &length, sizeof length);
      header_size = 10;
    }

  g_byte_array_append (wire, header, header_size);
}

static inline void
append_frame (GByteArray *wire, guint8 first, /* FIN, reserved bits and opcode */
              gconstpointer payload, gsize size)
{
  append_header (wire, first, MASKED, size);
  append_payload (wire, payload, size);
}

static inline void
append_text (GByteArray *wire, const char *text)
{
  append_frame (wire, FIN | OP_TEXT, text, strlen (text));
}
