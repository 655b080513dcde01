/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-base58.h"
#include "gh-hash.h"
#include "gh-receipt-batch.h"

#include <string.h>

#define SERVER "guild.example"
#define MAX_SIZE 33

typedef struct
{
  GhSigningKey *key;
  GhKeyRing *ring;
  GhEventSigner signer;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->key = gh_signing_key_generate ();
  fixture->ring = gh_key_ring_new ();
  g_assert_true (gh_key_ring_add (fixture->ring, SERVER, gh_signing_key_get_id (fixture->key),
                                  gh_signing_key_get_public (fixture->key), NULL));
  fixture->signer = (GhEventSigner) { SERVER, gh_signing_key_get_id (fixture->key),
                                      gh_signing_key_sign, fixture->key };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gh_key_ring_unref (fixture->ring);
  gh_signing_key_unref (fixture->key);
}

static char *
make_event_id (guint i)
{
  GhHash hash = gh_hash_data (&i, sizeof i);
  g_autofree char *text = gh_hash_to_string (&hash);

  return g_strconcat ("$", text, NULL);
}

static GhReceiptBatch *
make_batch (Fixture *fixture, guint n)
{
  g_autoptr (GhReceiptBatch) batch = gh_receipt_batch_new (n);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *event_id = make_event_id (i);

      g_assert_cmpuint (gh_receipt_batch_add (batch, event_id, 1000 + i), ==, i);
    }
  g_assert_true (gh_receipt_batch_sign (batch, &fixture->signer, &error));
  g_assert_no_error (error);
  return g_steal_pointer (&batch);
}

/* The tree as RFC 6962 section 2.1 defines it, from above. */
static GhHash
define_tree (guint from, guint to)
{
  guint8 text[1 + 2 * GH_HASH_SIZE] = { 1 };
  guint half = 1;
  GhHash hash;

  if (to - from == 1)
    {
      g_autofree char *event_id = make_event_id (from);
      g_autofree char *leaf = g_strdup_printf ("x{\"event_id\":\"%s\",\"position\":%u}", event_id,
                                               1000 + from);
      gsize size = strlen (leaf);

      leaf[0] = '\0';
      return gh_hash_data (leaf, size);
    }
  while (half * 2 < to - from)
    half *= 2;
  hash = define_tree (from, from + half);
  memcpy (text + 1, hash.bytes, GH_HASH_SIZE);
  hash = define_tree (from + half, to);
  memcpy (text + 1 + GH_HASH_SIZE, hash.bytes, GH_HASH_SIZE);
  return gh_hash_data (text, sizeof text);
}

/* What is signed is the canonical JSON that the documentation names, over the tree of the RFC. */
static void
check_signature (Fixture *fixture, GhReceipt *receipt, guint n)
{
  g_autoptr (GhJson) json = gh_receipt_to_json (receipt);
  const char *text = gh_json_peek_string (json, "signature");
  guint8 signature[GH_SIGNING_SIGNATURE_SIZE];
  GhHash root = define_tree (0, n);
  g_autofree char *root_text = gh_hash_to_string (&root);
  g_autofree char *statement = g_strdup_printf ("{\"root\":\"%s\",\"server\":\"" SERVER
                                                "\",\"size\":%u,\"type\":\"guildhall-receipt-1\"}",
                                                root_text, n);

  g_assert_true (gh_base58_decode_exact (text, strlen (text), signature, sizeof signature));
  g_assert_true (gh_signing_verify (gh_signing_key_get_public (fixture->key), statement,
                                    strlen (statement), signature));
}

static GhReceipt *
read_back (GhReceipt *receipt)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GhJson) json = NULL;
  g_autoptr (GhJson) member = NULL;
  g_autoptr (GError) error = NULL;
  GhReceipt *again;

  gh_receipt_add_to (receipt, builder, "receipt");
  bytes = gh_json_builder_finish_bytes (builder);
  json = gh_json_parse_bytes (bytes, &error);
  g_assert_no_error (error);
  member = gh_json_peek_object (json, "receipt");
  again = gh_receipt_from_json (member, &error);
  g_assert_no_error (error);
  return again;
}

static void
test_shapes (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= MAX_SIZE; n++)
    {
      g_autoptr (GhReceiptBatch) batch = make_batch (fixture, n);

      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, i);
          g_autoptr (GhReceipt) again = read_back (receipt);
          g_autofree char *event_id = make_event_id (i);
          g_autoptr (GError) error = NULL;

          check_signature (fixture, receipt, n);
          g_assert_cmpstr (gh_receipt_get_event_id (again), ==, event_id);
          g_assert_cmpint (gh_receipt_get_position (again), ==, 1000 + i);
          g_assert_cmpstr (gh_receipt_get_server (again), ==, SERVER);
          g_assert_cmpstr (gh_receipt_get_key_id (again), ==, fixture->signer.key_id);
          gh_receipt_verify (again, fixture->ring, &error);
          g_assert_no_error (error);
        }
    }
}

/* No leaf can pass for another one, nor a tree for one of another size. */
static void
test_moved (Fixture *fixture, gconstpointer data)
{
  for (guint n = 1; n <= MAX_SIZE; n++)
    {
      g_autoptr (GhReceiptBatch) batch = make_batch (fixture, n);

      for (guint i = 0; i < n; i++)
        {
          g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, i);
          g_autoptr (GhJson) json = gh_receipt_to_json (receipt);
          g_autofree char *text = gh_json_to_string (json);
          g_autofree char *index = g_strdup_printf ("\"index\":%u,", i);
          g_autofree char *size = g_strdup_printf ("\"size\":%u}", n);

          for (guint k = 0; k < 2 * MAX_SIZE; k++)
            {
              g_autofree char *other_index = g_strdup_printf ("\"index\":%u,", k / 2);
              g_autofree char *other_size = g_strdup_printf ("\"size\":%u}", k / 2 + 1);
              g_autoptr (GString) changed = g_string_new (text);
              g_autoptr (GhJson) moved = NULL;
              g_autoptr (GhReceipt) false_one = NULL;
              g_autoptr (GError) error = NULL;

              if (k % 2 == 0 ? k / 2 == i : k / 2 + 1 == n)
                continue;
              g_assert_cmpuint (g_string_replace (changed, k % 2 == 0 ? index : size,
                                                  k % 2 == 0 ? other_index : other_size, 0),
                                ==, 1);
              moved = gh_json_parse (changed->str, changed->len, NULL);
              false_one = gh_receipt_from_json (moved, &error);
              if (false_one != NULL)
                g_assert_false (gh_receipt_verify (false_one, fixture->ring, &error));
              g_assert_nonnull (error);
              g_assert_cmpint (gh_error_get_code (error), ==, GH_ERROR_INVALID);
            }
        }
    }
}

/* The JSON of a receipt with one member replaced by this JSON, or left out. */
static GhJson *
change (GhJson *json, const char *name, const char *value)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GhJsonIter iter;
  const char *key;
  GhJson *member;

  gh_json_iter_init (&iter, json);
  while (gh_json_iter_next (&iter, &key, &member))
    {
      g_autoptr (GhJson) owned = member;
      g_autoptr (GBytes) raw = NULL;

      if (strcmp (key, name) != 0)
        {
          gh_json_builder_add_json (builder, key, owned);
          continue;
        }
      if (value == NULL)
        continue;
      raw = g_bytes_new_static (value, strlen (value));
      gh_json_builder_add_raw (builder, key, raw);
    }
  return gh_json_builder_finish (builder);
}

static void
assert_false_receipt (Fixture *fixture, GhJson *json, const char *name, const char *value,
                      GhError code, const char *reason)
{
  g_autoptr (GhJson) changed = change (json, name, value);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhReceipt) receipt = gh_receipt_from_json (changed, &error);

  g_assert_no_error (error);
  g_assert_false (gh_receipt_verify (receipt, fixture->ring, &error));
  assert_refused (error, code, reason);
}

static void
test_tampered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhReceiptBatch) batch = make_batch (fixture, 6);
  g_autoptr (GhReceiptBatch) other = make_batch (fixture, 7);
  g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, 4);
  g_autoptr (GhReceipt) neighbour = gh_receipt_batch_get (batch, 5);
  g_autoptr (GhReceipt) elsewhere = gh_receipt_batch_get (other, 4);
  g_autoptr (GhSigningKey) other_key = gh_signing_key_generate ();
  g_autoptr (GhJson) json = gh_receipt_to_json (receipt);
  g_autoptr (GhJson) neighbour_json = gh_receipt_to_json (neighbour);
  g_autoptr (GhJson) elsewhere_json = gh_receipt_to_json (elsewhere);
  g_autoptr (GhJson) path = gh_json_peek_array (json, "path");
  g_autofree char *path_text = gh_json_to_string (path);
  g_autofree char *longer = g_strdup_printf ("%.*s,\"%s\"]", (int) strlen (path_text) - 1,
                                             path_text, gh_receipt_get_event_id (receipt) + 1);
  g_autofree char *id = g_strdup_printf ("\"%s\"",
                                         gh_json_peek_string (neighbour_json, "event_id"));
  g_autofree char *key_id = g_strdup_printf ("\"%s\"", gh_signing_key_get_id (other_key));
  g_autofree char *signature = g_strdup_printf ("\"%s\"",
                                                gh_json_peek_string (elsewhere_json, "signature"));

  g_assert_cmpuint (gh_json_get_length (path), ==, 2);
  assert_false_receipt (fixture, json, "event_id", id, GH_ERROR_INVALID, "signature.false");
  assert_false_receipt (fixture, json, "position", "1005", GH_ERROR_INVALID, "signature.false");
  assert_false_receipt (fixture, json, "server", "\"other.example\"", GH_ERROR_NOT_FOUND,
                        "key.unknown");
  assert_false_receipt (fixture, json, "key_id", key_id, GH_ERROR_NOT_FOUND, "key.unknown");
  assert_false_receipt (fixture, json, "index", "5", GH_ERROR_INVALID, "signature.false");
  assert_false_receipt (fixture, json, "index", "0", GH_ERROR_INVALID, "receipt.path");
  assert_false_receipt (fixture, json, "size", "5", GH_ERROR_INVALID, "receipt.path");
  assert_false_receipt (fixture, json, "size", "65536", GH_ERROR_INVALID, "receipt.path");
  assert_false_receipt (fixture, json, "path", "[]", GH_ERROR_INVALID, "receipt.path");
  assert_false_receipt (fixture, json, "path", longer, GH_ERROR_INVALID, "receipt.path");
  assert_false_receipt (fixture, json, "signature", signature, GH_ERROR_INVALID, "signature.false");

  /* Another server's key does not speak for this one, not even under its name. */
  g_assert_true (gh_key_ring_add (fixture->ring, "other.example", fixture->signer.key_id,
                                  gh_signing_key_get_public (fixture->key), NULL));
  g_assert_true (gh_key_ring_add (fixture->ring, SERVER, gh_signing_key_get_id (other_key),
                                  gh_signing_key_get_public (other_key), NULL));
  assert_false_receipt (fixture, json, "server", "\"other.example\"", GH_ERROR_INVALID,
                        "signature.false");
  assert_false_receipt (fixture, json, "key_id", key_id, GH_ERROR_INVALID, "signature.false");
}

/* Every bit of every hash of the path and of the signature counts. */
static void
test_bits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhReceiptBatch) batch = make_batch (fixture, 4);
  g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, 2);
  g_autoptr (GhJson) json = gh_receipt_to_json (receipt);
  g_autoptr (GhJson) path = gh_json_peek_array (json, "path");
  const char *text = gh_json_peek_string (json, "signature");
  guint8 signature[GH_SIGNING_SIGNATURE_SIZE];
  g_auto (GStrv) hashes = NULL;

  g_assert_true (gh_base58_decode_exact (text, strlen (text), signature, sizeof signature));
  for (guint bit = 0; bit < sizeof signature * 8; bit++)
    {
      g_autofree char *changed = NULL;
      g_autofree char *value = NULL;

      signature[bit / 8] ^= (guint8) (1 << (bit % 8));
      changed = gh_base58_encode (signature, sizeof signature);
      value = g_strdup_printf ("\"%s\"", changed);
      assert_false_receipt (fixture, json, "signature", value, GH_ERROR_INVALID, "signature.false");
      signature[bit / 8] ^= (guint8) (1 << (bit % 8));
    }

  g_assert_true (gh_json_get_strings (json, "path", 8, 64, &hashes, NULL));
  g_assert_cmpuint (g_strv_length (hashes), ==, 2);
  for (guint bit = 0; bit < 2 * GH_HASH_SIZE * 8; bit++)
    {
      guint which = bit / (GH_HASH_SIZE * 8), at = bit % (GH_HASH_SIZE * 8);
      g_autofree char *changed = NULL;
      g_autofree char *value = NULL;
      GhHash hash;

      g_assert_true (gh_hash_from_string (hashes[which], &hash));
      hash.bytes[at / 8] ^= (guint8) (1 << (at % 8));
      changed = gh_hash_to_string (&hash);
      value = g_strdup_printf ("[\"%s\",\"%s\"]", which == 0 ? changed : hashes[0],
                               which == 1 ? changed : hashes[1]);
      assert_false_receipt (fixture, json, "path", value, GH_ERROR_INVALID, "signature.false");
    }
}

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *value;
    const char *reason;
  } cases[] = {
    { "event_id", NULL, "json.missing" },
    { "event_id", "7", "json.type" },
    { "event_id", "\"$\"", "id.invalid" },
    { "event_id", "\"$0\"", "id.invalid" },
    { "event_id", "\"@ada:guild.example\"", "id.invalid" },
    { "position", NULL, "json.missing" },
    { "position", "0", "json.range" },
    { "position", "-1", "json.range" },
    { "position", "\"1000\"", "json.type" },
    { "server", NULL, "json.missing" },
    { "server", "null", "json.missing" },
    { "server", "\"\"", "json.range" },
    { "server", "\"guild.example\\\",\\\"size\\\":1\"", "host.invalid" },
    { "server", "\"Guild.Example\"", "host.invalid" },
    { "key_id", NULL, "json.missing" },
    { "key_id", "\"\"", "json.range" },
    { "key_id", "[]", "json.type" },
    { "index", NULL, "json.missing" },
    { "index", "-1", "json.range" },
    { "index", "3", "json.range" },
    { "index", "4294967296", "json.range" },
    { "size", NULL, "json.missing" },
    { "size", "0", "json.range" },
    { "size", "65537", "json.range" },
    { "size", "4294967297", "json.range" },
    { "path", NULL, "json.missing" },
    { "path", "{}", "json.type" },
    { "path", "[1]", "json.type" },
    { "path", "[\"0\"]", "receipt.path" },
    { "path", "[\"\"]", "receipt.path" },
    { "path",
      "[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]",
      "json.range" },
    { "signature", NULL, "json.missing" },
    { "signature", "\"\"", "json.range" },
    { "signature", "\"1\"", "receipt.signature" },
    { "signature", "\"0OIl\"", "receipt.signature" },
  };
  static const char *const roots[] = { "[]", "\"receipt\"", "1", "null" };
  g_autoptr (GhReceiptBatch) batch = make_batch (fixture, 3);
  g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, 1);
  g_autoptr (GhJson) json = gh_receipt_to_json (receipt);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GhJson) changed = change (json, cases[i].name, cases[i].value);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s: %s", cases[i].name, cases[i].value);
      g_assert_null (gh_receipt_from_json (changed, &error));
      assert_refused (error, GH_ERROR_INVALID, cases[i].reason);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      g_autoptr (GhJson) root = gh_json_parse (roots[i], strlen (roots[i]), NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (gh_receipt_from_json (root, &error));
      assert_refused (error, GH_ERROR_INVALID, "json.type");
    }
}

/* A receipt of a member that is unknown here is as good as without it. */
static void
test_unknown_member (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhReceiptBatch) batch = make_batch (fixture, 2);
  g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, 1);
  g_autoptr (GhJson) json = gh_receipt_to_json (receipt);
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) more = NULL;
  g_autoptr (GhReceipt) again = NULL;
  g_autoptr (GError) error = NULL;

  gh_json_builder_add_members (builder, json);
  gh_json_builder_add_string (builder, "note", "of another time");
  more = gh_json_builder_finish (builder);
  again = gh_receipt_from_json (more, &error);
  g_assert_no_error (error);
  gh_receipt_verify (again, fixture->ring, &error);
  g_assert_no_error (error);
}

static gboolean
refuse_to_sign (gconstpointer data, gsize size, guint8 signature[GH_SIGNATURE_SIZE],
                gpointer user_data, GError **error)
{
  return gh_set_error (error, GH_ERROR_INTERNAL, "signature.failed", NULL, "There is no key");
}

static void
test_signer_fails (Fixture *fixture, gconstpointer data)
{
  GhEventSigner signer = { SERVER, "ed25519:none", refuse_to_sign, NULL };
  g_autoptr (GhReceiptBatch) batch = gh_receipt_batch_new (1);
  g_autofree char *event_id = make_event_id (0);
  g_autoptr (GError) error = NULL;

  gh_receipt_batch_add (batch, event_id, 1);
  g_assert_false (gh_receipt_batch_sign (batch, &signer, &error));
  assert_refused (error, GH_ERROR_INTERNAL, "signature.failed");
}

/* The largest tree there may be, at both ends and in the middle. */
static void
test_largest (Fixture *fixture, gconstpointer data)
{
  static const guint indices[] = { 0, 1, 32767, 32768, 65535 };
  g_autoptr (GhReceiptBatch) batch = make_batch (fixture, GH_LIMIT_RECEIPT_SIZE);

  for (gsize i = 0; i < G_N_ELEMENTS (indices); i++)
    {
      g_autoptr (GhReceipt) receipt = gh_receipt_batch_get (batch, indices[i]);
      g_autoptr (GhReceipt) again = read_back (receipt);
      g_autoptr (GError) error = NULL;

      gh_receipt_verify (again, fixture->ring, &error);
      g_assert_no_error (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/receipt/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("shapes", test_shapes);
  ADD ("moved", test_moved);
  ADD ("tampered", test_tampered);
  ADD ("bits", test_bits);
  ADD ("hostile", test_hostile);
  ADD ("unknown-member", test_unknown_member);
  ADD ("signer-fails", test_signer_fails);
  ADD ("largest", test_largest);
  return g_test_run ();
}
