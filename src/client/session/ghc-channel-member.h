/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-user.h"

G_BEGIN_DECLS

#define GHC_TYPE_CHANNEL_MEMBER (ghc_channel_member_get_type ())
G_DECLARE_FINAL_TYPE (GhcChannelMember, ghc_channel_member, GHC, CHANNEL_MEMBER, GObject)

/**
 * GhcChannelMember:
 *
 * Somebody who is in a channel or invited to it. It never changes. Members: user (GhcUser),
 * membership (GhcMembership: JOIN or INVITE).
 */
GhcChannelMember *ghc_channel_member_new            (GhcUser *user, GhcMembership membership);

GhcUser          *ghc_channel_member_get_user       (GhcChannelMember *self);
GhcMembership     ghc_channel_member_get_membership (GhcChannelMember *self);

G_END_DECLS
