/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <libdex.h>

G_BEGIN_DECLS

#define GHC_TYPE_PICTURE_FILE (ghc_picture_file_get_type ())
G_DECLARE_FINAL_TYPE (GhcPictureFile, ghc_picture_file, GHC, PICTURE_FILE, GObject)

/**
 * GhcPictureFile:
 *
 * A picture that somebody chose on their own computer: its bytes, and a preview where this computer can decode it.
 */
DexFuture  *ghc_picture_file_choose      (GtkWidget      *parent,
                                          gsize           most_bytes);
GBytes     *ghc_picture_file_get_bytes   (GhcPictureFile *self);
GdkTexture *ghc_picture_file_get_preview (GhcPictureFile *self);

G_END_DECLS
