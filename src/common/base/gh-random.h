/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All random numbers come from the system's generator through libsodium. */

void gh_random_bytes (gpointer out, gsize size);
guint32 gh_random_uniform (guint32 upper);
char *gh_random_token (gsize n_bytes) G_GNUC_WARN_UNUSED_RESULT;
char *gh_random_base58 (gsize n_bytes) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GhBackoff:
 *
 * How long to wait before trying again: doubles from @min_ms to @max_ms, with "full jitter" over the
 * upper half so that many clients of a restarted server do not return at the same moment. A plain
 * value: initialise with GH_BACKOFF_INIT.
 */
typedef struct
{
  guint min_ms;
  guint max_ms;
  guint n_attempts;
} GhBackoff;

#define GH_BACKOFF_INIT(min_ms, max_ms) { (min_ms), (max_ms), 0 }

guint gh_backoff_next_ms (GhBackoff *self);
void gh_backoff_reset (GhBackoff *self);

G_END_DECLS
