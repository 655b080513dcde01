/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GHD_TRACE_ID_SIZE 16
#define GHD_TRACE_SPAN_ID_SIZE 8

/* Hexadecimal with its NUL. */
#define GHD_TRACE_ID_LENGTH (2 * GHD_TRACE_ID_SIZE + 1)

/**
 * GhdTraceContext:
 *
 * A place in a trace: whom a new span would be a child of. A plain value. The form is that of W3C
 * Trace Context, level 1.
 */
typedef struct
{
  guint8 trace_id[GHD_TRACE_ID_SIZE];
  guint8 span_id[GHD_TRACE_SPAN_ID_SIZE];
  gboolean is_sampled;
} GhdTraceContext;

gboolean ghd_trace_context_parse (const char *traceparent, GhdTraceContext *context);
void ghd_trace_context_init_root (GhdTraceContext *context);
void ghd_trace_context_init_child (GhdTraceContext *context, const GhdTraceContext *parent);
gboolean ghd_trace_context_is_chosen (const GhdTraceContext *context, double ratio);
void ghd_trace_format_id (const guint8 *id, gsize size, char *text);

G_END_DECLS
