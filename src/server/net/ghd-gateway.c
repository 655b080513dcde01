/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-gateway.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "ghd-client.h"
#include "ghd-log.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Requests of one connection that may wait for an answer; more are not read until then. */
#define MAX_IN_FLIGHT 64

/* Beyond this the kernel holds nothing back for a connection: what waits is ours to count. */
#define NOT_SENT_BYTES (128 * 1024)

/* What a client may have sent behind its handshake. */
#define MAX_EARLY (64 * 1024)

struct _GhdGateway
{
  GObject parent_instance;
  GhdApi *api;
  GPtrArray *threads;  /* GhdIoThread */
  GHashTable *clients; /* GhdClient -> GhdSeat */
  GSource *flusher;
  GBytes *hello;
  GhdSeries *n_clients;
  GhdMetric *closed;
  DexPromise *drained;
  guint next_thread;
  gboolean counts_forwarded;
};

typedef struct
{
  GSource source;
  GhdGateway *gateway;
} Flusher;

G_DEFINE_FINAL_TYPE (GhdGateway, ghd_gateway, G_TYPE_OBJECT)

static void
flush (gpointer user_data)
{
  GhdGateway *self = user_data;

  for (guint i = 0; i < self->threads->len; i++)
    ghd_io_thread_flush (g_ptr_array_index (self->threads, i));
}

/* Never ready itself: asked before the main loop sleeps, it hands over what this turn has gathered. */
static gboolean
on_prepare (GSource *source, int *timeout_ms)
{
  flush (((Flusher *) source)->gateway);
  *timeout_ms = -1;

  return FALSE;
}

static gboolean
on_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
count_closed (GhdGateway *self, guint code)
{
  g_autofree char *label = g_strdup_printf ("%u", code);

  ghd_series_add (ghd_metric_get_series (self->closed, label, NULL), 1);
}

static void
on_notice (const GhdNotice *notice, gpointer user_data)
{
  GhdGateway *self = user_data;
  g_autoptr (GhdClient) client = g_object_ref (notice->owner);

  ghd_client_notice (client, notice);

  if (notice->kind == GHD_NOTICE_CLOSED)
    {
      count_closed (self, notice->code);
    }
  else if (notice->kind == GHD_NOTICE_GONE)
    {
      g_hash_table_remove (self->clients, client);
      ghd_series_add (self->n_clients, -1);
      if (self->drained != NULL && g_hash_table_size (self->clients) == 0)
        {
          dex_promise_resolve_boolean (self->drained, TRUE);
          dex_clear (&self->drained);
        }
    }
}

/* What the client has sent already: libsoup may have read it together with the handshake. */
static GBytes *
read_early (GIOStream *stream)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  g_autoptr (GByteArray) early = g_byte_array_new ();

  while (early->len < MAX_EARLY)
    {
      guint8 buffer[4096];
      gssize n = g_pollable_input_stream_read_nonblocking (input, buffer, sizeof buffer, NULL,
                                                           NULL);

      if (n <= 0)
        break; /* nothing yet, or an end that the I/O thread will see as well */
      g_byte_array_append (early, buffer, n);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&early));
}

static void
adopt (GhdGateway *self, GhdLinkKind kind, GIOStream *base, int fd, GhdSeat *seat,
       const char *address, GBytes *early)
{
  GBytes *hello = kind == GHD_LINK_GATEWAY ? self->hello : NULL;
  GhdIoThread *thread = g_ptr_array_index (self->threads, self->next_thread++ % self->threads->len);
  GhdClient *client = ghd_client_new (self->api, thread, address);
  gboolean is_tls = G_IS_TLS_CONNECTION (base);
  int not_sent = NOT_SENT_BYTES;
  int own_fd;

  setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &not_sent, sizeof not_sent);
  g_hash_table_insert (self->clients, client, seat);
  ghd_series_add (self->n_clients, 1);

  /* A descriptor of our own lets all the objects around the old one go. */
  own_fd = is_tls ? -1 : fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (own_fd >= 0)
    ghd_client_adopt (client, kind, own_fd, NULL, FALSE, hello, early);
  else
    ghd_client_adopt (client, kind, fd, g_object_ref (base), is_tls, hello, early);
}

static void
take_over (GhdGateway *self, SoupServerMessage *message, GhdLinkKind kind)
{
  GhdExchange *exchange = ghd_exchange_from_message (message);
  GhdVisitor *visitor = ghd_exchange_get_visitor (exchange);
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GBytes) early = NULL;
  GhdSeat *seat;
  int fd;

  if (visitor == NULL
      || soup_server_message_get_status (message) != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return;

  stream = soup_server_message_steal_connection (message);
  if (stream == NULL)
    return;

  g_object_get (stream, "base-iostream", &base, NULL);
  early = read_early (stream);
  fd = ghd_visitor_take (visitor, &seat);
  adopt (self, kind, base, fd, seat, ghd_exchange_get_address (exchange), early);
}

static void
on_gateway_agreed (SoupServerMessage *message, gpointer user_data)
{
  take_over (user_data, message, GHD_LINK_GATEWAY);
}

static void
on_echo_agreed (SoupServerMessage *message, gpointer user_data)
{
  take_over (user_data, message, GHD_LINK_ECHO);
}

static void
ghd_gateway_dispose (GObject *object)
{
  GhdGateway *self = GHD_GATEWAY (object);

  if (self->clients != NULL)
    {
      GHashTableIter iter;
      gpointer client;

      g_hash_table_iter_init (&iter, self->clients);
      while (g_hash_table_iter_next (&iter, &client, NULL))
        ghd_client_abandon (client);
    }
  if (self->api != NULL)
    ghd_api_set_flush (self->api, NULL, NULL);
  if (self->flusher != NULL)
    {
      g_source_destroy (self->flusher);
      g_clear_pointer (&self->flusher, g_source_unref);
    }
  g_clear_pointer (&self->threads, g_ptr_array_unref);
  g_clear_pointer (&self->clients, g_hash_table_unref);
  g_clear_pointer (&self->hello, g_bytes_unref);
  dex_clear (&self->drained);
  g_clear_object (&self->api);

  G_OBJECT_CLASS (ghd_gateway_parent_class)->dispose (object);
}

static void
ghd_gateway_class_init (GhdGatewayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghd_gateway_dispose;
}

static void
ghd_gateway_init (GhdGateway *self)
{
  self->clients = g_hash_table_new_full (NULL, NULL, g_object_unref,
                                         (GDestroyNotify) ghd_seat_give_back);
  self->threads = g_ptr_array_new_with_free_func ((GDestroyNotify) ghd_io_thread_free);
}

static void
start_threads (GhdGateway *self, GhdSettings *settings, GhdMetrics *metrics)
{
  guint n_threads = ghd_settings_get_int (settings, GHD_SETTING_IO_THREADS);
  GhdIoOptions options = {
    .max_message = GH_LIMIT_FRAME,
    .max_echo = GH_LIMIT_SERVER_FRAME,
    .max_queue = ghd_settings_get_int (settings, GHD_SETTING_LIMITS_CONNECTION_QUEUE_BYTES),
    .max_in_flight = MAX_IN_FLIGHT,
    .identify_us = ghd_settings_get_int (settings, GHD_SETTING_LIMITS_ARRIVAL_SECONDS)
                   * G_USEC_PER_SEC,
    .idle_us = 2 * GH_HEARTBEAT_MS * 1000,
    .uses_ring = ghd_settings_get_bool (settings, GHD_SETTING_IO_URING),
  };
  GhdMetric *metric;

  metric = ghd_metrics_add_counter (metrics, "guildhall_gateway_sent_bytes_total",
                                    "Bytes written to gateway connections", NULL);
  options.sent = ghd_metric_get_series (metric, NULL);
  metric = ghd_metrics_add_counter (metrics, "guildhall_gateway_writes_total",
                                    "Writes to gateway connections", NULL);
  options.writes = ghd_metric_get_series (metric, NULL);

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (self->threads, ghd_io_thread_new (i, &options, on_notice, self));
}

static void
start_flusher (GhdGateway *self)
{
  static GSourceFuncs funcs = { .prepare = on_prepare, .dispatch = on_dispatch };

  self->flusher = g_source_new (&funcs, sizeof (Flusher));
  ((Flusher *) self->flusher)->gateway = self;
  g_source_set_static_name (self->flusher, "GhdGateway flusher");
  /* A source is not asked when one before it is ready already. */
  g_source_set_priority (self->flusher, G_PRIORITY_HIGH);
  g_source_attach (self->flusher, NULL);
}

GhdGateway *
ghd_gateway_new (GhdApi *api, GhdSettings *settings, GhdMetrics *metrics)
{
  GhdGateway *self = g_object_new (GHD_TYPE_GATEWAY, NULL);
  GhdMetric *metric;

  self->api = g_object_ref (api);
  self->hello = gh_frame_encode_hello (GH_HEARTBEAT_MS,
                                       ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME));
  self->counts_forwarded = ghd_settings_get_bool (settings, GHD_SETTING_SERVER_BEHIND_PROXY);

  metric = ghd_metrics_add_gauge (metrics, "guildhall_connections", "Connections of the gateway",
                                  NULL);
  self->n_clients = ghd_metric_get_series (metric, NULL);
  self->closed = ghd_metrics_add_counter (metrics, "guildhall_connections_closed_total",
                                          "Connections of the gateway that ended, by close code",
                                          "code", NULL);

  start_threads (self, settings, metrics);
  start_flusher (self);
  ghd_api_set_flush (api, flush, self);

  return self;
}

/**
 * ghd_gateway_upgrade:
 * @kind: what the connection is to become
 *
 * Answers a request for a WebSocket: with the handshake of RFC 6455, without extensions, or with
 * what is wrong with it. Compression (permessage-deflate) is never agreed on: it costs each
 * connection far more memory than all else together.
 */
void
ghd_gateway_upgrade (GhdGateway *self, GhdExchange *exchange, GhdLinkKind kind)
{
  SoupServerMessage *message = ghd_exchange_get_message (exchange);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) cause = NULL;

  if (self->counts_forwarded
      && !ghd_seat_set_address (ghd_visitor_get_seat (ghd_exchange_get_visitor (exchange)),
                                ghd_exchange_get_inet (exchange)))
    {
      error = gh_error_new (GH_ERROR_LIMITED, "connection.address", NULL, 5000,
                            "There are too many connections from your address");
      ghd_exchange_fail (exchange, error);
      return;
    }

  if (!soup_websocket_server_check_handshake (message, NULL, NULL, NULL, &cause))
    {
      error = gh_error_new (GH_ERROR_INVALID, "gateway.handshake", NULL, 0,
                            "This is for a WebSocket: %s", cause->message);
      ghd_exchange_set_header (exchange, "Upgrade", "websocket");
      ghd_exchange_set_header (exchange, "Connection", "Upgrade");
      ghd_exchange_set_header (exchange, "Sec-WebSocket-Version", "13");
      ghd_exchange_fail_as (exchange, GHD_STATUS_UPGRADE_REQUIRED, error);
      return;
    }

  if (soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    g_signal_connect_object (message, "wrote-informational",
                             kind == GHD_LINK_ECHO ? G_CALLBACK (on_echo_agreed)
                                                   : G_CALLBACK (on_gateway_agreed),
                             self, G_CONNECT_DEFAULT);
}

/**
 * ghd_gateway_finish:
 *
 * From now on requests are not taken up: whoever asks is about to be told to come back.
 *
 * Returns: (transfer full): resolves to %TRUE once all that were taken up are answered
 */
DexFuture *
ghd_gateway_finish (GhdGateway *self)
{
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  GHashTableIter iter;
  gpointer client;

  g_return_val_if_fail (GHD_IS_GATEWAY (self), NULL);

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    g_ptr_array_add (futures, ghd_client_finish (client));

  if (futures->len == 0)
    return dex_future_new_true ();

  return dex_future_allv ((DexFuture **) futures->pdata, futures->len);
}

/**
 * ghd_gateway_drain:
 *
 * Closes every connection after what waits for it.
 *
 * Returns: (transfer full): resolves to %TRUE once all are gone
 */
DexFuture *
ghd_gateway_drain (GhdGateway *self, guint code, const char *reason)
{
  GHashTableIter iter;
  gpointer client;

  g_return_val_if_fail (GHD_IS_GATEWAY (self), NULL);

  if (g_hash_table_size (self->clients) == 0)
    return dex_future_new_true ();

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    ghd_client_close (client, code, reason);

  if (self->drained == NULL)
    self->drained = dex_promise_new ();

  return dex_ref (DEX_FUTURE (self->drained));
}
