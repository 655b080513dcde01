/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-permission.h"
#include "ghc-timeline.h"

G_BEGIN_DECLS

typedef struct _GhcGuild GhcGuild;
typedef struct _GhcCall GhcCall;

#define GHC_TYPE_CHANNEL (ghc_channel_get_type ())
G_DECLARE_FINAL_TYPE (GhcChannel, ghc_channel, GHC, CHANNEL, GObject)

/**
 * GhcChannel:
 *
 * A channel, or a category (kind == GHC_CHANNEL_CATEGORY: only id, name, order, collapsed and
 * can-manage mean something). Properties (read-only to the UI unless said, all notify):
 * - channel-id (string)
 * - guild (GhcGuild, nullable): NULL once the channel or the guild is gone
 * - kind (GhcChannelKind)
 * - name (string)
 * - topic (string, nullable): only known of joined channels
 * - private (boolean): show a lock
 * - auto-join (boolean)
 * - membership (GhcMembership)
 * - joined (boolean): membership is JOIN
 * - parent (string, nullable): id of its category
 * - order (int)
 * - unread (boolean): somebody else wrote after what was read
 * - n-unread (uint): how many such messages were seen arriving; a lower bound, 0 when not unread
 * - last-position (int64), read-position (int64)
 * - timeline (GhcTimeline): made at first use; NULL for a category
 * - call (GhcCall): its call, whether anybody is in it or not; NULL for a category
 * - draft (string, writable): what stands in the composer; never NULL. Set it while typing: the
 *   session keeps it on disk
 * - attended (boolean, writable): the UI sets it while the channel is open, its window has the
 *   focus and the timeline is scrolled to its end: messages are then read as they come
 * - collapsed (boolean, writable): of a category: its channels are hidden unless unread; kept on
 *   disk
 * - typing (GListModel of GhcUser): those who type now, without oneself; entries leave by
 *   themselves
 *
 * What the account's person may do here now; recomputed when roles, overrides or membership change:
 * - can-send: write messages (joined, and has SEND_MESSAGES)
 * - can-join: not a member, and joining is open or an invitation is there
 * - can-invite: invite somebody to this channel (only joined members of a private channel)
 * - can-manage: rename, move, delete, set overrides
 * - can-set-topic: joined, and can-manage
 * - can-attach: attach files
 * - closed (boolean): private and not a member nor invited: seen but shut
 *
 * Signals:
 * - members-changed (): somebody else joined, left or was invited to the channel, as far as one is
 *   told, or may have while one was away; ask ghc_session_list_channel_members() again where the list
 *   is shown. One's own membership notifies as a property instead
 */
GhcChannel     *ghc_channel_new               (const char *channel_id, GhcChannelKind kind);

const char     *ghc_channel_get_channel_id    (GhcChannel *self);
GhcGuild       *ghc_channel_get_guild         (GhcChannel *self);
GhcChannelKind  ghc_channel_get_kind          (GhcChannel *self);
const char     *ghc_channel_get_name          (GhcChannel *self);
const char     *ghc_channel_get_topic         (GhcChannel *self);
gboolean        ghc_channel_get_private       (GhcChannel *self);
gboolean        ghc_channel_get_auto_join     (GhcChannel *self);
GhcMembership   ghc_channel_get_membership    (GhcChannel *self);
gboolean        ghc_channel_get_joined        (GhcChannel *self);
const char     *ghc_channel_get_parent        (GhcChannel *self);
int             ghc_channel_get_order         (GhcChannel *self);
gboolean        ghc_channel_get_unread        (GhcChannel *self);
guint           ghc_channel_get_n_unread      (GhcChannel *self);
gint64          ghc_channel_get_last_position (GhcChannel *self);
gint64          ghc_channel_get_read_position (GhcChannel *self);
GhcTimeline    *ghc_channel_get_timeline      (GhcChannel *self);
GhcCall        *ghc_channel_get_call          (GhcChannel *self);
const char     *ghc_channel_get_draft         (GhcChannel *self);
void            ghc_channel_set_draft         (GhcChannel *self, const char *draft);
gboolean        ghc_channel_get_attended      (GhcChannel *self);
void            ghc_channel_set_attended      (GhcChannel *self, gboolean attended);
gboolean        ghc_channel_get_collapsed     (GhcChannel *self);
void            ghc_channel_set_collapsed     (GhcChannel *self, gboolean collapsed);
GListModel     *ghc_channel_get_typing        (GhcChannel *self);
gboolean        ghc_channel_get_can_send      (GhcChannel *self);
gboolean        ghc_channel_get_can_join      (GhcChannel *self);
gboolean        ghc_channel_get_can_invite    (GhcChannel *self);
gboolean        ghc_channel_get_can_manage    (GhcChannel *self);
gboolean        ghc_channel_get_can_set_topic (GhcChannel *self);
gboolean        ghc_channel_get_can_attach    (GhcChannel *self);
gboolean        ghc_channel_get_closed        (GhcChannel *self);

/**
 * ghc_channel_can:
 * @wanted: flags of gh-permission.h
 *
 * Returns: TRUE when one may do all of @wanted here, overrides, ownership and administration
 *   considered; of a category: what overrides of the guild alone give
 */
gboolean        ghc_channel_can               (GhcChannel *self, GhPermissions wanted);
GhPermissions   ghc_channel_get_permissions   (GhcChannel *self);

/**
 * ghc_channel_mark_read:
 *
 * Everything that is there has been read (Esc). The session keeps the read position on disk.
 */
void            ghc_channel_mark_read         (GhcChannel *self);

/* For the session: what was read as the cache remembers it, a position. */
void            ghc_channel_restore_read_position (GhcChannel *self, gint64 read_position);

/**
 * ghc_channel_get_override:
 * @target: a role or user id
 * @allow: (out) (optional): permission flags granted here
 * @deny: (out) (optional): permission flags taken away here
 *
 * Returns: TRUE when there is an override for @target
 */
gboolean        ghc_channel_get_override      (GhcChannel *self,
                                               const char *target,
                                               GhPermissions *allow,
                                               GhPermissions *deny);

G_END_DECLS
