/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-signing-key.h"

G_BEGIN_DECLS

/**
 * GhKeyRing:
 *
 * Public keys by server and key id, to verify signatures of today's and earlier keys. Fill it, then
 * read it from any thread.
 */
typedef struct _GhKeyRing GhKeyRing;

#define GH_TYPE_KEY_RING (gh_key_ring_get_type ())

GType gh_key_ring_get_type (void) G_GNUC_CONST;

GhKeyRing *gh_key_ring_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhKeyRing *gh_key_ring_ref (GhKeyRing *self);
void gh_key_ring_unref (GhKeyRing *self);
gboolean gh_key_ring_add (GhKeyRing *self, const char *server, const char *key_id,
                          const guint8 public_key[GH_SIGNING_PUBLIC_SIZE], GError **error);
const guint8 *gh_key_ring_lookup (GhKeyRing *self, const char *server, const char *key_id);
gboolean gh_key_ring_verify (GhKeyRing *self, const char *server, const char *key_id,
                             gconstpointer data, gsize size,
                             const guint8 signature[GH_SIGNING_SIGNATURE_SIZE], GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhKeyRing, gh_key_ring_unref)

G_END_DECLS
