/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static gssize
negative_errno (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return -EAGAIN;

  return -ECONNRESET; /* whatever it was, the connection is of no more use */
}

static gssize
write_tls (GhdTransport *self, struct iovec *vectors, guint n_vectors)
{
  guint8 record[GHD_TLS_RECORD];
  g_autoptr (GError) error = NULL;
  gsize limit = self->staged > 0 ? self->staged : sizeof record;
  gsize size = 0;
  gssize n;

  for (guint i = 0; i < n_vectors && size < limit; i++)
    {
      gsize part = MIN (vectors[i].iov_len, limit - size);

      memcpy (record + size, vectors[i].iov_base, part);
      size += part;
    }
  g_assert (self->staged == 0 || size == self->staged);

  n = g_pollable_output_stream_write_nonblocking (self->output, record, size, NULL, &error);
  if (n >= 0)
    {
      self->staged = 0;
      return n;
    }

  n = negative_errno (error);
  if (n == -EAGAIN)
    self->staged = size;

  return n;
}

/**
 * ghd_transport_init:
 * @fd: connected and non-blocking
 * @stream: (nullable) (transfer full): what closes @fd; needed when @is_tls, then the
 *   #GTlsConnection with its handshake done
 */
void
ghd_transport_init (GhdTransport *self, int fd, GIOStream *stream, gboolean is_tls)
{
  memset (self, 0, sizeof *self);
  self->fd = fd;
  self->stream = stream;
  self->max_write = G_MAXSSIZE;

  if (is_tls)
    {
      self->max_write = GHD_TLS_RECORD;
      self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
      self->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));
    }
}

gboolean
ghd_transport_is_tls (GhdTransport *self)
{
  return self->output != NULL;
}

/**
 * ghd_transport_read:
 *
 * Returns: how many bytes were read, 0 at the end, or a negative errno; -%EAGAIN when there is
 *   nothing yet. TLS may hold more that its descriptor does not show: read until then.
 */
gssize
ghd_transport_read (GhdTransport *self, guint8 *buffer, gsize size)
{
  g_autoptr (GError) error = NULL;
  gssize n;

  if (self->input == NULL)
    {
      do
        n = recv (self->fd, buffer, size, MSG_DONTWAIT);
      while (n < 0 && errno == EINTR);

      return n >= 0 ? n : -errno;
    }

  n = g_pollable_input_stream_read_nonblocking (self->input, buffer, size, NULL, &error);

  return n >= 0 ? n : negative_errno (error);
}

/**
 * ghd_transport_write:
 *
 * After -%EAGAIN the next call must begin with the same @self->staged bytes.
 *
 * Returns: how many bytes were taken, or a negative errno
 */
gssize
ghd_transport_write (GhdTransport *self, struct iovec *vectors, guint n_vectors)
{
  struct msghdr message = { .msg_iov = vectors, .msg_iovlen = n_vectors };
  gssize n;

  if (self->output != NULL)
    return write_tls (self, vectors, n_vectors);

  /* One piece, as most often, costs the kernel less without a list of pieces. */
  do
    n = n_vectors == 1 ? send (self->fd, vectors->iov_base, vectors->iov_len,
                               MSG_DONTWAIT | MSG_NOSIGNAL)
                       : sendmsg (self->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  return n >= 0 ? n : -errno;
}

/**
 * ghd_transport_hold:
 *
 * While it is held, the kernel gathers what is written; then it leaves together. Does nothing once the
 * transport is closed.
 */
void
ghd_transport_hold (GhdTransport *self, gboolean is_held)
{
  int corked = is_held;

  /* Where that cannot be, each write leaves by itself. */
  if (self->fd >= 0)
    setsockopt (self->fd, IPPROTO_TCP, TCP_CORK, &corked, sizeof corked);
}

/**
 * ghd_transport_shutdown:
 *
 * Nothing more will be written; the peer may still write.
 */
void
ghd_transport_shutdown (GhdTransport *self)
{
  shutdown (self->fd, SHUT_WR);
}

void
ghd_transport_close (GhdTransport *self)
{
  if (self->fd < 0)
    return;

  if (self->stream != NULL)
    {
      /* Otherwise closing TLS would wait for a peer that does not read. */
      shutdown (self->fd, SHUT_RDWR);
      g_io_stream_close (self->stream, NULL, NULL);
      g_clear_object (&self->stream);
    }
  else
    {
      close (self->fd);
    }

  self->fd = -1;
  self->input = NULL;
  self->output = NULL;
}
