/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-crowd.h"

G_BEGIN_DECLS

/**
 * BenchTroop:
 *
 * A crowd in a process of its own, since one process may not have descriptors for two.
 */
typedef struct _BenchTroop BenchTroop;

BenchTroop *bench_troop_start (guint16 port, SSL_CTX *tls, const BenchPerson *people,
                               GError **error);
void bench_troop_stop (BenchTroop *self);
gboolean bench_troop_grow (BenchTroop *self, guint first_person, guint n_people, guint n,
                           GError **error);
gboolean bench_troop_run (BenchTroop *self, const BenchLoad *load, BenchRun *run, GError **error);
gboolean bench_troop_beat (BenchTroop *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchTroop, bench_troop_stop)

G_END_DECLS
