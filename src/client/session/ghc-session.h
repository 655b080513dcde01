/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghc-account.h"
#include "ghc-call-seat.h"
#include "ghc-channel-member.h"
#include "ghc-device.h"
#include "ghc-invite.h"
#include "ghc-server-probe.h"
#include "ghc-transfer.h"

G_BEGIN_DECLS

#define GHC_TYPE_SESSION (ghc_session_get_type ())
G_DECLARE_FINAL_TYPE (GhcSession, ghc_session, GHC, SESSION, GObject)

/**
 * GhcSession:
 *
 * One account's life on its server: the connection, the outbox, the cache. Made by #GhcSessions.
 *
 * Properties (read-only, notify):
 * - account (GhcAccount): what the UI shows; there at once, filled from the cache before the
 *   network
 * - connection (GhcConnection)
 * - status (string, nullable): a sentence for the banner; NULL when all is well
 * - retry-in-s (uint): seconds until the next attempt while offline, 0 when none is scheduled
 * - ready (boolean): the cache has been read; before that show a skeleton
 * - server (GhcServerInfo, nullable): limits, once known
 * - n-waiting (uint): messages that wait in the outbox
 * - seat (GhcCallSeat, nullable): one's place in a call on this device, while one is in one
 *
 * Signals:
 * - warning (string sentence): something that a person should know once (a damaged cache was put
 *   aside, tokens cannot be kept); show a toast
 * - keys-learnt (): for #GhcSessions: the server's keys are known, which it keeps with the account
 *
 * Every method below returns at once, and a future that settles on the main thread. Rejections are
 * #GhError with a sentence as message; gh_error_get_reason() and gh_error_get_field() say more.
 * Where nothing else is said: %GH_ERROR_DENIED, %GH_ERROR_INVALID (field names the argument),
 * %GH_ERROR_NOT_FOUND, %GH_ERROR_CONFLICT, %GH_ERROR_LIMITED (gh_error_get_retry_after_ms()) and
 * %GH_ERROR_UNAVAILABLE (offline). Changes are seen in the model without doing anything further.
 */
GhcAccount    *ghc_session_get_account    (GhcSession *self);
GhcConnection  ghc_session_get_connection (GhcSession *self);
const char    *ghc_session_get_status     (GhcSession *self);
gboolean       ghc_session_get_ready      (GhcSession *self);
GhcServerInfo *ghc_session_get_server     (GhcSession *self);
guint          ghc_session_get_n_waiting  (GhcSession *self);
GhcCallSeat   *ghc_session_get_seat       (GhcSession *self);

/* --- the connection ------------------------------------------------------------------------- */

/**
 * ghc_session_start:
 *
 * Reads the cache, then connects and stays connected. #GhcSessions calls it.
 *
 * Returns: (transfer full): resolves to TRUE when the cache has been read; never rejects
 */
DexFuture *ghc_session_start         (GhcSession *self);

/**
 * ghc_session_retry_now:
 *
 * Connects without waiting for the next attempt (button of the banner).
 */
void       ghc_session_retry_now     (GhcSession *self);

/**
 * ghc_session_close:
 *
 * Closes the connection and writes what is left to the cache; for quitting.
 *
 * Returns: (transfer full): resolves to TRUE; never rejects
 */
DexFuture *ghc_session_close         (GhcSession *self);

/**
 * ghc_session_sign_in_again:
 *
 * When connection is SIGNED_OUT.
 *
 * Returns: (transfer full): resolves to TRUE; rejects with %GH_ERROR_UNAUTHENTICATED (field
 *   "password"), %GH_ERROR_LIMITED or %GH_ERROR_UNAVAILABLE
 */
DexFuture *ghc_session_sign_in_again (GhcSession *self, const char *password);

/* --- messages ------------------------------------------------------------------------------- */

/**
 * ghc_session_open_channel:
 *
 * The channel is shown now: loads its timeline (cache first), places its "new" line and keeps it in
 * memory. Opening another one lets go of the least recently used timelines.
 *
 * Returns: (transfer full): resolves to the #GhcTimeline when its first page is there, from cache
 *   or server; rejects when neither has one
 */
DexFuture *ghc_session_open_channel    (GhcSession *self, GhcChannel *channel);

/**
 * ghc_session_send_message:
 * @body: text of at most GH_LIMIT_MESSAGE bytes; leading and trailing white space is cut
 *
 * The pending row is in the timeline when this returns, and the message in the outbox on disk
 * before it goes out: it survives a restart. Offline it waits and goes out in order later. The
 * draft is cleared.
 *
 * Returns: (transfer full): resolves to the #GhcMessage once the server has committed it, however
 *   long that takes; rejects when the server refuses it (the row shows it), or at once with
 *   %GH_ERROR_INVALID or %GH_ERROR_TOO_LARGE (field "body") when it can not be sent at all (no row)
 */
DexFuture *ghc_session_send_message    (GhcSession *self, GhcChannel *channel, const char *body);

/* A failed row goes out again, with the same txn_id: as ghc_session_send_message(); rejects with
 * %GH_ERROR_NOT_FOUND when it was sent meanwhile. Or it is forgotten: resolves to TRUE; rejects with
 * %GH_ERROR_CONFLICT when it was sent or is on its way. */
DexFuture *ghc_session_retry_message   (GhcSession *self, GhcMessage *message);
DexFuture *ghc_session_discard_message (GhcSession *self, GhcMessage *message);

/**
 * ghc_session_save_receipt:
 * @message: one whose receipt-state is VERIFIED
 *
 * Writes the server's receipt for @message to @file, in the form that `guildhalld verify-receipt`
 * reads.
 *
 * Returns: (transfer full): resolves to TRUE when it is written; rejects with %GH_ERROR_NOT_FOUND
 *   when there is none, or with %GH_ERROR_INTERNAL when the file can not be written
 */
DexFuture *ghc_session_save_receipt    (GhcSession *self, GhcMessage *message, GFile *file);

/**
 * ghc_session_set_typing:
 *
 * Call it with TRUE at every change of the text and with FALSE when the text is emptied; what goes
 * over the wire is limited here.
 */
void       ghc_session_set_typing      (GhcSession *self, GhcChannel *channel, gboolean typing);

/* --- guilds --------------------------------------------------------------------------------- */

/* Resolves to the #GhcGuild. Fields: "name". */
DexFuture *ghc_session_create_guild      (GhcSession *self, const char *name);
/* NULL leaves as it is. Resolves to TRUE. Fields: "name", "description". */
DexFuture *ghc_session_edit_guild        (GhcSession *self,
                                          GhcGuild   *guild,
                                          const char *name,
                                          const char *description);
/* @image: PNG, JPEG, WebP or AVIF file; NULL removes the icon. Resolves to TRUE. Field "image". */
DexFuture *ghc_session_set_guild_icon    (GhcSession  *self,
                                          GhcGuild    *guild,
                                          GBytes      *image,
                                          GhcTransfer *transfer);
/* Makes a member the owner, which only its owner can. Resolves to TRUE. */
DexFuture *ghc_session_transfer_guild    (GhcSession *self, GhcGuild *guild, GhcMember *member);
/* Resolves to TRUE. The owner can not leave: %GH_ERROR_CONFLICT or DENIED, reason "guild.owner". */
DexFuture *ghc_session_leave_guild       (GhcSession *self, GhcGuild *guild);
/* @name: as typed by the person; must equal the guild's. Resolves to TRUE. Field "name". */
DexFuture *ghc_session_delete_guild      (GhcSession *self, GhcGuild *guild, const char *name);
/* Order of the rail, on this computer. */
void       ghc_session_set_guild_order   (GhcSession *self, const char * const *guild_ids);

/* --- channels ------------------------------------------------------------------------------- */

/**
 * ghc_session_create_channel:
 * @kind: also %GHC_CHANNEL_CATEGORY
 * @topic: (nullable)
 * @parent: (nullable): a category of @guild
 *
 * Returns: (transfer full): resolves to the #GhcChannel, in the model. Fields: "name", "topic"
 */
DexFuture *ghc_session_create_channel    (GhcSession     *self,
                                          GhcGuild       *guild,
                                          GhcChannelKind  kind,
                                          const char     *name,
                                          const char     *topic,
                                          gboolean        is_private,
                                          GhcChannel     *parent);
/* NULL leaves as it is. Resolves to TRUE. Fields: "name", "topic". */
DexFuture *ghc_session_edit_channel      (GhcSession *self,
                                          GhcChannel *channel,
                                          const char *name,
                                          const char *topic);
/**
 * ghc_session_move_channel:
 * @parent: (nullable): its category from now on
 * @before: (nullable): the channel (or, for a category, the category) it shall stand before; NULL
 *   for the end
 *
 * Resolves to TRUE.
 */
DexFuture *ghc_session_move_channel      (GhcSession *self,
                                          GhcChannel *channel,
                                          GhcChannel *parent,
                                          GhcChannel *before);
/* @target: a role or user id. Both 0 removes the override. Resolves to TRUE. */
DexFuture *ghc_session_set_override      (GhcSession   *self,
                                          GhcChannel   *channel,
                                          const char   *target,
                                          GhPermissions allow,
                                          GhPermissions deny);
/* These resolve to TRUE when the change is in the model. */
DexFuture *ghc_session_delete_channel    (GhcSession *self, GhcChannel *channel);
DexFuture *ghc_session_join_channel      (GhcSession *self, GhcChannel *channel);
DexFuture *ghc_session_leave_channel     (GhcSession *self, GhcChannel *channel);
DexFuture *ghc_session_invite_to_channel (GhcSession *self,
                                          GhcChannel *channel,
                                          const char *user_id);
/* Resolves to a GListModel of #GhcChannelMember: those who joined, then those who are invited, each
 * by name; only for joined channels. */
DexFuture *ghc_session_list_channel_members (GhcSession *self, GhcChannel *channel);

/* --- members and roles ---------------------------------------------------------------------- */

/* Resolves to the #GhcRole. @color: 0xRRGGBB or GHC_ROLE_NO_COLOR. Field "name". */
DexFuture *ghc_session_create_role       (GhcSession   *self,
                                          GhcGuild     *guild,
                                          const char   *name,
                                          int           color,
                                          GhPermissions permissions);
/* What is to change of a role; the rest stays as it is on the server. */
typedef struct
{
  const char   *name; /* (nullable) */
  gboolean      has_color;
  int           color; /* 0xRRGGBB or GHC_ROLE_NO_COLOR */
  gboolean      has_permissions;
  GhPermissions permissions;
  gboolean      has_order;
  int           order; /* its new power */
} GhcRoleChange;

/* Resolves to TRUE. Field "name". */
DexFuture *ghc_session_edit_role         (GhcSession          *self,
                                          GhcGuild            *guild,
                                          GhcRole             *role,
                                          const GhcRoleChange *change);
/* TRUE */
DexFuture *ghc_session_delete_role       (GhcSession *self, GhcGuild *guild, GhcRole *role);
/* Resolves to TRUE. */
DexFuture *ghc_session_set_member_roles  (GhcSession         *self,
                                          GhcGuild           *guild,
                                          GhcMember          *member,
                                          const char * const *role_ids);
/* @reason: (nullable). Resolve to TRUE. */
DexFuture *ghc_session_kick_member       (GhcSession *self,
                                          GhcGuild   *guild,
                                          GhcMember  *member,
                                          const char *reason);
DexFuture *ghc_session_ban_member        (GhcSession *self,
                                          GhcGuild   *guild,
                                          GhcMember  *member,
                                          const char *reason);
DexFuture *ghc_session_unban             (GhcSession *self, GhcGuild *guild, const char *user_id);

/* --- calls ---------------------------------------------------------------------------------- */

/**
 * ghc_session_join_call:
 * @channel: not a category
 *
 * Comes into the channel's call, which begins with it when nobody is there. One is in one call at a
 * time: any other of this account, on whatever device, and of any other account of this program, is
 * left. Joining the call one is in changes nothing. Whoever may join the channel and has not joins it, too.
 *
 * Returns: (transfer full): resolves to the #GhcCallSeat; rejects with %GH_ERROR_CONFLICT (reason
 *   "call.full"), %GH_ERROR_DENIED, %GH_ERROR_NOT_FOUND, or %GH_ERROR_UNAVAILABLE without a connection
 */
DexFuture *ghc_session_join_call         (GhcSession *self,
                                          GhcChannel *channel,
                                          gboolean    muted,
                                          gboolean    deafened);
/* The seat has ended when this returns. Resolves to TRUE when the server has been told; never
 * rejects. */
DexFuture *ghc_session_leave_call        (GhcSession *self);
/* For moderators: muted for everybody, as long as the call lasts; taken out. Resolve to TRUE. */
DexFuture *ghc_session_silence_member    (GhcSession    *self,
                                          GhcCallMember *member,
                                          gboolean       silenced);
DexFuture *ghc_session_disconnect_member (GhcSession *self, GhcCallMember *member);
/* Nobody is shown it any more. */
DexFuture *ghc_session_stop_share        (GhcSession *self, GhcShare *share);

/* --- invitations ---------------------------------------------------------------------------- */

/* @expires_in_s: 0 = never. @max_uses: 0 = any. Resolves to a #GhcInvite. */
DexFuture *ghc_session_create_invite     (GhcSession *self,
                                          GhcGuild   *guild,
                                          guint       expires_in_s,
                                          guint       max_uses);
/* Resolves to a GListModel of #GhcInvite: those that can still be used. */
DexFuture *ghc_session_list_invites      (GhcSession *self, GhcGuild *guild);
/* Nobody comes in by it any more. Resolves to TRUE. */
DexFuture *ghc_session_revoke_invite     (GhcSession *self, GhcGuild *guild, GhcInvite *invite);
/**
 * ghc_session_accept_invite:
 * @code: a code or a whole link of this session's server
 *
 * Returns: (transfer full): resolves to the #GhcGuild, in the model; rejects with
 *   %GH_ERROR_NOT_FOUND (used up, expired, revoked) or %GH_ERROR_DENIED (banned)
 */
DexFuture *ghc_session_accept_invite     (GhcSession *self, const char *code);

/* --- oneself -------------------------------------------------------------------------------- */

/* NULL leaves as it is. Resolves to TRUE. Fields: "display_name", "bio". */
DexFuture *ghc_session_set_profile       (GhcSession *self,
                                          const char *display_name,
                                          const char *bio);
/**
 * ghc_session_set_status:
 * @status: one line that others see under the name; empty takes it away
 * @expires_in_s: seconds after which it goes away by itself; 0 for never
 *
 * Returns: (transfer full): resolves to TRUE when others see it; field: "status"
 */
DexFuture *ghc_session_set_status        (GhcSession *self,
                                          const char *status,
                                          gint64      expires_in_s);
/**
 * ghc_session_set_profile_picture:
 * @kind: the square picture, or the banner, which is GHC_BANNER_RATIO times as wide as high
 * @image: a PNG, JPEG, WebP or AVIF file of at most the server's image-bytes
 * @crop_x: left edge of the part to keep, in the image's pixels
 * @crop_size: its height, or 0 for the largest such part in the middle
 * @transfer: (nullable): shows progress and can stop it
 *
 * Returns: (transfer full): resolves to TRUE when the server has taken it; rejects with
 *   %GH_ERROR_TOO_LARGE or %GH_ERROR_INVALID (field "image") and a sentence
 */
DexFuture *ghc_session_set_profile_picture    (GhcSession        *self,
                                               GhcProfilePicture  kind,
                                               GBytes            *image,
                                               int                crop_x,
                                               int                crop_y,
                                               int                crop_size,
                                               GhcTransfer       *transfer);
DexFuture *ghc_session_remove_profile_picture (GhcSession        *self,
                                               GhcProfilePicture  kind); /* TRUE */
/* Fields: "password", "new_password". Other devices are signed out. Resolves to TRUE. */
DexFuture *ghc_session_set_password      (GhcSession *self,
                                          const char *password,
                                          const char *new_password);
/* Resolves to a GListModel of #GhcDevice: where one is signed in. */
DexFuture *ghc_session_list_devices      (GhcSession *self);
/* Signs that device out; it may be this one. Resolves to TRUE. */
DexFuture *ghc_session_revoke_device     (GhcSession *self, GhcDevice *device);
/* One's own choice: ONLINE, IDLE, DND or INVISIBLE; kept on this computer. Resolves to TRUE. */
DexFuture *ghc_session_set_presence      (GhcSession *self, GhcPresence presence);
/* The UI says whether the person is at the keyboard; ONLINE becomes IDLE meanwhile. */
void       ghc_session_set_active        (GhcSession *self, gboolean active);

/* --- people and pictures -------------------------------------------------------------------- */

/* Fetches the whole profile (bio) into @user. Resolves to TRUE. */
DexFuture *ghc_session_load_profile      (GhcSession *self, GhcUser *user);
/**
 * ghc_session_fetch_media:
 * @media_id: "mxc://host/id"
 * @size: pixels wanted: rounded up to 64, 128, 256 or 512
 *
 * From memory, from disk, else from the server; the same picture asked for twice is fetched once.
 *
 * Returns: (transfer full): resolves to #GBytes of a PNG or JPEG file
 */
DexFuture *ghc_session_fetch_media       (GhcSession *self, const char *media_id, guint size);
/* Fill GhcUser:image, GhcUser:banner (@height of it) and GhcGuild:icon, and do nothing when they are there or there is none.
 * TRUE. */
DexFuture *ghc_session_load_user_image   (GhcSession *self, GhcUser *user, guint size);
DexFuture *ghc_session_load_user_banner  (GhcSession *self, GhcUser *user, guint height);
DexFuture *ghc_session_load_guild_icon   (GhcSession *self, GhcGuild *guild, guint size);

G_END_DECLS
