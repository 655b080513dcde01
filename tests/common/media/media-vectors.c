/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The packets of vectors.json: this program made the file (--print) and is the test that the product still
 * makes the same, and opens them; check_vectors.py makes them again with nothing of ours. Also held against
 * published vectors here: what libsodium makes of AEGIS-256 and HKDF. */
#include "../test-util.h"

#include "gh-media-private.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define CALL "call-7Yq3"
#define ALICE "@alice:example.org"
#define BOB "@bob:example.org"
#define MAX_PACKET 2048

typedef struct
{
  const char *name;
  GhMediaKind kind;
  const char *sender;
  const char *receiver;
  guint32 epoch;
  guint64 salt;
  guint64 counter;
  const char *head; /* hex */
  guint n_text;     /* bytes 0, 1, 2… behind it */
} Case;

static const Case cases[] = {
  { "rtp", GH_MEDIA_RTP, ALICE, BOB, 1, G_GUINT64_CONSTANT (0x0102030405060708), 0,
    "806f000100000000cafe0001", 40 },
  { "rtp-for-all", GH_MEDIA_RTP, ALICE, "", 1, G_GUINT64_CONSTANT (0x0102030405060708), 1,
    "80ef000200000140cafe0001", 40 },
  { "rtp-of-bob", GH_MEDIA_RTP, BOB, ALICE, 1, G_GUINT64_CONSTANT (0x0102030405060708), 0,
    "806f000100000000cafe0001", 40 },
  { "rtp-two-sources-and-extension", GH_MEDIA_RTP, ALICE, BOB, 258,
    G_GUINT64_CONSTANT (0xfedcba9876543210), 65536,
    "926f123400000140cafe000111111111222222 22bede0002102a0051000131ff", 160 },
  { "rtp-no-payload", GH_MEDIA_RTP, ALICE, BOB, 255, G_GUINT64_CONSTANT (0xffffffffffffffff),
    GH_MEDIA_MAX_COUNTER, "806f000300000280cafe0001", 0 },
  { "rtp-video", GH_MEDIA_RTP, ALICE, BOB, 4294967295, 1, 2, "80e0000700001b58cafe0002", 1188 },
  { "rtcp", GH_MEDIA_RTCP, ALICE, BOB, 2, G_GUINT64_CONSTANT (0x0102030405060708), 2,
    "80c80006cafe0001", 20 },
  { "rtcp-head-only", GH_MEDIA_RTCP, ALICE, BOB, 2, G_GUINT64_CONSTANT (0x0102030405060708), 3,
    "81cb0001cafe0001", 0 },
  { "data", GH_MEDIA_DATA, ALICE, BOB, 3, G_GUINT64_CONSTANT (0x8000000000000000), 4,
    "1388138800000000", 33 },
  { "data-one-byte", GH_MEDIA_DATA, ALICE, BOB, 3, G_GUINT64_CONSTANT (0x8000000000000000), 5, "00",
    0 },
};

static const char *
kind_name (GhMediaKind kind)
{
  return kind == GH_MEDIA_RTP ? "rtp" : kind == GH_MEDIA_RTCP ? "rtcp" : "data";
}

/* Epochs have different keys: the bytes 0x40, 0x41… exclusive or the epoch's last byte. */
static GhSecret *
session_key (guint32 epoch)
{
  guint8 bytes[GH_MEDIA_KEY_SIZE];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) ((0x40 + i) ^ epoch);
  return gh_secret_new (bytes, sizeof bytes);
}

static char *
hex (gconstpointer data, gsize size)
{
  char *out = g_malloc (2 * size + 1);

  return sodium_bin2hex (out, 2 * size + 1, data, size);
}

static void
append_case (GString *out, const Case *one)
{
  guint8 packet[MAX_PACKET];
  guint8 sealed[MAX_PACKET];
  guint8 key[GH_MEDIA_KEY_SIZE];
  guint8 context[GH_MEDIA_CONTEXT_SIZE];
  g_autoptr (GhSecret) secret = session_key (one->epoch);
  g_autofree char *secret_hex = hex (gh_secret_get_data (secret), GH_MEDIA_KEY_SIZE);
  g_autofree char *key_hex = NULL;
  g_autofree char *context_hex = NULL;
  g_autofree char *packet_hex = NULL;
  g_autofree char *sealed_hex = NULL;
  GhMediaShape shape;
  gsize size;

  if (sodium_hex2bin (packet, sizeof packet, one->head, strlen (one->head), " ", &size, NULL) != 0)
    g_error ("%s is not hexadecimal", one->name);
  for (guint i = 0; i < one->n_text; i++)
    packet[size++] = (guint8) i;
  gh_media_keys_derive (secret, one->epoch, CALL, one->sender, key);
  gh_media_keys_context (CALL, one->sender, one->receiver, context);
  if (!gh_media_packet_measure (one->kind, packet, size, &shape))
    g_error ("%s is no packet", one->name);
  shape.epoch = (guint8) one->epoch;
  shape.salt = one->salt;
  shape.counter = one->counter;
  gh_media_packet_seal (key, context, &shape, packet, sealed);

  key_hex = hex (key, sizeof key);
  context_hex = hex (context, sizeof context);
  packet_hex = hex (packet, size);
  sealed_hex = hex (sealed, gh_media_packet_sealed_size (&shape));
  g_string_append_printf (out,
                          "    {\n      \"name\": \"%s\",\n      \"kind\": \"%s\",\n"
                          "      \"sender\": \"%s\",\n      \"receiver\": \"%s\",\n"
                          "      \"epoch\": %u,\n      \"session_key\": \"%s\",\n"
                          "      \"salt\": \"%016" G_GINT64_MODIFIER "x\",\n"
                          "      \"counter\": %" G_GUINT64_FORMAT ",\n"
                          "      \"sender_key\": \"%s\",\n      \"context\": \"%s\",\n"
                          "      \"packet\": \"%s\",\n      \"sealed\": \"%s\"\n    }",
                          one->name, kind_name (one->kind), one->sender, one->receiver, one->epoch,
                          secret_hex, one->salt, one->counter, key_hex, context_hex, packet_hex,
                          sealed_hex);
}

static char *
make_vectors (void)
{
  GString *out = g_string_new ("{\n  \"call\": \"" CALL "\",\n  \"packets\": [\n");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      append_case (out, &cases[i]);
      g_string_append (out, i + 1 < G_N_ELEMENTS (cases) ? ",\n" : "\n");
    }
  g_string_append (out, "  ]\n}\n");
  return g_string_free (out, FALSE);
}

static char *
read_vectors (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "common", "media", "vectors.json",
                                                 NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_same (void)
{
  g_autofree char *expected = read_vectors ();
  g_autofree char *got = make_vectors ();

  g_assert_cmpstr (got, ==, expected);
}

static void
test_opens (void)
{
  g_autofree char *text = read_vectors ();
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *packets = json_object_get_array_member (json_node_get_object (root), "packets");

  g_assert_cmpuint (json_array_get_length (packets), ==, G_N_ELEMENTS (cases));
  for (guint i = 0; i < json_array_get_length (packets); i++)
    {
      JsonObject *one = json_array_get_object_element (packets, i);
      gsize size;
      gsize sealed_size;
      gsize key_size;
      gsize context_size;
      g_autofree guint8 *packet = test_unhex (json_object_get_string_member (one, "packet"), &size);
      g_autofree guint8 *sealed = test_unhex (json_object_get_string_member (one, "sealed"),
                                              &sealed_size);
      g_autofree guint8 *key = test_unhex (json_object_get_string_member (one, "sender_key"),
                                           &key_size);
      g_autofree guint8 *context = test_unhex (json_object_get_string_member (one, "context"),
                                               &context_size);
      guint8 opened[MAX_PACKET];
      GhMediaShape shape;

      g_assert_true (gh_media_packet_parse (sealed, sealed_size, &shape));
      g_assert_cmpstr (kind_name (shape.kind), ==, json_object_get_string_member (one, "kind"));
      g_assert_cmpuint (shape.counter, ==, (guint64) json_object_get_int_member (one, "counter"));
      g_assert_true (gh_media_packet_open (key, context, &shape, sealed, opened));
      g_assert_cmpmem (opened, gh_media_packet_opened_size (&shape), packet, size);
    }
}

/* One case of AEGIS-256 with libsodium's tag of 256 bits, which the one of 128 bits follows from. */
static gboolean
aegis_agrees (JsonObject *one, const char *nonce_name, const char *ad_name, const char *tag_name)
{
  gsize size;
  gsize ad_size;
  gsize key_size;
  gsize nonce_size;
  gsize ct_size;
  gsize tag_size;
  g_autofree guint8 *key = test_unhex (json_object_get_string_member (one, "key"), &key_size);
  g_autofree guint8 *nonce = test_unhex (json_object_get_string_member (one, nonce_name),
                                         &nonce_size);
  g_autofree guint8 *ad = test_unhex (json_object_get_string_member (one, ad_name), &ad_size);
  g_autofree guint8 *message = test_unhex (json_object_get_string_member (one, "msg"), &size);
  g_autofree guint8 *ct = test_unhex (json_object_get_string_member (one, "ct"), &ct_size);
  g_autofree guint8 *tag = test_unhex (json_object_get_string_member (one, tag_name), &tag_size);
  g_autofree guint8 *got = g_malloc (size + 1);
  guint8 got_tag[crypto_aead_aegis256_ABYTES];

  g_assert_cmpuint (key_size, ==, crypto_aead_aegis256_KEYBYTES);
  g_assert_cmpuint (nonce_size, ==, crypto_aead_aegis256_NPUBBYTES);
  crypto_aead_aegis256_encrypt_detached (got, got_tag, NULL, message, size, ad, ad_size, NULL,
                                         nonce, key);
  for (gsize i = 0; tag_size == 16 && i < 16; i++)
    got_tag[i] ^= got_tag[16 + i];
  return ct_size == size && memcmp (got, ct, size) == 0 && memcmp (got_tag, tag, tag_size) == 0;
}

static void
test_libsodium_aegis (void)
{
  g_autoptr (JsonNode) draft = test_vectors ("aegis/aegis-256-test-vectors.json");
  g_autoptr (JsonNode) wycheproof = test_vectors ("wycheproof/aegis256_test.json");
  JsonArray *array;
  guint n_valid = 0;
  guint n_invalid = 0;

  if (draft == NULL || wycheproof == NULL)
    return;
  array = json_node_get_array (draft);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *one = json_array_get_object_element (array, i);

      if (!json_object_has_member (one, "tag256") || json_object_has_member (one, "error"))
        continue;
      g_assert_true (aegis_agrees (one, "nonce", "ad", "tag256"));
      n_valid++;
    }
  array = json_object_get_array_member (json_node_get_object (wycheproof), "testGroups");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonArray *tests = json_object_get_array_member (json_array_get_object_element (array, i),
                                                       "tests");

      for (guint k = 0; k < json_array_get_length (tests); k++)
        {
          JsonObject *one = json_array_get_object_element (tests, k);
          gboolean is_valid = strcmp (json_object_get_string_member (one, "result"), "valid") == 0;

          if (strlen (json_object_get_string_member (one, "iv"))
              != 2 * crypto_aead_aegis256_NPUBBYTES)
            continue;
          /* What is sealed again has the right tag, so a wrong one shows. */
          if (strlen (json_object_get_string_member (one, "tag")) == 32)
            g_assert_cmpint (aegis_agrees (one, "iv", "aad", "tag"), ==, is_valid);
          n_valid += is_valid ? 1 : 0;
          n_invalid += is_valid ? 0 : 1;
        }
    }
  g_test_message ("%u valid, %u invalid", n_valid, n_invalid);
  g_assert_cmpuint (n_valid, >, 100);
  g_assert_cmpuint (n_invalid, >, 20);
}

static void
test_libsodium_hkdf (void)
{
  g_autoptr (JsonNode) root = test_vectors ("wycheproof/hkdf_sha256_test.json");
  JsonArray *groups;
  guint count = 0;

  if (root == NULL)
    return;
  groups = json_object_get_array_member (json_node_get_object (root), "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonArray *tests = json_object_get_array_member (json_array_get_object_element (groups, i),
                                                       "tests");

      for (guint k = 0; k < json_array_get_length (tests); k++)
        {
          JsonObject *one = json_array_get_object_element (tests, k);
          gsize wanted = (gsize) json_object_get_int_member (one, "size");
          gsize ikm_size;
          gsize salt_size;
          gsize info_size;
          g_autofree guint8 *ikm = test_unhex (json_object_get_string_member (one, "ikm"),
                                               &ikm_size);
          g_autofree guint8 *salt = test_unhex (json_object_get_string_member (one, "salt"),
                                                &salt_size);
          g_autofree guint8 *info = test_unhex (json_object_get_string_member (one, "info"),
                                                &info_size);
          g_autofree guint8 *out = g_malloc (wanted + 1);
          g_autofree char *got = NULL;
          guint8 master[crypto_kdf_hkdf_sha256_KEYBYTES];

          crypto_kdf_hkdf_sha256_extract (master, salt, salt_size, ikm, ikm_size);
          if (strcmp (json_object_get_string_member (one, "result"), "valid") != 0)
            {
              g_assert_cmpint (crypto_kdf_hkdf_sha256_expand (out, wanted, (const char *) info,
                                                              info_size, master),
                               ==, -1);
              continue;
            }
          g_assert_cmpint (crypto_kdf_hkdf_sha256_expand (out, wanted, (const char *) info,
                                                          info_size, master),
                           ==, 0);
          got = hex (out, wanted);
          g_assert_cmpstr (got, ==, json_object_get_string_member (one, "okm"));
          count++;
        }
    }
  g_assert_cmpuint (count, >, 50);
}

int
main (int argc, char *argv[])
{
  if (sodium_init () < 0)
    return 1;
  if (argc == 2 && strcmp (argv[1], "--print") == 0)
    {
      g_autofree char *text = make_vectors ();

      fputs (text, stdout);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/vectors/same", test_same);
  g_test_add_func ("/media/vectors/opens", test_opens);
  g_test_add_func ("/media/vectors/libsodium-aegis", test_libsodium_aegis);
  g_test_add_func ("/media/vectors/libsodium-hkdf", test_libsodium_hkdf);
  return g_test_run ();
}
