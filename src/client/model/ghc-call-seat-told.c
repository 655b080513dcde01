/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server tells a seat, by way of its subclass. */
#include "ghc-call-seat-private.h"

void
ghc_call_seat_set_call (GhcCallSeat *self, GhcCall *call)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (GHC_IS_CALL (call));

  if (g_set_object (&ghc_call_seat_get_private (self)->call, call))
    ghc_call_seat_notify (self, GHC_CALL_SEAT_PROP_CALL);
}

static void
set_string (GhcCallSeat *self, char **field, const char *value, GhcCallSeatProperty property)
{
  if (g_set_str (field, value))
    ghc_call_seat_notify (self, property);
}

void
ghc_call_seat_set_identity (GhcCallSeat *self, const char *call_id, const char *member_id,
                            const char *ice_ufrag, const char *ice_password)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = ghc_call_seat_get_private (self);
  g_object_freeze_notify (G_OBJECT (self));
  set_string (self, &priv->call_id, call_id, GHC_CALL_SEAT_PROP_CALL_ID);
  set_string (self, &priv->ice_ufrag, ice_ufrag, GHC_CALL_SEAT_PROP_ICE_UFRAG);
  set_string (self, &priv->ice_password, ice_password, GHC_CALL_SEAT_PROP_ICE_PASSWORD);
  set_string (self, &priv->member_id, member_id, GHC_CALL_SEAT_PROP_MEMBER_ID);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_call_seat_set_ice_servers (GhcCallSeat *self, GPtrArray *servers)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (servers != NULL);

  g_ptr_array_set_size (ghc_call_seat_get_private (self)->ice_servers, 0);
  for (guint i = 0; i < servers->len; i++)
    g_ptr_array_add (ghc_call_seat_get_private (self)->ice_servers,
                     ghc_ice_server_copy (g_ptr_array_index (servers, i)));
}

/**
 * ghc_call_seat_renew_ice_servers:
 *
 * As ghc_call_seat_set_ice_servers(), because what was had before expires.
 */
void
ghc_call_seat_renew_ice_servers (GhcCallSeat *self, GPtrArray *servers)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  if (ghc_call_seat_get_state (self) == GHC_SEAT_ENDED)
    return;
  ghc_call_seat_set_ice_servers (self, servers);
  g_signal_emit_by_name (self, "ice-renewed");
}

void
ghc_call_seat_set_initial (GhcCallSeat *self, gboolean muted, gboolean deafened)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  ghc_call_seat_set_boolean (self, &ghc_call_seat_get_private (self)->muted, muted || deafened,
                             GHC_CALL_SEAT_PROP_MUTED);
  ghc_call_seat_set_boolean (self, &ghc_call_seat_get_private (self)->deafened, deafened,
                             GHC_CALL_SEAT_PROP_DEAFENED);
}

void
ghc_call_seat_set_allowed (GhcCallSeat *self, gboolean silenced, gboolean may_speak)
{
  GhcCallSeatPrivate *priv;
  gboolean could_speak;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = ghc_call_seat_get_private (self);
  could_speak = ghc_call_seat_get_can_speak (self);
  g_object_freeze_notify (G_OBJECT (self));
  ghc_call_seat_set_boolean (self, &priv->silenced, silenced, GHC_CALL_SEAT_PROP_SILENCED);
  ghc_call_seat_set_boolean (self, &priv->may_speak, may_speak, GHC_CALL_SEAT_PROP_MAY_SPEAK);
  if (could_speak != ghc_call_seat_get_can_speak (self))
    ghc_call_seat_notify (self, GHC_CALL_SEAT_PROP_CAN_SPEAK);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_call_seat_set_may_share (GhcCallSeat *self, gboolean may_share)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  ghc_call_seat_set_boolean (self, &ghc_call_seat_get_private (self)->may_share, may_share,
                             GHC_CALL_SEAT_PROP_MAY_SHARE);
}

void
ghc_call_seat_set_state (GhcCallSeat *self, GhcSeatState state)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = ghc_call_seat_get_private (self);
  if (priv->state == state || priv->state == GHC_SEAT_ENDED)
    return;

  priv->state = state;
  ghc_call_seat_notify (self, GHC_CALL_SEAT_PROP_STATE);
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

  priv = ghc_call_seat_get_private (self);
  if (priv->state == GHC_SEAT_ENDED || (priv->key != NULL && epoch <= priv->epoch))
    return;

  gh_secret_ref (key);
  g_clear_pointer (&priv->key, gh_secret_unref);
  priv->key = key;
  priv->epoch = epoch;
  g_signal_emit_by_name (self, is_moved ? "moved-key" : "key", epoch, key);
}

void
ghc_call_seat_settle_key (GhcCallSeat *self)
{
  GhcCallSeatPrivate *priv;
  g_autoptr (GhSecret) key = NULL;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  priv = ghc_call_seat_get_private (self);
  if (priv->key == NULL)
    return;

  key = gh_secret_ref (priv->key);
  g_signal_emit_by_name (self, "key", priv->epoch, key);
}

void
ghc_call_seat_take_signal (GhcCallSeat *self, const char *from_member_id, GhJson *signal)
{
  g_return_if_fail (GHC_IS_CALL_SEAT (self));

  if (ghc_call_seat_get_private (self)->state != GHC_SEAT_ENDED)
    g_signal_emit_by_name (self, "signal", from_member_id, signal);
}

void
ghc_call_seat_end (GhcCallSeat *self, const char *reason, const char *text)
{
  GhcCallSeatPrivate *priv;

  g_return_if_fail (GHC_IS_CALL_SEAT (self));
  g_return_if_fail (reason != NULL);

  priv = ghc_call_seat_get_private (self);
  if (priv->state == GHC_SEAT_ENDED)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  g_clear_pointer (&priv->key, gh_secret_unref);
  set_string (self, &priv->ended_text, text, GHC_CALL_SEAT_PROP_ENDED_TEXT);
  ghc_call_seat_set_state (self, GHC_SEAT_ENDED);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit_by_name (self, "ended", reason);
}
