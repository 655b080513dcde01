/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "gh-random.h"
#include "ghd-log.h"

/* Two numbers of our own for advisory locks; the migrations' is the same with 2. The lock lasts as
 * long as the session, so whoever gets it knows that all earlier writers have come to their end. */
#define TRY_LOCK "SELECT pg_try_advisory_lock (1195919428, 1)"

/* Our last session may live on in the server, in the middle of its transaction, while we think that
 * it is lost. It is ended, so that its outcome can be known. */
#define END_LAST_SESSION                                                                           \
  "SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE application_name = $1"            \
  " AND datname = current_database () AND pid <> pg_backend_pid ()"

/* Whether a batch was committed: its first event is there. One without events has left its number
 * and its writer's name. */
#define READ_MARK                                                                                  \
  "SELECT batch, greatest (position, (SELECT coalesce (max (position), 0) FROM event)),"           \
  " CASE WHEN $3::bytea IS NULL THEN writer = $1 AND batch = $2"                                   \
  " ELSE EXISTS (SELECT FROM event WHERE id = $3) END"                                             \
  " FROM writer_mark"

/* A writer that was killed leaves its lock within moments. */
#define LOCK_ATTEMPTS 50
#define LOCK_PAUSE_MS 100
#define LOCK_NEWS 5 /* the attempt at which it is worth a line */

static gboolean
end_last_session (GhdWriter *self, GError **error)
{
  g_autoptr (GhdResult) result = NULL;

  if (self->application_name == NULL)
    return TRUE;
  result = dex_await_object (ghd_connection_query (self->connection, END_LAST_SESSION,
                                                   ghd_params_add_text (ghd_params_new (),
                                                                        self->application_name)),
                             error);
  return result != NULL;
}

static gboolean
take_lock (GhdWriter *self, GError **error)
{
  for (guint i = 0; i < LOCK_ATTEMPTS && !self->is_closing; i++)
    {
      g_autoptr (GhdResult)
        result = dex_await_object (ghd_connection_query (self->connection, TRY_LOCK, NULL), error);

      if (result == NULL)
        return FALSE;
      if (ghd_result_get_bool (result, 0, 0))
        return TRUE;
      if (i == LOCK_NEWS)
        ghd_log_info ("Another guildhalld writes to this database; waiting for it to stop");
      dex_await (dex_future_first (dex_timeout_new_msec (LOCK_PAUSE_MS),
                                   dex_ref (DEX_FUTURE (self->closed)), NULL),
                 NULL);
    }
  gh_set_error (error, GH_ERROR_UNAVAILABLE, "writer.locked", NULL,
                "Another guildhalld writes to this database. Only one may: stop it first.");
  return FALSE;
}

/* Learns how far the log goes, and with it whether the batch that was in flight has been
 * committed. */
static gboolean
read_mark (GhdWriter *self, GError **error)
{
  const GhdBatch *batch = self->in_flight;
  GhEvent *first = batch != NULL && batch->events->len > 0 ? g_ptr_array_index (batch->events, 0)
                                                           : NULL;
  g_autoptr (GhdResult) result = NULL;
  GhdParams *params = ghd_params_new ();

  ghd_params_add_text (params, batch != NULL ? batch->writer : "");
  ghd_params_add_int64 (params, batch != NULL ? batch->number : 0);
  ghd_params_add_data (params, first != NULL ? gh_event_get_hash (first)->bytes : NULL,
                       GH_HASH_SIZE);
  result = dex_await_object (ghd_connection_query (self->connection, READ_MARK, params), error);
  if (result == NULL)
    return FALSE;

  if (batch != NULL)
    {
      gboolean is_committed = ghd_result_get_bool (result, 0, 2);

      ghd_log_info ("The outcome of the batch that was under way is known",
                    GHD_LOG_STRING ("outcome", is_committed ? "committed" : "not committed"),
                    GHD_LOG_INT ("events", batch->events->len));
      if (is_committed)
        ghd_writer_finish_in_flight (self);
      else
        ghd_writer_abandon_in_flight (self);
    }
  self->batch = ghd_result_get_int64 (result, 0, 0);
  self->position = ghd_result_get_int64 (result, 0, 1);
  self->told = self->position;
  return TRUE;
}

/**
 * ghd_writer_connect:
 *
 * Comes to a connection that holds the lock, and settles what became of the batch in flight.
 */
gboolean
ghd_writer_connect (GhdWriter *self, GError **error)
{
  g_autofree char *random = gh_random_base58 (8);
  g_autofree char *name = g_strconcat ("guildhalld-writer-", random, NULL);

  g_clear_object (&self->connection);
  g_hash_table_remove_all (self->heads);

  self->connection = dex_await_object (ghd_connection_open (self->conninfo, name,
                                                            self->statement_timeout_ms),
                                       error);
  if (self->connection == NULL)
    return FALSE;

  if (!end_last_session (self, error) || !take_lock (self, error))
    {
      ghd_connection_close (self->connection);
      return FALSE;
    }
  g_free (self->application_name);
  self->application_name = g_steal_pointer (&name);

  if (!read_mark (self, error))
    {
      ghd_connection_close (self->connection);
      return FALSE;
    }
  return TRUE;
}
