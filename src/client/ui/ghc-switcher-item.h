/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-session.h"

G_BEGIN_DECLS

/* In the order in which equally good matches are listed. */
typedef enum
{
  GHC_SWITCHER_CHANNEL,
  GHC_SWITCHER_GUILD,
  GHC_SWITCHER_ACTION,
  GHC_SWITCHER_PERSON,
} GhcSwitcherKind;

#define GHC_TYPE_SWITCHER_ITEM (ghc_switcher_item_get_type ())

G_DECLARE_FINAL_TYPE (GhcSwitcherItem, ghc_switcher_item, GHC, SWITCHER_ITEM, GObject)

GhcSwitcherItem *ghc_switcher_item_new_channel (GhcSession *session, GhcChannel *channel,
                                                int boost);
GhcSwitcherItem *ghc_switcher_item_new_guild (GhcSession *session, GhcGuild *guild);
GhcSwitcherItem *ghc_switcher_item_new_person (GhcSession *session, GhcGuild *guild, GhcUser *user);
GhcSwitcherItem *ghc_switcher_item_new_action (const char *title, const char *icon_name,
                                               const char *action_name);

GhcSwitcherKind ghc_switcher_item_get_kind (GhcSwitcherItem *self);
const char *ghc_switcher_item_get_title (GhcSwitcherItem *self);
const char *ghc_switcher_item_get_subtitle (GhcSwitcherItem *self);
const char *ghc_switcher_item_get_icon_name (GhcSwitcherItem *self);
const char *ghc_switcher_item_get_action_name (GhcSwitcherItem *self);
GhcSession *ghc_switcher_item_get_session (GhcSwitcherItem *self);
GhcGuild *ghc_switcher_item_get_guild (GhcSwitcherItem *self);
gpointer ghc_switcher_item_get_object (GhcSwitcherItem *self);
int ghc_switcher_item_get_score (GhcSwitcherItem *self);
void ghc_switcher_item_rate (GhcSwitcherItem *self, const char *needle);

G_END_DECLS
