/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-events.h"

#include "gh-error.h"
#include "ghd-event-rows.h"
#include "ghd-log.h"
#include "ghd-rows.h"
#include "ghd-write-private.h"

G_DEFINE_BOXED_TYPE (GhdEventPage, ghd_event_page, ghd_event_page_ref, ghd_event_page_unref)

/* Pages of a timeline read one row more than they give, to know whether they are the last. */
#define BEFORE                                                                                     \
  "SELECT " GHD_EVENT_COLUMNS ", NOT EXISTS (SELECT FROM event n WHERE n.room_id = $1"             \
  "   AND n.state_key IS NULL AND n.position >= $2)"                                               \
  " FROM event e WHERE e.room_id = $1 AND e.state_key IS NULL AND e.position < $2"                 \
  " ORDER BY e.position DESC LIMIT $3"

#define FOLLOWING                                                                                  \
  "SELECT " GHD_EVENT_COLUMNS ", NOT EXISTS (SELECT FROM event n WHERE n.room_id = $1"             \
  "   AND n.state_key IS NULL AND n.position <= $2)"                                               \
  " FROM event e WHERE e.room_id = $1 AND e.state_key IS NULL AND e.position > $2"                 \
  " ORDER BY e.position LIMIT $3"

#define FIND_TIME "SELECT gh_find_time ($1, $2)"

/*
 * What follows a position in many rooms: at most a page from each room, by index alone, and of
 * those the first page. Costs in proportion to rooms, not to what others have written meanwhile.
 */
#define AFTER                                                                                      \
  "WITH page AS ("                                                                                 \
  "  SELECT DISTINCT p.position FROM ("                                                            \
  "    SELECT t.position FROM unnest ($2::text[]) AS r (room_id) CROSS JOIN LATERAL ("             \
  "      (SELECT e.position FROM event e WHERE e.room_id = r.room_id AND e.state_key IS NULL"      \
  "       AND e.position > $3 ORDER BY e.position LIMIT $4)"                                       \
  "      UNION ALL"                                                                                \
  "      (SELECT e.position FROM event e WHERE e.room_id = r.room_id AND e.state_key IS NOT NULL"  \
  "       AND e.position > $3 ORDER BY e.position LIMIT $4)) t"                                    \
  "    UNION ALL"                                                                                  \
  "    (SELECT e.position FROM event e WHERE e.type = 'm.room.member' AND e.state_key = $1"        \
  "     AND e.position > $3 ORDER BY e.position LIMIT $4)) p"                                      \
  "  ORDER BY p.position LIMIT $4)"                                                                \
  " SELECT " GHD_EVENT_COLUMNS " FROM page JOIN event e USING (position) ORDER BY e.position"

#define GET "SELECT " GHD_EVENT_COLUMNS " FROM event e WHERE e.id = $1"

#define FIND_TXN                                                                                   \
  "SELECT t.position + greatest (t.n_events - 1, 0), " GHD_EVENT_COLUMNS                           \
  " FROM txn t LEFT JOIN event e"                                                                  \
  " ON e.position >= t.position AND e.position < t.position + t.n_events"                          \
  " WHERE t.user_id = $1 AND t.txn_id = $2 ORDER BY e.position"


GhdEventPage *
ghd_event_page_ref (GhdEventPage *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
event_page_clear (gpointer data)
{
  GhdEventPage *self = data;

  g_ptr_array_unref (self->events);
}

void
ghd_event_page_unref (GhdEventPage *self)
{
  g_atomic_rc_box_release_full (self, event_page_clear);
}

/* A row that does not verify any more is a damaged database: nobody is served wrong history. */
static DexFuture *
damaged (const GError *error)
{
  ghd_log_error ("An event in the database does not verify; run guildhalld check",
                 GHD_LOG_STRING ("reason", error->message));
  return dex_future_new_for_error (
    gh_error_new (GH_ERROR_INTERNAL, "database.damaged", NULL, 0,
                  "Something went wrong on the server. Its log says more."));
}

/* What was asked for, while the rows are on their way. */
typedef struct
{
  gint64 position;
  guint limit;
  gboolean is_backwards;
} Asked;

static Asked *
asked_new (gint64 position, guint limit, gboolean is_backwards)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->position = position;
  asked->limit = limit;
  asked->is_backwards = is_backwards;
  return asked;
}

static GhdEventPage *
page_new (GPtrArray *events, gint64 position)
{
  GhdEventPage *page = g_atomic_rc_box_new0 (GhdEventPage);

  page->events = events;
  page->position = position;
  return page;
}

static void
reverse (GPtrArray *array)
{
  for (guint i = 0, j = array->len; i + 1 < j; i++)
    {
      gpointer swapped = array->pdata[i];

      array->pdata[i] = array->pdata[--j];
      array->pdata[j] = swapped;
    }
}

/* Rows of BEFORE or FOLLOWING. */
static DexFuture *
timeline_of_rows (GhdResult *result, gpointer data)
{
  const Asked *asked = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *events = ghd_event_rows_get_all (result, 0, &error);
  gboolean is_complete, nothing_beyond;
  GhdEventPage *page;

  if (events == NULL)
    return damaged (error);

  is_complete = events->len <= asked->limit;
  if (events->len > 0)
    nothing_beyond = ghd_result_get_bool (result, 0, GHD_EVENT_N_COLUMNS);
  else
    nothing_beyond = asked->position == (asked->is_backwards ? G_MAXINT64 : 0);
  if (!is_complete)
    g_ptr_array_set_size (events, asked->limit);
  if (asked->is_backwards)
    reverse (events);

  page = page_new (events, asked->position);
  page->at_start = asked->is_backwards ? is_complete : nothing_beyond;
  page->at_end = asked->is_backwards ? nothing_beyond : is_complete;
  if (events->len > 0)
    page->position = gh_event_get_position (
      g_ptr_array_index (events, asked->is_backwards ? 0 : events->len - 1));
  return dex_future_new_take_boxed (GHD_TYPE_EVENT_PAGE, page);
}

static DexFuture *
query_timeline (GhdPool *pool, const char *sql, const char *room_id, gint64 position, guint limit)
{
  GhdParams *params = ghd_params_add_int64 (ghd_params_add_text (ghd_params_new (), room_id),
                                            position);

  return ghd_pool_query (pool, sql, ghd_params_add_int64 (params, (gint64) limit + 1));
}

static DexFuture *
after_of_rows (GhdResult *result, gpointer data)
{
  const Asked *asked = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *events = ghd_event_rows_get_all (result, 0, &error);
  GhdEventPage *page;

  if (events == NULL)
    return damaged (error);
  page = page_new (events, asked->position);
  page->at_end = events->len < asked->limit;
  if (events->len > 0)
    page->position = gh_event_get_position (g_ptr_array_index (events, events->len - 1));
  return dex_future_new_take_boxed (GHD_TYPE_EVENT_PAGE, page);
}

static DexFuture *
event_of_rows (GhdResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  GhEvent *event;

  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found ("event.not_found", "There is no such event.");
  event = ghd_event_rows_get (result, 0, 0, &error);
  if (event == NULL)
    return damaged (error);
  return dex_future_new_take_boxed (GH_TYPE_EVENT, event);
}

static DexFuture *
commit_of_rows (GhdResult *result, gpointer data)
{
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;

  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found ("txn.not_found", "There was no such request.");
  if (ghd_result_is_null (result, 0, 1))
    events = g_ptr_array_new ();
  else
    events = ghd_event_rows_get_all (result, 1, &error);
  if (events == NULL)
    return damaged (error);
  return dex_future_new_take_boxed (GHD_TYPE_COMMIT,
                                    ghd_commit_new (events, ghd_result_get_int64 (result, 0, 0),
                                                    TRUE, NULL));
}

static DexFuture *
position_of_rows (GhdResult *result, gpointer data)
{
  return dex_future_new_for_int64 (ghd_result_get_int64 (result, 0, 0));
}

/* --- around a time --- */

typedef struct
{
  GhdPool *pool;
  char *room_id;
  gint64 around_ts;
  guint limit;
} Around;

static void
around_free (gpointer data)
{
  Around *around = data;

  g_object_unref (around->pool);
  g_free (around->room_id);
  g_free (around);
}

/* Half a page before the moment, and from it on as much as the page still holds. */
static DexFuture *
around_fiber (gpointer data)
{
  Around *around = data;
  g_autoptr (GhdEventPage) before = NULL;
  g_autoptr (GhdEventPage) from = NULL;
  g_autoptr (GError) error = NULL;
  GhdEventPage *page;
  gint64 position = dex_await_int64 (
    ghd_rows_map (ghd_pool_query (around->pool, FIND_TIME,
                                  ghd_params_add_int64 (ghd_params_add_text (ghd_params_new (),
                                                                             around->room_id),
                                                        around->around_ts)),
                  position_of_rows, NULL, NULL),
    &error);

  if (error == NULL)
    before = dex_await_boxed (ghd_store_events_before (around->pool, around->room_id, position,
                                                       around->limit / 2),
                              &error);
  if (before != NULL)
    from = dex_await_boxed (ghd_store_events_following (around->pool, around->room_id, position - 1,
                                                        around->limit - before->events->len),
                            &error);
  if (from == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  page = page_new (g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref), position);
  for (guint i = 0; i < before->events->len; i++)
    g_ptr_array_add (page->events, gh_event_ref (g_ptr_array_index (before->events, i)));
  for (guint i = 0; i < from->events->len; i++)
    g_ptr_array_add (page->events, gh_event_ref (g_ptr_array_index (from->events, i)));
  page->at_start = before->at_start;
  page->at_end = from->at_end;
  return dex_future_new_take_boxed (GHD_TYPE_EVENT_PAGE, page);
}

/* --- public --- */

/**
 * ghd_store_events_before:
 * @before: a position; 0 = the end of the timeline
 * @limit: events, at least 1
 *
 * A timeline is the events of a room that are not state.
 *
 * Returns: (transfer full): resolves to a #GhdEventPage of the last events before @before
 */
DexFuture *
ghd_store_events_before (GhdPool *pool, const char *room_id, gint64 before, guint limit)
{
  if (before <= 0)
    before = G_MAXINT64;
  return ghd_rows_map (query_timeline (pool, BEFORE, room_id, before, limit), timeline_of_rows,
                       asked_new (before, limit, TRUE), g_free);
}

/**
 * ghd_store_events_following:
 *
 * Returns: (transfer full): resolves to a #GhdEventPage of the first events of the timeline after
 *   @after
 */
DexFuture *
ghd_store_events_following (GhdPool *pool, const char *room_id, gint64 after, guint limit)
{
  after = MAX (after, 0);
  return ghd_rows_map (query_timeline (pool, FOLLOWING, room_id, after, limit), timeline_of_rows,
                       asked_new (after, limit, FALSE), g_free);
}

/**
 * ghd_store_events_around:
 * @around_ts: milliseconds since the epoch
 *
 * Returns: (transfer full): resolves to a #GhdEventPage around the first event of that time or
 *   later. Its position is that event's; beyond the end it is what the next event's could be.
 */
DexFuture *
ghd_store_events_around (GhdPool *pool, const char *room_id, gint64 around_ts, guint limit)
{
  Around *around = g_new0 (Around, 1);

  around->pool = g_object_ref (pool);
  around->room_id = g_strdup (room_id);
  around->around_ts = around_ts;
  around->limit = MAX (limit, 2);
  return dex_scheduler_spawn (NULL, 0, around_fiber, around, around_free);
}

/**
 * ghd_store_events_after:
 * @room_ids: the rooms that the user may read now
 *
 * Returns: (transfer full): resolves to a #GhdEventPage of the first events after @after in these
 *   rooms, state and timeline, and of the user's own m.room.member events in any room. at_end means
 *   that there were no more.
 */
DexFuture *
ghd_store_events_after (GhdPool *pool, const char *user_id, const char *const *room_ids,
                        gint64 after, guint limit)
{
  GhdParams *params = ghd_params_add_text_array (ghd_params_add_text (ghd_params_new (), user_id),
                                                 room_ids, -1);

  ghd_params_add_int64 (params, after);
  ghd_params_add_int64 (params, limit);
  return ghd_rows_map (ghd_pool_query (pool, AFTER, params), after_of_rows,
                       asked_new (after, limit, FALSE), g_free);
}

/**
 * ghd_store_events_get:
 * @event_id: "$…"
 *
 * Returns: (transfer full): resolves to a #GhEvent; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_events_get (GhdPool *pool, const char *event_id)
{
  GhHash hash;

  if (event_id[0] != '$' || !gh_hash_from_string (event_id + 1, &hash))
    return ghd_rows_not_found ("event.not_found", "There is no such event.");
  return ghd_rows_map (
    ghd_pool_query (pool, GET, ghd_params_add_data (ghd_params_new (), hash.bytes, GH_HASH_SIZE)),
    event_of_rows, NULL, NULL);
}

/**
 * ghd_store_events_find_txn:
 *
 * What a request became that was made before. For an operation whose checks refuse: what it asks
 * for may be refused because it has been done already.
 *
 * Returns: (transfer full): resolves to a #GhdCommit, a duplicate; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_events_find_txn (GhdPool *pool, const char *user_id, const char *txn_id)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), user_id),
                                           txn_id);

  return ghd_rows_map (ghd_pool_query (pool, FIND_TXN, params), commit_of_rows, NULL, NULL);
}
