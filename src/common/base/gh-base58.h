/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Base58 with Bitcoin's alphabet (no 0, O, I, l), without a checksum. Work grows with the square of
 * the length, so both ways are limited to GH_BASE58_MAX_SIZE bytes. */
#define GH_BASE58_MAX_SIZE 256

char *gh_base58_encode (gconstpointer data, gsize size) G_GNUC_WARN_UNUSED_RESULT;
guint8 *gh_base58_decode (const char *text, gsize *size) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_base58_decode_exact (const char *text, gsize length, gpointer out, gsize size);

G_END_DECLS
