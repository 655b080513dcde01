/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdLogField:
 *
 * One named value of a log line. Make them with GHD_LOG_STRING() and GHD_LOG_INT(). Names are
 * lower case with underscores; the usual ones are `request_id`, `operation`, `user_id`,
 * `address`, `duration_ms`, `result`. A password, token, key, invite code or message body is
 * never a value.
 */
typedef struct
{
  const char *name;
  const char *string; /* NULL: an integer */
  gint64 integer;
} GhdLogField;

#define GHD_LOG_STRING(field_name, value)                                                          \
  ((GhdLogField) { .name = (field_name), .string = (value) ? (value) : "" })
#define GHD_LOG_INT(field_name, value) ((GhdLogField) { .name = (field_name), .integer = (value) })

/**
 * GhdLogFormat:
 * @GHD_LOG_FORMAT_AUTO: text when standard error is a terminal, JSON otherwise
 * @GHD_LOG_FORMAT_JSON: one JSON object a line
 * @GHD_LOG_FORMAT_TEXT: one line for a person
 */
typedef enum
{
  GHD_LOG_FORMAT_AUTO,
  GHD_LOG_FORMAT_JSON,
  GHD_LOG_FORMAT_TEXT,
} GhdLogFormat;

/* ghd_log_info ("Signed in", GHD_LOG_STRING ("user_id", id), GHD_LOG_INT ("duration_ms", 80)); */
#define ghd_log_debug(message, ...) GHD_LOG_AT (G_LOG_LEVEL_DEBUG, message, __VA_ARGS__)
#define ghd_log_info(message, ...) GHD_LOG_AT (G_LOG_LEVEL_INFO, message, __VA_ARGS__)
#define ghd_log_warning(message, ...) GHD_LOG_AT (G_LOG_LEVEL_WARNING, message, __VA_ARGS__)
#define ghd_log_error(message, ...) GHD_LOG_AT (G_LOG_LEVEL_CRITICAL, message, __VA_ARGS__)

#define GHD_LOG_AT(log_level, message, ...)                                                        \
  ghd_log_emit (G_LOG_DOMAIN, (log_level), (message),                                              \
                (const GhdLogField[]) { __VA_ARGS__ __VA_OPT__ (, ){ NULL, NULL, 0 } })

void ghd_log_setup (GhdLogFormat format, GLogLevelFlags level);
gboolean ghd_log_parse_format (const char *name, GhdLogFormat *format);
gboolean ghd_log_parse_level (const char *name, GLogLevelFlags *level);
gboolean ghd_log_is_enabled (GLogLevelFlags level);
void ghd_log_emit (const char *domain, GLogLevelFlags level, const char *message,
                   const GhdLogField *fields);
char *ghd_log_format_line (GhdLogFormat format, gint64 time_us, const char *domain,
                           GLogLevelFlags level, const char *message, const GhdLogField *fields);

G_END_DECLS
