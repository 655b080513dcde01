/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no event may be: damaged fields, too many signatures, too much content, drafts that break a rule. */
#include "event-util.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event/refusals", test_refusals);
  g_test_add_func ("/event/signature-lists", test_signature_lists);
  g_test_add_func ("/event/limits", test_limits);
  g_test_add_func ("/event/huge", test_huge);
  g_test_add_func ("/event/draft-refusals", test_draft_refusals);
  return g_test_run ();
}
