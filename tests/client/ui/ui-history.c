/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-history.h"

#include "model-util.h"

/* A talk is this many messages, two minutes apart; then there is silence for hours. */
#define TALK 24
#define STEP_MS (2 * 60 * 1000)
#define SILENCE_MS (5 * 60 * 60 * 1000)

struct _UiHistory
{
  GObject    parent_instance;
  char      *room_id;
  gint64     last_ts;
  guint      n_made; /* made when they are read */
  GPtrArray *appended;
  GQueue     waiting; /* of Answer */
  gboolean   is_held;
  guint      source;
  guint      n_loads;
};

typedef struct
{
  DexPromise *promise;
  GhcPage    *page;
} Answer;

static void loader_iface_init (GhcTimelineLoaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiHistory, ui_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GHC_TYPE_TIMELINE_LOADER, loader_iface_init))

static const char *const people[] = {
  "@ada:localhost", "@brook:localhost", "@cleo:localhost", "@dmitri:localhost", "@me:localhost",
};

static const char *const lines[] = {
  "Good morning! Did anybody look at the new hall yet?",
  "Yes.",
  "The stairs are done, the doors come on Thursday, and the lamp makers ask whether we want the warm glass or the clear one. "
  "I would take the warm one: in the evening it makes a room out of what is a corridor by day.",
  "Warm!",
  "Here are the drawings: https://example.org/hall/drawings?floor=2 and the list of what is missing "
  "(https://example.org/hall/list).",
  "I’ll bring the keys at ten, then we go through everything once more: the rooms upstairs, the kitchen, and whatever it is "
  "that makes the noise behind the second wall. My guess is a pipe. Brook says a cat.",
  "It is a cat 🐈",
  "Then it can stay 🎉",
};

static gint64
timestamp_at (UiHistory *self,
              guint      index)
{
  guint back = self->n_made - 1 - index;

  return self->last_ts - (gint64) back * STEP_MS - (gint64) (back / TALK) * SILENCE_MS;
}

/**
 * ui_history_make:
 * @index: from the channel's first message on
 *
 * Returns: (transfer full): the same event each time, at position @index + 1
 */
GhEvent *
ui_history_make (UiHistory *self,
                 guint      index)
{
  guint mixed = index * 2654435761u;
  g_autofree char *body = NULL;

  if (index >= self->n_made)
    return gh_event_ref (g_ptr_array_index (self->appended, index - self->n_made));

  body = g_strdup_printf ("%s (%u)", lines[mixed >> 16 & 7], index + 1);
  return test_message (self->room_id, people[(mixed >> 20) % G_N_ELEMENTS (people)], NULL, body,
                       timestamp_at (self, index), index + 1);
}

static guint
count (UiHistory *self)
{
  return self->n_made + self->appended->len;
}

static void
answer_free (Answer *answer)
{
  dex_unref (answer->promise);
  g_object_unref (answer->page);
  g_free (answer);
}

static gboolean
answer_one (gpointer data)
{
  UiHistory *self = data;
  Answer *answer = self->is_held ? NULL : g_queue_pop_head (&self->waiting);

  if (answer == NULL)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }

  dex_promise_resolve_object (answer->promise, g_object_ref (answer->page));
  answer_free (answer);
  return G_SOURCE_CONTINUE;
}

static void
schedule (UiHistory *self)
{
  if (self->source == 0 && !self->is_held && !g_queue_is_empty (&self->waiting))
    self->source = g_idle_add (answer_one, self);
}

static guint
find_time (UiHistory *self,
           gint64     timestamp)
{
  guint low = 0, high = count (self);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      g_autoptr (GhEvent) event = ui_history_make (self, middle);

      if (gh_event_get_origin_ts (event) < timestamp)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static DexFuture *
ui_history_load (GhcTimelineLoader *loader,
                 const char        *channel_id,
                 gint64             before,
                 gint64             after,
                 gint64             around_ts,
                 guint              limit)
{
  UiHistory *self = UI_HISTORY (loader);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  Answer *answer = g_new0 (Answer, 1);
  guint first = 0, last = count (self);

  if (before > 0)
    last = MIN ((guint) before - 1, last);
  else if (after > 0)
    first = MIN ((guint) after, last);
  else if (around_ts > 0)
    first = MAX (find_time (self, around_ts), limit / 2) - limit / 2;

  if (before > 0 || (after == 0 && around_ts == 0))
    first = last > limit ? last - limit : 0;
  last = MIN (last, first + limit);
  for (guint i = first; i < last; i++)
    g_ptr_array_add (events, ui_history_make (self, i));

  self->n_loads++;
  answer->promise = dex_promise_new ();
  answer->page = ghc_page_new (events, first == 0, last == count (self));
  g_queue_push_tail (&self->waiting, answer);
  schedule (self);
  return dex_ref (DEX_FUTURE (answer->promise));
}

static void
loader_iface_init (GhcTimelineLoaderInterface *iface)
{
  iface->load = ui_history_load;
}

static void
ui_history_finalize (GObject *object)
{
  UiHistory *self = UI_HISTORY (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) answer_free);
  g_ptr_array_unref (self->appended);
  g_free (self->room_id);

  G_OBJECT_CLASS (ui_history_parent_class)->finalize (object);
}

static void
ui_history_class_init (UiHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_history_finalize;
}

static void
ui_history_init (UiHistory *self)
{
  self->appended = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  g_queue_init (&self->waiting);
}

/**
 * ui_history_new:
 * @last_ts: when the last of @n_messages was written, in ms since the epoch
 */
UiHistory *
ui_history_new (const char *room_id,
                guint       n_messages,
                gint64      last_ts)
{
  UiHistory *self = g_object_new (UI_TYPE_HISTORY, NULL);

  self->room_id = g_strdup (room_id);
  self->n_made = n_messages;
  self->last_ts = last_ts;
  return self;
}

/**
 * ui_history_append:
 *
 * Somebody writes. The caller folds the event where it is to be seen live.
 *
 * Returns: (transfer full)
 */
GhEvent *
ui_history_append (UiHistory  *self,
                   const char *sender,
                   const char *body,
                   gint64      timestamp)
{
  GhEvent *event = test_message (self->room_id, sender, NULL, body, timestamp, count (self) + 1);

  g_ptr_array_add (self->appended, gh_event_ref (event));
  return event;
}

/**
 * ui_history_set_held:
 * @is_held: pages stay on their way until it is released
 */
void
ui_history_set_held (UiHistory *self,
                     gboolean   is_held)
{
  self->is_held = is_held;
  schedule (self);
}

guint
ui_history_get_loads (UiHistory *self)
{
  return self->n_loads;
}
