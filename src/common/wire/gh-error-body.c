/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-error.h"
#include "gh-frame-private.h"

/* What an error of the other end may say, at most. */
#define MAX_REASON 64
#define MAX_FIELD 128
#define MAX_MESSAGE 2000

static const char *
read_text (GhJson *json, const char *name, gsize max)
{
  const char *text;

  return gh_json_get_optional_string (json, name, 1, max, &text, NULL) ? text : NULL;
}

GError *
gh_error_from_json (GhJson *json)
{
  GhError code = GH_ERROR_INTERNAL;
  const char *message = read_text (json, "message", MAX_MESSAGE);
  gint64 retry_after_ms;

  gh_error_code_from_string (gh_json_peek_string (json, "code"), &code);
  if (!gh_json_get_optional_int (json, "retry_after_ms", 0, GH_LIMIT_JSON_INT, 0, &retry_after_ms,
                                 NULL))
    retry_after_ms = 0;
  return gh_error_new_literal (code, read_text (json, "reason", MAX_REASON),
                               read_text (json, "field", MAX_FIELD), retry_after_ms,
                               message != NULL ? message : "The server refused without saying why");
}

void
gh_error_build (const GError *error, GhJsonBuilder *builder)
{
  gint64 retry_after_ms = gh_error_get_retry_after_ms (error);

  gh_json_builder_add_string (builder, "code", gh_error_code_to_string (gh_error_get_code (error)));
  gh_json_builder_add_string (builder, "reason", gh_error_get_reason (error));
  gh_json_builder_add_string (builder, "message", gh_error_get_public_message (error));
  gh_json_builder_add_optional_string (builder, "field", gh_error_get_field (error));
  if (retry_after_ms > 0)
    gh_json_builder_add_int (builder, "retry_after_ms", MIN (retry_after_ms, GH_LIMIT_JSON_INT));
}

/**
 * gh_error_to_body:
 * @error: any error; only its public message is told
 *
 * Returns: (transfer full): `{"error":{…}}`, the body of an HTTP response
 */
GBytes *
gh_error_to_body (const GError *error)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  g_return_val_if_fail (error != NULL, NULL);

  gh_json_builder_open_object (builder, "error");
  gh_error_build (error, builder);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_error_from_body:
 * @data: (nullable): the body of an HTTP response, perhaps not ours at all
 * @size: its length
 * @http_status: the status of the response, for bodies that say nothing
 *
 * Returns: (transfer full): an error of the domain %GH_ERROR
 */
GError *
gh_error_from_body (const char *data, gsize size, guint http_status)
{
  g_autoptr (GhJson) json = NULL;
  g_autoptr (GhJson) error = NULL;

  if (data != NULL && size <= GH_LIMIT_BODY)
    json = gh_json_parse_object (data, size, NULL);
  if (json != NULL)
    error = gh_json_peek_object (json, "error");
  if (error != NULL)
    return gh_error_from_json (error);
  return gh_error_new (gh_error_code_from_http_status (http_status), NULL, NULL, 0,
                       "The server answered with status %u and no explanation", http_status);
}
