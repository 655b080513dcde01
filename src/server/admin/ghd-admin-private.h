/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-cluster.h"
#include "ghd-pool.h"
#include "ghd-settings.h"

G_BEGIN_DECLS

/**
 * GhdAdmin:
 * @arguments: (element-type utf8): what stands after the command's own words
 * @conninfo: of the database, once it is open
 * @status: what the program exits with when the command did its work
 *
 * One command while it runs.
 */
typedef struct
{
  GhdSettings *settings;
  GPtrArray *arguments;
  GhdCluster *cluster;
  GhdPool *pool;
  const char *conninfo;
  int status;
} GhdAdmin;

#define GHD_ADMIN_ERROR (ghd_admin_error_quark ())
GQuark ghd_admin_error_quark (void);

/* The code of a GHD_ADMIN_ERROR is the status of sysexits.h to exit with. */

/* These run on a fiber and may await. FALSE with an error ends the program. */
typedef gboolean (*GhdAdminFunc) (GhdAdmin *self, GError **error);

gboolean ghd_admin_open_database (GhdAdmin *self, gboolean migrate_first, GError **error);

gboolean ghd_admin_take_switch (GhdAdmin *self, const char *name);
gboolean ghd_admin_take_int (GhdAdmin *self, const char *name, gint64 fallback, gint64 max,
                             gint64 *value, GError **error);
gboolean ghd_admin_take_words (GhdAdmin *self, const char *what, const char **word, GError **error);

gboolean ghd_admin_find_key (GhdAdmin *self, gboolean without, char **key_id, GError **error);
gboolean ghd_admin_tell_key (GhdAdmin *self, gboolean was_held, GError **error);

void ghd_admin_progress (const char *format, ...) G_GNUC_PRINTF (1, 2);

gboolean ghd_admin_user_add (GhdAdmin *self, GError **error);
gboolean ghd_admin_user_list (GhdAdmin *self, GError **error);
gboolean ghd_admin_user_disable (GhdAdmin *self, GError **error);
gboolean ghd_admin_user_enable (GhdAdmin *self, GError **error);
gboolean ghd_admin_user_reset_password (GhdAdmin *self, GError **error);
gboolean ghd_admin_invite_create (GhdAdmin *self, GError **error);
gboolean ghd_admin_backup (GhdAdmin *self, GError **error);
gboolean ghd_admin_restore (GhdAdmin *self, GError **error);
gboolean ghd_admin_check (GhdAdmin *self, GError **error);
gboolean ghd_admin_verify_receipt (GhdAdmin *self, GError **error);

G_END_DECLS
