/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-io-thread-private.h"

#include <errno.h>
#include <unistd.h>

/*
 * The main thread's side of an I/O thread: orders gather without a lock and are handed over together.
 */

static GhdPacket *
pack (GBytes *frame)
{
  gsize size;
  const void *data = g_bytes_get_data (frame, &size);

  return ghd_packet_new (GHD_OPCODE_TEXT, data, size);
}

/* To be handed over with the next flush. */
void
ghd_io_thread_gather (GhdIoThread *self, OrderKind kind, GhdLink *link, guint code, gpointer data)
{
  Order order = { kind, code, link, data };

  g_array_append_val (self->gathered, order);
}

/**
 * ghd_io_thread_adopt:
 * @fd: connected and non-blocking
 * @stream: (nullable) (transfer full): see ghd_transport_init()
 * @owner: comes with every notice about this connection
 * @first: (nullable): the first text frame it gets
 * @input: (nullable): what the peer sent behind its handshake
 */
GhdLink *
ghd_io_thread_adopt (GhdIoThread *self, GhdLinkKind kind, int fd, GIOStream *stream,
                     gboolean is_tls, gpointer owner, GBytes *first, GBytes *input)
{
  GhdLink *link = ghd_link_new (kind, fd, stream, is_tls, owner);
  Adoption *adoption = g_new0 (Adoption, 1);

  adoption->first = first != NULL ? pack (first) : NULL;
  adoption->input = input != NULL ? g_bytes_ref (input) : NULL;
  ghd_io_thread_gather (self, ORDER_ADOPT, link, 0, adoption);

  return link;
}

/**
 * ghd_io_thread_send:
 * @frame: the text of one frame
 *
 * The same #GBytes for many links in a row is encoded and passed on once.
 */
void
ghd_io_thread_send (GhdIoThread *self, GhdLink *link, GBytes *frame)
{
  if (frame != self->frame)
    {
      g_clear_pointer (&self->frame, g_bytes_unref);
      self->frame = g_bytes_ref (frame);
      ghd_io_thread_gather (self, ORDER_PACKET, NULL, 0, pack (frame));
    }
  ghd_io_thread_gather (self, ORDER_SEND, link, 0, NULL);
}

/**
 * ghd_io_thread_answer:
 * @frame: (nullable): what a %GHD_NOTICE_FRAME is answered with
 * @is_limited: it says that the client asks too fast
 *
 * Every %GHD_NOTICE_FRAME must be answered. Who asks too fast is listened to less.
 */
void
ghd_io_thread_answer (GhdIoThread *self, GhdLink *link, GBytes *frame, gboolean is_limited)
{
  ghd_io_thread_gather (self, ORDER_ANSWER, link, is_limited, frame != NULL ? pack (frame) : NULL);
}

/**
 * ghd_io_thread_identified:
 *
 * The client has said who it is: it may stay.
 */
void
ghd_io_thread_identified (GhdIoThread *self, GhdLink *link)
{
  ghd_io_thread_gather (self, ORDER_IDENTIFIED, link, 0, NULL);
}

/**
 * ghd_io_thread_close:
 *
 * Sends what waits, then a close frame.
 */
void
ghd_io_thread_close (GhdIoThread *self, GhdLink *link, guint code, const char *reason)
{
  ghd_io_thread_gather (self, ORDER_CLOSE, link, code, g_strdup (reason));
}

/**
 * ghd_io_thread_release:
 *
 * After %GHD_NOTICE_GONE, when nothing will name @link any more.
 */
void
ghd_io_thread_release (GhdIoThread *self, GhdLink *link)
{
  ghd_io_thread_gather (self, ORDER_RELEASE, link, 0, NULL);
}

/**
 * ghd_io_thread_flush:
 *
 * Hands over the orders that have gathered, and wakes the thread if there are any.
 */
void
ghd_io_thread_flush (GhdIoThread *self)
{
  gboolean wake;
  guint64 one = 1;

  if (self->gathered->len == 0)
    return;

  pthread_mutex_lock (&self->mutex);
  wake = self->orders->len == 0;
  if (wake)
    {
      GArray *empty = self->orders;

      self->orders = self->gathered;
      self->gathered = empty;
    }
  else
    {
      g_array_append_vals (self->orders, self->gathered->data, self->gathered->len);
    }
  pthread_mutex_unlock (&self->mutex);

  g_array_set_size (self->gathered, 0);
  g_clear_pointer (&self->frame, g_bytes_unref);

  if (wake && write (self->wake_fd, &one, sizeof one) < 0)
    g_warning ("Could not wake an I/O thread: %s", g_strerror (errno));
}
