/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call-member.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_FACE (ghc_call_face_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallFace, ghc_call_face, GHC, CALL_FACE, GObject)

GhcCallFace *ghc_call_face_new (GtkWidget *widget, GtkWidget *avatar, GtkLabel *name_label,
                                GtkWidget *marks, GhcSession *session, GhcCallMember *member);

GhcCallMember *ghc_call_face_get_member (GhcCallFace *self);

G_END_DECLS
