/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"
#include "ghd-store-invites.h"

G_BEGIN_DECLS

/**
 * GhdInvites:
 *
 * Invitations to guilds: links with an expiry and a number of uses. Functions that take a GError **
 * may wait: they run on the caller's fiber.
 */
#define GHD_TYPE_INVITES (ghd_invites_get_type ())

G_DECLARE_FINAL_TYPE (GhdInvites, ghd_invites, GHD, INVITES, GObject)

GhdInvites   *ghd_invites_new            (GhdSettings *settings, GhdGuilds *guilds);
void          ghd_invites_set_public_url (GhdInvites *self, const char *url);
GhdInviteRow *ghd_invites_create         (GhdInvites *self, const char *user_id,
                                          const char *guild_id, gint64 expires_in_s,
                                          gint64 max_uses, GError **error);
GPtrArray    *ghd_invites_list           (GhdInvites *self, const char *user_id,
                                          const char *guild_id, GError **error);
gboolean      ghd_invites_revoke         (GhdInvites *self, const char *user_id,
                                          const char *guild_id, const char *code,
                                          GError **error);
GhdInviteRow *ghd_invites_find           (GhdInvites *self, const char *code, GhdGuild **guild,
                                          GError **error);
GhdGuild     *ghd_invites_accept         (GhdInvites *self, const char *user_id, const char *code,
                                          const char *txn_id, GhdCommit **written,
                                          GError **error);
gboolean      ghd_invites_dup_links      (GhdInvites *self, const char *code, char **link,
                                          char **url);

G_END_DECLS
