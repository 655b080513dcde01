/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-connection-private.h"

G_DEFINE_FINAL_TYPE (GhdConnection, ghd_connection, G_TYPE_OBJECT)

typedef struct
{
  GSource source;
  GhdConnection *connection; /* not owned: it destroys the source before it goes */
} ConnectionSource;

static gboolean
connection_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (GhdConnection) self = g_object_ref (((ConnectionSource *) source)->connection);

  ghd_connection_advance (self, g_source_query_unix_fd (source, self->source_tag));
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs connection_source_funcs = { .dispatch = connection_source_dispatch };

void
ghd_connection_note_sent (GhdConnection *self)
{
  g_autoptr (DexPromise) sent = g_steal_pointer (&self->sent);

  if (sent != NULL)
    dex_promise_resolve_boolean (sent, TRUE);
}

void
ghd_connection_clear_run (GhdConnection *self)
{
  g_clear_pointer (&self->run, dex_unref);
  ghd_connection_note_sent (self);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_array_set_size (self->expected, 0);
  self->n_answered = 0;
  self->has_failed = FALSE;
}

static void
drop_sources (GhdConnection *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->stall_source != NULL)
    g_source_destroy (self->stall_source);
  g_clear_pointer (&self->stall_source, g_source_unref);
}

void
ghd_connection_lose (GhdConnection *self, const char *why)
{
  g_autoptr (DexPromise) run = g_steal_pointer (&self->run);

  if (self->pg == NULL)
    return;

  ghd_sql_failure_set_lost (&self->failure, why);
  drop_sources (self);
  g_clear_pointer (&self->pg, PQfinish);
  ghd_connection_clear_run (self);
  if (run != NULL)
    dex_promise_reject (run, ghd_sql_error_new_away ());
  dex_promise_resolve_boolean (self->lost, TRUE);
}

static void
ghd_connection_finalize (GObject *object)
{
  GhdConnection *self = GHD_CONNECTION (object);

  ghd_connection_lose (self, "closed");
  ghd_connection_clear_run (self);
  ghd_sql_failure_clear (&self->failure);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_hash_table_unref (self->prepared);
  g_array_unref (self->expected);
  dex_unref (self->lost);

  G_OBJECT_CLASS (ghd_connection_parent_class)->finalize (object);
}

static void
ghd_connection_class_init (GhdConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_connection_finalize;
}

static void
ghd_connection_init (GhdConnection *self)
{
  self->prepared = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->expected = g_array_new (FALSE, FALSE, sizeof (Expected));
  self->lost = dex_promise_new ();
}

void
ghd_connection_listen (GhdConnection *self, GMainContext *context)
{
  ConnectionSource *source;

  self->context = g_main_context_ref (context);
  self->source = g_source_new (&connection_source_funcs, sizeof (ConnectionSource));
  source = (ConnectionSource *) self->source;
  source->connection = self;
  g_source_set_static_name (self->source, "database");
  /* Otherwise GLib takes the descriptor from its list for each dispatch, and wakes itself up twice. */
  g_source_set_can_recurse (self->source, TRUE);
  self->awaited = G_IO_IN;
  self->source_tag = g_source_add_unix_fd (self->source, PQsocket (self->pg), self->awaited);
  g_source_attach (self->source, self->context);
}

/**
 * ghd_connection_wait_lost:
 *
 * Returns: (transfer full): resolves to %TRUE when the connection has ended
 */
DexFuture *
ghd_connection_wait_lost (GhdConnection *self)
{
  dex_return_error_if_fail (GHD_IS_CONNECTION (self));

  return dex_ref (DEX_FUTURE (self->lost));
}

/**
 * ghd_connection_close:
 *
 * Ends the connection; what runs is rejected.
 */
void
ghd_connection_close (GhdConnection *self)
{
  g_return_if_fail (GHD_IS_CONNECTION (self));

  ghd_connection_lose (self, "closed");
}

gboolean
ghd_connection_is_lost (GhdConnection *self)
{
  g_return_val_if_fail (GHD_IS_CONNECTION (self), TRUE);

  return self->pg == NULL;
}

/**
 * ghd_connection_get_failure:
 *
 * Returns: (transfer none): why the last ghd_connection_run() rejected; valid until the next one
 */
const GhdSqlFailure *
ghd_connection_get_failure (GhdConnection *self)
{
  g_return_val_if_fail (GHD_IS_CONNECTION (self), NULL);

  return &self->failure;
}
