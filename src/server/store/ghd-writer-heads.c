/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "ghd-event-rows.h"

/* Rooms whose heads are remembered; beyond that all are forgotten and read again as needed. */
#define MAX_HEADS 100000

#define LOAD_HEADS "SELECT room_id, unnest (heads) FROM room_head WHERE room_id = ANY ($1)"

static void
note_head (GhdWriter *self, const char *room_id, const char *head)
{
  GStrv known = g_hash_table_lookup (self->heads, room_id);
  guint n = g_strv_length (known);
  GStrv heads = g_new0 (char *, n + 2);

  for (guint i = 0; i < n; i++)
    heads[i] = g_strdup (known[i]);
  heads[n] = g_strdup (head);
  g_hash_table_replace (self->heads, g_strdup (room_id), heads);
}

static GPtrArray *
find_unknown_rooms (GhdWriter *self, GPtrArray *pendings)
{
  GPtrArray *rooms = g_ptr_array_new ();

  for (guint i = 0; i < pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (pendings, i);

      for (guint j = 0; j < ghd_write_get_n_events (pending->write); j++)
        {
          const char *room_id = gh_event_draft_get_room_id (
            ghd_write_get_draft (pending->write, j));

          if (g_hash_table_contains (self->heads, room_id))
            continue;
          g_hash_table_insert (self->heads, g_strdup (room_id), g_new0 (char *, 1));
          g_ptr_array_add (rooms, (gpointer) room_id);
        }
    }
  return rooms;
}

/**
 * ghd_writer_load_heads:
 * @pendings: (element-type GhdPending)
 *
 * After this every room that the writes concern is in the table of heads; a new one has none. To be
 * called while nothing is built or in flight, whose heads the database does not know yet.
 */
gboolean
ghd_writer_load_heads (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GPtrArray) rooms = NULL;
  g_autoptr (GhdResult) result = NULL;

  g_return_val_if_fail (self->open == NULL && self->in_flight == NULL, FALSE);

  if (g_hash_table_size (self->heads) > MAX_HEADS)
    g_hash_table_remove_all (self->heads);
  rooms = find_unknown_rooms (self, pendings);
  if (rooms->len == 0)
    return TRUE;
  result = dex_await_object (
    ghd_connection_query (self->connection, LOAD_HEADS,
                          ghd_params_add_text_array (ghd_params_new (),
                                                     (const char *const *) rooms->pdata,
                                                     rooms->len)),
    error);
  if (result == NULL)
    {
      g_hash_table_remove_all (self->heads);
      return FALSE;
    }
  for (guint row = 0; row < ghd_result_get_n_rows (result); row++)
    {
      g_autofree char *head = ghd_event_rows_dup_id (result, row, 1);

      note_head (self, ghd_result_get_text (result, row, 0), head);
    }
  return TRUE;
}

/**
 * ghd_writer_knows_heads:
 *
 * Returns: whether the heads of every room that the write concerns are known
 */
gboolean
ghd_writer_knows_heads (GhdWriter *self, GhdWrite *write)
{
  for (guint i = 0; i < ghd_write_get_n_events (write); i++)
    {
      GhEventDraft *draft = ghd_write_get_draft (write, i);

      if (!g_hash_table_contains (self->heads, gh_event_draft_get_room_id (draft)))
        return FALSE;
    }
  return TRUE;
}
