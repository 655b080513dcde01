/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_BUFFER 4096

struct _BenchSocket
{
  int fd;
  SSL *ssl; /* NULL: plain */
  char *buffer;
  gsize capacity;
  gsize length;
};

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", what,
               g_strerror (errno));

  return FALSE;
}

/* Under TLS the descriptor itself blocks or does not. */
static void
set_blocking (BenchSocket *self, gboolean is_blocking)
{
  int flags = fcntl (self->fd, F_GETFL);

  fcntl (self->fd, F_SETFL, is_blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* Returns: -1 at the end or on an error, 0 when there is nothing yet, otherwise what was read */
static gssize
receive (BenchSocket *self, gpointer buffer, gsize size, gboolean wait)
{
  gssize n;

  if (self->ssl != NULL)
    {
      n = SSL_read (self->ssl, buffer, size);
      if (n <= 0)
        return SSL_get_error (self->ssl, n) == SSL_ERROR_WANT_READ ? 0 : -1;

      return n;
    }

  n = recv (self->fd, buffer, size, wait ? 0 : MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;

  return n > 0 ? n : -1;
}

static gssize
fill (BenchSocket *self, gboolean wait)
{
  gssize n;

  if (self->length == self->capacity)
    {
      self->capacity = MAX (self->capacity * 2, FIRST_BUFFER);
      self->buffer = g_realloc (self->buffer, self->capacity);
    }

  n = receive (self, self->buffer + self->length, self->capacity - self->length, wait);
  if (n > 0)
    self->length += n;

  return n;
}

static void
consume (BenchSocket *self, gsize size)
{
  self->length -= size;
  memmove (self->buffer, self->buffer + size, self->length);
}

static gboolean
send_all (BenchSocket *self, gconstpointer data, gsize size)
{
  if (self->ssl != NULL)
    return SSL_write (self->ssl, data, size) == (gssize) size;

  /* Small enough for an empty socket buffer to take it at once. */
  return send (self->fd, data, size, MSG_NOSIGNAL) == (gssize) size;
}

/**
 * bench_socket_connect:
 *
 * @tls: (nullable): what to speak TLS with
 *
 * Connects to a port of this machine.
 */
BenchSocket *
bench_socket_connect (guint16 port, SSL_CTX *tls, GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  g_autoptr (BenchSocket) self = g_new0 (BenchSocket, 1);
  int one = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (self->fd < 0 || connect (self->fd, (struct sockaddr *) &address, sizeof address) < 0)
    {
      fail (error, "Cannot connect");
      return NULL;
    }
  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

  if (tls != NULL)
    {
      self->ssl = SSL_new (tls);
      SSL_set_fd (self->ssl, self->fd);
      if (SSL_connect (self->ssl) != 1)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The TLS handshake failed");
          return NULL;
        }
    }

  return g_steal_pointer (&self);
}

void
bench_socket_free (BenchSocket *self)
{
  g_clear_pointer (&self->ssl, SSL_free);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->buffer);
  g_free (self);
}

int
bench_socket_get_fd (BenchSocket *self)
{
  return self->fd;
}

/* The end of the response's head, once it is there. */
static char *
read_head (BenchSocket *self, GError **error)
{
  for (;;)
    {
      char *end = self->length > 0 ? g_strstr_len (self->buffer, self->length, "\r\n\r\n") : NULL;

      if (end != NULL)
        return end + 4;
      if (fill (self, TRUE) < 0)
        {
          fail (error, "The daemon hung up");
          return NULL;
        }
    }
}

static gsize
find_content_length (BenchSocket *self, gsize head_size)
{
  const char *header = g_strstr_len (self->buffer, head_size, "\r\nContent-Length:");

  return header != NULL ? g_ascii_strtoull (header + strlen ("\r\nContent-Length:"), NULL, 10) : 0;
}

/**
 * bench_socket_post:
 * @token: (nullable): of whoever asks
 *
 * Returns: (transfer full) (nullable): the body of the answer; an error when it is a refusal
 */
char *
bench_socket_post (BenchSocket *self, const char *path, const char *token, const char *body,
                   GError **error)
{
  g_autofree char *request = NULL;
  g_autofree char *answer = NULL;
  const char *head;
  gsize head_size;
  gsize size;
  gboolean well;

  request =
    g_strdup_printf ("POST %s HTTP/1.1\r\nHost: bench\r\n%s%s%sContent-Length: %zu\r\n\r\n%s", path,
                     token != NULL ? "Authorization: Bearer " : "", token != NULL ? token : "",
                     token != NULL ? "\r\n" : "", strlen (body), body);
  if (!send_all (self, request, strlen (request)))
    {
      fail (error, "Cannot send");
      return NULL;
    }

  head = read_head (self, error);
  if (head == NULL)
    return NULL;
  head_size = head - self->buffer;
  size = find_content_length (self, head_size);
  while (self->length < head_size + size)
    {
      if (fill (self, TRUE) < 0)
        {
          fail (error, "The daemon hung up");
          return NULL;
        }
    }

  well = g_str_has_prefix (self->buffer, "HTTP/1.1 200 ");
  answer = g_strndup (self->buffer + head_size, size);
  consume (self, head_size + size);
  if (!well)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s was refused: %s", path, answer);
      return NULL;
    }

  return g_steal_pointer (&answer);
}

/**
 * bench_socket_upgrade:
 *
 * Makes the WebSocket handshake.
 */
gboolean
bench_socket_upgrade (BenchSocket *self, GError **error)
{
  static const char request[] = "GET /client/v1/gateway HTTP/1.1\r\nHost: bench\r\n"
                                "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                "Sec-WebSocket-Version: 13\r\n\r\n";
  char *head;

  if (!send_all (self, request, sizeof request - 1))
    return fail (error, "Cannot send");

  head = read_head (self, error);
  if (head == NULL)
    return FALSE;
  if (!g_str_has_prefix (self->buffer, "HTTP/1.1 101 "))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The handshake was refused");
      return FALSE;
    }
  consume (self, head - self->buffer);

  return TRUE;
}

/**
 * bench_socket_send_text:
 * @text: less than 64 KiB
 *
 * Masked with zero, which is as good as any other mask and costs nothing.
 */
gboolean
bench_socket_send_text (BenchSocket *self, const char *text)
{
  char frame[2048] = { (char) 0x81, (char) 0x80 };
  gsize size = strlen (text);
  gsize head = 2;

  g_assert (size < sizeof frame - 8);

  if (size < 126)
    {
      frame[1] |= size;
    }
  else
    {
      frame[1] |= 126;
      frame[2] = size >> 8;
      frame[3] = size & 0xff;
      head = 4;
    }
  memset (frame + head, 0, 4);
  memcpy (frame + head + 4, text, size);

  return send_all (self, frame, head + 4 + size);
}

static gsize
measure_frame (const guint8 *bytes, gsize length, gsize *head)
{
  gsize size;

  *head = 2;
  if (length < 2)
    return 0;

  size = bytes[1];
  if (size == 126)
    {
      *head = 4;
      size = length >= 4 ? (gsize) bytes[2] << 8 | bytes[3] : 0;
    }
  else if (size == 127)
    {
      *head = 10;
      size = 0;
      for (guint i = 2; i < 10 && length >= 10; i++)
        size = size << 8 | bytes[i];
    }

  return length >= *head ? size : 0;
}

/**
 * bench_socket_rest:
 *
 * From now on bench_socket_read() is what is used, and nothing is kept that it does not need.
 */
void
bench_socket_rest (BenchSocket *self)
{
  set_blocking (self, FALSE);
  if (self->length == 0)
    {
      g_clear_pointer (&self->buffer, g_free);
      self->capacity = 0;
    }
}

/**
 * bench_socket_read:
 *
 * Does not block.
 *
 * Returns: what was read, 0 when there is nothing, -1 at the end
 */
gssize
bench_socket_read (BenchSocket *self, guint8 *buffer, gsize size)
{
  gsize n = MIN (size, self->length);

  if (n > 0)
    {
      memcpy (buffer, self->buffer, n);
      consume (self, n);
      return n;
    }

  return receive (self, buffer, size, FALSE);
}

/**
 * bench_socket_receive:
 * @wait: whether to block until something comes
 * @func: called for each whole text frame
 *
 * Returns: %FALSE when the daemon hung up or closes
 */
gboolean
bench_socket_receive (BenchSocket *self, gboolean wait, BenchFrameFunc func, gpointer user_data)
{
  gsize at = 0;

  if (fill (self, wait) < 0)
    return FALSE;

  for (;;)
    {
      const guint8 *bytes = (const guint8 *) self->buffer + at;
      gsize head;
      gsize size = measure_frame (bytes, self->length - at, &head);

      if (self->length - at < head + size)
        break;
      if ((bytes[0] & 0x0f) != 0x1)
        return FALSE;
      func (self, (const char *) bytes + head, size, user_data);
      at += head + size;
    }
  consume (self, at);

  return TRUE;
}
