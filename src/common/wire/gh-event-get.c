/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What an event holds, for those who read it. */
#include "gh-event-private.h"

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
