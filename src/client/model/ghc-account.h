/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-event.h"
#include "gh-json.h"
#include "ghc-guild.h"

G_BEGIN_DECLS

#define GHC_TYPE_ACCOUNT (ghc_account_get_type ())
G_DECLARE_FINAL_TYPE (GhcAccount, ghc_account, GHC, ACCOUNT, GObject)

/**
 * GhcAccount:
 *
 * One person on one server, and all that is known there. Properties (read-only to the UI, notify):
 * - account-id (string): names the account on this computer
 * - user-id (string), server-url (string)
 * - server-name (string, nullable): what the server calls itself
 * - user (GhcUser): oneself
 * - guilds (GListModel of GhcGuild): in the order of the rail
 * - connection (GhcConnection), status (string, nullable): mirrors of the session's properties
 * - unread (boolean): of any guild
 *
 * Signals:
 * - message-received (GhcChannel channel, GhcMessage message): somebody else's message arrived live
 *   (for notifications); not for history
 * - channel-removed (GhcChannel channel): deleted, or one was removed from the guild
 * - guild-removed (GhcGuild guild): one left, was removed, or it was deleted
 * - invited (GhcChannel channel): one was invited to a private channel
 * - refresh-needed (string guild-id, nullable): for the session: something was seen that only a
 *   fresh snapshot explains, of this guild or of all
 * - profile-needed (GhcUser user): for the session: only the id of somebody shown is known
 */
GhcAccount    *ghc_account_new             (const char *account_id,
                                            const char *server_url,
                                            const char *user_id);

const char    *ghc_account_get_account_id  (GhcAccount *self);
const char    *ghc_account_get_user_id     (GhcAccount *self);
const char    *ghc_account_get_server_url  (GhcAccount *self);
const char    *ghc_account_get_server_name (GhcAccount *self);
GhcUser       *ghc_account_get_user        (GhcAccount *self);
GListModel    *ghc_account_get_guilds      (GhcAccount *self);
GhcConnection  ghc_account_get_connection  (GhcAccount *self);
const char    *ghc_account_get_status      (GhcAccount *self);
gboolean       ghc_account_get_unread      (GhcAccount *self);

/* Each gives what is known under that id: (transfer none) (nullable). */
GhcGuild      *ghc_account_lookup_guild    (GhcAccount *self, const char *guild_id);
GhcChannel    *ghc_account_lookup_channel  (GhcAccount *self, const char *channel_id);
GhcUser       *ghc_account_lookup_user     (GhcAccount *self, const char *user_id);

/**
 * ghc_account_ensure_user:
 *
 * Returns: (transfer none): the one object of @user_id, made when it is not known
 */
GhcUser       *ghc_account_ensure_user     (GhcAccount *self, const char *user_id);

/* --- for the session ------------------------------------------------------------------------ */

/**
 * ghc_account_fold_event:
 * @live: it just happened, rather than being caught up with; only then is message-received emitted
 *
 * The one entry of events. Idempotent: an event that was folded, or that a newer snapshot contains,
 * changes nothing.
 */
void           ghc_account_fold_event      (GhcAccount *self, GhEvent *event, gboolean live);

/**
 * ghc_account_get_n_heard:
 *
 * To be taken down before anything is asked for that tells who is online: what is heard while the
 * answer is on its way is newer than the answer.
 *
 * Returns: how many times somebody's presence was heard of
 */
guint64        ghc_account_get_n_heard     (GhcAccount *self);

/**
 * ghc_account_fold_snapshot:
 * @snapshot: a guild's snapshot as guild.get returns it; hostile input, checked here
 * @asked: ghc_account_get_n_heard() when it was asked for
 *
 * Returns: (transfer none) (nullable): the guild, updated or new; NULL with %GH_ERROR_NOT_FOUND when one
 *   has left it since
 */
GhcGuild      *ghc_account_fold_snapshot   (GhcAccount *self,
                                            GhJson     *snapshot,
                                            guint64     asked,
                                            GError    **error);

/**
 * ghc_account_fold_guild_list:
 * @list: the result of guild.list; guilds that are not in it are gone, but for those that one came into since
 * @asked: as for ghc_account_fold_snapshot()
 */
gboolean       ghc_account_fold_guild_list (GhcAccount *self,
                                            GhJson     *list,
                                            guint64     asked,
                                            GError    **error);

/**
 * ghc_account_fold_members:
 * @page: a result of member.list
 * @asked: as for ghc_account_fold_snapshot()
 *
 * Returns: FALSE when it is so old that it has to be asked for again
 */
gboolean       ghc_account_fold_members    (GhcAccount *self,
                                            GhcGuild   *guild,
                                            GhJson     *page,
                                            guint64     asked);

/**
 * ghc_account_retain_members:
 * @user_ids: (element-type utf8 utf8): a set of all whom the pages named; who came and went since is
 *   added to it and removed from it
 * @position: of the first page
 *
 * All pages are folded: who was in none of them is gone.
 */
void           ghc_account_retain_members  (GhcAccount *self,
                                            GhcGuild   *guild,
                                            GHashTable *user_ids,
                                            gint64      position);

/**
 * ghc_account_mark_stale:
 * @upto: everything up to this position was folded
 *
 * After a long absence, when snapshots were folded but not the messages between.
 */
void           ghc_account_mark_stale      (GhcAccount *self, gint64 upto);

/**
 * ghc_account_mark_members_stale:
 *
 * After snapshots in place of events: they do not say who is in which channel. It is to be asked for anew where it is
 * shown.
 */
void           ghc_account_mark_members_stale (GhcAccount *self);
void           ghc_account_stop_typing     (GhcAccount *self);

/**
 * ghc_account_forget_history:
 *
 * The server's log is not the one we knew (it was restored from a backup): what was folded is
 * forgotten, and the next snapshot counts whatever its position.
 */
void           ghc_account_forget_history  (GhcAccount *self);

/* @content: of an ephemeral frame */
void           ghc_account_fold_ephemeral  (GhcAccount *self, const char *type, GhJson *content);
void           ghc_account_fold_presence   (GhcAccount *self, GhJson *presence);
/**
 * ghc_account_fold_profile:
 * @profile: as profile.get returns it; hostile input, checked here
 *
 * Returns: (transfer none) (nullable): the person it is of, changed unless something newer is known;
 *   NULL when it is not sound
 */
GhcUser       *ghc_account_fold_profile    (GhcAccount *self, GhJson *profile);

/* Calls as they were told before "ready" do not count any more, and revisions begin anew. */
void           ghc_account_forget_calls    (GhcAccount *self);
/* @description: a call as "m.call" or call.join gives it; hostile input, checked here */
void           ghc_account_fold_call       (GhcAccount *self, GhJson *description);

/* One is no longer in it: emits guild-removed. Does nothing when it is not in the list. */
void           ghc_account_remove_guild    (GhcAccount *self, GhcGuild *guild);
/* Mirrors of the session's properties. @status: (nullable) */
void           ghc_account_set_connection  (GhcAccount   *self,
                                            GhcConnection connection,
                                            const char   *status);
void           ghc_account_set_server_name (GhcAccount *self, const char *server_name);
void           ghc_account_set_loader      (GhcAccount *self, GhcTimelineLoader *loader);
void           ghc_account_set_order       (GhcAccount *self, const char * const *guild_ids);

G_END_DECLS
