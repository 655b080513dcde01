/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-json.h"
#include "gh-key-ring.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

static void
test_wycheproof (void)
{
  g_autoptr (JsonNode) root = test_vectors ("wycheproof/ed25519_test.json");
  JsonArray *groups;
  guint n_valid = 0;
  guint n_invalid = 0;

  if (root == NULL)
    return;
  groups = json_object_get_array_member (json_node_get_object (root), "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);
      JsonObject *key = json_object_get_object_member (group, "publicKey");
      JsonArray *tests = json_object_get_array_member (group, "tests");
      gsize key_size;
      g_autofree guint8 *public_key = test_unhex (json_object_get_string_member (key, "pk"),
                                                  &key_size);

      g_assert_cmpuint (key_size, ==, GH_SIGNING_PUBLIC_SIZE);
      for (guint k = 0; k < json_array_get_length (tests); k++)
        {
          JsonObject *test = json_array_get_object_element (tests, k);
          gboolean is_valid = strcmp (json_object_get_string_member (test, "result"), "valid") == 0;
          gsize size;
          gsize signature_size;
          g_autofree guint8 *message = test_unhex (json_object_get_string_member (test, "msg"),
                                                   &size);
          g_autofree guint8 *signature = test_unhex (json_object_get_string_member (test, "sig"),
                                                     &signature_size);

          g_test_message ("%" G_GINT64_FORMAT, json_object_get_int_member (test, "tcId"));
          /* A signature of another size never comes to where it is verified. */
          if (signature_size != GH_SIGNING_SIGNATURE_SIZE)
            {
              g_assert_false (is_valid);
              continue;
            }
          g_assert_cmpint (gh_signing_verify (public_key, message, size, signature), ==, is_valid);
          n_valid += is_valid ? 1 : 0;
          n_invalid += is_valid ? 0 : 1;
        }
    }
  g_assert_cmpuint (n_valid, >, 50);
  g_assert_cmpuint (n_invalid, >, 20);
}

static GhSigningKey *
key_of_vectors (JsonObject *vectors)
{
  g_autofree char *padded = g_strconcat (json_object_get_string_member (vectors, "seed_base64"),
                                         "=", NULL);
  gsize size;
  /* The published text has bits beyond its last byte, which our strict reader refuses. */
  g_autofree guint8 *seed = g_base64_decode (padded, &size);
  g_autoptr (GhSecret) secret = gh_secret_new (seed, size);

  g_assert_cmpuint (size, ==, 32);
  return gh_signing_key_new_from_seed (secret);
}

/* Signs canonical JSON as the Matrix appendix does, with our canonical form and our key. */
static char *
sign_object (GhSigningKey *key, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);
  g_autoptr (GhJson) json = gh_json_parse (text, strlen (text), NULL);
  g_autoptr (GBytes) bytes = gh_json_to_canonical (json);
  guint8 signature[GH_SIGNING_SIGNATURE_SIZE];
  char encoded[96];

  g_assert_true (gh_signing_key_sign (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                      signature, key, NULL));
  g_assert_true (gh_signing_verify (gh_signing_key_get_public (key), g_bytes_get_data (bytes, NULL),
                                    g_bytes_get_size (bytes), signature));
  sodium_bin2base64 (encoded, sizeof encoded, signature, sizeof signature,
                     sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return g_strdup (encoded);
}

static void
keep_only (JsonObject *object, const char *const *names)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *at = members; at != NULL; at = at->next)
    {
      if (!g_strv_contains (names, at->data))
        json_object_remove_member (object, at->data);
    }
}

/* What the appendix says of events: signed is the redacted form, which has the hash of the content. */
static void
redact (JsonObject *object)
{
  static const char *const names[] = {
    "type",        "room_id",     "sender", "state_key",        "content",    "hashes",   "depth",
    "prev_events", "auth_events", "origin", "origin_server_ts", "membership", "event_id", NULL
  };

  keep_only (object, names);
  json_object_set_object_member (object, "content", json_object_new ());
}

static void
test_matrix (void)
{
  g_autoptr (JsonNode) root = test_vectors ("matrix/matrix-appendix-vectors.json");
  g_autoptr (GhSigningKey) key = NULL;
  JsonObject *vectors;
  JsonArray *cases;

  if (root == NULL)
    return;
  vectors = json_node_get_object (root);
  key = key_of_vectors (vectors);
  cases = json_object_get_array_member (vectors, "signing");
  g_assert_cmpuint (json_array_get_length (cases), ==, 4);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *one = json_array_get_object_element (cases, i);
      JsonObject *expected = json_object_get_object_member (one, "signed");
      JsonObject *signatures = json_object_get_object_member (expected, "signatures");
      const char *signature = json_object_get_string_member (
        json_object_get_object_member (signatures,
                                       json_object_get_string_member (vectors, "server_name")),
        json_object_get_string_member (vectors, "key_id"));
      g_autofree char *expected_signature = g_strdup (signature);
      g_autofree char *got = NULL;

      json_object_remove_member (expected, "signatures");
      json_object_remove_member (expected, "unsigned");
      if (strcmp (json_object_get_string_member (one, "kind"), "event") == 0)
        redact (expected);
      got = sign_object (key, expected);
      g_assert_cmpstr (got, ==, expected_signature);
    }
}

static void
test_sign (void)
{
  g_autoptr (GhSigningKey) key = gh_signing_key_generate ();
  g_autoptr (GhSigningKey) other = gh_signing_key_generate ();
  g_autoptr (GhKeyRing) ring = gh_key_ring_new ();
  g_autoptr (GError) error = NULL;
  guint8 hash[32];
  guint8 signature[GH_SIGNING_SIGNATURE_SIZE];
  const char *id = gh_signing_key_get_id (key);
  g_autofree char *same_id = gh_signing_key_id_for_public (gh_signing_key_get_public (key));

  g_assert_cmpstr (id, ==, same_id);
  g_assert_cmpstr (id, !=, gh_signing_key_get_id (other));
  test_random_bytes (hash, sizeof hash);
  g_assert_true (gh_signing_key_sign (hash, sizeof hash, signature, key, &error));

  g_assert_false (gh_key_ring_verify (ring, "a.org", id, hash, sizeof hash, signature, &error));
  assert_refused (error, GH_ERROR_NOT_FOUND, "key.unknown");
  g_assert_true (gh_key_ring_add (ring, "a.org", id, gh_signing_key_get_public (key), &error));
  g_assert_true (gh_key_ring_add (ring, "a.org", id, gh_signing_key_get_public (key), &error));
  g_assert_true (gh_key_ring_verify (ring, "a.org", id, hash, sizeof hash, signature, &error));
  g_assert_no_error (error);
  g_assert_nonnull (gh_key_ring_lookup (ring, "a.org", id));
  g_assert_null (gh_key_ring_lookup (ring, "b.org", id));
  g_assert_false (gh_key_ring_verify (ring, "b.org", id, hash, sizeof hash, signature, &error));
  assert_refused (error, GH_ERROR_NOT_FOUND, "key.unknown");

  g_assert_false (gh_key_ring_add (ring, "a.org", id, gh_signing_key_get_public (other), &error));
  assert_refused (error, GH_ERROR_CONFLICT, "key.changed");
  g_assert_false (gh_key_ring_add (ring, "a b", id, gh_signing_key_get_public (other), &error));
  assert_refused (error, GH_ERROR_INVALID, "key.id");
  g_assert_false (gh_key_ring_add (ring, "a", "", gh_signing_key_get_public (other), &error));
  assert_refused (error, GH_ERROR_INVALID, "key.id");

  for (guint bit = 0; bit < sizeof signature * 8; bit++)
    {
      signature[bit / 8] ^= (guint8) (1 << (bit % 8));
      g_assert_false (gh_key_ring_verify (ring, "a.org", id, hash, sizeof hash, signature, &error));
      assert_refused (error, GH_ERROR_INVALID, "signature.false");
      signature[bit / 8] ^= (guint8) (1 << (bit % 8));
    }
  hash[0] ^= 1;
  g_assert_false (gh_key_ring_verify (ring, "a.org", id, hash, sizeof hash, signature, &error));
  assert_refused (error, GH_ERROR_INVALID, "signature.false");
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("guildhall-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "signing.key", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSigningKey) first = NULL;
  g_autoptr (GhSigningKey) second = NULL;
  GStatBuf status;
  gboolean created;

  g_assert_null (gh_signing_key_load (fixture->path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  first = gh_signing_key_load_or_create (fixture->path, &created, &error);
  g_assert_no_error (error);
  g_assert_true (created);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);

  second = gh_signing_key_load_or_create (fixture->path, &created, &error);
  g_assert_no_error (error);
  g_assert_false (created);
  g_assert_cmpstr (gh_signing_key_get_id (first), ==, gh_signing_key_get_id (second));
  g_assert_cmpmem (gh_signing_key_get_public (first), GH_SIGNING_PUBLIC_SIZE,
                   gh_signing_key_get_public (second), GH_SIGNING_PUBLIC_SIZE);
}

/* A key that cannot be read is never replaced by a new one: the log would no longer verify. */
static void
test_file_damaged (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "x\n",
    "guildhall-ed25519-seed \n",
    "guildhall-ed25519-seed AAAA\n",
    "guildhall-ed25519-seed AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n",
    "guildhall-ed25519-seed AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "guildhall-ed25519-key AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "guildhall-ed25519-seed AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA extra\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *after = NULL;

      g_assert_true (g_file_set_contents_full (fixture->path, texts[i], -1,
                                               G_FILE_SET_CONTENTS_NONE, 0600, &error));
      g_assert_null (gh_signing_key_load_or_create (fixture->path, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_true (g_file_get_contents (fixture->path, &after, NULL, NULL));
      g_assert_cmpstr (after, ==, texts[i]);
    }
}

static void
test_file_exposed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSigningKey) key = gh_signing_key_load_or_create (fixture->path, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (key);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  g_assert_null (gh_signing_key_load_or_create (fixture->path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

static gpointer
load_in_thread (gpointer data)
{
  return gh_signing_key_load_or_create (data, NULL, NULL);
}

static void
test_file_race (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 20; round++)
    {
      GThread *threads[4];
      g_autoptr (GhSigningKey) first = NULL;

      g_unlink (fixture->path);
      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("load", load_in_thread, fixture->path);
      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        {
          g_autoptr (GhSigningKey) key = g_thread_join (threads[i]);

          g_assert_nonnull (key);
          if (first == NULL)
            first = gh_signing_key_ref (key);
          g_assert_cmpstr (gh_signing_key_get_id (key), ==, gh_signing_key_get_id (first));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signing/wycheproof", test_wycheproof);
  g_test_add_func ("/signing/matrix", test_matrix);
  g_test_add_func ("/signing/sign", test_sign);
  g_test_add ("/signing/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/signing/file-damaged", Fixture, NULL, set_up, test_file_damaged, tear_down);
  g_test_add ("/signing/file-exposed", Fixture, NULL, set_up, test_file_exposed, tear_down);
  g_test_add ("/signing/file-race", Fixture, NULL, set_up, test_file_race, tear_down);
  return g_test_run ();
}
