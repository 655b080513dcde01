/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-secret.h"

G_BEGIN_DECLS

#define GH_SIGNING_PUBLIC_SIZE 32
#define GH_SIGNING_SIGNATURE_SIZE 64

/**
 * GhSigningKey:
 *
 * An Ed25519 key pair (RFC 8032). Its id is "ed25519:" and the base58 of the first eight bytes of the
 * public key's BLAKE3 hash, so that it follows from the key. The secret half is a #GhSecret.
 * Signing may happen on any thread.
 */
typedef struct _GhSigningKey GhSigningKey;

#define GH_TYPE_SIGNING_KEY (gh_signing_key_get_type ())

GType gh_signing_key_get_type (void) G_GNUC_CONST;

GhSigningKey *gh_signing_key_generate (void) G_GNUC_WARN_UNUSED_RESULT;
GhSigningKey *gh_signing_key_new_from_seed (GhSecret *seed) G_GNUC_WARN_UNUSED_RESULT;
GhSigningKey *gh_signing_key_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhSigningKey *gh_signing_key_load_or_create (const char *path, gboolean *created,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhSigningKey *gh_signing_key_ref (GhSigningKey *self);
void gh_signing_key_unref (GhSigningKey *self);

const char *gh_signing_key_get_id (GhSigningKey *self);
const guint8 *gh_signing_key_get_public (GhSigningKey *self);
gboolean gh_signing_key_sign (gconstpointer data, gsize size,
                              guint8 signature[GH_SIGNING_SIGNATURE_SIZE], gpointer key,
                              GError **error);
char *gh_signing_key_id_for_public (const guint8 public_key[GH_SIGNING_PUBLIC_SIZE])
  G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_signing_verify (const guint8 public_key[GH_SIGNING_PUBLIC_SIZE], gconstpointer data,
                            gsize size, const guint8 signature[GH_SIGNING_SIGNATURE_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhSigningKey, gh_signing_key_unref)

G_END_DECLS
