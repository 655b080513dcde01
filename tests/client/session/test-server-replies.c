/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server says, and what it keeps of what it was told. */
#include "test-server-private.h"

#include "gh-base58.h"
#include "gh-event-draft.h"
#include "gh-receipt-batch.h"

#define OTHER_EVENT "$11111111111111111111111111111111" /* 32 zero bytes */

GBytes *
test_server_take_bytes (GhJsonBuilder *builder)
{
  g_autoptr (GhJsonBuilder) taken = builder;

  return gh_json_builder_finish_bytes (taken);
}

GBytes *
test_server_make_info (TestServer *self)
{
  GhJsonBuilder *builder = gh_json_builder_new ();
  g_autofree char *key = gh_base58_encode (gh_signing_key_get_public (self->key),
                                           GH_SIGNING_PUBLIC_SIZE);

  gh_json_builder_add_string (builder, "name", TEST_SERVER_NAME);
  gh_json_builder_add_string (builder, "software", "guildhalld");
  gh_json_builder_add_string (builder, "registration", "open");
  if (self->has_keys)
    {
      gh_json_builder_open_object (builder, "signing_keys");
      gh_json_builder_add_string (builder, gh_signing_key_get_id (self->key), key);
      gh_json_builder_close (builder);
    }

  return test_server_take_bytes (builder);
}

/* The last part of a token is the number of its pair. */
GBytes *
test_server_make_tokens (TestServer *self)
{
  GhJsonBuilder *builder = gh_json_builder_new ();
  g_autofree char *access = g_strdup_printf ("access-%u", ++self->n_pairs);

  g_free (self->refresh_token);
  self->refresh_token = g_strdup_printf ("refresh-%u", self->n_pairs);
  gh_json_builder_open_object (builder, "user");
  gh_json_builder_add_string (builder, "user_id", TEST_SERVER_USER);
  gh_json_builder_add_string (builder, "display_name", "Ada");
  gh_json_builder_close (builder);
  gh_json_builder_add_string (builder, "device_id", TEST_SERVER_DEVICE);
  gh_json_builder_add_string (builder, "access_token", access);
  gh_json_builder_add_string (builder, "refresh_token", self->refresh_token);
  gh_json_builder_add_int (builder, "access_expires_ts",
                           g_get_real_time () / 1000 + 15 * 60 * 1000);

  return test_server_take_bytes (builder);
}

GBytes *
test_server_make_guilds (TestServer *self)
{
  g_autofree char *brook =
    self->brook != NULL
      ? g_strdup_printf (",{\"user_id\":\"" TEST_SERVER_OTHER "\",\"display_name\":\"Brook\",\"roles\":[],"
                         "\"joined_ts\":1,\"presence\":\"%s\"}", self->brook)
      : g_strdup ("");
  char *text = g_strdup_printf (
    "{\"position\":%" G_GINT64_FORMAT ",\"guilds\":[{\"guild_id\":\"%s\",\"name\":\"Papers\","
    "\"owner\":\"" TEST_SERVER_USER "\",\"permissions\":65535,\"position\":%" G_GINT64_FORMAT
    ",\"my_roles\":[],"
    "\"members_count\":%d,\"roles\":[{\"role_id\":\"everyone\",\"name\":\"Everyone\","
    "\"permissions\":65535,\"order\":0,\"hoist\":false}],\"channels\":[{\"channel_id\":\"%s\","
    "\"kind\":\"text\",\"name\":\"general\",\"private\":false,\"auto_join\":true,\"order\":1,"
    "\"overrides\":{},\"membership\":\"join\",\"last_position\":%" G_GINT64_FORMAT "}],"
    "\"members\":[{\"user_id\":\"" TEST_SERVER_USER "\",\"display_name\":\"Ada\",\"roles\":[],\"joined_ts\":1,"
    "\"presence\":\"online\"}%s]}]}",
    self->position, self->guild_id, self->position, self->brook != NULL ? 2 : 1, self->channel_id,
    self->position, brook);

  return g_bytes_new_take (text, strlen (text));
}

GhJson *
test_server_make_profile (const char *bio, gint64 changed_ts)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "user_id", TEST_SERVER_OTHER);
  gh_json_builder_add_string (builder, "display_name", "Brook");
  gh_json_builder_add_string (builder, "bio", bio);
  gh_json_builder_add_int (builder, "changed_ts", changed_ts);

  return gh_json_builder_finish (builder);
}

/* Oldest first; everything there is. */
GBytes *
test_server_make_history (TestServer *self)
{
  GhJsonBuilder *builder = gh_json_builder_new ();

  gh_json_builder_open_array (builder, "events");
  for (gint64 position = 1; position <= self->position; position++)
    {
      GHashTableIter iter;
      gpointer event;

      g_hash_table_iter_init (&iter, self->txns);
      while (g_hash_table_iter_next (&iter, NULL, &event))
        {
          if (gh_event_get_position (event) == position)
            gh_json_builder_add_raw (builder, NULL, gh_event_get_bytes (event));
        }
    }
  gh_json_builder_close (builder);
  gh_json_builder_add_bool (builder, "at_start", TRUE);
  gh_json_builder_add_bool (builder, "at_end", TRUE);

  return test_server_take_bytes (builder);
}

/* --- messages ------------------------------------------------------------------------------ */

GhEvent *
test_server_commit (TestServer *self, GhJson *data)
{
  static const char *const none[] = { NULL };
  const char *txn_id = gh_json_peek_string (data, "txn_id");
  g_autoptr (GhJson) content = gh_json_peek_object (data, "content");
  g_autoptr (GhEventDraft) draft = NULL;
  g_autoptr (GError) error = NULL;
  GhEventSigner signer = { TEST_SERVER_NAME, gh_signing_key_get_id (self->key), gh_signing_key_sign,
                           self->key };
  GhEvent *event = g_hash_table_lookup (self->txns, txn_id);

  if (event != NULL)
    return event;

  draft = gh_event_draft_new (self->channel_id, GH_EVENT_ROOM_MESSAGE, NULL, TEST_SERVER_USER, content);
  gh_event_draft_set_origin_ts (draft, g_get_real_time () / 1000);
  gh_event_draft_set_txn_id (draft, txn_id);
  event = gh_event_draft_finish (draft, ++self->position, none, NULL, &signer, &error);
  g_assert_no_error (error);
  g_hash_table_insert (self->txns, g_strdup (txn_id), event);

  return event;
}

/* As a batch of three, of which the event is the second. */
static GhReceipt *
sign_receipt (GhSigningKey *key, const char *event_id, gint64 position)
{
  g_autoptr (GhReceiptBatch) batch = gh_receipt_batch_new (3);
  GhEventSigner signer = { TEST_SERVER_NAME, gh_signing_key_get_id (key), gh_signing_key_sign, key };
  g_autoptr (GError) error = NULL;

  gh_receipt_batch_add (batch, OTHER_EVENT, position + 1000);
  gh_receipt_batch_add (batch, event_id, position);
  gh_receipt_batch_add (batch, OTHER_EVENT, position + 1001);
  gh_receipt_batch_sign (batch, &signer, &error);
  g_assert_no_error (error);

  return gh_receipt_batch_get (batch, 1);
}

/* Its signature is a genuine one, but over another receipt. */
static void
add_false_receipt (TestServer *self, GhJsonBuilder *builder, GhEvent *event)
{
  g_autoptr (GhReceipt)
    right = sign_receipt (self->key, gh_event_get_id (event), gh_event_get_position (event));
  g_autoptr (GhReceipt)
    other = sign_receipt (self->key, gh_event_get_id (event), gh_event_get_position (event) + 1);
  g_autoptr (GhJson) members = gh_receipt_to_json (right);
  g_autoptr (GhJson) others = gh_receipt_to_json (other);
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  gh_json_builder_open_object (builder, "receipt");
  gh_json_iter_init (&iter, members);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) value = element;

      if (g_str_equal (name, "signature"))
        gh_json_builder_add_string (builder, name, gh_json_peek_string (others, name));
      else
        gh_json_builder_add_json (builder, name, value);
    }
  gh_json_builder_close (builder);
}

static void
add_receipt (TestServer *self, GhJsonBuilder *builder, GhEvent *event)
{
  g_autoptr (GhReceipt) receipt = NULL;

  switch (self->receipts)
    {
    case TEST_RECEIPT_RIGHT:
      receipt = sign_receipt (self->key, gh_event_get_id (event), gh_event_get_position (event));
      break;
    case TEST_RECEIPT_OTHER_EVENT:
      receipt = sign_receipt (self->key, OTHER_EVENT, gh_event_get_position (event));
      break;
    case TEST_RECEIPT_NEW_KEY:
      receipt = sign_receipt (self->stranger, gh_event_get_id (event),
                              gh_event_get_position (event));
      break;
    case TEST_RECEIPT_SIGNATURE:
      add_false_receipt (self, builder, event);
      return;
    case TEST_RECEIPT_JUNK:
      gh_json_builder_add_string (builder, "receipt", "certainly");
      return;
    case TEST_RECEIPT_NONE:
    default:
      return;
    }
  gh_receipt_add_to (receipt, builder, "receipt");
}

GBytes *
test_server_make_acknowledgement (TestServer *self, GhEvent *event)
{
  GhJsonBuilder *builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "event_id", gh_event_get_id (event));
  gh_json_builder_add_int (builder, "position", gh_event_get_position (event));
  gh_json_builder_add_int (builder, "origin_ts", gh_event_get_origin_ts (event));
  add_receipt (self, builder, event);

  return test_server_take_bytes (builder);
}
