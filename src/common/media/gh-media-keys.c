/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-private.h"

#include "gh-hash.h"

#include <sodium.h>
#include <string.h>

/* docs/media-packets.md, "Keys" and "What a packet is bound to". */
#define EXTRACT_SALT "guildhall-media-1"
#define SENDER_LABEL "guildhall-media-1 sender"
#define CONTEXT_LABEL "guildhall-media-1 context"
#define MAX_INFO (sizeof SENDER_LABEL + 4 + 2 * (2 + GH_MEDIA_MAX_NAME))

/* A text with its length in front, so that no two lists of texts make the same bytes. */
static gsize
append_name (guint8 *out, const char *name)
{
  gsize size = strlen (name);

  g_assert (size <= GH_MEDIA_MAX_NAME);
  out[0] = (guint8) (size >> 8);
  out[1] = (guint8) size;
  memcpy (out + 2, name, size);
  return 2 + size;
}

/* The key that @sender alone seals with in this epoch: HKDF-SHA-256 (RFC 5869). */
void
gh_media_keys_derive (GhSecret *session_key, guint32 epoch, const char *call_id, const char *sender,
                      guint8 key[GH_MEDIA_KEY_SIZE])
{
  guint8 master[crypto_kdf_hkdf_sha256_KEYBYTES];
  guint8 info[MAX_INFO];
  gsize size = strlen (SENDER_LABEL);
  guint32 number = GUINT32_TO_BE (epoch);

  memcpy (info, SENDER_LABEL, size);
  memcpy (info + size, &number, sizeof number);
  size += sizeof number;
  size += append_name (info + size, call_id);
  size += append_name (info + size, sender);
  crypto_kdf_hkdf_sha256_extract (master, (const guint8 *) EXTRACT_SALT, strlen (EXTRACT_SALT),
                                  gh_secret_get_data (session_key),
                                  gh_secret_get_size (session_key));
  crypto_kdf_hkdf_sha256_expand (key, GH_MEDIA_KEY_SIZE, (const char *) info, size, master);
  gh_secret_wipe (master, sizeof master);
}

/* What every packet of @sender to @receiver ("" for all) in this call is bound to; no secret. */
void
gh_media_keys_context (const char *call_id, const char *sender, const char *receiver,
                       guint8 context[GH_MEDIA_CONTEXT_SIZE])
{
  guint8 names[3 * (2 + GH_MEDIA_MAX_NAME)];
  gsize size = append_name (names, call_id);
  GhHash hash;

  size += append_name (names + size, sender);
  size += append_name (names + size, receiver);
  hash = gh_hash_parts ((const GhHashPart[]) { { CONTEXT_LABEL, strlen (CONTEXT_LABEL) },
                                               { names, size } },
                        2);
  memcpy (context, hash.bytes, GH_MEDIA_CONTEXT_SIZE);
}
