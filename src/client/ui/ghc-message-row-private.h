/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-avatar.h"
#include "ghc-message-failure.h"
#include "ghc-message-row.h"

G_BEGIN_DECLS

struct _GhcMessageRow
{
  GtkWidget parent_instance;
  GhcSession *session;
  GhcGuild *guild;
  GhcMessage *message;
  GhcUser *sender;

  GtkLabel *body_label;

  /* Made when a message needs them, then kept for the next one: NULL before. */
  GtkWidget *avatar_button;
  GhcAvatar *avatar;
  GtkWidget *heading;
  GtkLabel *name_label;
  GtkLabel *time_label;
  GtkLabel *hover_time;
  GtkWidget *pending_icon;
  GhcMessageFailure *failure;
};

/* ghc-message-row-parts.c */
void ghc_message_row_build_body (GhcMessageRow *self);
void ghc_message_row_ensure_heading (GhcMessageRow *self);
void ghc_message_row_ensure_hover_time (GhcMessageRow *self);
void ghc_message_row_ensure_pending_icon (GhcMessageRow *self);
void ghc_message_row_ensure_failure (GhcMessageRow *self);

/* ghc-message-row-layout.c */
void ghc_message_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                              int *minimum, int *natural, int *minimum_baseline,
                              int *natural_baseline);
void ghc_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline);

/* ghc-message-row-actions.c */
void ghc_message_row_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
