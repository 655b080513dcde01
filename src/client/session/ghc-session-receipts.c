/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's signed word that a message of one's own is durable: checked as it comes with the keys
 * that the server had when one signed in, kept in the cache, and given out as a file. */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "gh-receipt.h"
#include "ghc-server-keys.h"

#include <glib/gi18n.h>

/* Of what can't be read as a receipt no more than this is kept. */
#define MAX_JUNK_BYTES 4096

static void
set_keys (GhcSession *self, GhJson *keys, GhKeyRing *ring)
{
  g_clear_pointer (&self->keys, gh_json_unref);
  g_clear_pointer (&self->ring, gh_key_ring_unref);
  self->keys = gh_json_ref (keys);
  self->ring = gh_key_ring_ref (ring);
}

static GhKeyRing *
read_keys (GhcSession *self, GhJson *keys, GError **error)
{
  g_autofree char *server = gh_id_dup_host (GH_ID_USER, ghc_account_get_user_id (self->account));

  return ghc_server_keys_read (keys, server, error);
}

/**
 * ghc_session_set_keys:
 * @keys: what ghc_session_get_keys() gave before
 *
 * The server's public keys as they were when the account was signed in.
 */
void
ghc_session_set_keys (GhcSession *self, GhJson *keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhKeyRing) ring = NULL;

  g_return_if_fail (GHC_IS_SESSION (self));
  g_return_if_fail (keys != NULL);

  ring = read_keys (self, keys, &error);
  if (ring != NULL)
    set_keys (self, keys, ring);
  else
    g_message ("The server’s keys that were kept can’t be read: %s", error->message);
}

/**
 * ghc_session_get_keys:
 *
 * Returns: (transfer none) (nullable): the server's public keys, a JSON object, once they are known
 */
GhJson *
ghc_session_get_keys (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return self->keys;
}

/* Nothing in the protocol lets an old key vouch for a new one, so a new one proves nothing here. */
static void
warn_of_keys (GhcSession *self)
{
  if (self->has_warned_of_keys)
    return;

  self->has_warned_of_keys = TRUE;
  ghc_session_warn (self, _ ("The server signs with a different key than when you signed in, so its "
                             "receipts prove nothing. Ask whoever runs it. If the change is "
                             "genuine, sign out and in again."));
}

static gboolean
is_known_key (GhcSession *self, const char *key_id)
{
  return gh_json_has (self->keys, key_id);
}

static void
compare_keys (GhcSession *self, GhJson *keys)
{
  GhJsonIter iter;
  const char *key_id;
  GhJson *element;

  gh_json_iter_init (&iter, keys);
  while (gh_json_iter_next (&iter, &key_id, &element))
    {
      gh_json_unref (element);
      if (!is_known_key (self, key_id))
        warn_of_keys (self);
    }
}

/**
 * ghc_session_learn_keys:
 * @keys: (nullable): the server's public keys as it says them now
 *
 * The first time they are believed and kept with the account; later they are only compared.
 */
void
ghc_session_learn_keys (GhcSession *self, GhJson *keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhKeyRing) ring = NULL;

  if (keys == NULL)
    return;

  ring = read_keys (self, keys, &error);
  if (ring == NULL)
    {
      g_message ("The server’s keys can’t be read: %s", error->message);
      return;
    }

  if (self->ring != NULL)
    {
      compare_keys (self, keys);
      return;
    }

  set_keys (self, keys, ring);
  ghc_session_emit_keys_learnt (self);
}

/* Returns: why @receipt's signature proves nothing, or NULL when it is genuine. */
static const char *
check_signature (GhcSession *self, GhReceipt *receipt)
{
  g_autoptr (GError) error = NULL;

  if (self->ring == NULL)
    return _ ("The server’s receipt can’t be checked: it hasn’t said which keys it signs with.");
  if (gh_receipt_verify (receipt, self->ring, &error))
    return NULL;

  g_message ("A receipt is wrong: %s", error->message);
  if (g_strcmp0 (gh_error_get_reason (error), "key.unknown") == 0)
    {
      warn_of_keys (self);
      return _ ("The server’s receipt is signed with a different key than when you signed in.");
    }

  return _ ("The signature on the server’s receipt is wrong.");
}

/* Returns: why @receipt proves nothing about @message, or NULL when it does prove it. */
static const char *
check (GhcSession *self, GhcMessage *message, GhReceipt *receipt)
{
  if (g_strcmp0 (gh_receipt_get_event_id (receipt), ghc_message_get_event_id (message)) != 0
      || gh_receipt_get_position (receipt) != ghc_message_get_position (message))
    return _ ("The server’s receipt is for another message.");

  return check_signature (self, receipt);
}

static GhcReceipt *
read_junk (GhJson *json)
{
  g_autoptr (GBytes) bytes = gh_json_to_bytes (json);

  if (g_bytes_get_size (bytes) > MAX_JUNK_BYTES)
    {
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = g_bytes_new_static ("{}", 2);
    }

  return ghc_receipt_new (bytes, _ ("The server’s receipt can’t be read."));
}

static GhcReceipt *
read_receipt (GhcSession *self, GhcMessage *message, GhJson *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhReceipt) parsed = gh_receipt_from_json (json, &error);
  g_autoptr (GhJson) clean = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (parsed == NULL)
    {
      g_message ("A receipt can’t be read: %s", error->message);
      return read_junk (json);
    }

  clean = gh_receipt_to_json (parsed);
  bytes = gh_json_to_canonical (clean);

  return ghc_receipt_new (bytes, check (self, message, parsed));
}

/**
 * ghc_session_take_receipt:
 * @message: one's own, sent
 * @reply: what the server said to it; its receipt, if it has one, is hostile input
 *
 * Checks the receipt (some 50 microseconds), shows on @message what became of it, and keeps it.
 */
void
ghc_session_take_receipt (GhcSession *self, GhcMessage *message, GhJson *reply)
{
  g_autoptr (GhJson) json = gh_json_peek_member (reply, "receipt");
  g_autoptr (GhcReceipt) receipt = NULL;

  /* Servers from before there were receipts give none. */
  if (json == NULL || ghc_message_get_event_id (message) == NULL)
    return;

  receipt = read_receipt (self, message, json);
  ghc_message_set_receipt (message, receipt);
  dex_future_disown (ghc_cache_put_receipt (self->cache, ghc_message_get_channel_id (message),
                                            ghc_message_get_position (message),
                                            ghc_message_get_event_id (message), receipt));
}

static const char *
check_change (GhcSession *self, GhJson *reply, GhJson *json)
{
  const char *event_id = gh_json_peek_string (reply, "event_id");
  gint64 position = gh_json_peek_int (reply, "position", 0);
  g_autoptr (GhReceipt) receipt = gh_receipt_from_json (json, NULL);

  if (receipt == NULL)
    return _ ("The server’s receipt can’t be read.");
  /* It is for the last event of the change, the reply may name the first. */
  if (gh_receipt_get_position (receipt) < position
      || (event_id != NULL && gh_receipt_get_position (receipt) == position
          && !g_str_equal (gh_receipt_get_event_id (receipt), event_id)))
    return _ ("The server’s receipt is for another change.");

  return check_signature (self, receipt);
}

/**
 * ghc_session_check_receipt:
 * @reply: what the server said to something other than a message; hostile input
 *
 * A change is not kept as messages are, so neither is its receipt; that one is wrong is said once.
 */
void
ghc_session_check_receipt (GhcSession *self, GhJson *reply)
{
  g_autoptr (GhJson) json = gh_json_peek_member (reply, "receipt");
  g_autofree char *sentence = NULL;
  const char *problem;

  if (json == NULL || self->has_warned_of_receipts)
    return;

  problem = check_change (self, reply, json);
  if (problem == NULL)
    return;

  self->has_warned_of_receipts = TRUE;
  /* Translators: %s is a sentence that says what is wrong with a receipt */
  sentence = g_strdup_printf (_ ("%s Nothing proves that the server keeps what you change."),
                              problem);
  ghc_session_warn (self, sentence);
}

/**
 * ghc_session_add_receipts:
 * @page: a page of @channel_id
 *
 * Gives @page what is kept of the server's word for its messages. In a fiber.
 */
void
ghc_session_add_receipts (GhcSession *self, const char *channel_id, GhcPage *page)
{
  GPtrArray *events = ghc_page_get_events (page);
  g_autoptr (GHashTable) receipts = NULL;

  if (events->len == 0)
    return;

  receipts = dex_await_boxed (
    ghc_cache_load_receipts (self->cache, channel_id,
                             gh_event_get_position (g_ptr_array_index (events, 0)),
                             gh_event_get_position (g_ptr_array_index (events, events->len - 1))),
    NULL);
  if (receipts != NULL && g_hash_table_size (receipts) > 0)
    ghc_page_set_receipts (page, receipts);
}

static DexFuture *
on_not_saved (DexFuture *future, gpointer data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);

  return dex_future_new_for_error (gh_error_new (GH_ERROR_INTERNAL, "receipt.file", NULL, 0,
                                                 _ ("The receipt couldn’t be saved: %s"),
                                                 error->message));
}

DexFuture *
ghc_session_save_receipt (GhcSession *self, GhcMessage *message, GFile *file)
{
  GhcReceipt *receipt;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  receipt = ghc_message_get_receipt (message);
  if (receipt == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_NOT_FOUND, "receipt.none", NULL, 0,
                            _ ("There is no receipt for this message on this computer.")));

  return dex_future_catch (dex_file_replace_contents_bytes (file, ghc_receipt_get_json (receipt),
                                                            NULL, FALSE,
                                                            G_FILE_CREATE_REPLACE_DESTINATION),
                           on_not_saved, NULL, NULL);
}
