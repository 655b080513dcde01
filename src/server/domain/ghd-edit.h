/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"

G_BEGIN_DECLS

/**
 * GhdEdit:
 * @guild: the guild that is changed; nobody else changes it until the edit is freed
 * @channel: (nullable): the channel it is about
 * @user_id: who changes it
 * @earlier: (nullable): the answer that this (user, txn_id) got before: return it and do nothing
 *
 * One change of a guild's state, from the check to the commit. Free it in any case.
 */
typedef struct
{
  GhdGuilds  *guilds;
  GhdGuild   *guild;
  GhdChannel *channel;
  char       *user_id;
  GhdCommit  *earlier;

  /*< private >*/
  GhdSerial *serial;
  GhdWrite  *write;
  char      *leaving_user; /* who is taken out by this edit, and of which channel (NULL: all) */
  char      *leaving_channel;
} GhdEdit;

GhdEdit      *ghd_edit_begin           (GhdGuilds *guilds, const char *guild_id,
                                        const char *user_id, const char *txn_id,
                                        const char *type, GError **error);
GhdEdit      *ghd_edit_begin_channel   (GhdGuilds *guilds, const char *channel_id,
                                        const char *user_id, const char *txn_id,
                                        const char *type, GError **error);
GhdEdit      *ghd_edit_begin_outside   (GhdGuilds *guilds, const char *guild_id,
                                        const char *user_id, const char *txn_id,
                                        const char *type, GError **error);
GhdCommit    *ghd_edit_get_earlier     (GhdEdit *self);
GhdCommit    *ghd_edit_get_earlier_end (GhdEdit *self, const char *state_key, GError **error);
guint         ghd_edit_add             (GhdEdit *self, const char *room_id, const char *type,
                                        const char *state_key, GhJson *content);
GhdWrite     *ghd_edit_get_write       (GhdEdit *self);
GhdCommit    *ghd_edit_commit          (GhdEdit *self, GError **error);
void          ghd_edit_free            (GhdEdit *self);

void          ghd_edit_add_channel_member (GhdEdit *self, const char *channel_id,
                                           const char *user_id, GhdMembership membership);
void          ghd_edit_set_leaving     (GhdEdit *self, const char *user_id,
                                        const char *channel_id);
void          ghd_edit_remove_member   (GhdEdit *self, const char *user_id,
                                        GhdMembership membership, const char *reason);

/* what is asked before a change; each refuses with a sentence */
gboolean      ghd_require_permission   (GhdGuild *guild, GhdChannel *channel, const char *user_id,
                                        GhPermissions permission, GError **error);
gboolean      ghd_require_readable     (GhdGuild *guild, GhdChannel *channel, const char *user_id,
                                        GError **error);
gboolean      ghd_require_above        (GhdGuild *guild, const char *user_id,
                                        const char *other_user_id, GError **error);
gboolean      ghd_require_above_role   (GhdGuild *guild, const char *user_id, gint64 order,
                                        GError **error);
gboolean      ghd_require_member       (GhdGuild *guild, const char *user_id, const char *field,
                                        GError **error);

/* drafts with the events that permit them (also for writes outside of an edit) */
GhEventDraft *ghd_guild_draft          (GhdGuild *guild, const char *room_id, const char *type,
                                        const char *state_key, const char *sender,
                                        GhJson *content);
GhJson       *ghd_membership_content   (GhdMembership membership, const char *reason);
GhdCommit    *ghd_find_earlier         (GhdGuilds *guilds, const char *user_id,
                                        const char *txn_id, const char *type, GError **error);
void          ghd_refuse_reused        (GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdEdit, ghd_edit_free)

G_END_DECLS
