/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include <openssl/ssl.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * BenchDaemon:
 *
 * A guildhalld --embedded of the benchmark's own, with a data directory that vanishes with it.
 */
typedef struct _BenchDaemon BenchDaemon;

BenchDaemon *bench_daemon_start (gboolean with_tls, GError **error);
SSL_CTX *bench_daemon_get_tls (BenchDaemon *self);
pid_t bench_daemon_get_pid (BenchDaemon *self);
void bench_daemon_stop (BenchDaemon *self);
guint16 bench_daemon_get_port (BenchDaemon *self);
gint64 bench_daemon_get_cpu_us (BenchDaemon *self);
gint64 bench_daemon_get_rss (BenchDaemon *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchDaemon, bench_daemon_stop)

G_END_DECLS
