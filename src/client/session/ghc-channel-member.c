/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-member.h"

struct _GhcChannelMember
{
  GObject parent_instance;
  GhcUser *user;
  GhcMembership membership;
};

G_DEFINE_FINAL_TYPE (GhcChannelMember, ghc_channel_member, G_TYPE_OBJECT)

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
  G_OBJECT_CLASS (klass)->finalize = ghc_channel_member_finalize;
}

static void
ghc_channel_member_init (GhcChannelMember *self)
{
}

GhcChannelMember *
ghc_channel_member_new (GhcUser *user, GhcMembership membership)
{
  GhcChannelMember *self;

  g_return_val_if_fail (GHC_IS_USER (user), NULL);

  self = g_object_new (GHC_TYPE_CHANNEL_MEMBER, NULL);
  self->user = g_object_ref (user);
  self->membership = membership;

  return self;
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
