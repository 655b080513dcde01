/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui-call.h"
#include "ui-window.h"

G_BEGIN_DECLS

/* The stage of a call, on which things are shown, in a real window, filled by hand. */
typedef struct
{
  UiWorld *world;
  GhcChannel *lounge;
  GhcCallSeat *seat;
  GtkWidget *stage;
  GtkWidget *window; /* (nullable): when a test closed it itself */
} UiStage;

void ui_stage_set_up (UiStage *self, gconstpointer data);
void ui_stage_tear_down (UiStage *self, gconstpointer data);

#define UI_STAGE_TEST(name, func)                                                                  \
  g_test_add ("/shares/" name, UiStage, NULL, ui_stage_set_up, func, ui_stage_tear_down)

/* The place of that number, from 0; NULL when there are fewer. */
GtkWidget *ui_stage_get_view (UiStage *self, guint position);
GhcShare *ui_stage_find_share (UiStage *self, const char *user_id, GhcShareKind kind);

/* All that can be pressed has a name. */
void ui_stage_assert_named (GtkWidget *widget);

/* The window is as large as the desktop wants it. */
void ui_stage_put_in_width (UiStage *self, GtkWidget *widget, int width);

void ui_stage_settle (void);

/* The first below @from of @type, and with such a label or tip. (nullable) */
GtkWidget *ui_stage_find (GtkWidget *from, GType type, const char *label);
GtkWidget *ui_stage_find_tip (GtkWidget *from, const char *tip);
gboolean ui_stage_shows (GtkWidget *from, const char *words);

/* The files of one program, which need one desktop among them: each adds its tests. */
void test_shares_add_own (void);
void test_shares_add_room (void);

G_END_DECLS
