/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-member-private.h"

#include "ghc-call.h"
#include "ghc-guild.h"
#include "ghc-share.h"

#include <math.h>

static GParamSpec *properties[GHC_CALL_MEMBER_N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCallMember, ghc_call_member, G_TYPE_OBJECT)

/**
 * ghc_call_member_notify:
 *
 * Says that @property has changed.
 */
void
ghc_call_member_notify (GhcCallMember *self, GhcCallMemberProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * ghc_call_member_set_boolean:
 * @field: of @self
 * @property: what it is the value of
 */
void
ghc_call_member_set_boolean (GhcCallMember *self, gboolean *field, gboolean value,
                             GhcCallMemberProperty property)
{
  value = !!value;
  if (*field == value)
    return;

  *field = value;
  ghc_call_member_notify (self, property);
}

/**
 * ghc_call_member_set_double:
 * @field: of @self
 * @value: what is not a number, or out of the property's range, comes from a measurement that went wrong:
 *   it is taken as the default or the end of the range
 * @property: what it is the value of
 */
void
ghc_call_member_set_double (GhcCallMember *self, double *field, double value,
                            GhcCallMemberProperty property)
{
  const GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (properties[property]);

  value = isnan (value) ? range->default_value : CLAMP (value, range->minimum, range->maximum);
  if (*field == value)
    return;

  *field = value;
  ghc_call_member_notify (self, property);
}

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

  switch ((GhcCallMemberProperty) prop_id)
    {
    case GHC_CALL_MEMBER_PROP_USER:
      g_value_set_object (value, self->user);
      break;
    case GHC_CALL_MEMBER_PROP_MEMBER_ID:
      g_value_set_string (value, self->member_id);
      break;
    case GHC_CALL_MEMBER_PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case GHC_CALL_MEMBER_PROP_DEAFENED:
      g_value_set_boolean (value, self->deafened);
      break;
    case GHC_CALL_MEMBER_PROP_SILENCED:
      g_value_set_boolean (value, self->silenced);
      break;
    case GHC_CALL_MEMBER_PROP_MAY_SPEAK:
      g_value_set_boolean (value, self->may_speak);
      break;
    case GHC_CALL_MEMBER_PROP_IS_SELF:
      g_value_set_boolean (value, ghc_user_get_is_self (self->user));
      break;
    case GHC_CALL_MEMBER_PROP_MAY_SHARE:
      g_value_set_boolean (value, self->may_share);
      break;
    case GHC_CALL_MEMBER_PROP_SCREEN:
      g_value_set_object (value, self->screen);
      break;
    case GHC_CALL_MEMBER_PROP_CAMERA:
      g_value_set_object (value, self->camera);
      break;
    case GHC_CALL_MEMBER_PROP_SPEAKING:
      g_value_set_boolean (value, self->speaking);
      break;
    case GHC_CALL_MEMBER_PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case GHC_CALL_MEMBER_PROP_LINK:
      g_value_set_enum (value, self->link);
      break;
    case GHC_CALL_MEMBER_PROP_ROUTE:
      g_value_set_enum (value, self->route);
      break;
    case GHC_CALL_MEMBER_PROP_ROUND_TRIP_MS:
      g_value_set_uint (value, self->round_trip_ms);
      break;
    case GHC_CALL_MEMBER_PROP_LOSS:
      g_value_set_double (value, self->loss);
      break;
    case GHC_CALL_MEMBER_PROP_CONCEALED:
      g_value_set_double (value, self->concealed);
      break;
    case GHC_CALL_MEMBER_PROP_VOLUME:
      g_value_set_double (value, self->volume);
      break;
    case GHC_CALL_MEMBER_PROP_SILENCED_HERE:
      g_value_set_boolean (value, self->silenced_here);
      break;
    case GHC_CALL_MEMBER_N_PROPS:
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
    case GHC_CALL_MEMBER_PROP_SPEAKING:
      ghc_call_member_set_speaking (self, g_value_get_boolean (value));
      break;
    case GHC_CALL_MEMBER_PROP_LEVEL:
      ghc_call_member_set_level (self, g_value_get_double (value));
      break;
    case GHC_CALL_MEMBER_PROP_LINK:
      ghc_call_member_set_link (self, g_value_get_enum (value));
      break;
    case GHC_CALL_MEMBER_PROP_ROUTE:
      ghc_call_member_set_route (self, g_value_get_enum (value));
      break;
    case GHC_CALL_MEMBER_PROP_ROUND_TRIP_MS:
      ghc_call_member_set_round_trip_ms (self, g_value_get_uint (value));
      break;
    case GHC_CALL_MEMBER_PROP_LOSS:
      ghc_call_member_set_loss (self, g_value_get_double (value));
      break;
    case GHC_CALL_MEMBER_PROP_CONCEALED:
      ghc_call_member_set_concealed (self, g_value_get_double (value));
      break;
    case GHC_CALL_MEMBER_PROP_VOLUME:
      ghc_call_member_set_volume (self, g_value_get_double (value));
      break;
    case GHC_CALL_MEMBER_PROP_SILENCED_HERE:
      ghc_call_member_set_silenced_here (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_boolean (GhcCallMemberProperty property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
}

static void
install_double (GhcCallMemberProperty property, const char *name, double min, double max,
                double initial, GParamFlags flags)
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

  properties[GHC_CALL_MEMBER_PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER,
                                                               flags);
  properties[GHC_CALL_MEMBER_PROP_MEMBER_ID] = g_param_spec_string ("member-id", NULL, NULL, NULL,
                                                                    flags);
  install_boolean (GHC_CALL_MEMBER_PROP_MUTED, "muted", flags);
  install_boolean (GHC_CALL_MEMBER_PROP_DEAFENED, "deafened", flags);
  install_boolean (GHC_CALL_MEMBER_PROP_SILENCED, "silenced", flags);
  install_boolean (GHC_CALL_MEMBER_PROP_MAY_SPEAK, "may-speak", flags);
  install_boolean (GHC_CALL_MEMBER_PROP_IS_SELF, "is-self", flags);
  install_boolean (GHC_CALL_MEMBER_PROP_MAY_SHARE, "may-share", flags);
  properties[GHC_CALL_MEMBER_PROP_SCREEN] = g_param_spec_object ("screen", NULL, NULL,
                                                                 GHC_TYPE_SHARE, flags);
  properties[GHC_CALL_MEMBER_PROP_CAMERA] = g_param_spec_object ("camera", NULL, NULL,
                                                                 GHC_TYPE_SHARE, flags);
  install_boolean (GHC_CALL_MEMBER_PROP_SPEAKING, "speaking", writable);
  install_double (GHC_CALL_MEMBER_PROP_LEVEL, "level", GHC_CALL_SILENT, 0, GHC_CALL_SILENT,
                  writable);
  properties[GHC_CALL_MEMBER_PROP_LINK] = g_param_spec_enum ("link", NULL, NULL, GHC_TYPE_CALL_LINK,
                                                             GHC_CALL_LINK_NONE, writable);
  properties[GHC_CALL_MEMBER_PROP_ROUTE] =
    g_param_spec_enum ("route", NULL, NULL, GHC_TYPE_CALL_ROUTE, GHC_CALL_ROUTE_UNKNOWN, writable);
  properties[GHC_CALL_MEMBER_PROP_ROUND_TRIP_MS] = g_param_spec_uint ("round-trip-ms", NULL, NULL,
                                                                      0, G_MAXUINT, 0, writable);
  install_double (GHC_CALL_MEMBER_PROP_LOSS, "loss", 0, 1, 0, writable);
  install_double (GHC_CALL_MEMBER_PROP_CONCEALED, "concealed", 0, 1, 0, writable);
  install_double (GHC_CALL_MEMBER_PROP_VOLUME, "volume", 0, 2, 1, writable);
  install_boolean (GHC_CALL_MEMBER_PROP_SILENCED_HERE, "silenced-here", writable);

  g_object_class_install_properties (object_class, GHC_CALL_MEMBER_N_PROPS, properties);
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

void
ghc_call_member_set_flags (GhcCallMember *self, gboolean muted, gboolean deafened,
                           gboolean silenced, gboolean may_speak)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  g_object_freeze_notify (G_OBJECT (self));
  ghc_call_member_set_boolean (self, &self->muted, muted, GHC_CALL_MEMBER_PROP_MUTED);
  ghc_call_member_set_boolean (self, &self->deafened, deafened, GHC_CALL_MEMBER_PROP_DEAFENED);
  ghc_call_member_set_boolean (self, &self->silenced, silenced, GHC_CALL_MEMBER_PROP_SILENCED);
  ghc_call_member_set_boolean (self, &self->may_speak, may_speak, GHC_CALL_MEMBER_PROP_MAY_SPEAK);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_call_member_set_may_share (GhcCallMember *self, gboolean may_share)
{
  g_return_if_fail (GHC_IS_CALL_MEMBER (self));

  ghc_call_member_set_boolean (self, &self->may_share, may_share, GHC_CALL_MEMBER_PROP_MAY_SHARE);
}

void
ghc_call_member_set_share (GhcCallMember *self, GhcShareKind kind, GhcShare *share)
{
  gboolean is_screen = kind == GHC_SHARE_SCREEN;

  g_return_if_fail (GHC_IS_CALL_MEMBER (self));
  g_return_if_fail (share == NULL || GHC_IS_SHARE (share));

  if (g_set_object (is_screen ? &self->screen : &self->camera, share))
    ghc_call_member_notify (self,
                            is_screen ? GHC_CALL_MEMBER_PROP_SCREEN : GHC_CALL_MEMBER_PROP_CAMERA);
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
ghc_call_member_may_moderate (GhcCallMember *self, GhPermissions permission)
{
  GhcChannel *channel;
  GhcGuild *guild;
  GhcMember *person;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (self), FALSE);

  channel = self->call != NULL ? ghc_call_get_channel (self->call) : NULL;
  guild = channel != NULL ? ghc_channel_get_guild (channel) : NULL;
  if (guild == NULL || !ghc_channel_can (channel, permission))
    return FALSE;

  person = ghc_guild_lookup_member (guild, ghc_user_get_user_id (self->user));
  return person != NULL && ghc_guild_can_act_on (guild, person);
}
