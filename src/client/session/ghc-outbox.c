/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-outbox.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghc-outbox-private.h"

#include <glib/gi18n.h>

typedef enum
{
  PROP_N_WAITING = 1,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcOutbox, ghc_outbox, G_TYPE_OBJECT)

static void
item_clear (gpointer data)
{
  GhcOutboxItem *item = data;

  g_object_unref (item->channel);
  g_object_unref (item->message);
  dex_clear (&item->promise);
  dex_clear (&item->kept);
}

GhcOutboxItem *
ghc_outbox_item_ref (GhcOutboxItem *item)
{
  return g_rc_box_acquire (item);
}

void
ghc_outbox_item_unref (gpointer item)
{
  g_rc_box_release_full (item, item_clear);
}

static void
ghc_outbox_finalize (GObject *object)
{
  GhcOutbox *self = GHC_OUTBOX (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);

  G_OBJECT_CLASS (ghc_outbox_parent_class)->finalize (object);
}

static void
ghc_outbox_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcOutbox *self = GHC_OUTBOX (object);

  switch ((Property) prop_id)
    {
    case PROP_N_WAITING:
      g_value_set_uint (value, ghc_outbox_get_n_waiting (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_outbox_class_init (GhcOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ghc_outbox_finalize;
  object_class->get_property = ghc_outbox_get_property;

  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                    | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_outbox_init (GhcOutbox *self)
{
  self->items = g_ptr_array_new_with_free_func (ghc_outbox_item_unref);
}

GhcOutbox *
ghc_outbox_new (GhcSession *session)
{
  GhcOutbox *self = g_object_new (GHC_TYPE_OUTBOX, NULL);

  self->session = session;

  return self;
}

guint
ghc_outbox_get_n_waiting (GhcOutbox *self)
{
  guint n_waiting = 0;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), 0);

  for (guint i = 0; i < self->items->len; i++)
    n_waiting += !((GhcOutboxItem *) g_ptr_array_index (self->items, i))->failed;

  return n_waiting;
}

static void
notify_waiting (GhcOutbox *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
}

static GhcOutboxItem *
find (GhcOutbox *self, const char *txn_id)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      GhcOutboxItem *item = g_ptr_array_index (self->items, i);

      if (g_strcmp0 (ghc_message_get_txn_id (item->message), txn_id) == 0)
        return item;
    }

  return NULL;
}

void
ghc_outbox_settle_item (GhcOutbox *self, GhcOutboxItem *settled)
{
  g_autoptr (GhcOutboxItem) item = ghc_outbox_item_ref (settled);

  item->settled = TRUE;
  g_ptr_array_remove (self->items, item);
  dex_future_disown (
    ghc_cache_remove_outbox (self->session->cache, ghc_message_get_txn_id (item->message)));
  dex_promise_resolve_object (item->promise, g_object_ref (item->message));
  notify_waiting (self);
}

void
ghc_outbox_fail_item (GhcOutbox *self, GhcOutboxItem *item, const GError *error)
{
  const char *txn_id = ghc_message_get_txn_id (item->message);

  item->failed = TRUE;
  ghc_timeline_fail (ghc_channel_get_timeline (item->channel), txn_id, error->message);
  dex_future_disown (ghc_cache_set_outbox_error (self->session->cache, txn_id, error->message));
  dex_promise_reject (item->promise, g_error_copy (error));
  notify_waiting (self);
}

static GhcOutboxItem *
add (GhcOutbox *self, GhcChannel *channel, GhcMessage *message)
{
  GhcOutboxItem *item = g_rc_box_new0 (GhcOutboxItem);

  item->channel = g_object_ref (channel);
  item->message = g_object_ref (message);
  item->promise = dex_promise_new ();
  g_ptr_array_add (self->items, item);
  notify_waiting (self);

  return item;
}

void
ghc_outbox_restore (GhcOutbox *self, GPtrArray *entries)
{
  GhcUser *user;

  g_return_if_fail (GHC_IS_OUTBOX (self));
  g_return_if_fail (entries != NULL);

  user = ghc_account_get_user (self->session->account);
  for (guint i = 0; i < entries->len; i++)
    {
      GhcOutboxEntry *kept = g_ptr_array_index (entries, i);
      GhcChannel *channel = ghc_account_lookup_channel (self->session->account, kept->channel_id);
      GhcTimeline *timeline = channel != NULL ? ghc_channel_get_timeline (channel) : NULL;
      GhcMessage *message;
      GhcOutboxItem *item;

      /* A channel that is gone takes what was to be said in it with it. */
      if (timeline == NULL)
        {
          dex_future_disown (ghc_cache_remove_outbox (self->session->cache, kept->txn_id));
          continue;
        }

      message = ghc_timeline_add_pending (timeline, kept->txn_id, user, kept->body,
                                          kept->created_ts);
      item = add (self, channel, message);
      if (kept->error != NULL)
        {
          item->failed = TRUE;
          ghc_timeline_fail (timeline, kept->txn_id, kept->error);
        }
    }
  notify_waiting (self);
  ghc_outbox_pump (self);
}

/**
 * ghc_outbox_send:
 * @body: what to say, checked already
 *
 * The row is in the timeline when this returns.
 */
DexFuture *
ghc_outbox_send (GhcOutbox *self, GhcChannel *channel, const char *body)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();
  gint64 now = gh_time_wall_ms ();
  GhcMessage *message;
  GhcOutboxItem *item;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), NULL);

  message = ghc_timeline_add_pending (ghc_channel_get_timeline (channel), txn_id,
                                      ghc_account_get_user (self->session->account), body, now);
  item = add (self, channel, message);
  item->kept = ghc_cache_add_outbox (self->session->cache, txn_id,
                                     ghc_channel_get_channel_id (channel), body, now);
  ghc_outbox_pump (self);

  return dex_ref (DEX_FUTURE (item->promise));
}

/**
 * ghc_outbox_retry:
 *
 * A message that was refused goes out again, under its name, after what waits already.
 */
DexFuture *
ghc_outbox_retry (GhcOutbox *self, GhcMessage *message)
{
  const char *txn_id;
  GhcOutboxItem *item;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);

  txn_id = ghc_message_get_txn_id (message);
  item = find (self, txn_id);
  if (item == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_NOT_FOUND, "message.not_waiting", NULL, 0,
                            _ ("This message has already been sent.")));

  if (item->failed)
    {
      item->failed = FALSE;
      item->n_faults = 0;
      dex_clear (&item->promise);
      item->promise = dex_promise_new ();
      dex_clear (&item->kept);
      item->kept = ghc_cache_set_outbox_error (self->session->cache, txn_id, NULL);
      ghc_timeline_retry (ghc_channel_get_timeline (item->channel), txn_id);
      notify_waiting (self);
      ghc_outbox_pump (self);
    }

  return dex_ref (DEX_FUTURE (item->promise));
}

/**
 * ghc_outbox_discard:
 *
 * Returns: FALSE when @message is not one that was refused
 */
gboolean
ghc_outbox_discard (GhcOutbox *self, GhcMessage *message)
{
  const char *txn_id;
  GhcOutboxItem *item;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), FALSE);

  txn_id = ghc_message_get_txn_id (message);
  item = find (self, txn_id);
  if (item == NULL || !item->failed)
    return FALSE;

  ghc_timeline_discard (ghc_channel_get_timeline (item->channel), txn_id);
  dex_future_disown (ghc_cache_remove_outbox (self->session->cache, txn_id));
  g_ptr_array_remove (self->items, item);
  notify_waiting (self);

  return TRUE;
}

void
ghc_outbox_settle (GhcOutbox *self, GhEvent *event)
{
  const char *txn_id = gh_event_get_txn_id (event);
  g_autoptr (GhcOutboxItem) item = NULL;
  GhcOutboxItem *found;

  g_return_if_fail (GHC_IS_OUTBOX (self));

  if (txn_id == NULL || self->items->len == 0
      || !g_str_equal (gh_event_get_sender (event),
                       ghc_account_get_user_id (self->session->account)))
    return;

  found = find (self, txn_id);
  if (found == NULL
      || !g_str_equal (gh_event_get_room_id (event), ghc_channel_get_channel_id (found->channel)))
    return;

  item = ghc_outbox_item_ref (found);

  /* Where the timeline is not loaded it has let the row go without settling it. */
  if (ghc_message_get_state (item->message) != GHC_MESSAGE_SENT)
    ghc_message_settle (item->message, gh_event_get_id (event), gh_event_get_position (event),
                        gh_event_get_origin_ts (event));
  ghc_outbox_settle_item (self, item);
  ghc_outbox_ask_receipt (self, item);
}

void
ghc_outbox_close (GhcOutbox *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (GHC_IS_OUTBOX (self));

  if (self->is_closed)
    return;

  self->is_closed = TRUE;
  error = gh_error_new_literal (GH_ERROR_UNAVAILABLE, "session.closed", NULL, 0,
                                _ ("The account has been closed."));
  for (guint i = 0; i < self->items->len; i++)
    {
      GhcOutboxItem *item = g_ptr_array_index (self->items, i);

      if (!item->failed)
        dex_promise_reject (item->promise, g_error_copy (error));
    }
}
