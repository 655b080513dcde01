/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a link, a server's address, a host, an id, a user name: what is accepted has one spelling,
 * and is accepted again in it. */
#include "fuzz.h"

#include "gh-host.h"
#include "gh-id.h"
#include "gh-link.h"
#include "gh-user-name.h"

static void
try_address (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhServerAddress) address = gh_server_address_parse (text, &error);
  g_autoptr (GhServerAddress) again = NULL;

  must_tell (address != NULL, error);
  if (address == NULL)
    return;
  must (gh_server_address_get_port (address) > 0);
  must (gh_server_address_is_secure (address) || gh_server_address_is_loopback (address));
  must (gh_host_is_valid (gh_server_address_get_authority (address)));
  must (strpbrk (gh_server_address_get_authority (address), "/@?# ") == NULL);
  again = gh_server_address_parse (gh_server_address_get_url (address), &error);
  must (again != NULL && gh_server_address_equal (address, again));
}

static void
try_link (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhLink) link = gh_link_parse (text, &error);
  g_autoptr (GhLink) again = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *url = NULL;

  must_tell (link != NULL, error);
  if (link == NULL)
    return;
  uri = gh_link_to_uri (link);
  url = gh_link_to_url (link);
  must (g_uri_is_valid (uri, G_URI_FLAGS_NONE, NULL));
  must (g_uri_is_valid (url, G_URI_FLAGS_NONE, NULL));
  again = gh_link_parse (url, &error);
  must (again != NULL);
  must (gh_server_address_equal (gh_link_get_server (link), gh_link_get_server (again)));
  must (strcmp (gh_link_get_invite_code (link), gh_link_get_invite_code (again)) == 0);
}

static void
try_names (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *host = NULL;
  guint16 port;
  guint n_kinds = 0;

  if (gh_host_split (text, &host, &port, &error))
    must (gh_host_is_valid (host));
  else
    must_tell (FALSE, error);
  if (gh_host_is_valid (text))
    must (host != NULL && g_str_has_prefix (text, host));

  for (GhIdKind kind = 0; kind < GH_N_ID_KINDS; kind++)
    {
      g_autofree char *local = gh_id_dup_local (kind, text);
      g_autofree char *id_host = gh_id_dup_host (kind, text);

      if (!gh_id_is_valid (kind, text))
        continue;
      n_kinds++;
      must (g_str_is_ascii (text));
      must (strcmp (text, GH_ROLE_EVERYONE) == 0 || (local != NULL && *local != '\0'));
      must (id_host == NULL || gh_host_is_valid (id_host));
    }
  must (n_kinds <= 1);

  if (gh_user_name_is_valid (text))
    {
      g_autofree char *skeleton = gh_user_name_skeleton (text);

      must (*skeleton != '\0');
      must (strpbrk (skeleton, "01imw._-") == NULL);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  try_address (text);
  try_link (text);
  try_names (text);
  return 0;
}
