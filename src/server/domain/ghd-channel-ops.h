/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"

G_BEGIN_DECLS

#define GHD_CHANNEL_MAX_ORDER 1000000

typedef struct
{
  GhdChannelKind kind;
  const char    *name;
  const char    *topic;  /* nullable */
  const char    *parent; /* nullable */
  gboolean       is_private;
} GhdNewChannel;

/**
 * GhdChannelChange:
 * @name: (nullable): NULL leaves it
 * @topic: (nullable): NULL leaves it, an empty one takes it away
 * @parent: a category's id, or NULL for none; counts only with @has_parent
 */
typedef struct
{
  const char *name;
  const char *topic;
  gboolean    has_parent;
  const char *parent;
  gboolean    has_order;
  gint64      order;
} GhdChannelChange;

typedef struct
{
  const char *channel_id;
  gboolean    has_parent;
  const char *parent;
  gint64      order;
} GhdChannelPlace;

/* Making and changing channels and categories (ghd-channel-ops.c). */
GhdCommit *ghd_channel_create       (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                                     const GhdNewChannel *channel, const char *txn_id,
                                     GError **error);
GhdCommit *ghd_channel_edit         (GhdGuilds *guilds, const char *user_id,
                                     const char *channel_id, const GhdChannelChange *change,
                                     const char *txn_id, GError **error);
GhdCommit *ghd_channel_reorder      (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                                     const GhdChannelPlace *places, gsize n_places,
                                     const char *txn_id, GError **error);
GhdCommit *ghd_channel_set_override (GhdGuilds *guilds, const char *user_id,
                                     const char *channel_id, const char *target,
                                     GhPermissionOverride override, const char *txn_id,
                                     GError **error);
GhdCommit *ghd_channel_delete       (GhdGuilds *guilds, const char *user_id,
                                     const char *channel_id, const char *txn_id, GError **error);

/**
 * GhdMembershipEvent:
 *
 * @commit: (nullable): what was written for this request; %NULL when there was nothing to change
 *
 * The event that makes somebody's membership of a channel what was asked for, be it new or old.
 */
typedef struct
{
  char      *event_id;
  gint64     position;
  GhdCommit *commit;
} GhdMembershipEvent;

void       ghd_membership_event_clear (GhdMembershipEvent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GhdMembershipEvent, ghd_membership_event_clear)

/* Who is in a channel (ghd-channel-members.c). */
gboolean   ghd_channel_join         (GhdGuilds *guilds, const char *user_id,
                                     const char *channel_id, const char *txn_id,
                                     GhdMembershipEvent *event, GError **error);
gboolean   ghd_channel_leave        (GhdGuilds *guilds, const char *user_id,
                                     const char *channel_id, const char *txn_id,
                                     GhdMembershipEvent *event, GError **error);
gboolean   ghd_channel_invite       (GhdGuilds *guilds, const char *user_id,
                                     const char *channel_id, const char *target,
                                     const char *txn_id, GhdMembershipEvent *event,
                                     GError **error);

G_END_DECLS
