/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void ghc_choice_name_items (AdwComboRow *row, gboolean whole);

G_END_DECLS
