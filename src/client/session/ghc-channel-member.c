/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-member.h"

struct _GhcChannelMember
{
  GObject parent_instance;
  GhcUser *user;
  GhcMembership membership;
};

typedef enum { PROP_USER = 1, PROP_MEMBERSHIP, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcChannelMember, ghc_channel_member, G_TYPE_OBJECT)

static void
ghc_channel_member_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcChannelMember *self = GHC_CHANNEL_MEMBER (object);

  switch ((Property) prop_id)
    {
    case PROP_USER:
      self->user = g_value_dup_object (value);
      break;
    case PROP_MEMBERSHIP:
      self->membership = g_value_get_enum (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_channel_member_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcChannelMember *self = GHC_CHANNEL_MEMBER (object);

  switch ((Property) prop_id)
    {
    case PROP_USER:
      g_value_set_object (value, self->user);
      break;
    case PROP_MEMBERSHIP:
      g_value_set_enum (value, self->membership);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_channel_member_finalize (GObject *object)
{
  GhcChannelMember *self = GHC_CHANNEL_MEMBER (object);

  g_clear_object (&self->user);

  G_OBJECT_CLASS (ghc_channel_member_parent_class)->finalize (object);
}

static void
ghc_channel_member_class_init (GhcChannelMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_channel_member_set_property;
  object_class->get_property = ghc_channel_member_get_property;
  object_class->finalize = ghc_channel_member_finalize;

  properties[PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER, flags);
  properties[PROP_MEMBERSHIP] = g_param_spec_enum ("membership", NULL, NULL, GHC_TYPE_MEMBERSHIP, GHC_MEMBERSHIP_JOIN, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_channel_member_init (GhcChannelMember *self)
{
}

GhcChannelMember *
ghc_channel_member_new (GhcUser *user, GhcMembership membership)
{
  g_return_val_if_fail (GHC_IS_USER (user), NULL);

  return g_object_new (GHC_TYPE_CHANNEL_MEMBER, "user", user, "membership", membership, NULL);
}

GhcUser *
ghc_channel_member_get_user (GhcChannelMember *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL_MEMBER (self), NULL);

  return self->user;
}

GhcMembership
ghc_channel_member_get_membership (GhcChannelMember *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL_MEMBER (self), GHC_MEMBERSHIP_JOIN);

  return self->membership;
}
