/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-batch.h"

#include "ghd-batch-rows.h"
#include "ghd-projection.h"
#include "ghd-write-private.h"

#define MOVE_MARK "UPDATE writer_mark SET batch = $1, position = $2, writer = $3"

static void
clear_statement (gpointer data)
{
  GhdStatement *statement = data;

  g_clear_pointer (&statement->params, ghd_params_unref);
}

static void
add_statement (const char *sql, GhdParams *params, gpointer user_data)
{
  GhdBatch *self = user_data;
  GhdStatement statement = { sql, params };

  g_array_append_val (self->statements, statement);
}

/**
 * ghd_batch_new:
 * @writer: the name of the session that writes it
 * @number: one more than of the batch before it
 * @position: of the log before it
 * @rows: (transfer full) (nullable): ghd_batch_take_rows() of a batch that is done with, whose memory
 *   serves again
 * @n_likely: how many events it is likely to get
 *
 * Returns: (transfer full): a batch without writes
 */
GhdBatch *
ghd_batch_new (const char *writer, gint64 number, gint64 position, GhdBatchRows *rows,
               guint n_likely)
{
  GhdBatch *self = g_new0 (GhdBatch, 1);

  self->writer = g_strdup (writer);
  self->number = number;
  self->position = position;
  self->pendings = g_ptr_array_sized_new (n_likely);
  self->events = g_ptr_array_new_full (n_likely, (GDestroyNotify) gh_event_unref);
  self->receipts = gh_receipt_batch_new (n_likely);
  self->rows = rows != NULL ? rows : ghd_batch_rows_new ();
  self->statements = g_array_new (FALSE, FALSE, sizeof (GhdStatement));
  g_array_set_clear_func (self->statements, clear_statement);
  return self;
}

/**
 * ghd_batch_take_rows:
 * @self: written; nothing can be done with it any more but to read its events and receipts
 *
 * Returns: (transfer full): its rows, without what was in them, for ghd_batch_new()
 */
GhdBatchRows *
ghd_batch_take_rows (GhdBatch *self)
{
  g_array_set_size (self->statements, 0); /* which refer to them */
  ghd_batch_rows_reset (self->rows);
  return g_steal_pointer (&self->rows);
}

void
ghd_batch_free (GhdBatch *self)
{
  g_ptr_array_unref (self->pendings);
  g_ptr_array_unref (self->events);
  gh_receipt_batch_unref (self->receipts);
  g_array_unref (self->statements);
  g_clear_pointer (&self->rows, ghd_batch_rows_free);
  g_clear_error (&self->error);
  g_free (self->writer);
  g_free (self);
}

/**
 * ghd_batch_add:
 * @self: not sealed
 * @pending: comes after all that were added before
 * @heads: (element-type utf8 GStrv): of every room concerned; moved on to the new events
 *
 * Gives each event of the write its position, predecessors and salt. They are to be signed
 * (gh_event_sign()) before ghd_batch_settle(). Any thread may.
 *
 * Returns: %FALSE with an error when the write cannot be built; nothing is changed then
 */
gboolean
ghd_batch_add (GhdBatch *self, GhdPending *pending, GHashTable *heads, const GhEventSigner *signer,
               GError **error)
{
  const GhEventSigner later = { signer->server, signer->key_id, NULL, NULL };

  g_clear_pointer (&pending->events, g_ptr_array_unref);
  pending->events = ghd_write_build (pending->write, self->position + 1, heads, &later, error);
  if (pending->events == NULL)
    return FALSE;

  ghd_batch_rows_add_txn (self->rows, pending->write,
                          self->position + (pending->events->len > 0 ? 1 : 0),
                          pending->events->len);
  for (guint i = 0; i < pending->events->len; i++)
    {
      GhEvent *event = g_ptr_array_index (pending->events, i);

      g_ptr_array_add (self->events, gh_event_ref (event));
      gh_receipt_batch_add (self->receipts, gh_event_get_id (event), gh_event_get_position (event));
    }
  self->position += pending->events->len;
  pending->position = self->position;
  g_ptr_array_add (self->pendings, pending);
  return TRUE;
}

/**
 * ghd_batch_settle:
 * @error: (transfer full) (nullable): why some of what was added could not be signed
 *
 * What was added is signed.
 */
void
ghd_batch_settle (GhdBatch *self, GError *error)
{
  for (; self->n_rows < self->events->len; self->n_rows++)
    ghd_batch_rows_add_event (self->rows, g_ptr_array_index (self->events, self->n_rows));
  if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  g_clear_error (&error);
}

static void
add_own_statements (GhdBatch *self)
{
  for (guint i = 0; i < self->pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (self->pendings, i);
      gsize n;
      const GhdStatement *own = ghd_write_get_statements (pending->write, &n);

      for (gsize j = 0; j < n; j++)
        add_statement (own[j].sql, own[j].params != NULL ? ghd_params_ref (own[j].params) : NULL,
                       self);
    }
}

/**
 * ghd_batch_seal:
 *
 * Signs the receipts and derives the statements of the whole transaction. Nothing can be added
 * afterwards.
 *
 * Returns: %FALSE with the signer's error
 */
gboolean
ghd_batch_seal (GhdBatch *self, const GhEventSigner *signer, GError **error)
{
  GhdParams *mark;

  g_return_val_if_fail (self->n_rows == self->events->len, FALSE);

  if (self->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }
  mark = ghd_params_new ();

  ghd_batch_rows_derive (self->rows, add_statement, self);
  ghd_projection_derive (self->events, add_statement, self);
  add_own_statements (self);

  ghd_params_add_int64 (mark, self->number);
  ghd_params_add_int64 (mark, self->position);
  ghd_params_add_text (mark, self->writer);
  add_statement (MOVE_MARK, mark, self);
  return self->events->len == 0 || gh_receipt_batch_sign (self->receipts, signer, error);
}
