/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-batch.h"

#include "ghd-projection.h"
#include "ghd-write-private.h"

/* All rows of a batch in one statement: 500 events cost one round of parsing and planning. */
#define INSERT_EVENTS                                                                              \
  "INSERT INTO event (position, id, room_id, type, state_key, sender, origin_ts, header, content," \
  " salt, signature, key_id, txn_id)"                                                              \
  " SELECT * FROM unnest ($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::text[],"          \
  " $6::text[], $7::bigint[], $8::text[], $9::text[], $10::bytea[], $11::bytea[], $12::text[],"    \
  " $13::text[])"

#define INSERT_TXNS                                                                                \
  "INSERT INTO txn (user_id, txn_id, position, n_events)"                                          \
  " SELECT * FROM unnest ($1::text[], $2::text[], $3::bigint[], $4::bigint[])"

#define MOVE_MARK "UPDATE writer_mark SET batch = $1, position = $2, writer = $3"

/* --- pendings --- */

GhdPending *
ghd_pending_new (GhdWrite *write)
{
  GhdPending *self = g_new0 (GhdPending, 1);

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
  dex_promise_reject (self->promise, g_error_copy (error));
  for (guint i = 0; self->followers != NULL && i < self->followers->len; i++)
    dex_promise_reject (g_ptr_array_index (self->followers, i), g_error_copy (error));
}

/* --- the batch --- */

static void
clear_statement (gpointer data)
{
  GhdStatement *statement = data;

  g_clear_pointer (&statement->params, ghd_params_unref);
}

static void
add_statement (const char *sql, GhdParams *params, gpointer user_data)
{
  GhdBatch *self = user_data;
  GhdStatement statement = { sql, params };

  g_array_append_val (self->statements, statement);
}

/* The columns of table event, one array each. Text and bytes belong to the events but for a few
 * copies. */
typedef struct
{
  GArray *positions, *times;
  GPtrArray *ids, *salts, *signatures;                           /* GBytes */
  GPtrArray *rooms, *types, *keys, *senders, *key_ids, *txn_ids; /* borrowed */
  GPtrArray *headers, *contents;                                 /* owned */
} Columns;

static void
columns_init (Columns *columns, guint n)
{
  columns->positions = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);
  columns->times = g_array_sized_new (FALSE, FALSE, sizeof (gint64), n);
  columns->ids = g_ptr_array_new_full (n, (GDestroyNotify) g_bytes_unref);
  columns->salts = g_ptr_array_new_full (n, (GDestroyNotify) g_bytes_unref);
  columns->signatures = g_ptr_array_new_full (n, (GDestroyNotify) g_bytes_unref);
  columns->rooms = g_ptr_array_sized_new (n);
  columns->types = g_ptr_array_sized_new (n);
  columns->keys = g_ptr_array_sized_new (n);
  columns->senders = g_ptr_array_sized_new (n);
  columns->key_ids = g_ptr_array_sized_new (n);
  columns->txn_ids = g_ptr_array_sized_new (n);
  columns->headers = g_ptr_array_new_full (n, g_free);
  columns->contents = g_ptr_array_new_full (n, g_free);
}

static void
columns_clear (Columns *columns)
{
  g_array_unref (columns->positions);
  g_array_unref (columns->times);
  g_ptr_array_unref (columns->ids);
  g_ptr_array_unref (columns->salts);
  g_ptr_array_unref (columns->signatures);
  g_ptr_array_unref (columns->rooms);
  g_ptr_array_unref (columns->types);
  g_ptr_array_unref (columns->keys);
  g_ptr_array_unref (columns->senders);
  g_ptr_array_unref (columns->key_ids);
  g_ptr_array_unref (columns->txn_ids);
  g_ptr_array_unref (columns->headers);
  g_ptr_array_unref (columns->contents);
}

static char *
dup_text (GBytes *bytes)
{
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
columns_add (Columns *columns, GhEvent *event)
{
  gint64 position = gh_event_get_position (event), time = gh_event_get_origin_ts (event);
  const char *server, *key_id;
  const guint8 *signature = gh_event_get_signature (event, 0, &server, &key_id);

  g_array_append_val (columns->positions, position);
  g_array_append_val (columns->times, time);
  g_ptr_array_add (columns->ids,
                   g_bytes_new_static (gh_event_get_hash (event)->bytes, GH_HASH_SIZE));
  g_ptr_array_add (columns->salts, g_bytes_new_static (gh_event_get_salt (event), GH_SALT_SIZE));
  g_ptr_array_add (columns->signatures, g_bytes_new_static (signature, GH_SIGNATURE_SIZE));
  g_ptr_array_add (columns->rooms, (gpointer) gh_event_get_room_id (event));
  g_ptr_array_add (columns->types, (gpointer) gh_event_get_event_type (event));
  g_ptr_array_add (columns->keys, (gpointer) gh_event_get_state_key (event));
  g_ptr_array_add (columns->senders, (gpointer) gh_event_get_sender (event));
  g_ptr_array_add (columns->key_ids, (gpointer) key_id);
  g_ptr_array_add (columns->txn_ids, (gpointer) gh_event_get_txn_id (event));
  g_ptr_array_add (columns->headers, dup_text (gh_event_get_header_bytes (event)));
  g_ptr_array_add (columns->contents, dup_text (gh_event_get_content_bytes (event)));
}

static GhdParams *
add_texts (GhdParams *params, GPtrArray *texts)
{
  return ghd_params_add_text_array (params, (const char *const *) texts->pdata, texts->len);
}

static GhdParams *
add_datas (GhdParams *params, GPtrArray *datas)
{
  return ghd_params_add_data_array (params, (GBytes *const *) datas->pdata, datas->len);
}

static void
add_event_rows (GhdBatch *self)
{
  GhdParams *params = ghd_params_new ();
  Columns columns;

  columns_init (&columns, self->events->len);
  for (guint i = 0; i < self->events->len; i++)
    columns_add (&columns, g_ptr_array_index (self->events, i));

  ghd_params_add_int64_array (params, (const gint64 *) columns.positions->data,
                              columns.positions->len);
  add_datas (params, columns.ids);
  add_texts (params, columns.rooms);
  add_texts (params, columns.types);
  add_texts (params, columns.keys);
  add_texts (params, columns.senders);
  ghd_params_add_int64_array (params, (const gint64 *) columns.times->data, columns.times->len);
  add_texts (params, columns.headers);
  add_texts (params, columns.contents);
  add_datas (params, columns.salts);
  add_datas (params, columns.signatures);
  add_texts (params, columns.key_ids);
  add_texts (params, columns.txn_ids);
  add_statement (INSERT_EVENTS, params, self);
  columns_clear (&columns);
}

static void
add_txn_rows (GhdBatch *self)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new ();
  g_autoptr (GPtrArray) txns = g_ptr_array_new ();
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (gint64));
  GhdParams *params;

  for (guint i = 0; i < self->pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (self->pendings, i);
      gint64 count = pending->events->len;
      gint64 first = count > 0 ? pending->position - count + 1 : pending->position;

      if (ghd_write_get_txn_id (pending->write) == NULL)
        continue;
      g_ptr_array_add (users, (gpointer) ghd_write_get_user_id (pending->write));
      g_ptr_array_add (txns, (gpointer) ghd_write_get_txn_id (pending->write));
      g_array_append_val (positions, first);
      g_array_append_val (counts, count);
    }
  if (users->len == 0)
    return;

  params = add_texts (add_texts (ghd_params_new (), users), txns);
  ghd_params_add_int64_array (params, (const gint64 *) positions->data, positions->len);
  ghd_params_add_int64_array (params, (const gint64 *) counts->data, counts->len);
  add_statement (INSERT_TXNS, params, self);
}

static void
add_own_statements (GhdBatch *self)
{
  for (guint i = 0; i < self->pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (self->pendings, i);
      gsize n;
      const GhdStatement *own = ghd_write_get_statements (pending->write, &n);

      for (gsize j = 0; j < n; j++)
        add_statement (own[j].sql, own[j].params != NULL ? ghd_params_ref (own[j].params) : NULL,
                       self);
    }
}

static gboolean
sign_receipts (GhdBatch *self, const GhEventSigner *signer, GError **error)
{
  if (self->events->len == 0)
    return TRUE;
  self->receipts = gh_receipt_batch_new (self->events->len);
  for (guint i = 0; i < self->events->len; i++)
    {
      GhEvent *event = g_ptr_array_index (self->events, i);

      gh_receipt_batch_add (self->receipts, gh_event_get_id (event), gh_event_get_position (event));
    }
  return gh_receipt_batch_sign (self->receipts, signer, error);
}

/**
 * ghd_batch_build:
 * @pendings: (element-type GhdPending): in the order they are to happen
 * @position: of the log before it
 * @heads: (element-type utf8 GStrv): of every room concerned; moved on to the new events
 * @culprit: (out): when this fails, the write that cannot be built
 *
 * Gives each event its position, predecessors, salt and signature, and derives the statements of
 * the whole transaction. When this fails or the transaction does, @heads must be forgotten.
 */
GhdBatch *
ghd_batch_build (GPtrArray *pendings, const char *writer, gint64 number, gint64 position,
                 GHashTable *heads, const GhEventSigner *signer, GhdPending **culprit,
                 GError **error)
{
  g_autoptr (GhdBatch) self = g_new0 (GhdBatch, 1);
  GhdParams *mark;

  self->writer = g_strdup (writer);
  self->number = number;
  self->position = position;
  self->pendings = g_ptr_array_copy (pendings, NULL, NULL);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  self->statements = g_array_new (FALSE, FALSE, sizeof (GhdStatement));
  g_array_set_clear_func (self->statements, clear_statement);

  for (guint i = 0; i < pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (pendings, i);

      g_clear_pointer (&pending->events, g_ptr_array_unref);
      pending->events = ghd_write_build (pending->write, self->position + 1, heads, signer, error);
      if (pending->events == NULL)
        {
          *culprit = pending;
          return NULL;
        }
      self->position += pending->events->len;
      pending->position = self->position;
      for (guint j = 0; j < pending->events->len; j++)
        g_ptr_array_add (self->events, gh_event_ref (g_ptr_array_index (pending->events, j)));
    }

  if (!sign_receipts (self, signer, error))
    {
      *culprit = g_ptr_array_index (pendings, 0);
      return NULL;
    }
  if (self->events->len > 0)
    add_event_rows (self);
  add_txn_rows (self);
  ghd_projection_derive (self->events, add_statement, self);
  add_own_statements (self);

  mark = ghd_params_add_int64 (ghd_params_new (), number);
  ghd_params_add_int64 (mark, self->position);
  ghd_params_add_text (mark, writer);
  add_statement (MOVE_MARK, mark, self);
  return g_steal_pointer (&self);
}

void
ghd_batch_free (GhdBatch *self)
{
  g_ptr_array_unref (self->pendings);
  g_ptr_array_unref (self->events);
  g_array_unref (self->statements);
  g_clear_pointer (&self->receipts, gh_receipt_batch_unref);
  g_free (self->writer);
  g_free (self);
}
