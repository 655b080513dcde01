/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Those buttons to be seen at and below @widget that are nothing but a picture, and do not say what they do to whoever points at them
 * (a tooltip) or hears them (an accessible name). Empty when all do; "[GtkButton, edit-symbolic: no tooltip]" else. */
char *ui_names_find_missing (GtkWidget *widget);

G_END_DECLS
