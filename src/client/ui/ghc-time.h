/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ghc_time_describe_past (gint64 timestamp_ms, gint64 now_ms);
char *ghc_time_describe_future (gint64 timestamp_ms, gint64 now_ms);
gint64 ghc_time_left_today_s (GDateTime *now);

G_END_DECLS
