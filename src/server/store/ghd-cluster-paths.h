/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * GhdClusterUser:
 * @drops: postgres must run as somebody else, because we are root
 * @name: of the user it runs as
 */
typedef struct
{
  gboolean drops;
  uid_t uid;
  gid_t gid;
  char *name;
} GhdClusterUser;

gboolean ghd_cluster_user_find (GhdClusterUser *user, GError **error);
void ghd_cluster_user_clear (GhdClusterUser *user);

gboolean ghd_cluster_make_dirs (const char *data_dir, const char *socket_dir,
                                const GhdClusterUser *user, GError **error);
char *ghd_cluster_socket_dir (const char *data_dir);
char *ghd_cluster_conninfo (const char *socket_dir, const char *database);
gboolean ghd_cluster_is_answering (const char *socket_dir);
gboolean ghd_cluster_write_access (const char *postgres_dir, const GhdClusterUser *user,
                                   GError **error);
gboolean ghd_cluster_remove_tree (const char *path, GError **error);
int ghd_cluster_read_major (const char *postgres_dir);
int ghd_cluster_read_pid (const char *postgres_dir, gboolean *is_ready);
gboolean ghd_cluster_disown_pid (const char *postgres_dir, GError **error);
gboolean ghd_cluster_is_ours (const char *postgres_dir, int pid);

#define GHD_CLUSTER_ROLE "guildhall"
#define GHD_CLUSTER_DATABASE "guildhall"

G_END_DECLS
