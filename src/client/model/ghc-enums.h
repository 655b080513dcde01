/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhcPresence:
 * @GHC_PRESENCE_OFFLINE: not connected, or invisible to us
 * @GHC_PRESENCE_ONLINE: here
 * @GHC_PRESENCE_IDLE: connected but away from the keyboard
 * @GHC_PRESENCE_DND: does not want to be disturbed
 * @GHC_PRESENCE_INVISIBLE: only ever one's own choice; others see offline
 */
typedef enum
{
  GHC_PRESENCE_OFFLINE,
  GHC_PRESENCE_ONLINE,
  GHC_PRESENCE_IDLE,
  GHC_PRESENCE_DND,
  GHC_PRESENCE_INVISIBLE,
} GhcPresence;

/**
 * GhcConnection:
 * @GHC_CONNECTION_OFFLINE: no connection; a new attempt is scheduled, or the network is away
 * @GHC_CONNECTION_CONNECTING: an attempt is under way
 * @GHC_CONNECTION_CATCHING_UP: connected, fetching what was missed
 * @GHC_CONNECTION_ONLINE: everything flows
 * @GHC_CONNECTION_SIGNED_OUT: the server no longer accepts our sign-in; a person must sign in again
 */
typedef enum
{
  GHC_CONNECTION_OFFLINE,
  GHC_CONNECTION_CONNECTING,
  GHC_CONNECTION_CATCHING_UP,
  GHC_CONNECTION_ONLINE,
  GHC_CONNECTION_SIGNED_OUT,
} GhcConnection;

/**
 * GhcMembership:
 * @GHC_MEMBERSHIP_NONE: not in the room
 * @GHC_MEMBERSHIP_INVITE: invited, joins on click
 * @GHC_MEMBERSHIP_JOIN: in the room
 */
typedef enum
{
  GHC_MEMBERSHIP_NONE,
  GHC_MEMBERSHIP_INVITE,
  GHC_MEMBERSHIP_JOIN,
} GhcMembership;

/**
 * GhcChannelKind:
 * @GHC_CHANNEL_TEXT: a text channel
 * @GHC_CHANNEL_VOICE: a voice channel
 * @GHC_CHANNEL_CATEGORY: a heading in the channel list
 */
typedef enum
{
  GHC_CHANNEL_TEXT,
  GHC_CHANNEL_VOICE,
  GHC_CHANNEL_CATEGORY,
} GhcChannelKind;

/**
 * GhcMessageState:
 * @GHC_MESSAGE_PENDING: in the outbox, not acknowledged yet
 * @GHC_MESSAGE_SENT: committed by the server
 * @GHC_MESSAGE_FAILED: the server refused it; see #GhcMessage:error. Can be retried or discarded
 */
typedef enum
{
  GHC_MESSAGE_PENDING,
  GHC_MESSAGE_SENT,
  GHC_MESSAGE_FAILED,
} GhcMessageState;

/**
 * GhcReceiptState:
 * @GHC_RECEIPT_NONE: the server gave none, or it is not kept on this computer
 * @GHC_RECEIPT_VERIFIED: the server's signature was checked: it has promised to keep the message
 * @GHC_RECEIPT_WRONG: what the server gave proves nothing; see #GhcMessage:receipt-problem
 */
typedef enum
{
  GHC_RECEIPT_NONE,
  GHC_RECEIPT_VERIFIED,
  GHC_RECEIPT_WRONG,
} GhcReceiptState;

/**
 * GhcTimelineItemKind:
 * @GHC_TIMELINE_MESSAGE: a message; see #GhcTimelineItem:message
 * @GHC_TIMELINE_DAY: a day separator; see #GhcTimelineItem:date
 * @GHC_TIMELINE_NEW_LINE: what follows has not been read
 */
typedef enum
{
  GHC_TIMELINE_MESSAGE,
  GHC_TIMELINE_DAY,
  GHC_TIMELINE_NEW_LINE,
} GhcTimelineItemKind;

/**
 * GhcCallLink:
 * @GHC_CALL_LINK_NONE: oneself, or one is not in the call
 * @GHC_CALL_LINK_CONNECTING: the first packet is on its way
 * @GHC_CALL_LINK_CONNECTED: both hear each other
 * @GHC_CALL_LINK_RECONNECTING: it was there and is looked for again
 * @GHC_CALL_LINK_FAILED: no way to this person was found
 * @GHC_CALL_LINK_NO_KEY: connected, but what comes can not be opened
 *
 * How one's own device reaches somebody in a call.
 */
typedef enum
{
  GHC_CALL_LINK_NONE,
  GHC_CALL_LINK_CONNECTING,
  GHC_CALL_LINK_CONNECTED,
  GHC_CALL_LINK_RECONNECTING,
  GHC_CALL_LINK_FAILED,
  GHC_CALL_LINK_NO_KEY,
} GhcCallLink;

/**
 * GhcCallRoute:
 * @GHC_CALL_ROUTE_UNKNOWN: not connected yet
 * @GHC_CALL_ROUTE_DIRECT: from device to device
 * @GHC_CALL_ROUTE_RELAYED: through a TURN server
 */
typedef enum
{
  GHC_CALL_ROUTE_UNKNOWN,
  GHC_CALL_ROUTE_DIRECT,
  GHC_CALL_ROUTE_RELAYED,
} GhcCallRoute;

/**
 * GhcSeatState:
 * @GHC_SEAT_JOINED: in the call, and the server knows
 * @GHC_SEAT_RECONNECTING: the server is away; media goes on without it
 * @GHC_SEAT_ENDED: in the call no more, for good; see ghc_call_seat_get_ended_text()
 */
typedef enum
{
  GHC_SEAT_JOINED,
  GHC_SEAT_RECONNECTING,
  GHC_SEAT_ENDED,
} GhcSeatState;

/**
 * GhcShareKind:
 * @GHC_SHARE_SCREEN: a screen or a window
 * @GHC_SHARE_CAMERA: a camera
 *
 * What somebody shows to the others in a call; one of each at most.
 */
typedef enum
{
  GHC_SHARE_SCREEN,
  GHC_SHARE_CAMERA,
} GhcShareKind;

/**
 * GhcShareState:
 * @GHC_SHARE_IDLE: not watched on this device
 * @GHC_SHARE_WAITING: watched; the first picture is on its way, or the next one after a loss
 * @GHC_SHARE_PLAYING: pictures come
 * @GHC_SHARE_PAUSED: our connection can't keep up: only the sound comes
 * @GHC_SHARE_FAILED: it can't be shown here
 */
typedef enum
{
  GHC_SHARE_IDLE,
  GHC_SHARE_WAITING,
  GHC_SHARE_PLAYING,
  GHC_SHARE_PAUSED,
  GHC_SHARE_FAILED,
} GhcShareState;

/* The pictures of a profile: the square one, and the wide one behind it. */
typedef enum
{
  GHC_PROFILE_IMAGE,
  GHC_PROFILE_BANNER,
} GhcProfilePicture;

/* How many times as wide as high a banner is. */
#define GHC_BANNER_RATIO 3

#define GHC_TYPE_PRESENCE           (ghc_presence_get_type ())
#define GHC_TYPE_CONNECTION         (ghc_connection_get_type ())
#define GHC_TYPE_MEMBERSHIP         (ghc_membership_get_type ())
#define GHC_TYPE_CHANNEL_KIND       (ghc_channel_kind_get_type ())
#define GHC_TYPE_MESSAGE_STATE      (ghc_message_state_get_type ())
#define GHC_TYPE_RECEIPT_STATE      (ghc_receipt_state_get_type ())
#define GHC_TYPE_TIMELINE_ITEM_KIND (ghc_timeline_item_kind_get_type ())
#define GHC_TYPE_CALL_LINK          (ghc_call_link_get_type ())
#define GHC_TYPE_CALL_ROUTE         (ghc_call_route_get_type ())
#define GHC_TYPE_SEAT_STATE         (ghc_seat_state_get_type ())
#define GHC_TYPE_SHARE_KIND         (ghc_share_kind_get_type ())
#define GHC_TYPE_SHARE_STATE        (ghc_share_state_get_type ())

GType ghc_presence_get_type (void) G_GNUC_CONST;
GType ghc_connection_get_type (void) G_GNUC_CONST;
GType ghc_membership_get_type (void) G_GNUC_CONST;
GType ghc_channel_kind_get_type (void) G_GNUC_CONST;
GType ghc_message_state_get_type (void) G_GNUC_CONST;
GType ghc_receipt_state_get_type (void) G_GNUC_CONST;
GType ghc_timeline_item_kind_get_type (void) G_GNUC_CONST;
GType ghc_call_link_get_type (void) G_GNUC_CONST;
GType ghc_call_route_get_type (void) G_GNUC_CONST;
GType ghc_seat_state_get_type (void) G_GNUC_CONST;
GType ghc_share_kind_get_type (void) G_GNUC_CONST;
GType ghc_share_state_get_type (void) G_GNUC_CONST;

/* The wire's words. Unknown words give OFFLINE, NONE, TEXT: a newer server must not break us. */
GhcPresence    ghc_presence_from_wire     (const char *word);
const char    *ghc_presence_to_wire       (GhcPresence presence);
GhcMembership  ghc_membership_from_wire   (const char *word);
GhcChannelKind ghc_channel_kind_from_wire (const char *word);
const char    *ghc_channel_kind_to_wire   (GhcChannelKind kind);
/* Returns: FALSE for a kind of a newer server, which can't be shown. */
gboolean       ghc_share_kind_from_wire   (const char *word, GhcShareKind *kind);
const char    *ghc_share_kind_to_wire     (GhcShareKind kind);

G_END_DECLS
