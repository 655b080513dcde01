/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-util.h"

#include "gh-base58.h"
#include "random-json.h"

#include <libdex.h>

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

  /* Signed afterwards it is the same. */
  g_clear_pointer (&event, gh_event_unref);
  signer.sign = NULL;
  event = gh_event_draft_finish (draft, 7, prev, golden_bytes, &signer, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gh_event_get_id (event), ==, GOLDEN_ID);
  signer = signer_for (key);
  g_assert_true (gh_event_sign (event, &signer, &error));
  g_assert_no_error (error);
  assert_same (event, parsed);
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
  g_test_add_func ("/event/erase", test_erase);
  g_test_add_func ("/event/parts", test_parts);
  g_test_add_func ("/event/threads", test_threads);
  g_test_add_func ("/event/future", test_future);
  return g_test_run ();
}
