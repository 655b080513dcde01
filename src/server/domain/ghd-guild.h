/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-event.h"
#include "gh-permission.h"

G_BEGIN_DECLS

typedef enum
{
  GHD_MEMBERSHIP_NONE,
  GHD_MEMBERSHIP_INVITE,
  GHD_MEMBERSHIP_JOIN,
  GHD_MEMBERSHIP_LEAVE,
  GHD_MEMBERSHIP_BAN,
} GhdMembership;

typedef enum
{
  GHD_CHANNEL_TEXT,
  GHD_CHANNEL_VOICE,
  GHD_CHANNEL_CATEGORY,
} GhdChannelKind;

/**
 * GhdFact:
 *
 * What the fold needs of an event, be it fresh from the writer or read from the state table. It owns
 * nothing.
 */
typedef struct
{
  const char *room_id;
  const char *type;
  const char *state_key; /* NULL: not state */
  const char *sender;
  const char *event_id;
  gint64      origin_ts;
  gint64      position;
  GhJson     *content;
} GhdFact;

typedef struct
{
  char         *role_id;
  char         *name;
  gint64        color; /* 0xRRGGBB, -1: none */
  GhPermissions permissions;
  gint64        order; /* power; everyone is 0 */
  gboolean      hoist;
  char         *event_id;
} GhdRole;

typedef struct
{
  char  *user_id;
  char **roles; /* ids, without everyone; may name roles that are gone */
  gint64 joined_ts;
  char  *event_id;
  char  *roles_event_id; /* nullable */

  /*< private >*/
  guint64       generation;
  GhPermissions permissions;
} GhdMember;

typedef struct
{
  GhdMembership membership;
  char         *event_id;
  gint64        position;
} GhdChannelMember;

typedef struct
{
  char          *channel_id; /* a room, or a category's id */
  GhdChannelKind kind;
  char          *name;
  gboolean       is_private;
  gboolean       auto_join;
  char          *parent; /* nullable */
  gint64         order;
  GHashTable    *overrides; /* role or user id -> GhPermissionOverride */
  char          *event_id;

  /* of the channel's own room; a category has none */
  char          *create_event_id;
  char          *topic;
  gint64         last_position; /* of the last message, 0: none */
  GHashTable    *members;       /* user id -> GhdChannelMember */

  /*< private >*/
  GHashTable *permissions; /* user id -> GhPermissions */
  guint64     generation;
} GhdChannel;

/**
 * GhdGuild:
 *
 * One guild and its channels in memory: the fold of their events. It holds no rule about who may
 * change what; it answers what is.
 */
#define GHD_TYPE_GUILD (ghd_guild_get_type ())

G_DECLARE_FINAL_TYPE (GhdGuild, ghd_guild, GHD, GUILD, GObject)

GhdGuild         *ghd_guild_new                 (const char *guild_id);
void              ghd_guild_fold                (GhdGuild *self, const GhdFact *fact);
void              ghd_guild_set_last_position   (GhdGuild *self, const char *channel_id,
                                                 gint64 position);

const char       *ghd_guild_get_id              (GhdGuild *self);
const char       *ghd_guild_get_name            (GhdGuild *self);
const char       *ghd_guild_get_description     (GhdGuild *self);
const char       *ghd_guild_get_icon            (GhdGuild *self);
const char       *ghd_guild_get_owner           (GhdGuild *self);
const char       *ghd_guild_get_create_event_id (GhdGuild *self);
const char       *ghd_guild_get_owner_event_id  (GhdGuild *self);
gboolean          ghd_guild_is_deleted          (GhdGuild *self);
gboolean          ghd_guild_is_owner            (GhdGuild *self, const char *user_id);

GhdMember        *ghd_guild_get_member          (GhdGuild *self, const char *user_id);
gboolean          ghd_guild_is_banned           (GhdGuild *self, const char *user_id);
void              ghd_guild_set_leaving         (GhdGuild *self, const char *user_id,
                                                 const char *channel_id, gboolean leaving);
gboolean          ghd_guild_is_leaving          (GhdGuild *self, const char *user_id,
                                                 const char *channel_id);
guint             ghd_guild_count_members       (GhdGuild *self);
GPtrArray        *ghd_guild_list_members        (GhdGuild *self);
GHashTable       *ghd_guild_peek_members        (GhdGuild *self);

GhdRole          *ghd_guild_get_role            (GhdGuild *self, const char *role_id);
GPtrArray        *ghd_guild_list_roles          (GhdGuild *self);
guint             ghd_guild_count_roles         (GhdGuild *self);
gboolean          ghd_member_has_role           (GhdMember *member, const char *role_id);

GhdChannel       *ghd_guild_get_channel         (GhdGuild *self, const char *channel_id);
GPtrArray        *ghd_guild_list_channels       (GhdGuild *self);
guint             ghd_guild_count_channels      (GhdGuild *self);
GhdMembership     ghd_channel_get_membership    (GhdChannel *channel, const char *user_id);
gboolean          ghd_channel_is_joined         (GhdChannel *channel, const char *user_id);
GhdChannelMember *ghd_channel_get_member        (GhdChannel *channel, const char *user_id);

/* who may do what, and who stands above whom (ghd-guild-permissions.c) */
GhPermissions     ghd_guild_get_permissions     (GhdGuild *self, const char *user_id,
                                                 GhdChannel *channel);
gint64            ghd_guild_get_power           (GhdGuild *self, const char *user_id);
gboolean          ghd_guild_is_above            (GhdGuild *self, const char *user_id,
                                                 const char *other_user_id);
gboolean          ghd_guild_is_above_role       (GhdGuild *self, const char *user_id,
                                                 gint64 order);
gboolean          ghd_guild_may_read            (GhdGuild *self, GhdChannel *channel,
                                                 const char *user_id);
void              ghd_guild_add_rooms           (GhdGuild *self, const char *user_id,
                                                 GPtrArray *room_ids);
guint64           ghd_guild_get_generation      (GhdGuild *self);

/* words of the wire */
const char       *ghd_channel_kind_to_string    (GhdChannelKind kind);
gboolean          ghd_channel_kind_from_string  (const char *text, GhdChannelKind *kind);
const char       *ghd_membership_to_string      (GhdMembership membership);
GhdMembership     ghd_membership_from_string    (const char *text);

G_END_DECLS
