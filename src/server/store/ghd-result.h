/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhdResult:
 *
 * The rows that one statement returned. Immutable. Accessors copy nothing: text and data live as
 * long as the result. Asking for a column as something it is not is a fault of ours and is
 * checked by assertion; a NULL reads as %NULL, 0 or %FALSE.
 */
#define GHD_TYPE_RESULT (ghd_result_get_type ())
G_DECLARE_FINAL_TYPE (GhdResult, ghd_result, GHD, RESULT, GObject)

guint ghd_result_get_n_rows (GhdResult *self);
guint ghd_result_get_n_affected (GhdResult *self);
gboolean ghd_result_is_null (GhdResult *self, guint row, guint column);
const char *ghd_result_get_text (GhdResult *self, guint row, guint column);
char *ghd_result_dup_text (GhdResult *self, guint row, guint column);
gint64 ghd_result_get_int64 (GhdResult *self, guint row, guint column);
gboolean ghd_result_get_bool (GhdResult *self, guint row, guint column);
const guint8 *ghd_result_get_data (GhdResult *self, guint row, guint column, gsize *size);

G_END_DECLS
