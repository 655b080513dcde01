/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-commit.h"

struct _GhdCommit
{
  GPtrArray *events; /* (element-type GhEvent) */
  gint64 position;
  gboolean is_duplicate;
  GhReceiptBatch *receipts; /* (nullable): of all events of its transaction */
};

G_DEFINE_BOXED_TYPE (GhdCommit, ghd_commit, ghd_commit_ref, ghd_commit_unref)

/**
 * ghd_commit_new:
 * @events: (element-type GhEvent): of the write, in their order
 * @position: the log's position as the write left it
 * @is_duplicate: whether it was written for an earlier request of the same name
 * @receipts: (nullable): signed, and with the last of @events among them
 *
 * Returns: (transfer full): a commit
 */
GhdCommit *
ghd_commit_new (GPtrArray *events, gint64 position, gboolean is_duplicate, GhReceiptBatch *receipts)
{
  GhdCommit *self = g_atomic_rc_box_new0 (GhdCommit);

  self->events = g_ptr_array_ref (events);
  self->position = position;
  self->is_duplicate = is_duplicate;
  self->receipts = receipts != NULL ? gh_receipt_batch_ref (receipts) : NULL;
  return self;
}

GhdCommit *
ghd_commit_ref (GhdCommit *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
commit_clear (gpointer data)
{
  GhdCommit *self = data;

  g_ptr_array_unref (self->events);
  g_clear_pointer (&self->receipts, gh_receipt_batch_unref);
}

void
ghd_commit_unref (GhdCommit *self)
{
  g_atomic_rc_box_release_full (self, commit_clear);
}

gboolean
ghd_commit_is_duplicate (GhdCommit *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_duplicate;
}

guint
ghd_commit_get_n_events (GhdCommit *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->events->len;
}

/**
 * ghd_commit_get_event:
 *
 * Returns: (transfer none): the event with this index in the write
 */
GhEvent *
ghd_commit_get_event (GhdCommit *self, guint index)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->events->len, NULL);

  return g_ptr_array_index (self->events, index);
}

/**
 * ghd_commit_get_position:
 *
 * Returns: the position of the write's last event; of a write without events, the log's at that
 *   time
 */
gint64
ghd_commit_get_position (GhdCommit *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->position;
}

/**
 * ghd_commit_dup_receipt:
 *
 * Returns: (transfer full) (nullable): the receipt of the write's last event; %NULL where there is
 *   no event, or nobody has signed for what was found in the database: see ghd_writer_attest()
 */
GhReceipt *
ghd_commit_dup_receipt (GhdCommit *self)
{
  gint64 first;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->receipts == NULL || self->events->len == 0)
    return NULL;
  /* The events of a transaction have consecutive positions. */
  first = gh_receipt_batch_get_position (self->receipts, 0);
  return gh_receipt_batch_get (self->receipts, (guint) (self->position - first));
}

/**
 * ghd_commit_add_receipt:
 * @builder: inside the object of an answer
 *
 * Adds the member "receipt", where there is one.
 */
void
ghd_commit_add_receipt (GhdCommit *self, GhJsonBuilder *builder)
{
  g_autoptr (GhReceipt) receipt = ghd_commit_dup_receipt (self);

  if (receipt != NULL)
    gh_receipt_add_to (receipt, builder, "receipt");
}
