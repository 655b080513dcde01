/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdCluster:
 *
 * The private PostgreSQL of `guildhalld --embedded`, in DATA/postgres, on a Unix socket only.
 * Made by initdb at the first start, restarted when it dies, stopped with its daemon however
 * that ends.
 *
 * Property "running" (boolean, notifies): it accepts connections.
 */
#define GHD_TYPE_CLUSTER (ghd_cluster_get_type ())
G_DECLARE_FINAL_TYPE (GhdCluster, ghd_cluster, GHD, CLUSTER, GObject)

GhdCluster *ghd_cluster_new (const char *data_dir);
DexFuture *ghd_cluster_start (GhdCluster *self);
DexFuture *ghd_cluster_attach (GhdCluster *self);
DexFuture *ghd_cluster_stop (GhdCluster *self);
const char *ghd_cluster_get_conninfo (GhdCluster *self);
const char *ghd_cluster_get_bin_dir (GhdCluster *self);
int ghd_cluster_get_pid (GhdCluster *self);
gboolean ghd_cluster_is_running (GhdCluster *self);

char *ghd_cluster_find_bin_dir (int major, GError **error);

G_END_DECLS
