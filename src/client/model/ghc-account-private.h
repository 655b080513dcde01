/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-account.h"

G_BEGIN_DECLS

struct _GhcAccount
{
  GObject       parent_instance;

  char         *account_id;
  char         *server_url;
  char         *server_name;
  char         *user_id;
  char         *status;
  GhcUser      *user;
  GHashTable   *users; /* user id → GhcUser */
  GListStore   *guilds;
  char        **order; /* of the rail: guild ids */
  GHashTable   *calls; /* channel id → GhcCallDescription, the latest of this connection */
  GHashTable   *heard; /* GhcUser → number of the frame that told of them last, since "ready" */
  guint64       n_heard;
  guint64       ready; /* the number of "ready", which told of everybody */
  GHashTable   *left;  /* room id → position at which one was in it no more */
  GWeakRef      loader;
  GhcConnection connection;
  gboolean      unread;
};

GhcTimelineLoader *ghc_account_get_loader            (GhcAccount *self);
void               ghc_account_set_unread            (GhcAccount *self, gboolean unread);
void               ghc_account_emit_guild_removed    (GhcAccount *self, GhcGuild *guild);
void               ghc_account_emit_channel_removed  (GhcAccount *self, GhcChannel *channel);
void               ghc_account_emit_invited          (GhcAccount *self, GhcChannel *channel);
void               ghc_account_emit_refresh_needed   (GhcAccount *self, const char *guild_id);
void               ghc_account_emit_message_received (GhcAccount *self,
                                                      GhcChannel *channel,
                                                      GhcMessage *message);

/* ghc-account-calls.c */
void               ghc_account_restore_call          (GhcAccount *self,
                                                      GhcCall    *call,
                                                      const char *channel_id);

/* ghc-account-fold.c: what an answer that was asked for at @asked says of @user; see ghc_account_get_n_heard(). */
void               ghc_account_fold_member_presence  (GhcAccount *self,
                                                      GhcUser    *user,
                                                      const char *presence,
                                                      guint64     asked);

/* ghc-account-guilds.c */
void               ghc_account_note_left             (GhcAccount *self,
                                                      const char *room_id,
                                                      gint64      position);
gboolean           ghc_account_has_left              (GhcAccount *self,
                                                      const char *guild_id,
                                                      gint64      position);
void               ghc_account_add_guild             (GhcAccount *self, GhcGuild *guild);
/* One of the guilds has become read or unread. */
void               ghc_account_update_unread         (GhcAccount *self);

G_END_DECLS
