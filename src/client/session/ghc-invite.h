/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-json.h"

G_BEGIN_DECLS

#define GHC_TYPE_INVITE (ghc_invite_get_type ())
G_DECLARE_FINAL_TYPE (GhcInvite, ghc_invite, GHC, INVITE, GObject)

/**
 * GhcInvite:
 *
 * An invitation to a guild that somebody of it made. It never changes. Members: code, link
 * ("guildhall://…"), url ("https://…", or http for a server on this computer), expires-ts (int64, ms
 * since the epoch, 0 = never), created-ts (int64, ms since the epoch, 0 = not known), max-uses (uint,
 * 0 = any), uses (uint), creator (string, nullable: user id).
 */
GhcInvite  *ghc_invite_new_from_json  (GhJson *json, GError **error);

const char *ghc_invite_get_code       (GhcInvite *self);
const char *ghc_invite_get_link       (GhcInvite *self);
const char *ghc_invite_get_url        (GhcInvite *self);
gint64      ghc_invite_get_expires_ts (GhcInvite *self);
gint64      ghc_invite_get_created_ts (GhcInvite *self);
guint       ghc_invite_get_max_uses   (GhcInvite *self);
guint       ghc_invite_get_uses       (GhcInvite *self);
const char *ghc_invite_get_creator    (GhcInvite *self);

#define GHC_TYPE_INVITE_PREVIEW (ghc_invite_preview_get_type ())
G_DECLARE_FINAL_TYPE (GhcInvitePreview, ghc_invite_preview, GHC, INVITE_PREVIEW, GObject)

/**
 * GhcInvitePreview:
 *
 * What an invitation leads to, shown before one accepts. It never changes. Members: server-url,
 * code, guild-name, guild-description (nullable), guild-icon-id (nullable), n-members (uint),
 * inviter (string: display name), expires-ts (int64, ms since the epoch, 0 = never), initials,
 * color-index.
 */
GhcInvitePreview *ghc_invite_preview_new_from_json (const char *server_url,
                                                    GhJson     *json,
                                                    GError    **error);

const char *ghc_invite_preview_get_server_url        (GhcInvitePreview *self);
const char *ghc_invite_preview_get_code              (GhcInvitePreview *self);
const char *ghc_invite_preview_get_guild_name        (GhcInvitePreview *self);
const char *ghc_invite_preview_get_guild_description (GhcInvitePreview *self);
const char *ghc_invite_preview_get_guild_icon_id     (GhcInvitePreview *self);
guint       ghc_invite_preview_get_n_members         (GhcInvitePreview *self);
const char *ghc_invite_preview_get_inviter           (GhcInvitePreview *self);
gint64      ghc_invite_preview_get_expires_ts        (GhcInvitePreview *self);
const char *ghc_invite_preview_get_initials          (GhcInvitePreview *self);
guint       ghc_invite_preview_get_color_index       (GhcInvitePreview *self);

G_END_DECLS
