/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_REST (ghc_share_rest_get_type ())

G_DECLARE_FINAL_TYPE (GhcShareRest, ghc_share_rest, GHC, SHARE_REST, GObject)

GhcShareRest *ghc_share_rest_new (GtkWidget *view, GtkWidget *controls);
void ghc_share_rest_set_active (GhcShareRest *self, gboolean active);
gboolean ghc_share_rest_begin (GhcShareRest *self);

G_END_DECLS
