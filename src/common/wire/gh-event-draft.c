/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-event-draft.h"

#include "gh-error.h"
#include "gh-event-private.h"
#include "gh-host.h"
#include "gh-random.h"
#include "gh-time.h"

#include <string.h>

struct _GhEventDraft
{
  gatomicrefcount ref_count;
  const char *room_id; /* these four lie in @texts */
  const char *type;
  const char *state_key;
  const char *sender;
  char *txn_id;
  const char **auth_events; /* with its texts one piece of memory; NULL: none */
  gint64 origin_ts;
  GhJson *content;
  char texts[];
};

G_DEFINE_BOXED_TYPE (GhEventDraft, gh_event_draft, gh_event_draft_ref, gh_event_draft_unref)

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

/* Copies a text to where the last one ended. */
static const char *
put_text (char **at, const char *text, gsize size)
{
  char *copy = *at;

  if (text == NULL)
    return NULL;
  memcpy (copy, text, size);
  *at = copy + size;
  return copy;
}

/**
 * gh_event_draft_new:
 * @room_id: the room in whose log it goes
 * @type: such as %GH_EVENT_ROOM_MESSAGE
 * @state_key: (nullable): what it is the state of, or %NULL
 * @sender: the id of the person
 * @content: an object, referenced
 *
 * The time of its making is now unless gh_event_draft_set_origin_ts() says otherwise.
 *
 * Returns: (transfer full): a draft
 */
GhEventDraft *
gh_event_draft_new (const char *room_id, const char *type, const char *state_key,
                    const char *sender, GhJson *content)
{
  GhEventDraft *self;
  gsize sizes[4];
  char *at;

  g_return_val_if_fail (room_id != NULL && type != NULL && sender != NULL, NULL);
  g_return_val_if_fail (content != NULL && gh_json_is_object (content), NULL);

  sizes[0] = text_size (room_id);
  sizes[1] = text_size (type);
  sizes[2] = text_size (state_key);
  sizes[3] = text_size (sender);
  self = g_malloc (sizeof *self + sizes[0] + sizes[1] + sizes[2] + sizes[3]);
  g_atomic_ref_count_init (&self->ref_count);
  at = self->texts;
  self->room_id = put_text (&at, room_id, sizes[0]);
  self->type = put_text (&at, type, sizes[1]);
  self->state_key = put_text (&at, state_key, sizes[2]);
  self->sender = put_text (&at, sender, sizes[3]);
  self->txn_id = NULL;
  self->auth_events = NULL;
  self->content = gh_json_ref (content);
  self->origin_ts = gh_time_wall_ms ();
  return self;
}

/**
 * gh_event_draft_ref:
 * @self: a draft
 *
 * Returns: (transfer full): the same draft
 */
GhEventDraft *
gh_event_draft_ref (GhEventDraft *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_event_draft_unref:
 * @self: (transfer full): a draft
 */
void
gh_event_draft_unref (GhEventDraft *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->txn_id);
  g_free (self->auth_events);
  gh_json_unref (self->content);
  g_free (self);
}

/**
 * gh_event_draft_set_origin_ts:
 * @self: a draft
 * @origin_ts: when it was made, ms since the Unix epoch
 */
void
gh_event_draft_set_origin_ts (GhEventDraft *self, gint64 origin_ts)
{
  g_return_if_fail (self != NULL);

  self->origin_ts = origin_ts;
}

/**
 * gh_event_draft_set_auth_events:
 * @self: a draft
 * @auth_events: (array zero-terminated=1): ids of the events that permit it, copied
 */
void
gh_event_draft_set_auth_events (GhEventDraft *self, const char *const *auth_events)
{
  gsize n, size;
  const char **copy;
  char *at;

  g_return_if_fail (self != NULL);
  g_return_if_fail (auth_events != NULL);

  size = sizeof *copy;
  for (n = 0; auth_events[n] != NULL; n++)
    size += sizeof *copy + strlen (auth_events[n]) + 1;

  copy = g_malloc (size);
  at = (char *) (copy + n + 1);
  for (gsize i = 0; i < n; i++)
    copy[i] = put_text (&at, auth_events[i], strlen (auth_events[i]) + 1);
  copy[n] = NULL;
  g_free (self->auth_events);
  self->auth_events = copy;
}

/**
 * gh_event_draft_set_txn_id:
 * @self: a draft
 * @txn_id: (nullable): the sender's name for the request
 */
void
gh_event_draft_set_txn_id (GhEventDraft *self, const char *txn_id)
{
  g_return_if_fail (self != NULL);

  g_set_str (&self->txn_id, txn_id);
}

/**
 * gh_event_draft_get_room_id:
 * @self: a draft
 *
 * Returns: (transfer none): the room in whose log it goes
 */
const char *
gh_event_draft_get_room_id (GhEventDraft *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->room_id;
}

/**
 * gh_event_draft_get_state_key:
 * @self: a draft
 *
 * Returns: (transfer none) (nullable): its state key
 */
const char *
gh_event_draft_get_state_key (GhEventDraft *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->state_key;
}

/**
 * gh_event_draft_get_origin_ts:
 * @self: a draft
 *
 * Returns: when it was made, ms since the Unix epoch
 */
gint64
gh_event_draft_get_origin_ts (GhEventDraft *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->origin_ts;
}

/**
 * gh_event_draft_get_auth_events:
 * @self: a draft
 *
 * Returns: (transfer none) (array zero-terminated=1): ids of the events that permit it
 */
const char *const *
gh_event_draft_get_auth_events (GhEventDraft *self)
{
  static const char *const none[] = { NULL };

  g_return_val_if_fail (self != NULL, NULL);

  return self->auth_events != NULL ? (const char *const *) self->auth_events : none;
}

static gboolean
put_ids (const char *const *ids, const char *field, gsize max, const char **out, gsize *n,
         GError **error)
{
  for (*n = 0; ids != NULL && ids[*n] != NULL; (*n)++)
    {
      if (*n == max)
        return gh_set_error (error, GH_ERROR_INVALID, "json.range", field,
                             "The event cites too many others");
      if (!gh_id_check (GH_ID_EVENT, ids[*n], field, error))
        return FALSE;
      out[*n] = ids[*n];
    }
  return TRUE;
}

static gboolean
check (GhEventDraft *self, gint64 position, const GhEventSigner *signer, GError **error)
{
  if (!gh_id_check (GH_ID_ROOM, self->room_id, "room_id", error)
      || !gh_id_check (GH_ID_USER, self->sender, "sender", error)
      || !gh_host_check (signer->server, "origin_server", error))
    return FALSE;
  if (!gh_event_type_is_valid (self->type))
    return gh_set_error (error, GH_ERROR_INVALID, "event.type", "type",
                         "This is not a type of events");
  if (self->state_key != NULL && !gh_event_state_key_is_valid (self->state_key))
    return gh_set_error (error, GH_ERROR_INVALID, "event.state_key", "state_key",
                         "This is not a state key");
  if (self->txn_id != NULL && !gh_txn_id_is_valid (self->txn_id))
    return gh_set_error (error, GH_ERROR_INVALID, "event.txn_id", "txn_id",
                         "A transaction id has 1 to 64 printable ASCII characters");
  if (self->origin_ts < 0 || self->origin_ts > GH_LIMIT_JSON_INT || position < 1
      || position > GH_LIMIT_JSON_INT || !gh_key_id_is_valid (signer->key_id))
    return gh_set_error (error, GH_ERROR_INTERNAL, "event.parts", NULL,
                         "The event has a wrong time, position or key id");
  return TRUE;
}

/**
 * gh_event_draft_finish:
 * @self: a draft
 * @position: its place in the order of the server's events, from 1
 * @prev_events: (array zero-terminated=1) (nullable): ids of the room's heads; none for its first
 * @salt: (nullable): GH_SALT_SIZE bytes; %NULL for random ones, as always outside of tests
 * @signer: who signs; one whose function is %NULL leaves that to gh_event_sign()
 * @error: return location
 *
 * Makes the event: salt, hashes, id, signature. May be called again for another position or other
 * heads, which makes another event.
 *
 * Returns: (transfer full) (nullable): the event, or %NULL with %GH_ERROR_INVALID for a field that
 *   breaks a rule, %GH_ERROR_TOO_LARGE (reason "event.content") or the signer's error
 */
GhEvent *
gh_event_draft_finish (GhEventDraft *self, gint64 position, const char *const *prev_events,
                       const guint8 *salt, const GhEventSigner *signer, GError **error)
{
  GhEventFields fields = { 0 };
  g_autoptr (GBytes) content_bytes = NULL;
  g_autoptr (GBytes) header = NULL;
  g_autoptr (GhEvent) event = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (signer != NULL, NULL);

  if (!check (self, position, signer, error)
      || !put_ids (prev_events, "prev_events", GH_LIMIT_PREV_EVENTS, fields.prev_events,
                   &fields.n_prev_events, error)
      || !put_ids ((const char *const *) self->auth_events, "auth_events", GH_LIMIT_AUTH_EVENTS,
                   fields.auth_events, &fields.n_auth_events, error))
    return NULL;

  content_bytes = gh_json_to_canonical (self->content);
  if (g_bytes_get_size (content_bytes) > GH_LIMIT_CONTENT)
    {
      gh_set_error (error, GH_ERROR_TOO_LARGE, "event.content", "content",
                    "This is too long to be sent at once");
      return NULL;
    }
  if (gh_json_get_depth (self->content) > GH_LIMIT_CONTENT_DEPTH)
    {
      gh_set_error (error, GH_ERROR_INVALID, "event.content", "content",
                    "The content is nested too deeply");
      return NULL;
    }
  if (salt != NULL)
    memcpy (fields.salt, salt, GH_SALT_SIZE);
  else
    gh_random_bytes (fields.salt, GH_SALT_SIZE);

  fields.room_id = self->room_id;
  fields.origin_server = signer->server;
  fields.type = self->type;
  fields.state_key = self->state_key;
  fields.sender = self->sender;
  fields.txn_id = self->txn_id;
  fields.origin_ts = self->origin_ts;
  fields.position = position;
  fields.has_content = TRUE;
  fields.content_bytes = content_bytes;
  fields.content_hash = gh_event_hash_content (fields.salt, content_bytes);

  fields.n_signatures = 1;
  fields.signatures[0].server = signer->server;
  fields.signatures[0].key_id = signer->key_id;

  header = gh_event_fields_header (&fields);
  event = gh_event_new (&fields, header);
  if (signer->sign != NULL && !gh_event_sign (event, signer, error))
    return NULL;
  return g_steal_pointer (&event);
}
