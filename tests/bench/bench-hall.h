/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-crowd.h"
#include "bench-daemon.h"
#include "bench-troop.h"

G_BEGIN_DECLS

/**
 * BenchHall:
 *
 * A guildhalld of its own with people in guilds, and a crowd of their connections: each person has as
 * many as it takes.
 */
typedef struct
{
  BenchDaemon *daemon;
  BenchPerson *people;
  guint n_people;
  BenchCrowd *crowd;
  BenchTroop *troop; /* (nullable): who is there instead of the crowd, in another process */
  gint64 beaten_us;
} BenchHall;

BenchHall *bench_hall_open (gboolean with_tls, guint n_guilds, guint n_members, GError **error);
gboolean bench_hall_move_crowd (BenchHall *self, GError **error);
void bench_hall_close (BenchHall *self);
gboolean bench_hall_grow (BenchHall *self, guint first_person, guint n_people, guint n,
                          GError **error);
gboolean bench_hall_run (BenchHall *self, const BenchLoad *load, BenchRun *run, GError **error);
pid_t bench_hall_get_pid (BenchHall *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchHall, bench_hall_close)

G_END_DECLS
