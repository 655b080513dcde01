/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-refusal.h"

#include <libdex.h>
#include <sys/socket.h>

#define DRAIN_CHUNK (64 * 1024)

/*
 * libsoup answers a request only after it has read all of its body. To refuse one that is too large
 * the connection is taken from it: the answer goes out at once, then our side is shut, and what the
 * client still sends is thrown away for a while, since closing at once would make the kernel
 * discard the answer (RFC 9112, section 9.6).
 */
typedef struct
{
  GIOStream *stream;
  GBytes *answer;
  int fd; /* of the connection that stream keeps */
} Refusal;

static void
refusal_free (gpointer data)
{
  Refusal *refusal = data;

  g_object_unref (refusal->stream);
  g_bytes_unref (refusal->answer);
  g_free (refusal);
}

static DexFuture *
refuse_fiber (gpointer data)
{
  Refusal *refusal = data;
  GOutputStream *output = g_io_stream_get_output_stream (refusal->stream);
  GInputStream *input = g_io_stream_get_input_stream (refusal->stream);
  gsize size = g_bytes_get_size (refusal->answer);
  gsize sent = 0;

  while (sent < size)
    {
      g_autoptr (GBytes) rest = g_bytes_new_from_bytes (refusal->answer, sent, size - sent);
      gssize n = dex_await_int64 (dex_output_stream_write_bytes (output, rest, G_PRIORITY_DEFAULT),
                                  NULL);

      if (n <= 0)
        break;
      sent += n;
    }

  shutdown (refusal->fd, SHUT_WR);

  /* Until the client is done, or its visitor is sent away for taking too long. */
  while (sent == size)
    {
      g_autoptr (GBytes) ignored = NULL;

      ignored = dex_await_boxed (dex_input_stream_read_bytes (input, DRAIN_CHUNK,
                                                              G_PRIORITY_DEFAULT),
                                 NULL);
      if (ignored == NULL || g_bytes_get_size (ignored) == 0)
        break;
    }

  shutdown (refusal->fd, SHUT_RDWR);

  return NULL;
}

static GBytes *
write_answer (SoupServerMessage *message, GBytes *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (GString) answer = g_string_new (NULL);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_set_content_length (headers, body != NULL ? g_bytes_get_size (body) : 0);

  g_string_append_printf (answer, "HTTP/1.1 %u %s\r\n", soup_server_message_get_status (message),
                          soup_server_message_get_reason_phrase (message));
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_string_append_printf (answer, "%s: %s\r\n", name, value);
  g_string_append (answer, "\r\n");
  if (body != NULL)
    g_string_append_len (answer, g_bytes_get_data (body, NULL), g_bytes_get_size (body));

  return g_string_free_to_bytes (g_steal_pointer (&answer));
}

/**
 * ghd_refusal_send:
 * @message: has its answer's status and headers; libsoup forgets it
 * @visitor: goes on watching the time
 * @body: (nullable): of the answer
 */
void
ghd_refusal_send (SoupServerMessage *message, GhdVisitor *visitor, GBytes *body)
{
  Refusal *refusal;
  GIOStream *stream;
  g_autoptr (GBytes) answer = write_answer (message, body);

  stream = soup_server_message_steal_connection (message);
  if (stream == NULL || visitor == NULL)
    {
      g_clear_object (&stream);
      return;
    }

  ghd_visitor_enter (visitor, GHD_VISITOR_READING, 0);
  refusal = g_new0 (Refusal, 1);
  refusal->stream = stream;
  refusal->answer = g_steal_pointer (&answer);
  refusal->fd = ghd_visitor_get_fd (visitor);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, refuse_fiber, refusal, refusal_free));
}
