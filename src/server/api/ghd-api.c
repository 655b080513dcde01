/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-api.h"

#include "gh-error.h"
#include "gh-secret.h"
#include "gh-time.h"
#include "ghd-args.h"
#include "ghd-call.h"
#include "ghd-hold.h"
#include "ghd-limits.h"
#include "ghd-log.h"

#include <string.h>

#define RESULT_OK "ok"

/* What is counted of one operation. */
typedef struct
{
  const GhdOperation *operation;
  GhdSeries *seconds;
  GhdSeries *ok;
  GhdSeries *refused[GH_N_ERRORS];
} Counters;

struct _GhdApi
{
  GObject parent_instance;
  GhdDomain *domain;
  GhdLimits *limits;
  GhdHold *hold;
  GhdTracer *tracer;    /* (nullable) */
  GHashTable *counters; /* operation's name -> Counters */
  gsize image_bytes;
};

G_DEFINE_FINAL_TYPE (GhdApi, ghd_api, G_TYPE_OBJECT)

typedef struct
{
  GhdApi *self;
  GhdCall call;
  Counters *counters;
  GhdTraceSpan *span; /* (nullable) */
  gint64 started_us;
} Running;

typedef struct
{
  GhdApi *self;
  char *address;
  char *token;
} Authenticate;

static void
running_free (gpointer data)
{
  Running *running = data;

  g_object_unref (running->self);
  g_object_unref (running->call.caller);
  gh_json_unref (running->call.data);
  g_clear_pointer (&running->call.raw, g_bytes_unref);
  g_free (running->call.request_id);
  g_clear_pointer (&running->span, ghd_trace_span_unref);
  g_free (running);
}

static void
authenticate_free (gpointer data)
{
  Authenticate *authenticate = data;

  g_object_unref (authenticate->self);
  g_free (authenticate->address);
  gh_secret_wipe (authenticate->token, strlen (authenticate->token));
  g_free (authenticate->token);
  g_free (authenticate);
}

static void
ghd_api_finalize (GObject *object)
{
  GhdApi *self = GHD_API (object);

  g_hash_table_unref (self->counters);
  g_clear_object (&self->limits);
  g_object_unref (self->hold);
  g_clear_object (&self->tracer);
  g_object_unref (self->domain);

  G_OBJECT_CLASS (ghd_api_parent_class)->finalize (object);
}

static void
ghd_api_class_init (GhdApiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_api_finalize;
}

static void
ghd_api_init (GhdApi *self)
{
  self->hold = ghd_hold_new ();
  self->counters = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

static void
add_counters (GhdApi *self, GhdMetrics *metrics)
{
  GhdMetric *requests, *seconds;
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);

  requests = ghd_metrics_add_counter (metrics, "guildhall_requests_total",
                                      "Requests by operation and result.", "operation", "result",
                                      NULL);
  seconds = ghd_metrics_add_histogram (metrics, "guildhall_request_seconds",
                                       "Time from a request to its answer.", ghd_metrics_seconds,
                                       GHD_METRICS_N_SECONDS, "operation", NULL);

  for (gsize i = 0; i < n_operations; i++)
    {
      Counters *counters = g_new0 (Counters, 1);
      const char *name = operations[i].name;

      counters->operation = &operations[i];
      counters->seconds = ghd_metric_get_series (seconds, name, NULL);
      counters->ok = ghd_metric_get_series (requests, name, RESULT_OK, NULL);
      for (guint code = 0; code < GH_N_ERRORS; code++)
        counters->refused[code] = ghd_metric_get_series (requests, name,
                                                         gh_error_code_to_string (code), NULL);
      g_hash_table_insert (self->counters, (gpointer) name, counters);
    }
}

/**
 * ghd_api_new:
 * @tracer: (nullable): has a span for each request
 */
GhdApi *
ghd_api_new (GhdDomain *domain, GhdTracer *tracer)
{
  GhdApi *self;
  GhdSettings *settings;

  g_return_val_if_fail (GHD_IS_DOMAIN (domain), NULL);

  self = g_object_new (GHD_TYPE_API, NULL);
  self->domain = g_object_ref (domain);
  g_set_object (&self->tracer, tracer);
  settings = ghd_domain_get_settings (domain);
  self->limits = ghd_limits_new (ghd_settings_get_int (settings, GHD_SETTING_ACCOUNTS_RATE_FACTOR),
                                 ghd_settings_get_int (settings,
                                                       GHD_SETTING_LIMITS_ADDRESS_FACTOR));
  self->image_bytes = ghd_settings_get_int (settings, GHD_SETTING_LIMITS_IMAGE_BYTES);
  add_counters (self, ghd_domain_get_metrics (domain));

  return self;
}

/**
 * ghd_api_get_tracer:
 *
 * Returns: (transfer none) (nullable): %NULL when nothing is traced
 */
GhdTracer *
ghd_api_get_tracer (GhdApi *self)
{
  g_return_val_if_fail (GHD_IS_API (self), NULL);

  return self->tracer;
}

/**
 * ghd_api_find:
 *
 * Returns: (nullable): the row of an operation
 */
const GhdOperation *
ghd_api_find (const char *name)
{
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);

  for (gsize i = 0; i < n_operations; i++)
    if (g_str_equal (operations[i].name, name))
      return &operations[i];

  return NULL;
}

/**
 * ghd_api_max_body:
 *
 * Returns: how many bytes the body of a request may have
 */
gsize
ghd_api_max_body (GhdApi *self, const GhdOperation *operation)
{
  g_return_val_if_fail (GHD_IS_API (self), 0);

  return operation->max_body > 0 ? operation->max_body : self->image_bytes;
}

static DexFuture *
authenticate_fiber (gpointer data)
{
  Authenticate *authenticate = data;
  GhdSessions *sessions = ghd_domain_get_sessions (authenticate->self->domain);
  g_autoptr (GhdTokenRow) row = NULL;
  g_autoptr (GError) error = NULL;

  row = ghd_sessions_authenticate (sessions, authenticate->token, &error);
  if (row == NULL)
    {
      if (g_error_matches (error, GH_ERROR, GH_ERROR_UNAUTHENTICATED))
        ghd_limits_guessed (authenticate->self->limits, authenticate->address,
                            gh_time_monotonic_us ());
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  return dex_future_new_take_object (
    ghd_caller_new (authenticate->address, row->user_id, row->device_id, row->expires_ts));
}

/**
 * ghd_api_authenticate:
 * @address: the peer's
 * @token: (nullable): an access token; NULL gives a caller who is not signed in
 *
 * Returns: (transfer full): resolves to a #GhdCaller; rejects with %GH_ERROR_UNAUTHENTICATED,
 *   %GH_ERROR_UNAVAILABLE, or %GH_ERROR_LIMITED after many wrong tokens from this address
 */
DexFuture *
ghd_api_authenticate (GhdApi *self, const char *address, const char *token)
{
  Authenticate *authenticate;
  g_autoptr (GhdTokenRow) known = NULL;
  GError *error = NULL;

  g_return_val_if_fail (GHD_IS_API (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  if (token == NULL)
    return dex_future_new_take_object (ghd_caller_new (address, NULL, NULL, 0));

  /* The token of most requests is known already. */
  known = ghd_sessions_peek (ghd_domain_get_sessions (self->domain), token);
  if (known != NULL)
    return dex_future_new_take_object (
      ghd_caller_new (address, known->user_id, known->device_id, known->expires_ts));
  if (!ghd_limits_may_guess (self->limits, address, gh_time_monotonic_us (), &error))
    return ghd_hold_reject (self->hold, error);

  authenticate = g_new0 (Authenticate, 1);
  authenticate->self = g_object_ref (self);
  authenticate->address = g_strdup (address);
  authenticate->token = g_strdup (token);

  return dex_scheduler_spawn (NULL, 0, authenticate_fiber, authenticate, authenticate_free);
}

/* The guild or channel that a call is about, as long as who asks is in it. */
static const char *
find_room (GhdApi *self, GhdCall *call)
{
  const char *room_id = gh_json_peek_string (call->data, "channel_id");
  const char *user_id = ghd_caller_get_user_id (call->caller);

  if (room_id == NULL)
    room_id = gh_json_peek_string (call->data, "guild_id");
  if (room_id == NULL || user_id == NULL
      || !ghd_guilds_peek_member (ghd_domain_get_guilds (self->domain), room_id, user_id))
    return NULL;

  return room_id;
}

/* What is checked before anything is begun, so that it costs next to nothing. */
static gboolean
check_rate (GhdApi *self, GhdCall *call, GError **error)
{
  const char *user_id = ghd_caller_get_user_id (call->caller);
  const char *address = ghd_caller_get_address (call->caller);
  gint64 now_us = gh_time_monotonic_us ();

  if (call->operation->scope != GHD_SCOPE_PUBLIC && !ghd_caller_is_signed_in (call->caller))
    return ghd_limits_take_other (self->limits, NULL, address, now_us, error);

  return ghd_limits_take (self->limits, call->operation, user_id, address, find_room (self, call),
                          now_us, error);
}

static gboolean
check_preconditions (GhdApi *self, GhdCall *call, GError **error)
{
  const GhdOperation *operation = call->operation;
  gboolean wants_raw = (operation->flags & GHD_OPERATION_RAW_BODY) != 0;

  if (operation->scope != GHD_SCOPE_PUBLIC && !ghd_caller_is_signed_in (call->caller))
    return gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "session.missing", NULL,
                         "Sign in first.");
  if (wants_raw && (call->raw == NULL || g_bytes_get_size (call->raw) == 0))
    return gh_set_error (error, GH_ERROR_INVALID, "request.empty", NULL,
                         "The body of this request must be the picture itself.");
  if (call->raw != NULL && g_bytes_get_size (call->raw) > ghd_api_max_body (self, operation))
    return gh_set_error (error, GH_ERROR_TOO_LARGE, "request.too_large", NULL,
                         "That is too large: at most %" G_GSIZE_FORMAT " bytes.",
                         ghd_api_max_body (self, operation));

  return ghd_args_check (operation->args, call->data, error);
}

/* The end of a line's fields, where nothing is traced. */
static GhdLogField
trace_field (Running *running)
{
  if (running->span == NULL)
    return (GhdLogField) { NULL, NULL, 0 };

  return GHD_LOG_STRING ("trace_id", ghd_trace_span_get_trace_id (running->span));
}

/* What is not of our domain is a fault of ours: it is written to the log, and the caller learns only
 * that it happened. */
static GError *
as_public (Running *running, GError *error)
{
  GhdCall *call = &running->call;

  if (error != NULL && error->domain == GH_ERROR && error->code != GH_ERROR_INTERNAL)
    return error;

  ghd_log_error ("A request failed by a fault of the server",
                 GHD_LOG_STRING ("request_id", call->request_id),
                 GHD_LOG_STRING ("operation", call->operation->name),
                 GHD_LOG_STRING ("error", error != NULL ? error->message : "no reason was given"),
                 trace_field (running));
  g_clear_error (&error);

  return gh_error_new_literal (GH_ERROR_INTERNAL, "internal", NULL, 0,
                               "The server failed to do this. Try again.");
}

/* What happens often and went well is for whoever looks for it; the rest is always there. But a flood
 * must not flood the log too. */
static GLogLevelFlags
choose_level (GhdApi *self, GhdCall *call, const GError *error)
{
  if (g_error_matches (error, GH_ERROR, GH_ERROR_LIMITED))
    return ghd_limits_may_log (self->limits, ghd_caller_get_user_id (call->caller),
                               ghd_caller_get_address (call->caller), gh_time_monotonic_us ())
             ? G_LOG_LEVEL_INFO
             : G_LOG_LEVEL_DEBUG;
  if (error != NULL || call->operation->scope == GHD_SCOPE_ACCOUNT
      || call->operation->scope == GHD_SCOPE_PUBLIC)
    return G_LOG_LEVEL_INFO;

  return G_LOG_LEVEL_DEBUG;
}

static void
begin_span (Running *running, const GhdTraceContext *parent)
{
  const GhdCall *call = &running->call;

  running->span = ghd_tracer_begin (running->self->tracer, parent, call->operation->name,
                                    GHD_TRACE_SERVER);
  ghd_trace_span_set_string (running->span, "request_id", call->request_id);
  ghd_trace_span_set_string (running->span, "operation", call->operation->name);
}

static void
end_span (Running *running, const GError *error)
{
  if (error != NULL)
    ghd_trace_span_set_error (running->span, error);
  else
    ghd_trace_span_set_string (running->span, "result", RESULT_OK);
  ghd_tracer_end (running->self->tracer, g_steal_pointer (&running->span));
}

static void
log_request (Running *running, const GError *error, gint64 duration_us)
{
  GhdCall *call = &running->call;
  GLogLevelFlags level = choose_level (running->self, call, error);

  if (!ghd_log_is_enabled (level))
    return;

  ghd_log_emit (G_LOG_DOMAIN, level, "Request",
                (GhdLogField[]) {
                  GHD_LOG_STRING ("request_id", call->request_id),
                  GHD_LOG_STRING ("operation", call->operation->name),
                  GHD_LOG_STRING ("result", error == NULL ? RESULT_OK
                                                          : gh_error_code_to_string (
                                                              gh_error_get_code (error))),
                  GHD_LOG_STRING ("reason", error != NULL ? gh_error_get_reason (error) : NULL),
                  GHD_LOG_STRING ("user_id", ghd_caller_get_user_id (call->caller)),
                  GHD_LOG_STRING ("address", ghd_caller_get_address (call->caller)),
                  GHD_LOG_INT ("duration_ms", duration_us / 1000),
                  trace_field (running),
                  { NULL, NULL, 0 },
                });
}

static void
note (Running *running, const GError *error)
{
  gint64 duration_us = gh_time_monotonic_us () - running->started_us;

  ghd_series_observe (running->counters->seconds, duration_us / (double) G_USEC_PER_SEC);
  ghd_series_add (error == NULL ? running->counters->ok
                                : running->counters->refused[gh_error_get_code (error)],
                  1);
  log_request (running, error, duration_us);
  end_span (running, error);
}

static DexFuture *
call_fiber (gpointer data)
{
  Running *running = data;
  GhdCall *call = &running->call;
  GhdReply *reply = NULL;
  g_autoptr (GError) error = NULL;

  if (check_preconditions (running->self, call, &error))
    {
      ghd_tracer_enter (running->self->tracer, running->span, __builtin_frame_address (0));
      reply = call->operation->handler (call, &error);
      ghd_tracer_leave (running->self->tracer, running->span);
    }

  if (reply == NULL)
    {
      error = as_public (running, g_steal_pointer (&error));
      note (running, error);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  note (running, NULL);

  return dex_future_new_take_object (reply);
}

/**
 * ghd_api_refuse:
 * @caller: (nullable): NULL when it is not known who asks
 * @address: the peer's
 * @error: (transfer full): why this is no request for an operation
 *
 * Counts what never comes as far as ghd_api_call(): without sign-in, malformed, of no operation.
 *
 * Returns: (transfer full): rejects with @error, or with %GH_ERROR_LIMITED after too many of them
 */
DexFuture *
ghd_api_refuse (GhdApi *self, GhdCaller *caller, const char *address, GError *error)
{
  const char *user_id = caller != NULL ? ghd_caller_get_user_id (caller) : NULL;
  GError *limited = NULL;

  g_return_val_if_fail (GHD_IS_API (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail (error != NULL, NULL);

  if (ghd_limits_take_other (self->limits, user_id, address, gh_time_monotonic_us (), &limited))
    return dex_future_new_for_error (error);

  g_error_free (error);
  return ghd_hold_reject (self->hold, limited);
}

/**
 * ghd_api_call:
 * @request_id: for the log
 * @parent: (nullable): the trace that the caller wants it to be a part of
 * @operation: its name, as the caller wrote it
 * @data: the merged object of arguments, unchecked
 * @raw: (nullable): the body of a RAW_BODY operation
 *
 * Checks what the operation's row asks for, then runs its handler. Who asks too fast is refused after
 * a breath, see #GhdHold.
 *
 * Returns: (transfer full): resolves to a #GhdReply; rejects with an error of the domain GH_ERROR
 */
DexFuture *
ghd_api_call (GhdApi *self, GhdCaller *caller, const char *request_id,
              const GhdTraceContext *parent, const char *operation, GhJson *data, GBytes *raw)
{
  Running *running;
  Counters *counters;
  GError *error = NULL;

  g_return_val_if_fail (GHD_IS_API (self), NULL);
  g_return_val_if_fail (GHD_IS_CALLER (caller), NULL);
  g_return_val_if_fail (operation != NULL, NULL);
  g_return_val_if_fail (data != NULL, NULL);

  counters = g_hash_table_lookup (self->counters, operation);
  if (counters == NULL)
    return ghd_api_refuse (self, caller, ghd_caller_get_address (caller),
                           gh_error_new_literal (GH_ERROR_NOT_FOUND, "operation.unknown", "do", 0,
                                                 "This server knows no such operation."));

  running = g_new0 (Running, 1);
  running->self = g_object_ref (self);
  running->counters = counters;
  running->started_us = gh_time_monotonic_us ();
  running->call = (GhdCall) {
    .domain = self->domain,
    .caller = g_object_ref (caller),
    .operation = counters->operation,
    .data = gh_json_ref (data),
    .raw = raw != NULL ? g_bytes_ref (raw) : NULL,
    .request_id = g_strdup (request_id),
  };

  begin_span (running, parent);

  if (!check_rate (self, &running->call, &error))
    {
      note (running, error);
      running_free (running);
      return ghd_hold_reject (self->hold, error);
    }

  return dex_scheduler_spawn (NULL, 0, call_fiber, running, running_free);
}

/**
 * ghd_api_attach:
 * @caller: signed in
 *
 * Returns: (transfer full): resolves to %TRUE once @subscriber hears what its user may read; its
 *   "ready" frame was delivered before anything else. Rejects with %GH_ERROR_UNAVAILABLE or
 *   %GH_ERROR_LIMITED.
 */
DexFuture *
ghd_api_attach (GhdApi *self, GhdCaller *caller, GhdSubscriber *subscriber)
{
  g_return_val_if_fail (GHD_IS_API (self), NULL);
  g_return_val_if_fail (GHD_IS_CALLER (caller), NULL);
  g_return_val_if_fail (ghd_caller_is_signed_in (caller), NULL);

  return ghd_domain_attach (self->domain, subscriber, ghd_caller_get_user_id (caller),
                            ghd_caller_get_device_id (caller));
}

void
ghd_api_detach (GhdApi *self, GhdSubscriber *subscriber)
{
  g_return_if_fail (GHD_IS_API (self));

  ghd_domain_detach (self->domain, subscriber);
}

void
ghd_api_set_flush (GhdApi *self, GhdHubFlush flush, gpointer user_data)
{
  g_return_if_fail (GHD_IS_API (self));

  ghd_hub_set_flush (ghd_domain_get_hub (self->domain), flush, user_data);
}

/**
 * ghd_api_close_all:
 *
 * Returns: how many connections were told to close
 */
guint
ghd_api_close_all (GhdApi *self, guint code, const char *reason)
{
  g_return_val_if_fail (GHD_IS_API (self), 0);

  return ghd_hub_close_all (ghd_domain_get_hub (self->domain), code, reason);
}
