/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GH_HASH_SIZE 32
/* A base58 hash is 43 or 44 characters (32 only for hashes that begin with zero bytes). */
#define GH_HASH_MAX_TEXT 44

/**
 * GhHash:
 *
 * A BLAKE3 hash of 32 bytes. A plain value: copy it by assignment.
 */
typedef struct
{
  guint8 bytes[GH_HASH_SIZE];
} GhHash;

/**
 * GhHashPart:
 *
 * One piece of what is hashed by gh_hash_parts(), as if all pieces were one buffer.
 */
typedef struct
{
  gconstpointer data;
  gsize size;
} GhHashPart;

GhHash gh_hash_data (gconstpointer data, gsize size);
GhHash gh_hash_bytes (GBytes *bytes);
GhHash gh_hash_parts (const GhHashPart *parts, gsize n_parts);
gboolean gh_hash_equal (const GhHash *a, const GhHash *b);
char *gh_hash_to_string (const GhHash *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_hash_from_string (const char *text, GhHash *out);

G_END_DECLS
