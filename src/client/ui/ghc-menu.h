/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void ghc_menu_name_items (GtkPopover *popover);
void ghc_menu_button_name_items (GtkMenuButton *button);

G_END_DECLS
