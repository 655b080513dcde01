/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-member.h"

#include "ghc-call.h"
#include "ghc-share.h"

#include <math.h>

struct _GhcCallMember
{
  GObject parent_instance;

  GhcCall *call; /* weak */
  GhcUser *user;
  char *member_id;
  char *ice_ufrag;
  gboolean muted;
  gboolean deafened;
  gboolean silenced;
  gboolean may_speak;
  gboolean may_share;
  GhcShare *screen;
  GhcShare *camera;

  gboolean speaking;
  double level;
  GhcCallLink link;
  GhcCallRoute route;
  guint round_trip_ms;
  double loss;
  double concealed;

  double volume;
  gboolean silenced_here;
};

typedef enum
{
  PROP_USER = 1,
  PROP_MEMBER_ID,
  PROP_MUTED,
  PROP_DEAFENED,
  PROP_SILENCED,
  PROP_MAY_SPEAK,
  PROP_IS_SELF,
  PROP_MAY_SHARE,
  PROP_SCREEN,
  PROP_CAMERA,
  PROP_SPEAKING,
  PROP_LEVEL,
  PROP_LINK,
  PROP_ROUTE,
  PROP_ROUND_TRIP_MS,
  PROP_LOSS,
  PROP_CONCEALED,
  PROP_VOLUME,
  PROP_SILENCED_HERE,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCallMember, ghc_call_member, G_TYPE_OBJECT)

static void
ghc_call_member_finalize (GObject *object)
{
  GhcCallMember *self = GHC_CALL_MEMBER (object);

  g_clear_weak_pointer (&self->call);
  g_clear_object (&self->screen);
  g_clear_object (&self->camera);
  g_clear_object (&self->user);
  g_free (self->member_id);
  g_free (self->ice_ufrag);

  G_OBJECT_CLASS (ghc_call_member_parent_class)->finalize (object);
}

static void
ghc_call_member_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCallMember *self = GHC_CALL_MEMBER (object);

  switch ((Property) prop_id)
    {
    case PROP_USER:
      g_value_set_object (value, self->user);
      break;
    case PROP_MEMBER_ID:
      g_value_set_string (value, self->member_id);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case PROP_DEAFENED:
      g_value_set_boolean (value, self->deafened);
      break;
    case PROP_SILENCED:
      g_value_set_boolean (value, self->silenced);
      break;
    case PROP_MAY_SPEAK:
      g_value_set_boolean (value, self->may_speak);
      break;
    case PROP_IS_SELF:
      g_value_set_boolean (value, ghc_user_get_is_self (self->user));
      break;
    case PROP_MAY_SHARE:
      g_value_set_boolean (value, self->may_share);
      break;
    case PROP_SCREEN:
      g_value_set_object (value, self->screen);
      break;
    case PROP_CAMERA:
      g_value_set_object (value, self->camera);
      break;
    case PROP_SPEAKING:
      g_value_set_boolean (value, self->speaking);
      break;
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_LINK:
      g_value_set_enum (value, self->link);
      break;
    case PROP_ROUTE:
      g_value_set_enum (value, self->route);
      break;
    case PROP_ROUND_TRIP_MS:
      g_value_set_uint (value, self->round_trip_ms);
      break;
    case PROP_LOSS:
      g_value_set_double (value, self->loss);
      break;
    case PROP_CONCEALED:
      g_value_set_double (value, self->concealed);
      break;
    case PROP_VOLUME:
      g_value_set_double (value, self->volume);
      break;
    case PROP_SILENCED_HERE:
      g_value_set_boolean (value, self->silenced_here);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_member_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  GhcCallMember *self = GHC_CALL_MEMBER (object);

  switch (prop_id)
    {
    case PROP_SPEAKING:
      ghc_call_member_set_speaking (self, g_value_get_boolean (value));
      break;
    case PROP_LEVEL:
      ghc_call_member_set_level (self, g_value_get_double (value));
      break;
    case PROP_LINK:
      ghc_call_member_set_link (self, g_value_get_enum (value));
      break;
    case PROP_ROUTE:
      ghc_call_member_set_route (self, g_value_get_enum (value));
      break;
    case PROP_ROUND_TRIP_MS:
      ghc_call_member_set_round_trip_ms (self, g_value_get_uint (value));
      break;
    case PROP_LOSS:
      ghc_call_member_set_loss (self, g_value_get_double (value));
      break;
    case PROP_CONCEALED:
      ghc_call_member_set_concealed (self, g_value_get_double (value));
      break;
    case PROP_VOLUME:
      ghc_call_member_set_volume (self, g_value_get_double (value));
      break;
    case PROP_SILENCED_HERE:
      ghc_call_member_set_silenced_here (self, g_value_get_boolean (value));
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
install_double (Property property, const char *name, double min, double max, double initial,
                GParamFlags flags)
{
  properties[property] = g_param_spec_double (name, NULL, NULL, min, max, initial, flags);
}

static void
ghc_call_member_class_init (GhcCallMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = flags | G_PARAM_WRITABLE;

  object_class->finalize = ghc_call_member_finalize;
  object_class->get_property = ghc_call_member_get_property;
  object_class->set_property = ghc_call_member_set_property;

  properties[PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER, flags);
  properties[PROP_MEMBER_ID] = g_param_spec_string ("member-id", NULL, NULL, NULL, flags);
  install_boolean (PROP_MUTED, "muted", flags);
  install_boolean (PROP_DEAFENED, "deafened", flags);
  install_boolean (PROP_SILENCED, "silenced", flags);
  install_boolean (PROP_MAY_SPEAK, "may-speak", flags);
  install_boolean (PROP_IS_SELF, "is-self", flags);
  install_boolean (PROP_MAY_SHARE, "may-share", flags);
  properties[PROP_SCREEN] = g_param_spec_object ("screen", NULL, NULL, GHC_TYPE_SHARE, flags);
  properties[PROP_CAMERA] = g_param_spec_object ("camera", NULL, NULL, GHC_TYPE_SHARE, flags);
  install_boolean (PROP_SPEAKING, "speaking", writable);
  install_double (PROP_LEVEL, "level", GHC_CALL_SILENT, 0, GHC_CALL_SILENT, writable);
  properties[PROP_LINK] = g_param_spec_enum ("link", NULL, NULL, GHC_TYPE_CALL_LINK,
                                             GHC_CALL_LINK_NONE, writable);
  properties[PROP_ROUTE] = g_param_spec_enum ("route", NULL, NULL, GHC_TYPE_CALL_ROUTE,
                                              GHC_CALL_ROUTE_UNKNOWN, writable);
  properties[PROP_ROUND_TRIP_MS] = g_param_spec_uint ("round-trip-ms", NULL, NULL, 0, G_MAXUINT, 0,
                                                      writable);
  install_double (PROP_LOSS, "loss", 0, 1, 0, writable);
  install_double (PROP_CONCEALED, "concealed", 0, 1, 0, writable);
  install_double (PROP_VOLUME, "volume", 0, 2, 1, writable);
  install_boolean (PROP_SILENCED_HERE, "silenced-here", writable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_call_member_init (GhcCallMember *self)
{
  self->level = GHC_CALL_SILENT;
  self->volume = 1;
}

GhcCallMember *
ghc_call_member_new (GhcUser *user, const char *member_id)
{
  GhcCallMember *self;

  g_return_val_if_fail (GHC_IS_USER (user), NULL);
  g_return_val_if_fail (member_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_CALL_MEMBER, NULL);
  self->user = g_object_ref (user);
  self->member_id = g_strdup (member_id);

  return self;
}

static void
set_boolean (GhcCallMember *self, gboolean *field, gboolean value, Property property)
{
  value = !!value;
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What is not a number, or out of range, comes from a measurement that went wrong. */
static void
set_double (GhcCallMember *self, double *field, double value, Property property)
{
  const GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (properties[property]);

  value = isnan (value) ? range->default_value : CLAMP (value, range->minimum, range->maximum);
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ghc_call_member_set_flags (GhcCallMember *self, gboolean muted, gboolean deafened,
                           gboolean silenced, gboolean may_speak)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  g_object_freeze_notify (G_OBJECT (self));
  set_boolean (self, &self->muted, muted, PROP_MUTED);
  set_boolean (self, &self->deafened, deafened, PROP_DEAFENED);
  set_boolean (self, &self->silenced, silenced, PROP_SILENCED);
  set_boolean (self, &self->may_speak, may_speak, PROP_MAY_SPEAK);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_call_member_set_may_share (GhcCallMember *self, gboolean may_share)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  set_boolean (self, &self->may_share, may_share, PROP_MAY_SHARE);
}

void
ghc_call_member_set_share (GhcCallMember *self, GhcShareKind kind, GhcShare *share)
{
  gboolean is_screen = kind == GHC_SHARE_SCREEN;

  g_return_if_fail (GHC_IS_CALL_MEMBER (self));
  g_return_if_fail (share == NULL || GHC_IS_SHARE (share));

  if (g_set_object (is_screen ? &self->screen : &self->camera, share))
    g_object_notify_by_pspec (G_OBJECT (self),
                              properties[is_screen ? PROP_SCREEN : PROP_CAMERA]);
}

void
ghc_call_member_set_call (GhcCallMember *self, GhcCall *call)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  g_set_weak_pointer (&self->call, call);
}

GhcCall *
ghc_call_member_get_call (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return self->call;
}

GhcUser *
ghc_call_member_get_user (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return self->user;
}

const char *
ghc_call_member_get_member_id (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return self->member_id;
}

void
ghc_call_member_set_ice_ufrag (GhcCallMember *self, const char *ice_ufrag)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  g_set_str (&self->ice_ufrag, ice_ufrag);
}

const char *
ghc_call_member_get_ice_ufrag (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return self->ice_ufrag;
}

gboolean
ghc_call_member_get_muted (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->muted;
}

gboolean
ghc_call_member_get_deafened (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->deafened;
}

gboolean
ghc_call_member_get_silenced (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->silenced;
}

gboolean
ghc_call_member_get_may_speak (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->may_speak;
}

gboolean
ghc_call_member_get_is_self (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return ghc_user_get_is_self (self->user);
}

gboolean
ghc_call_member_get_may_share (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  return self->may_share;
}

GhcShare *
ghc_call_member_get_screen (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return self->screen;
}

GhcShare *
ghc_call_member_get_camera (GhcCallMember *self)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return self->camera;
}

GhcShare *
ghc_call_member_get_share (GhcCallMember *self, GhcShareKind kind)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), NULL);

  return kind == GHC_SHARE_SCREEN ? self->screen : self->camera;
}

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

  set_boolean (self, &self->speaking, speaking, PROP_SPEAKING);
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

  set_double (self, &self->level, level, PROP_LEVEL);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LINK]);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROUTE]);
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROUND_TRIP_MS]);
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

  set_double (self, &self->loss, loss, PROP_LOSS);
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

  set_double (self, &self->concealed, concealed, PROP_CONCEALED);
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

  set_double (self, &self->volume, volume, PROP_VOLUME);
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

  set_boolean (self, &self->silenced_here, silenced_here, PROP_SILENCED_HERE);
}
