/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the outbox empties: one message after the other, each until the server has it or refuses it. */
#include "ghc-outbox-private.h"

#include "gh-error.h"
#include "ghc-operation.h"

/* A server that is up but can not take a message now is asked again after this. */
#define BUSY_MS 2000

/* A fault of the server may pass; one that does not is shown. */
#define MAX_FAULTS 3

static GhcOutboxItem *
find_waiting (GhcOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      GhcOutboxItem *item = g_ptr_array_index (self->items, i);

      if (!item->failed)
        return item;
    }

  return NULL;
}

static GhJson *
ask_server (GhcOutbox *self, GhcOutboxItem *item, GError **error)
{
  g_autoptr (GhJson) content = ghc_data_new ("s", "msgtype", "m.text", "s", "body",
                                             ghc_message_get_body (item->message), NULL);
  g_autoptr (GhJson)
    data = ghc_data_new ("s", "channel_id", ghc_channel_get_channel_id (item->channel), "s",
                         "txn_id", ghc_message_get_txn_id (item->message), "j", "content", content,
                         NULL);
  GhJson *reply;

  item->is_asked = TRUE;
  reply = dex_await_boxed (ghc_session_request (self->session, "message.send", data), error);
  item->is_asked = FALSE;

  return reply;
}

static gboolean
take_reply (GhcOutbox *self, GhcOutboxItem *item, GhJson *reply, GError **error)
{
  const char *event_id;
  gint64 position;
  gint64 origin_ts;

  if (!gh_json_get_id (reply, "event_id", GH_ID_EVENT, &event_id, error)
      || !gh_json_get_int (reply, "position", 1, GH_LIMIT_JSON_INT, &position, error)
      || !gh_json_get_int (reply, "origin_ts", 0, GH_LIMIT_JSON_INT, &origin_ts, error))
    return FALSE;

  ghc_timeline_settle (ghc_channel_get_timeline (item->channel),
                       ghc_message_get_txn_id (item->message), event_id, position, origin_ts);
  ghc_session_take_receipt (self->session, item->message, reply);
  ghc_outbox_settle_item (self, item);

  return TRUE;
}

/* What to do about an error: wait and send again, or show it. Returns FALSE when it is final. */
static gboolean
may_try_again (GhcOutboxItem *item, const GError *error)
{
  gint64 retry_after_ms = gh_error_get_retry_after_ms (error);

  switch (gh_error_get_code (error))
    {
    case GH_ERROR_UNAVAILABLE:
    case GH_ERROR_LIMITED:
      dex_await (dex_timeout_new_msec ((int) CLAMP (retry_after_ms, BUSY_MS / 4, 60 * 1000)), NULL);
      return TRUE;
    case GH_ERROR_UNAUTHENTICATED:
      /* Somebody will sign in again; until then nobody is online. */
      dex_await (dex_timeout_new_msec (BUSY_MS), NULL);
      return TRUE;
    case GH_ERROR_INTERNAL:
      if (++item->n_faults >= MAX_FAULTS)
        return FALSE;
      dex_await (dex_timeout_new_msec (BUSY_MS), NULL);
      return TRUE;
    case GH_ERROR_INVALID:
    case GH_ERROR_DENIED:
    case GH_ERROR_NOT_FOUND:
    case GH_ERROR_CONFLICT:
    case GH_ERROR_TOO_LARGE:
    default:
      return FALSE;
    }
}

static void
send_one (GhcOutbox *self, GhcOutboxItem *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) reply = NULL;

  /* On disk before it goes out: then nothing that happens to us or to the network loses it. */
  if (item->kept != NULL)
    dex_await (g_steal_pointer (&item->kept), NULL);
  if (self->is_closed || item->settled)
    return;

  reply = ask_server (self, item, &error);
  if (self->is_closed)
    return;

  if (item->settled)
    {
      /* The event was faster than the reply. */
      if (reply != NULL)
        ghc_session_take_receipt (self->session, item->message, reply);
      return;
    }

  if (reply != NULL && take_reply (self, item, reply, &error))
    return;
  if (!may_try_again (item, error) && !self->is_closed && !item->settled)
    ghc_outbox_fail_item (self, item, error);
}

static DexFuture *
pump_fiber (gpointer data)
{
  GhcSession *session = data;
  GhcOutbox *self = session->outbox;
  GhcOutboxItem *next;

  while (!self->is_closed && (next = find_waiting (self)) != NULL)
    {
      g_autoptr (GhcOutboxItem) item = ghc_outbox_item_ref (next);

      if (!dex_await (ghc_session_when_online (session), NULL))
        break;
      if (!item->settled && !item->failed)
        send_one (self, item);
    }
  self->is_pumping = FALSE;

  return dex_future_new_true ();
}

/**
 * ghc_outbox_pump:
 *
 * Sends what waits, if that is not done already.
 */
void
ghc_outbox_pump (GhcOutbox *self)
{
  if (self->is_pumping || self->is_closed)
    return;

  self->is_pumping = TRUE;
  dex_future_disown (
    ghc_session_spawn (self->session, pump_fiber, g_object_ref (self->session), g_object_unref));
}

typedef struct
{
  GhcSession *session;
  GhcOutboxItem *item;
} AskReceipt;

static void
ask_receipt_free (AskReceipt *ask)
{
  g_object_unref (ask->session);
  ghc_outbox_item_unref (ask->item);
  g_free (ask);
}

static DexFuture *
ask_receipt_fiber (gpointer data)
{
  AskReceipt *ask = data;
  GhcOutbox *self = ask->session->outbox;
  g_autoptr (GhJson) reply = NULL;

  if (!dex_await (ghc_session_when_online (ask->session), NULL))
    return dex_future_new_false ();

  reply = ask_server (self, ask->item, NULL);
  if (reply != NULL && !self->is_closed)
    ghc_session_take_receipt (self->session, ask->item->message, reply);

  return dex_future_new_true ();
}

/**
 * ghc_outbox_ask_receipt:
 * @item: one whose event came, though we never heard the reply to it
 *
 * Asks with the same txn_id again, which makes nothing twice, for what the server signs.
 */
void
ghc_outbox_ask_receipt (GhcOutbox *self, GhcOutboxItem *item)
{
  AskReceipt *ask;

  if (self->is_closed || item->is_asked)
    return;

  ask = g_new0 (AskReceipt, 1);
  ask->session = g_object_ref (self->session);
  ask->item = ghc_outbox_item_ref (item);
  dex_future_disown (
    ghc_session_spawn (self->session, ask_receipt_fiber, ask, (GDestroyNotify) ask_receipt_free));
}
