/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-visitor.h"

#include <sys/socket.h>

/* How long the other stages may take, and the least that must pass in a second where bytes flow. */
#define FLOWING_US (30 * G_USEC_PER_SEC)
#define RESTING_US (60 * G_USEC_PER_SEC)
#define BYTES_PER_SECOND (32 * 1024)

struct _GhdVisitor
{
  GSocketConnection *connection; /* weak: it goes when libsoup lets go of it */
  GSocketAddress *address;
  GhdSeat *seat;
  GhdVisitorStage stage;
  gint64 arrival_us;
  gint64 since_us;
  gint64 deadline_us;
  GhdVisitorGone gone;
  gpointer user_data;
  GList link;
};

static GQuark
visitor_quark (void)
{
  return g_quark_from_static_string ("ghd-visitor");
}

static void
visitor_free (GhdVisitor *self)
{
  g_object_set_qdata (G_OBJECT (self->address), visitor_quark (), NULL);
  g_object_unref (self->address);
  g_clear_pointer (&self->seat, ghd_seat_give_back);
  g_free (self);
}

static void
on_connection_gone (gpointer user_data, GObject *where_it_was)
{
  GhdVisitor *self = user_data;

  self->connection = NULL;
  self->gone (self, self->user_data);
  visitor_free (self);
}

static gint64
compute_allowance (GhdVisitor *self, GhdVisitorStage stage, gsize n_bytes)
{
  switch (stage)
    {
    case GHD_VISITOR_GREETING:
    case GHD_VISITOR_ASKING:
      return self->arrival_us;
    case GHD_VISITOR_SENDING:
    case GHD_VISITOR_READING:
      return FLOWING_US + (gint64) (n_bytes / BYTES_PER_SECOND) * G_USEC_PER_SEC;
    case GHD_VISITOR_RESTING:
      return RESTING_US;
    case GHD_VISITOR_WAITING:
    case GHD_VISITOR_LEAVING:
    default:
      return 0;
    }
}

/**
 * ghd_visitor_new:
 * @connection: watched, not kept
 * @address: the peer's, made for this connection only: by it a message finds its visitor
 * @seat: (transfer full):
 * @arrival_us: how long it may take to shake hands, and to say what it asks for
 */
GhdVisitor *
ghd_visitor_new (GSocketConnection *connection, GSocketAddress *address, GhdSeat *seat,
                 gint64 arrival_us, GhdVisitorGone gone, gpointer user_data)
{
  GhdVisitor *self = g_new0 (GhdVisitor, 1);

  self->connection = connection;
  self->address = g_object_ref (address);
  self->seat = seat;
  self->arrival_us = arrival_us;
  self->gone = gone;
  self->user_data = user_data;
  self->link.data = self;
  g_object_weak_ref (G_OBJECT (connection), on_connection_gone, self);
  g_object_set_qdata (G_OBJECT (address), visitor_quark (), self);

  return self;
}

/**
 * ghd_visitor_from_message:
 *
 * Returns: (transfer none) (nullable): whose message it is
 */
GhdVisitor *
ghd_visitor_from_message (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return address != NULL ? g_object_get_qdata (G_OBJECT (address), visitor_quark ()) : NULL;
}

/**
 * ghd_visitor_enter:
 * @n_bytes: how much is to be sent or read in this stage, where that is known
 */
void
ghd_visitor_enter (GhdVisitor *self, GhdVisitorStage stage, gsize n_bytes)
{
  gint64 allowance_us = compute_allowance (self, stage, n_bytes);

  if (self->stage == GHD_VISITOR_LEAVING)
    return;

  self->stage = stage;
  self->since_us = g_get_monotonic_time ();
  self->deadline_us = allowance_us > 0 ? self->since_us + allowance_us : G_MAXINT64;
}

GhdVisitorStage
ghd_visitor_get_stage (GhdVisitor *self)
{
  return self->stage;
}

/**
 * ghd_visitor_get_since:
 *
 * Returns: when it entered its stage, in microseconds
 */
gint64
ghd_visitor_get_since (GhdVisitor *self)
{
  return self->since_us;
}

gboolean
ghd_visitor_is_late (GhdVisitor *self, gint64 now_us)
{
  return now_us > self->deadline_us;
}

/**
 * ghd_visitor_get_address:
 *
 * Returns: (transfer none): where the connection comes from, which may be a proxy
 */
GInetAddress *
ghd_visitor_get_address (GhdVisitor *self)
{
  return g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (self->address));
}

GhdSeat *
ghd_visitor_get_seat (GhdVisitor *self)
{
  return self->seat;
}

/**
 * ghd_visitor_get_fd:
 *
 * Returns: the descriptor under everything, which belongs to its #GSocketConnection
 */
int
ghd_visitor_get_fd (GhdVisitor *self)
{
  return g_socket_get_fd (g_socket_connection_get_socket (self->connection));
}

/**
 * ghd_visitor_send_away:
 *
 * Ends the connection as if the peer had: whoever waits for it notices and lets go of it.
 */
void
ghd_visitor_send_away (GhdVisitor *self)
{
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  ghd_visitor_enter (self, GHD_VISITOR_LEAVING, 0);
  if (!g_socket_is_closed (socket))
    shutdown (g_socket_get_fd (socket), SHUT_RDWR);
}

/**
 * ghd_visitor_take:
 * @seat: (out) (transfer full): to be given back when the connection ends
 *
 * The connection is no longer a visitor: it is neither timed nor watched, and @self is freed.
 *
 * Returns: its descriptor, which still belongs to its #GSocketConnection
 */
int
ghd_visitor_take (GhdVisitor *self, GhdSeat **seat)
{
  int fd = ghd_visitor_get_fd (self);

  *seat = g_steal_pointer (&self->seat);
  g_object_weak_unref (G_OBJECT (self->connection), on_connection_gone, self);
  self->gone (self, self->user_data);
  visitor_free (self);

  return fd;
}

/**
 * ghd_visitor_get_link:
 *
 * Returns: (transfer none): its place in the list of whoever keeps visitors
 */
GList *
ghd_visitor_get_link (GhdVisitor *self)
{
  return &self->link;
}
