/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-link.h"

#include "gh-error.h"

#include <string.h>

struct _GhLink
{
  gatomicrefcount ref_count;
  GhServerAddress *server;
  char *code;
};

G_DEFINE_BOXED_TYPE (GhLink, gh_link, gh_link_ref, gh_link_unref)

/**
 * gh_invite_code_is_valid:
 * @code: (nullable): an invite's code, perhaps from the network
 *
 * Returns: whether it is 1 to GH_LIMIT_INVITE_CODE letters, digits, hyphens and underscores
 */
gboolean
gh_invite_code_is_valid (const char *code)
{
  gsize size = code != NULL ? strnlen (code, GH_LIMIT_INVITE_CODE + 1) : 0;

  if (size == 0 || size > GH_LIMIT_INVITE_CODE)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      if (!g_ascii_isalnum (code[i]) && code[i] != '-' && code[i] != '_')
        return FALSE;
    }
  return TRUE;
}

static GhLink *
allocate (GhServerAddress *server, const char *code)
{
  GhLink *self = g_new0 (GhLink, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->server = gh_server_address_ref (server);
  self->code = g_strdup (code);
  return self;
}

/**
 * gh_link_new_invite:
 * @server: where the guild is
 * @code: the invite's code
 *
 * Returns: (transfer full): an invitation
 */
GhLink *
gh_link_new_invite (GhServerAddress *server, const char *code)
{
  g_return_val_if_fail (server != NULL, NULL);
  g_return_val_if_fail (gh_invite_code_is_valid (code), NULL);

  return allocate (server, code);
}

/**
 * gh_link_parse:
 * @text: what somebody clicked, pasted or typed
 * @error: return location
 *
 * A query and a fragment are left out.
 *
 * Returns: (transfer full) (nullable): an invitation, or %NULL with %GH_ERROR_INVALID and a sentence
 */
GhLink *
gh_link_parse (const char *text, GError **error)
{
  g_autofree char *copy = NULL;
  g_autofree char *address = NULL;
  g_autoptr (GhServerAddress) server = NULL;
  const char *start;
  const char *path;
  char *code;

  g_return_val_if_fail (text != NULL, NULL);

  copy = g_strstrip (g_strdup (text));
  start = strstr (copy, "://");
  start = start != NULL ? start + strlen ("://") : copy;
  path = strchr (start, '/');
  if (path == NULL || !g_str_has_prefix (path, "/invite/"))
    {
      gh_set_error (error, GH_ERROR_INVALID, "link.unknown", "link",
                    "This is not an invite link. One looks like guildhall://example.org/invite/…");
      return NULL;
    }

  address = g_strndup (copy, (gsize) (path - copy));
  server = gh_server_address_parse (address, error);
  if (server == NULL)
    return NULL;

  code = copy + (path - copy) + strlen ("/invite/");
  code[strcspn (code, "?#")] = '\0';
  if (g_str_has_suffix (code, "/"))
    code[strlen (code) - 1] = '\0';
  if (!gh_invite_code_is_valid (code))
    {
      gh_set_error (error, GH_ERROR_INVALID, "link.code", "link",
                    "The code of the invite is damaged. Copy the whole link again.");
      return NULL;
    }
  return allocate (server, code);
}

/**
 * gh_link_ref:
 * @self: an invitation
 *
 * Returns: (transfer full): the same invitation
 */
GhLink *
gh_link_ref (GhLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_link_unref:
 * @self: (transfer full): an invitation
 */
void
gh_link_unref (GhLink *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  gh_server_address_unref (self->server);
  g_free (self->code);
  g_free (self);
}

/**
 * gh_link_get_server:
 * @self: an invitation
 *
 * Returns: (transfer none): where the guild is
 */
GhServerAddress *
gh_link_get_server (GhLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->server;
}

/**
 * gh_link_get_invite_code:
 * @self: an invitation
 *
 * Returns: (transfer none): its code
 */
const char *
gh_link_get_invite_code (GhLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->code;
}

/**
 * gh_link_to_uri:
 * @self: an invitation
 *
 * Returns: (transfer full): `guildhall://…`, which opens the application
 */
char *
gh_link_to_uri (GhLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strconcat ("guildhall://", gh_server_address_get_authority (self->server), "/invite/",
                      self->code, NULL);
}

/**
 * gh_link_to_url:
 * @self: an invitation
 *
 * Returns: (transfer full): `https://…` (`http://…` on this machine), which opens a browser
 */
char *
gh_link_to_url (GhLink *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strconcat (gh_server_address_get_url (self->server), "/invite/", self->code, NULL);
}
