/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what a client sends over its WebSocket: however they are cut, the same messages come
 * out, and the connection ends at the same place. The first byte says where to cut. wslay misjudges
 * the text of a close frame that comes in pieces, so where there may be one, only what came before
 * it is compared. */
#include "fuzz.h"

#include "ghd-unframer.h"

#define MAX_MESSAGE 4096
#define CLOSE_FRAME 0x88

static void
on_message (GhdOpcode opcode, const char *data, gsize size, gpointer user_data)
{
  GByteArray *seen = user_data;
  guint8 head[5] = { opcode, size >> 24, size >> 16, size >> 8, size };

  must (opcode == GHD_OPCODE_TEXT || opcode == GHD_OPCODE_BINARY);
  must (size <= MAX_MESSAGE);
  must (opcode != GHD_OPCODE_TEXT || g_utf8_validate_len (data, size, NULL)
        || memchr (data, '\0', size) != NULL);

  g_byte_array_append (seen, head, sizeof head);
  g_byte_array_append (seen, (const guint8 *) data, size);
}

static gboolean
wants_more (gpointer user_data)
{
  return TRUE;
}

/* What came out, and in @end the answers to pings and whether it was closed. */
static GByteArray *
run (const guint8 *data, gsize size, gsize step, GByteArray *end)
{
  static const GhdUnframerFuncs funcs = { on_message, wants_more };
  g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
  GByteArray *seen = g_byte_array_new ();
  GhdUnframerState state = GHD_UNFRAMER_OPEN;
  guint code;

  for (gsize at = 0; at < size && state == GHD_UNFRAMER_OPEN; at += step)
    {
      g_autoptr (GhdPacket) packet = NULL;
      gsize part = MIN (step, size - at);
      gsize used;

      state = ghd_unframer_feed (unframer, data + at, part, &used, &funcs, seen);
      must (used == part || state != GHD_UNFRAMER_OPEN);
      packet = ghd_unframer_take_pongs (unframer);
      must (packet == NULL || state == GHD_UNFRAMER_OPEN);
      if (packet != NULL)
        g_byte_array_append (end, packet->data, packet->size);
    }

  code = ghd_unframer_get_close_code (unframer);
  must ((code == 0) == (state == GHD_UNFRAMER_OPEN));
  must (state == GHD_UNFRAMER_OPEN || !ghd_unframer_is_idle (unframer));

  /* A peer that is cut off need not get its last pongs. */
  if (state != GHD_UNFRAMER_OPEN)
    g_byte_array_set_size (end, 0);

  return seen;
}

static gboolean
is_same (GByteArray *a, GByteArray *b)
{
  /* An empty array has no data to compare. */
  return a->len == b->len && (a->len == 0 || memcmp (a->data, b->data, a->len) == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) whole = NULL;
  g_autoptr (GByteArray) whole_end = g_byte_array_new ();
  g_autoptr (GByteArray) cut = NULL;
  g_autoptr (GByteArray) cut_end = g_byte_array_new ();

  if (size < 1)
    return 0;

  whole = run (data + 1, size - 1, MAX (size, 2) - 1, whole_end);
  cut = run (data + 1, size - 1, data[0] % 16 + 1, cut_end);

  must (is_same (whole, cut));
  if (memchr (data + 1, CLOSE_FRAME, size - 1) == NULL)
    must (is_same (whole_end, cut_end));

  return 0;
}
