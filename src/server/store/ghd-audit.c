/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-audit.h"

#include "gh-error.h"
#include "ghd-connection.h"
#include "ghd-event-rows.h"
#include "ghd-projection.h"

#include <string.h>

struct _GhdAudit
{
  GObject parent_instance;
  GhdConnection *connection;
};

G_DEFINE_FINAL_TYPE (GhdAudit, ghd_audit, G_TYPE_OBJECT)

/* One snapshot for everything. It is never committed: the temporary tables go with it. */
#define BEGIN "BEGIN ISOLATION LEVEL REPEATABLE READ"

#define READ                                                                                           \
  "SELECT e.position, e.id, e.room_id, e.type, e.state_key, e.sender, e.origin_ts, " GHD_EVENT_COLUMNS \
  " FROM event e WHERE e.position > $1 ORDER BY e.position LIMIT $2"
#define READ_EVENT 7

#define GET_END "SELECT coalesce (max (position), 0) FROM event"
#define KNOWS_ROOM "SELECT EXISTS (SELECT FROM pg_temp.room_head WHERE room_id = $1)"
#define FIND "SELECT id, position FROM event WHERE id = ANY ($1)"

/* Requests whose events are not there, and how far the writer says that it has come. */
#define COUNT_LOST                                                                                 \
  "SELECT (SELECT count(*) FROM txn t WHERE t.n_events > 0 AND (SELECT count(*) FROM event e"      \
  "   WHERE e.position >= t.position AND e.position < t.position + t.n_events"                     \
  "   AND e.txn_id = t.txn_id) <> t.n_events), position FROM writer_mark"

/* How each projected table is copied and compared; SQL must be text that lives as long as the
 * program. */
static const struct
{
  const char *name;
  const char *create;
  const char *compare;
} tables[] = {
#define TABLE(name)                                                                                \
  { #name, "CREATE TEMPORARY TABLE " #name " (LIKE public." #name " INCLUDING ALL)",               \
    "SELECT (SELECT count(*) FROM (SELECT * FROM pg_temp." #name                                   \
    " EXCEPT SELECT * FROM public." #name ") m),"                                                  \
    " (SELECT count(*) FROM (SELECT * FROM public." #name " EXCEPT SELECT * FROM pg_temp." #name   \
    ") x)" }
  TABLE (room),
  TABLE (room_head),
  TABLE (state),
  TABLE (member),
#undef TABLE
};

static void
ghd_audit_finalize (GObject *object)
{
  GhdAudit *self = GHD_AUDIT (object);

  g_clear_object (&self->connection);

  G_OBJECT_CLASS (ghd_audit_parent_class)->finalize (object);
}

static void
ghd_audit_class_init (GhdAuditClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_audit_finalize;
}

static void
ghd_audit_init (GhdAudit *self)
{
}

static GhdResult *
query (GhdAudit *self, const char *sql, GhdParams *params, GError **error)
{
  return dex_await_object (ghd_connection_query (self->connection, sql, params), error);
}

static gboolean
run (GhdAudit *self, const char *sql, GError **error)
{
  g_autoptr (GhdResult) result = query (self, sql, NULL, error);

  return result != NULL;
}

static void
audit_row_free (gpointer data)
{
  GhdAuditRow *row = data;

  g_free (row->event_id);
  g_free (row->room_id);
  g_free (row->type);
  g_free (row->state_key);
  g_free (row->sender);
  g_clear_pointer (&row->event, gh_event_unref);
  g_clear_error (&row->error);
  g_free (row);
}

static GhdAuditRow *
read_row (GhdResult *result, guint row)
{
  GhdAuditRow *self = g_new0 (GhdAuditRow, 1);

  self->position = ghd_result_get_int64 (result, row, 0);
  self->event_id = ghd_event_rows_dup_id (result, row, 1);
  self->room_id = ghd_result_dup_text (result, row, 2);
  self->type = ghd_result_dup_text (result, row, 3);
  self->state_key = ghd_result_dup_text (result, row, 4);
  self->sender = ghd_result_dup_text (result, row, 5);
  self->origin_ts = ghd_result_get_int64 (result, row, 6);
  self->event = ghd_event_rows_get (result, row, READ_EVENT, &self->error);
  return self;
}

static void
clear_statement (gpointer data)
{
  GhdStatement *statement = data;

  g_clear_pointer (&statement->params, ghd_params_unref);
}

static void
add_statement (const char *sql, GhdParams *params, gpointer user_data)
{
  GhdStatement statement = { sql, params };

  g_array_append_val ((GArray *) user_data, statement);
}

static GBytes *
hash_of_id (const char *event_id)
{
  GhHash hash;

  if (event_id[0] != '$' || !gh_hash_from_string (event_id + 1, &hash))
    return NULL;
  return g_bytes_new (hash.bytes, GH_HASH_SIZE);
}

/* --- public --- */

/**
 * ghd_audit_open:
 *
 * Returns: (nullable) (transfer full): the log as it is now
 */
GhdAudit *
ghd_audit_open (const char *conninfo, GError **error)
{
  g_autoptr (GhdAudit) self = g_object_new (GHD_TYPE_AUDIT, NULL);

  self->connection = dex_await_object (ghd_connection_open (conninfo, "guildhalld-check", 0),
                                       error);
  if (self->connection == NULL || !run (self, BEGIN, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    if (!run (self, tables[i].create, error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * ghd_audit_read:
 * @after: a position
 *
 * Returns: (nullable) (transfer full) (element-type GhdAuditRow): the next rows in the order of
 *   position; empty at the end
 */
GPtrArray *
ghd_audit_read (GhdAudit *self, gint64 after, guint limit, GError **error)
{
  g_autoptr (GhdResult) result = NULL;
  GPtrArray *rows;

  g_return_val_if_fail (GHD_IS_AUDIT (self), NULL);

  result = query (self, READ,
                  ghd_params_add_int64 (ghd_params_add_int64 (ghd_params_new (), after), limit),
                  error);
  if (result == NULL)
    return NULL;
  rows = g_ptr_array_new_full (ghd_result_get_n_rows (result), audit_row_free);
  for (guint row = 0; row < ghd_result_get_n_rows (result); row++)
    g_ptr_array_add (rows, read_row (result, row));
  return rows;
}

/**
 * ghd_audit_get_end:
 * @position: (out): of the last event; 0: there is none
 */
gboolean
ghd_audit_get_end (GhdAudit *self, gint64 *position, GError **error)
{
  g_autoptr (GhdResult) result = NULL;

  g_return_val_if_fail (GHD_IS_AUDIT (self), FALSE);

  result = query (self, GET_END, NULL, error);
  if (result == NULL)
    return FALSE;
  *position = ghd_result_get_int64 (result, 0, 0);
  return TRUE;
}

/**
 * ghd_audit_knows_room:
 * @knows: (out): whether an event of the room was folded before
 */
gboolean
ghd_audit_knows_room (GhdAudit *self, const char *room_id, gboolean *knows, GError **error)
{
  g_autoptr (GhdResult) result = NULL;

  g_return_val_if_fail (GHD_IS_AUDIT (self), FALSE);

  result = query (self, KNOWS_ROOM, ghd_params_add_text (ghd_params_new (), room_id), error);
  if (result == NULL)
    return FALSE;
  *knows = ghd_result_get_bool (result, 0, 0);
  return TRUE;
}

/**
 * ghd_audit_fold:
 * @events: (element-type GhEvent): in the order of position
 *
 * Does to the temporary tables what the writer did to the real ones.
 */
gboolean
ghd_audit_fold (GhdAudit *self, GPtrArray *events, GError **error)
{
  g_autoptr (GArray) statements = g_array_new (FALSE, FALSE, sizeof (GhdStatement));

  g_return_val_if_fail (GHD_IS_AUDIT (self), FALSE);

  g_array_set_clear_func (statements, clear_statement);
  ghd_projection_derive (events, add_statement, statements);
  return statements->len == 0
         || dex_await (ghd_connection_run (self->connection,
                                           (const GhdStatement *) statements->data,
                                           statements->len),
                       error);
}

/**
 * ghd_audit_find:
 * @event_ids: (element-type utf8)
 *
 * Returns: (nullable) (transfer full) (element-type utf8 gint64): those of @event_ids that are in
 *   the log, with their positions (pointers to gint64)
 */
GHashTable *
ghd_audit_find (GhdAudit *self, GPtrArray *event_ids, GError **error)
{
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GhdResult) result = NULL;
  GhdParams *params;

  g_return_val_if_fail (GHD_IS_AUDIT (self), NULL);

  for (guint i = 0; i < event_ids->len; i++)
    {
      GBytes *hash = hash_of_id (g_ptr_array_index (event_ids, i));

      if (hash != NULL)
        g_ptr_array_add (hashes, hash);
    }
  params = ghd_params_add_data_array (ghd_params_new (), (GBytes *const *) hashes->pdata,
                                      hashes->len);
  result = query (self, FIND, params, error);
  if (result == NULL)
    return NULL;
  for (guint row = 0; row < ghd_result_get_n_rows (result); row++)
    {
      gint64 position = ghd_result_get_int64 (result, row, 1);

      g_hash_table_insert (found, ghd_event_rows_dup_id (result, row, 0),
                           g_memdup2 (&position, sizeof position));
    }
  return g_steal_pointer (&found);
}

/**
 * ghd_audit_compare:
 * @table: one of ghd_projection_tables()
 * @n_missing: (out): rows that the log makes and the table has not got so
 * @n_extra: (out): rows that the table has and the log does not make so
 */
gboolean
ghd_audit_compare (GhdAudit *self, const char *table, gint64 *n_missing, gint64 *n_extra,
                   GError **error)
{
  g_autoptr (GhdResult) result = NULL;
  gsize i = 0;

  g_return_val_if_fail (GHD_IS_AUDIT (self), FALSE);

  while (i < G_N_ELEMENTS (tables) && !g_str_equal (tables[i].name, table))
    i++;
  g_return_val_if_fail (i < G_N_ELEMENTS (tables), FALSE);

  result = query (self, tables[i].compare, NULL, error);
  if (result == NULL)
    return FALSE;
  *n_missing = ghd_result_get_int64 (result, 0, 0);
  *n_extra = ghd_result_get_int64 (result, 0, 1);
  return TRUE;
}

/**
 * ghd_audit_count_lost:
 * @n_requests: (out): requests that were answered and whose events are not there
 * @marked_position: (out): how far the writer noted that the log goes
 */
gboolean
ghd_audit_count_lost (GhdAudit *self, gint64 *n_requests, gint64 *marked_position, GError **error)
{
  g_autoptr (GhdResult) result = NULL;

  g_return_val_if_fail (GHD_IS_AUDIT (self), FALSE);

  result = query (self, COUNT_LOST, NULL, error);
  if (result == NULL)
    return FALSE;
  *n_requests = ghd_result_get_int64 (result, 0, 0);
  *marked_position = ghd_result_get_int64 (result, 0, 1);
  return TRUE;
}

void
ghd_audit_close (GhdAudit *self)
{
  g_return_if_fail (GHD_IS_AUDIT (self));

  if (self->connection != NULL)
    ghd_connection_close (self->connection);
}
