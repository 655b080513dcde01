/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is quieter than this is not worth to be seen. */
#define GHC_LEVEL_METER_FLOOR (-70.0)

#define GHC_TYPE_LEVEL_METER (ghc_level_meter_get_type ())

G_DECLARE_FINAL_TYPE (GhcLevelMeter, ghc_level_meter, GHC, LEVEL_METER, GtkWidget)


G_END_DECLS
