/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-secret.h"

G_BEGIN_DECLS

/* Small files that must be whole and private. These calls block: use them at start or on a worker. */

gboolean gh_file_write_private (const char *path, gconstpointer data, gsize size, gboolean replace,
                                GError **error);
GhSecret *gh_file_read_private (const char *path, gsize max_size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
