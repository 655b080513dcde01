/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_AVATAR (ghc_avatar_get_type ())
G_DECLARE_FINAL_TYPE (GhcAvatar, ghc_avatar, GHC, AVATAR, GtkWidget)

/**
 * GhcAvatar:
 *
 * The picture of a person (round) or of a guild (a rounded square), or initials in the colour of their id until there is one.
 * It has no accessible name of its own: whoever shows it carries the name.
 *
 * Properties (writable): session (GhcSession, nullable: it then loads nothing), user (GhcUser, nullable), guild (GhcGuild,
 * nullable), size (int, pixels, 40).
 */
GtkWidget *ghc_avatar_new (GhcSession *session,
                           int         size);

G_END_DECLS
