/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-time.h"

#include <glib/gi18n.h>

#include "gh-time.h"

static char *
format_date (gint64 timestamp_ms)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (timestamp_ms / GH_MS_PER_SECOND);

  if (date == NULL)
    return g_strdup ("");
  /* Translators: a date, "17 November 2026"; see g_date_time_format() */
  return g_date_time_format (date, _ ("%-e %B %Y"));
}

/**
 * ghc_time_describe_past:
 *
 * Returns: (transfer full): when that was, "3 hours ago", in the local language
 */
char *
ghc_time_describe_past (gint64 timestamp_ms, gint64 now_ms)
{
  gint64 age_ms = now_ms - timestamp_ms;
  guint n;

  if (age_ms < GH_MS_PER_MINUTE)
    return g_strdup (_ ("just now"));
  if (age_ms < GH_MS_PER_HOUR)
    {
      n = age_ms / GH_MS_PER_MINUTE;
      return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago", n), n);
    }
  if (age_ms < GH_MS_PER_DAY)
    {
      n = age_ms / GH_MS_PER_HOUR;
      return g_strdup_printf (ngettext ("%u hour ago", "%u hours ago", n), n);
    }
  if (age_ms < 7 * GH_MS_PER_DAY)
    {
      n = age_ms / GH_MS_PER_DAY;
      return g_strdup_printf (ngettext ("%u day ago", "%u days ago", n), n);
    }
  return format_date (timestamp_ms);
}

/**
 * ghc_time_describe_future:
 *
 * Returns: (transfer full): how long from now, "6 days", in the local language; "" when it is past
 */
char *
ghc_time_describe_future (gint64 timestamp_ms, gint64 now_ms)
{
  gint64 left_ms = timestamp_ms - now_ms;
  guint n;

  if (left_ms <= 0)
    return g_strdup ("");
  if (left_ms < GH_MS_PER_HOUR)
    {
      n = (left_ms + GH_MS_PER_MINUTE - 1) / GH_MS_PER_MINUTE;
      return g_strdup_printf (ngettext ("%u minute", "%u minutes", n), n);
    }
  if (left_ms < GH_MS_PER_DAY)
    {
      n = (left_ms + GH_MS_PER_HOUR / 2) / GH_MS_PER_HOUR;
      return g_strdup_printf (ngettext ("%u hour", "%u hours", n), n);
    }
  n = (left_ms + GH_MS_PER_DAY / 2) / GH_MS_PER_DAY;
  return g_strdup_printf (ngettext ("%u day", "%u days", n), n);
}

/**
 * ghc_time_left_today_s:
 *
 * Returns: seconds until the day of @now is over where @now is: at least one, and an hour more or less
 *   than usual on the day that the clocks are changed
 */
gint64
ghc_time_left_today_s (GDateTime *now)
{
  g_autoptr (GDateTime) same_time = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight = NULL;

  g_return_val_if_fail (same_time != NULL, 1);

  midnight = g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (same_time),
                              g_date_time_get_month (same_time),
                              g_date_time_get_day_of_month (same_time), 0, 0, 0);
  g_return_val_if_fail (midnight != NULL, 1);

  return MAX (g_date_time_difference (midnight, now) / G_TIME_SPAN_SECOND, 1);
}
