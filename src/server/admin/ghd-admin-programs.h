/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean ghd_admin_run_program (const char *const *argv, const char *const *environment,
                                const char *growing, int highest_status, GError **error);
gboolean ghd_admin_remove_tree (const char *path, GError **error);
gboolean ghd_admin_sync (const char *path, GError **error);

/* What a backup holds: a tar file of these. Its version is in the manifest. */
#define GHD_BACKUP_MANIFEST "manifest.json"
#define GHD_BACKUP_DATABASE "database.dump"
#define GHD_BACKUP_KEY "keys/signing.key"
#define GHD_BACKUP_MEDIA "media"
#define GHD_BACKUP_FORMAT 1

G_END_DECLS
