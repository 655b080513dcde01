/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "gh-secret.h"

G_BEGIN_DECLS

gboolean ghd_password_check     (const char *password, const char *username, gint64 min_chars,
                                 const char *field, GError **error);
gboolean ghd_password_is_common (const char *password);

G_END_DECLS
