/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text from people: counted as they see it (grapheme clusters) and limited in bytes as well. */

gsize gh_utf8_count_graphemes (const char *text);
char *gh_utf8_truncate (const char *text, gsize max_graphemes) G_GNUC_WARN_UNUSED_RESULT;
char *gh_utf8_clean_name (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *gh_utf8_clean_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_utf8_check (const char *text, gsize min_graphemes, gsize max_graphemes, gsize max_bytes,
                        const char *field, const char *what, GError **error);

G_END_DECLS
