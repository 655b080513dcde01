/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_PICTURE_EDITOR (ghc_picture_editor_get_type ())
G_DECLARE_FINAL_TYPE (GhcPictureEditor, ghc_picture_editor, GHC, PICTURE_EDITOR, GtkBox)

/**
 * GhcPictureEditor:
 *
 * One picture of one's profile, to be chosen, cut to size and taken away: the square one, or the banner. Nothing is sent
 * before ghc_picture_editor_send().
 *
 * Properties (at construction): banner (boolean).
 */
void       ghc_picture_editor_set_session (GhcPictureEditor *self,
                                           GhcSession       *session);
void       ghc_picture_editor_set_busy    (GhcPictureEditor *self,
                                           gboolean          is_busy);
DexFuture *ghc_picture_editor_send        (GhcPictureEditor *self);
gboolean   ghc_picture_editor_take_error  (GhcPictureEditor *self,
                                           const GError     *error);
gboolean   ghc_picture_editor_cancel      (GhcPictureEditor *self);

G_END_DECLS
