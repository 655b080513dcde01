/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-unframer.h"

#include "gh-frame.h"
#include "test-frames.h"

#define MAX_MESSAGE 1000

typedef struct
{
  GPtrArray *messages; /* "T:…" for text, "B:…" for binary */
  gboolean wants_more;
} Taken;

static void
on_message (GhdOpcode opcode, const char *data, gsize size, gpointer user_data)
{
  Taken *taken = user_data;

  g_ptr_array_add (taken->messages,
                   g_strdup_printf ("%c:%.*s", opcode == GHD_OPCODE_TEXT ? 'T' : 'B', (int) size,
                                    data));
}

static gboolean
wants_more (gpointer user_data)
{
  return ((Taken *) user_data)->wants_more;
}

static const GhdUnframerFuncs funcs = { on_message, wants_more };

static void
taken_init (Taken *taken)
{
  taken->messages = g_ptr_array_new_with_free_func (g_free);
  taken->wants_more = TRUE;
}

static GhdUnframerState
feed (GhdUnframer *unframer, const guint8 *data, gsize size, Taken *taken, GByteArray *pongs)
{
  g_autoptr (GhdPacket) packet = NULL;
  GhdUnframerState state;
  gsize used;

  state = ghd_unframer_feed (unframer, data, size, &used, &funcs, taken);
  if (state == GHD_UNFRAMER_OPEN)
    g_assert_cmpuint (used, ==, size);

  packet = ghd_unframer_take_pongs (unframer);
  if (packet != NULL)
    g_byte_array_append (pongs, packet->data, packet->size);

  return state;
}

static GByteArray *
build_conversation (void)
{
  GByteArray *wire = g_byte_array_new ();
  g_autofree char *longer = g_strnfill (700, 'x');

  append_text (wire, "whole");
  append_frame (wire, OP_TEXT, "h\xc3", 2); /* "hé", cut in the middle of the character */
  append_frame (wire, FIN | OP_PING, "one", 3);
  append_frame (wire, OP_CONTINUATION, "", 0);
  append_frame (wire, FIN | OP_PONG, "unasked", 7);
  append_frame (wire, FIN | OP_PING, "", 0);
  append_frame (wire, FIN | OP_CONTINUATION, "\xa9!", 2);
  append_frame (wire, FIN | OP_BINARY, "\x01\x02", 2);
  append_text (wire, longer);
  append_text (wire, "");

  return wire;
}

static void
check_conversation (Taken *taken, GByteArray *pongs)
{
  static const guint8 expected_pongs[] = { FIN | OP_PONG, 3, 'o', 'n', 'e', FIN | OP_PONG, 0 };

  g_assert_cmpuint (taken->messages->len, ==, 5);
  g_assert_cmpstr (taken->messages->pdata[0], ==, "T:whole");
  g_assert_cmpstr (taken->messages->pdata[1], ==, "T:h\xc3\xa9!");
  g_assert_cmpstr (taken->messages->pdata[2], ==, "B:\x01\x02");
  g_assert_cmpuint (strlen (taken->messages->pdata[3]), ==, 702);
  g_assert_cmpstr (taken->messages->pdata[4], ==, "T:");
  g_assert_cmpmem (pongs->data, pongs->len, expected_pongs, sizeof expected_pongs);
}

static void
test_cut_anywhere (void)
{
  g_autoptr (GByteArray) wire = build_conversation ();

  for (gsize cut = 0; cut <= wire->len; cut++)
    {
      g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
      g_autoptr (GByteArray) pongs = g_byte_array_new ();
      Taken taken;

      taken_init (&taken);
      g_assert_cmpint (feed (unframer, wire->data, cut, &taken, pongs), ==, GHD_UNFRAMER_OPEN);
      g_assert_cmpint (feed (unframer, wire->data + cut, wire->len - cut, &taken, pongs), ==,
                       GHD_UNFRAMER_OPEN);
      check_conversation (&taken, pongs);
      g_assert_true (ghd_unframer_is_idle (unframer));
      g_ptr_array_unref (taken.messages);
    }
}

static void
test_byte_by_byte (void)
{
  g_autoptr (GByteArray) wire = build_conversation ();
  g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
  g_autoptr (GByteArray) pongs = g_byte_array_new ();
  Taken taken;

  taken_init (&taken);
  for (gsize i = 0; i < wire->len; i++)
    g_assert_cmpint (feed (unframer, wire->data + i, 1, &taken, pongs), ==, GHD_UNFRAMER_OPEN);
  check_conversation (&taken, pongs);
  g_ptr_array_unref (taken.messages);
}

/* It may go to another connection between two messages, and only there. */
static void
test_idle (void)
{
  g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autoptr (GByteArray) pongs = g_byte_array_new ();
  gsize first;
  gsize second;
  Taken taken;

  taken_init (&taken);
  append_text (wire, "one message");
  first = wire->len;
  append_frame (wire, OP_TEXT, "a", 1);
  second = wire->len;
  append_frame (wire, FIN | OP_CONTINUATION, "b", 1);

  g_assert_true (ghd_unframer_is_idle (unframer));
  for (gsize i = 0; i < wire->len; i++)
    {
      feed (unframer, wire->data + i, 1, &taken, pongs);
      g_assert_cmpint (ghd_unframer_is_idle (unframer), ==, i + 1 == first || i + 1 == wire->len);
    }
  g_assert_cmpuint (second, <, wire->len);
  g_assert_cmpuint (taken.messages->len, ==, 2);
  g_ptr_array_unref (taken.messages);
}

static void
test_hold_back (void)
{
  g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  gsize used;
  Taken taken;

  taken_init (&taken);
  append_text (wire, "later");

  taken.wants_more = FALSE;
  g_assert_cmpint (ghd_unframer_feed (unframer, wire->data, wire->len, &used, &funcs, &taken), ==,
                   GHD_UNFRAMER_OPEN);
  g_assert_cmpuint (used, ==, 0);
  g_assert_cmpuint (taken.messages->len, ==, 0);

  taken.wants_more = TRUE;
  ghd_unframer_feed (unframer, wire->data, wire->len, &used, &funcs, &taken);
  g_assert_cmpuint (used, ==, wire->len);
  g_assert_cmpuint (taken.messages->len, ==, 1);
  g_ptr_array_unref (taken.messages);
}

static void
test_close (void)
{
  static const struct
  {
    const char *payload;
    gsize size;
    GhdUnframerState state;
    guint code;
  } cases[] = {
    { "", 0, GHD_UNFRAMER_CLOSED, 1000 },
    { "\x03\xe8", 2, GHD_UNFRAMER_CLOSED, 1000 },
    { "\x03\xe9going", 7, GHD_UNFRAMER_CLOSED, 1001 },
    { "\x0f\xa1", 2, GHD_UNFRAMER_CLOSED, 4001 },
    { "\x03", 1, GHD_UNFRAMER_FAILED, 1002 },     /* half a code */
    { "\x03\xed", 2, GHD_UNFRAMER_FAILED, 1002 }, /* 1005 is never sent */
    { "\x00\x01", 2, GHD_UNFRAMER_FAILED, 1002 },
    { "\x03\xe8\xff", 3, GHD_UNFRAMER_FAILED, 1007 }, /* the reason is text */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
      g_autoptr (GByteArray) wire = g_byte_array_new ();
      g_autoptr (GByteArray) pongs = g_byte_array_new ();
      Taken taken;

      taken_init (&taken);
      append_frame (wire, FIN | OP_CLOSE, cases[i].payload, cases[i].size);
      append_text (wire, "after the end");
      g_assert_cmpint (feed (unframer, wire->data, wire->len, &taken, pongs), ==, cases[i].state);
      g_assert_cmpuint (ghd_unframer_get_close_code (unframer), ==, cases[i].code);
      g_assert_cmpuint (taken.messages->len, ==, 0);
      g_ptr_array_unref (taken.messages);
    }
}

/* A reason is text, wherever it is cut. */
static void
test_close_in_pieces (void)
{
  static const char payload[] = "\x0f\xa1Grüße aus dem дом 🏰";
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  append_text (wire, "before");
  append_frame (wire, FIN | OP_CLOSE, payload, sizeof payload - 1);

  for (gsize first = 0; first <= wire->len; first++)
    for (gsize second = first; second <= wire->len; second++)
      {
        g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
        g_autoptr (GByteArray) pongs = g_byte_array_new ();
        const gsize cuts[] = { 0, first, second, wire->len };
        GhdUnframerState state = GHD_UNFRAMER_OPEN;
        Taken taken;

        taken_init (&taken);
        for (guint i = 0; i < 3 && state == GHD_UNFRAMER_OPEN; i++)
          state = feed (unframer, wire->data + cuts[i], cuts[i + 1] - cuts[i], &taken, pongs);
        g_assert_cmpint (state, ==, GHD_UNFRAMER_CLOSED);
        g_assert_cmpuint (ghd_unframer_get_close_code (unframer), ==, 4001);
        g_assert_cmpuint (taken.messages->len, ==, 1);
        g_ptr_array_unref (taken.messages);
      }
}

static void
check_refused (GByteArray *wire, guint code)
{
  g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
  g_autoptr (GByteArray) pongs = g_byte_array_new ();
  GhdUnframerState state = GHD_UNFRAMER_OPEN;
  Taken taken;

  taken_init (&taken);
  for (gsize i = 0; i < wire->len && state == GHD_UNFRAMER_OPEN; i++)
    state = feed (unframer, wire->data + i, 1, &taken, pongs);
  g_assert_cmpint (state, ==, GHD_UNFRAMER_FAILED);
  g_assert_cmpuint (ghd_unframer_get_close_code (unframer), ==, code);
  g_assert_cmpuint (taken.messages->len, ==, 0);
  g_ptr_array_unref (taken.messages);
}

static void
test_broken (void)
{
  static const struct
  {
    const char *what;
    const char *bytes;
    gsize size;
    guint code;
  } cases[] = {
    { "no mask", "\x81\x01x", 3, 1002 },
    { "a reserved bit", "\xc1\x81\0\0\0\0x", 7, 1002 },
    { "an unknown opcode", "\x83\x81\0\0\0\0x", 7, 1002 },
    { "an unknown control opcode", "\x8b\x81\0\0\0\0x", 7, 1002 },
    { "a length that fits in less", "\x81\xfe\0\x05\0\0\0\0hello", 13, 1002 },
    { "a long length that fits in less", "\x81\xff\0\0\0\0\0\0\0\x05\0\0\0\0hello", 19, 1002 },
    { "a negative length", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14, 1002 },
    { "a fragmented ping", "\x09\x81\0\0\0\0x", 7, 1002 },
    { "a long ping", "\x89\xfe\0\x7e\0\0\0\0", 8, 1002 },
    { "a continuation of nothing", "\x80\x81\0\0\0\0x", 7, 1002 },
    { "a message within a message", "\x01\x81\0\0\0\0x\x81\x81\0\0\0\0y", 14, 1002 },
    { "text that is not UTF-8", "\x81\x82\0\0\0\0\xc0\x80", 8, 1007 },
    { "text that ends within a character", "\x81\x81\0\0\0\0\xc3", 7, 1007 },
    { "a surrogate", "\x81\x83\0\0\0\0\xed\xa0\x80", 9, 1007 },
    { "more than may come", "\x81\xfe\x03\xe9\0\0\0\0x", 9, GH_CLOSE_TOO_LARGE },
    { "much more than may come", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0x", 15,
      GH_CLOSE_TOO_LARGE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) wire = g_byte_array_new ();

      g_test_message ("%s", cases[i].what);
      g_byte_array_append (wire, (const guint8 *) cases[i].bytes, cases[i].size);
      check_refused (wire, cases[i].code);
    }
}

static void
test_too_large_in_fragments (void)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autofree char *part = g_strnfill (400, 'x');

  append_frame (wire, OP_TEXT, part, 400);
  append_frame (wire, OP_CONTINUATION, part, 400);
  append_frame (wire, FIN | OP_CONTINUATION, part, 201);

  check_refused (wire, GH_CLOSE_TOO_LARGE);
}

/* Garbage may end in anything but a crash. */
static void
test_noise (void)
{
  for (guint round = 0; round < 2000; round++)
    {
      g_autoptr (GhdUnframer) unframer = ghd_unframer_new (MAX_MESSAGE);
      g_autoptr (GByteArray) pongs = g_byte_array_new ();
      guint8 noise[300];
      gsize used;
      Taken taken;

      taken_init (&taken);
      for (gsize i = 0; i < sizeof noise; i++)
        noise[i] = g_test_rand_int_range (0, 256);
      noise[0] = FIN | OP_TEXT;
      noise[1] |= MASKED;
      if (ghd_unframer_feed (unframer, noise, sizeof noise, &used, &funcs, &taken)
          == GHD_UNFRAMER_OPEN)
        g_assert_cmpuint (ghd_unframer_get_close_code (unframer), ==, 0);
      else
        g_assert_cmpuint (ghd_unframer_get_close_code (unframer), >=, 1000);
      g_ptr_array_unref (taken.messages);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unframer/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/unframer/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/unframer/idle", test_idle);
  g_test_add_func ("/unframer/hold-back", test_hold_back);
  g_test_add_func ("/unframer/close", test_close);
  g_test_add_func ("/unframer/close-in-pieces", test_close_in_pieces);
  g_test_add_func ("/unframer/broken", test_broken);
  g_test_add_func ("/unframer/too-large-in-fragments", test_too_large_in_fragments);
  g_test_add_func ("/unframer/noise", test_noise);

  return g_test_run ();
}
