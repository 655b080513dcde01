/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "gh-error.h"
#include "ghd-event-rows.h"

#define FIND_TXNS                                                                                  \
  "SELECT t.user_id, t.txn_id, t.position + greatest (t.n_events - 1, 0), " GHD_EVENT_COLUMNS      \
  " FROM unnest ($1::text[], $2::text[]) AS w (user_id, txn_id)"                                   \
  " JOIN txn t USING (user_id, txn_id)"                                                            \
  " LEFT JOIN event e ON e.position >= t.position AND e.position < t.position + t.n_events"        \
  " ORDER BY t.position, t.user_id, t.txn_id, e.position"
#define FIND_TXNS_EVENT 3

static GhdPending *
find_pending (GPtrArray *pendings, const char *user_id, const char *txn_id, guint *index)
{
  for (guint i = 0; i < pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (pendings, i);

      if (g_strcmp0 (ghd_write_get_txn_id (pending->write), txn_id) == 0
          && g_strcmp0 (ghd_write_get_user_id (pending->write), user_id) == 0)
        {
          *index = i;
          return pending;
        }
    }
  return NULL;
}

/* Resolves the write of the rows from @row on that are of one txn, and takes it out of
 * @pendings. */
static guint
resolve_duplicate (GhdWriter *self, GPtrArray *pendings, GhdResult *result, guint row,
                   GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  const char *user_id = ghd_result_get_text (result, row, 0);
  const char *txn_id = ghd_result_get_text (result, row, 1);
  gint64 position = ghd_result_get_int64 (result, row, 2);
  GhdPending *pending;
  guint index;

  for (; row < ghd_result_get_n_rows (result)
         && g_str_equal (ghd_result_get_text (result, row, 0), user_id)
         && g_str_equal (ghd_result_get_text (result, row, 1), txn_id);
       row++)
    {
      GhEvent *event;

      if (ghd_result_is_null (result, row, FIND_TXNS_EVENT))
        continue;
      event = ghd_event_rows_get (result, row, FIND_TXNS_EVENT, error);
      if (event == NULL)
        return 0;
      g_ptr_array_add (events, event);
    }

  pending = find_pending (pendings, user_id, txn_id, &index);
  if (pending != NULL)
    {
      g_autoptr (GhReceiptBatch) receipts = ghd_writer_sign_receipt (self, events);

      g_ptr_array_remove_index (pendings, index);
      ghd_pending_resolve (pending, events, position, TRUE, receipts);
      ghd_writer_forget (self, pending);
    }
  return row;
}

/**
 * ghd_writer_answer_repeats:
 * @pendings: (inout) (element-type GhdPending): some of them were written before
 *
 * Those are answered with what they became then, and taken out of @pendings.
 */
gboolean
ghd_writer_answer_repeats (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new ();
  g_autoptr (GPtrArray) txns = g_ptr_array_new ();
  g_autoptr (GhdResult) result = NULL;
  GhdParams *params = ghd_params_new ();
  guint row = 0, n_before = pendings->len;

  for (guint i = 0; i < pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (pendings, i);

      if (ghd_write_get_txn_id (pending->write) == NULL)
        continue;
      g_ptr_array_add (users, (gpointer) ghd_write_get_user_id (pending->write));
      g_ptr_array_add (txns, (gpointer) ghd_write_get_txn_id (pending->write));
    }
  ghd_params_add_text_array (params, (const char *const *) users->pdata, users->len);
  ghd_params_add_text_array (params, (const char *const *) txns->pdata, txns->len);
  result = dex_await_object (ghd_connection_query (self->connection, FIND_TXNS, params), error);
  if (result == NULL)
    return FALSE;

  while (row < ghd_result_get_n_rows (result))
    {
      row = resolve_duplicate (self, pendings, result, row, error);
      if (row == 0)
        return FALSE;
    }
  if (pendings->len < n_before)
    return TRUE;
  gh_set_error (error, GH_ERROR_INTERNAL, "database.error", NULL,
                "Something went wrong on the server. Its log says more.");
  return FALSE;
}
