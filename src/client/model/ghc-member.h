/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-role.h"
#include "ghc-user.h"

G_BEGIN_DECLS

#define GHC_TYPE_MEMBER (ghc_member_get_type ())
G_DECLARE_FINAL_TYPE (GhcMember, ghc_member, GHC, MEMBER, GObject)

/**
 * GhcMember:
 *
 * A person's membership of one guild. Properties (read-only to the UI, all notify):
 * - user (GhcUser)
 * - roles (GListModel of GhcRole, strongest first, without everyone; the same object for ever)
 * - color (int): of the strongest role that has one, or GHC_ROLE_NO_COLOR
 * - power (int): order of the strongest role; G_MAXINT for the owner
 * - online (boolean): follows the user's presence
 * - is-owner (boolean)
 * - joined-ts (int64): ms since the epoch, 0 when unknown
 */
GhcMember          *ghc_member_new           (GhcUser *user);

GhcUser            *ghc_member_get_user      (GhcMember *self);
GListModel         *ghc_member_get_roles     (GhcMember *self);
const char * const *ghc_member_get_role_ids  (GhcMember *self);
int                 ghc_member_get_color     (GhcMember *self);
int                 ghc_member_get_power     (GhcMember *self);
gboolean            ghc_member_get_online    (GhcMember *self);
gboolean            ghc_member_get_is_owner  (GhcMember *self);
gint64              ghc_member_get_joined_ts (GhcMember *self);

/* For the fold. @roles: (element-type GhcRole): the resolved roles, any order */
void                ghc_member_set_role_ids  (GhcMember *self, const char * const *role_ids);
void                ghc_member_resolve       (GhcMember *self, GPtrArray *roles, gboolean is_owner);
void                ghc_member_set_joined_ts (GhcMember *self, gint64 joined_ts);

G_END_DECLS
