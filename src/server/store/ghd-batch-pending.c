/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-batch-pending.h"

GhdPending *
ghd_pending_new (GhdWrite *write)
{
  GhdPending *self = g_new0 (GhdPending, 1);

  self->link.data = self;
  self->write = g_object_ref (write);
  self->promise = dex_promise_new ();
  self->queued_us = g_get_monotonic_time ();
  return self;
}

void
ghd_pending_free (GhdPending *self)
{
  g_object_unref (self->write);
  dex_unref (self->promise);
  g_clear_pointer (&self->followers, g_ptr_array_unref);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->span, ghd_trace_span_unref);
  g_free (self);
}

/**
 * ghd_pending_resolve:
 * @is_duplicate: the write was there before; its followers always learn that they are duplicates
 */
void
ghd_pending_resolve (GhdPending *self, GPtrArray *events, gint64 position, gboolean is_duplicate,
                     GhReceiptBatch *receipts)
{
  if (self->is_answered)
    return;
  self->is_answered = TRUE;
  dex_promise_resolve_boxed (self->promise, GHD_TYPE_COMMIT,
                             ghd_commit_new (events, position, is_duplicate, receipts));
  for (guint i = 0; self->followers != NULL && i < self->followers->len; i++)
    dex_promise_resolve_boxed (g_ptr_array_index (self->followers, i), GHD_TYPE_COMMIT,
                               ghd_commit_new (events, position, TRUE, receipts));
}

void
ghd_pending_reject (GhdPending *self, const GError *error)
{
  if (self->is_answered)
    return;
  self->is_answered = TRUE;
  ghd_trace_span_set_error (self->span, error);
  dex_promise_reject (self->promise, g_error_copy (error));
  for (guint i = 0; self->followers != NULL && i < self->followers->len; i++)
    dex_promise_reject (g_ptr_array_index (self->followers, i), g_error_copy (error));
}
