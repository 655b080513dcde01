/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-cluster-paths.h"
#include "ghd-cluster.h"

G_BEGIN_DECLS

/* ghd-cluster.c holds the life of the cluster and its lock, ghd-cluster-start.c how postgres is
 * brought up and down, ghd-cluster-process.c its processes and what they say, ghd-cluster-paths.c
 * what lies on the disk. */
struct _GhdCluster
{
  GObject parent_instance;

  char *data_dir;
  char *postgres_dir;
  char *socket_dir;
  char *conninfo;
  char *bin_dir;
  GhdClusterUser user;
  int lock_fd;

  GSubprocess *process;
  DexFuture *listener; /* takes what postgres says */
  DexPromise *started;
  DexPromise *stopping;
  DexPromise *finished;
  char *last_words;     /* what postgres last said, to explain a failing start */
  gboolean has_orphans; /* it said that sessions of the one before are still there */
  gboolean is_running;
  gboolean is_stopping;
  gboolean is_attached; /* somebody else's: not ours to stop */
};

#define GHD_CLUSTER_POLL_MS 10

/* These await: on the cluster's fibers only. */
gboolean ghd_cluster_sleep_ms (GhdCluster *self, guint ms);
gboolean ghd_cluster_make_database (GhdCluster *self, GError **error);
gboolean ghd_cluster_bring_up (GhdCluster *self, GError **error);
void ghd_cluster_bring_down (GhdCluster *self);

GSubprocess *ghd_cluster_spawn (GhdCluster *self, GPtrArray *arguments, GError **error);
gboolean ghd_cluster_is_gone (GSubprocess *process);
DexFuture *ghd_cluster_listen (GhdCluster *self, GSubprocess *process);
void ghd_cluster_stop_listening (GhdCluster *self);

G_END_DECLS
