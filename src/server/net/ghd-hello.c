/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-hello.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

/*
 * A TLS handshake occupies a thread of GLib's until it is done. So nobody gets one for opening a
 * connection: the whole ClientHello must be there, and until then only the descriptor waits.
 */

#define RECORD_HEADER 5
#define RECORD_MAX (16 * 1024) /* RFC 8446, section 5.1 */
#define TYPE_HANDSHAKE 22

typedef struct
{
  DexPromise *promise;
  GSocket *socket;
  gsize needed; /* bytes; the descriptor is not readable before they are there, or the end */
} Wait;

static void
wait_free (gpointer data)
{
  Wait *wait = data;

  dex_clear (&wait->promise);
  g_object_unref (wait->socket);
  g_free (wait);
}

static void
wait_for (Wait *wait, gsize n_bytes)
{
  wait->needed = n_bytes;
  g_socket_set_option (wait->socket, SOL_SOCKET, SO_RCVLOWAT, n_bytes, NULL);
}

static gboolean
fail (Wait *wait, const char *message)
{
  dex_promise_reject (wait->promise,
                      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, message));

  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Wait *wait = user_data;
  guint8 header[RECORD_HEADER];
  int fd = g_socket_get_fd (socket);
  int available = 0;
  gssize n;

  if (ioctl (fd, FIONREAD, &available) < 0 || (gsize) available < wait->needed)
    return fail (wait, "The connection ended before TLS began");

  if (wait->needed > RECORD_HEADER)
    {
      wait_for (wait, 1);
      dex_promise_resolve_boolean (wait->promise, TRUE);
      return G_SOURCE_REMOVE;
    }

  n = recv (fd, header, sizeof header, MSG_PEEK | MSG_DONTWAIT);
  if (n < RECORD_HEADER || header[0] != TYPE_HANDSHAKE || (header[3] << 8 | header[4]) > RECORD_MAX
      || (header[3] << 8 | header[4]) == 0)
    return fail (wait, "This is not TLS");

  wait_for (wait, RECORD_HEADER + (header[3] << 8 | header[4]));

  return G_SOURCE_CONTINUE;
}

/**
 * ghd_hello_wait:
 *
 * Returns: (transfer full): resolves to %TRUE once the first TLS record has arrived as a whole;
 *   rejects with a #GIOErrorEnum when what comes is not TLS, or no more comes
 */
DexFuture *
ghd_hello_wait (GSocket *socket)
{
  Wait *wait = g_new0 (Wait, 1);
  g_autoptr (GSource) source = g_socket_create_source (socket, G_IO_IN, NULL);
  DexPromise *promise = dex_promise_new ();

  wait->promise = dex_ref (promise);
  wait->socket = g_object_ref (socket);
  wait_for (wait, RECORD_HEADER);

  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), wait, wait_free);
  g_source_attach (source, NULL);

  return DEX_FUTURE (promise);
}
