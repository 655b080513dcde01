/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-member.h"

G_BEGIN_DECLS

#define GHC_TYPE_MEMBER_GROUP (ghc_member_group_get_type ())
G_DECLARE_FINAL_TYPE (GhcMemberGroup, ghc_member_group, GHC, MEMBER_GROUP, GObject)

/**
 * GhcMemberGroup:
 *
 * A heading in the grouped member list. Properties:
 * - online (boolean): the group of those who are here, or of the others
 * - n-members (uint): how many are in it, notifies
 */
gboolean        ghc_member_group_get_online    (GhcMemberGroup *self);
guint           ghc_member_group_get_n_members (GhcMemberGroup *self);

#define GHC_TYPE_MEMBER_LIST (ghc_member_list_get_type ())
G_DECLARE_FINAL_TYPE (GhcMemberList, ghc_member_list, GHC, MEMBER_LIST, GObject)

/**
 * GhcMemberList:
 *
 * A GListModel of the members of a guild as they are shown: a #GhcMemberGroup "online", its
 * #GhcMember objects by name, a group "offline", its members by name. A group without members is
 * not there. Re-sorts itself, one item at a time, when presence or a name changes.
 *
 * Properties:
 * - all (GListModel of GhcMember): everyone, by name, without groups (for pickers and settings)
 * - n-online (uint), n-members (uint): notify
 */
GhcMemberList *ghc_member_list_new           (void);

GListModel    *ghc_member_list_get_all       (GhcMemberList *self);
guint          ghc_member_list_get_n_online  (GhcMemberList *self);
guint          ghc_member_list_get_n_members (GhcMemberList *self);

/**
 * ghc_member_list_lookup:
 *
 * Returns: (transfer none) (nullable): the member with @user_id
 */
GhcMember     *ghc_member_list_lookup        (GhcMemberList *self, const char *user_id);

/* For the fold. add() ignores a person who is there already; remove() tells whether there was
 * somebody; retain() removes all but @user_ids (a set of user ids). */
void           ghc_member_list_add           (GhcMemberList *self, GhcMember *member);
gboolean       ghc_member_list_remove        (GhcMemberList *self, const char *user_id);
void           ghc_member_list_retain        (GhcMemberList *self, GHashTable *user_ids);

G_END_DECLS
