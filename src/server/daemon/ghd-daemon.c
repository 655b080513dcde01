/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-daemon.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-signing-key.h"
#include "gh-time.h"
#include "ghd-api.h"
#include "ghd-cluster.h"
#include "ghd-domain.h"
#include "ghd-door.h"
#include "ghd-gateway.h"
#include "ghd-health.h"
#include "ghd-http.h"
#include "ghd-images.h"
#include "ghd-listener.h"
#include "ghd-log.h"
#include "ghd-metrics.h"
#include "ghd-migrate.h"
#include "ghd-notify.h"
#include "ghd-pool.h"
#include "ghd-settings.h"
#include "ghd-store-keys.h"
#include "ghd-store-status.h"
#include "ghd-tls.h"
#include "ghd-trace-exporter.h"
#include "ghd-tracer.h"
#include "ghd-worker.h"
#include "ghd-writer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* Descriptors that are not for connections: the database's, files, pipes, threads. */
#define OWN_DESCRIPTORS 128

/* How long stopping waits: for what is being asked or written, and for clients to say goodbye too. */
#define DRAIN_SECONDS 5
#define GOODBYE_SECONDS 2

/* So long who speaks HTTP may still ask: a request that is on its way is answered, not cut off. */
#define LAST_CALL_MS 250

/* Password hashes and pictures that may wait for a worker thread. */
#define MAX_WAITING_JOBS 1000

struct _GhdDaemon
{
  guint64 max_descriptors;
  guint n_passed; /* sockets to listen on */
  int status;
  DexPromise *stop;
  DexPromise *hurry; /* somebody wants it to stop at once */

  GhdSettings *settings;
  GhdMetrics *metrics;
  GhdTracer *tracer; /* NULL: nothing is traced */
  GhdTraceExporter *exporter;
  GhdWorker *worker;
  GhdCluster *cluster;
  GhdPool *pool;
  GhSigningKey *key;
  GhdWriter *writer;
  GhdDomain *domain;
  GhdApi *api;
  GhdTls *tls;
  GhdSeats *seats;
  GhdHealth *health;
  GhdGateway *gateway;
  GhdHttp *http;
  GhdDoor *door;
  GhdListener *listener;
};

static const char *
get_string (GhdDaemon *self, GhdSetting setting)
{
  return ghd_settings_get_string (self->settings, setting);
}

/* The exit status of sysexits.h that says best why the daemon did not start. */
static int
find_status (const GError *error)
{
  if (error->domain == GHD_LISTENER_ERROR)
    {
      switch ((GhdListenerError) error->code)
        {
        case GHD_LISTENER_ERROR_TAKEN:
          return EX_TEMPFAIL;
        case GHD_LISTENER_ERROR_DENIED:
          return EX_NOPERM;
        case GHD_LISTENER_ERROR_ADDRESS:
        case GHD_LISTENER_ERROR_PASSED:
        default:
          return EX_CONFIG;
        }
    }

  if (error->domain == G_TLS_ERROR)
    return EX_CONFIG;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
      || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_ACCES)
      || g_error_matches (error, GH_ERROR, GH_ERROR_DENIED))
    return EX_NOPERM;
  if (error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR)
    return EX_IOERR;

  return ghd_store_status (error);
}

/* Whoever started us reads on standard output where we listen, and the log perhaps not; where both go to
 * the same place, the log has said it already. */
static void
tell_starter (const char *sentence)
{
  g_autofree char *line = g_strstrip (g_strdelimit (g_strdup (sentence), "\r\n\t", ' '));
  struct stat output, log;

  if (fstat (STDOUT_FILENO, &output) == 0 && fstat (STDERR_FILENO, &log) == 0
      && output.st_dev == log.st_dev && output.st_ino == log.st_ino)
    return;

  g_print ("cannot start: %s\n", line);
  fflush (stdout);
}

/* --- parts --- */

/* What the settings are checked for, of sockets that somebody else has bound. */
static gboolean
adopt_sockets (GhdDaemon *self, GError **error)
{
  if (!ghd_listener_adopt (self->listener, self->n_passed, error))
    return FALSE;

  if (self->tls == NULL && !ghd_listener_is_loopback (self->listener)
      && !ghd_settings_get_bool (self->settings, GHD_SETTING_SERVER_BEHIND_PROXY))
    {
      g_set_error (error, GHD_LISTENER_ERROR, GHD_LISTENER_ERROR_PASSED,
                   "Plain HTTP on the sockets that were passed would send passwords in the clear: "
                   "set tls.certificate and tls.key, or server.behind-proxy=true when a proxy "
                   "terminates TLS, or have them bound to 127.0.0.1");
      return FALSE;
    }
  ghd_log_info ("Listens on what was passed by the service manager, not on server.listen",
                GHD_LOG_INT ("sockets", self->n_passed));

  return TRUE;
}

static gboolean
open_listener (GhdDaemon *self, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (get_string (self, GHD_SETTING_TLS_CERTIFICATE)[0] != '\0')
    {
      self->tls = ghd_tls_new (get_string (self, GHD_SETTING_TLS_CERTIFICATE),
                               get_string (self, GHD_SETTING_TLS_KEY), error);
      if (self->tls == NULL)
        return FALSE;
    }

  ghd_settings_get_listen (self->settings, &host, &port);
  self->listener = ghd_listener_new ();
  if (self->n_passed > 0)
    return adopt_sockets (self, error);

  return ghd_listener_listen (self->listener, host, port, error);
}

static gboolean
make_data_dir (GhdDaemon *self)
{
  static const char sentence[] =
    "The data directory cannot be made or written to; choose another one with --data-dir";
  const char *data_dir = get_string (self, GHD_SETTING_SERVER_DATA_DIR);
  const char *reason;
  g_autofree char *told = NULL;

  if (g_mkdir_with_parents (data_dir, 0700) == 0 && g_access (data_dir, W_OK | X_OK) == 0)
    return TRUE;

  reason = g_strerror (errno);
  ghd_log_error (sentence, GHD_LOG_STRING ("path", data_dir), GHD_LOG_STRING ("error", reason));
  told = g_strdup_printf ("%s (%s: %s)", sentence, data_dir, reason);
  tell_starter (told);
  self->status = EX_CANTCREAT;

  return FALSE;
}

static const char *
get_conninfo (GhdDaemon *self)
{
  return self->cluster != NULL ? ghd_cluster_get_conninfo (self->cluster)
                               : get_string (self, GHD_SETTING_DATABASE_URI);
}

static void
start_tracing (GhdDaemon *self)
{
  const char *endpoint = get_string (self, GHD_SETTING_TRACING_ENDPOINT);

  if (endpoint[0] == '\0')
    return;

  self->tracer = ghd_tracer_new (ghd_settings_get_sample (self->settings), GHD_TRACER_DEFAULT_QUEUE,
                                 self->metrics);
  ghd_tracer_set_follows_callers (self->tracer,
                                  ghd_settings_get_bool (self->settings,
                                                         GHD_SETTING_TRACING_FOLLOW_CALLERS));
  self->exporter = ghd_trace_exporter_new (self->tracer, endpoint,
                                           get_string (self, GHD_SETTING_SERVER_NAME));
  ghd_trace_exporter_start (self->exporter);
}

static gboolean
start_database (GhdDaemon *self, GError **error)
{
  GhdPoolOptions options = {
    .size = ghd_settings_get_int (self->settings, GHD_SETTING_DATABASE_POOL_SIZE),
    .statement_timeout_ms = ghd_settings_get_int (self->settings,
                                                  GHD_SETTING_DATABASE_STATEMENT_TIMEOUT_MS),
    .tracer = self->tracer,
  };

  if (ghd_settings_get_bool (self->settings, GHD_SETTING_DATABASE_EMBEDDED))
    {
      self->cluster = ghd_cluster_new (get_string (self, GHD_SETTING_SERVER_DATA_DIR));
      if (!dex_await (ghd_cluster_start (self->cluster), error))
        return FALSE;
    }

  if (!dex_await (ghd_migrate (get_conninfo (self)), error))
    return FALSE;

  options.conninfo = get_conninfo (self);
  self->pool = ghd_pool_new (&options, self->metrics);

  return dex_await (ghd_pool_start (self->pool), error);
}

static gboolean
start_writer (GhdDaemon *self, GError **error)
{
  g_autofree char *keys_dir = ghd_settings_build_path (self->settings, "keys");
  g_autofree char *path = ghd_settings_build_path (self->settings, "keys/signing.key");
  const char *server = get_string (self, GHD_SETTING_SERVER_NAME);
  gboolean created;
  GhdWriterOptions options = { .conninfo = get_conninfo (self), .tracer = self->tracer };

  g_mkdir_with_parents (keys_dir, 0700); /* what goes wrong here shows in the next step */
  self->key = gh_signing_key_load_or_create (path, &created, error);
  if (self->key == NULL)
    return FALSE;
  if (created)
    ghd_log_info ("Made the key that signs events; keep it with the database",
                  GHD_LOG_STRING ("key_id", gh_signing_key_get_id (self->key)));

  if (!dex_await (ghd_store_keys_add (self->pool, server, gh_signing_key_get_id (self->key),
                                      gh_signing_key_get_public (self->key), gh_time_wall_ms ()),
                  error))
    return FALSE;

  options.signer = (GhEventSigner) {
    .server = server,
    .key_id = gh_signing_key_get_id (self->key),
    .sign = gh_signing_key_sign,
    .user_data = self->key,
  };
  options.max_waiting = ghd_settings_get_int (self->settings, GHD_SETTING_LIMITS_EVENT_QUEUE);
  options.statement_timeout_ms = ghd_settings_get_int (self->settings,
                                                       GHD_SETTING_DATABASE_STATEMENT_TIMEOUT_MS);
  self->writer = ghd_writer_new (&options, self->metrics);

  return TRUE;
}

/* The domain hears of every commit, so it comes between making the writer and starting it. */
static gboolean
start_domain (GhdDaemon *self, GError **error)
{
  self->worker = ghd_worker_new (g_get_num_processors (), MAX_WAITING_JOBS);
  self->domain = ghd_domain_new (self->settings, self->metrics, self->worker, self->pool,
                                 self->writer);

  if (!dex_await (ghd_writer_start (self->writer), error)
      || !dex_await (ghd_domain_start (self->domain), error))
    return FALSE;

  self->api = ghd_api_new (self->domain, self->tracer);

  return TRUE;
}

static gboolean
check_pool (gpointer part, const char **state)
{
  gboolean works = ghd_pool_is_available (part);

  *state = works ? "connected" : "away";

  return works;
}

static gboolean
check_writer (gpointer part, const char **state)
{
  gboolean works = ghd_writer_is_available (part);

  *state = works ? "connected" : "away";

  return works;
}

static gboolean
check_listener (gpointer part, const char **state)
{
  gboolean works = !ghd_listener_is_starved (part);

  *state = works ? "accepting" : "starved";

  return works;
}

static gboolean
check_media (gpointer part, const char **state)
{
  gboolean works = ghd_images_is_healthy (part);

  *state = works ? "ready" : "failing";

  return works;
}

static gboolean
open_doors (GhdDaemon *self, GError **error)
{
  gboolean behind_proxy = ghd_settings_get_bool (self->settings, GHD_SETTING_SERVER_BEHIND_PROXY);
  guint64 max_seats = self->max_descriptors > 2 * OWN_DESCRIPTORS
                        ? self->max_descriptors - OWN_DESCRIPTORS
                        : self->max_descriptors / 2;

  self->health = ghd_health_new ();
  ghd_health_add (self->health, "database", check_pool, self->pool);
  ghd_health_add (self->health, "writer", check_writer, self->writer);
  ghd_health_add (self->health, "listener", check_listener, self->listener);
  ghd_health_add (self->health, "media", check_media, ghd_domain_get_images (self->domain));

  self->gateway = ghd_gateway_new (self->api, self->settings, self->metrics);
  self->http = ghd_http_new (self->api, self->settings, self->metrics, self->gateway, self->health,
                             error);
  if (self->http == NULL)
    return FALSE;

  self->seats = ghd_seats_new (MIN (max_seats, G_MAXINT),
                               ghd_settings_get_int (self->settings,
                                                     GHD_SETTING_LIMITS_CONNECTIONS_PER_ADDRESS));
  self->door = ghd_door_new (ghd_http_get_server (self->http), self->seats, self->tls,
                             self->metrics, !behind_proxy,
                             ghd_settings_get_int (self->settings,
                                                   GHD_SETTING_LIMITS_ARRIVAL_SECONDS));
  ghd_listener_start (self->listener, self->door);

  return TRUE;
}

/* --- starting and stopping --- */

static gboolean
start (GhdDaemon *self, GError **error)
{
  start_tracing (self);

  return open_listener (self, error) && start_database (self, error) && start_writer (self, error)
         && start_domain (self, error) && open_doors (self, error);
}

static void
announce (GhdDaemon *self)
{
  const char *host = ghd_listener_get_host (self->listener);
  g_autofree char *url = NULL;

  url = g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u",
                         self->tls != NULL ? "https" : "http", host,
                         ghd_listener_get_port (self->listener));

  if (get_string (self, GHD_SETTING_SERVER_PUBLIC_URL)[0] == '\0')
    ghd_domain_set_public_url (self->domain, url);

  g_print ("listening on %s\n", url);
  fflush (stdout);
  ghd_log_info ("Ready", GHD_LOG_STRING ("url", url),
                GHD_LOG_STRING ("version", GUILDHALL_VERSION));
  ghd_notify_send ("READY=1");
}

static void
wait_for (GhdDaemon *self, DexFuture *future, guint seconds, const char *what)
{
  g_autoptr (GError) error = NULL;

  if (!dex_await (dex_future_first (future, dex_ref (DEX_FUTURE (self->hurry)),
                                    dex_timeout_new_seconds (seconds), NULL),
                  &error))
    ghd_log_info ("Stopping without waiting longer", GHD_LOG_STRING ("for", what),
                  GHD_LOG_STRING ("error", error->message));
}

/* From the doors inwards: whoever was acknowledged anything has been told before the database goes. */
static void
stop (GhdDaemon *self)
{
  ghd_notify_send ("STOPPING=1");

  if (self->listener != NULL)
    ghd_listener_stop (self->listener);
  if (self->door != NULL)
    {
      ghd_http_last_call (self->http);
      dex_await (dex_future_first (ghd_door_when_empty (self->door),
                                   dex_ref (DEX_FUTURE (self->hurry)),
                                   dex_timeout_new_msec (LAST_CALL_MS), NULL),
                 NULL);
      ghd_door_clear (self->door);
      wait_for (self,
                dex_future_all (ghd_http_drain (self->http), ghd_gateway_finish (self->gateway),
                                NULL),
                DRAIN_SECONDS, "requests");
      wait_for (self,
                ghd_gateway_drain (self->gateway, GH_CLOSE_GOING_AWAY,
                                   "The server is going away; come back in a moment"),
                GOODBYE_SECONDS, "gateway connections");
    }

  if (self->gateway != NULL)
    g_object_run_dispose (G_OBJECT (self->gateway));
  if (self->domain != NULL)
    wait_for (self, ghd_domain_stop (self->domain), DRAIN_SECONDS, "the domain");
  if (self->writer != NULL)
    wait_for (self, ghd_writer_close (self->writer), DRAIN_SECONDS, "the writer");
  if (self->pool != NULL)
    wait_for (self, ghd_pool_close (self->pool), DRAIN_SECONDS, "the database connections");
  if (self->exporter != NULL)
    wait_for (self, ghd_trace_exporter_close (self->exporter), DRAIN_SECONDS, "traces");
  if (self->cluster != NULL)
    dex_await (ghd_cluster_stop (self->cluster), NULL);
}

static DexFuture *
run_fiber (gpointer data)
{
  GhdDaemon *self = data;
  g_autoptr (GError) error = NULL;

  if (make_data_dir (self))
    {
      if (start (self, &error))
        {
          announce (self);
          dex_await (dex_ref (DEX_FUTURE (self->stop)), NULL);
          ghd_log_info ("Stopping");
        }
      else
        {
          self->status = find_status (error);
          ghd_log_error (error->message);
          tell_starter (error->message);
        }
      stop (self);
    }

  return dex_future_new_for_int (self->status);
}

/* --- the daemon --- */

GhdDaemon *
ghd_daemon_new (GhdSettings *settings, guint64 max_descriptors, guint n_passed)
{
  GhdDaemon *self;

  g_return_val_if_fail (GHD_IS_SETTINGS (settings), NULL);

  self = g_new0 (GhdDaemon, 1);
  self->settings = g_object_ref (settings);
  self->max_descriptors = max_descriptors;
  self->n_passed = n_passed;
  self->metrics = ghd_metrics_new ();
  self->stop = dex_promise_new ();
  self->hurry = dex_promise_new ();

  return self;
}

void
ghd_daemon_free (GhdDaemon *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->listener);
  g_clear_object (&self->door);
  g_clear_object (&self->http);
  g_clear_object (&self->gateway);
  g_clear_pointer (&self->health, ghd_health_free);
  g_clear_pointer (&self->seats, ghd_seats_unref);
  g_clear_object (&self->tls);
  g_clear_object (&self->api);
  g_clear_object (&self->domain);
  g_clear_object (&self->writer);
  g_clear_object (&self->pool);
  g_clear_object (&self->cluster);
  g_clear_object (&self->worker);
  g_clear_pointer (&self->key, gh_signing_key_unref);
  g_clear_object (&self->exporter);
  g_clear_object (&self->tracer);
  g_clear_object (&self->metrics);
  g_clear_object (&self->settings);
  dex_clear (&self->stop);
  dex_clear (&self->hurry);
  g_free (self);
}

DexFuture *
ghd_daemon_run (GhdDaemon *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return dex_scheduler_spawn (NULL, 0, run_fiber, self, NULL);
}

void
ghd_daemon_stop (GhdDaemon *self)
{
  g_return_if_fail (self != NULL);

  if (dex_future_is_pending (DEX_FUTURE (self->stop)))
    dex_promise_resolve_boolean (self->stop, TRUE);
  else if (dex_future_is_pending (DEX_FUTURE (self->hurry)))
    dex_promise_resolve_boolean (self->hurry, TRUE);
}

void
ghd_daemon_reload (GhdDaemon *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self != NULL);

  if (self->tls == NULL)
    ghd_log_info ("There is nothing to reload: TLS is not set up");
  else if (ghd_tls_reload (self->tls, &error))
    ghd_log_info ("Reloaded the certificate");
  else
    ghd_log_error (error->message);
}
