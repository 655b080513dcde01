/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The number of name colours; ghc_text_color_index() is always below it. */
#define GHC_N_COLORS 12

/**
 * ghc_text_initials:
 * @name: (nullable): a display name or a guild's name
 *
 * The first letters of the first and of the last word, upper case, for an avatar without picture.
 * Whole grapheme clusters are kept, so that emoji and combining marks survive.
 *
 * Returns: (transfer full): one or two letters; "?" when @name has none
 */
char *ghc_text_initials (const char *name);

/**
 * ghc_text_color_index:
 * @id: (nullable): a user or guild id
 *
 * Returns: a number in [0, GHC_N_COLORS), the same for the same @id on every machine
 */
guint ghc_text_color_index (const char *id);

G_END_DECLS
