/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-description.h"

#include "gh-error.h"
#include "gh-limits.h"

#include <glib/gi18n.h>

/* A newer server may know kinds that this client does not. */
#define MAX_SHARES 16
#define MAX_KIND 64

static gboolean
refuse (GError **error)
{
  return gh_set_error (error, GH_ERROR_INVALID, "call.invalid", "members",
                       _ ("The server’s answer can’t be understood."));
}

static gboolean
read_show (GhJson *json, GhcCallStay *stay, GError **error)
{
  GhcCallShow show = { 0 };
  const char *kind;

  if (!gh_json_is_object (json))
    return refuse (error);
  if (!gh_json_get_string (json, "kind", 1, MAX_KIND, &kind, error))
    return FALSE;
  if (!ghc_share_kind_from_wire (kind, &show.kind))
    return TRUE; /* of a newer server */
  for (guint i = 0; i < stay->n_shows; i++)
    if (stay->shows[i].kind == show.kind)
      return refuse (error);
  if (!gh_json_get_bool (json, "sound", &show.has_sound, error)
      || !gh_json_get_strings (json, "viewers", GH_LIMIT_CALL_MEMBERS, GH_LIMIT_CALL_ID,
                               &show.viewers, error))
    return FALSE;

  stay->shows[stay->n_shows++] = show;
  return TRUE;
}

static gboolean
read_shows (GhJson *json, GhcCallStay *stay, GError **error)
{
  g_autoptr (GhJson) shares = NULL;
  GhJsonIter iter;
  GhJson *element;

  if (!gh_json_get_optional_array (json, "shares", MAX_SHARES, &shares, error))
    return FALSE;
  if (shares == NULL)
    return TRUE;

  gh_json_iter_init (&iter, shares);
  while (gh_json_iter_next (&iter, NULL, &element))
    {
      g_autoptr (GhJson) share = element;

      if (!read_show (share, stay, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_stay (GhJson *json, GhcCallStay *stay, GError **error)
{
  return gh_json_get_id (json, "user_id", GH_ID_USER, &stay->user_id, error)
         && gh_json_get_string (json, "member_id", 1, GH_LIMIT_CALL_ID, &stay->member_id, error)
         && gh_json_get_bool (json, "muted", &stay->muted, error)
         && gh_json_get_bool (json, "deafened", &stay->deafened, error)
         && gh_json_get_bool (json, "silenced", &stay->silenced, error)
         && gh_json_get_bool (json, "may_speak", &stay->may_speak, error)
         && gh_json_get_optional_bool (json, "may_share", FALSE, &stay->may_share, error)
         && read_shows (json, stay, error);
}

/* One call for each person, and a name of its own for each stay. */
static gboolean
is_new (GhcCallDescription *self, const GhcCallStay *stay)
{
  for (guint i = 0; i < self->n_stays; i++)
    if (g_str_equal (self->stays[i].user_id, stay->user_id)
        || g_str_equal (self->stays[i].member_id, stay->member_id))
      return FALSE;

  return TRUE;
}

static void
clear_shows (GhcCallStay *stay)
{
  for (guint i = 0; i < stay->n_shows; i++)
    g_strfreev (stay->shows[i].viewers);
  stay->n_shows = 0;
}

static gboolean
read_stays (GhcCallDescription *self, GhJson *members, GError **error)
{
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  self->stays = g_new0 (GhcCallStay, gh_json_get_length (members));
  gh_json_iter_init (&iter, members);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) json = element;
      GhcCallStay *stay = &self->stays[self->n_stays];

      if (!gh_json_is_object (json))
        return refuse (error);
      if (!read_stay (json, stay, error))
        {
          clear_shows (stay);
          return FALSE;
        }
      if (!is_new (self, stay))
        {
          clear_shows (stay);
          return refuse (error);
        }
      self->n_stays++;
    }

  return TRUE;
}

/**
 * ghc_call_description_new_from_json:
 * @json: hostile input
 *
 * Returns: (transfer full) (nullable): NULL with %GH_ERROR_INVALID when it is not sound
 */
GhcCallDescription *
ghc_call_description_new_from_json (GhJson *json, GError **error)
{
  g_autoptr (GhcCallDescription) self = g_new0 (GhcCallDescription, 1);
  g_autoptr (GhJson) members = NULL;

  self->json = gh_json_ref (json);
  if (!gh_json_is_object (json))
    {
      refuse (error);
      return NULL;
    }
  if (!gh_json_get_id (json, "channel_id", GH_ID_ROOM, &self->channel_id, error)
      || !gh_json_get_int (json, "revision", 0, GH_LIMIT_JSON_INT, &self->revision, error)
      || !gh_json_get_int (json, "started_ts", 0, GH_LIMIT_JSON_INT, &self->started_ts, error)
      || !gh_json_get_array (json, "members", GH_LIMIT_CALL_MEMBERS, &members, error)
      || !read_stays (self, members, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
ghc_call_description_free (GhcCallDescription *self)
{
  gh_json_unref (self->json);
  for (guint i = 0; i < self->n_stays; i++)
    clear_shows (&self->stays[i]);
  g_free (self->stays);
  g_free (self);
}
