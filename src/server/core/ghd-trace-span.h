/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-trace-context.h"

G_BEGIN_DECLS

/* The numbers are those of OTLP. */
typedef enum
{
  GHD_TRACE_INTERNAL = 1,
  GHD_TRACE_SERVER = 2,
  GHD_TRACE_CLIENT = 3,
} GhdTraceKind;

/**
 * GhdTraceAttribute:
 * @key: text that lives as long as the program
 * @string: (nullable): %NULL: it is an integer
 */
typedef struct
{
  const char *key;
  char *string;
  gint64 integer;
} GhdTraceAttribute;

/**
 * GhdTraceSpan:
 *
 * What one piece of work was, and how long it took. Spans are made by a #GhdTracer, and only for
 * traces that are sampled: all functions take %NULL for a span that is not, and do nothing. Changed
 * on the main thread until it has ended; from then on it can be read on any.
 *
 * Attributes say what the log may say, and less: no text of people, no secrets, no addresses.
 */
typedef struct _GhdTraceSpan GhdTraceSpan;

GhdTraceSpan *ghd_trace_span_new (const GhdTraceContext *context, const guint8 *parent_id,
                                  const char *name, GhdTraceKind kind);
GhdTraceSpan *ghd_trace_span_ref (GhdTraceSpan *self);
void ghd_trace_span_unref (GhdTraceSpan *self);

void ghd_trace_span_set_string (GhdTraceSpan *self, const char *key, const char *value);
void ghd_trace_span_set_int (GhdTraceSpan *self, const char *key, gint64 value);
void ghd_trace_span_set_error (GhdTraceSpan *self, const GError *error);
void ghd_trace_span_stop (GhdTraceSpan *self);

const GhdTraceContext *ghd_trace_span_get_context (GhdTraceSpan *self);
const guint8 *ghd_trace_span_get_parent_id (GhdTraceSpan *self);
const char *ghd_trace_span_get_trace_id (GhdTraceSpan *self);
const char *ghd_trace_span_get_name (GhdTraceSpan *self);
GhdTraceKind ghd_trace_span_get_kind (GhdTraceSpan *self);
gint64 ghd_trace_span_get_start_ns (GhdTraceSpan *self);
gint64 ghd_trace_span_get_end_ns (GhdTraceSpan *self);
gboolean ghd_trace_span_is_failed (GhdTraceSpan *self);
const GhdTraceAttribute *ghd_trace_span_get_attributes (GhdTraceSpan *self, guint *n_attributes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdTraceSpan, ghd_trace_span_unref)

G_END_DECLS
