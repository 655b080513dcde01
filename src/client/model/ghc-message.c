/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-message.h"

struct _GhcMessage
{
  GObject parent_instance;

  char *event_id;
  char *txn_id;
  char *channel_id;
  GhcUser *sender;
  char *body;
  char *error;
  GhcReceipt *receipt;
  gint64 timestamp;
  gint64 position;
  GhcMessageState state;
  gboolean first_of_group;
};

typedef enum
{
  PROP_EVENT_ID = 1,
  PROP_TXN_ID,
  PROP_CHANNEL_ID,
  PROP_SENDER,
  PROP_BODY,
  PROP_TIMESTAMP,
  PROP_POSITION,
  PROP_STATE,
  PROP_ERROR,
  PROP_FIRST_OF_GROUP,
  PROP_MINE,
  PROP_RECEIPT_STATE,
  PROP_RECEIPT_PROBLEM,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMessage, ghc_message, G_TYPE_OBJECT)

static void
set_state (GhcMessage *self, GhcMessageState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_error (GhcMessage *self, const char *sentence)
{
  if (g_set_str (&self->error, sentence))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
ghc_message_finalize (GObject *object)
{
  GhcMessage *self = GHC_MESSAGE (object);

  g_free (self->event_id);
  g_free (self->txn_id);
  g_free (self->channel_id);
  g_clear_object (&self->sender);
  g_free (self->body);
  g_free (self->error);
  g_clear_pointer (&self->receipt, ghc_receipt_unref);

  G_OBJECT_CLASS (ghc_message_parent_class)->finalize (object);
}

static void
ghc_message_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcMessage *self = GHC_MESSAGE (object);

  switch ((Property) prop_id)
    {
    case PROP_EVENT_ID:
      g_value_set_string (value, self->event_id);
      break;
    case PROP_TXN_ID:
      g_value_set_string (value, self->txn_id);
      break;
    case PROP_CHANNEL_ID:
      g_value_set_string (value, self->channel_id);
      break;
    case PROP_SENDER:
      g_value_set_object (value, self->sender);
      break;
    case PROP_BODY:
      g_value_set_string (value, self->body);
      break;
    case PROP_TIMESTAMP:
      g_value_set_int64 (value, self->timestamp);
      break;
    case PROP_POSITION:
      g_value_set_int64 (value, self->position);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_FIRST_OF_GROUP:
      g_value_set_boolean (value, self->first_of_group);
      break;
    case PROP_MINE:
      g_value_set_boolean (value, ghc_message_get_mine (self));
      break;
    case PROP_RECEIPT_STATE:
      g_value_set_enum (value, ghc_message_get_receipt_state (self));
      break;
    case PROP_RECEIPT_PROBLEM:
      g_value_set_string (value, ghc_message_get_receipt_problem (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_message_class_init (GhcMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ghc_message_finalize;
  object_class->get_property = ghc_message_get_property;

  properties[PROP_EVENT_ID] = g_param_spec_string ("event-id", NULL, NULL, NULL, flags);
  properties[PROP_TXN_ID] = g_param_spec_string ("txn-id", NULL, NULL, NULL, flags);
  properties[PROP_CHANNEL_ID] = g_param_spec_string ("channel-id", NULL, NULL, NULL, flags);
  properties[PROP_SENDER] = g_param_spec_object ("sender", NULL, NULL, GHC_TYPE_USER, flags);
  properties[PROP_BODY] = g_param_spec_string ("body", NULL, NULL, NULL, flags);
  properties[PROP_TIMESTAMP] = g_param_spec_int64 ("timestamp", NULL, NULL, G_MININT64, G_MAXINT64,
                                                   0, flags);
  properties[PROP_POSITION] = g_param_spec_int64 ("position", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, GHC_TYPE_MESSAGE_STATE,
                                              GHC_MESSAGE_PENDING, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_FIRST_OF_GROUP] = g_param_spec_boolean ("first-of-group", NULL, NULL, TRUE,
                                                          flags);
  properties[PROP_MINE] = g_param_spec_boolean ("mine", NULL, NULL, FALSE, flags);
  properties[PROP_RECEIPT_STATE] = g_param_spec_enum ("receipt-state", NULL, NULL,
                                                      GHC_TYPE_RECEIPT_STATE, GHC_RECEIPT_NONE,
                                                      flags);
  properties[PROP_RECEIPT_PROBLEM] = g_param_spec_string ("receipt-problem", NULL, NULL, NULL,
                                                          flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_message_init (GhcMessage *self)
{
  self->first_of_group = TRUE;
}

static GhcMessage *
message_new (const char *channel_id, const char *txn_id, GhcUser *sender, const char *body,
             gint64 timestamp)
{
  GhcMessage *self = g_object_new (GHC_TYPE_MESSAGE, NULL);

  self->channel_id = g_strdup (channel_id);
  self->txn_id = g_strdup (txn_id);
  self->sender = g_object_ref (sender);
  self->body = g_strdup (body);
  self->timestamp = timestamp;

  return self;
}

GhcMessage *
ghc_message_new_pending (const char *channel_id, const char *txn_id, GhcUser *sender,
                         const char *body, gint64 timestamp)
{
  g_return_val_if_fail (channel_id != NULL, NULL);
  g_return_val_if_fail (txn_id != NULL, NULL);
  g_return_val_if_fail (GHC_IS_USER (sender), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  return message_new (channel_id, txn_id, sender, body, timestamp);
}

GhcMessage *
ghc_message_new_sent (const char *channel_id, const char *event_id, const char *txn_id,
                      GhcUser *sender, const char *body, gint64 timestamp, gint64 position)
{
  GhcMessage *self;

  g_return_val_if_fail (channel_id != NULL, NULL);
  g_return_val_if_fail (event_id != NULL, NULL);
  g_return_val_if_fail (GHC_IS_USER (sender), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  self = message_new (channel_id, txn_id, sender, body, timestamp);
  self->event_id = g_strdup (event_id);
  self->position = position;
  self->state = GHC_MESSAGE_SENT;

  return self;
}

const char *
ghc_message_get_event_id (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->event_id;
}

const char *
ghc_message_get_txn_id (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->txn_id;
}

const char *
ghc_message_get_channel_id (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->channel_id;
}

GhcUser *
ghc_message_get_sender (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->sender;
}

const char *
ghc_message_get_body (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->body;
}

gint64
ghc_message_get_timestamp (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), 0);

  return self->timestamp;
}

gint64
ghc_message_get_position (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), 0);

  return self->position;
}

GhcMessageState
ghc_message_get_state (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), GHC_MESSAGE_PENDING);

  return self->state;
}

const char *
ghc_message_get_error (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->error;
}

gboolean
ghc_message_get_first_of_group (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), TRUE);

  return self->first_of_group;
}

gboolean
ghc_message_get_mine (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), FALSE);

  return ghc_user_get_is_self (self->sender);
}

GhcReceipt *
ghc_message_get_receipt (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->receipt;
}

GhcReceiptState
ghc_message_get_receipt_state (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), GHC_RECEIPT_NONE);

  if (self->receipt == NULL)
    return GHC_RECEIPT_NONE;

  return ghc_receipt_get_problem (self->receipt) == NULL ? GHC_RECEIPT_VERIFIED : GHC_RECEIPT_WRONG;
}

const char *
ghc_message_get_receipt_problem (GhcMessage *self)
{
  g_return_val_if_fail (GHC_IS_MESSAGE (self), NULL);

  return self->receipt != NULL ? ghc_receipt_get_problem (self->receipt) : NULL;
}

/**
 * ghc_message_set_receipt:
 * @receipt: what the server gave for it, checked
 */
void
ghc_message_set_receipt (GhcMessage *self, GhcReceipt *receipt)
{
  g_return_if_fail (GHC_IS_MESSAGE (self));
  g_return_if_fail (receipt != NULL);

  if (self->receipt == receipt)
    return;

  g_clear_pointer (&self->receipt, ghc_receipt_unref);
  self->receipt = ghc_receipt_ref (receipt);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIPT_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIPT_PROBLEM]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ghc_message_settle:
 * @event_id: the id the server gave it
 * @position: its place in the server's log
 * @timestamp: the server's time, in ms
 *
 * The server has committed the message.
 */
void
ghc_message_settle (GhcMessage *self, const char *event_id, gint64 position, gint64 timestamp)
{
  g_return_if_fail (GHC_IS_MESSAGE (self));
  g_return_if_fail (event_id != NULL);

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->event_id, event_id))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EVENT_ID]);
  if (self->position != position)
    {
      self->position = position;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION]);
    }
  if (self->timestamp != timestamp)
    {
      self->timestamp = timestamp;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMESTAMP]);
    }
  set_error (self, NULL);
  set_state (self, GHC_MESSAGE_SENT);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ghc_message_fail:
 * @sentence: why, for a person
 *
 * The server refused the message. Does nothing to one that was sent.
 */
void
ghc_message_fail (GhcMessage *self, const char *sentence)
{
  g_return_if_fail (GHC_IS_MESSAGE (self));

  if (self->state == GHC_MESSAGE_SENT)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  set_error (self, sentence);
  set_state (self, GHC_MESSAGE_FAILED);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * ghc_message_retry:
 *
 * A failed message goes out again.
 */
void
ghc_message_retry (GhcMessage *self)
{
  g_return_if_fail (GHC_IS_MESSAGE (self));

  if (self->state != GHC_MESSAGE_FAILED)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  set_error (self, NULL);
  set_state (self, GHC_MESSAGE_PENDING);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_message_set_first_of_group (GhcMessage *self, gboolean first_of_group)
{
  g_return_if_fail (GHC_IS_MESSAGE (self));

  if (self->first_of_group == first_of_group)
    return;

  self->first_of_group = first_of_group;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIRST_OF_GROUP]);
}
