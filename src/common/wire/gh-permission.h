/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhPermissions:
 *
 * A set of permission flags; an integer on the wire.
 */
typedef guint32 GhPermissions;

#define GH_PERMISSION_VIEW_CHANNELS ((GhPermissions) 1 << 0)
#define GH_PERMISSION_SEND_MESSAGES ((GhPermissions) 1 << 1)
#define GH_PERMISSION_MANAGE_MESSAGES ((GhPermissions) 1 << 2)
#define GH_PERMISSION_ATTACH_FILES ((GhPermissions) 1 << 3)
#define GH_PERMISSION_MENTION_EVERYONE ((GhPermissions) 1 << 4)
#define GH_PERMISSION_CREATE_INVITE ((GhPermissions) 1 << 5)
#define GH_PERMISSION_CONNECT ((GhPermissions) 1 << 6)
#define GH_PERMISSION_SPEAK ((GhPermissions) 1 << 7)
#define GH_PERMISSION_MUTE_MEMBERS ((GhPermissions) 1 << 8)
#define GH_PERMISSION_MOVE_MEMBERS ((GhPermissions) 1 << 9)
#define GH_PERMISSION_KICK_MEMBERS ((GhPermissions) 1 << 10)
#define GH_PERMISSION_BAN_MEMBERS ((GhPermissions) 1 << 11)
#define GH_PERMISSION_MANAGE_CHANNELS ((GhPermissions) 1 << 12)
#define GH_PERMISSION_MANAGE_ROLES ((GhPermissions) 1 << 13)
#define GH_PERMISSION_MANAGE_GUILD ((GhPermissions) 1 << 14)
#define GH_PERMISSION_ADMINISTRATOR ((GhPermissions) 1 << 15)
#define GH_PERMISSION_VIDEO ((GhPermissions) 1 << 16)

#define GH_N_PERMISSIONS 17
#define GH_PERMISSIONS_NONE ((GhPermissions) 0)
#define GH_PERMISSIONS_ALL ((GhPermissions) 0x1ffff)

/* What touches the inside of a channel: gone for those who may not view it. */
#define GH_PERMISSIONS_CONTENT                                                                     \
  (GH_PERMISSION_VIEW_CHANNELS | GH_PERMISSION_SEND_MESSAGES | GH_PERMISSION_MANAGE_MESSAGES       \
   | GH_PERMISSION_ATTACH_FILES | GH_PERMISSION_MENTION_EVERYONE | GH_PERMISSION_CONNECT           \
   | GH_PERMISSION_SPEAK | GH_PERMISSION_MUTE_MEMBERS | GH_PERMISSION_MOVE_MEMBERS                 \
   | GH_PERMISSION_VIDEO)

/* What a channel's overrides can change; the rest belongs to the guild as a whole. */
#define GH_PERMISSIONS_OVERRIDABLE (GH_PERMISSIONS_CONTENT | GH_PERMISSION_MANAGE_CHANNELS)

/* What a new guild's roles begin with. */
#define GH_PERMISSIONS_EVERYONE_DEFAULT                                                            \
  (GH_PERMISSION_VIEW_CHANNELS | GH_PERMISSION_SEND_MESSAGES | GH_PERMISSION_ATTACH_FILES          \
   | GH_PERMISSION_CREATE_INVITE | GH_PERMISSION_CONNECT | GH_PERMISSION_SPEAK                     \
   | GH_PERMISSION_VIDEO)
#define GH_PERMISSIONS_MODERATOR_DEFAULT                                                           \
  (GH_PERMISSION_MANAGE_MESSAGES | GH_PERMISSION_MENTION_EVERYONE | GH_PERMISSION_MUTE_MEMBERS     \
   | GH_PERMISSION_MOVE_MEMBERS | GH_PERMISSION_KICK_MEMBERS | GH_PERMISSION_BAN_MEMBERS)

/**
 * GhPermissionInfo:
 * @name: stable word, "send_messages"
 * @title: short name for a person, to be translated
 * @description: one sentence for a person, to be translated
 */
typedef struct
{
  GhPermissions flag;
  const char *name;
  const char *title;
  const char *description;
} GhPermissionInfo;

typedef struct
{
  GhPermissions allow;
  GhPermissions deny;
} GhPermissionOverride;

/**
 * GhPermissionInput:
 *
 * All that decides what somebody may do, in a guild (@in_channel %FALSE) or in one of its channels.
 * Role and override arrays concern only the roles the person has, without @everyone.
 */
typedef struct
{
  gboolean is_member; /* of the guild */
  gboolean is_owner;
  GhPermissions everyone;
  const GhPermissions *roles;
  gsize n_roles;

  gboolean in_channel;
  gboolean is_private;
  gboolean is_joined; /* in the channel; matters for private ones */
  GhPermissionOverride everyone_override;
  const GhPermissionOverride *role_overrides;
  gsize n_role_overrides;
  GhPermissionOverride member_override;
} GhPermissionInput;

GhPermissions gh_permissions_compute (const GhPermissionInput *input);
gboolean gh_permissions_allow (GhPermissions permissions, GhPermissions wanted);
gboolean gh_permissions_can_grant (GhPermissions mine, GhPermissions before, GhPermissions after);
gboolean gh_power_is_above (gboolean is_owner, gint64 highest, gboolean other_is_owner,
                            gint64 other_highest);
const GhPermissionInfo *gh_permission_infos (gsize *n_infos);
gsize gh_permission_shown (gsize place);

G_END_DECLS
