/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-seat-private.h"

static GParamSpec *properties[GHC_CALL_SEAT_N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GhcCallSeat, ghc_call_seat, G_TYPE_OBJECT)

#define PRIVATE(self) ((GhcCallSeatPrivate *) ghc_call_seat_get_instance_private (self))

/**
 * ghc_call_seat_get_private:
 *
 * Returns: (transfer none): what the files of this class share
 */
GhcCallSeatPrivate *
ghc_call_seat_get_private (GhcCallSeat *self)
{
  return PRIVATE (self);
}

/**
 * ghc_call_seat_notify:
 *
 * Says that @property has changed.
 */
void
ghc_call_seat_notify (GhcCallSeat *self, GhcCallSeatProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * ghc_call_seat_set_boolean:
 * @field: of the private part
 * @property: what it is the value of
 *
 * Returns: whether it was another one before
 */
gboolean
ghc_call_seat_set_boolean (GhcCallSeat *self, gboolean *field, gboolean value,
                           GhcCallSeatProperty property)
{
  value = !!value;
  if (*field == value)
    return FALSE;

  *field = value;
  ghc_call_seat_notify (self, property);
  return TRUE;
}

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

  switch ((GhcCallSeatProperty) prop_id)
    {
    case GHC_CALL_SEAT_PROP_CALL:
      g_value_set_object (value, priv->call);
      break;
    case GHC_CALL_SEAT_PROP_CALL_ID:
      g_value_set_string (value, priv->call_id);
      break;
    case GHC_CALL_SEAT_PROP_MEMBER_ID:
      g_value_set_string (value, priv->member_id);
      break;
    case GHC_CALL_SEAT_PROP_STATE:
      g_value_set_enum (value, priv->state);
      break;
    case GHC_CALL_SEAT_PROP_MUTED:
      g_value_set_boolean (value, priv->muted);
      break;
    case GHC_CALL_SEAT_PROP_DEAFENED:
      g_value_set_boolean (value, priv->deafened);
      break;
    case GHC_CALL_SEAT_PROP_SILENCED:
      g_value_set_boolean (value, priv->silenced);
      break;
    case GHC_CALL_SEAT_PROP_MAY_SPEAK:
      g_value_set_boolean (value, priv->may_speak);
      break;
    case GHC_CALL_SEAT_PROP_CAN_SPEAK:
      g_value_set_boolean (value, ghc_call_seat_get_can_speak (self));
      break;
    case GHC_CALL_SEAT_PROP_MAY_SHARE:
      g_value_set_boolean (value, priv->may_share);
      break;
    case GHC_CALL_SEAT_PROP_ICE_UFRAG:
      g_value_set_string (value, priv->ice_ufrag);
      break;
    case GHC_CALL_SEAT_PROP_ICE_PASSWORD:
      g_value_set_string (value, priv->ice_password);
      break;
    case GHC_CALL_SEAT_PROP_RELAY_ONLY:
      g_value_set_boolean (value, priv->relay_only);
      break;
    case GHC_CALL_SEAT_PROP_ENDED_TEXT:
      g_value_set_string (value, priv->ended_text);
      break;
    case GHC_CALL_SEAT_N_PROPS:
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
    case GHC_CALL_SEAT_PROP_MUTED:
      ghc_call_seat_set_muted (self, g_value_get_boolean (value));
      break;
    case GHC_CALL_SEAT_PROP_DEAFENED:
      ghc_call_seat_set_deafened (self, g_value_get_boolean (value));
      break;
    case GHC_CALL_SEAT_PROP_RELAY_ONLY:
      ghc_call_seat_set_relay_only (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_boolean (GhcCallSeatProperty property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
}

static void
install_string (GhcCallSeatProperty property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_string (name, NULL, NULL, NULL, flags);
}

static void
install_signal (GhcCallSeatClass *klass, const char *name, GType first, GType second)
{
  g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
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

  properties[GHC_CALL_SEAT_PROP_CALL] = g_param_spec_object ("call", NULL, NULL, GHC_TYPE_CALL,
                                                             flags);
  install_string (GHC_CALL_SEAT_PROP_CALL_ID, "call-id", flags);
  install_string (GHC_CALL_SEAT_PROP_MEMBER_ID, "member-id", flags);
  properties[GHC_CALL_SEAT_PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, GHC_TYPE_SEAT_STATE, GHC_SEAT_JOINED, flags);
  install_boolean (GHC_CALL_SEAT_PROP_MUTED, "muted", writable);
  install_boolean (GHC_CALL_SEAT_PROP_DEAFENED, "deafened", writable);
  install_boolean (GHC_CALL_SEAT_PROP_SILENCED, "silenced", flags);
  install_boolean (GHC_CALL_SEAT_PROP_MAY_SPEAK, "may-speak", flags);
  install_boolean (GHC_CALL_SEAT_PROP_CAN_SPEAK, "can-speak", flags);
  install_boolean (GHC_CALL_SEAT_PROP_MAY_SHARE, "may-share", flags);
  install_string (GHC_CALL_SEAT_PROP_ICE_UFRAG, "ice-ufrag", flags);
  install_string (GHC_CALL_SEAT_PROP_ICE_PASSWORD, "ice-password", flags);
  install_boolean (GHC_CALL_SEAT_PROP_RELAY_ONLY, "relay-only", writable);
  install_string (GHC_CALL_SEAT_PROP_ENDED_TEXT, "ended-text", flags);

  g_object_class_install_properties (object_class, GHC_CALL_SEAT_N_PROPS, properties);

  install_signal (klass, "key", G_TYPE_UINT, GH_TYPE_SECRET);
  install_signal (klass, "moved-key", G_TYPE_UINT, GH_TYPE_SECRET);
  install_signal (klass, "signal", G_TYPE_STRING, GH_TYPE_JSON);
  install_signal (klass, "ended", G_TYPE_STRING, G_TYPE_NONE);
  g_signal_new ("ice-renewed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("reported", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
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

/* Deafened implies muted. Whoever has ended tells nobody. */
static void
set_quiet (GhcCallSeat *self, gboolean muted, gboolean deafened)
{
  GhcCallSeatPrivate *priv = PRIVATE (self);
  gboolean is_changed = FALSE;

  g_object_freeze_notify (G_OBJECT (self));
  is_changed |= ghc_call_seat_set_boolean (self, &priv->muted, muted, GHC_CALL_SEAT_PROP_MUTED);
  is_changed |= ghc_call_seat_set_boolean (self, &priv->deafened, deafened,
                                           GHC_CALL_SEAT_PROP_DEAFENED);
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

  ghc_call_seat_set_boolean (self, &PRIVATE (self)->relay_only, relay_only,
                             GHC_CALL_SEAT_PROP_RELAY_ONLY);
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

  ghc_call_seat_get_private (self)->counters = *counters;
  GHC_CALL_SEAT_GET_CLASS (self)->report (self, counters);
  g_signal_emit_by_name (self, "reported");
}

void
ghc_call_seat_get_counters (GhcCallSeat *self, GhcSeatCounters *counters)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (counters != NULL);

  *counters = ghc_call_seat_get_private (self)->counters;
}
