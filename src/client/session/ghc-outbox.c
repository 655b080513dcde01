/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-outbox.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

/* A server that is up but can not take a message now is asked again after this. */
#define BUSY_MS 2000

/* A fault of the server may pass; one that does not is shown. */
#define MAX_FAULTS 3

typedef struct
{
  GhcChannel *channel;
  GhcMessage *message;
  DexPromise *promise;
  DexFuture *kept; /* in the cache, until it is waited for */
  guint n_faults;
  gboolean failed;
  gboolean settled;
} Entry;

struct _GhcOutbox
{
  GObject parent_instance;

  GhcSession *session; /* borrowed */
  GPtrArray *entries;  /* of Entry, in order, shared with the fiber */
  gboolean is_pumping;
  gboolean is_closed;
};

typedef enum
{
  PROP_N_WAITING = 1,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcOutbox, ghc_outbox, G_TYPE_OBJECT)

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->channel);
  g_object_unref (entry->message);
  dex_clear (&entry->promise);
  dex_clear (&entry->kept);
}

static Entry *
entry_ref (Entry *entry)
{
  return g_rc_box_acquire (entry);
}

static void
entry_unref (gpointer entry)
{
  g_rc_box_release_full (entry, entry_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, entry_unref)

static void
ghc_outbox_finalize (GObject *object)
{
  GhcOutbox *self = GHC_OUTBOX (object);

  g_clear_pointer (&self->entries, g_ptr_array_unref);

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
  self->entries = g_ptr_array_new_with_free_func (entry_unref);
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

  for (guint i = 0; i < self->entries->len; i++)
    n_waiting += !((Entry *) g_ptr_array_index (self->entries, i))->failed;

  return n_waiting;
}

static void
notify_waiting (GhcOutbox *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
}

static Entry *
find (GhcOutbox *self, const char *txn_id)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (g_strcmp0 (ghc_message_get_txn_id (entry->message), txn_id) == 0)
        return entry;
    }

  return NULL;
}

static Entry *
find_waiting (GhcOutbox *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (!entry->failed)
        return entry;
    }

  return NULL;
}

/* The server has it: nothing more to do for @entry. */
static void
settle (GhcOutbox *self, Entry *settled)
{
  g_autoptr (Entry) entry = entry_ref (settled);

  entry->settled = TRUE;
  g_ptr_array_remove (self->entries, entry);
  dex_future_disown (
    ghc_cache_remove_outbox (self->session->cache, ghc_message_get_txn_id (entry->message)));
  dex_promise_resolve_object (entry->promise, g_object_ref (entry->message));
  notify_waiting (self);
}

static void
fail (GhcOutbox *self, Entry *entry, const GError *error)
{
  const char *txn_id = ghc_message_get_txn_id (entry->message);

  entry->failed = TRUE;
  ghc_timeline_fail (ghc_channel_get_timeline (entry->channel), txn_id, error->message);
  dex_future_disown (ghc_cache_set_outbox_error (self->session->cache, txn_id, error->message));
  dex_promise_reject (entry->promise, g_error_copy (error));
  notify_waiting (self);
}

static GhJson *
ask_server (GhcOutbox *self, Entry *entry, GError **error)
{
  g_autoptr (GhJson) content = ghc_data_new ("s", "msgtype", "m.text", "s", "body",
                                             ghc_message_get_body (entry->message), NULL);
  g_autoptr (GhJson)
    data = ghc_data_new ("s", "channel_id", ghc_channel_get_channel_id (entry->channel), "s",
                         "txn_id", ghc_message_get_txn_id (entry->message), "j", "content", content,
                         NULL);

  return dex_await_boxed (ghc_session_request (self->session, "message.send", data), error);
}

static gboolean
take_reply (GhcOutbox *self, Entry *entry, GhJson *reply, GError **error)
{
  const char *event_id;
  gint64 position;
  gint64 origin_ts;

  if (!gh_json_get_id (reply, "event_id", GH_ID_EVENT, &event_id, error)
      || !gh_json_get_int (reply, "position", 1, GH_LIMIT_JSON_INT, &position, error)
      || !gh_json_get_int (reply, "origin_ts", 0, GH_LIMIT_JSON_INT, &origin_ts, error))
    return FALSE;

  ghc_timeline_settle (ghc_channel_get_timeline (entry->channel),
                       ghc_message_get_txn_id (entry->message), event_id, position, origin_ts);
  settle (self, entry);

  return TRUE;
}

/* What to do about an error: wait and send again, or show it. Returns FALSE when it is final. */
static gboolean
may_try_again (Entry *entry, const GError *error)
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
      if (++entry->n_faults >= MAX_FAULTS)
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
send_one (GhcOutbox *self, Entry *entry)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) reply = NULL;

  /* On disk before it goes out: then nothing that happens to us or to the network loses it. */
  if (entry->kept != NULL)
    dex_await (g_steal_pointer (&entry->kept), NULL);
  if (self->is_closed || entry->settled)
    return;

  reply = ask_server (self, entry, &error);
  if (self->is_closed || entry->settled)
    return;

  if (reply != NULL && take_reply (self, entry, reply, &error))
    return;
  if (!may_try_again (entry, error) && !self->is_closed && !entry->settled)
    fail (self, entry, error);
}

static DexFuture *
pump_fiber (gpointer data)
{
  GhcSession *session = data;
  GhcOutbox *self = session->outbox;
  Entry *next;

  while (!self->is_closed && (next = find_waiting (self)) != NULL)
    {
      g_autoptr (Entry) entry = entry_ref (next);

      if (!dex_await (ghc_session_when_online (session), NULL))
        break;
      if (!entry->settled && !entry->failed)
        send_one (self, entry);
    }
  self->is_pumping = FALSE;

  return dex_future_new_true ();
}

static void
pump (GhcOutbox *self)
{
  if (self->is_pumping || self->is_closed)
    return;

  self->is_pumping = TRUE;
  dex_future_disown (
    ghc_session_spawn (self->session, pump_fiber, g_object_ref (self->session), g_object_unref));
}

static Entry *
add (GhcOutbox *self, GhcChannel *channel, GhcMessage *message)
{
  Entry *entry = g_rc_box_new0 (Entry);

  entry->channel = g_object_ref (channel);
  entry->message = g_object_ref (message);
  entry->promise = dex_promise_new ();
  g_ptr_array_add (self->entries, entry);
  notify_waiting (self);

  return entry;
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
      Entry *entry;

      /* A channel that is gone takes what was to be said in it with it. */
      if (timeline == NULL)
        {
          dex_future_disown (ghc_cache_remove_outbox (self->session->cache, kept->txn_id));
          continue;
        }

      message = ghc_timeline_add_pending (timeline, kept->txn_id, user, kept->body,
                                          kept->created_ts);
      entry = add (self, channel, message);
      if (kept->error != NULL)
        {
          entry->failed = TRUE;
          ghc_timeline_fail (timeline, kept->txn_id, kept->error);
        }
    }
  notify_waiting (self);
  pump (self);
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
  Entry *entry;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), NULL);

  message = ghc_timeline_add_pending (ghc_channel_get_timeline (channel), txn_id,
                                      ghc_account_get_user (self->session->account), body, now);
  entry = add (self, channel, message);
  entry->kept = ghc_cache_add_outbox (self->session->cache, txn_id,
                                      ghc_channel_get_channel_id (channel), body, now);
  pump (self);

  return dex_ref (DEX_FUTURE (entry->promise));
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
  Entry *entry;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);

  txn_id = ghc_message_get_txn_id (message);
  entry = find (self, txn_id);
  if (entry == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_NOT_FOUND, "message.not_waiting", NULL, 0,
                            _ ("This message has been sent already.")));

  if (entry->failed)
    {
      entry->failed = FALSE;
      entry->n_faults = 0;
      dex_clear (&entry->promise);
      entry->promise = dex_promise_new ();
      dex_clear (&entry->kept);
      entry->kept = ghc_cache_set_outbox_error (self->session->cache, txn_id, NULL);
      ghc_timeline_retry (ghc_channel_get_timeline (entry->channel), txn_id);
      notify_waiting (self);
      pump (self);
    }

  return dex_ref (DEX_FUTURE (entry->promise));
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
  Entry *entry;

  g_return_val_if_fail (GHC_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), FALSE);

  txn_id = ghc_message_get_txn_id (message);
  entry = find (self, txn_id);
  if (entry == NULL || !entry->failed)
    return FALSE;

  ghc_timeline_discard (ghc_channel_get_timeline (entry->channel), txn_id);
  dex_future_disown (ghc_cache_remove_outbox (self->session->cache, txn_id));
  g_ptr_array_remove (self->entries, entry);
  notify_waiting (self);

  return TRUE;
}

void
ghc_outbox_settle (GhcOutbox *self, GhEvent *event)
{
  const char *txn_id = gh_event_get_txn_id (event);
  Entry *entry;

  g_return_if_fail (GHC_IS_OUTBOX (self));

  if (txn_id == NULL || self->entries->len == 0
      || !g_str_equal (gh_event_get_sender (event),
                       ghc_account_get_user_id (self->session->account)))
    return;

  entry = find (self, txn_id);
  if (entry == NULL
      || !g_str_equal (gh_event_get_room_id (event), ghc_channel_get_channel_id (entry->channel)))
    return;

  /* Where the timeline is not loaded it has let the row go without settling it. */
  if (ghc_message_get_state (entry->message) != GHC_MESSAGE_SENT)
    ghc_message_settle (entry->message, gh_event_get_id (event), gh_event_get_position (event),
                        gh_event_get_origin_ts (event));
  settle (self, entry);
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
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (!entry->failed)
        dex_promise_reject (entry->promise, g_error_copy (error));
    }
}
