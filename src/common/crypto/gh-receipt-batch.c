/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-receipt-batch.h"

#include "gh-error.h"
#include "gh-receipt-private.h"

#include <string.h>

typedef struct
{
  char event_id[1 + GH_HASH_MAX_TEXT + 1];
  gint64 position;
} Leaf;

struct _GhReceiptBatch
{
  gatomicrefcount ref_count;
  GArray *leaves; /* (element-type Leaf) */
  /* (element-type GhHash): row by row from the leaves to the root. Each row has half of the row below
   * it; where that is odd, its last one goes up as it is. */
  GArray *nodes;
  char *server;
  char *key_id;
  guint8 signature[GH_SIGNATURE_SIZE];
  gboolean is_signed;
};

G_DEFINE_BOXED_TYPE (GhReceiptBatch, gh_receipt_batch, gh_receipt_batch_ref, gh_receipt_batch_unref)

/**
 * gh_receipt_batch_new:
 * @n_events: how many are likely to be added
 *
 * Returns: (transfer full): a batch without events
 */
GhReceiptBatch *
gh_receipt_batch_new (guint n_events)
{
  GhReceiptBatch *self = g_new0 (GhReceiptBatch, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->leaves = g_array_sized_new (FALSE, FALSE, sizeof (Leaf), n_events);
  self->nodes = g_array_sized_new (FALSE, FALSE, sizeof (GhHash), 2 * n_events + 8);
  return self;
}

/**
 * gh_receipt_batch_ref:
 * @self: a batch
 *
 * Returns: (transfer full): the same batch
 */
GhReceiptBatch *
gh_receipt_batch_ref (GhReceiptBatch *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_receipt_batch_unref:
 * @self: (transfer full): a batch
 */
void
gh_receipt_batch_unref (GhReceiptBatch *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_array_unref (self->leaves);
  g_array_unref (self->nodes);
  g_free (self->server);
  g_free (self->key_id);
  g_free (self);
}

/**
 * gh_receipt_batch_add:
 * @self: a batch that is not signed and has fewer than GH_LIMIT_RECEIPT_SIZE events
 * @event_id: a valid event id
 * @position: the event's place in the order of the server's events
 *
 * Returns: its index, for gh_receipt_batch_get()
 */
guint
gh_receipt_batch_add (GhReceiptBatch *self, const char *event_id, gint64 position)
{
  Leaf leaf = { .position = position };
  GhHash hash;

  g_return_val_if_fail (self != NULL && !self->is_signed, 0);
  g_return_val_if_fail (self->leaves->len < GH_LIMIT_RECEIPT_SIZE, 0);
  g_return_val_if_fail (event_id != NULL && event_id[0] == '$', 0);
  g_return_val_if_fail (strnlen (event_id, sizeof leaf.event_id) < sizeof leaf.event_id, 0);

  g_strlcpy (leaf.event_id, event_id, sizeof leaf.event_id);
  g_array_append_val (self->leaves, leaf);
  hash = gh_receipt_hash_leaf (event_id, position);
  g_array_append_val (self->nodes, hash);
  return self->leaves->len - 1;
}

static const GhHash *
grow_tree (GhReceiptBatch *self)
{
  guint row = 0;

  for (guint n = self->leaves->len; n > 1; n = (n + 1) / 2)
    {
      for (guint i = 0; i < n; i += 2)
        {
          const GhHash *left = &g_array_index (self->nodes, GhHash, row + i);
          GhHash hash = i + 1 < n ? gh_receipt_hash_node (left, left + 1) : *left;

          g_array_append_val (self->nodes, hash);
        }
      row += n;
    }
  return &g_array_index (self->nodes, GhHash, row);
}

/**
 * gh_receipt_batch_sign:
 * @self: a batch with at least one event that is not signed
 * @signer: who signs
 * @error: return location
 *
 * Ends the adding. Takes some 20 microseconds, and a third of one for each event; any thread may.
 *
 * Returns: %FALSE with the signer's error
 */
gboolean
gh_receipt_batch_sign (GhReceiptBatch *self, const GhEventSigner *signer, GError **error)
{
  g_autofree char *statement = NULL;

  g_return_val_if_fail (self != NULL && !self->is_signed && self->leaves->len > 0, FALSE);
  g_return_val_if_fail (signer != NULL && signer->sign != NULL, FALSE);

  self->is_signed = TRUE;
  statement = gh_receipt_make_statement (grow_tree (self), signer->server, self->leaves->len);
  self->server = g_strdup (signer->server);
  self->key_id = g_strdup (signer->key_id);
  return signer->sign (statement, strlen (statement), self->signature, signer->user_data, error);
}

/**
 * gh_receipt_batch_get_position:
 * @self: a batch
 * @index: which event
 *
 * Returns: its place in the order of the server's events
 */
gint64
gh_receipt_batch_get_position (GhReceiptBatch *self, guint index)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (index < self->leaves->len, 0);

  return g_array_index (self->leaves, Leaf, index).position;
}

/**
 * gh_receipt_batch_get:
 * @self: a batch that is signed
 * @index: which event
 *
 * Returns: (transfer full): its receipt
 */
GhReceipt *
gh_receipt_batch_get (GhReceiptBatch *self, guint index)
{
  GhHash path[GH_RECEIPT_MAX_PATH];
  GhReceipt *receipt;
  const Leaf *leaf;
  guint n_path = 0, row = 0, at = index;

  g_return_val_if_fail (self != NULL && self->is_signed, NULL);
  g_return_val_if_fail (index < self->leaves->len, NULL);

  for (guint n = self->leaves->len; n > 1; n = (n + 1) / 2)
    {
      if ((at ^ 1) < n)
        path[n_path++] = g_array_index (self->nodes, GhHash, row + (at ^ 1));
      at /= 2;
      row += n;
    }

  leaf = &g_array_index (self->leaves, Leaf, index);
  receipt = gh_receipt_alloc (n_path);
  receipt->event_id = g_strdup (leaf->event_id);
  receipt->position = leaf->position;
  receipt->server = g_strdup (self->server);
  receipt->key_id = g_strdup (self->key_id);
  receipt->index = index;
  receipt->size = self->leaves->len;
  memcpy (receipt->signature, self->signature, GH_SIGNATURE_SIZE);
  memcpy (receipt->path, path, n_path * sizeof (GhHash));
  return receipt;
}
