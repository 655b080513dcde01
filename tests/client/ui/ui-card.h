/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Draws what could come of a screen or a camera, in its size. */
#define UI_TYPE_CARD (ui_card_get_type ())
G_DECLARE_FINAL_TYPE (UiCard, ui_card, UI, CARD, GObject)

GdkPaintable *ui_card_new (int width, int height);

G_END_DECLS
