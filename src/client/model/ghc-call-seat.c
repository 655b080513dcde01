/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-seat.h"

typedef struct
{
  GhcCall *call;
  char *call_id;
  char *member_id;
  char *ice_ufrag;
  char *ice_password;
  char *ended_text;
  GPtrArray *ice_servers;
  GhSecret *key;
  guint32 epoch;
  GhcSeatState state;
  gboolean muted;
  gboolean deafened;
  gboolean silenced;
  gboolean may_speak;
  gboolean may_share;
  gboolean relay_only;
} GhcCallSeatPrivate;

typedef enum
{
  PROP_CALL = 1,
  PROP_CALL_ID,
  PROP_MEMBER_ID,
  PROP_STATE,
  PROP_MUTED,
  PROP_DEAFENED,
  PROP_SILENCED,
  PROP_MAY_SPEAK,
  PROP_CAN_SPEAK,
  PROP_MAY_SHARE,
  PROP_ICE_UFRAG,
  PROP_ICE_PASSWORD,
  PROP_RELAY_ONLY,
  PROP_ENDED_TEXT,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_KEY,
  SIGNAL_MOVED_KEY,
  SIGNAL_SIGNAL,
  SIGNAL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GhcCallSeat, ghc_call_seat, G_TYPE_OBJECT)

#define PRIVATE(self) ((GhcCallSeatPrivate *) ghc_call_seat_get_instance_private (self))

static void
ghc_call_seat_finalize (GObject *object)
{
  GhcCallSeatPrivate *priv = PRIVATE (GHC_CALL_SEAT (object));

  g_clear_pointer (&priv->key, gh_secret_unref);
  g_clear_pointer (&priv->ice_servers, g_ptr_array_unref);
  g_clear_object (&priv->call);
  g_free (priv->call_id);
  g_free (priv->member_id);
  g_free (priv->ice_ufrag);
  g_free (priv->ice_password);
  g_free (priv->ended_text);

  G_OBJECT_CLASS (ghc_call_seat_parent_class)->finalize (object);
}

static void
ghc_call_seat_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCallSeat *self = GHC_CALL_SEAT (object);
  const GhcCallSeatPrivate *priv = PRIVATE (self);

  switch ((Property) prop_id)
    {
    case PROP_CALL:
      g_value_set_object (value, priv->call);
      break;
    case PROP_CALL_ID:
      g_value_set_string (value, priv->call_id);
      break;
    case PROP_MEMBER_ID:
      g_value_set_string (value, priv->member_id);
      break;
    case PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, priv->muted);
      break;
    case PROP_DEAFENED:
      g_value_set_boolean (value, priv->deafened);
      break;
    case PROP_SILENCED:
      g_value_set_boolean (value, priv->silenced);
      break;
    case PROP_MAY_SPEAK:
      g_value_set_boolean (value, priv->may_speak);
      break;
    case PROP_CAN_SPEAK:
      g_value_set_boolean (value, ghc_call_seat_get_can_speak (self));
      break;
    case PROP_MAY_SHARE:
      g_value_set_boolean (value, priv->may_share);
      break;
    case PROP_ICE_UFRAG:
      g_value_set_string (value, priv->ice_ufrag);
      break;
    case PROP_ICE_PASSWORD:
      g_value_set_string (value, priv->ice_password);
      break;
    case PROP_RELAY_ONLY:
      g_value_set_boolean (value, priv->relay_only);
      break;
    case PROP_ENDED_TEXT:
      g_value_set_string (value, priv->ended_text);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_seat_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcCallSeat *self = GHC_CALL_SEAT (object);

  switch (prop_id)
    {
    case PROP_MUTED:
      ghc_call_seat_set_muted (self, g_value_get_boolean (value));
      break;
    case PROP_DEAFENED:
      ghc_call_seat_set_deafened (self, g_value_get_boolean (value));
      break;
    case PROP_RELAY_ONLY:
      ghc_call_seat_set_relay_only (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_boolean (Property property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
}

static void
install_string (Property property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_string (name, NULL, NULL, NULL, flags);
}

static guint
install_signal (GhcCallSeatClass *klass, const char *name, GType first, GType second)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, second != G_TYPE_NONE ? 2 : 1, first, second);
}

static void
ghc_call_seat_class_init (GhcCallSeatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = flags | G_PARAM_WRITABLE;

  object_class->finalize = ghc_call_seat_finalize;
  object_class->get_property = ghc_call_seat_get_property;
  object_class->set_property = ghc_call_seat_set_property;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, GHC_TYPE_CALL, flags);
  install_string (PROP_CALL_ID, "call-id", flags);
  install_string (PROP_MEMBER_ID, "member-id", flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, GHC_TYPE_SEAT_STATE,
                                              GHC_SEAT_JOINED, flags);
  install_boolean (PROP_MUTED, "muted", writable);
  install_boolean (PROP_DEAFENED, "deafened", writable);
  install_boolean (PROP_SILENCED, "silenced", flags);
  install_boolean (PROP_MAY_SPEAK, "may-speak", flags);
  install_boolean (PROP_CAN_SPEAK, "can-speak", flags);
  install_boolean (PROP_MAY_SHARE, "may-share", flags);
  install_string (PROP_ICE_UFRAG, "ice-ufrag", flags);
  install_string (PROP_ICE_PASSWORD, "ice-password", flags);
  install_boolean (PROP_RELAY_ONLY, "relay-only", writable);
  install_string (PROP_ENDED_TEXT, "ended-text", flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_KEY] = install_signal (klass, "key", G_TYPE_UINT, GH_TYPE_SECRET);
  signals[SIGNAL_MOVED_KEY] = install_signal (klass, "moved-key", G_TYPE_UINT, GH_TYPE_SECRET);
  signals[SIGNAL_SIGNAL] = install_signal (klass, "signal", G_TYPE_STRING, GH_TYPE_JSON);
  signals[SIGNAL_ENDED] = install_signal (klass, "ended", G_TYPE_STRING, G_TYPE_NONE);
}

static void
ghc_call_seat_init (GhcCallSeat *self)
{
  GhcCallSeatPrivate *priv = PRIVATE (self);

  priv->ice_servers = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_ice_server_free);
  priv->may_speak = TRUE;
}

GhcCall *
ghc_call_seat_get_call (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return PRIVATE (self)->call;
}

const char *
ghc_call_seat_get_call_id (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return PRIVATE (self)->call_id;
}

const char *
ghc_call_seat_get_member_id (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return PRIVATE (self)->member_id;
}

GhcSeatState
ghc_call_seat_get_state (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), GHC_SEAT_ENDED);

  return PRIVATE (self)->state;
}

gboolean
ghc_call_seat_get_muted (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), TRUE);

  return PRIVATE (self)->muted;
}

gboolean
ghc_call_seat_get_deafened (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);

  return PRIVATE (self)->deafened;
}

gboolean
ghc_call_seat_get_silenced (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);

  return PRIVATE (self)->silenced;
}

gboolean
ghc_call_seat_get_may_speak (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);

  return PRIVATE (self)->may_speak;
}

gboolean
ghc_call_seat_get_can_speak (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);

  return PRIVATE (self)->may_speak && !PRIVATE (self)->silenced;
}

gboolean
ghc_call_seat_get_may_share (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);

  return PRIVATE (self)->may_share;
}

const char *
ghc_call_seat_get_ice_ufrag (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return PRIVATE (self)->ice_ufrag;
}

const char *
ghc_call_seat_get_ice_password (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return PRIVATE (self)->ice_password;
}

gboolean
ghc_call_seat_get_relay_only (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);

  return PRIVATE (self)->relay_only;
}

const char *
ghc_call_seat_get_ended_text (GhcCallSeat *self)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return PRIVATE (self)->ended_text;
}

const GhcIceServer *const *
ghc_call_seat_get_ice_servers (GhcCallSeat *self, guint *n_servers)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);
  g_return_val_if_fail (n_servers != NULL, NULL);

  *n_servers = PRIVATE (self)->ice_servers->len;
  return (const GhcIceServer *const *) PRIVATE (self)->ice_servers->pdata;
}

gboolean
ghc_call_seat_get_key (GhcCallSeat *self, guint32 *epoch, GhSecret **key)
{
  GhcCallSeatPrivate *priv;

  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), FALSE);
  g_return_val_if_fail (epoch != NULL && key != NULL, FALSE);

  priv = PRIVATE (self);
  if (priv->key == NULL)
    return FALSE;

  *epoch = priv->epoch;
  *key = gh_secret_ref (priv->key);
  return TRUE;
}

static gboolean
set_boolean (GhcCallSeat *self, gboolean *field, gboolean value, Property property)
{
  value = !!value;
  if (*field == value)
    return FALSE;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
  return TRUE;
}

/* Deafened implies muted. Whoever has ended tells nobody. */
static void
set_quiet (GhcCallSeat *self, gboolean muted, gboolean deafened)
{
  GhcCallSeatPrivate *priv = PRIVATE (self);
  gboolean is_changed = FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  is_changed |= set_boolean (self, &priv->muted, muted, PROP_MUTED);
  is_changed |= set_boolean (self, &priv->deafened, deafened, PROP_DEAFENED);
  g_object_thaw_notify (G_OBJECT (self));

  if (is_changed && priv->state != GHC_SEAT_ENDED)
    GHC_CALL_SEAT_GET_CLASS (self)->tell_state (self);
}

void
ghc_call_seat_set_muted (GhcCallSeat *self, gboolean muted)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  set_quiet (self, muted, muted && PRIVATE (self)->deafened);
}

void
ghc_call_seat_set_deafened (GhcCallSeat *self, gboolean deafened)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  set_quiet (self, deafened || PRIVATE (self)->muted, deafened);
}

void
ghc_call_seat_set_relay_only (GhcCallSeat *self, gboolean relay_only)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  set_boolean (self, &PRIVATE (self)->relay_only, relay_only, PROP_RELAY_ONLY);
}

DexFuture *
ghc_call_seat_send (GhcCallSeat *self, const char *to_member_id, GhJson *signal)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);
  g_return_val_if_fail (to_member_id != NULL, NULL);
  g_return_val_if_fail (signal != NULL && gh_json_is_object (signal), NULL);

  return GHC_CALL_SEAT_GET_CLASS (self)->send (self, to_member_id, signal);
}

DexFuture *
ghc_call_seat_share (GhcCallSeat *self, GhcShareKind kind, gboolean on, gboolean has_sound)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);

  return GHC_CALL_SEAT_GET_CLASS (self)->share (self, kind, on, has_sound);
}

DexFuture *
ghc_call_seat_watch (GhcCallSeat *self, GhcShare *share, gboolean on)
{
  g_return_val_if_fail (GHC_IS_CALL_SEAT (self), NULL);
  g_return_val_if_fail (GHC_IS_SHARE (share), NULL);
  g_return_val_if_fail (!ghc_share_get_is_own (share), NULL);

  ghc_share_set_watched (share, on);
  return GHC_CALL_SEAT_GET_CLASS (self)->watch (self, share, on);
}

void
ghc_call_seat_report (GhcCallSeat *self, const GhcSeatCounters *counters)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (counters != NULL);

  GHC_CALL_SEAT_GET_CLASS (self)->report (self, counters);
}

/* --- for subclasses --- */

void
ghc_call_seat_set_call (GhcCallSeat *self, GhcCall *call)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (GHC_IS_CALL (call));

  if (g_set_object (&PRIVATE (self)->call, call))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

static void
set_string (GhcCallSeat *self, char **field, const char *value, Property property)
{
  if (g_set_str (field, value))
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ghc_call_seat_set_identity (GhcCallSeat *self, const char *call_id, const char *member_id,
                            const char *ice_ufrag, const char *ice_password)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = PRIVATE (self);
  g_object_freeze_notify (G_OBJECT (self));
  set_string (self, &priv->call_id, call_id, PROP_CALL_ID);
  set_string (self, &priv->ice_ufrag, ice_ufrag, PROP_ICE_UFRAG);
  set_string (self, &priv->ice_password, ice_password, PROP_ICE_PASSWORD);
  set_string (self, &priv->member_id, member_id, PROP_MEMBER_ID);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_call_seat_set_ice_servers (GhcCallSeat *self, GPtrArray *servers)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (servers != NULL);

  g_ptr_array_set_size (PRIVATE (self)->ice_servers, 0);
  for (guint i = 0; i < servers->len; i++)
    g_ptr_array_add (PRIVATE (self)->ice_servers,
                     ghc_ice_server_copy (g_ptr_array_index (servers, i)));
}

void
ghc_call_seat_set_initial (GhcCallSeat *self, gboolean muted, gboolean deafened)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  set_boolean (self, &PRIVATE (self)->muted, muted || deafened, PROP_MUTED);
  set_boolean (self, &PRIVATE (self)->deafened, deafened, PROP_DEAFENED);
}

void
ghc_call_seat_set_allowed (GhcCallSeat *self, gboolean silenced, gboolean may_speak)
{
  GhcCallSeatPrivate *priv;
  gboolean could_speak;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = PRIVATE (self);
  could_speak = ghc_call_seat_get_can_speak (self);
  g_object_freeze_notify (G_OBJECT (self));
  set_boolean (self, &priv->silenced, silenced, PROP_SILENCED);
  set_boolean (self, &priv->may_speak, may_speak, PROP_MAY_SPEAK);
  if (could_speak != ghc_call_seat_get_can_speak (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_SPEAK]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_call_seat_set_may_share (GhcCallSeat *self, gboolean may_share)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  set_boolean (self, &PRIVATE (self)->may_share, may_share, PROP_MAY_SHARE);
}

void
ghc_call_seat_set_state (GhcCallSeat *self, GhcSeatState state)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = PRIVATE (self);
  if (priv->state == state || priv->state == GHC_SEAT_ENDED)
    return;

  priv->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * ghc_call_seat_take_key:
 *
 * A key of an epoch that is not newer than what is known changes nothing.
 */
void
ghc_call_seat_take_key (GhcCallSeat *self, guint32 epoch, GhSecret *key, gboolean is_moved)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (key != NULL);

  priv = PRIVATE (self);
  if (priv->state == GHC_SEAT_ENDED || (priv->key != NULL && epoch <= priv->epoch))
    return;

  gh_secret_ref (key);
  g_clear_pointer (&priv->key, gh_secret_unref);
  priv->key = key;
  priv->epoch = epoch;
  g_signal_emit (self, signals[is_moved ? SIGNAL_MOVED_KEY : SIGNAL_KEY], 0, epoch, key);
}

void
ghc_call_seat_settle_key (GhcCallSeat *self)
{
  GhcCallSeatPrivate *priv;
  g_autoptr (GhSecret) key = NULL;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = PRIVATE (self);
  if (priv->key == NULL)
    return;

  key = gh_secret_ref (priv->key);
  g_signal_emit (self, signals[SIGNAL_KEY], 0, priv->epoch, key);
}

void
ghc_call_seat_take_signal (GhcCallSeat *self, const char *from_member_id, GhJson *signal)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  if (PRIVATE (self)->state != GHC_SEAT_ENDED)
    g_signal_emit (self, signals[SIGNAL_SIGNAL], 0, from_member_id, signal);
}

void
ghc_call_seat_end (GhcCallSeat *self, const char *reason, const char *text)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (reason != NULL);

  priv = PRIVATE (self);
  if (priv->state == GHC_SEAT_ENDED)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  g_clear_pointer (&priv->key, gh_secret_unref);
  set_string (self, &priv->ended_text, text, PROP_ENDED_TEXT);
  ghc_call_seat_set_state (self, GHC_SEAT_ENDED);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, reason);
}
