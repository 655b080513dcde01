/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-images.h"

G_BEGIN_DECLS

gboolean ghd_crop_parse (const char *text, guint ratio, GhdCrop *crop, GError **error);

G_END_DECLS
