/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-event-rows.h"

#include <string.h>

/**
 * ghd_event_rows_get:
 * @column: of the first of GHD_EVENT_COLUMNS
 *
 * Returns: (nullable) (transfer full): the event, its hashes verified; %NULL with %GH_ERROR_INVALID
 *   when the row is not what was once written
 */
GhEvent *
ghd_event_rows_get (GhdResult *result, guint row, guint column, GError **error)
{
  GhEventParts parts = { 0 };

  parts.header = ghd_result_get_text (result, row, column);
  parts.header_size = strlen (parts.header);
  parts.content = ghd_result_get_text (result, row, column + 1);
  parts.content_size = parts.content != NULL ? strlen (parts.content) : 0;
  parts.salt = ghd_result_get_data (result, row, column + 2, NULL);
  parts.signature = ghd_result_get_data (result, row, column + 3, NULL);
  parts.key_id = ghd_result_get_text (result, row, column + 4);
  parts.position = ghd_result_get_int64 (result, row, column + 5);
  parts.txn_id = ghd_result_get_text (result, row, column + 6);
  return gh_event_from_parts (&parts, error);
}

/**
 * ghd_event_rows_get_all:
 *
 * Returns: (nullable) (transfer full) (element-type GhEvent): one event for each row
 */
GPtrArray *
ghd_event_rows_get_all (GhdResult *result, guint column, GError **error)
{
  guint n_rows = ghd_result_get_n_rows (result);
  g_autoptr (GPtrArray) events = g_ptr_array_new_full (n_rows, (GDestroyNotify) gh_event_unref);

  for (guint row = 0; row < n_rows; row++)
    {
      GhEvent *event = ghd_event_rows_get (result, row, column, error);

      if (event == NULL)
        return NULL;
      g_ptr_array_add (events, event);
    }
  return g_steal_pointer (&events);
}

/**
 * ghd_event_rows_dup_id:
 *
 * Returns: (nullable) (transfer full): the hash in a bytea column as an event's id, "$…"
 */
char *
ghd_event_rows_dup_id (GhdResult *result, guint row, guint column)
{
  gsize size;
  const guint8 *data = ghd_result_get_data (result, row, column, &size);
  g_autofree char *text = NULL;
  GhHash hash;

  if (data == NULL || size != GH_HASH_SIZE)
    return NULL;
  memcpy (hash.bytes, data, GH_HASH_SIZE);
  text = gh_hash_to_string (&hash);
  return g_strconcat ("$", text, NULL);
}
