/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-role.h"

G_BEGIN_DECLS

#define GHC_TYPE_ROLE_DOT (ghc_role_dot_get_type ())

G_DECLARE_FINAL_TYPE (GhcRoleDot, ghc_role_dot, GHC, ROLE_DOT, GtkWidget)

GtkWidget *ghc_role_dot_new (GhcRole *role);

G_END_DECLS
