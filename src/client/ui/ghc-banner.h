/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_BANNER (ghc_banner_get_type ())
G_DECLARE_FINAL_TYPE (GhcBanner, ghc_banner, GHC, BANNER, GtkWidget)

/**
 * GhcBanner:
 *
 * The wide picture behind somebody's profile; where there is none, a lower strip of the person's own colour.
 *
 * Properties (writable): session (GhcSession, nullable; fetches the picture), user (GhcUser, nullable).
 */

G_END_DECLS
