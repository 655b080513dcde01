/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-main-view.h"

#include "ghc-call-bar.h"
#include "ghc-content.h"
#include "ghc-members-pane.h"
#include "ghc-rail.h"
#include "ghc-self-bar.h"
#include "ghc-sidebar.h"

G_BEGIN_DECLS

struct _GhcMainView
{
  AdwBreakpointBin parent_instance;

  AdwOverlaySplitView *members_split;
  AdwNavigationSplitView *split;
  AdwNavigationPage *content_page;
  AdwBin *rail_bin;
  GhcSidebar *sidebar;
  GhcCallBar *call_bar;
  GhcSelfBar *self_bar;
  GtkStack *stack;
  AdwBin *content_bin;
  AdwBin *members_bin;
  GtkWidget *loading_spinner;

  GhcRail *rail;
  GhcContent *content;     /* made when the first channel opens */
  GtkWidget *home;         /* made when there is no guild */
  GhcMembersPane *members; /* made when it is first shown */

  GhcSessions *sessions;
  GSettings *settings;
  GhcCallDesk *desk;
  GhcSession *session;
  GhcGuild *guild;
  GhcChannel *channel;
  GHashTable *last_channels; /* guild id -> channel id */
  guint spinner_source;
  guint shown_source;
  gboolean was_shown;
};

/* What waits for an Undo, or for the server. */
typedef struct
{
  GtkWidget *view;
  GhcSessions *sessions;
  GhcSession *session;
  GObject *object; /* the guild, the channel or the session itself */
} GhcPending;

GhcPending *ghc_pending_new (GhcMainView *self, GhcSession *session, gpointer object);
void ghc_pending_free (gpointer data);

void ghc_main_view_install_actions (GtkWidgetClass *widget_class);
void ghc_main_view_install_channel_actions (GtkWidgetClass *widget_class);
void ghc_main_view_sync_actions (GhcMainView *self);
gboolean ghc_main_view_is_busy (GhcMainView *self);
void ghc_main_view_present (GhcMainView *self, gpointer dialog);
void ghc_main_view_join_channel (GhcMainView *self, GhcSession *session, GhcChannel *channel);
void ghc_main_view_show_channel (GhcMainView *self, GhcSession *session, GhcChannel *channel,
                                 gboolean to_front);
void ghc_main_view_settle (GhcMainView *self);
void ghc_main_view_restore_members (GhcMainView *self);
void ghc_main_view_sync_members (GhcMainView *self);

G_END_DECLS
