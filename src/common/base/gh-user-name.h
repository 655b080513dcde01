/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GH_USER_NAME_MIN 2
#define GH_USER_NAME_MAX 32

gboolean gh_user_name_is_valid (const char *name);
gboolean gh_user_name_check (const char *name, const char *field, GError **error);
char *gh_user_name_skeleton (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
