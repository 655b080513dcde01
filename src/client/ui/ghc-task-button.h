/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GHC_TYPE_TASK_BUTTON (ghc_task_button_get_type ())

G_DECLARE_FINAL_TYPE (GhcTaskButton, ghc_task_button, GHC, TASK_BUTTON, GtkButton)

const char *ghc_task_button_get_text (GhcTaskButton *self);
void ghc_task_button_set_text (GhcTaskButton *self, const char *text);
gboolean ghc_task_button_get_busy (GhcTaskButton *self);
void ghc_task_button_set_busy (GhcTaskButton *self, gboolean busy);

G_END_DECLS
