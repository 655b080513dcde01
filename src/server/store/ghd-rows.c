/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-rows.h"

#include "gh-error.h"

typedef struct
{
  GhdRowsFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Mapping;

static void
mapping_free (gpointer data)
{
  Mapping *mapping = data;

  if (mapping->destroy != NULL)
    mapping->destroy (mapping->data);
  g_free (mapping);
}

static DexFuture *
on_result (DexFuture *future, gpointer user_data)
{
  const Mapping *mapping = user_data;
  GhdResult *result = g_value_get_object (dex_future_get_value (future, NULL));

  return mapping->func (result, mapping->data);
}

/**
 * ghd_rows_map:
 * @future: (transfer full): of a #GhdResult
 * @destroy: (nullable): for @data
 *
 * Returns: (transfer full): resolves to what @func makes of the rows
 */
DexFuture *
ghd_rows_map (DexFuture *future, GhdRowsFunc func, gpointer data, GDestroyNotify destroy)
{
  Mapping *mapping = g_new0 (Mapping, 1);

  mapping->func = func;
  mapping->data = data;
  mapping->destroy = destroy;
  return dex_future_then (future, on_result, mapping, mapping_free);
}

/**
 * ghd_rows_to_array:
 *
 * Returns: (transfer full): one record for each row
 */
GPtrArray *
ghd_rows_to_array (GhdResult *result, GhdRowFunc func, GDestroyNotify free_row)
{
  guint n_rows = ghd_result_get_n_rows (result);
  GPtrArray *array = g_ptr_array_new_full (n_rows, free_row);

  for (guint row = 0; row < n_rows; row++)
    g_ptr_array_add (array, func (result, row));
  return array;
}

/**
 * ghd_rows_resolve:
 * @array: (transfer full)
 */
DexFuture *
ghd_rows_resolve (GPtrArray *array)
{
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, array);
}

/**
 * ghd_rows_to_strv:
 *
 * Returns: (transfer full): a column of text
 */
GStrv
ghd_rows_to_strv (GhdResult *result, guint column)
{
  guint n_rows = ghd_result_get_n_rows (result);
  GStrv strv = g_new0 (char *, n_rows + 1);

  for (guint row = 0; row < n_rows; row++)
    strv[row] = g_strdup (ghd_result_get_text (result, row, column));
  return strv;
}

DexFuture *
ghd_rows_not_found (const char *reason, const char *message)
{
  return dex_future_new_for_error (
    gh_error_new_literal (GH_ERROR_NOT_FOUND, reason, NULL, 0, message));
}

static DexFuture *
strv_of_rows (GhdResult *result, gpointer data)
{
  return dex_future_new_take_boxed (G_TYPE_STRV, ghd_rows_to_strv (result, 0));
}

/**
 * ghd_rows_map_strv:
 *
 * Returns: (transfer full): resolves to a #GStrv of the first column
 */
DexFuture *
ghd_rows_map_strv (DexFuture *future)
{
  return ghd_rows_map (future, strv_of_rows, NULL, NULL);
}

/* A reason and a sentence that live as long as the program. */
typedef struct
{
  const char *reason;
  const char *message;
} Absence;

static DexFuture *
done_of_rows (GhdResult *result, gpointer data)
{
  const Absence *absence = data;

  if (absence->reason != NULL && ghd_result_get_n_affected (result) == 0)
    return ghd_rows_not_found (absence->reason, absence->message);
  return dex_future_new_true ();
}

/**
 * ghd_rows_map_done:
 * @reason: (nullable): static; when no row was touched the future rejects with
 *   %GH_ERROR_NOT_FOUND and this; %NULL = that is fine too
 * @message: (nullable): static
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_rows_map_done (DexFuture *future, const char *reason, const char *message)
{
  Absence *absence = g_new0 (Absence, 1);

  absence->reason = reason;
  absence->message = message;
  return ghd_rows_map (future, done_of_rows, absence, g_free);
}
