/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-crowd.h"

G_BEGIN_DECLS

/**
 * BenchBare:
 *
 * What fan-out costs at least: a program of one thread and one epoll set, which sends the same bytes
 * to each of its connections, one call each, for every message that comes; and a crowd of its own, in
 * another process.
 */
typedef struct _BenchBare BenchBare;

BenchBare *bench_bare_start (gsize text_size, GError **error);
void bench_bare_stop (BenchBare *self);
gboolean bench_bare_grow (BenchBare *self, guint n, GError **error);
gboolean bench_bare_run (BenchBare *self, const BenchLoad *load, BenchRun *run, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchBare, bench_bare_stop)

G_END_DECLS
