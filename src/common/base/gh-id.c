/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-id.h"

#include "gh-base58.h"
#include "gh-error.h"
#include "gh-hash.h"
#include "gh-host.h"
#include "gh-random.h"
#include "gh-user-name.h"

#include <string.h>

typedef enum
{
  HOST_NONE,
  HOST_AFTER_COLON,
  HOST_FIRST, /* mxc://host/… */
} HostPlace;

static const struct
{
  const char *prefix;
  gsize n_bytes; /* of the base58 part; 0: a user name */
  HostPlace host;
  const char *sentence;
} kinds[GH_N_ID_KINDS] = {
  [GH_ID_USER] = { "@", 0, HOST_AFTER_COLON, "This is not the id of a person" },
  [GH_ID_ROOM] = { "!", 16, HOST_AFTER_COLON, "This is not the id of a guild or channel" },
  [GH_ID_ROLE] = { "r_", 16, HOST_NONE, "This is not the id of a role" },
  [GH_ID_CATEGORY] = { "c_", 16, HOST_NONE, "This is not the id of a category" },
  [GH_ID_EVENT] = { "$", GH_HASH_SIZE, HOST_NONE, "This is not the id of an event" },
  [GH_ID_MEDIA] = { "mxc://", 16, HOST_FIRST, "This is not the id of an image or file" },
  [GH_ID_DEVICE] = { "D", 8, HOST_NONE, "This is not the id of a device" },
};

/* Where the local part and the host lie; FALSE when the outer form is not @kind's. */
static gboolean
cut (GhIdKind kind, const char *id, const char **local, gsize *local_length, const char **host,
     gsize *host_length)
{
  const char *rest;
  const char *mark;

  if (!g_str_has_prefix (id, kinds[kind].prefix))
    return FALSE;
  rest = id + strlen (kinds[kind].prefix);

  switch (kinds[kind].host)
    {
    case HOST_AFTER_COLON:
      mark = strchr (rest, ':');
      if (mark == NULL)
        return FALSE;
      *local = rest;
      *local_length = (gsize) (mark - rest);
      *host = mark + 1;
      *host_length = strlen (mark + 1);
      return TRUE;

    case HOST_FIRST:
      mark = strchr (rest, '/');
      if (mark == NULL)
        return FALSE;
      *host = rest;
      *host_length = (gsize) (mark - rest);
      *local = mark + 1;
      *local_length = strlen (mark + 1);
      return TRUE;

    case HOST_NONE:
    default:
      *local = rest;
      *local_length = strlen (rest);
      *host = NULL;
      *host_length = 0;
      return TRUE;
    }
}

/**
 * gh_id_is_valid:
 * @kind: what it should be the id of
 * @id: (nullable): an id, perhaps from the network
 *
 * Returns: whether it has exactly the form of @kind
 */
gboolean
gh_id_is_valid (GhIdKind kind, const char *id)
{
  const char *local;
  const char *host;
  gsize local_length;
  gsize host_length;

  g_return_val_if_fail ((guint) kind < GH_N_ID_KINDS, FALSE);

  if (id == NULL)
    return FALSE;
  if (kind == GH_ID_ROLE && strcmp (id, GH_ROLE_EVERYONE) == 0)
    return TRUE;
  if (!cut (kind, id, &local, &local_length, &host, &host_length))
    return FALSE;

  if (host != NULL)
    {
      char name[GH_HOST_MAX_BYTES + 1];

      if (host_length > GH_HOST_MAX_BYTES)
        return FALSE;
      memcpy (name, host, host_length);
      name[host_length] = '\0';
      if (!gh_host_is_valid (name))
        return FALSE;
    }
  if (kinds[kind].n_bytes == 0)
    {
      char name[GH_USER_NAME_MAX + 1];

      if (local_length > GH_USER_NAME_MAX)
        return FALSE;
      memcpy (name, local, local_length);
      name[local_length] = '\0';
      return gh_user_name_is_valid (name);
    }
  return gh_base58_decode_exact (local, local_length, NULL, kinds[kind].n_bytes);
}

/**
 * gh_id_check:
 * @kind: what it should be the id of
 * @id: (nullable): an id, perhaps from the network
 * @field: (nullable): the field to name in the error
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "id.invalid"
 */
gboolean
gh_id_check (GhIdKind kind, const char *id, const char *field, GError **error)
{
  if (gh_id_is_valid (kind, id))
    return TRUE;
  return gh_set_error (error, GH_ERROR_INVALID, "id.invalid", field, "%s", kinds[kind].sentence);
}

/**
 * gh_id_new:
 * @kind: room, role, category, media or device
 * @host: (nullable): the server's name, for rooms and media
 *
 * Returns: (transfer full): a new random id
 */
char *
gh_id_new (GhIdKind kind, const char *host)
{
  g_autofree char *local = NULL;

  g_return_val_if_fail ((guint) kind < GH_N_ID_KINDS, NULL);
  g_return_val_if_fail (kind != GH_ID_USER && kind != GH_ID_EVENT, NULL);
  g_return_val_if_fail (kinds[kind].host == HOST_NONE || gh_host_is_valid (host), NULL);

  local = gh_random_base58 (kinds[kind].n_bytes);
  switch (kinds[kind].host)
    {
    case HOST_AFTER_COLON:
      return g_strconcat (kinds[kind].prefix, local, ":", host, NULL);
    case HOST_FIRST:
      return g_strconcat (kinds[kind].prefix, host, "/", local, NULL);
    case HOST_NONE:
    default:
      return g_strconcat (kinds[kind].prefix, local, NULL);
    }
}

/**
 * gh_id_new_user:
 * @name: a valid user name
 * @host: the server's name
 *
 * Returns: (transfer full): `@name:host`
 */
char *
gh_id_new_user (const char *name, const char *host)
{
  g_return_val_if_fail (gh_user_name_is_valid (name), NULL);
  g_return_val_if_fail (gh_host_is_valid (host), NULL);

  return g_strconcat ("@", name, ":", host, NULL);
}

/**
 * gh_id_dup_local:
 * @kind: what it is the id of
 * @id: a valid id
 *
 * Returns: (transfer full) (nullable): the part that is not prefix or host: the name of a person, the
 *   base58 of others
 */
char *
gh_id_dup_local (GhIdKind kind, const char *id)
{
  const char *local;
  const char *host;
  gsize local_length;
  gsize host_length;

  g_return_val_if_fail ((guint) kind < GH_N_ID_KINDS, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  if (!cut (kind, id, &local, &local_length, &host, &host_length))
    return NULL;
  return g_strndup (local, local_length);
}

/**
 * gh_id_dup_host:
 * @kind: what it is the id of
 * @id: a valid id
 *
 * Returns: (transfer full) (nullable): the server's name, %NULL for ids that have none
 */
char *
gh_id_dup_host (GhIdKind kind, const char *id)
{
  const char *local;
  const char *host;
  gsize local_length;
  gsize host_length;

  g_return_val_if_fail ((guint) kind < GH_N_ID_KINDS, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  if (!cut (kind, id, &local, &local_length, &host, &host_length) || host == NULL)
    return NULL;
  return g_strndup (host, host_length);
}

/**
 * gh_id_color_index:
 * @id: any id
 * @n_colors: how many colours there are, at least 1
 *
 * Returns: a number below @n_colors that is the same for the same id everywhere
 */
guint
gh_id_color_index (const char *id, guint n_colors)
{
  GhHash hash;
  guint32 number;

  g_return_val_if_fail (id != NULL, 0);
  g_return_val_if_fail (n_colors > 0, 0);

  hash = gh_hash_data (id, strlen (id));
  memcpy (&number, hash.bytes, sizeof number);
  return GUINT32_FROM_LE (number) % n_colors;
}
