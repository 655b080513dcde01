/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-write-private.h"

#include "gh-time.h"

/* An event of the write, and which earlier ones of the same write it cites. */
typedef struct
{
  GhEventDraft *draft;
  GArray *cited; /* (element-type guint) (nullable) */
} Item;

struct _GhdWrite
{
  GObject parent_instance;
  char *user_id;
  char *txn_id;
  GArray *items;      /* (element-type Item) */
  GArray *statements; /* (element-type GhdStatement) (nullable): none */
};

G_DEFINE_FINAL_TYPE (GhdWrite, ghd_write, G_TYPE_OBJECT)

static void
item_clear (gpointer data)
{
  Item *item = data;

  g_clear_pointer (&item->draft, gh_event_draft_unref);
  g_clear_pointer (&item->cited, g_array_unref);
}

static void
statement_clear (gpointer data)
{
  GhdStatement *statement = data;

  g_clear_pointer (&statement->params, ghd_params_unref);
}

static void
ghd_write_finalize (GObject *object)
{
  GhdWrite *self = GHD_WRITE (object);

  g_free (self->user_id);
  g_free (self->txn_id);
  g_array_unref (self->items);
  g_clear_pointer (&self->statements, g_array_unref);

  G_OBJECT_CLASS (ghd_write_parent_class)->finalize (object);
}

static void
ghd_write_class_init (GhdWriteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_write_finalize;
}

static void
ghd_write_init (GhdWrite *self)
{
  self->items = g_array_new (FALSE, TRUE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
}

/* --- for the writer --- */

/* The auth events of the draft with those of the same write that it cites; they are new each
 * time. */
static void
set_auth_events (Item *item, GPtrArray *events, const char *const *own)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (own != NULL)
    g_strv_builder_addv (builder, (const char **) own);
  for (guint i = 0; i < item->cited->len; i++)
    g_strv_builder_add (builder,
                        gh_event_get_id (
                          g_ptr_array_index (events, g_array_index (item->cited, guint, i))));
  all = g_strv_builder_end (builder);
  gh_event_draft_set_auth_events (item->draft, (const char *const *) all);
}

/* The event before the next one of a room: the last of the same write, or the heads. */
static const char *const *
find_predecessors (GPtrArray *events, const char *room_id, GHashTable *heads, const char *one[2])
{
  for (guint i = events->len; i-- > 0;)
    {
      GhEvent *event = g_ptr_array_index (events, i);

      if (g_str_equal (gh_event_get_room_id (event), room_id))
        {
          one[0] = gh_event_get_id (event);
          return one;
        }
    }
  return g_hash_table_lookup (heads, room_id);
}

static GhEvent *
build_event (Item *item, GPtrArray *events, gint64 position, GHashTable *heads,
             const GhEventSigner *signer, GError **error)
{
  const char *one[2] = { NULL };
  const char *const *prev_events =
    find_predecessors (events, gh_event_draft_get_room_id (item->draft), heads, one);
  g_auto (GStrv) own = NULL;
  GhEvent *event;

  if (item->cited == NULL)
    return gh_event_draft_finish (item->draft, position, prev_events, NULL, signer, error);

  own = g_strdupv ((char **) gh_event_draft_get_auth_events (item->draft));
  set_auth_events (item, events, (const char *const *) own);
  event = gh_event_draft_finish (item->draft, position, prev_events, NULL, signer, error);
  gh_event_draft_set_auth_events (item->draft, (const char *const *) own);
  return event;
}

/* The event is its room's only head now, for it cites all heads that there were. */
static void
move_head (GHashTable *heads, GhEvent *event)
{
  GStrv head = g_hash_table_lookup (heads, gh_event_get_room_id (event));

  if (head != NULL && head[0] != NULL && head[1] == NULL)
    {
      g_set_str (&head[0], gh_event_get_id (event));
      return;
    }
  head = g_new0 (char *, 2);
  head[0] = g_strdup (gh_event_get_id (event));
  g_hash_table_replace (heads, g_strdup (gh_event_get_room_id (event)), head);
}

/**
 * ghd_write_build:
 * @position: of the first event
 * @heads: (element-type utf8 GStrv): the heads of each room concerned; moved on to the new events
 *   unless this fails
 *
 * Returns: (nullable) (transfer full) (element-type GhEvent): the finished events
 */
GPtrArray *
ghd_write_build (GhdWrite *self, gint64 position, GHashTable *heads, const GhEventSigner *signer,
                 GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);

  for (guint i = 0; i < self->items->len; i++)
    {
      GhEvent *event = build_event (&g_array_index (self->items, Item, i), events, position + i,
                                    heads, signer, error);

      if (event == NULL)
        return NULL;
      g_ptr_array_add (events, event);
    }
  for (guint i = 0; i < events->len; i++)
    move_head (heads, g_ptr_array_index (events, i));
  return g_steal_pointer (&events);
}

const GhdStatement *
ghd_write_get_statements (GhdWrite *self, gsize *n_statements)
{
  *n_statements = self->statements != NULL ? self->statements->len : 0;
  return *n_statements > 0 ? (const GhdStatement *) self->statements->data : NULL;
}

/* --- public --- */

/**
 * ghd_write_new:
 * @user_id: (nullable): on whose behalf
 * @txn_id: (nullable): what @user_id calls this request; the same pair never writes twice
 */
GhdWrite *
ghd_write_new (const char *user_id, const char *txn_id)
{
  GhdWrite *self;

  g_return_val_if_fail (txn_id == NULL || user_id != NULL, NULL);

  self = g_object_new (GHD_TYPE_WRITE, NULL);
  self->user_id = g_strdup (user_id);
  self->txn_id = g_strdup (txn_id);
  return self;
}

/**
 * ghd_write_add_event:
 * @draft: gets the write's txn_id, and the present time as origin_ts when it has none
 *
 * Returns: the event's index, for ghd_write_cite() and ghd_commit_get_event()
 */
guint
ghd_write_add_event (GhdWrite *self, GhEventDraft *draft)
{
  Item item = { 0 };

  g_return_val_if_fail (GHD_IS_WRITE (self), 0);
  g_return_val_if_fail (draft != NULL, 0);

  if (self->txn_id != NULL)
    gh_event_draft_set_txn_id (draft, self->txn_id);
  if (gh_event_draft_get_origin_ts (draft) == 0)
    gh_event_draft_set_origin_ts (draft, gh_time_wall_ms ());
  item.draft = gh_event_draft_ref (draft);
  g_array_append_val (self->items, item);
  return self->items->len - 1;
}

/**
 * ghd_write_cite:
 * @event: index of the one that cites
 * @cited_event: index of an earlier one, whose id is known only when it is written
 *
 * Adds @cited_event to the auth events of @event.
 */
void
ghd_write_cite (GhdWrite *self, guint event, guint cited_event)
{
  Item *item;

  g_return_if_fail (GHD_IS_WRITE (self));
  g_return_if_fail (event < self->items->len && cited_event < event);

  item = &g_array_index (self->items, Item, event);
  if (item->cited == NULL)
    item->cited = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (item->cited, cited_event);
}

/**
 * ghd_write_add_statement:
 * @sql: one statement; text that lives as long as the program
 * @params: (nullable) (transfer full)
 *
 * Adds a statement to the same transaction, after the events. For store files: SQL lives nowhere
 * else.
 */
void
ghd_write_add_statement (GhdWrite *self, const char *sql, GhdParams *params)
{
  GhdStatement statement = { sql, params };

  g_return_if_fail (GHD_IS_WRITE (self));
  g_return_if_fail (sql != NULL);

  if (self->statements == NULL)
    {
      self->statements = g_array_new (FALSE, TRUE, sizeof (GhdStatement));
      g_array_set_clear_func (self->statements, statement_clear);
    }
  g_array_append_val (self->statements, statement);
}

const char *
ghd_write_get_user_id (GhdWrite *self)
{
  g_return_val_if_fail (GHD_IS_WRITE (self), NULL);

  return self->user_id;
}

const char *
ghd_write_get_txn_id (GhdWrite *self)
{
  g_return_val_if_fail (GHD_IS_WRITE (self), NULL);

  return self->txn_id;
}

guint
ghd_write_get_n_events (GhdWrite *self)
{
  g_return_val_if_fail (GHD_IS_WRITE (self), 0);

  return self->items->len;
}

/**
 * ghd_write_get_draft:
 *
 * Returns: (transfer none): the event at @index, as it was added
 */
GhEventDraft *
ghd_write_get_draft (GhdWrite *self, guint index)
{
  g_return_val_if_fail (GHD_IS_WRITE (self), NULL);
  g_return_val_if_fail (index < self->items->len, NULL);

  return g_array_index (self->items, Item, index).draft;
}
