/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghd-writer.h"

G_BEGIN_DECLS

/**
 * BenchFigures:
 * @rate: events that became durable in each second
 * @p50_ms: from the moment at which an event was due to its acknowledgement
 * @n_sent: events that were given to the writer, with those that warmed it up
 * @n_refused: events for which the writer's queue had no room
 */
typedef struct
{
  double rate;
  double p50_ms;
  double p99_ms;
  guint n_sent;
  guint n_refused;
} BenchFigures;

/* Both are to be called on a fiber. */
void bench_load_offer (GhdWriter *writer, guint rate, guint seconds, BenchFigures *figures);
void bench_load_saturate (GhdWriter *writer, guint outstanding, guint seconds,
                          BenchFigures *figures);

G_END_DECLS
