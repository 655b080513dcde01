/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-trace-json.h"

#include "gh-json-builder.h"

#define PROGRAM "guildhalld"
#define STATUS_ERROR 2

/* The JSON form of protocol buffers has integers of 64 bits as strings. */
static void
add_int64 (GhJsonBuilder *builder, const char *name, gint64 value)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);
  gh_json_builder_add_string (builder, name, text);
}

/* But ids are hexadecimal: OTLP, "JSON Protobuf Encoding". */
static void
add_id (GhJsonBuilder *builder, const char *name, const guint8 *id, gsize size)
{
  char text[GHD_TRACE_ID_LENGTH];

  g_assert (size <= GHD_TRACE_ID_SIZE);
  ghd_trace_format_id (id, size, text);
  gh_json_builder_add_string (builder, name, text);
}

static void
add_attribute (GhJsonBuilder *builder, const char *key, const char *string, gint64 integer)
{
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "key", key);
  gh_json_builder_open_object (builder, "value");
  if (string != NULL)
    gh_json_builder_add_string (builder, "stringValue", string);
  else
    add_int64 (builder, "intValue", integer);
  gh_json_builder_close (builder);
  gh_json_builder_close (builder);
}

static void
add_resource (GhJsonBuilder *builder, const char *server)
{
  gh_json_builder_open_object (builder, "resource");
  gh_json_builder_open_array (builder, "attributes");
  add_attribute (builder, "service.name", PROGRAM, 0);
  add_attribute (builder, "service.version", GUILDHALL_VERSION, 0);
  add_attribute (builder, "service.instance.id", server, 0);
  gh_json_builder_close (builder);
  gh_json_builder_close (builder);
}

static void
add_scope (GhJsonBuilder *builder)
{
  gh_json_builder_open_object (builder, "scope");
  gh_json_builder_add_string (builder, "name", PROGRAM);
  gh_json_builder_add_string (builder, "version", GUILDHALL_VERSION);
  gh_json_builder_close (builder);
}

static void
add_span (GhJsonBuilder *builder, GhdTraceSpan *span)
{
  const GhdTraceContext *context = ghd_trace_span_get_context (span);
  const guint8 *parent_id = ghd_trace_span_get_parent_id (span);
  guint n_attributes;
  const GhdTraceAttribute *attributes = ghd_trace_span_get_attributes (span, &n_attributes);

  gh_json_builder_open_object (builder, NULL);
  add_id (builder, "traceId", context->trace_id, GHD_TRACE_ID_SIZE);
  add_id (builder, "spanId", context->span_id, GHD_TRACE_SPAN_ID_SIZE);
  if (parent_id != NULL)
    add_id (builder, "parentSpanId", parent_id, GHD_TRACE_SPAN_ID_SIZE);
  gh_json_builder_add_string (builder, "name", ghd_trace_span_get_name (span));
  gh_json_builder_add_int (builder, "kind", ghd_trace_span_get_kind (span));
  add_int64 (builder, "startTimeUnixNano", ghd_trace_span_get_start_ns (span));
  add_int64 (builder, "endTimeUnixNano", ghd_trace_span_get_end_ns (span));

  gh_json_builder_open_array (builder, "attributes");
  for (guint i = 0; i < n_attributes; i++)
    add_attribute (builder, attributes[i].key, attributes[i].string, attributes[i].integer);
  gh_json_builder_close (builder);

  gh_json_builder_open_object (builder, "status");
  if (ghd_trace_span_is_failed (span))
    gh_json_builder_add_int (builder, "code", STATUS_ERROR);
  gh_json_builder_close (builder);
  gh_json_builder_close (builder);
}

/**
 * ghd_trace_json_encode:
 * @spans: (element-type GhdTraceSpan): that have ended
 * @server: the name of this server
 *
 * The request of OTLP 1.x for traces (ExportTraceServiceRequest) in its JSON encoding. May be called on
 * any thread.
 */
GBytes *
ghd_trace_json_encode (GPtrArray *spans, const char *server)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_open_array (builder, "resourceSpans");
  gh_json_builder_open_object (builder, NULL);
  add_resource (builder, server);
  gh_json_builder_open_array (builder, "scopeSpans");
  gh_json_builder_open_object (builder, NULL);
  add_scope (builder);
  gh_json_builder_open_array (builder, "spans");
  for (guint i = 0; i < spans->len; i++)
    add_span (builder, g_ptr_array_index (spans, i));
  for (guint i = 0; i < 5; i++)
    gh_json_builder_close (builder);

  return gh_json_builder_finish_bytes (builder);
}
