/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <sys/types.h>

G_BEGIN_DECLS

/* What the benchmarks of connections take from the system, and the lines they print. */

gint64 bench_read_cpu_us (pid_t process);
gint64 bench_read_rss (pid_t process);
gboolean bench_has_room_for (guint n_connections);
void bench_print (const char *bench, double figure, const char *unit, double reference,
                  const char *format, ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
