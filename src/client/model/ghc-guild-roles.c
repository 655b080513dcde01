/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-private.h"
#include "ghc-list-sync.h"

#include "gh-id.h"

static int
compare_role_pointers (gconstpointer a, gconstpointer b)
{
  return ghc_role_compare (*(GhcRole **) a, *(GhcRole **) b);
}

/* Brings the list in order after roles were added, removed or changed. */
void
ghc_guild_sort_roles (GhcGuild *self)
{
  g_autoptr (GPtrArray) roles = g_hash_table_get_values_as_ptr_array (self->roles_by_id);

  g_ptr_array_sort (roles, compare_role_pointers);
  ghc_list_sync (self->roles, roles);
}

/**
 * ghc_guild_update_role:
 * @content: {name, color?, permissions, order, hoist?}; what is malformed falls back
 */
void
ghc_guild_update_role (GhcGuild *self, const char *role_id, GhJson *content)
{
  GhcRole *role = g_hash_table_lookup (self->roles_by_id, role_id);
  gint64 color = gh_json_peek_int (content, "color", GHC_ROLE_NO_COLOR);
  gint64 order = gh_json_peek_int (content, "order", 0);

  if (role == NULL)
    {
      role = ghc_role_new (role_id);
      g_hash_table_insert (self->roles_by_id, g_strdup (role_id), role);
    }

  ghc_role_update (role, gh_json_peek_string (content, "name"),
                   color >= 0 && color <= 0xffffff ? (int) color : GHC_ROLE_NO_COLOR,
                   (GhPermissions) gh_json_peek_int (content, "permissions", 0)
                     & GH_PERMISSIONS_ALL,
                   (int) CLAMP (order, 0, G_MAXINT - 1),
                   gh_json_peek_bool (content, "hoist", FALSE));
}

void
ghc_guild_remove_role (GhcGuild *self, const char *role_id)
{
  g_hash_table_remove (self->roles_by_id, role_id);
}
