/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean ghc_message_text_has_address (const char *text);
char *ghc_message_text_to_markup  (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *ghc_message_text_dup_time   (gint64 timestamp_ms) G_GNUC_WARN_UNUSED_RESULT;
char *ghc_message_text_dup_moment (gint64 timestamp_ms) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
