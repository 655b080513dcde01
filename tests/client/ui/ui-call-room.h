/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-desk.h"
#include "ui-call.h"

G_BEGIN_DECLS

/**
 * UiCallRoom:
 *
 * A window and the desk of its calls, with people who can be in them, and without a server. Whatever a test
 * leaves in the window has names for those who hear it; the desk goes with the test.
 */
typedef struct
{
  UiWorld     *world;
  GSettings   *settings;
  GListStore  *sessions;
  GhcCallDesk *desk;
  GtkWidget   *window;
  GString     *heard; /* what the desk said, each in brackets; tests add to it */
} UiCallRoom;

typedef struct
{
  const char *path;
  void (*test) (UiCallRoom *self, gconstpointer data);
} UiCallTest;

void         ui_call_room_add_tests (const UiCallTest *tests, guint n_tests);
void         ui_call_room_draw      (UiCallRoom *self);
void         ui_call_room_show      (UiCallRoom *self, GtkWidget *widget);
GhcCallSeat *ui_call_room_sit_down  (UiCallRoom *self);
void         ui_call_room_activate  (UiCallRoom *self, const char *action);

G_END_DECLS
