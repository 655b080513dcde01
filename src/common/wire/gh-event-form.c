/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* How an event is written: its canonical header, its log form, and the forms of what stands in them. */
#include "gh-event-private.h"

#include "gh-base64url.h"
#include "gh-json-private.h"

#include <string.h>

static gboolean
is_printable (const char *text, gsize max)
{
  gsize size = strnlen (text, max + 1);

  if (size == 0 || size > max)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      if (text[i] < 0x20 || text[i] > 0x7e)
        return FALSE;
    }
  return TRUE;
}

gboolean
gh_event_type_is_valid (const char *type)
{
  gsize size = strnlen (type, GH_LIMIT_EVENT_TYPE + 1);

  if (size == 0 || size > GH_LIMIT_EVENT_TYPE)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      if (!g_ascii_isalnum (type[i]) && type[i] != '.' && type[i] != '_' && type[i] != '-')
        return FALSE;
    }
  return TRUE;
}

gboolean
gh_event_state_key_is_valid (const char *state_key)
{
  return *state_key == '\0' || is_printable (state_key, GH_LIMIT_STATE_KEY);
}

gboolean
gh_key_id_is_valid (const char *key_id)
{
  const char *at;

  if (strnlen (key_id, GH_LIMIT_KEY_ID + 1) > GH_LIMIT_KEY_ID
      || !g_str_has_prefix (key_id, "ed25519:"))
    return FALSE;
  at = key_id + strlen ("ed25519:");
  if (*at == '\0')
    return FALSE;
  for (; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at) && strchr ("._-+/", *at) == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * gh_txn_id_is_valid:
 * @txn_id: (nullable): a client's name for a request, perhaps from the network
 *
 * Returns: whether it is 1 to GH_LIMIT_TXN_ID printable ASCII characters
 */
gboolean
gh_txn_id_is_valid (const char *txn_id)
{
  return txn_id != NULL && is_printable (txn_id, GH_LIMIT_TXN_ID);
}

/* The key and, unless it is NULL, the text of a member; keys here never need escaping. */
static void
append_member (GString *out, const char *name, const char *text)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append_len (out, "\":", 2);
  if (text != NULL)
    gh_json_append_string (out, text, strlen (text));
}

static void
append_int (GString *out, const char *name, gint64 number)
{
  append_member (out, name, NULL);
  gh_json_append_int (out, number);
}

static void
append_list (GString *out, const char *name, const char *const *ids, gsize n)
{
  append_member (out, name, NULL);
  g_string_append_c (out, '[');
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      gh_json_append_string (out, ids[i], strlen (ids[i]));
    }
  g_string_append_c (out, ']');
}

/* Members in the order of their keys: this is the canonical form. */
GBytes *
gh_event_fields_header (const GhEventFields *fields)
{
  g_autofree char *content_hash = gh_hash_to_string (&fields->content_hash);
  GString *out = g_string_sized_new (640);

  g_string_append_c (out, '{');
  append_list (out, "auth_events", fields->auth_events, fields->n_auth_events);
  append_member (out, "content_hash", content_hash);
  append_member (out, "origin_server", fields->origin_server);
  append_int (out, "origin_ts", fields->origin_ts);
  append_list (out, "prev_events", fields->prev_events, fields->n_prev_events);
  append_member (out, "room_id", fields->room_id);
  append_member (out, "sender", fields->sender);
  if (fields->state_key != NULL)
    append_member (out, "state_key", fields->state_key);
  append_member (out, "type", fields->type);
  g_string_append_c (out, '}');
  return gh_json_keep_text (out);
}

GhHash
gh_event_hash_content (const guint8 salt[GH_SALT_SIZE], GBytes *content_bytes)
{
  GhHashPart parts[2] = { { salt, GH_SALT_SIZE } };

  parts[1].data = g_bytes_get_data (content_bytes, &parts[1].size);
  return gh_hash_parts (parts, G_N_ELEMENTS (parts));
}

/* {"server":{"key":"…","key":"…"},"server":{…}}: signatures are kept in the order of both. */
static void
append_signatures (GString *out, const GhEventFields *fields)
{
  const char *server = NULL;

  append_member (out, "signatures", NULL);
  g_string_append_c (out, '{');
  for (gsize i = 0; i < fields->n_signatures; i++)
    {
      const GhEventSignature *signature = &fields->signatures[i];
      g_autofree char *text = gh_base64url_encode (signature->bytes, GH_SIGNATURE_SIZE);

      if (server == NULL || strcmp (server, signature->server) != 0)
        {
          if (server != NULL)
            g_string_append_c (out, '}');
          append_member (out, signature->server, NULL);
          g_string_append_c (out, '{');
          server = signature->server;
        }
      append_member (out, signature->key_id, text);
    }
  g_string_append (out, "}}");
}

/* Members in the order of their keys here too. */
GBytes *
gh_event_fields_log_form (const GhEventFields *fields, const char *event_id)
{
  g_autofree char *content_hash = gh_hash_to_string (&fields->content_hash);
  GString *out = g_string_sized_new (
    1024 + (fields->has_content ? g_bytes_get_size (fields->content_bytes) : 0));
  gsize size;
  const char *data;

  g_string_append_c (out, '{');
  append_list (out, "auth_events", fields->auth_events, fields->n_auth_events);
  if (fields->has_content)
    {
      data = g_bytes_get_data (fields->content_bytes, &size);
      append_member (out, "content", NULL);
      g_string_append_len (out, data, (gssize) size);
    }
  append_member (out, "content_hash", content_hash);
  append_member (out, "event_id", event_id);
  append_member (out, "origin_server", fields->origin_server);
  append_int (out, "origin_ts", fields->origin_ts);
  append_int (out, "position", fields->position);
  append_list (out, "prev_events", fields->prev_events, fields->n_prev_events);
  append_member (out, "room_id", fields->room_id);
  if (fields->has_content)
    {
      g_autofree char *salt = gh_base64url_encode (fields->salt, GH_SALT_SIZE);

      append_member (out, "salt", salt);
    }
  append_member (out, "sender", fields->sender);
  append_signatures (out, fields);
  if (fields->state_key != NULL)
    append_member (out, "state_key", fields->state_key);
  if (fields->txn_id != NULL)
    append_member (out, "txn_id", fields->txn_id);
  append_member (out, "type", fields->type);
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}
