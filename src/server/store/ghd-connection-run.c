/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-connection-private.h"

#include "ghd-log.h"
#include "ghd-params-private.h"
#include "ghd-result-private.h"

/* To say it again would make the main loop turn once more for nothing. */
static void
await (GhdConnection *self, GIOCondition condition)
{
  if (condition == self->awaited)
    return;
  self->awaited = condition;
  g_source_modify_unix_fd (self->source, self->source_tag, condition);
}

static void
flush (GhdConnection *self)
{
  int pending = PQflush (self->pg);

  if (pending < 0)
    {
      ghd_connection_lose (self, PQerrorMessage (self->pg));
      return;
    }
  await (self, pending > 0 ? G_IO_IN | G_IO_OUT : G_IO_IN);
  if (pending == 0)
    ghd_connection_note_sent (self);
  else if (self->sent == NULL && self->run != NULL)
    self->sent = dex_promise_new ();
}

static gboolean
on_stall (gpointer user_data)
{
  g_autoptr (GhdConnection) self = g_object_ref (GHD_CONNECTION (user_data));

  if (self->run == NULL)
    {
      g_clear_pointer (&self->stall_source, g_source_unref);
      return G_SOURCE_REMOVE;
    }
  if (g_get_monotonic_time () - self->run_began_us < self->stall_us)
    return G_SOURCE_CONTINUE;

  ghd_log_warning ("The database does not answer; giving up the connection");
  ghd_connection_lose (self, "no answer");
  return G_SOURCE_REMOVE;
}

/* One timer while anything runs, not one for each run. */
static void
watch_for_stall (GhdConnection *self)
{
  self->run_began_us = g_get_monotonic_time ();
  if (self->stall_us == 0 || self->stall_source != NULL)
    return;
  self->stall_source = g_timeout_source_new_seconds (1);
  g_source_set_static_name (self->stall_source, "database-stall");
  g_source_set_callback (self->stall_source, on_stall, self, NULL);
  g_source_attach (self->stall_source, self->context);
}

static Prepared *
get_prepared (GhdConnection *self, const char *sql)
{
  Prepared *prepared = g_hash_table_lookup (self->prepared, sql);

  if (prepared == NULL)
    {
      prepared = g_new0 (Prepared, 1);
      g_snprintf (prepared->name, sizeof prepared->name, "s%u", g_hash_table_size (self->prepared));
      g_hash_table_insert (self->prepared, (gpointer) sql, prepared);
    }
  return prepared;
}

/* A list may hold the same statement twice before it is known whether the first could be
 * prepared. */
static gboolean
is_being_prepared (GhdConnection *self, Prepared *prepared)
{
  for (guint i = 0; i < self->expected->len; i++)
    if (g_array_index (self->expected, Expected, i).prepared == prepared)
      return TRUE;
  return FALSE;
}

static gboolean
send_statement (GhdConnection *self, const GhdStatement *statement)
{
  Prepared *prepared = get_prepared (self, statement->sql);
  GhdParamsView view = { 0 };
  Expected expected = { NULL };

  if (statement->params != NULL)
    ghd_params_view (statement->params, &view);

  if (!prepared->is_prepared && !is_being_prepared (self, prepared))
    {
      Expected preparing = { prepared };

      if (!PQsendPrepare (self->pg, prepared->name, statement->sql, view.n, view.types))
        return FALSE;
      g_array_append_val (self->expected, preparing);
    }
  g_array_append_val (self->expected, expected);
  return PQsendQueryPrepared (self->pg, prepared->name, view.n, view.values, view.lengths,
                              view.formats, 1)
         == 1;
}

static void
finish_run (GhdConnection *self)
{
  g_autoptr (DexPromise) run = g_steal_pointer (&self->run);
  g_autoptr (GPtrArray) results = g_steal_pointer (&self->results);
  gboolean has_failed = self->has_failed;

  ghd_connection_clear_run (self);
  if (has_failed)
    dex_promise_reject (run, ghd_sql_failure_to_error (&self->failure));
  else
    dex_promise_resolve_boxed (run, G_TYPE_PTR_ARRAY, g_steal_pointer (&results));
}

static void
note_failure (GhdConnection *self, const PGresult *result)
{
  /* The first failure is the cause; what follows was skipped. */
  if (self->has_failed)
    return;
  self->has_failed = TRUE;
  ghd_sql_failure_set (&self->failure, PQresultErrorField (result, PG_DIAG_SQLSTATE),
                       PQresultErrorField (result, PG_DIAG_CONSTRAINT_NAME),
                       PQresultErrorField (result, PG_DIAG_MESSAGE_DETAIL),
                       PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY));
}

/* Takes @result. */
static void
take_result (GhdConnection *self, PGresult *result)
{
  Prepared *preparing = NULL;

  if (self->n_answered < self->expected->len)
    preparing = g_array_index (self->expected, Expected, self->n_answered).prepared;

  switch (PQresultStatus (result))
    {
    case PGRES_PIPELINE_SYNC:
      PQclear (result);
      finish_run (self);
      return;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      if (preparing != NULL)
        preparing->is_prepared = TRUE;
      else
        g_ptr_array_add (self->results, ghd_result_new_take (g_steal_pointer (&result)));
      break;
    case PGRES_PIPELINE_ABORTED:
      break;
    default:
      note_failure (self, result);
    }
  PQclear (result);
}

static void
read_results (GhdConnection *self)
{
  gboolean ended = FALSE;

  while (self->run != NULL && !PQisBusy (self->pg))
    {
      PGresult *result = PQgetResult (self->pg);

      if (result != NULL)
        {
          ended = FALSE;
          take_result (self, result);
          continue;
        }
      /* NULL ends the answer to one command; twice in a row, nothing more has come. */
      if (ended)
        break;
      ended = TRUE;
      self->n_answered++;
    }
}

void
ghd_connection_advance (GhdConnection *self, GIOCondition condition)
{
  if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
    {
      gboolean is_open = PQconsumeInput (self->pg);

      read_results (self);
      if (!is_open || PQstatus (self->pg) != CONNECTION_OK)
        {
          ghd_connection_lose (self, PQerrorMessage (self->pg));
          return;
        }
    }
  flush (self);
}

/**
 * ghd_connection_run:
 * @statements: (array length=n_statements): nothing of it is kept
 *
 * Runs the statements as one transaction. Nothing else may run at the same time.
 *
 * Returns: (transfer full): resolves to a #GPtrArray of one #GhdResult for each statement once the
 *   transaction is committed; rejects with an error of GH_ERROR, and ghd_connection_get_failure()
 *   then tells more
 */
DexFuture *
ghd_connection_run (GhdConnection *self, const GhdStatement *statements, gsize n_statements)
{
  g_autoptr (DexPromise) run = NULL;

  dex_return_error_if_fail (GHD_IS_CONNECTION (self));
  dex_return_error_if_fail (n_statements > 0);
  dex_return_error_if_fail (self->run == NULL);

  if (self->pg == NULL)
    return dex_future_new_for_error (ghd_sql_error_new_away ());

  ghd_sql_failure_clear (&self->failure);
  self->run = dex_promise_new ();
  self->results = g_ptr_array_new_with_free_func (g_object_unref);
  run = dex_ref (self->run);
  watch_for_stall (self);

  for (gsize i = 0; i < n_statements; i++)
    if (!send_statement (self, &statements[i]))
      {
        ghd_connection_lose (self, PQerrorMessage (self->pg));
        return DEX_FUTURE (g_steal_pointer (&run));
      }
  if (!PQpipelineSync (self->pg))
    ghd_connection_lose (self, PQerrorMessage (self->pg));
  else
    flush (self);
  return DEX_FUTURE (g_steal_pointer (&run));
}

static DexFuture *
on_only_result (DexFuture *future, gpointer user_data)
{
  GPtrArray *results = g_value_get_boxed (dex_future_get_value (future, NULL));

  return dex_future_new_for_object (g_ptr_array_index (results, 0));
}

/**
 * ghd_connection_wait_sent:
 *
 * Returns: (transfer full): resolves to %TRUE when the server has been given all of what runs, which
 *   takes a few turns where that is much; also when it has ended
 */
DexFuture *
ghd_connection_wait_sent (GhdConnection *self)
{
  dex_return_error_if_fail (GHD_IS_CONNECTION (self));

  return self->sent != NULL ? dex_ref (DEX_FUTURE (self->sent)) : dex_future_new_true ();
}

/**
 * ghd_connection_query:
 * @params: (nullable) (transfer full)
 *
 * Returns: (transfer full): as ghd_connection_run(), but resolves to the one #GhdResult
 */
DexFuture *
ghd_connection_query (GhdConnection *self, const char *sql, GhdParams *params)
{
  GhdStatement statement = { sql, params };
  DexFuture *future = ghd_connection_run (self, &statement, 1);

  g_clear_pointer (&params, ghd_params_unref);
  return dex_future_then (future, on_only_result, NULL, NULL);
}
