/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Eyes for what stands in a window. */
void     ui_look_settle     (void);
gpointer ui_look_find       (GtkWidget *widget, GType type, guint index);
guint    ui_look_count      (GtkWidget *widget, GType type);
gboolean ui_look_shows_text (GtkWidget *widget, const char *text);

G_END_DECLS
