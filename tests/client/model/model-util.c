/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model-util.h"

#include "gh-base58.h"
#include "gh-error.h"
#include "gh-event-draft.h"

static char *
id_of (const char *prefix, guint number, const char *suffix)
{
  guint8 bytes[16] = { 0 };
  g_autofree char *encoded = NULL;

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (1 + number * 7 + i * 3);
  bytes[0] = (guint8) (number >> 8);
  bytes[1] = (guint8) number;
  encoded = gh_base58_encode (bytes, sizeof bytes);

  return g_strconcat (prefix, encoded, suffix, NULL);
}

char *
test_room_id (guint number)
{
  return id_of ("!", number, ":localhost");
}

char *
test_role_id (guint number)
{
  return id_of ("r_", number, "");
}

char *
test_category_id (guint number)
{
  return id_of ("c_", number, "");
}

GhJson *
test_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdup (text);
  GhJson *json;

  g_strdelimit (quoted, "'", '"');
  json = gh_json_parse (quoted, strlen (quoted), &error);
  g_assert_no_error (error);

  return json;
}

static gboolean
sign (gconstpointer hash, gsize hash_size, guint8 signature[GH_SIGNATURE_SIZE], gpointer data,
      GError **error)
{
  memset (signature, 7, GH_SIGNATURE_SIZE);
  return TRUE;
}

static GhEvent *
finish (GhEventDraft *draft, gint64 position)
{
  static const GhEventSigner signer = { .server = "localhost",
                                        .key_id = "ed25519:test",
                                        .sign = sign };
  static const char *const none[] = { NULL };
  g_autoptr (GError) error = NULL;
  GhEvent *event = gh_event_draft_finish (draft, position, none, NULL, &signer, &error);

  g_assert_no_error (error);

  return event;
}

GhEvent *
test_message (const char *room_id, const char *sender, const char *txn_id, const char *body,
              gint64 timestamp, gint64 position)
{
  g_autofree char *text = g_strdup_printf ("{\"msgtype\":\"m.text\",\"body\":\"%s\"}", body);
  g_autoptr (GhJson) content = test_json (text);
  g_autoptr (GhEventDraft)
    draft = gh_event_draft_new (room_id, GH_EVENT_ROOM_MESSAGE, NULL, sender, content);

  gh_event_draft_set_origin_ts (draft, timestamp);
  gh_event_draft_set_txn_id (draft, txn_id);

  return finish (draft, position);
}

GhEvent *
test_state (const char *room_id, const char *type, const char *state_key, const char *sender,
            const char *content, gint64 position)
{
  g_autoptr (GhJson) json = test_json (content);
  g_autoptr (GhEventDraft) draft = gh_event_draft_new (room_id, type, state_key, sender, json);

  gh_event_draft_set_origin_ts (draft, NOON + position);

  return finish (draft, position);
}

void
test_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    {
    }
}

static DexFuture *
on_settled (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

/* A future that another thread settles wakes this one only through a callback. */
void
test_await (DexFuture *future)
{
  g_autoptr (DexFuture) waiter = dex_future_finally (dex_ref (future), on_settled, NULL, NULL);

  while (dex_future_is_pending (waiter))
    g_main_context_iteration (NULL, TRUE);
}

struct _TestMirror
{
  GListModel *model;
  GPtrArray *items;
  guint n_removed;
  guint n_added;
};

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, TestMirror *self)
{
  g_assert_cmpuint (position + removed, <=, self->items->len);

  if (removed > 0)
    g_ptr_array_remove_range (self->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (self->items, (int) (position + i),
                        g_list_model_get_item (model, position + i));

  self->n_removed += removed;
  self->n_added += added;
  test_mirror_check (self);
}

TestMirror *
test_mirror_new (GListModel *model)
{
  TestMirror *self = g_new0 (TestMirror, 1);

  self->model = g_object_ref (model);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (self->items, g_list_model_get_item (model, i));
  g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);

  return self;
}

void
test_mirror_free (TestMirror *self)
{
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_ptr_array_unref (self->items);
  g_object_unref (self->model);
  g_free (self);
}

void
test_mirror_check (TestMirror *self)
{
  g_assert_cmpuint (g_list_model_get_n_items (self->model), ==, self->items->len);
  for (guint i = 0; i < self->items->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      g_assert_true (item == g_ptr_array_index (self->items, i));
    }
}

/* How many items came and went since the last call. */
guint
test_mirror_take_counts (TestMirror *self, guint *n_removed, guint *n_added)
{
  guint n_changes = self->n_removed + self->n_added;

  if (n_removed != NULL)
    *n_removed = self->n_removed;
  if (n_added != NULL)
    *n_added = self->n_added;
  self->n_removed = 0;
  self->n_added = 0;

  return n_changes;
}

typedef struct
{
  DexPromise *promise;
  GhcPage *page; /* once answered */
  gint64 before;
  gint64 after;
  gint64 around_ts;
  guint limit;
} Question;

struct _TestLog
{
  GObject parent_instance;

  char *room_id;
  GPtrArray *events;
  GPtrArray *asked;
  GPtrArray *answered;
  gint64 position;
  guint n_loads;
};

static void log_loader_iface_init (GhcTimelineLoaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestLog, test_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GHC_TYPE_TIMELINE_LOADER,
                                                      log_loader_iface_init))

static void
question_free (Question *question)
{
  dex_unref (question->promise);
  g_clear_object (&question->page);
  g_free (question);
}

static DexFuture *
log_load (GhcTimelineLoader *loader, const char *channel_id, gint64 before, gint64 after,
          gint64 around_ts, guint limit)
{
  TestLog *self = TEST_LOG (loader);
  Question *question = g_new0 (Question, 1);

  g_assert_cmpstr (channel_id, ==, self->room_id);
  g_assert_cmpint ((before != 0) + (after != 0) + (around_ts != 0), <=, 1);

  question->promise = dex_promise_new ();
  question->before = before;
  question->after = after;
  question->around_ts = around_ts;
  question->limit = limit;
  g_ptr_array_add (self->asked, question);
  self->n_loads++;

  return dex_ref (DEX_FUTURE (question->promise));
}

static void
log_loader_iface_init (GhcTimelineLoaderInterface *iface)
{
  iface->load = log_load;
}

static void
test_log_finalize (GObject *object)
{
  TestLog *self = TEST_LOG (object);

  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->asked);
  g_ptr_array_unref (self->answered);
  g_free (self->room_id);

  G_OBJECT_CLASS (test_log_parent_class)->finalize (object);
}

static void
test_log_class_init (TestLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_log_finalize;
}

static void
test_log_init (TestLog *self)
{
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  self->asked = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  self->answered = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
}

TestLog *
test_log_new (const char *room_id)
{
  TestLog *self = g_object_new (TEST_TYPE_LOG, NULL);

  self->room_id = g_strdup (room_id);

  return self;
}

GPtrArray *
test_log_get_events (TestLog *self)
{
  return self->events;
}

/* Positions leave gaps, as they do where other rooms write too. */
GhEvent *
test_log_append (TestLog *self, const char *sender, const char *txn_id, gint64 timestamp)
{
  g_autofree char *body = NULL;

  self->position += g_test_rand_int_range (1, 4);
  body = g_strdup_printf ("message %" G_GINT64_FORMAT, self->position);
  g_ptr_array_add (self->events,
                   test_message (self->room_id, sender, txn_id, body, timestamp, self->position));

  return g_ptr_array_index (self->events, self->events->len - 1);
}

static GhcPage *
read_page (TestLog *self, const Question *question)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  guint first = 0;
  guint last = self->events->len;

  if (question->before != 0)
    {
      while (last > 0
             && gh_event_get_position (g_ptr_array_index (self->events, last - 1))
                  >= question->before)
        last--;
      first = last > question->limit ? last - question->limit : 0;
    }
  else if (question->after != 0)
    {
      while (first < last
             && gh_event_get_position (g_ptr_array_index (self->events, first)) <= question->after)
        first++;
      last = MIN (last, first + question->limit);
    }
  else if (question->around_ts != 0)
    {
      guint middle = 0;

      while (middle < last
             && gh_event_get_origin_ts (g_ptr_array_index (self->events, middle))
                  < question->around_ts)
        middle++;
      first = middle > question->limit / 2 ? middle - question->limit / 2 : 0;
      last = MIN (last, first + question->limit);
    }
  else
    first = last > question->limit ? last - question->limit : 0;

  for (guint i = first; i < last; i++)
    g_ptr_array_add (page, gh_event_ref (g_ptr_array_index (self->events, i)));

  return ghc_page_new (page, first == 0, last == self->events->len);
}

guint
test_log_n_asked (TestLog *self)
{
  return self->asked->len;
}

guint
test_log_n_answered (TestLog *self)
{
  return self->answered->len;
}

guint
test_log_n_loads (TestLog *self)
{
  return self->n_loads;
}

/* The server reads the oldest request's page now. */
void
test_log_answer (TestLog *self)
{
  Question *question = g_ptr_array_steal_index (self->asked, 0);

  question->page = read_page (self, question);
  g_ptr_array_add (self->answered, question);
}

/* One of the answers arrives. */
void
test_log_deliver (TestLog *self)
{
  g_autoptr (GhcPage) page = NULL;
  Question *question =
    g_ptr_array_steal_index (self->answered, g_test_rand_int_range (0, (int) self->answered->len));

  page = g_object_ref (question->page);
  dex_promise_resolve_object (question->promise, g_steal_pointer (&page));
  question_free (question);
  test_settle ();
}

/* The oldest request comes to nothing. */
void
test_log_fail (TestLog *self)
{
  Question *question = g_ptr_array_steal_index (self->asked, 0);

  dex_promise_reject (question->promise, gh_error_new_literal (GH_ERROR_UNAVAILABLE, "test", NULL,
                                                               0, "Nobody answers"));
  question_free (question);
  test_settle ();
}

/* Everything that was asked is answered and arrives, and what follows from it. */
void
test_log_flush (TestLog *self)
{
  test_settle ();
  while (self->asked->len > 0 || self->answered->len > 0)
    {
      if (self->asked->len > 0)
        test_log_answer (self);
      else
        test_log_deliver (self);
      test_settle ();
    }
}
