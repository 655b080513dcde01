/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-account.h"

G_BEGIN_DECLS

GhcTimelineLoader *ghc_account_get_loader            (GhcAccount *self);
void               ghc_account_update_unread         (GhcAccount *self);
void               ghc_account_add_guild             (GhcAccount *self, GhcGuild *guild);
void               ghc_account_emit_channel_removed  (GhcAccount *self, GhcChannel *channel);
void               ghc_account_emit_invited          (GhcAccount *self, GhcChannel *channel);
void               ghc_account_emit_refresh_needed   (GhcAccount *self, const char *guild_id);
void               ghc_account_emit_message_received (GhcAccount *self,
                                                      GhcChannel *channel,
                                                      GhcMessage *message);

G_END_DECLS
