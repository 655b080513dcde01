/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GHC_TYPE_FIELD_ERROR (ghc_field_error_get_type ())

G_DECLARE_FINAL_TYPE (GhcFieldError, ghc_field_error, GHC, FIELD_ERROR, AdwPreferencesRow)

const char *ghc_field_error_get_message (GhcFieldError *self);
void ghc_field_error_set_message (GhcFieldError *self, const char *message);
void ghc_field_error_complain (GhcFieldError *self, const char *message);
gboolean ghc_field_error_take (GhcFieldError *self, const GError *error, const char *field);

G_END_DECLS
