/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-receipt-private.h"

#include "gh-base58.h"
#include "gh-error.h"
#include "gh-host.h"

#include <string.h>

#define TYPE "guildhall-receipt-1"
/* 64 bytes in base58 are 64 to 88 characters. */
#define MAX_SIGNATURE_TEXT 88

G_DEFINE_BOXED_TYPE (GhReceipt, gh_receipt, gh_receipt_ref, gh_receipt_unref)

/* --- hashes --- */

GhHash
gh_receipt_hash_leaf (const char *event_id, gint64 position)
{
  static const guint8 kind = 0;
  /* The id's characters need no escaping, so this is canonical. */
  char text[GH_HASH_MAX_TEXT + 64];
  int size = g_snprintf (text, sizeof text,
                         "{\"event_id\":\"%s\",\"position\":%" G_GINT64_FORMAT "}", event_id,
                         position);

  g_assert (size > 0 && (gsize) size < sizeof text);
  return gh_hash_parts ((GhHashPart[]) { { &kind, 1 }, { text, (gsize) size } }, 2);
}

GhHash
gh_receipt_hash_node (const GhHash *left, const GhHash *right)
{
  guint8 text[1 + 2 * GH_HASH_SIZE] = { 1 };

  memcpy (text + 1, left->bytes, GH_HASH_SIZE);
  memcpy (text + 1 + GH_HASH_SIZE, right->bytes, GH_HASH_SIZE);
  return gh_hash_data (text, sizeof text);
}

char *
gh_receipt_make_statement (const GhHash *root, const char *server, guint size)
{
  g_autofree char *text = gh_hash_to_string (root);

  /* Neither base58 nor a server's name needs escaping, so this is canonical. */
  return g_strdup_printf ("{\"root\":\"%s\",\"server\":\"%s\",\"size\":%u,\"type\":\"" TYPE "\"}",
                          text, server, size);
}

/* The root that leaf and path lead to: RFC 9162 section 2.1.3.2. FALSE when the path is longer or
 * shorter than the way of this index in a tree of this size. */
static gboolean
compute_root (GhReceipt *self, GhHash *root)
{
  guint at = self->index, last = self->size - 1;
  GhHash hash = gh_receipt_hash_leaf (self->event_id, self->position);

  for (guint i = 0; i < self->n_path; i++)
    {
      if (last == 0)
        return FALSE;
      if (at % 2 == 1 || at == last)
        {
          hash = gh_receipt_hash_node (&self->path[i], &hash);
          /* The last node of an odd row goes up as it is until it has somebody on its left. */
          while (at % 2 == 0 && at != 0)
            {
              at /= 2;
              last /= 2;
            }
        }
      else
        {
          hash = gh_receipt_hash_node (&hash, &self->path[i]);
        }
      at /= 2;
      last /= 2;
    }
  *root = hash;
  return last == 0;
}

/* --- parts --- */

GhReceipt *
gh_receipt_alloc (guint n_path)
{
  GhReceipt *self = g_malloc0 (sizeof *self + n_path * sizeof (GhHash));

  g_atomic_ref_count_init (&self->ref_count);
  self->n_path = n_path;
  return self;
}

/**
 * gh_receipt_ref:
 * @self: a receipt
 *
 * Returns: (transfer full): the same receipt
 */
GhReceipt *
gh_receipt_ref (GhReceipt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_receipt_unref:
 * @self: (transfer full): a receipt
 */
void
gh_receipt_unref (GhReceipt *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->event_id);
  g_free (self->server);
  g_free (self->key_id);
  g_free (self);
}

/**
 * gh_receipt_get_event_id:
 * @self: a receipt
 *
 * Returns: (transfer none): the event that it speaks of
 */
const char *
gh_receipt_get_event_id (GhReceipt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->event_id;
}

/**
 * gh_receipt_get_position:
 * @self: a receipt
 *
 * Returns: that event's place in the order of the server's events
 */
gint64
gh_receipt_get_position (GhReceipt *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->position;
}

/**
 * gh_receipt_get_server:
 * @self: a receipt
 *
 * Returns: (transfer none): the name of the server that gave it, as it says
 */
const char *
gh_receipt_get_server (GhReceipt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->server;
}

/**
 * gh_receipt_get_key_id:
 * @self: a receipt
 *
 * Returns: (transfer none): the key that signed it, "ed25519:…"
 */
const char *
gh_receipt_get_key_id (GhReceipt *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->key_id;
}

/* --- JSON --- */

static gboolean
read_signature (GhJson *json, guint8 signature[GH_SIGNATURE_SIZE], GError **error)
{
  const char *text;

  if (!gh_json_get_string (json, "signature", 1, MAX_SIGNATURE_TEXT, &text, error))
    return FALSE;
  if (!gh_base58_decode_exact (text, strlen (text), signature, GH_SIGNATURE_SIZE))
    return gh_set_error (error, GH_ERROR_INVALID, "receipt.signature", "signature",
                         "The signature must be 64 bytes in base58");
  return TRUE;
}

static GhReceipt *
read_path (GhJson *json, GError **error)
{
  g_auto (GStrv) path = NULL;
  g_autoptr (GhReceipt) self = NULL;

  if (!gh_json_get_strings (json, "path", GH_RECEIPT_MAX_PATH, GH_HASH_MAX_TEXT, &path, error))
    return NULL;
  self = gh_receipt_alloc (g_strv_length (path));
  for (guint i = 0; i < self->n_path; i++)
    {
      if (!gh_hash_from_string (path[i], &self->path[i]))
        {
          gh_set_error (error, GH_ERROR_INVALID, "receipt.path", "path",
                        "The path must hold hashes in base58");
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

/**
 * gh_receipt_from_json:
 * @json: an object, perhaps from the network
 * @error: return location
 *
 * Reads the form of a receipt; only gh_receipt_verify() tells whether it is true. Members that it does
 * not know are passed over: no signature covers them.
 *
 * Returns: (transfer full) (nullable): the receipt, or %NULL with %GH_ERROR_INVALID
 */
GhReceipt *
gh_receipt_from_json (GhJson *json, GError **error)
{
  g_autoptr (GhReceipt) self = NULL;
  const char *event_id, *server, *key_id;
  gint64 index, size;

  g_return_val_if_fail (json != NULL, NULL);

  if (!gh_json_is_object (json))
    {
      gh_set_error (error, GH_ERROR_INVALID, "json.type", NULL, "A receipt must be an object");
      return NULL;
    }
  self = read_path (json, error);
  if (self == NULL || !gh_json_get_id (json, "event_id", GH_ID_EVENT, &event_id, error)
      || !gh_json_get_int (json, "position", 1, GH_LIMIT_JSON_INT, &self->position, error)
      || !gh_json_get_string (json, "server", 1, GH_LIMIT_ID, &server, error)
      || !gh_host_check (server, "server", error)
      || !gh_json_get_string (json, "key_id", 1, GH_LIMIT_KEY_ID, &key_id, error)
      || !gh_json_get_int (json, "size", 1, GH_LIMIT_RECEIPT_SIZE, &size, error)
      || !gh_json_get_int (json, "index", 0, size - 1, &index, error)
      || !read_signature (json, self->signature, error))
    return NULL;

  self->event_id = g_strdup (event_id);
  self->server = g_strdup (server);
  self->key_id = g_strdup (key_id);
  self->size = (guint) size;
  self->index = (guint) index;
  return g_steal_pointer (&self);
}

static void
add_members (GhReceipt *self, GhJsonBuilder *builder)
{
  g_autofree char *signature = gh_base58_encode (self->signature, GH_SIGNATURE_SIZE);

  gh_json_builder_add_string (builder, "event_id", self->event_id);
  gh_json_builder_add_int (builder, "index", self->index);
  gh_json_builder_add_string (builder, "key_id", self->key_id);
  gh_json_builder_open_array (builder, "path");
  for (guint i = 0; i < self->n_path; i++)
    {
      g_autofree char *hash = gh_hash_to_string (&self->path[i]);

      gh_json_builder_add_string (builder, NULL, hash);
    }
  gh_json_builder_close (builder);
  gh_json_builder_add_int (builder, "position", self->position);
  gh_json_builder_add_string (builder, "server", self->server);
  gh_json_builder_add_string (builder, "signature", signature);
  gh_json_builder_add_int (builder, "size", self->size);
}

/**
 * gh_receipt_to_json:
 * @self: a receipt
 *
 * Returns: (transfer full): the object that gh_receipt_from_json() reads
 */
GhJson *
gh_receipt_to_json (GhReceipt *self)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);

  add_members (self, builder);
  return gh_json_builder_finish (builder);
}

/**
 * gh_receipt_add_to:
 * @self: a receipt
 * @builder: where it goes
 * @name: (nullable): the member's key; %NULL inside an array
 *
 * Adds the object that gh_receipt_from_json() reads.
 */
void
gh_receipt_add_to (GhReceipt *self, GhJsonBuilder *builder, const char *name)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (builder != NULL);

  gh_json_builder_open_object (builder, name);
  add_members (self, builder);
  gh_json_builder_close (builder);
}

/**
 * gh_receipt_verify:
 * @self: a receipt, perhaps from the network
 * @keys: the public keys of servers that count
 * @error: return location
 *
 * Whether its server has signed that the event is at its position. That the event is the one somebody
 * thinks of is theirs to compare. Takes some 50 microseconds; any thread may.
 *
 * Returns: %FALSE with %GH_ERROR_NOT_FOUND, reason "key.unknown", or %GH_ERROR_INVALID, reason
 *   "receipt.path" for a path that is none of such a tree, or "signature.false"
 */
gboolean
gh_receipt_verify (GhReceipt *self, GhKeyRing *keys, GError **error)
{
  g_autofree char *statement = NULL;
  GhHash root;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (keys != NULL, FALSE);

  if (!compute_root (self, &root))
    return gh_set_error (error, GH_ERROR_INVALID, "receipt.path", "path",
                         "The receipt’s path does not lead from leaf %u of %u to the root",
                         self->index, self->size);
  statement = gh_receipt_make_statement (&root, self->server, self->size);
  return gh_key_ring_verify (keys, self->server, self->key_id, statement, strlen (statement),
                             self->signature, error);
}
