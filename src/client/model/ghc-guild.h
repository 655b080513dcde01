/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-channel-list.h"
#include "ghc-member-list.h"

G_BEGIN_DECLS

#define GHC_TYPE_GUILD (ghc_guild_get_type ())
G_DECLARE_FINAL_TYPE (GhcGuild, ghc_guild, GHC, GUILD, GObject)

typedef struct _GhcAccount GhcAccount;

/**
 * GhcGuild:
 *
 * A guild one is a member of. Properties (read-only to the UI, all notify):
 * - guild-id (string)
 * - account (GhcAccount, nullable): NULL once one has left
 * - name (string), description (string, nullable)
 * - icon-id (string, nullable): "mxc://…"; icon (GBytes, nullable): its bytes once
 *   ghc_session_load_guild_icon() got them
 * - initials (string), color-index (uint): for a guild without icon
 * - owner (string): user id
 * - permissions (uint): one's own flags in the guild, the owner's being all
 * - channels (GhcChannelList, a GListModel): as the sidebar shows them
 * - members (GhcMemberList, a GListModel): as the member list shows them
 * - roles (GListModel of GhcRole): strongest first, everyone last
 * - n-members (uint): as the server counts them
 * - unread (boolean): a joined channel is unread
 * - is-owner, can-manage-guild, can-manage-channels, can-manage-roles, can-create-invite, can-kick,
 *   can-ban (booleans): what one may do; recomputed when roles change
 */
GhcGuild       *ghc_guild_new                     (const char *guild_id);

const char     *ghc_guild_get_guild_id            (GhcGuild *self);
GhcAccount     *ghc_guild_get_account             (GhcGuild *self);
const char     *ghc_guild_get_name                (GhcGuild *self);
const char     *ghc_guild_get_description         (GhcGuild *self);
const char     *ghc_guild_get_icon_id             (GhcGuild *self);
GBytes         *ghc_guild_get_icon                (GhcGuild *self);
const char     *ghc_guild_get_initials            (GhcGuild *self);
guint           ghc_guild_get_color_index         (GhcGuild *self);
const char     *ghc_guild_get_owner               (GhcGuild *self);
GhPermissions   ghc_guild_get_permissions         (GhcGuild *self);
GhcChannelList *ghc_guild_get_channels            (GhcGuild *self);
GhcMemberList  *ghc_guild_get_members             (GhcGuild *self);
GListModel     *ghc_guild_get_roles               (GhcGuild *self);
guint           ghc_guild_get_n_members           (GhcGuild *self);
gboolean        ghc_guild_get_unread              (GhcGuild *self);
gboolean        ghc_guild_get_is_owner            (GhcGuild *self);
gboolean        ghc_guild_get_can_manage_guild    (GhcGuild *self);
gboolean        ghc_guild_get_can_manage_channels (GhcGuild *self);
gboolean        ghc_guild_get_can_manage_roles    (GhcGuild *self);
gboolean        ghc_guild_get_can_create_invite   (GhcGuild *self);
gboolean        ghc_guild_get_can_kick            (GhcGuild *self);
gboolean        ghc_guild_get_can_ban             (GhcGuild *self);

/* Each gives what the guild has under that id: (transfer none) (nullable). */
GhcChannel     *ghc_guild_lookup_channel          (GhcGuild *self, const char *channel_id);
GhcMember      *ghc_guild_lookup_member           (GhcGuild *self, const char *user_id);
GhcRole        *ghc_guild_lookup_role             (GhcGuild *self, const char *role_id);

/**
 * ghc_guild_can:
 * @wanted: flags of gh-permission.h
 *
 * Returns: TRUE when one may do all of @wanted in the guild, ownership and administration
 *   considered
 */
gboolean        ghc_guild_can                     (GhcGuild *self, GhPermissions wanted);

/**
 * ghc_guild_get_default_channel:
 *
 * Returns: (transfer none) (nullable): the first joined text channel of the list, to open when
 *   nothing else is remembered
 */
GhcChannel     *ghc_guild_get_default_channel     (GhcGuild *self);

/**
 * ghc_guild_can_act_on:
 *
 * Returns: TRUE when @member stands strictly below oneself, so that one may kick, ban or change
 *   roles of them where one has the permission
 */
gboolean        ghc_guild_can_act_on              (GhcGuild *self, GhcMember *member);

/**
 * ghc_guild_can_edit_role:
 *
 * Returns: TRUE when one may edit @role or give it to somebody
 */
gboolean        ghc_guild_can_edit_role           (GhcGuild *self, GhcRole *role);

/* For the session and the cache. @icon: (nullable): the bytes of a PNG or JPEG file. The snapshot is
 * JSON as guild.get returns it, (transfer full): folding it again gives the guild back. */
void            ghc_guild_set_icon                (GhcGuild *self, GBytes *icon);
GBytes         *ghc_guild_to_snapshot             (GhcGuild *self);

G_END_DECLS
