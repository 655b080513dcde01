/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-enums.h"

#include <gio/gio.h>

G_DEFINE_ENUM_TYPE (GhcPresence, ghc_presence,
                    G_DEFINE_ENUM_VALUE (GHC_PRESENCE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (GHC_PRESENCE_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (GHC_PRESENCE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (GHC_PRESENCE_DND, "dnd"),
                    G_DEFINE_ENUM_VALUE (GHC_PRESENCE_INVISIBLE, "invisible"))

G_DEFINE_ENUM_TYPE (GhcConnection, ghc_connection,
                    G_DEFINE_ENUM_VALUE (GHC_CONNECTION_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (GHC_CONNECTION_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (GHC_CONNECTION_CATCHING_UP, "catching-up"),
                    G_DEFINE_ENUM_VALUE (GHC_CONNECTION_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (GHC_CONNECTION_SIGNED_OUT, "signed-out"))

G_DEFINE_ENUM_TYPE (GhcMembership, ghc_membership,
                    G_DEFINE_ENUM_VALUE (GHC_MEMBERSHIP_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (GHC_MEMBERSHIP_INVITE, "invite"),
                    G_DEFINE_ENUM_VALUE (GHC_MEMBERSHIP_JOIN, "join"))

G_DEFINE_ENUM_TYPE (GhcChannelKind, ghc_channel_kind,
                    G_DEFINE_ENUM_VALUE (GHC_CHANNEL_TEXT, "text"),
                    G_DEFINE_ENUM_VALUE (GHC_CHANNEL_VOICE, "voice"),
                    G_DEFINE_ENUM_VALUE (GHC_CHANNEL_CATEGORY, "category"))

G_DEFINE_ENUM_TYPE (GhcMessageState, ghc_message_state,
                    G_DEFINE_ENUM_VALUE (GHC_MESSAGE_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (GHC_MESSAGE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (GHC_MESSAGE_FAILED, "failed"))

G_DEFINE_ENUM_TYPE (GhcReceiptState, ghc_receipt_state,
                    G_DEFINE_ENUM_VALUE (GHC_RECEIPT_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (GHC_RECEIPT_VERIFIED, "verified"),
                    G_DEFINE_ENUM_VALUE (GHC_RECEIPT_WRONG, "wrong"))

G_DEFINE_ENUM_TYPE (GhcTimelineItemKind, ghc_timeline_item_kind,
                    G_DEFINE_ENUM_VALUE (GHC_TIMELINE_MESSAGE, "message"),
                    G_DEFINE_ENUM_VALUE (GHC_TIMELINE_DAY, "day"),
                    G_DEFINE_ENUM_VALUE (GHC_TIMELINE_NEW_LINE, "new-line"))

G_DEFINE_ENUM_TYPE (GhcCallLink, ghc_call_link, G_DEFINE_ENUM_VALUE (GHC_CALL_LINK_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_LINK_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_LINK_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_LINK_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_LINK_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_LINK_NO_KEY, "no-key"))

G_DEFINE_ENUM_TYPE (GhcCallRoute, ghc_call_route,
                    G_DEFINE_ENUM_VALUE (GHC_CALL_ROUTE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_ROUTE_DIRECT, "direct"),
                    G_DEFINE_ENUM_VALUE (GHC_CALL_ROUTE_RELAYED, "relayed"))

G_DEFINE_ENUM_TYPE (GhcSeatState, ghc_seat_state, G_DEFINE_ENUM_VALUE (GHC_SEAT_JOINED, "joined"),
                    G_DEFINE_ENUM_VALUE (GHC_SEAT_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (GHC_SEAT_ENDED, "ended"))

G_DEFINE_ENUM_TYPE (GhcShareKind, ghc_share_kind,
                    G_DEFINE_ENUM_VALUE (GHC_SHARE_SCREEN, "screen"),
                    G_DEFINE_ENUM_VALUE (GHC_SHARE_CAMERA, "camera"))

G_DEFINE_ENUM_TYPE (GhcShareState, ghc_share_state, G_DEFINE_ENUM_VALUE (GHC_SHARE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (GHC_SHARE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (GHC_SHARE_PLAYING, "playing"),
                    G_DEFINE_ENUM_VALUE (GHC_SHARE_PAUSED, "paused"),
                    G_DEFINE_ENUM_VALUE (GHC_SHARE_FAILED, "failed"))

GhcPresence
ghc_presence_from_wire (const char *word)
{
  if (g_strcmp0 (word, "online") == 0)
    return GHC_PRESENCE_ONLINE;
  if (g_strcmp0 (word, "idle") == 0)
    return GHC_PRESENCE_IDLE;
  if (g_strcmp0 (word, "dnd") == 0)
    return GHC_PRESENCE_DND;
  if (g_strcmp0 (word, "invisible") == 0)
    return GHC_PRESENCE_INVISIBLE;
  return GHC_PRESENCE_OFFLINE;
}

const char *
ghc_presence_to_wire (GhcPresence presence)
{
  switch (presence)
    {
    case GHC_PRESENCE_ONLINE:
      return "online";
    case GHC_PRESENCE_IDLE:
      return "idle";
    case GHC_PRESENCE_DND:
      return "dnd";
    case GHC_PRESENCE_INVISIBLE:
      return "invisible";
    case GHC_PRESENCE_OFFLINE:
    default:
      return "offline";
    }
}

GhcMembership
ghc_membership_from_wire (const char *word)
{
  if (g_strcmp0 (word, "join") == 0)
    return GHC_MEMBERSHIP_JOIN;
  if (g_strcmp0 (word, "invite") == 0)
    return GHC_MEMBERSHIP_INVITE;
  return GHC_MEMBERSHIP_NONE;
}

GhcChannelKind
ghc_channel_kind_from_wire (const char *word)
{
  if (g_strcmp0 (word, "voice") == 0)
    return GHC_CHANNEL_VOICE;
  if (g_strcmp0 (word, "category") == 0)
    return GHC_CHANNEL_CATEGORY;
  return GHC_CHANNEL_TEXT;
}

const char *
ghc_channel_kind_to_wire (GhcChannelKind kind)
{
  switch (kind)
    {
    case GHC_CHANNEL_VOICE:
      return "voice";
    case GHC_CHANNEL_CATEGORY:
      return "category";
    case GHC_CHANNEL_TEXT:
    default:
      return "text";
    }
}

gboolean
ghc_share_kind_from_wire (const char *word, GhcShareKind *kind)
{
  g_return_val_if_fail (kind != NULL, FALSE);

  if (g_strcmp0 (word, "screen") == 0)
    *kind = GHC_SHARE_SCREEN;
  else if (g_strcmp0 (word, "camera") == 0)
    *kind = GHC_SHARE_CAMERA;
  else
    return FALSE;

  return TRUE;
}

const char *
ghc_share_kind_to_wire (GhcShareKind kind)
{
  return kind == GHC_SHARE_CAMERA ? "camera" : "screen";
}
