/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BenchPipe:
 *
 * What two processes of a benchmark tell each other: objects, in order.
 */
typedef struct _BenchPipe BenchPipe;

/* On the main context; @json is %NULL when the other end has gone. */
typedef void (*BenchPipeTake) (GhJson *json, gpointer data);

BenchPipe *bench_pipe_new (GInputStream *in, GOutputStream *out, BenchPipeTake take, gpointer data);
void bench_pipe_free (BenchPipe *self);
void bench_pipe_send (BenchPipe *self, GhJson *json);

G_END_DECLS
