/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* GLib hands log lines to one function of the process, so this much state is the process's own. */
static GhdLogFormat log_format = GHD_LOG_FORMAT_TEXT;
static GLogLevelFlags log_level = G_LOG_LEVEL_INFO;

#define FIELDS_KEY "GUILDHALL_FIELDS"

static const struct
{
  GLogLevelFlags level;
  const char *name;
  const char *color;
} levels[] = {
  { G_LOG_LEVEL_ERROR, "error", "\033[1;31m" },
  { G_LOG_LEVEL_CRITICAL, "error", "\033[1;31m" },
  { G_LOG_LEVEL_WARNING, "warning", "\033[33m" },
  { G_LOG_LEVEL_MESSAGE, "info", "" },
  { G_LOG_LEVEL_INFO, "info", "" },
  { G_LOG_LEVEL_DEBUG, "debug", "\033[2m" },
};

static gsize
find_level (GLogLevelFlags level)
{
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    if (level & levels[i].level)
      return i;
  return G_N_ELEMENTS (levels) - 1;
}

/* A JSON string; bytes that are no UTF-8 become U+FFFD, for the text may come from anywhere. */
static void
append_json_string (GString *out, const char *text)
{
  g_autofree char *valid = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);

  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    switch (*p)
      {
      case '"':
      case '\\':
        g_string_append_c (out, '\\');
        g_string_append_c (out, *p);
        break;
      case '\n':
        g_string_append (out, "\\n");
        break;
      case '\t':
        g_string_append (out, "\\t");
        break;
      default:
        if ((guchar) *p < 0x20 || *p == 0x7f)
          g_string_append_printf (out, "\\u%04x", (guchar) *p);
        else
          g_string_append_c (out, *p);
      }
  g_string_append_c (out, '"');
}

/* One line stays one line, and nothing in it steers a terminal. */
static void
append_plain (GString *out, const char *text)
{
  g_autofree char *valid = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* U+0080 to U+009F are control characters too: U+009B is to some terminals what ESC [ is. */
      if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        g_string_append_c (out, ' ');
      else
        g_string_append_unichar (out, c);
    }
}

static void
append_time (GString *out, gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  g_string_append_printf (out, "%s.%03dZ", text, (int) (time_us / 1000 % 1000));
}

static void
append_json (GString *out, gint64 time_us, const char *domain, gsize level, const char *message,
             const GhdLogField *fields)
{
  g_string_append (out, "{\"ts\":\"");
  append_time (out, time_us);
  g_string_append_printf (out, "\",\"level\":\"%s\",\"domain\":", levels[level].name);
  append_json_string (out, domain);
  g_string_append (out, ",\"message\":");
  append_json_string (out, message);
  for (; fields != NULL && fields->name != NULL; fields++)
    {
      g_string_append_c (out, ',');
      append_json_string (out, fields->name);
      g_string_append_c (out, ':');
      if (fields->string != NULL)
        append_json_string (out, fields->string);
      else
        g_string_append_printf (out, "%" G_GINT64_FORMAT, fields->integer);
    }
  g_string_append_c (out, '}');
}

static void
append_text (GString *out, gint64 time_us, const char *domain, gsize level, const char *message,
             const GhdLogField *fields)
{
  append_time (out, time_us);
  g_string_append_printf (out, " %-7s ", levels[level].name);
  append_plain (out, message);
  for (; fields != NULL && fields->name != NULL; fields++)
    {
      g_string_append_printf (out, " %s=", fields->name);
      if (fields->string != NULL)
        append_plain (out, fields->string);
      else
        g_string_append_printf (out, "%" G_GINT64_FORMAT, fields->integer);
    }
  g_string_append (out, " [");
  append_plain (out, domain);
  g_string_append_c (out, ']');
}

/* One write for one line, so that lines of several threads do not mix. */
static void
write_line (const char *line, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (STDERR_FILENO, line, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return;
      line += n;
      length -= n;
    }
}

static void
print_line (const char *domain, GLogLevelFlags level, const char *message,
            const GhdLogField *fields)
{
  g_autoptr (GString) line = g_string_sized_new (256);
  const char *color = levels[find_level (level)].color;
  gboolean colored = color[0] != '\0' && log_format == GHD_LOG_FORMAT_TEXT
                     && g_log_writer_supports_color (STDERR_FILENO);
  g_autofree char *text = ghd_log_format_line (log_format, g_get_real_time (), domain, level,
                                               message, fields);

  g_string_append_printf (line, "%s%s%s\n", colored ? color : "", text, colored ? "\033[0m" : "");
  write_line (line->str, line->len);
}

static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *message = "", *domain = "guildhalld";
  const GhdLogField *own = NULL;

  if (!ghd_log_is_enabled (level))
    return G_LOG_WRITER_HANDLED;

  for (gsize i = 0; i < n_fields; i++)
    {
      if (g_str_equal (fields[i].key, FIELDS_KEY))
        own = fields[i].value;
      else if (fields[i].length >= 0)
        continue; /* not known to end with NUL */
      else if (g_str_equal (fields[i].key, "MESSAGE"))
        message = fields[i].value;
      else if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
        domain = fields[i].value;
    }
  print_line (domain, level, message, own);
  return G_LOG_WRITER_HANDLED;
}

/* --- public --- */

/**
 * ghd_log_setup:
 * @level: the least important level that is written
 *
 * Sends every log line of the process, GLib's and other libraries' too, to standard error in
 * @format. To be called before threads start; once more changes format and level.
 */
void
ghd_log_setup (GhdLogFormat format, GLogLevelFlags level)
{
  static gboolean is_set;

  if (format == GHD_LOG_FORMAT_AUTO)
    format = isatty (STDERR_FILENO) ? GHD_LOG_FORMAT_TEXT : GHD_LOG_FORMAT_JSON;
  log_format = format;
  log_level = level;
  if (!is_set)
    g_log_set_writer_func (on_log, NULL, NULL);
  is_set = TRUE;
}

/**
 * ghd_log_parse_format:
 * @name: auto, json or text
 */
gboolean
ghd_log_parse_format (const char *name, GhdLogFormat *format)
{
  static const char *const names[] = { "auto", "json", "text" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *format = (GhdLogFormat) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * ghd_log_parse_level:
 * @name: error, warning, info or debug
 */
gboolean
ghd_log_parse_level (const char *name, GLogLevelFlags *level)
{
  for (gsize i = G_N_ELEMENTS (levels); i-- > 0;)
    if (g_str_equal (name, levels[i].name))
      {
        *level = levels[i].level;
        return TRUE;
      }
  return FALSE;
}

/**
 * ghd_log_is_enabled:
 *
 * Whether a line of @level would be written: for what is dear to put together.
 */
gboolean
ghd_log_is_enabled (GLogLevelFlags level)
{
  return (level & G_LOG_LEVEL_MASK) <= log_level;
}

/**
 * ghd_log_emit:
 * @fields: (nullable): ends with a field whose name is %NULL
 *
 * What ghd_log_info() and its kin expand to.
 */
void
ghd_log_emit (const char *domain, GLogLevelFlags level, const char *message,
              const GhdLogField *fields)
{
  GLogField log_fields[] = {
    { "MESSAGE", message, -1 },
    { "GLIB_DOMAIN", domain, -1 },
    { FIELDS_KEY, fields, sizeof *fields },
  };

  if (ghd_log_is_enabled (level))
    g_log_structured_array (level, log_fields, G_N_ELEMENTS (log_fields));
}

/**
 * ghd_log_format_line:
 * @time_us: microseconds since the epoch
 *
 * Returns: (transfer full): the line without colour and without a line end
 */
char *
ghd_log_format_line (GhdLogFormat format, gint64 time_us, const char *domain, GLogLevelFlags level,
                     const char *message, const GhdLogField *fields)
{
  GString *out = g_string_sized_new (256);

  if (format == GHD_LOG_FORMAT_JSON)
    append_json (out, time_us, domain, find_level (level), message, fields);
  else
    append_text (out, time_us, domain, find_level (level), message, fields);
  return g_string_free (out, FALSE);
}
