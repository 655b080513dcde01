/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "webrtc-wire.h"

#include <gio/gio.h>
#include <poll.h>
#include <string.h>

#define MAX_DATAGRAM 65536

struct _Wire
{
  GThread *thread;
  GSocket *sockets[2]; /* [0] is what peer 0 sends to */
  GCancellable *end;

  GMutex lock; /* of what follows */
  GSocketAddress *addresses[2];
  gboolean is_hostile;
  guint counts[2][N_WIRE_SORTS];
  GByteArray *seen;
};

/* RFC 7983 section 7 tells them apart by the first byte. */
static WireSort
sort_of (guint8 first)
{
  if (first <= 3)
    return WIRE_STUN;
  if (first >= 20 && first <= 63)
    return WIRE_DTLS;
  if (first == 0x60)
    return WIRE_DATA;
  return first >= 128 && first <= 191 ? WIRE_MEDIA : WIRE_OTHER;
}

static void
send_on (Wire *self, guint to, const guint8 *data, gsize size)
{
  /* From the socket that the receiver takes for the sender. */
  if (self->addresses[to] != NULL)
    g_socket_send_to (self->sockets[to], self->addresses[to], (const char *) data, size, NULL,
                      NULL);
}

/* Everything that somebody on the way can do to a packet, and the packet itself. */
static void
molest (Wire *self, guint from, guint8 *data, gsize size)
{
  /* Before it, because a packet that was opened is taken for a replay whatever else is wrong with it. */
  data[size / 2] ^= 1;
  send_on (self, 1 - from, data, size);
  data[size / 2] ^= 1;
  send_on (self, 1 - from, data, size / 2);
  send_on (self, 1 - from, data, size);
  send_on (self, 1 - from, data, size);
  send_on (self, from, data, size);
  data[size - 1] ^= 0x40;
  send_on (self, 1 - from, data, size);
}

static void
pass (Wire *self, guint from)
{
  static guint8 data[2][MAX_DATAGRAM];
  g_autoptr (GMutexLocker) locker = NULL;
  gssize size = g_socket_receive (self->sockets[from], (char *) data[from], MAX_DATAGRAM, NULL,
                                  NULL);
  WireSort sort;

  if (size <= 0)
    return;
  locker = g_mutex_locker_new (&self->lock);
  sort = sort_of (data[from][0]);
  self->counts[from][sort]++;
  g_byte_array_append (self->seen, data[from], (guint) size);
  if (self->is_hostile && sort != WIRE_STUN)
    molest (self, from, data[from], (gsize) size);
  else
    send_on (self, 1 - from, data[from], (gsize) size);
}

static gpointer
run (gpointer data)
{
  Wire *self = data;
  struct pollfd fds[3] = { { .fd = g_socket_get_fd (self->sockets[0]), .events = POLLIN },
                           { .fd = g_socket_get_fd (self->sockets[1]), .events = POLLIN },
                           { .fd = g_cancellable_get_fd (self->end), .events = POLLIN } };

  while (!g_cancellable_is_cancelled (self->end))
    {
      poll (fds, G_N_ELEMENTS (fds), -1);
      for (guint i = 0; i < 2; i++)
        {
          if ((fds[i].revents & (POLLIN | POLLERR)) != 0)
            pass (self, i);
        }
    }
  g_cancellable_release_fd (self->end);
  return NULL;
}

Wire *
wire_new (void)
{
  Wire *self = g_new0 (Wire, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  g_mutex_init (&self->lock);
  self->end = g_cancellable_new ();
  self->seen = g_byte_array_new ();
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      self->sockets[i] = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                                       G_SOCKET_PROTOCOL_UDP, &error);
      g_assert_no_error (error);
      g_socket_set_blocking (self->sockets[i], FALSE);
      g_socket_bind (self->sockets[i], any, FALSE, &error);
      g_assert_no_error (error);
    }
  self->thread = g_thread_new ("wire", run, self);
  return self;
}

void
wire_free (Wire *self)
{
  g_cancellable_cancel (self->end);
  g_thread_join (self->thread);
  for (guint i = 0; i < 2; i++)
    {
      g_object_unref (self->sockets[i]);
      g_clear_object (&self->addresses[i]);
    }
  g_object_unref (self->end);
  g_byte_array_unref (self->seen);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint16
wire_get_port (Wire *self, guint peer)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->sockets[peer], NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

void
wire_set_address (Wire *self, guint peer, const char *address, guint16 port)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_clear_object (&self->addresses[peer]);
  self->addresses[peer] = g_inet_socket_address_new_from_string (address, port);
}

void
wire_set_hostile (Wire *self, gboolean is_hostile)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->is_hostile = is_hostile;
}

guint
wire_get_count (Wire *self, guint peer, WireSort sort)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->counts[peer][sort];
}

gboolean
wire_has_seen (Wire *self, gconstpointer data, gsize size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return memmem (self->seen->data, self->seen->len, data, size) != NULL;
}
