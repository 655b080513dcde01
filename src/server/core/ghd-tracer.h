/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-metrics.h"
#include "ghd-trace-span.h"

G_BEGIN_DECLS

/**
 * GhdTracer:
 *
 * Makes spans and keeps those that have ended until they are taken to be sent. There is one only
 * where traces are wanted: who may have none keeps %NULL, and all that tracing costs then is to see
 * that. Of the main thread.
 *
 * What has ended waits in a queue of a bounded size; when it is full, what comes is dropped and
 * counted in guildhall_trace_spans_total{result="dropped"}.
 */
#define GHD_TYPE_TRACER (ghd_tracer_get_type ())
G_DECLARE_FINAL_TYPE (GhdTracer, ghd_tracer, GHD, TRACER, GObject)

/* Spans that may wait. */
#define GHD_TRACER_DEFAULT_QUEUE 2048

GhdTracer *ghd_tracer_new (double ratio, guint max_waiting, GhdMetrics *metrics);
void ghd_tracer_set_follows_callers (GhdTracer *self, gboolean follows);

gboolean ghd_tracer_receive (GhdTracer *self, const char *traceparent, GhdTraceContext *parent);
GhdTraceSpan *ghd_tracer_begin (GhdTracer *self, const GhdTraceContext *parent, const char *name,
                                GhdTraceKind kind);
GhdTraceSpan *ghd_tracer_begin_below (GhdTracer *self, const char *name, GhdTraceKind kind);
GhdTraceSpan *ghd_tracer_replace (GhdTracer *self, GhdTraceSpan *span, const char *name,
                                  GhdTraceKind kind);
void ghd_tracer_end (GhdTracer *self, GhdTraceSpan *span);

/* The span that what a fiber does belongs to. */
void ghd_tracer_enter (GhdTracer *self, GhdTraceSpan *span, gconstpointer frame);
void ghd_tracer_leave (GhdTracer *self, GhdTraceSpan *span);
GhdTraceSpan *ghd_tracer_get_current (GhdTracer *self);

/* For whoever sends them. */
guint ghd_tracer_get_n_waiting (GhdTracer *self);
DexFuture *ghd_tracer_when (GhdTracer *self, guint n_waiting);
GPtrArray *ghd_tracer_take (GhdTracer *self, guint max);
void ghd_tracer_count_sent (GhdTracer *self, guint n);
void ghd_tracer_count_dropped (GhdTracer *self, guint n);

G_END_DECLS
