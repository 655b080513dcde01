/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-receipt.h"

struct _GhcReceipt
{
  GBytes *json;
  char *problem;
};

G_DEFINE_BOXED_TYPE (GhcReceipt, ghc_receipt, ghc_receipt_ref, ghc_receipt_unref)

/**
 * ghc_receipt_new:
 * @json: (transfer none): as the server gave it, one JSON object
 * @problem: (nullable): why it proves nothing, a sentence for a person; NULL when it was verified
 *
 * Returns: (transfer full): the receipt
 */
GhcReceipt *
ghc_receipt_new (GBytes *json, const char *problem)
{
  GhcReceipt *self;

  g_return_val_if_fail (json != NULL, NULL);

  self = g_atomic_rc_box_new0 (GhcReceipt);
  self->json = g_bytes_ref (json);
  self->problem = g_strdup (problem);

  return self;
}

GhcReceipt *
ghc_receipt_ref (GhcReceipt *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
receipt_clear (gpointer data)
{
  GhcReceipt *self = data;

  g_bytes_unref (self->json);
  g_free (self->problem);
}

void
ghc_receipt_unref (GhcReceipt *self)
{
  g_atomic_rc_box_release_full (self, receipt_clear);
}

/**
 * ghc_receipt_get_json:
 *
 * Returns: (transfer none): what `guildhalld verify-receipt` reads
 */
GBytes *
ghc_receipt_get_json (GhcReceipt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->json;
}

/**
 * ghc_receipt_get_problem:
 *
 * Returns: (transfer none) (nullable): why it proves nothing, a sentence; NULL when it was verified
 */
const char *
ghc_receipt_get_problem (GhcReceipt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->problem;
}
