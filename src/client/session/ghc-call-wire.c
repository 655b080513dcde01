/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-wire.h"

#include "gh-base64url.h"
#include "gh-error.h"
#include "gh-frame.h"
#include "gh-limits.h"
#include "ghc-ice-server.h"

#include <glib/gi18n.h>
#include <string.h>

#define KEY_SIZE 32

/* RFC 8445, 5.3 */
#define UFRAG_MIN 4
#define PASSWORD_MIN 22
#define ICE_MAX 256

#define MAX_ICE_SERVERS 16
#define MAX_URLS 8
#define MAX_URL 256
#define MAX_CREDENTIAL 512
#define MAX_REASON 64

/* A call lives by signs of life no rarer and no more often than these. */
#define ALIVE_MIN_MS 500
#define ALIVE_MAX_MS 60000

static gboolean
refuse (const char *field, GError **error)
{
  return gh_set_error (error, GH_ERROR_INVALID, "call.invalid", field,
                       _ ("The server’s answer can’t be understood."));
}

/* The document is ours alone, and its text is ordinary memory that will be used again. */
static void
wipe (const char *text)
{
  gh_secret_wipe ((char *) text, strlen (text));
}

static gboolean
read_key (GhJson *json, guint32 *epoch, GhSecret **key, GError **error)
{
  guint8 bytes[KEY_SIZE];
  const char *text;
  gint64 number;
  gboolean is_sound;

  if (!gh_json_get_int (json, "epoch", 1, G_MAXUINT32, &number, error)
      || !gh_json_get_string (json, "key", 1, 2 * KEY_SIZE, &text, error))
    return FALSE;

  is_sound = gh_base64url_decode_exact (text, bytes, sizeof bytes);
  wipe (text);
  if (!is_sound)
    return refuse ("key", error);

  *epoch = (guint32) number;
  *key = gh_secret_new (bytes, sizeof bytes);
  gh_secret_wipe (bytes, sizeof bytes);

  return TRUE;
}

static gboolean
dup_string (GhJson *json, const char *name, gsize max_bytes, char **out, GError **error)
{
  const char *text;

  if (!gh_json_get_string (json, name, 1, max_bytes, &text, error))
    return FALSE;

  *out = g_strdup (text);
  return TRUE;
}

/* They end up in session descriptions: what is no "ice-char" could say something else there. */
static gboolean
dup_ice (GhJson *json, const char *name, gsize min_bytes, char **out, GError **error)
{
  const char *text;

  if (!gh_json_get_string (json, name, min_bytes, ICE_MAX, &text, error))
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '+' && *c != '/')
      return refuse (name, error);

  *out = g_strdup (text);
  return TRUE;
}

static gboolean
is_ice_url (const char *url)
{
  static const char *const schemes[] = { "stun:", "stuns:", "turn:", "turns:" };

  for (const char *c = url; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_has_prefix (url, schemes[i]) && url[strlen (schemes[i])] != '\0')
      return TRUE;

  return FALSE;
}

static GhcIceServer *
read_ice_server (GhJson *json, GError **error)
{
  g_auto (GStrv) urls = NULL;
  g_autoptr (GhSecret) secret = NULL;
  const char *username;
  const char *credential;

  if (!gh_json_get_strings (json, "urls", MAX_URLS, MAX_URL, &urls, error)
      || !gh_json_get_optional_string (json, "username", 1, MAX_CREDENTIAL, &username, error)
      || !gh_json_get_optional_string (json, "credential", 1, MAX_CREDENTIAL, &credential, error))
    return NULL;

  if (credential != NULL)
    {
      secret = gh_secret_new_string (credential);
      wipe (credential);
    }
  for (guint i = 0; urls[i] != NULL; i++)
    if (!is_ice_url (urls[i]))
      {
        refuse ("ice_servers", error);
        return NULL;
      }
  if (urls[0] == NULL || (username == NULL) != (secret == NULL))
    {
      refuse ("ice_servers", error);
      return NULL;
    }

  return ghc_ice_server_new ((const char *const *) urls, username, secret);
}

static gboolean
read_ice_servers (GhJson *json, GPtrArray *servers, GError **error)
{
  g_autoptr (GhJson) array = NULL;
  GhJsonIter iter;
  GhJson *element;

  if (!gh_json_get_array (json, "ice_servers", MAX_ICE_SERVERS, &array, error))
    return FALSE;

  gh_json_iter_init (&iter, array);
  while (gh_json_iter_next (&iter, NULL, &element))
    {
      g_autoptr (GhJson) server_json = element;
      GhcIceServer *server;

      if (!gh_json_is_object (server_json))
        return refuse ("ice_servers", error);
      server = read_ice_server (server_json, error);
      if (server == NULL)
        return FALSE;
      g_ptr_array_add (servers, server);
    }

  return TRUE;
}

/**
 * ghc_call_wire_read_renewal:
 * @json: the answer of call.alive
 *
 * Returns: (transfer full) (nullable) (element-type GhcIceServer): what is to be used from now on; NULL
 *   when there is nothing new, or with %GH_ERROR_INVALID when it is not sound
 */
GPtrArray *
ghc_call_wire_read_renewal (GhJson *json, GError **error)
{
  g_autoptr (GhJson) member = gh_json_peek_member (json, "ice_servers");
  g_autoptr (GPtrArray) servers = NULL;

  if (member == NULL)
    return NULL;
  servers = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_ice_server_free);
  return read_ice_servers (json, servers, error) ? g_steal_pointer (&servers) : NULL;
}

/* Whoever the answer says one is must be among those who are there. */
static gboolean
is_there (GhcCallTicket *self)
{
  for (guint i = 0; i < self->description->n_stays; i++)
    if (g_str_equal (self->description->stays[i].member_id, self->member_id))
      return TRUE;

  return FALSE;
}

/**
 * ghc_call_ticket_new_from_json:
 *
 * Returns: (transfer full) (nullable): NULL with %GH_ERROR_INVALID when it is not sound, or leads the
 *   call in a way that is not known
 */
GhcCallTicket *
ghc_call_ticket_new_from_json (GhJson *json, GError **error)
{
  g_autoptr (GhcCallTicket) self = g_new0 (GhcCallTicket, 1);
  const char *route;
  gint64 alive_ms;

  self->ice_servers = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_ice_server_free);
  if (!read_key (json, &self->epoch, &self->key, error)
      || !dup_string (json, "call_id", GH_LIMIT_CALL_ID, &self->call_id, error)
      || !dup_string (json, "member_id", GH_LIMIT_CALL_ID, &self->member_id, error)
      || !dup_ice (json, "ice_ufrag", UFRAG_MIN, &self->ice_ufrag, error)
      || !dup_ice (json, "ice_password", PASSWORD_MIN, &self->ice_password, error)
      || !gh_json_get_int (json, "alive_ms", 1, GH_LIMIT_JSON_INT, &alive_ms, error)
      || !gh_json_get_string (json, "route", 1, MAX_REASON, &route, error)
      || !read_ice_servers (json, self->ice_servers, error)
      || !gh_json_get_object (json, "call", &self->call, error))
    return NULL;

  self->alive_ms = (guint) CLAMP (alive_ms, ALIVE_MIN_MS, ALIVE_MAX_MS);
  if (!g_str_equal (route, "p2p"))
    {
      gh_set_error (error, GH_ERROR_INVALID, "call.route", "route",
                    _ ("This server runs calls in a way that this version of Guildhall doesn’t know. Update Guildhall."));
      return NULL;
    }
  self->description = ghc_call_description_new_from_json (self->call, error);
  if (self->description == NULL)
    return NULL;
  if (!is_there (self))
    {
      refuse ("member_id", error);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
ghc_call_ticket_free (GhcCallTicket *self)
{
  g_free (self->call_id);
  g_free (self->member_id);
  g_free (self->ice_ufrag);
  g_free (self->ice_password);
  g_clear_pointer (&self->key, gh_secret_unref);
  g_ptr_array_unref (self->ice_servers);
  g_clear_pointer (&self->description, ghc_call_description_free);
  g_clear_pointer (&self->call, gh_json_unref);
  g_free (self);
}

static gboolean
read_sender (GhcCallNews *self, GhJson *json, GError **error)
{
  g_autoptr (GhJson) member = gh_json_peek_member (json, "ice_ufrag");

  return member == NULL || dup_ice (json, "ice_ufrag", UFRAG_MIN, &self->from_ufrag, error);
}

static gboolean
read_signal (GhcCallNews *self, GhJson *json, GError **error)
{
  const char *from;

  if (!gh_json_get_id (json, "from", GH_ID_USER, &from, error)
      || !dup_string (json, "from_member", GH_LIMIT_CALL_ID, &self->from_member, error)
      || !dup_string (json, "to_member", GH_LIMIT_CALL_ID, &self->to_member, error)
      || !gh_json_get_object (json, "signal", &self->signal, error)
      || !read_sender (self, json, error))
    return FALSE;

  self->from_user = g_strdup (from);
  return TRUE;
}

gboolean
ghc_call_news_is_type (const char *type)
{
  return g_str_equal (type, GH_EPHEMERAL_CALL_KEY) || g_str_equal (type, GH_EPHEMERAL_CALL_SIGNAL)
         || g_str_equal (type, GH_EPHEMERAL_CALL_ENDED);
}

/**
 * ghc_call_news_new_from_json:
 * @type: one that ghc_call_news_is_type() knows
 *
 * Returns: (transfer full) (nullable): NULL with %GH_ERROR_INVALID when it is not sound
 */
GhcCallNews *
ghc_call_news_new_from_json (const char *type, GhJson *json, GError **error)
{
  g_autoptr (GhcCallNews) self = g_new0 (GhcCallNews, 1);
  gboolean is_sound;

  if (!gh_json_is_object (json))
    {
      refuse (NULL, error);
      return NULL;
    }

  is_sound = dup_string (json, "call_id", GH_LIMIT_CALL_ID, &self->call_id, error);
  if (g_str_equal (type, GH_EPHEMERAL_CALL_KEY))
    {
      self->kind = GHC_CALL_NEWS_KEY;
      is_sound = is_sound && read_key (json, &self->epoch, &self->key, error);
    }
  else if (g_str_equal (type, GH_EPHEMERAL_CALL_SIGNAL))
    {
      self->kind = GHC_CALL_NEWS_SIGNAL;
      is_sound = is_sound && read_signal (self, json, error);
    }
  else
    {
      self->kind = GHC_CALL_NEWS_ENDED;
      is_sound = is_sound && dup_string (json, "reason", MAX_REASON, &self->reason, error);
    }

  return is_sound ? g_steal_pointer (&self) : NULL;
}

void
ghc_call_news_free (GhcCallNews *self)
{
  g_free (self->call_id);
  g_clear_pointer (&self->key, gh_secret_unref);
  g_free (self->from_user);
  g_free (self->from_member);
  g_free (self->from_ufrag);
  g_free (self->to_member);
  g_clear_pointer (&self->signal, gh_json_unref);
  g_free (self->reason);
  g_free (self);
}
