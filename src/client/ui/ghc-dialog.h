/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void ghc_dialog_keep_focus (AdwDialog *dialog);

G_END_DECLS
