/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-batch-rows.h"

/* Sets in a select list are taken from row by row; unnest() of many arrays in FROM would first store
 * each column away. */
#define INSERT_EVENTS                                                                              \
  "INSERT INTO event (position, id, room_id, type, state_key, sender, origin_ts, header, content," \
  " salt, signature, key_id, txn_id)"                                                              \
  " SELECT unnest ($1::bigint[]), unnest ($2::bytea[]), unnest ($3::text[]),"                      \
  " unnest ($4::text[]), unnest ($5::text[]), unnest ($6::text[]), unnest ($7::bigint[]),"         \
  " unnest ($8::text[]), unnest ($9::text[]), unnest ($10::bytea[]), unnest ($11::bytea[]),"       \
  " unnest ($12::text[]), unnest ($13::text[])"

#define INSERT_TXNS                                                                                \
  "INSERT INTO txn (user_id, txn_id, position, n_events)"                                          \
  " SELECT unnest ($1::text[]), unnest ($2::text[]), unnest ($3::bigint[]), unnest ($4::bigint[])"

/* In the order of the statements' parameters. */
enum
{
  EVENT_POSITION,
  EVENT_ID,
  EVENT_ROOM_ID,
  EVENT_TYPE,
  EVENT_STATE_KEY,
  EVENT_SENDER,
  EVENT_ORIGIN_TS,
  EVENT_HEADER,
  EVENT_CONTENT,
  EVENT_SALT,
  EVENT_SIGNATURE,
  EVENT_KEY_ID,
  EVENT_TXN_ID,
  N_EVENT_COLUMNS
};

enum
{
  TXN_USER_ID,
  TXN_TXN_ID,
  TXN_POSITION,
  TXN_N_EVENTS,
  N_TXN_COLUMNS
};

static const GhdArrayKind event_kinds[N_EVENT_COLUMNS] = {
  [EVENT_POSITION] = GHD_ARRAY_INT64,  [EVENT_ID] = GHD_ARRAY_DATA,
  [EVENT_ROOM_ID] = GHD_ARRAY_TEXT,    [EVENT_TYPE] = GHD_ARRAY_TEXT,
  [EVENT_STATE_KEY] = GHD_ARRAY_TEXT,  [EVENT_SENDER] = GHD_ARRAY_TEXT,
  [EVENT_ORIGIN_TS] = GHD_ARRAY_INT64, [EVENT_HEADER] = GHD_ARRAY_TEXT,
  [EVENT_CONTENT] = GHD_ARRAY_TEXT,    [EVENT_SALT] = GHD_ARRAY_DATA,
  [EVENT_SIGNATURE] = GHD_ARRAY_DATA,  [EVENT_KEY_ID] = GHD_ARRAY_TEXT,
  [EVENT_TXN_ID] = GHD_ARRAY_TEXT,
};

static const GhdArrayKind txn_kinds[N_TXN_COLUMNS] = {
  [TXN_USER_ID] = GHD_ARRAY_TEXT,
  [TXN_TXN_ID] = GHD_ARRAY_TEXT,
  [TXN_POSITION] = GHD_ARRAY_INT64,
  [TXN_N_EVENTS] = GHD_ARRAY_INT64,
};

struct _GhdBatchRows
{
  GhdArray *events[N_EVENT_COLUMNS];
  GhdArray *txns[N_TXN_COLUMNS];
};

GhdBatchRows *
ghd_batch_rows_new (void)
{
  GhdBatchRows *self = g_new0 (GhdBatchRows, 1);

  for (gsize i = 0; i < N_EVENT_COLUMNS; i++)
    self->events[i] = ghd_array_new (event_kinds[i]);
  for (gsize i = 0; i < N_TXN_COLUMNS; i++)
    self->txns[i] = ghd_array_new (txn_kinds[i]);
  return self;
}

void
ghd_batch_rows_free (GhdBatchRows *self)
{
  for (gsize i = 0; i < N_EVENT_COLUMNS; i++)
    ghd_array_unref (self->events[i]);
  for (gsize i = 0; i < N_TXN_COLUMNS; i++)
    ghd_array_unref (self->txns[i]);
  g_free (self);
}

/* Rows of this many bytes in a column are not worth keeping the memory of. */
#define MAX_KEPT (1024 * 1024)

static void
reset (GhdArray **columns, const GhdArrayKind *kinds, gsize n_columns)
{
  for (gsize i = 0; i < n_columns; i++)
    {
      gsize size;

      ghd_array_get_binary (columns[i], &size);
      if (size > MAX_KEPT)
        {
          ghd_array_unref (columns[i]);
          columns[i] = ghd_array_new (kinds[i]);
        }
      else
        ghd_array_clear (columns[i]);
    }
}

/**
 * ghd_batch_rows_reset:
 *
 * Lets go of all rows, and keeps the memory for as many. No statement refers to them any more.
 */
void
ghd_batch_rows_reset (GhdBatchRows *self)
{
  reset (self->events, event_kinds, N_EVENT_COLUMNS);
  reset (self->txns, txn_kinds, N_TXN_COLUMNS);
}

static void
add_bytes (GhdArray *column, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  ghd_array_add_data (column, data, size);
}

/**
 * ghd_batch_rows_add_event:
 * @event: finished, with its content
 */
void
ghd_batch_rows_add_event (GhdBatchRows *self, GhEvent *event)
{
  const char *server, *key_id;
  const guint8 *signature = gh_event_get_signature (event, 0, &server, &key_id);

  ghd_array_add_int64 (self->events[EVENT_POSITION], gh_event_get_position (event));
  ghd_array_add_data (self->events[EVENT_ID], gh_event_get_hash (event)->bytes, GH_HASH_SIZE);
  ghd_array_add_text (self->events[EVENT_ROOM_ID], gh_event_get_room_id (event));
  ghd_array_add_text (self->events[EVENT_TYPE], gh_event_get_event_type (event));
  ghd_array_add_text (self->events[EVENT_STATE_KEY], gh_event_get_state_key (event));
  ghd_array_add_text (self->events[EVENT_SENDER], gh_event_get_sender (event));
  ghd_array_add_int64 (self->events[EVENT_ORIGIN_TS], gh_event_get_origin_ts (event));
  add_bytes (self->events[EVENT_HEADER], gh_event_get_header_bytes (event));
  add_bytes (self->events[EVENT_CONTENT], gh_event_get_content_bytes (event));
  ghd_array_add_data (self->events[EVENT_SALT], gh_event_get_salt (event), GH_SALT_SIZE);
  ghd_array_add_data (self->events[EVENT_SIGNATURE], signature, GH_SIGNATURE_SIZE);
  ghd_array_add_text (self->events[EVENT_KEY_ID], key_id);
  ghd_array_add_text (self->events[EVENT_TXN_ID], gh_event_get_txn_id (event));
}

/**
 * ghd_batch_rows_add_txn:
 * @position: of the write's first event; of a write without events, the log's
 *
 * Does nothing for a write without a txn_id.
 */
void
ghd_batch_rows_add_txn (GhdBatchRows *self, GhdWrite *write, gint64 position, gint64 n_events)
{
  if (ghd_write_get_txn_id (write) == NULL)
    return;
  ghd_array_add_text (self->txns[TXN_USER_ID], ghd_write_get_user_id (write));
  ghd_array_add_text (self->txns[TXN_TXN_ID], ghd_write_get_txn_id (write));
  ghd_array_add_int64 (self->txns[TXN_POSITION], position);
  ghd_array_add_int64 (self->txns[TXN_N_EVENTS], n_events);
}

static GhdParams *
make_params (GhdArray *const *columns, gsize n_columns)
{
  GhdParams *params = ghd_params_new ();

  for (gsize i = 0; i < n_columns; i++)
    ghd_params_add_array (params, columns[i]);
  return params;
}

/**
 * ghd_batch_rows_derive:
 * @add: called for each statement
 */
void
ghd_batch_rows_derive (GhdBatchRows *self, GhdProjectionFunc add, gpointer user_data)
{
  if (ghd_array_get_length (self->events[EVENT_ID]) > 0)
    add (INSERT_EVENTS, make_params (self->events, N_EVENT_COLUMNS), user_data);
  if (ghd_array_get_length (self->txns[TXN_TXN_ID]) > 0)
    add (INSERT_TXNS, make_params (self->txns, N_TXN_COLUMNS), user_data);
}
