/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-watch.h"

#include "gh-random.h"
#include "ghd-log.h"
#include "ghd-sql-error.h"
#include "ghd-worker.h"

#include <glib-unix.h>
#include <libpq-fe.h>

struct _GhdWatch
{
  GObject parent_instance;
  char *conninfo;
  char *channel;
  GhdWatchFunc func;
  gpointer user_data;
  PGconn *pg;
  DexPromise *lost;
  DexPromise *stopping;
  DexPromise *finished; /* NULL before the start */
};

G_DEFINE_FINAL_TYPE (GhdWatch, ghd_watch, G_TYPE_OBJECT)

typedef struct
{
  char *conninfo;
  char *channel;
} Connecting;

static void
connecting_free (gpointer data)
{
  Connecting *connecting = data;

  g_free (connecting->conninfo);
  g_free (connecting->channel);
  g_free (connecting);
}

static void
on_notice (void *user_data, const char *message)
{
  ghd_log_debug ("The database notes", GHD_LOG_STRING ("database_message", message));
}

/* On a thread of its own, since it blocks. */
static DexFuture *
connect_on_thread (gpointer data)
{
  const Connecting *connecting = data;
  g_autofree char *listen = g_strdup_printf ("LISTEN %s", connecting->channel);
  const char *keywords[] = { "dbname",          "application_name",
                             "connect_timeout", "keepalives_idle",
                             "keepalives_interval", "keepalives_count",
                             NULL };
  const char *values[] = { connecting->conninfo, "guildhalld-watch", "5", "10", "3", "3", NULL };
  PGconn *pg = PQconnectdbParams (keywords, values, TRUE);
  PGresult *result = NULL;

  if (PQstatus (pg) == CONNECTION_OK)
    {
      PQsetNoticeProcessor (pg, on_notice, NULL);
      result = PQexec (pg, listen);
    }
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    {
      PQclear (result);
      PQfinish (pg);
      return dex_future_new_for_error (ghd_sql_error_new_away ());
    }
  PQclear (result);
  return dex_future_new_for_pointer (pg);
}

static void
ghd_watch_finalize (GObject *object)
{
  GhdWatch *self = GHD_WATCH (object);

  g_clear_pointer (&self->pg, PQfinish);
  g_free (self->conninfo);
  g_free (self->channel);
  dex_clear (&self->lost);
  dex_clear (&self->stopping);
  dex_clear (&self->finished);

  G_OBJECT_CLASS (ghd_watch_parent_class)->finalize (object);
}

static void
ghd_watch_class_init (GhdWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_watch_finalize;
}

static void
ghd_watch_init (GhdWatch *self)
{
  self->stopping = dex_promise_new ();
}

static gboolean
is_stopping (GhdWatch *self)
{
  return !dex_future_is_pending (DEX_FUTURE (self->stopping));
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (GhdWatch) self = g_object_ref (GHD_WATCH (user_data));
  PGnotify *heard;

  if (!PQconsumeInput (self->pg) || PQstatus (self->pg) != CONNECTION_OK)
    {
      dex_promise_resolve_boolean (self->lost, TRUE);
      return G_SOURCE_REMOVE;
    }
  while (!is_stopping (self) && (heard = PQnotifies (self->pg)) != NULL)
    {
      self->func (heard->extra, self->user_data);
      PQfreemem (heard);
    }
  return G_SOURCE_CONTINUE;
}

/* Hears until the connection is lost or the watch stopped. */
static void
hear (GhdWatch *self)
{
  g_autoptr (GSource) source = g_unix_fd_source_new (PQsocket (self->pg), G_IO_IN);

  self->lost = dex_promise_new ();
  g_source_set_static_name (source, "database-watch");
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  self->func (NULL, self->user_data);

  dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->lost)),
                               dex_ref (DEX_FUTURE (self->stopping)), NULL),
             NULL);
  g_source_destroy (source);
  g_clear_pointer (&self->pg, PQfinish);
  dex_clear (&self->lost);
}

static DexFuture *
watch_fiber (gpointer data)
{
  GhdWatch *self = data;
  GhBackoff backoff = GH_BACKOFF_INIT (100, 3000);

  while (!is_stopping (self))
    {
      Connecting *connecting = g_new0 (Connecting, 1);

      connecting->conninfo = g_strdup (self->conninfo);
      connecting->channel = g_strdup (self->channel);
      self->pg = dex_await_pointer (ghd_worker_spawn ("database-watch", connect_on_thread,
                                                      connecting, connecting_free),
                                    NULL);
      if (self->pg != NULL)
        {
          gh_backoff_reset (&backoff);
          hear (self);
        }
      else
        dex_await (dex_future_first (dex_timeout_new_msec (gh_backoff_next_ms (&backoff)),
                                     dex_ref (DEX_FUTURE (self->stopping)), NULL),
                   NULL);
    }
  dex_promise_resolve_boolean (self->finished, TRUE);
  return dex_future_new_true ();
}

/* --- public --- */

/**
 * ghd_watch_new:
 * @channel: an identifier as SQL has it
 */
GhdWatch *
ghd_watch_new (const char *conninfo, const char *channel, GhdWatchFunc func, gpointer user_data)
{
  GhdWatch *self;

  g_return_val_if_fail (conninfo != NULL, NULL);
  g_return_val_if_fail (channel != NULL, NULL);
  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (GHD_TYPE_WATCH, NULL);
  self->conninfo = g_strdup (conninfo);
  self->channel = g_strdup (channel);
  self->func = func;
  self->user_data = user_data;
  return self;
}

/**
 * ghd_watch_start:
 *
 * Begins to hear, until ghd_watch_stop().
 */
void
ghd_watch_start (GhdWatch *self)
{
  g_return_if_fail (GHD_IS_WATCH (self));
  g_return_if_fail (self->finished == NULL);

  self->finished = dex_promise_new ();
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, watch_fiber, g_object_ref (self), g_object_unref));
}

/**
 * ghd_watch_stop:
 *
 * Nothing is told from now on.
 *
 * Returns: (transfer full): resolves to %TRUE when the connection is closed
 */
DexFuture *
ghd_watch_stop (GhdWatch *self)
{
  dex_return_error_if_fail (GHD_IS_WATCH (self));

  if (!is_stopping (self))
    dex_promise_resolve_boolean (self->stopping, TRUE);
  return self->finished != NULL ? dex_ref (DEX_FUTURE (self->finished)) : dex_future_new_true ();
}
