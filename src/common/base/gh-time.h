/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GH_MS_PER_SECOND G_GINT64_CONSTANT (1000)
#define GH_MS_PER_MINUTE (60 * GH_MS_PER_SECOND)
#define GH_MS_PER_HOUR (60 * GH_MS_PER_MINUTE)
#define GH_MS_PER_DAY (24 * GH_MS_PER_HOUR)

/**
 * GhClock:
 *
 * Where an object reads the time from. The system's clock in the programs; a clock that only moves
 * when told in tests. Objects that take a GhClock accept %NULL for the system's. Safe to share
 * between threads.
 */
typedef struct _GhClock GhClock;

#define GH_TYPE_CLOCK (gh_clock_get_type ())

GType gh_clock_get_type (void) G_GNUC_CONST;

GhClock *gh_clock_new_system (void) G_GNUC_WARN_UNUSED_RESULT;
GhClock *gh_clock_new_manual (gint64 wall_ms) G_GNUC_WARN_UNUSED_RESULT;
GhClock *gh_clock_ref (GhClock *self);
void gh_clock_unref (GhClock *self);
gint64 gh_clock_get_wall_ms (GhClock *self);
gint64 gh_clock_get_monotonic_us (GhClock *self);
void gh_clock_advance_ms (GhClock *self, gint64 ms);

gint64 gh_time_wall_ms (void);
gint64 gh_time_monotonic_us (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhClock, gh_clock_unref)

G_END_DECLS
