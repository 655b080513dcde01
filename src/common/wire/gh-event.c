/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-event-private.h"

#include "gh-error.h"
#include "gh-event-draft.h"

#include <string.h>

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

  return signer->sign (self->hash.bytes, GH_HASH_SIZE, self->signatures[0].bytes, signer->user_data,
                       error);
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
