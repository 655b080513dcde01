/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-queue.h"

#include <string.h>

static void
push (GhdQueue *queue, const char *text)
{
  g_autoptr (GhdPacket) packet = ghd_packet_new (GHD_OPCODE_TEXT, text, strlen (text));

  ghd_queue_push (queue, packet);
}

static GBytes *
look (GhdQueue *queue, gsize max_bytes)
{
  struct iovec vectors[64];
  guint n = ghd_queue_peek (queue, vectors, G_N_ELEMENTS (vectors), max_bytes);
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    g_byte_array_append (bytes, vectors[i].iov_base, vectors[i].iov_len);

  return g_byte_array_free_to_bytes (bytes);
}

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  g_assert_cmpmem (data, size, expected, strlen (expected));
}

static void
test_headers (void)
{
  static const gsize sizes[] = { 0, 1, 125, 126, 65535, 65536, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *payload = g_strnfill (sizes[i], 'p');
      g_autoptr (GhdPacket) packet = ghd_packet_new (GHD_OPCODE_TEXT, payload, sizes[i]);
      gsize header = sizes[i] < 126 ? 2 : sizes[i] < 65536 ? 4 : 10;
      guint64 length = packet->data[1];

      if (header == 4)
        length = packet->data[2] << 8 | packet->data[3];
      if (header == 10)
        {
          memcpy (&length, packet->data + 2, 8);
          length = GUINT64_FROM_BE (length);
        }

      g_assert_cmpuint (packet->size, ==, header + sizes[i]);
      g_assert_cmphex (packet->data[0], ==, 0x81);
      g_assert_cmpuint (length, ==, sizes[i]);
      g_assert_cmpmem (packet->data + header, packet->size - header, payload, sizes[i]);
    }
}

static void
test_close_reason (void)
{
  g_autofree char *reason = g_strnfill (122, 'r');
  g_autofree char *longer = g_strconcat (reason, "\xc3\xa9", NULL); /* its last byte is the 124th */
  g_autoptr (GhdPacket) empty = ghd_packet_new_close (0, "ignored");
  g_autoptr (GhdPacket) plain = ghd_packet_new_close (4009, "slow");
  g_autoptr (GhdPacket) cut = ghd_packet_new_close (1000, longer);

  g_assert_cmpmem (empty->data, empty->size, "\x88\0", 2);
  g_assert_cmpmem (plain->data, plain->size, "\x88\x06\x0f\xa9slow", 8);
  g_assert_cmpuint (cut->size, ==, 2 + 2 + 122);
}

/* Whatever a write takes, what follows is the rest. */
static void
test_stream (void)
{
  GhdQueue queue = { 0 };
  g_autoptr (GByteArray) written = g_byte_array_new ();
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  guint n_pushed = 0;

  while (n_pushed < 200 || queue.n_bytes > 0)
    {
      g_autoptr (GBytes) next = NULL;
      gsize n;

      if (n_pushed < 200 && g_test_rand_bit ())
        {
          g_autofree char *text = g_strdup_printf ("message %u", n_pushed++);
          g_autoptr (GhdPacket) packet = ghd_packet_new (GHD_OPCODE_TEXT, text, strlen (text));

          g_byte_array_append (expected, packet->data, packet->size);
          ghd_queue_push (&queue, packet);
        }

      next = look (&queue, G_MAXSSIZE);
      n = g_bytes_get_size (next);
      if (n > 0)
        n = g_test_rand_int_range (0, n + 1);
      g_byte_array_append (written, g_bytes_get_data (next, NULL), n);
      ghd_queue_consume (&queue, n);
    }

  g_assert_cmpmem (written->data, written->len, expected->data, expected->len);
  ghd_queue_clear (&queue);
}

static void
test_truncate (void)
{
  GhdQueue queue = { 0 };
  g_autoptr (GBytes) head = NULL;
  g_autoptr (GBytes) limited = NULL;
  g_autoptr (GBytes) staged = NULL;

  /* Nothing of it is written: all of it goes. */
  push (&queue, "one");
  push (&queue, "two");
  ghd_queue_truncate (&queue, 0);
  g_assert_cmpuint (queue.n_bytes, ==, 0);
  g_assert_cmpuint (queue.n_packets, ==, 0);

  /* A frame that is begun must be ended. */
  push (&queue, "one");
  push (&queue, "two");
  ghd_queue_consume (&queue, 3);
  ghd_queue_truncate (&queue, 0);
  push (&queue, "end");
  head = look (&queue, G_MAXSSIZE);
  assert_bytes (head, "ne\x81\x03"
                      "end");
  limited = look (&queue, 3);
  assert_bytes (limited, "ne\x81");

  /* So must all that TLS has taken and not yet written. */
  push (&queue, "gone");
  ghd_queue_truncate (&queue, 3);
  staged = look (&queue, G_MAXSSIZE);
  assert_bytes (staged, "ne\x81\x03"
                        "end");
  ghd_queue_clear (&queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet/headers", test_headers);
  g_test_add_func ("/packet/close-reason", test_close_reason);
  g_test_add_func ("/queue/stream", test_stream);
  g_test_add_func ("/queue/truncate", test_truncate);

  return g_test_run ();
}
