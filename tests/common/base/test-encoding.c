/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base58, base64url and BLAKE3. */
#include "../test-util.h"

#include "gh-base58.h"
#include "gh-base64url.h"
#include "gh-hash.h"

#include <string.h>

static void
test_base58_vectors (void)
{
  g_autoptr (JsonNode) root = test_vectors ("base58/base58_encode_decode.json");
  JsonArray *cases;

  if (root == NULL)
    return;
  cases = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (cases), >, 10);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonArray *pair = json_array_get_array_element (cases, i);
      const char *expected = json_array_get_string_element (pair, 1);
      gsize size;
      g_autofree guint8 *bytes = test_unhex (json_array_get_string_element (pair, 0), &size);
      g_autofree char *text = gh_base58_encode (bytes, size);
      gsize decoded_size;
      g_autofree guint8 *decoded = gh_base58_decode (expected, &decoded_size);

      g_assert_cmpstr (text, ==, expected);
      g_assert_nonnull (decoded);
      g_assert_cmpmem (decoded, decoded_size, bytes, size);
    }
}

static void
test_base58_round_trip (void)
{
  for (guint i = 0; i < 3000; i++)
    {
      guint8 bytes[GH_BASE58_MAX_SIZE];
      guint8 again[GH_BASE58_MAX_SIZE];
      gsize size = (gsize) g_test_rand_int_range (0, i < 2000 ? 40 : GH_BASE58_MAX_SIZE + 1);
      gsize n_zeros = (gsize) g_test_rand_int_range (0, 6);
      g_autofree char *text = NULL;

      test_random_bytes (bytes, size);
      memset (bytes, 0, MIN (n_zeros, size));
      text = gh_base58_encode (bytes, size);
      g_assert_true (gh_base58_decode_exact (text, strlen (text), again, size));
      g_assert_cmpmem (again, size, bytes, size);
      /* Only that many bytes and no others. */
      g_assert_false (
        gh_base58_decode_exact (text, strlen (text), again, size == 0 ? 1 : size - 1));
      if (size < sizeof again)
        g_assert_false (gh_base58_decode_exact (text, strlen (text), again, size + 1));
    }
}

/* Whether a text spells 32 bytes is known without decoding it; the answer must be the same. */
static void
assert_same_answer (const char *text)
{
  guint8 out[GH_HASH_SIZE];

  g_assert_cmpint (gh_base58_decode_exact (text, strlen (text), NULL, sizeof out), ==,
                   gh_base58_decode_exact (text, strlen (text), out, sizeof out));
}

static void
test_base58_hashes (void)
{
  static const char *const texts[] = {
    "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM",  /* 2^248, the least of 32 bytes without a zero */
    "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofL",  /* one less */
    "14uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofL", /* with a byte of zero */
    "14uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM",
    "JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG", /* 2^256 - 1 */
    "JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFH",
    "11111111111111111111111111111111",
    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
    "2222222222222222222222222222222222222222222",
    "",
  };
  guint n_hashes = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_same_answer (texts[i]);

  for (guint i = 0; i < 3000; i++)
    {
      guint8 bytes[GH_HASH_SIZE + 1];
      gsize size = (gsize) g_test_rand_int_range (GH_HASH_SIZE - 1, GH_HASH_SIZE + 2);
      g_autofree char *text = NULL;

      test_random_bytes (bytes, size);
      text = gh_base58_encode (bytes, size);
      n_hashes += gh_base58_decode_exact (text, strlen (text), NULL, GH_HASH_SIZE);
      assert_same_answer (text);
      text[g_test_rand_int_range (0, (gint32) strlen (text))] = "0OIl~\x80z1"[i % 8];
      assert_same_answer (text);
    }
  g_assert_cmpuint (n_hashes, >, 500);
}

static void
test_base58_refusals (void)
{
  static const char *const wrong[] = {
    "0", "O", "I", "l", " ", "2g ", "2 g", "2g\n", "é", "+", "-"
  };
  g_autofree char *long_text = g_strnfill (4000, 'z');
  g_autofree char *ones = g_strnfill (GH_BASE58_MAX_SIZE + 1, '1');
  guint8 out[32];
  gsize size;

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_null (gh_base58_decode (wrong[i], &size));
      g_assert_false (gh_base58_decode_exact (wrong[i], strlen (wrong[i]), out, 1));
    }
  g_assert_null (gh_base58_decode (long_text, &size));
  g_assert_null (gh_base58_decode (ones, &size));
  g_assert_false (gh_base58_decode_exact (long_text, strlen (long_text), out, sizeof out));
}

static void
test_base64url_round_trip (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      guint8 bytes[100];
      guint8 again[100];
      gsize size = (gsize) g_test_rand_int_range (0, sizeof bytes + 1);
      g_autofree char *text = NULL;
      g_autofree char *padded = NULL;

      test_random_bytes (bytes, size);
      text = gh_base64url_encode (bytes, size);
      g_assert_null (strpbrk (text, "+/="));
      g_assert_true (gh_base64url_decode_exact (text, again, size));
      g_assert_cmpmem (again, size, bytes, size);

      padded = g_strconcat (text, "=", NULL);
      g_assert_false (gh_base64url_decode_exact (padded, again, size));
    }
}

static void
test_base64url_refusals (void)
{
  /* The last has bits beyond its one byte: a second spelling of "AA". */
  static const char *const wrong[] = { "A", "AAAAA", "AA==", "A A", "AA\n", "+A", "/A", "é", "AB" };
  guint8 out[8];

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    for (gsize size = 0; size <= sizeof out; size++)
      g_assert_false (gh_base64url_decode_exact (wrong[i], out, size));
}

static void
test_hash_vectors (void)
{
  g_autoptr (JsonNode) root = test_vectors ("blake3/test_vectors.json");
  JsonArray *cases;

  if (root == NULL)
    return;
  cases = json_object_get_array_member (json_node_get_object (root), "cases");
  g_assert_cmpuint (json_array_get_length (cases), >, 10);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *one = json_array_get_object_element (cases, i);
      gsize size = (gsize) json_object_get_int_member (one, "input_len");
      gsize cut = size > 0 ? (gsize) g_test_rand_int_range (0, (gint32) size + 1) : 0;
      gsize expected_size;
      g_autofree guint8 *expected = test_unhex (json_object_get_string_member (one, "hash"),
                                                &expected_size);
      g_autofree guint8 *input = g_malloc (size + 1);
      g_autoptr (GBytes) bytes = NULL;
      GhHash hash;

      for (gsize at = 0; at < size; at++)
        input[at] = (guint8) (at % 251);
      hash = gh_hash_data (input, size);
      /* The vectors give extended outputs; a hash is their first 32 bytes. */
      g_assert_cmpmem (hash.bytes, GH_HASH_SIZE, expected, GH_HASH_SIZE);

      hash = gh_hash_parts ((GhHashPart[]) { { input, cut }, { input + cut, size - cut } }, 2);
      g_assert_cmpmem (hash.bytes, GH_HASH_SIZE, expected, GH_HASH_SIZE);
      bytes = g_bytes_new (input, size);
      hash = gh_hash_bytes (bytes);
      g_assert_cmpmem (hash.bytes, GH_HASH_SIZE, expected, GH_HASH_SIZE);
    }
}

static void
test_hash_text (void)
{
  for (guint i = 0; i < 500; i++)
    {
      GhHash hash;
      GhHash again;
      g_autofree char *text = NULL;
      g_autofree char *longer = NULL;
      g_autofree char *shorter = NULL;

      test_random_bytes (hash.bytes, GH_HASH_SIZE);
      text = gh_hash_to_string (&hash);
      longer = g_strconcat (text, "11", NULL);
      shorter = g_strndup (text, strlen (text) - 2);
      g_assert_cmpuint (strlen (text), <=, GH_HASH_MAX_TEXT);
      g_assert_true (gh_hash_from_string (text, &again));
      g_assert_true (gh_hash_equal (&hash, &again));
      again.bytes[i % GH_HASH_SIZE] ^= 1;
      g_assert_false (gh_hash_equal (&hash, &again));
      g_assert_false (gh_hash_from_string (longer, &again));
      /* Two digits more or fewer is a byte; one digit may be none. */
      g_assert_false (gh_hash_from_string (shorter, &again));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base58/vectors", test_base58_vectors);
  g_test_add_func ("/base58/round-trip", test_base58_round_trip);
  g_test_add_func ("/base58/hashes", test_base58_hashes);
  g_test_add_func ("/base58/refusals", test_base58_refusals);
  g_test_add_func ("/base64url/round-trip", test_base64url_round_trip);
  g_test_add_func ("/base64url/refusals", test_base64url_refusals);
  g_test_add_func ("/hash/vectors", test_hash_vectors);
  g_test_add_func ("/hash/text", test_hash_text);
  return g_test_run ();
}
