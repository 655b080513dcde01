/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-tracer.h"

G_BEGIN_DECLS

/**
 * GhdTraceExporter:
 *
 * Sends what a tracer has to a collector, by OTLP over HTTP in its JSON encoding: every second, or as
 * soon as there is enough. One batch is on its way at a time; while the collector is away, or says that
 * it has too much to do, that batch is sent again with growing pauses. What comes meanwhile waits with
 * the tracer, as much as there is room for. Nothing else ever waits for it.
 */
#define GHD_TYPE_TRACE_EXPORTER (ghd_trace_exporter_get_type ())
G_DECLARE_FINAL_TYPE (GhdTraceExporter, ghd_trace_exporter, GHD, TRACE_EXPORTER, GObject)

GhdTraceExporter *ghd_trace_exporter_new (GhdTracer *tracer, const char *endpoint,
                                          const char *server);
void ghd_trace_exporter_start (GhdTraceExporter *self);
DexFuture *ghd_trace_exporter_close (GhdTraceExporter *self);

G_END_DECLS
