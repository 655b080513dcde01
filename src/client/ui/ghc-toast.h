/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhcUndoFunc:
 *
 * What happens when the person lets the toast go by without pressing Undo.
 */
typedef void (*GhcUndoFunc) (gpointer data);

void ghc_toast_show (GtkWidget *from, const char *text);
void ghc_toast_error (GtkWidget *from, const GError *error);
void ghc_toast_action (GtkWidget *from, const char *text, const char *button,
                       const char *action_name, GVariant *target, gpointer object,
                       const char *property);
void ghc_toast_undo (GtkWidget *from, const char *text, GhcUndoFunc commit, gpointer data,
                     GDestroyNotify destroy);
void ghc_toast_watch (GtkWidget *from, DexFuture *future);

G_END_DECLS
