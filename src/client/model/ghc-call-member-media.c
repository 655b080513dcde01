/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How media sees a member of a call, and how the person in front wants them. */
#include "ghc-call-member-private.h"

gboolean
ghc_call_member_get_speaking (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->speaking;
}

void
ghc_call_member_set_speaking (GhcCallMember *self, gboolean speaking)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_boolean (self, &self->speaking, speaking, GHC_CALL_MEMBER_PROP_SPEAKING);
}

double
ghc_call_member_get_level (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), GHC_CALL_SILENT);

  return self->level;
}

void
ghc_call_member_set_level (GhcCallMember *self, double level)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_double (self, &self->level, level, GHC_CALL_MEMBER_PROP_LEVEL);
}

GhcCallLink
ghc_call_member_get_link (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), GHC_CALL_LINK_NONE);

  return self->link;
}

void
ghc_call_member_set_link (GhcCallMember *self, GhcCallLink link)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  if (self->link == link)
    return;

  self->link = link;
  ghc_call_member_notify (self, GHC_CALL_MEMBER_PROP_LINK);
}

GhcCallRoute
ghc_call_member_get_route (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), GHC_CALL_ROUTE_UNKNOWN);

  return self->route;
}

void
ghc_call_member_set_route (GhcCallMember *self, GhcCallRoute route)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  if (self->route == route)
    return;

  self->route = route;
  ghc_call_member_notify (self, GHC_CALL_MEMBER_PROP_ROUTE);
}

guint
ghc_call_member_get_round_trip_ms (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), 0);

  return self->round_trip_ms;
}

void
ghc_call_member_set_round_trip_ms (GhcCallMember *self, guint round_trip_ms)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  if (self->round_trip_ms == round_trip_ms)
    return;

  self->round_trip_ms = round_trip_ms;
  ghc_call_member_notify (self, GHC_CALL_MEMBER_PROP_ROUND_TRIP_MS);
}

double
ghc_call_member_get_loss (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), 0);

  return self->loss;
}

void
ghc_call_member_set_loss (GhcCallMember *self, double loss)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_double (self, &self->loss, loss, GHC_CALL_MEMBER_PROP_LOSS);
}

double
ghc_call_member_get_concealed (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), 0);

  return self->concealed;
}

void
ghc_call_member_set_concealed (GhcCallMember *self, double concealed)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_double (self, &self->concealed, concealed, GHC_CALL_MEMBER_PROP_CONCEALED);
}

double
ghc_call_member_get_volume (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), 1);

  return self->volume;
}

void
ghc_call_member_set_volume (GhcCallMember *self, double volume)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_double (self, &self->volume, volume, GHC_CALL_MEMBER_PROP_VOLUME);
}

gboolean
ghc_call_member_get_silenced_here (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->silenced_here;
}

void
ghc_call_member_set_silenced_here (GhcCallMember *self, gboolean silenced_here)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_boolean (self, &self->silenced_here, silenced_here,
                               GHC_CALL_MEMBER_PROP_SILENCED_HERE);
}
