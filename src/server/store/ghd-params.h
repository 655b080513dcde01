/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-array.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhdParams:
 *
 * The values of one SQL statement: $1 is what is added first. Values are copied and sent in
 * binary with their type, so nothing is ever quoted. Each add returns @self, so that a
 * statement's values read as one expression. Not thread-safe; owned by whoever made it until it
 * is handed over.
 */
typedef struct _GhdParams GhdParams;

#define GHD_TYPE_PARAMS (ghd_params_get_type ())

GType ghd_params_get_type (void) G_GNUC_CONST;

GhdParams *ghd_params_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhdParams *ghd_params_ref (GhdParams *self);
void ghd_params_unref (GhdParams *self);

GhdParams *ghd_params_add_text (GhdParams *self, const char *value);
GhdParams *ghd_params_add_int64 (GhdParams *self, gint64 value);
GhdParams *ghd_params_add_bool (GhdParams *self, gboolean value);
GhdParams *ghd_params_add_data (GhdParams *self, gconstpointer data, gsize size);
GhdParams *ghd_params_add_text_array (GhdParams *self, const char *const *values, gssize n_values);
GhdParams *ghd_params_add_data_array (GhdParams *self, GBytes *const *values, gsize n_values);
GhdParams *ghd_params_add_array (GhdParams *self, GhdArray *array);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdParams, ghd_params_unref)

G_END_DECLS
