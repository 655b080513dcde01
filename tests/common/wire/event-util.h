/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../test-util.h"

#include "gh-event-draft.h"
#include "gh-key-ring.h"

#include <string.h>

G_BEGIN_DECLS

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

static inline GhEventSigner
signer_for (GhSigningKey *key)
{
  return (GhEventSigner) { SERVER, gh_signing_key_get_id (key), gh_signing_key_sign, key };
}

static inline GhJson *
parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhJson *json = gh_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

static inline GhEvent *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhEvent *event = gh_event_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return event;
}

static inline void
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

G_END_DECLS
