/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-event-private.h"

#include "gh-error.h"
#include "gh-event-draft.h"

#include <string.h>

struct _GhEvent
{
  gatomicrefcount ref_count;
  GhHash hash;
  GhHash content_hash;
  guint8 salt[GH_SALT_SIZE];
  char id[1 + GH_HASH_MAX_TEXT + 1];
  guint n_signatures;
  gint64 origin_ts;
  gint64 position;
  GBytes *header_bytes;
  GBytes *content_bytes; /* NULL when erased */
  GhJson *content;       /* atomic; made when first asked for; NULL when erased */
  GBytes *bytes;         /* atomic; made when first asked for */

  /* All of these lie in @arena, so that an event is one piece of memory. */
  const char *room_id;
  const char *origin_server;
  const char *type;
  const char *state_key;
  const char *sender;
  const char *txn_id;
  const char **prev_events;
  const char **auth_events;
  GhEventSignature *signatures;
  gpointer arena[];
};

G_DEFINE_BOXED_TYPE (GhEvent, gh_event, gh_event_ref, gh_event_unref)

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

static const char *
put_text (char **at, const char *text)
{
  char *copy = *at;

  if (text == NULL)
    return NULL;
  *at = g_stpcpy (copy, text) + 1;
  return copy;
}

static gsize
arena_size (const GhEventFields *fields)
{
  gsize size = (fields->n_prev_events + 1 + fields->n_auth_events + 1) * sizeof (char *)
               + fields->n_signatures * sizeof (GhEventSignature);

  size += text_size (fields->room_id) + text_size (fields->origin_server) + text_size (fields->type)
          + text_size (fields->state_key) + text_size (fields->sender) + text_size (fields->txn_id);
  for (gsize i = 0; i < fields->n_prev_events; i++)
    size += text_size (fields->prev_events[i]);
  for (gsize i = 0; i < fields->n_auth_events; i++)
    size += text_size (fields->auth_events[i]);
  for (gsize i = 0; i < fields->n_signatures; i++)
    size += text_size (fields->signatures[i].server) + text_size (fields->signatures[i].key_id);
  return size;
}

static void
fill_arena (GhEvent *self, const GhEventFields *fields)
{
  char *at;

  self->prev_events = (const char **) self->arena;
  self->auth_events = self->prev_events + fields->n_prev_events + 1;
  self->signatures = (GhEventSignature *) (self->auth_events + fields->n_auth_events + 1);
  self->n_signatures = (guint) fields->n_signatures;
  at = (char *) (self->signatures + fields->n_signatures);

  self->room_id = put_text (&at, fields->room_id);
  self->origin_server = put_text (&at, fields->origin_server);
  self->type = put_text (&at, fields->type);
  self->state_key = put_text (&at, fields->state_key);
  self->sender = put_text (&at, fields->sender);
  self->txn_id = put_text (&at, fields->txn_id);
  for (gsize i = 0; i < fields->n_prev_events; i++)
    self->prev_events[i] = put_text (&at, fields->prev_events[i]);
  for (gsize i = 0; i < fields->n_auth_events; i++)
    self->auth_events[i] = put_text (&at, fields->auth_events[i]);
  for (gsize i = 0; i < fields->n_signatures; i++)
    {
      self->signatures[i] = fields->signatures[i];
      self->signatures[i].server = put_text (&at, fields->signatures[i].server);
      self->signatures[i].key_id = put_text (&at, fields->signatures[i].key_id);
    }
}

GhEvent *
gh_event_new (const GhEventFields *fields, GBytes *header)
{
  GhEvent *self = g_malloc0 (sizeof *self + arena_size (fields));
  g_autofree char *text = NULL;

  g_atomic_ref_count_init (&self->ref_count);
  fill_arena (self, fields);
  self->origin_ts = fields->origin_ts;
  self->position = fields->position;
  self->content_hash = fields->content_hash;
  self->header_bytes = g_bytes_ref (header);
  self->hash = gh_hash_bytes (header);
  text = gh_hash_to_string (&self->hash);
  self->id[0] = '$';
  g_strlcpy (self->id + 1, text, sizeof self->id - 1);

  if (fields->has_content)
    {
      memcpy (self->salt, fields->salt, GH_SALT_SIZE);
      self->content_bytes = g_bytes_ref (fields->content_bytes);
    }
  return self;
}

void
gh_event_get_fields (GhEvent *self, GhEventFields *fields)
{
  *fields = (GhEventFields) {
    .room_id = self->room_id,
    .origin_server = self->origin_server,
    .type = self->type,
    .state_key = self->state_key,
    .sender = self->sender,
    .txn_id = self->txn_id,
    .origin_ts = self->origin_ts,
    .position = self->position,
    .n_prev_events = g_strv_length ((char **) self->prev_events),
    .n_auth_events = g_strv_length ((char **) self->auth_events),
    .n_signatures = self->n_signatures,
    .content_hash = self->content_hash,
    .has_content = self->content_bytes != NULL,
    .content_bytes = self->content_bytes,
  };
  memcpy (fields->prev_events, self->prev_events, fields->n_prev_events * sizeof (char *));
  memcpy (fields->auth_events, self->auth_events, fields->n_auth_events * sizeof (char *));
  memcpy (fields->signatures, self->signatures, self->n_signatures * sizeof (GhEventSignature));
  memcpy (fields->salt, self->salt, GH_SALT_SIZE);
}

/**
 * gh_event_ref:
 * @self: an event
 *
 * Returns: (transfer full): the same event
 */
GhEvent *
gh_event_ref (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_event_unref:
 * @self: (transfer full): an event
 */
void
gh_event_unref (GhEvent *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->header_bytes, g_bytes_unref);
  g_clear_pointer (&self->content_bytes, g_bytes_unref);
  g_clear_pointer (&self->content, gh_json_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

/**
 * gh_event_get_id:
 * @self: an event
 *
 * Returns: (transfer none): `$` and the base58 of gh_event_get_hash()
 */
const char *
gh_event_get_id (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * gh_event_get_hash:
 * @self: an event
 *
 * Returns: (transfer none): the BLAKE3 hash of its canonical header: what is signed
 */
const GhHash *
gh_event_get_hash (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->hash;
}

/**
 * gh_event_get_room_id:
 * @self: an event
 *
 * Returns: (transfer none): the room in whose log it is
 */
const char *
gh_event_get_room_id (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->room_id;
}

/**
 * gh_event_get_origin_server:
 * @self: an event
 *
 * Returns: (transfer none): the name of the server that made and signed it
 */
const char *
gh_event_get_origin_server (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->origin_server;
}

/**
 * gh_event_get_event_type:
 * @self: an event
 *
 * Returns: (transfer none): such as %GH_EVENT_ROOM_MESSAGE
 */
const char *
gh_event_get_event_type (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->type;
}

/**
 * gh_event_is:
 * @self: an event
 * @type: a type
 *
 * Returns: whether it is of that type
 */
gboolean
gh_event_is (GhEvent *self, const char *type)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_strcmp0 (self->type, type) == 0;
}

/**
 * gh_event_get_state_key:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): what it is the state of, perhaps ""; %NULL when it is no state
 */
const char *
gh_event_get_state_key (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->state_key;
}

/**
 * gh_event_is_state:
 * @self: an event
 *
 * Returns: whether it has a state key
 */
gboolean
gh_event_is_state (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state_key != NULL;
}

/**
 * gh_event_get_sender:
 * @self: an event
 *
 * Returns: (transfer none): the id of the person who made it
 */
const char *
gh_event_get_sender (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->sender;
}

/**
 * gh_event_get_origin_ts:
 * @self: an event
 *
 * Returns: when it was made, ms since the Unix epoch
 */
gint64
gh_event_get_origin_ts (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->origin_ts;
}

/**
 * gh_event_get_prev_events:
 * @self: an event
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of the room's heads when it was made
 */
const char *const *
gh_event_get_prev_events (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->prev_events;
}

/**
 * gh_event_get_auth_events:
 * @self: an event
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of the events that permitted it
 */
const char *const *
gh_event_get_auth_events (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->auth_events;
}

/**
 * gh_event_get_content_hash:
 * @self: an event
 *
 * Returns: (transfer none): the BLAKE3 hash of salt and canonical content
 */
const GhHash *
gh_event_get_content_hash (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return &self->content_hash;
}

/**
 * gh_event_get_content:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): its content, an object, parsed once and kept; %NULL when it was
 *   erased
 */
GhJson *
gh_event_get_content (GhEvent *self)
{
  GhJson *content;

  g_return_val_if_fail (self != NULL, NULL);

  content = g_atomic_pointer_get (&self->content);
  if (content == NULL && self->content_bytes != NULL)
    {
      /* Of its own document, so that one event does not keep a whole page in memory. */
      content = gh_json_parse_bytes (self->content_bytes, NULL);
      g_assert (content != NULL); /* we wrote it */
      if (!g_atomic_pointer_compare_and_exchange (&self->content, NULL, content))
        {
          /* Another thread was first; its document is the same. */
          gh_json_unref (content);
          content = g_atomic_pointer_get (&self->content);
        }
    }
  return content;
}

/**
 * gh_event_get_salt:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): GH_SALT_SIZE bytes; %NULL when the content was erased
 */
const guint8 *
gh_event_get_salt (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->content_bytes != NULL ? self->salt : NULL;
}

/**
 * gh_event_get_position:
 * @self: an event
 *
 * Returns: its place in the order of its server's events, from 1
 */
gint64
gh_event_get_position (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->position;
}

/**
 * gh_event_get_txn_id:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): the sender's name for the request that made it
 */
const char *
gh_event_get_txn_id (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->txn_id;
}

/**
 * gh_event_get_header_bytes:
 * @self: an event
 *
 * Returns: (transfer none): the canonical header, which the event's id is the hash of
 */
GBytes *
gh_event_get_header_bytes (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->header_bytes;
}

/**
 * gh_event_get_content_bytes:
 * @self: an event
 *
 * Returns: (transfer none) (nullable): the canonical content; %NULL when it was erased
 */
GBytes *
gh_event_get_content_bytes (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->content_bytes;
}

/**
 * gh_event_get_n_signatures:
 * @self: an event
 *
 * Returns: how many signatures it carries, at least one
 */
guint
gh_event_get_n_signatures (GhEvent *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_signatures;
}

/**
 * gh_event_get_signature:
 * @self: an event
 * @index: which signature
 * @server: (out) (optional) (transfer none): whose it is
 * @key_id: (out) (optional) (transfer none): by which key, "ed25519:…"
 *
 * Returns: (transfer none): GH_SIGNATURE_SIZE bytes, not verified here
 */
const guint8 *
gh_event_get_signature (GhEvent *self, guint index, const char **server, const char **key_id)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_signatures, NULL);

  if (server != NULL)
    *server = self->signatures[index].server;
  if (key_id != NULL)
    *key_id = self->signatures[index].key_id;
  return self->signatures[index].bytes;
}

/**
 * gh_event_sign:
 * @self: an event that gh_event_draft_finish() made and left unsigned, and that nobody else knows yet
 * @signer: the same, with its function
 * @error: return location
 *
 * Any thread may.
 *
 * Returns: %FALSE with the signer's error
 */
gboolean
gh_event_sign (GhEvent *self, const GhEventSigner *signer, GError **error)
{
  g_return_val_if_fail (self != NULL && self->n_signatures > 0, FALSE);
  g_return_val_if_fail (signer != NULL && signer->sign != NULL, FALSE);

  return signer->sign (self->hash.bytes, GH_HASH_SIZE, self->signatures[0].bytes,
                       signer->user_data, error);
}

/**
 * gh_event_get_bytes:
 * @self: an event
 *
 * Returns: (transfer none): its log form as canonical JSON, made once and kept
 */
GBytes *
gh_event_get_bytes (GhEvent *self)
{
  GBytes *bytes;

  g_return_val_if_fail (self != NULL, NULL);

  bytes = g_atomic_pointer_get (&self->bytes);
  if (bytes == NULL)
    {
      GhEventFields fields;

      gh_event_get_fields (self, &fields);
      bytes = gh_event_fields_log_form (&fields, self->id);
      if (!g_atomic_pointer_compare_and_exchange (&self->bytes, NULL, bytes))
        {
          /* Another thread was first; its bytes are the same. */
          g_bytes_unref (bytes);
          bytes = g_atomic_pointer_get (&self->bytes);
        }
    }
  return bytes;
}

/**
 * gh_event_erase:
 * @self: an event
 *
 * Returns: (transfer full): the same event without content and salt; id, hashes and signatures stay
 */
GhEvent *
gh_event_erase (GhEvent *self)
{
  GhEventFields fields;

  g_return_val_if_fail (self != NULL, NULL);

  gh_event_get_fields (self, &fields);
  fields.has_content = FALSE;
  fields.content_bytes = NULL;
  return gh_event_new (&fields, self->header_bytes);
}

/**
 * gh_event_verify_hash:
 * @self: an event
 * @error: return location
 *
 * Computes both hashes again from the fields that the event holds. Every way to make an event has
 * checked them already; this is for those who want to prove it.
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "event.content_hash" or "event.id"
 */
gboolean
gh_event_verify_hash (GhEvent *self, GError **error)
{
  GhEventFields fields;
  g_autoptr (GBytes) header = NULL;
  GhHash hash;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->content_bytes != NULL)
    {
      g_autoptr (GBytes) content = gh_json_to_canonical (gh_event_get_content (self));

      hash = gh_event_hash_content (self->salt, content);
      if (!gh_hash_equal (&hash, &self->content_hash))
        return gh_set_error (error, GH_ERROR_INVALID, "event.content_hash", "content_hash",
                             "The content of the event is not what its header says");
    }
  gh_event_get_fields (self, &fields);
  header = gh_event_fields_header (&fields);
  hash = gh_hash_bytes (header);
  if (!gh_hash_equal (&hash, &self->hash))
    return gh_set_error (error, GH_ERROR_INVALID, "event.id", "event_id",
                         "The id of the event does not belong to its header");
  return TRUE;
}
