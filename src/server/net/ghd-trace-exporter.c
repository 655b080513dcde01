/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-trace-exporter.h"

#include "gh-random.h"
#include "ghd-exchange.h"
#include "ghd-log.h"
#include "ghd-trace-json.h"
#include "ghd-worker.h"

#include <libsoup/soup.h>

#define PATH "v1/traces"
#define MAX_BATCH 512
#define INTERVAL_MS 1000

/* How long the collector may keep silent, and how long closing waits for it. */
#define TIMEOUT_SECONDS 10
#define CLOSING_MS 2000

#define MIN_PAUSE_MS 500
#define MAX_PAUSE_MS 30000

struct _GhdTraceExporter
{
  GObject parent_instance;
  GhdTracer *tracer;
  char *url;
  char *server;
  SoupSession *session;
  GhdWorker *worker; /* one thread, which encodes */
  GCancellable *cancellable;
  DexPromise *closed;
  DexPromise *finished;
  guint closing_source;
  gboolean is_started;
  gboolean is_closing;
  gboolean is_failing; /* the log says so already */
};

G_DEFINE_FINAL_TYPE (GhdTraceExporter, ghd_trace_exporter, G_TYPE_OBJECT)

typedef enum
{
  OUTCOME_SENT,
  OUTCOME_LATER,   /* the same may be taken another time */
  OUTCOME_REFUSED, /* it never will */
} Outcome;

typedef struct
{
  GPtrArray *spans;
  char *server;
} Encode;

static void
encode_free (gpointer data)
{
  Encode *encode = data;

  g_ptr_array_unref (encode->spans);
  g_free (encode->server);
  g_free (encode);
}

static DexFuture *
encode_on_thread (gpointer data)
{
  Encode *encode = data;

  return dex_future_new_take_boxed (G_TYPE_BYTES,
                                    ghd_trace_json_encode (encode->spans, encode->server));
}

static void
ghd_trace_exporter_finalize (GObject *object)
{
  GhdTraceExporter *self = GHD_TRACE_EXPORTER (object);

  g_clear_handle_id (&self->closing_source, g_source_remove);
  g_clear_object (&self->session);
  g_clear_object (&self->worker);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tracer);
  dex_unref (self->closed);
  dex_unref (self->finished);
  g_free (self->url);
  g_free (self->server);

  G_OBJECT_CLASS (ghd_trace_exporter_parent_class)->finalize (object);
}

static void
ghd_trace_exporter_class_init (GhdTraceExporterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_trace_exporter_finalize;
}

static void
ghd_trace_exporter_init (GhdTraceExporter *self)
{
  /* No proxy: a collector is near, and what finds proxies out may look at a desktop's settings. */
  self->session = soup_session_new_with_options ("timeout", TIMEOUT_SECONDS, "user-agent",
                                                 "guildhalld/" GUILDHALL_VERSION, "max-conns", 1,
                                                 "max-conns-per-host", 1, "proxy-resolver", NULL,
                                                 NULL);
  self->worker = ghd_worker_new (1, 1);
  self->cancellable = g_cancellable_new ();
  self->closed = dex_promise_new ();
  self->finished = dex_promise_new ();
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DexPromise) promise = user_data;
  g_autoptr (GInputStream) body = NULL;
  GError *error = NULL;

  body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (body != NULL)
    dex_promise_resolve_object (promise, g_steal_pointer (&body));
  else
    dex_promise_reject (promise, error);
}

static Outcome
judge (guint status)
{
  if (status >= 200 && status < 300)
    return OUTCOME_SENT;

  switch (status)
    {
    case GHD_STATUS_TOO_MANY_REQUESTS: /* those that OTLP names */
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return OUTCOME_LATER;
    default:
      return OUTCOME_REFUSED;
    }
}

/* How long the collector asks to be left alone, within reason; 0 when it does not say. */
static guint
read_retry_after (SoupMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                     "Retry-After");
  guint64 seconds;

  if (header == NULL || !g_ascii_string_to_unsigned (header, 10, 0, G_MAXUINT32, &seconds, NULL))
    return 0;
  return MIN (seconds * 1000, MAX_PAUSE_MS);
}

/* Says once that it does not work, and once that it works again. */
static void
note (GhdTraceExporter *self, Outcome outcome, guint status, const GError *error)
{
  gboolean is_failing = outcome != OUTCOME_SENT;

  if (self->is_failing == is_failing)
    return;
  self->is_failing = is_failing;

  if (!is_failing)
    ghd_log_info ("Traces are delivered again", GHD_LOG_STRING ("endpoint", self->url));
  else if (error != NULL)
    ghd_log_warning ("Traces cannot be delivered; trying again",
                     GHD_LOG_STRING ("endpoint", self->url),
                     GHD_LOG_STRING ("error", error->message));
  else if (outcome == OUTCOME_LATER)
    ghd_log_warning ("The collector of traces has no time; trying again",
                     GHD_LOG_STRING ("endpoint", self->url), GHD_LOG_INT ("status", status));
  else
    ghd_log_warning ("The collector refuses traces, and they are lost: see tracing.endpoint",
                     GHD_LOG_STRING ("endpoint", self->url), GHD_LOG_INT ("status", status));
}

/* One attempt. */
static Outcome
attempt (GhdTraceExporter *self, GBytes *json, guint *retry_after_ms)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, self->url);
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) error = NULL;
  DexPromise *promise = dex_promise_new ();
  Outcome outcome;

  *retry_after_ms = 0;
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (message, "application/json", json);
  soup_session_send_async (self->session, message, G_PRIORITY_LOW, self->cancellable, on_sent,
                           dex_ref (promise));

  body = dex_await_object (DEX_FUTURE (promise), &error);
  if (body == NULL)
    {
      note (self, OUTCOME_LATER, 0, error);
      return OUTCOME_LATER;
    }

  /* What it answers beside the status is read past and not kept. */
  g_input_stream_close_async (body, G_PRIORITY_LOW, self->cancellable, NULL, NULL);
  outcome = judge (soup_message_get_status (message));
  note (self, outcome, soup_message_get_status (message), NULL);
  if (outcome == OUTCOME_LATER)
    *retry_after_ms = read_retry_after (message);
  return outcome;
}

static void
pause_for (GhdTraceExporter *self, guint ms)
{
  dex_await (dex_future_first (dex_timeout_new_msec (ms), dex_ref (DEX_FUTURE (self->closed)),
                               NULL),
             NULL);
}

/* Goes on until it is delivered or refused, or there is no more time for it. */
static Outcome
deliver (GhdTraceExporter *self, GBytes *json)
{
  GhBackoff backoff = GH_BACKOFF_INIT (MIN_PAUSE_MS, MAX_PAUSE_MS);

  for (;;)
    {
      gboolean is_last = self->is_closing;
      guint retry_after_ms;
      Outcome outcome = attempt (self, json, &retry_after_ms);

      if (outcome != OUTCOME_LATER || is_last)
        return outcome;
      pause_for (self, MAX (gh_backoff_next_ms (&backoff), retry_after_ms));
    }
}

static void export (GhdTraceExporter *self)
{
  g_autoptr (GPtrArray) spans = ghd_tracer_take (self->tracer, MAX_BATCH);
  g_autoptr (GBytes) json = NULL;
  Encode *encode = g_new0 (Encode, 1);
  guint n_spans = spans->len;

  encode->spans = g_steal_pointer (&spans);
  encode->server = g_strdup (self->server);
  json = dex_await_boxed (ghd_worker_run (self->worker, encode_on_thread, encode, encode_free),
                          NULL);

  if (json != NULL && deliver (self, json) == OUTCOME_SENT)
    ghd_tracer_count_sent (self->tracer, n_spans);
  else
    ghd_tracer_count_dropped (self->tracer, n_spans);
}

/* Returns: whether there is something to send; when there is not, it is time to end. */
static gboolean
wait_for_spans (GhdTraceExporter *self)
{
  if (!self->is_closing)
    dex_await (dex_future_first (ghd_tracer_when (self->tracer, 1),
                                 dex_ref (DEX_FUTURE (self->closed)), NULL),
               NULL);
  if (!self->is_closing)
    dex_await (dex_future_first (ghd_tracer_when (self->tracer, MAX_BATCH),
                                 dex_timeout_new_msec (INTERVAL_MS),
                                 dex_ref (DEX_FUTURE (self->closed)), NULL),
               NULL);

  return ghd_tracer_get_n_waiting (self->tracer) > 0;
}

static DexFuture *
export_fiber (gpointer data)
{
  GhdTraceExporter *self = data;

  while (wait_for_spans (self))
    export (self);

  g_clear_handle_id (&self->closing_source, g_source_remove);
  dex_promise_resolve_boolean (self->finished, TRUE);
  return dex_future_new_true ();
}

static gboolean
on_time_is_up (gpointer user_data)
{
  GhdTraceExporter *self = user_data;

  self->closing_source = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/**
 * ghd_trace_exporter_new:
 * @endpoint: an http or https URL, which /v1/traces is added to
 * @server: the name of this server
 */
GhdTraceExporter *
ghd_trace_exporter_new (GhdTracer *tracer, const char *endpoint, const char *server)
{
  GhdTraceExporter *self;

  g_return_val_if_fail (GHD_IS_TRACER (tracer), NULL);
  g_return_val_if_fail (endpoint != NULL, NULL);

  self = g_object_new (GHD_TYPE_TRACE_EXPORTER, NULL);
  self->tracer = g_object_ref (tracer);
  self->url = g_strconcat (endpoint, g_str_has_suffix (endpoint, "/") ? "" : "/", PATH, NULL);
  self->server = g_strdup (server);

  return self;
}

void
ghd_trace_exporter_start (GhdTraceExporter *self)
{
  g_return_if_fail (GHD_IS_TRACE_EXPORTER (self));
  g_return_if_fail (!self->is_started);

  self->is_started = TRUE;
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, export_fiber, g_object_ref (self), g_object_unref));
}

/**
 * ghd_trace_exporter_close:
 *
 * Sends what waits still, but does not take long over it.
 *
 * Returns: (transfer full): resolves to %TRUE once it is sent, or two seconds have gone by
 */
DexFuture *
ghd_trace_exporter_close (GhdTraceExporter *self)
{
  dex_return_error_if_fail (GHD_IS_TRACE_EXPORTER (self));

  if (!self->is_started)
    return dex_future_new_true ();

  if (!self->is_closing)
    {
      self->is_closing = TRUE;
      self->closing_source = g_timeout_add (CLOSING_MS, on_time_is_up, self);
      dex_promise_resolve_boolean (self->closed, TRUE);
    }
  return dex_ref (DEX_FUTURE (self->finished));
}
