/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Base64 of RFC 4648 section 5 (URL and file name safe) without padding. Decoding is strict: no
 * padding, no white space, and the unused bits of the last character must be zero, so that each
 * sequence of bytes has exactly one spelling. */

char *gh_base64url_encode (gconstpointer data, gsize size) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_base64url_decode_exact (const char *text, gpointer out, gsize size);

G_END_DECLS
