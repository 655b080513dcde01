/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-page.h"

struct _GhcPage
{
  GObject parent_instance;

  GPtrArray *events;
  GHashTable *receipts;
  gboolean at_start;
  gboolean at_end;
};

G_DEFINE_FINAL_TYPE (GhcPage, ghc_page, G_TYPE_OBJECT)

static void
ghc_page_finalize (GObject *object)
{
  GhcPage *self = GHC_PAGE (object);

  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_pointer (&self->receipts, g_hash_table_unref);

  G_OBJECT_CLASS (ghc_page_parent_class)->finalize (object);
}

static void
ghc_page_class_init (GhcPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_page_finalize;
}

static void
ghc_page_init (GhcPage *self)
{
}

GhcPage *
ghc_page_new (GPtrArray *events, gboolean at_start, gboolean at_end)
{
  GhcPage *self;

  g_return_val_if_fail (events != NULL, NULL);

  self = g_object_new (GHC_TYPE_PAGE, NULL);
  self->events = g_ptr_array_ref (events);
  self->at_start = at_start;
  self->at_end = at_end;

  return self;
}

/**
 * ghc_page_get_events:
 *
 * Returns: (transfer none) (element-type GhEvent): ascending by position
 */
GPtrArray *
ghc_page_get_events (GhcPage *self)
{
  g_return_val_if_fail (GHC_IS_PAGE (self), NULL);

  return self->events;
}

gboolean
ghc_page_get_at_start (GhcPage *self)
{
  g_return_val_if_fail (GHC_IS_PAGE (self), FALSE);

  return self->at_start;
}

gboolean
ghc_page_get_at_end (GhcPage *self)
{
  g_return_val_if_fail (GHC_IS_PAGE (self), FALSE);

  return self->at_end;
}

/**
 * ghc_page_set_receipts:
 * @receipts: (element-type utf8 GhcReceipt): by event id
 */
void
ghc_page_set_receipts (GhcPage *self, GHashTable *receipts)
{
  g_return_if_fail (GHC_IS_PAGE (self));
  g_return_if_fail (receipts != NULL);

  g_clear_pointer (&self->receipts, g_hash_table_unref);
  self->receipts = g_hash_table_ref (receipts);
}

/**
 * ghc_page_get_receipt:
 *
 * Returns: (transfer none) (nullable): the receipt of the event with @event_id
 */
GhcReceipt *
ghc_page_get_receipt (GhcPage *self, const char *event_id)
{
  g_return_val_if_fail (GHC_IS_PAGE (self), NULL);
  g_return_val_if_fail (event_id != NULL, NULL);

  return self->receipts != NULL ? g_hash_table_lookup (self->receipts, event_id) : NULL;
}
