/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-base58.h"
#include "gh-event-draft.h"
#include "gh-json-builder.h"
#include "gh-key-ring.h"
#include "random-json.h"

#include <libdex.h>
#include <string.h>

#define SERVER "example.org"
#define ROOM "!37G9X3VBf9g7tEbWtLBu9Z:example.org"
#define SENDER "@ada:example.org"
#define PREV "$9iZ2ANAer8bSZEax8g7CBX6yC2ZaQqCZ5JxtYQhk8MyR"

/* Made by another program (Python's json and libblake3, OpenSSL's Ed25519) of the seed 00 01 … 1f and
 * the salt 00 01 … 0f: the format is not to change by accident. */
#define GOLDEN_ID "$9vq51NWTNtwqr2zC7HU7fp9xThnUUh9PaeejrR6sSpEo"
#define GOLDEN_KEY "ed25519:SYfCpNpJosm"
#define GOLDEN_CONTENT                                                                             \
  "{\"body\":\"Grüße, “world”\\n\\t\\\\ \\u0001 😀\",\"msgtype\":\"m.text\",\"n\":-1}"
#define GOLDEN                                                                                     \
  "{\"auth_events\":[],\"content\":" GOLDEN_CONTENT                                                \
  ",\"content_hash\":\"7N5bgmsevzURAADYpLCVy4qbH1rLgqcRvRYMCwVzgLWC\","                            \
  "\"event_id\":\"" GOLDEN_ID "\",\"origin_server\":\"" SERVER                                     \
  "\",\"origin_ts\":1700000000123,\"position\":7,\"prev_events\":[\"" PREV "\"],"                  \
  "\"room_id\":\"" ROOM "\",\"salt\":\"AAECAwQFBgcICQoLDA0ODw\",\"sender\":\"" SENDER "\","        \
  "\"signatures\":{\"" SERVER "\":{\"" GOLDEN_KEY "\":\"YTe9Il2nCqBOQr2TZ3RXnwhSMrBZpuZbBgNL_"     \
  "jur9Fnycq0KLKKXaiqVu9TQvBo9v1vVFuxwj5duM_vbCmVZCg\"}},\"txn_id\":\"t 1\","                      \
  "\"type\":\"m.room.message\"}"

static guint8 golden_bytes[32];

static GhSigningKey *
golden_key (void)
{
  g_autoptr (GhSecret) seed = NULL;

  for (guint i = 0; i < sizeof golden_bytes; i++)
    golden_bytes[i] = (guint8) i;
  seed = gh_secret_new (golden_bytes, sizeof golden_bytes);
  return gh_signing_key_new_from_seed (seed);
}

static GhEventSigner
signer_for (GhSigningKey *key)
{
  return (GhEventSigner) { SERVER, gh_signing_key_get_id (key), gh_signing_key_sign, key };
}

static GhJson *
parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhJson *json = gh_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

static GhEvent *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhEvent *event = gh_event_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return event;
}

static char *
random_event_id (void)
{
  guint8 bytes[32];
  g_autofree char *text = NULL;

  test_random_bytes (bytes, sizeof bytes);
  text = gh_base58_encode (bytes, sizeof bytes);
  return g_strconcat ("$", text, NULL);
}

static char **
random_event_ids (guint max)
{
  guint n = (guint) g_test_rand_int_range (0, (gint32) max + 1);
  char **ids = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    ids[i] = random_event_id ();
  return ids;
}

static GhEventDraft *
random_draft (void)
{
  static const char *const state_keys[] = { NULL, "", "@bob:example.org", "a \"quoted\\ key" };
  g_autoptr (RandomJson) random = random_json_new_object (GH_LIMIT_CONTENT_DEPTH / 2);
  g_autofree char *text = random_json_write (random, FALSE);
  g_autoptr (GhJson) content = parse_json (text);
  g_auto (GStrv) auth = random_event_ids (GH_LIMIT_AUTH_EVENTS);
  GhEventDraft *draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE,
                                            state_keys[g_test_rand_int_range (0, 4)], SENDER,
                                            content);

  gh_event_draft_set_auth_events (draft, (const char *const *) auth);
  if (g_test_rand_bit ())
    gh_event_draft_set_txn_id (draft, "a \"txn\" ~");
  return draft;
}

static void
assert_same (GhEvent *a, GhEvent *b)
{
  g_assert_cmpstr (gh_event_get_id (a), ==, gh_event_get_id (b));
  g_assert_true (gh_hash_equal (gh_event_get_hash (a), gh_event_get_hash (b)));
  g_assert_true (gh_hash_equal (gh_event_get_content_hash (a), gh_event_get_content_hash (b)));
  g_assert_cmpstr (gh_event_get_room_id (a), ==, gh_event_get_room_id (b));
  g_assert_cmpstr (gh_event_get_origin_server (a), ==, gh_event_get_origin_server (b));
  g_assert_cmpstr (gh_event_get_event_type (a), ==, gh_event_get_event_type (b));
  g_assert_cmpstr (gh_event_get_state_key (a), ==, gh_event_get_state_key (b));
  g_assert_cmpstr (gh_event_get_sender (a), ==, gh_event_get_sender (b));
  g_assert_cmpstr (gh_event_get_txn_id (a), ==, gh_event_get_txn_id (b));
  g_assert_cmpint (gh_event_get_origin_ts (a), ==, gh_event_get_origin_ts (b));
  g_assert_cmpint (gh_event_get_position (a), ==, gh_event_get_position (b));
  g_assert_true (g_strv_equal (gh_event_get_prev_events (a), gh_event_get_prev_events (b)));
  g_assert_true (g_strv_equal (gh_event_get_auth_events (a), gh_event_get_auth_events (b)));
  g_assert_true (g_bytes_equal (gh_event_get_bytes (a), gh_event_get_bytes (b)));
  g_assert_true (g_bytes_equal (gh_event_get_header_bytes (a), gh_event_get_header_bytes (b)));
  g_assert_true (g_bytes_equal (gh_event_get_content_bytes (a), gh_event_get_content_bytes (b)));
  g_assert_true (gh_json_equal (gh_event_get_content (a), gh_event_get_content (b)));
}

static void
test_golden (void)
{
  static const char *const prev[] = { PREV, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSigningKey) key = golden_key ();
  g_autoptr (GhJson) content = parse_json (GOLDEN_CONTENT);
  g_autoptr (GhEventDraft)
    draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE, NULL, SENDER, content);
  GhEventSigner signer = signer_for (key);
  g_autoptr (GhEvent) event = NULL;
  g_autoptr (GhEvent) parsed = parse (GOLDEN);

  g_assert_cmpstr (gh_signing_key_get_id (key), ==, GOLDEN_KEY);
  gh_event_draft_set_origin_ts (draft, 1700000000123);
  gh_event_draft_set_txn_id (draft, "t 1");
  event = gh_event_draft_finish (draft, 7, prev, golden_bytes, &signer, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gh_event_get_id (event), ==, GOLDEN_ID);
  g_assert_cmpmem (g_bytes_get_data (gh_event_get_bytes (event), NULL),
                   g_bytes_get_size (gh_event_get_bytes (event)), GOLDEN, strlen (GOLDEN));
  assert_same (event, parsed);
  g_assert_true (gh_event_verify_hash (event, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (void)
{
  g_autoptr (GhSigningKey) key = gh_signing_key_generate ();
  g_autoptr (GhKeyRing) ring = gh_key_ring_new ();
  g_autoptr (GError) error = NULL;

  gh_key_ring_add (ring, SERVER, gh_signing_key_get_id (key), gh_signing_key_get_public (key),
                   &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (GhEventDraft) draft = random_draft ();
      g_auto (GStrv) prev = random_event_ids (GH_LIMIT_PREV_EVENTS);
      GhEventSigner signer = signer_for (key);
      gint64 position = g_test_rand_bit () ? i + 1 : GH_LIMIT_JSON_INT;
      g_autoptr (GhEvent) event =
        gh_event_draft_finish (draft, position, (const char *const *) prev, NULL, &signer, &error);
      g_autoptr (GhEvent) other = NULL;
      g_autoptr (GhEvent) parsed = NULL;
      g_autoptr (GhEvent) scrambled = NULL;
      g_autofree char *text = NULL;
      g_autofree char *any_order = NULL;
      const char *server;
      const char *key_id;
      const guint8 *signature;

      if (error != NULL)
        {
          /* A rare random document is over the limit of a content. */
          assert_refused (error, GH_ERROR_TOO_LARGE, "event.content");
          continue;
        }
      text = g_strndup (g_bytes_get_data (gh_event_get_bytes (event), NULL),
                        g_bytes_get_size (gh_event_get_bytes (event)));
      parsed = parse (text);
      assert_same (event, parsed);
      any_order = random_json_scramble (text);
      scrambled = parse (any_order);
      assert_same (event, scrambled);
      g_assert_cmpstr (gh_event_draft_get_state_key (draft), ==, gh_event_get_state_key (parsed));
      g_assert_cmpint (gh_event_is_state (parsed), ==, gh_event_get_state_key (parsed) != NULL);
      g_assert_true (g_strv_equal (gh_event_get_prev_events (parsed), (const char *const *) prev));
      g_assert_true (gh_event_verify_hash (parsed, &error));

      g_assert_cmpuint (gh_event_get_n_signatures (parsed), ==, 1);
      signature = gh_event_get_signature (parsed, 0, &server, &key_id);
      g_assert_true (gh_key_ring_verify (ring, server, key_id, gh_event_get_hash (parsed)->bytes,
                                         GH_HASH_SIZE, signature, &error));
      g_assert_no_error (error);

      /* A new salt makes another event of the same draft. */
      other = gh_event_draft_finish (draft, position, (const char *const *) prev, NULL, &signer,
                                     &error);
      g_assert_cmpstr (gh_event_get_id (other), !=, gh_event_get_id (event));
    }
}

static void
test_truncated (void)
{
  for (gsize cut = 0; cut < strlen (GOLDEN); cut++)
    {
      g_autofree char *part = g_memdup2 (GOLDEN, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (gh_event_parse (part, cut, &error));
      g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
    }
}

/* Every byte replaced by many others: what is under the hash cannot change, and what is not under it
 * cannot change the rest. */
static void
test_tampered (void)
{
  g_autoptr (GhEvent) golden = parse (GOLDEN);
  guint n_accepted = 0;

  for (gsize at = 0; at < strlen (GOLDEN); at++)
    {
      for (guint k = 0; k < 24; k++)
        {
          g_autofree char *text = g_strdup (GOLDEN);
          g_autoptr (GhEvent) event = NULL;
          g_autoptr (GError) error = NULL;

          text[at] = (char) (k < 12 ? GOLDEN[at] ^ (1 << (k % 8)) : g_test_rand_int_range (0, 256));
          event = gh_event_parse (text, strlen (GOLDEN), &error);
          if (event == NULL)
            {
              g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
              continue;
            }
          n_accepted++;
          g_assert_cmpstr (gh_event_get_id (event), ==, GOLDEN_ID);
          g_assert_true (
            g_bytes_equal (gh_event_get_header_bytes (event), gh_event_get_header_bytes (golden)));
          if (gh_event_get_content (event) != NULL)
            g_assert_true (g_bytes_equal (gh_event_get_content_bytes (event),
                                          gh_event_get_content_bytes (golden)));
        }
    }
  /* Position, txn_id and signatures are not under the hash, so some are. */
  g_assert_cmpuint (n_accepted, >, 0);
}

static char *
replace (const char *text, const char *what, const char *with)
{
  g_auto (GStrv) parts = g_strsplit (text, what, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  return g_strjoinv (with, parts);
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *what;
    const char *with;
    const char *reason;
    const char *field;
  } table[] = {
    { "\"position\":7,", "", "json.missing", "position" },
    { "\"position\":7", "\"position\":0", "json.range", "position" },
    { "\"position\":7", "\"position\":\"7\"", "json.type", "position" },
    { "\"room_id\":\"!", "\"room_id\":\"#", "id.invalid", "room_id" },
    { "\"sender\":\"@ada", "\"sender\":\"@Ada", "id.invalid", "sender" },
    { "\"sender\":\"@ada", "\"sender\":\"@bob", "event.id", "event_id" },
    { "\"origin_server\":\"example.org\"", "\"origin_server\":\"example org\"", "host.invalid",
      "origin_server" },
    { "\"type\":\"m.room.message\"", "\"type\":\"m room\"", "event.type", "type" },
    { "\"type\":\"m.room.message\"", "\"type\":\"m.room.message\",\"state_key\":\"\"", "event.id",
      "event_id" },
    { "\"type\":\"m.room.message\"", "\"type\":\"m.room.message\",\"state_key\":\"\\n\"",
      "event.state_key", "state_key" },
    { "\"origin_ts\":1700000000123", "\"origin_ts\":1700000000124", "event.id", "event_id" },
    { "\"origin_ts\":1700000000123", "\"origin_ts\":-1", "json.range", "origin_ts" },
    { "\"auth_events\":[]", "\"auth_events\":[1]", "id.invalid", "auth_events" },
    { "\"auth_events\":[]", "\"auth_events\":{}", "json.type", "auth_events" },
    { "\"auth_events\":[],", "", "json.type", "auth_events" },
    { "\"prev_events\":[\"" PREV "\"]", "\"prev_events\":[]", "event.id", "event_id" },
    { "\"content_hash\":\"7", "\"content_hash\":\"8", "event.content_hash", "content_hash" },
    { "\"content_hash\":\"7", "\"content_hash\":\"0", "event.hash", "content_hash" },
    { "\"event_id\":\"$9", "\"event_id\":\"$8", "event.id", "event_id" },
    { "\"event_id\":\"$9", "\"event_id\":\"9", "event.hash", "event_id" },
    { "\"n\":-1", "\"n\":-2", "event.content_hash", "content_hash" },
    { "\"content\":" GOLDEN_CONTENT, "\"content\":[]", "json.type", "content" },
    { "\"content\":" GOLDEN_CONTENT ",", "", "json.missing", "content" },
    { "\"salt\":\"AAECAwQFBgcICQoLDA0ODw\",", "", "json.missing", "salt" },
    { "\"salt\":\"AAEC", "\"salt\":\"AAED", "event.content_hash", "content_hash" },
    { "\"salt\":\"AAECAwQFBgcICQoLDA0ODw\"", "\"salt\":\"AAEC\"", "event.salt", "salt" },
    { "\"txn_id\":\"t 1\"", "\"txn_id\":\"\"", "json.range", "txn_id" },
    { "\"txn_id\":\"t 1\"", "\"txn_id\":\"ü\"", "event.txn_id", "txn_id" },
    { GOLDEN_KEY, "rsa:x", "event.signature", "signatures" },
    { GOLDEN_KEY, "ed25519:", "event.signature", "signatures" },
    { GOLDEN_KEY, "ed25519:a\\\"b", "event.signature", "signatures" },
    { "YTe9", "YTe", "event.signature", "signatures" },
    { "{\"" SERVER "\":{", "{\"Example.org\":{", "event.signature", "signatures" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = replace (GOLDEN, table[i].what, table[i].with);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s -> %s", table[i].what, table[i].with);
      g_assert_null (gh_event_parse (text, strlen (text), &error));
      g_assert_cmpstr (gh_error_get_field (error), ==, table[i].field);
      assert_refused (error, GH_ERROR_INVALID, table[i].reason);
    }
}

static void
test_signature_lists (void)
{
  g_autofree char *none = replace (GOLDEN, "\"signatures\":{", "\"signatures\":{},\"x\":{");
  g_autofree char *empty = replace (GOLDEN, "\"signatures\":{", "\"signatures\":{\"a.org\":{},");
  g_autoptr (GString) many = g_string_new ("\"signatures\":{\"a.org\":{");
  g_autofree char *too_many = NULL;
  g_autofree char *two = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhEvent) event = NULL;
  g_autoptr (GhEvent) again = NULL;
  g_autofree char *zeros = g_strnfill (86, 'A');
  g_autofree char *second = NULL;
  const char *server;
  const char *key_id;

  g_assert_null (gh_event_parse (none, strlen (none), &error));
  assert_refused (error, GH_ERROR_INVALID, "event.signature");
  g_assert_null (gh_event_parse (empty, strlen (empty), &error));
  assert_refused (error, GH_ERROR_INVALID, "event.signature");

  for (guint i = 0; i < GH_LIMIT_SIGNATURES; i++)
    g_string_append_printf (many, "%s\"ed25519:%u\":\"%s\"", i > 0 ? "," : "", i, zeros);
  g_string_append (many, "},");
  too_many = replace (GOLDEN, "\"signatures\":{", many->str);
  g_assert_null (gh_event_parse (too_many, strlen (too_many), &error));
  assert_refused (error, GH_ERROR_INVALID, "json.range");

  /* Two servers, in whatever order they stand. */
  second =
    g_strdup_printf ("\"signatures\":{\"z.org\":{\"ed25519:b\":\"%s\",\"ed25519:a\":\"%s\"},",
                     zeros, zeros);
  two = replace (GOLDEN, "\"signatures\":{", second);
  event = parse (two);
  g_assert_cmpuint (gh_event_get_n_signatures (event), ==, 3);
  gh_event_get_signature (event, 0, &server, NULL);
  g_assert_cmpstr (server, ==, SERVER);
  gh_event_get_signature (event, 1, &server, &key_id);
  g_assert_cmpstr (server, ==, "z.org");
  g_assert_cmpstr (key_id, ==, "ed25519:a");
  again = gh_event_parse (g_bytes_get_data (gh_event_get_bytes (event), NULL),
                          g_bytes_get_size (gh_event_get_bytes (event)), &error);
  g_assert_no_error (error);
  assert_same (event, again);
}

static void
test_erase (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhEvent) event = parse (GOLDEN);
  g_autoptr (GhEvent) erased = gh_event_erase (event);
  GBytes *bytes = gh_event_get_bytes (erased);
  g_autoptr (GhEvent)
    parsed = gh_event_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      GhEvent *one = i == 0 ? erased : parsed;

      g_assert_null (gh_event_get_content (one));
      g_assert_null (gh_event_get_content_bytes (one));
      g_assert_null (gh_event_get_salt (one));
      g_assert_cmpstr (gh_event_get_id (one), ==, GOLDEN_ID);
      g_assert_true (gh_event_verify_hash (one, &error));
      g_assert_no_error (error);
      g_assert_true (
        gh_hash_equal (gh_event_get_content_hash (one), gh_event_get_content_hash (event)));
    }
  g_assert_null (
    g_strstr_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), "world"));
}

static void
test_parts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhEvent) event = parse (GOLDEN);
  GhEventParts parts = { 0 };
  const char *key_id;

  parts.header = g_bytes_get_data (gh_event_get_header_bytes (event), &parts.header_size);
  parts.content = g_bytes_get_data (gh_event_get_content_bytes (event), &parts.content_size);
  parts.salt = gh_event_get_salt (event);
  parts.signature = gh_event_get_signature (event, 0, NULL, &key_id);
  parts.key_id = key_id;
  parts.position = gh_event_get_position (event);
  parts.txn_id = gh_event_get_txn_id (event);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GhEvent) again = gh_event_from_parts (&parts, &error);

      g_assert_no_error (error);
      if (i == 0)
        assert_same (event, again);
      else
        g_assert_null (gh_event_get_content (again));
      g_assert_cmpstr (gh_event_get_id (again), ==, GOLDEN_ID);
      parts.content = NULL;
      parts.salt = NULL;
    }

  /* A table that was tampered with. */
  parts.content = "{\"body\":\"forged\"}";
  parts.content_size = strlen (parts.content);
  parts.salt = gh_event_get_salt (event);
  g_assert_null (gh_event_from_parts (&parts, &error));
  assert_refused (error, GH_ERROR_INVALID, "event.content_hash");
  parts.content = NULL;
  parts.salt = NULL;
  parts.position = 0;
  g_assert_null (gh_event_from_parts (&parts, &error));
  assert_refused (error, GH_ERROR_INVALID, "event.parts");
  parts.position = 1;
  parts.header_size--;
  g_assert_null (gh_event_from_parts (&parts, &error));
  assert_refused (error, GH_ERROR_INVALID, "json.syntax");
}

static GhJson *
nested (guint depth)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i + 1 < depth ? "{\"a\":" : "{");
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '}');
  return parse_json (text->str);
}

static GhEvent *
finish (GhSigningKey *key, GhJson *content, GError **error)
{
  g_autoptr (GhEventDraft)
    draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE, NULL, SENDER, content);
  GhEventSigner signer = signer_for (key);

  return gh_event_draft_finish (draft, 1, NULL, NULL, &signer, error);
}

static void
test_limits (void)
{
  g_autoptr (GhSigningKey) key = gh_signing_key_generate ();
  g_autoptr (GError) error = NULL;

  for (gsize size = GH_LIMIT_CONTENT - 1; size <= GH_LIMIT_CONTENT + 1; size++)
    {
      g_autofree char *body = g_strnfill (size - strlen ("{\"b\":\"\"}"), 'x');
      g_autofree char *text = g_strdup_printf ("{\"b\":\"%s\"}", body);
      g_autoptr (GhJson) content = parse_json (text);
      g_autoptr (GhEvent) event = finish (key, content, &error);
      g_autoptr (GhEvent) again = NULL;

      if (size > GH_LIMIT_CONTENT)
        {
          g_assert_null (event);
          assert_refused (error, GH_ERROR_TOO_LARGE, "event.content");
          continue;
        }
      g_assert_no_error (error);
      again = gh_event_parse (g_bytes_get_data (gh_event_get_bytes (event), NULL),
                              g_bytes_get_size (gh_event_get_bytes (event)), &error);
      g_assert_no_error (error);
    }
  for (guint depth = GH_LIMIT_CONTENT_DEPTH; depth <= GH_LIMIT_CONTENT_DEPTH + 1; depth++)
    {
      g_autoptr (GhJson) content = nested (depth);
      g_autoptr (GhEvent) event = finish (key, content, &error);

      if (depth <= GH_LIMIT_CONTENT_DEPTH)
        g_assert_no_error (error);
      else
        assert_refused (error, GH_ERROR_INVALID, "event.content");
    }
}

static void
test_huge (void)
{
  g_autofree char *huge = g_strnfill (GH_LIMIT_EVENT + 1, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_null (gh_event_parse (huge, GH_LIMIT_EVENT + 1, &error));
  assert_refused (error, GH_ERROR_TOO_LARGE, "event.size");
}

static gboolean
refuse_to_sign (gconstpointer hash, gsize size, guint8 signature[GH_SIGNATURE_SIZE], gpointer data,
                GError **error)
{
  return gh_set_error (error, GH_ERROR_UNAVAILABLE, "key.away", NULL, "The key is not here");
}

static void
test_draft_refusals (void)
{
  g_autoptr (GhSigningKey) key = gh_signing_key_generate ();
  GhEventSigner signer = signer_for (key);
  const struct
  {
    const char *room_id;
    const char *type;
    const char *state_key;
    const char *sender;
    const char *txn_id;
    gint64 origin_ts;
    gint64 position;
    const char *prev;
    const char *auth;
    const char *reason;
  } table[] = {
    { "room", "m.x", NULL, SENDER, NULL, 1, 1, PREV, PREV, "id.invalid" },
    { ROOM, "", NULL, SENDER, NULL, 1, 1, PREV, PREV, "event.type" },
    { ROOM, "m.x y", NULL, SENDER, NULL, 1, 1, PREV, PREV, "event.type" },
    { ROOM, "m.x", "a\nb", SENDER, NULL, 1, 1, PREV, PREV, "event.state_key" },
    { ROOM, "m.x", NULL, "ada", NULL, 1, 1, PREV, PREV, "id.invalid" },
    { ROOM, "m.x", NULL, SENDER, "", 1, 1, PREV, PREV, "event.txn_id" },
    { ROOM, "m.x", NULL, SENDER, "a\tb", 1, 1, PREV, PREV, "event.txn_id" },
    { ROOM, "m.x", NULL, SENDER, NULL, -1, 1, PREV, PREV, "event.parts" },
    { ROOM, "m.x", NULL, SENDER, NULL, 1, 0, PREV, PREV, "event.parts" },
    { ROOM, "m.x", NULL, SENDER, NULL, 1, 1, "x", PREV, "id.invalid" },
    { ROOM, "m.x", NULL, SENDER, NULL, 1, 1, PREV, "x", "id.invalid" },
  };
  g_autoptr (GhJson) content = gh_json_new_empty_object ();
  g_autoptr (GhEventDraft) good = gh_event_draft_new (ROOM, "m.x", NULL, SENDER, content);
  const char *too_many[GH_LIMIT_PREV_EVENTS + 2] = { NULL };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *prev[] = { table[i].prev, NULL };
      const char *auth[] = { table[i].auth, NULL };
      g_autoptr (GhEventDraft)
        draft = gh_event_draft_new (table[i].room_id, table[i].type, table[i].state_key,
                                    table[i].sender, content);

      gh_event_draft_set_txn_id (draft, table[i].txn_id);
      gh_event_draft_set_origin_ts (draft, table[i].origin_ts);
      gh_event_draft_set_auth_events (draft, auth);
      g_assert_null (gh_event_draft_finish (draft, table[i].position, prev, NULL, &signer, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (gh_error_get_reason (error), ==, table[i].reason);
      g_clear_error (&error);
    }

  for (gsize i = 0; i <= GH_LIMIT_PREV_EVENTS; i++)
    too_many[i] = PREV;
  g_assert_null (gh_event_draft_finish (good, 1, too_many, NULL, &signer, &error));
  assert_refused (error, GH_ERROR_INVALID, "json.range");
  signer.sign = refuse_to_sign;
  g_assert_null (gh_event_draft_finish (good, 1, NULL, NULL, &signer, &error));
  assert_refused (error, GH_ERROR_UNAVAILABLE, "key.away");
  signer.server = "not a host";
  g_assert_null (gh_event_draft_finish (good, 1, NULL, NULL, &signer, &error));
  assert_refused (error, GH_ERROR_INVALID, "host.invalid");
}

static gpointer
bytes_of (gpointer data)
{
  return gh_event_get_bytes (data);
}

static void
test_threads (void)
{
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GhEvent) event = parse (GOLDEN);
      GThread *threads[4];
      gpointer first = NULL;

      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("bytes", bytes_of, event);
      for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
        {
          gpointer bytes = g_thread_join (threads[i]);

          if (first == NULL)
            first = bytes;
          g_assert_true (bytes == first);
        }
    }
}

static void
test_future (void)
{
  g_autoptr (GhEvent) event = parse (GOLDEN);
  g_autoptr (DexFuture) future = dex_future_new_take_boxed (GH_TYPE_EVENT, gh_event_ref (event));
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  g_assert_no_error (error);
  g_assert_true (G_VALUE_HOLDS (value, GH_TYPE_EVENT));
  g_assert_true (g_value_get_boxed (value) == event);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/event/golden", test_golden);
  g_test_add_func ("/event/round-trip", test_round_trip);
  g_test_add_func ("/event/truncated", test_truncated);
  g_test_add_func ("/event/tampered", test_tampered);
  g_test_add_func ("/event/refusals", test_refusals);
  g_test_add_func ("/event/signature-lists", test_signature_lists);
  g_test_add_func ("/event/erase", test_erase);
  g_test_add_func ("/event/parts", test_parts);
  g_test_add_func ("/event/limits", test_limits);
  g_test_add_func ("/event/huge", test_huge);
  g_test_add_func ("/event/draft-refusals", test_draft_refusals);
  g_test_add_func ("/event/threads", test_threads);
  g_test_add_func ("/event/future", test_future);
  return g_test_run ();
}
