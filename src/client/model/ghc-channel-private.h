/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-channel.h"

G_BEGIN_DECLS

/* Somebody who stopped without saying so is taken to have stopped after this time. */
#define GHC_TYPING_TIMEOUT_MS 8000

/* GhcChannel:read-position before anything is known. */
#define GHC_READ_UNKNOWN (-1)

struct _GhcChannel
{
  GObject parent_instance;

  char          *channel_id;
  GhcGuild      *guild; /* weak */
  GhcChannelKind kind;
  char          *name;
  char          *topic;
  char          *parent;
  int            order;
  gboolean       is_private;
  gboolean       auto_join;
  GhcMembership  membership;

  GHashTable    *overrides; /* target → GhPermissionOverride */
  GhPermissions  permissions;
  gboolean       can_send;
  gboolean       can_join;
  gboolean       can_invite;
  gboolean       can_manage;
  gboolean       can_set_topic;
  gboolean       can_attach;
  gboolean       closed;

  GhcTimeline   *timeline;
  gint64         last_position;
  gint64         read_position;
  gint64         folded_position;
  guint          n_unread;
  guint          n_counted; /* unread messages that were folded */
  gboolean       unread;
  gboolean       attended;

  GhcCall       *call;
  char          *draft;
  gboolean       collapsed;

  GListStore    *typing;
  GHashTable    *typing_timeouts; /* user id → source id */
};

typedef enum
{
  GHC_CHANNEL_PROP_CHANNEL_ID = 1,
  GHC_CHANNEL_PROP_GUILD,
  GHC_CHANNEL_PROP_KIND,
  GHC_CHANNEL_PROP_NAME,
  GHC_CHANNEL_PROP_TOPIC,
  GHC_CHANNEL_PROP_PRIVATE,
  GHC_CHANNEL_PROP_AUTO_JOIN,
  GHC_CHANNEL_PROP_MEMBERSHIP,
  GHC_CHANNEL_PROP_JOINED,
  GHC_CHANNEL_PROP_PARENT,
  GHC_CHANNEL_PROP_ORDER,
  GHC_CHANNEL_PROP_UNREAD,
  GHC_CHANNEL_PROP_N_UNREAD,
  GHC_CHANNEL_PROP_LAST_POSITION,
  GHC_CHANNEL_PROP_READ_POSITION,
  GHC_CHANNEL_PROP_TIMELINE,
  GHC_CHANNEL_PROP_CALL,
  GHC_CHANNEL_PROP_DRAFT,
  GHC_CHANNEL_PROP_ATTENDED,
  GHC_CHANNEL_PROP_COLLAPSED,
  GHC_CHANNEL_PROP_TYPING,
  GHC_CHANNEL_PROP_CAN_SEND,
  GHC_CHANNEL_PROP_CAN_JOIN,
  GHC_CHANNEL_PROP_CAN_INVITE,
  GHC_CHANNEL_PROP_CAN_MANAGE,
  GHC_CHANNEL_PROP_CAN_SET_TOPIC,
  GHC_CHANNEL_PROP_CAN_ATTACH,
  GHC_CHANNEL_PROP_CLOSED,
  GHC_CHANNEL_N_PROPS,
} GhcChannelProperty;

void       ghc_channel_notify            (GhcChannel *self, GhcChannelProperty property);

/* ghc-channel-state.c: what guild and account fold into a channel */
void       ghc_channel_set_guild         (GhcChannel *self, GhcGuild *guild);
void       ghc_channel_update            (GhcChannel *self,
                                          const char *name,
                                          gboolean    is_private,
                                          gboolean    auto_join,
                                          const char *parent,
                                          int         order);
void       ghc_channel_set_topic         (GhcChannel *self, const char *topic);
void       ghc_channel_set_membership    (GhcChannel   *self,
                                          GhcMembership membership,
                                          gint64        position);
void       ghc_channel_set_last_position (GhcChannel *self, gint64 last_position);
gboolean   ghc_channel_fold_message      (GhcChannel *self, GhEvent *event, gboolean mine);
void       ghc_channel_set_typing        (GhcChannel *self, GhcUser *user, gboolean typing);
void       ghc_channel_stop_typing       (GhcChannel *self);
void       ghc_channel_mark_stale        (GhcChannel *self, gint64 upto);
void       ghc_channel_forget_history    (GhcChannel *self);

/* ghc-channel-permissions.c */
void       ghc_channel_set_overrides     (GhcChannel *self, GhJson *overrides);
void       ghc_channel_set_permissions   (GhcChannel *self, GhPermissions permissions);
void       ghc_channel_update_flags      (GhcChannel *self);

G_END_DECLS
