/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-event-private.h"

#include "gh-base64url.h"
#include "gh-error.h"
#include "gh-host.h"
#include "gh-json-private.h"

#include <string.h>

static gboolean
refuse (GhJson *json, const char *name, const char *reason, const char *sentence, GError **error)
{
  g_autofree char *path = gh_json_dup_path (json, name);

  return gh_set_error (error, GH_ERROR_INVALID, reason, path, "%s", sentence);
}

static gboolean
read_event_ids (GhJson *json, const char *name, gsize max, const char **out, gsize *n,
                GError **error)
{
  yyjson_val *array = yyjson_obj_get (json->value, name);
  yyjson_val *element;
  gsize index, length;

  if (!yyjson_is_arr (array))
    return refuse (json, name, "json.type", "An event must list the ids of other events", error);
  if (unsafe_yyjson_get_len (array) > max)
    return refuse (json, name, "json.range", "The event cites too many others", error);
  yyjson_arr_foreach (array, index, length, element)
    {
      const char *id = yyjson_get_str (element);

      if (!gh_id_is_valid (GH_ID_EVENT, id))
        return refuse (json, name, "id.invalid", "This is not the id of an event", error);
      out[index] = id;
    }
  *n = unsafe_yyjson_get_len (array);
  return TRUE;
}

static gboolean
read_hash (GhJson *json, const char *name, const char *prefix, GhHash *out, GError **error)
{
  const char *text;

  if (!gh_json_get_string (json, name, 1, GH_HASH_MAX_TEXT + 1, &text, error))
    return FALSE;
  if (!g_str_has_prefix (text, prefix) || !gh_hash_from_string (text + strlen (prefix), out))
    return refuse (json, name, "event.hash", "This is not a hash", error);
  return TRUE;
}

static gboolean
read_header (GhJson *json, GhEventFields *fields, GError **error)
{
  if (!gh_json_get_id (json, "room_id", GH_ID_ROOM, &fields->room_id, error)
      || !gh_json_get_string (json, "origin_server", 1, GH_HOST_MAX_BYTES, &fields->origin_server,
                              error)
      || !gh_json_get_string (json, "type", 1, GH_LIMIT_EVENT_TYPE, &fields->type, error)
      || !gh_json_get_optional_string (json, "state_key", 0, GH_LIMIT_STATE_KEY, &fields->state_key,
                                       error)
      || !gh_json_get_id (json, "sender", GH_ID_USER, &fields->sender, error)
      || !gh_json_get_int (json, "origin_ts", 0, GH_LIMIT_JSON_INT, &fields->origin_ts, error)
      || !read_event_ids (json, "prev_events", GH_LIMIT_PREV_EVENTS, fields->prev_events,
                          &fields->n_prev_events, error)
      || !read_event_ids (json, "auth_events", GH_LIMIT_AUTH_EVENTS, fields->auth_events,
                          &fields->n_auth_events, error)
      || !read_hash (json, "content_hash", "", &fields->content_hash, error))
    return FALSE;

  if (!gh_host_is_valid (fields->origin_server))
    return refuse (json, "origin_server", "host.invalid", "This is not the name of a server",
                   error);
  if (!gh_event_type_is_valid (fields->type))
    return refuse (json, "type", "event.type", "This is not a type of events", error);
  if (fields->state_key != NULL && !gh_event_state_key_is_valid (fields->state_key))
    return refuse (json, "state_key", "event.state_key", "This is not a state key", error);
  return TRUE;
}

static int
compare_signatures (const void *a, const void *b)
{
  const GhEventSignature *left = a;
  const GhEventSignature *right = b;
  int order = strcmp (left->server, right->server);

  return order != 0 ? order : strcmp (left->key_id, right->key_id);
}

static gboolean
read_signatures (GhJson *json, GhEventFields *fields, GError **error)
{
  yyjson_val *servers = yyjson_obj_get (json->value, "signatures");
  yyjson_val *server, *keys, *key, *text;
  gsize i, n_servers, j, n_keys;

  if (!yyjson_is_obj (servers))
    return refuse (json, "signatures", "json.type", "An event must be signed", error);
  yyjson_obj_foreach (servers, i, n_servers, server, keys)
    {
      if (!gh_host_is_valid (unsafe_yyjson_get_str (server)) || !yyjson_is_obj (keys)
          || unsafe_yyjson_get_len (keys) == 0)
        return refuse (json, "signatures", "event.signature", "A signature names no server", error);
      yyjson_obj_foreach (keys, j, n_keys, key, text)
        {
          GhEventSignature *signature = &fields->signatures[fields->n_signatures];

          if (fields->n_signatures == GH_LIMIT_SIGNATURES)
            return refuse (json, "signatures", "json.range", "The event has too many signatures",
                           error);
          signature->server = unsafe_yyjson_get_str (server);
          signature->key_id = unsafe_yyjson_get_str (key);
          if (!gh_key_id_is_valid (signature->key_id) || !yyjson_is_str (text)
              || !gh_base64url_decode_exact (unsafe_yyjson_get_str (text), signature->bytes,
                                             GH_SIGNATURE_SIZE))
            return refuse (json, "signatures", "event.signature", "This is not a signature", error);
          fields->n_signatures++;
        }
    }
  if (fields->n_signatures == 0)
    return refuse (json, "signatures", "event.signature", "An event must be signed", error);
  qsort (fields->signatures, fields->n_signatures, sizeof *fields->signatures, compare_signatures);
  return TRUE;
}

/* Content and salt come together, or not at all when they were erased. */
static gboolean
read_content (GhJson *json, GhEventFields *fields, GError **error)
{
  g_autoptr (GhJson) content = NULL;
  const char *salt;

  if (!gh_json_get_optional_object (json, "content", &content, error)
      || !gh_json_get_optional_string (json, "salt", 1, GH_SALT_SIZE * 2, &salt, error))
    return FALSE;
  if ((content == NULL) != (salt == NULL))
    return refuse (json, content == NULL ? "content" : "salt", "json.missing",
                   "An event has both content and salt, or neither", error);
  if (content == NULL)
    return TRUE;
  if (!gh_base64url_decode_exact (salt, fields->salt, GH_SALT_SIZE))
    return refuse (json, "salt", "event.salt", "This is not a salt", error);
  if (gh_json_get_depth (content) > GH_LIMIT_CONTENT_DEPTH)
    return refuse (json, "content", "event.content",
                   "The content of the event is nested too deeply", error);
  fields->has_content = TRUE;
  fields->content_bytes = gh_json_to_canonical (content);
  return TRUE;
}

static gboolean
check_content (GhJson *json, const GhEventFields *fields, GError **error)
{
  GhHash hash;

  if (!fields->has_content)
    return TRUE;
  if (g_bytes_get_size (fields->content_bytes) > GH_LIMIT_CONTENT)
    return refuse (json, "content", "event.content", "The content of the event is too large",
                   error);
  hash = gh_event_hash_content (fields->salt, fields->content_bytes);
  if (!gh_hash_equal (&hash, &fields->content_hash))
    return refuse (json, "content_hash", "event.content_hash",
                   "The content of the event is not what its header says", error);
  return TRUE;
}

/**
 * gh_event_from_json:
 * @json: an object in log form, perhaps from the network
 * @error: return location
 *
 * Checks every field and both hashes. Signatures are checked for their form; whether they are true is
 * for those who have the keys. Members that are unknown are left out. The event does not keep @json.
 *
 * Returns: (transfer full) (nullable): the event, or %NULL with %GH_ERROR_INVALID naming the field;
 *   reasons of #GhJson and "id.invalid", "host.invalid", "event.type", "event.state_key",
 *   "event.hash", "event.salt", "event.content", "event.content_hash", "event.id", "event.signature",
 *   "event.txn_id"
 */
GhEvent *
gh_event_from_json (GhJson *json, GError **error)
{
  GhEventFields fields = { 0 };
  g_autoptr (GBytes) header = NULL;
  g_autoptr (GBytes) content_bytes = NULL;
  GhHash claimed;
  GhHash hash;

  g_return_val_if_fail (json != NULL, NULL);

  if (!gh_json_is_object (json))
    {
      refuse (json, NULL, "json.type", "An event must be an object", error);
      return NULL;
    }
  if (!read_hash (json, "event_id", "$", &claimed, error) || !read_header (json, &fields, error)
      || !gh_json_get_int (json, "position", 1, GH_LIMIT_JSON_INT, &fields.position, error)
      || !gh_json_get_optional_string (json, "txn_id", 1, GH_LIMIT_TXN_ID, &fields.txn_id, error)
      || !read_signatures (json, &fields, error) || !read_content (json, &fields, error))
    return NULL;
  content_bytes = fields.content_bytes;
  if (fields.txn_id != NULL && !gh_txn_id_is_valid (fields.txn_id))
    {
      refuse (json, "txn_id", "event.txn_id", "This is not a transaction id", error);
      return NULL;
    }
  if (!check_content (json, &fields, error))
    return NULL;

  header = gh_event_fields_header (&fields);
  hash = gh_hash_bytes (header);
  if (!gh_hash_equal (&hash, &claimed))
    {
      refuse (json, "event_id", "event.id", "The id of the event does not belong to its header",
              error);
      return NULL;
    }
  return gh_event_new (&fields, header);
}

/**
 * gh_event_parse:
 * @data: an event in log form, perhaps from the network; need not end in NUL
 * @size: its length, at most GH_LIMIT_EVENT
 * @error: return location
 *
 * As gh_event_from_json().
 *
 * Returns: (transfer full) (nullable): the event, or %NULL with an error
 */
GhEvent *
gh_event_parse (const char *data, gsize size, GError **error)
{
  g_autoptr (GhJson) json = NULL;

  g_return_val_if_fail (data != NULL || size == 0, NULL);

  if (size > GH_LIMIT_EVENT)
    {
      gh_set_error (error, GH_ERROR_TOO_LARGE, "event.size", NULL, "The event is too large");
      return NULL;
    }
  json = gh_json_parse (data, size, error);
  return json != NULL ? gh_event_from_json (json, error) : NULL;
}

/**
 * gh_event_from_parts:
 * @parts: what a table holds of an event
 * @error: return location
 *
 * As gh_event_from_json(): trusts nothing. The id is computed from the header, so compare
 * gh_event_get_hash() with the id under which the row was found.
 *
 * Returns: (transfer full) (nullable): the event, or %NULL with %GH_ERROR_INVALID
 */
GhEvent *
gh_event_from_parts (const GhEventParts *parts, GError **error)
{
  GhEventFields fields = { 0 };
  g_autoptr (GhJson) header_json = NULL;
  g_autoptr (GhJson) content_json = NULL;
  g_autoptr (GBytes) content_bytes = NULL;
  g_autoptr (GBytes) header = NULL;

  g_return_val_if_fail (parts != NULL && parts->header != NULL, NULL);
  g_return_val_if_fail (parts->key_id != NULL && parts->signature != NULL, NULL);
  g_return_val_if_fail ((parts->content == NULL) == (parts->salt == NULL), NULL);

  header_json = gh_json_parse_object (parts->header, parts->header_size, error);
  if (header_json == NULL || !read_header (header_json, &fields, error))
    return NULL;
  if (parts->position < 1 || (parts->txn_id != NULL && !gh_txn_id_is_valid (parts->txn_id))
      || !gh_key_id_is_valid (parts->key_id))
    {
      gh_set_error (error, GH_ERROR_INVALID, "event.parts", NULL,
                    "The event is stored with a wrong position, transaction id or key id");
      return NULL;
    }
  fields.position = parts->position;
  fields.txn_id = parts->txn_id;
  fields.n_signatures = 1;
  fields.signatures[0].server = fields.origin_server;
  fields.signatures[0].key_id = parts->key_id;
  memcpy (fields.signatures[0].bytes, parts->signature, GH_SIGNATURE_SIZE);

  if (parts->content != NULL)
    {
      content_json = gh_json_parse_object (parts->content, parts->content_size, error);
      if (content_json == NULL)
        return NULL;
      content_bytes = gh_json_to_canonical (content_json);
      fields.has_content = TRUE;
      fields.content_bytes = content_bytes;
      memcpy (fields.salt, parts->salt, GH_SALT_SIZE);
      if (!check_content (header_json, &fields, error))
        return NULL;
    }
  header = gh_event_fields_header (&fields);
  return gh_event_new (&fields, header);
}
