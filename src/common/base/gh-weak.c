/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-weak.h"

/**
 * gh_weak_ref_new:
 * @object: (type GObject): read with g_weak_ref_get()
 *
 * Returns: (transfer full): to be freed with gh_weak_ref_free()
 */
GWeakRef *
gh_weak_ref_new (gpointer object)
{
  GWeakRef *weak_ref;

  g_return_val_if_fail (G_IS_OBJECT (object), NULL);

  weak_ref = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak_ref, object);
  return weak_ref;
}

/* A #GDestroyNotify for what gh_weak_ref_new() returned. */
void
gh_weak_ref_free (gpointer weak_ref)
{
  g_weak_ref_clear (weak_ref);
  g_free (weak_ref);
}
