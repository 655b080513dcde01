/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-trace-json.h"

#include "gh-error.h"
#include "gh-json.h"
#include "ghd-tracer.h"

#include <string.h>

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

/* The one text that may differ between two runs is put in place of its pattern. */
static char *
blank (const char *text, const char *pattern, const char *with)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, with, 0, NULL);
}

static void
test_form (void)
{
  g_autoptr (GhdTracer) tracer = ghd_tracer_new (1, 10, NULL);
  g_autoptr (GPtrArray) spans = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GhJson) parsed = NULL;
  g_autoptr (GError) error = gh_error_new_literal (GH_ERROR_UNAVAILABLE, "database.away", NULL, 0,
                                                   "Not to be sent.");
  g_autofree char *text = NULL;
  g_autofree char *without_times = NULL;
  g_autofree char *without_ids = NULL;
  GhdTraceContext parent;
  GhdTraceSpan *span;

  g_assert_true (ghd_trace_context_parse ("00-" TRACE "-" SPAN "-01", &parent));
  span = ghd_tracer_begin (tracer, &parent, "message.send", GHD_TRACE_SERVER);
  ghd_trace_span_set_string (span, "request_id", "a\"b");
  ghd_trace_span_set_int (span, "batch_events", G_MAXINT64);
  ghd_tracer_end (tracer, span);
  span = ghd_tracer_begin (tracer, NULL, "room.list", GHD_TRACE_SERVER);
  ghd_trace_span_set_error (span, error);
  ghd_tracer_end (tracer, span);

  spans = ghd_tracer_take (tracer, 10);
  json = ghd_trace_json_encode (spans, "chat.example.org");
  parsed = gh_json_parse_bytes (json, NULL);
  g_assert_nonnull (parsed);

  text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  without_times = blank (text, "UnixNano\":\"[1-9][0-9]{18}\"", "UnixNano\":\"T\"");
  without_ids = blank (without_times, "panId\":\"(?!" SPAN ")[0-9a-f]{16}\"", "panId\":\"S\"");
  g_clear_pointer (&text, g_free);
  text = blank (without_ids, "traceId\":\"(?!" TRACE ")[0-9a-f]{32}\"", "traceId\":\"R\"");

  g_assert_cmpstr (
    text, ==,
    "{\"resourceSpans\":[{\"resource\":{\"attributes\":["
    "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"guildhalld\"}},"
    "{\"key\":\"service.version\",\"value\":{\"stringValue\":\"" GUILDHALL_VERSION "\"}},"
    "{\"key\":\"service.instance.id\",\"value\":{\"stringValue\":\"chat.example.org\"}}]},"
    "\"scopeSpans\":[{\"scope\":{\"name\":\"guildhalld\",\"version\":\"" GUILDHALL_VERSION "\"},"
    "\"spans\":["
    "{\"traceId\":\"" TRACE "\",\"spanId\":\"S\",\"parentSpanId\":\"" SPAN "\","
    "\"name\":\"message.send\",\"kind\":2,\"startTimeUnixNano\":\"T\",\"endTimeUnixNano\":\"T\","
    "\"attributes\":[{\"key\":\"request_id\",\"value\":{\"stringValue\":\"a\\\"b\"}},"
    "{\"key\":\"batch_events\",\"value\":{\"intValue\":\"9223372036854775807\"}}],"
    "\"status\":{}},"
    "{\"traceId\":\"R\",\"spanId\":\"S\",\"name\":\"room.list\",\"kind\":2,"
    "\"startTimeUnixNano\":\"T\",\"endTimeUnixNano\":\"T\","
    "\"attributes\":[{\"key\":\"result\",\"value\":{\"stringValue\":\"unavailable\"}},"
    "{\"key\":\"reason\",\"value\":{\"stringValue\":\"database.away\"}}],"
    "\"status\":{\"code\":2}}]}]}]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trace-json/form", test_form);

  return g_test_run ();
}
