/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-door.h"

#include "ghd-hello.h"
#include "ghd-log.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* libsoup's connections are polled one by one at each turn of the main loop: more of them at rest
 * than this would make every turn dear. Gateway connections do not count, they live elsewhere. */
#define MAX_IDLE 1024

/* Above that, or half of the seats, one who has been idle this long makes room for a new one. */
#define CROWDED_US G_USEC_PER_SEC

/* TLS handshakes under way at a time. Each occupies one of GLib's task threads, of which ten are there
 * at once, so that none of ours has to wait for one. While others wait for a place, a handshake that
 * takes longer than this is given up. */
#define MAX_HANDSHAKES 8
#define HANDSHAKE_US G_USEC_PER_SEC
#define PRESSURE_MS 100

struct _GhdDoor
{
  GObject parent_instance;
  SoupServer *server;
  GhdSeats *seats;
  GhdTls *tls;
  GhdSeries *n_visitors;
  GhdSeries *n_refused;
  gboolean counts_addresses;
  gint64 arrival_us;
  GQueue visitors; /* GhdVisitor, not owned; oldest first */
  guint max_idle;
  guint sweep;
  GQueue greeting; /* Greeting, not owned: shaking hands; oldest first */
  GQueue waiting;  /* DexPromise: for one of MAX_HANDSHAKES; oldest first */
  guint pressure;
  DexPromise *empty;
};

typedef struct
{
  GhdDoor *door;
  GhdVisitor *visitor; /* there as long as the connection */
  GSocketConnection *connection;
  GSocketAddress *address;
  gint64 begun_us;
} Greeting;

G_DEFINE_FINAL_TYPE (GhdDoor, ghd_door, G_TYPE_OBJECT)

static gboolean
is_idle (GhdVisitor *visitor)
{
  switch (ghd_visitor_get_stage (visitor))
    {
    case GHD_VISITOR_GREETING:
    case GHD_VISITOR_ASKING:
    case GHD_VISITOR_RESTING:
      return TRUE;

    default:
      return FALSE;
    }
}

static void
on_visitor_gone (GhdVisitor *visitor, gpointer user_data)
{
  GhdDoor *self = user_data;

  g_queue_unlink (&self->visitors, ghd_visitor_get_link (visitor));
  ghd_series_add (self->n_visitors, -1);
  if (self->visitors.length == 0 && self->empty != NULL)
    {
      dex_promise_resolve_boolean (self->empty, TRUE);
      dex_clear (&self->empty);
    }
  g_object_unref (self);
}

static gboolean
on_sweep (gpointer user_data)
{
  GhdDoor *self = user_data;
  gint64 now_us = g_get_monotonic_time ();

  for (GList *l = self->visitors.head, *next; l != NULL; l = next)
    {
      next = l->next;
      if (ghd_visitor_is_late (l->data, now_us))
        ghd_visitor_send_away (l->data);
    }

  if (self->visitors.length > 0)
    return G_SOURCE_CONTINUE;

  self->sweep = 0;
  return G_SOURCE_REMOVE;
}

static void
admit (GhdDoor *self, GIOStream *stream, GSocket *socket, GSocketAddress *address)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);

  if (local != NULL)
    soup_server_accept_iostream (self->server, stream, local, address, NULL);
}

static void
greeting_free (gpointer data)
{
  Greeting *greeting = data;

  g_object_unref (greeting->connection);
  g_object_unref (greeting->address);
  g_object_unref (greeting->door);
  g_free (greeting);
}

static void
on_handshake (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  GError *error = NULL;

  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (object), result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else
    dex_promise_reject (promise, error);
}

static DexFuture *
shake_hands (GIOStream *stream)
{
  DexPromise *promise = dex_promise_new ();

  g_tls_connection_handshake_async (G_TLS_CONNECTION (stream), G_PRIORITY_DEFAULT, NULL,
                                    on_handshake, dex_ref (promise));

  return DEX_FUTURE (promise);
}

static gboolean
on_pressure (gpointer user_data)
{
  GhdDoor *self = user_data;
  gint64 now_us = g_get_monotonic_time ();

  if (self->waiting.length == 0)
    {
      self->pressure = 0;
      return G_SOURCE_REMOVE;
    }

  for (GList *l = self->greeting.head; l != NULL; l = l->next)
    {
      Greeting *greeting = l->data;

      if (now_us - greeting->begun_us < HANDSHAKE_US)
        break;
      ghd_visitor_send_away (greeting->visitor);
    }

  return G_SOURCE_CONTINUE;
}

/* Waits for a place to shake hands. The newest gets it first: in a crowd of peers that never go on,
 * whoever has just come is the likeliest to be serious, and the oldest the likeliest to be gone. */
static void
begin_handshake (GhdDoor *self, Greeting *greeting)
{
  if (self->greeting.length >= MAX_HANDSHAKES)
    {
      DexPromise *promise = dex_promise_new ();

      g_queue_push_tail (&self->waiting, promise);
      if (self->pressure == 0)
        self->pressure = g_timeout_add (PRESSURE_MS, on_pressure, self);
      dex_await (dex_ref (DEX_FUTURE (promise)), NULL);
    }

  greeting->begun_us = g_get_monotonic_time ();
  g_queue_push_tail (&self->greeting, greeting);
}

static void
end_handshake (GhdDoor *self, Greeting *greeting)
{
  g_autoptr (DexPromise) next = g_queue_pop_tail (&self->waiting);

  g_queue_remove (&self->greeting, greeting);
  if (next != NULL)
    dex_promise_resolve_boolean (next, TRUE);
}

static DexFuture *
greet_fiber (gpointer data)
{
  Greeting *greeting = data;
  GhdDoor *self = greeting->door;
  GSocket *socket = g_socket_connection_get_socket (greeting->connection);
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghd_hello_wait (socket), &error))
    {
      ghd_log_debug ("A connection brought no TLS", GHD_LOG_STRING ("error", error->message));
      return NULL;
    }

  begin_handshake (self, greeting);
  if (ghd_visitor_get_stage (greeting->visitor) == GHD_VISITOR_GREETING)
    stream = ghd_tls_wrap (self->tls, G_IO_STREAM (greeting->connection), &error);
  if (stream != NULL)
    dex_await (shake_hands (stream), &error);
  end_handshake (self, greeting);

  if (stream == NULL)
    return NULL; /* sent away while it waited */

  if (error != NULL)
    {
      ghd_log_debug ("A TLS handshake failed", GHD_LOG_STRING ("error", error->message));
      /* Closing TLS must not wait for a peer that does not read. */
      shutdown (g_socket_get_fd (socket), SHUT_RDWR);
      return NULL;
    }

  ghd_visitor_enter (greeting->visitor, GHD_VISITOR_ASKING, 0);
  admit (self, stream, socket, greeting->address);

  return NULL;
}

static void
ghd_door_finalize (GObject *object)
{
  GhdDoor *self = GHD_DOOR (object);

  g_clear_handle_id (&self->sweep, g_source_remove);
  g_clear_object (&self->server);
  g_clear_object (&self->tls);
  g_clear_pointer (&self->seats, ghd_seats_unref);
  g_clear_handle_id (&self->pressure, g_source_remove);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) dex_unref);
  dex_clear (&self->empty);

  G_OBJECT_CLASS (ghd_door_parent_class)->finalize (object);
}

static void
ghd_door_class_init (GhdDoorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_door_finalize;
}

static void
ghd_door_init (GhdDoor *self)
{
  g_queue_init (&self->visitors);
  g_queue_init (&self->greeting);
  g_queue_init (&self->waiting);
}

/**
 * ghd_door_new:
 * @tls: (nullable): plain HTTP without it
 * @counts_addresses: whether the peers' addresses are people's and not a proxy's
 * @arrival_seconds: how long somebody may take for TLS, and for the head of a request
 */
GhdDoor *
ghd_door_new (SoupServer *server, GhdSeats *seats, GhdTls *tls, GhdMetrics *metrics,
              gboolean counts_addresses, guint arrival_seconds)
{
  GhdDoor *self = g_object_new (GHD_TYPE_DOOR, NULL);
  GhdMetric *metric;

  self->server = g_object_ref (server);
  self->seats = ghd_seats_ref (seats);
  self->max_idle = MIN (MAX_IDLE, ghd_seats_get_max (seats) / 2);
  self->tls = tls != NULL ? g_object_ref (tls) : NULL;
  self->counts_addresses = counts_addresses;
  self->arrival_us = arrival_seconds * G_USEC_PER_SEC;

  metric = ghd_metrics_add_gauge (metrics, "guildhall_http_connections",
                                  "Connections that speak HTTP, or are about to", NULL);
  self->n_visitors = ghd_metric_get_series (metric, NULL);
  metric =
    ghd_metrics_add_counter (metrics, "guildhall_connections_refused_total",
                             "Connections that found no place, or too many from their address",
                             NULL);
  self->n_refused = ghd_metric_get_series (metric, NULL);

  return self;
}

static void
refuse (GhdDoor *self, GSocket *socket)
{
  static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\n"
                               "Retry-After: 5\r\n"
                               "Content-Length: 0\r\n"
                               "Connection: close\r\n\r\n";

  ghd_series_add (self->n_refused, 1);
  if (self->tls == NULL)
    send (g_socket_get_fd (socket), answer, sizeof answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  g_socket_close (socket, NULL);
}

static GhdVisitor *
receive (GhdDoor *self, GSocketConnection *connection, GSocketAddress *address, GhdSeat *seat)
{
  GhdVisitor *visitor = ghd_visitor_new (connection, address, seat, self->arrival_us, on_visitor_gone,
                                         g_object_ref (self));

  g_queue_push_tail_link (&self->visitors, ghd_visitor_get_link (visitor));
  ghd_series_add (self->n_visitors, 1);
  if (self->sweep == 0)
    self->sweep = g_timeout_add_seconds (1, on_sweep, self);

  return visitor;
}

/**
 * ghd_door_let_in:
 * @socket: freshly accepted
 * @address: the peer's
 */
void
ghd_door_let_in (GhdDoor *self, GSocket *socket, GSocketAddress *address)
{
  g_autoptr (GhdSeat) seat = ghd_seats_take (self->seats);
  g_autoptr (GSocketConnection) connection = NULL;
  GhdVisitor *visitor;
  GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));

  if (seat == NULL || (self->counts_addresses && !ghd_seat_set_address (seat, inet)))
    {
      refuse (self, socket);
      return;
    }

  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  connection = g_socket_connection_factory_create_connection (socket);
  visitor = receive (self, connection, address, g_steal_pointer (&seat));

  if (self->tls != NULL)
    {
      Greeting *greeting = g_new0 (Greeting, 1);

      greeting->door = g_object_ref (self);
      greeting->visitor = visitor;
      greeting->connection = g_object_ref (connection);
      greeting->address = g_object_ref (address);
      ghd_visitor_enter (visitor, GHD_VISITOR_GREETING, 0);
      dex_future_disown (dex_scheduler_spawn (NULL, 0, greet_fiber, greeting, greeting_free));
    }
  else
    {
      ghd_visitor_enter (visitor, GHD_VISITOR_ASKING, 0);
      admit (self, G_IO_STREAM (connection), socket, address);
    }
}

/**
 * ghd_door_is_crowded:
 *
 * Whether it is better not to let in more just now. When many stand idle for some time, one of them
 * is sent away instead, so that whoever opens connections and says nothing does not keep out others.
 */
gboolean
ghd_door_is_crowded (GhdDoor *self)
{
  gint64 now_us = g_get_monotonic_time ();
  GhdVisitor *oldest = NULL;
  guint n_idle = 0, n_leaving = 0;

  if (self->visitors.length < self->max_idle)
    return FALSE;

  for (GList *l = self->visitors.head; l != NULL; l = l->next)
    {
      n_leaving += ghd_visitor_get_stage (l->data) == GHD_VISITOR_LEAVING;
      if (!is_idle (l->data))
        continue;

      n_idle++;
      if (oldest == NULL || ghd_visitor_get_since (l->data) < ghd_visitor_get_since (oldest))
        oldest = l->data;
    }

  /* Who was sent away keeps the seat until the main loop has turned. */
  if (n_leaving > 0 && ghd_seats_get_n_taken (self->seats) >= ghd_seats_get_max (self->seats))
    return TRUE;
  if (n_idle < self->max_idle)
    return FALSE;
  if (now_us - ghd_visitor_get_since (oldest) < CROWDED_US)
    return TRUE;

  ghd_visitor_send_away (oldest);

  return FALSE;
}

/**
 * ghd_door_when_empty:
 *
 * Returns: (transfer full): resolves to %TRUE once nobody is there who speaks HTTP, or is about to
 */
DexFuture *
ghd_door_when_empty (GhdDoor *self)
{
  if (self->visitors.length == 0)
    return dex_future_new_true ();

  if (self->empty == NULL)
    self->empty = dex_promise_new ();

  return dex_ref (DEX_FUTURE (self->empty));
}

/**
 * ghd_door_clear:
 *
 * Sends everybody away who has no request under way.
 */
void
ghd_door_clear (GhdDoor *self)
{
  for (GList *l = self->visitors.head, *next; l != NULL; l = next)
    {
      next = l->next;
      if (is_idle (l->data))
        ghd_visitor_send_away (l->data);
    }
}
