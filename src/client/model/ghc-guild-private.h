/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "gh-json.h"
#include "ghc-guild.h"

G_BEGIN_DECLS

/* State events kept for answers that turn out to be older than they are. */
#define GHC_GUILD_RECENT 256

struct _GhcGuild
{
  GObject parent_instance;

  char           *guild_id;
  GhcAccount     *account; /* weak */
  char           *name;
  char           *description;
  char           *icon_id;
  GBytes         *icon;
  char           *initials;
  char           *owner;
  guint           color_index;
  guint           n_members;
  GhPermissions   permissions;
  gboolean        unread;
  gboolean        is_owner;

  GhcChannelList *channels;
  GhcMemberList  *members;
  GListStore     *roles;
  GHashTable     *roles_by_id;
  char          **my_role_ids;

  gint64          position; /* state up to here is folded */
  GQueue          recent;   /* of GhEvent, ascending: all of state that is folded ... */
  gint64          recent_after; /* ... after this position */
  gint64          answered;     /* an answer of before this position is not missed */
};

typedef enum
{
  GHC_GUILD_PROP_GUILD_ID = 1,
  GHC_GUILD_PROP_ACCOUNT,
  GHC_GUILD_PROP_NAME,
  GHC_GUILD_PROP_DESCRIPTION,
  GHC_GUILD_PROP_ICON_ID,
  GHC_GUILD_PROP_ICON,
  GHC_GUILD_PROP_INITIALS,
  GHC_GUILD_PROP_COLOR_INDEX,
  GHC_GUILD_PROP_OWNER,
  GHC_GUILD_PROP_PERMISSIONS,
  GHC_GUILD_PROP_CHANNELS,
  GHC_GUILD_PROP_MEMBERS,
  GHC_GUILD_PROP_ROLES,
  GHC_GUILD_PROP_N_MEMBERS,
  GHC_GUILD_PROP_UNREAD,
  GHC_GUILD_PROP_IS_OWNER,
  GHC_GUILD_PROP_CAN_MANAGE_GUILD,
  GHC_GUILD_PROP_CAN_MANAGE_CHANNELS,
  GHC_GUILD_PROP_CAN_MANAGE_ROLES,
  GHC_GUILD_PROP_CAN_CREATE_INVITE,
  GHC_GUILD_PROP_CAN_KICK,
  GHC_GUILD_PROP_CAN_BAN,
  GHC_GUILD_N_PROPS,
} GhcGuildProperty;

typedef enum
{
  GHC_GUILD_STAYS,
  GHC_GUILD_LEFT,  /* one is no longer a member, or it was deleted */
} GhcGuildFate;

/* ghc-guild.c */
void         ghc_guild_notify             (GhcGuild *self, GhcGuildProperty property);
void         ghc_guild_set_account        (GhcGuild *self, GhcAccount *account);
void         ghc_guild_set_meta           (GhcGuild   *self,
                                           const char *name,
                                           const char *description,
                                           const char *icon_id,
                                           const char *owner);
void         ghc_guild_set_n_members      (GhcGuild *self, guint n_members);
void         ghc_guild_set_my_role_ids    (GhcGuild *self, const char * const *role_ids);
void         ghc_guild_add_channel        (GhcGuild *self, GhcChannel *channel);
gboolean     ghc_guild_remove_channel     (GhcGuild *self, const char *channel_id);

/* ghc-guild-permissions.c */
void         ghc_guild_resolve            (GhcGuild *self);
void         ghc_guild_resolve_member     (GhcGuild *self, GhcMember *member);

/* ghc-guild-roles.c */
void         ghc_guild_update_role        (GhcGuild *self, const char *role_id, GhJson *content);
void         ghc_guild_remove_role        (GhcGuild *self, const char *role_id);
void         ghc_guild_sort_roles         (GhcGuild *self);

/* ghc-guild-fold.c */
GhcMember   *ghc_guild_ensure_member      (GhcGuild *self, const char *user_id);
void         ghc_guild_update_channel     (GhcGuild *self, const char *channel_id, GhJson *content);
GhcGuildFate ghc_guild_fold_event         (GhcGuild *self, GhEvent *event);
void         ghc_guild_forget_history     (GhcGuild *self);
void         ghc_guild_fold_channel_event (GhcGuild *self, GhcChannel *channel, GhEvent *event);

/* ghc-guild-recent.c */
void         ghc_guild_remember           (GhcGuild *self, GhEvent *event);
GHashTable  *ghc_guild_list_newer         (GhcGuild *self, gint64 position);
GhEvent     *ghc_guild_find_newer         (GHashTable *newer,
                                           const char *type,
                                           const char *room_id,
                                           const char *state_key);
void         ghc_guild_forget_recent      (GhcGuild *self, gint64 position);

/* ghc-guild-snapshot.c */
gboolean     ghc_guild_fold_snapshot      (GhcGuild *self, GhJson *snapshot, guint64 asked, GError **error);
gboolean     ghc_guild_fold_members       (GhcGuild *self, GhJson *page, guint64 asked);
void         ghc_guild_retain_members     (GhcGuild *self, GHashTable *user_ids, gint64 position);

G_END_DECLS
