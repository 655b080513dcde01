/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the account's person may do in a channel. */
#include "ghc-call-private.h"
#include "ghc-channel-private.h"

/**
 * ghc_channel_set_overrides:
 * @overrides: (nullable): {target: {allow, deny}} as the server sent it; what is malformed is left
 *   out
 */
void
ghc_channel_set_overrides (GhcChannel *self, GhJson *overrides)
{
  GhJsonIter iter;
  const char *target;
  GhJson *member;

  g_hash_table_remove_all (self->overrides);
  if (overrides == NULL || !gh_json_is_object (overrides))
    return;

  gh_json_iter_init (&iter, overrides);
  while (gh_json_iter_next (&iter, &target, &member))
    {
      g_autoptr (GhJson) json = member;
      GhPermissionOverride *override;

      if (!gh_json_is_object (json))
        continue;

      override = g_new0 (GhPermissionOverride, 1);
      override->allow = (GhPermissions) gh_json_peek_int (json, "allow", 0) & GH_PERMISSIONS_ALL;
      override->deny = (GhPermissions) gh_json_peek_int (json, "deny", 0) & GH_PERMISSIONS_ALL;
      g_hash_table_replace (self->overrides, g_strdup (target), override);
    }
}

static void
set_flag (GhcChannel *self, gboolean *flag, gboolean value, GhcChannelProperty property)
{
  if (*flag == !!value)
    return;

  *flag = !!value;
  ghc_channel_notify (self, property);
}

void
ghc_channel_update_flags (GhcChannel *self)
{
  gboolean joined = self->membership == GHC_MEMBERSHIP_JOIN;
  gboolean is_room = self->kind != GHC_CHANNEL_CATEGORY;
  gboolean manages = gh_permissions_allow (self->permissions, GH_PERMISSION_MANAGE_CHANNELS);
  gboolean open = !self->is_private
                  && gh_permissions_allow (self->permissions, GH_PERMISSION_VIEW_CHANNELS);
  gboolean invited = self->membership == GHC_MEMBERSHIP_INVITE;

  /* Nobody tells us any more who is in its call. */
  if (self->call != NULL && !gh_permissions_allow (self->permissions, GH_PERMISSION_VIEW_CHANNELS))
    ghc_call_forget (self->call);

  set_flag (self, &self->can_send,
            is_room && joined
              && gh_permissions_allow (self->permissions, GH_PERMISSION_SEND_MESSAGES),
            GHC_CHANNEL_PROP_CAN_SEND);
  set_flag (self, &self->can_attach,
            is_room && joined
              && gh_permissions_allow (self->permissions,
                                       GH_PERMISSION_SEND_MESSAGES | GH_PERMISSION_ATTACH_FILES),
            GHC_CHANNEL_PROP_CAN_ATTACH);
  set_flag (self, &self->can_join, is_room && !joined && (open || invited),
            GHC_CHANNEL_PROP_CAN_JOIN);
  set_flag (self, &self->can_invite, is_room && joined && self->is_private,
            GHC_CHANNEL_PROP_CAN_INVITE);
  set_flag (self, &self->can_manage, manages, GHC_CHANNEL_PROP_CAN_MANAGE);
  set_flag (self, &self->can_set_topic, is_room && joined && manages,
            GHC_CHANNEL_PROP_CAN_SET_TOPIC);
  set_flag (self, &self->closed, is_room && self->is_private && !joined && !invited,
            GHC_CHANNEL_PROP_CLOSED);
}

/**
 * ghc_channel_set_permissions:
 * @permissions: what one may do here, by gh_permissions_compute()
 */
void
ghc_channel_set_permissions (GhcChannel *self, GhPermissions permissions)
{
  self->permissions = permissions;
  ghc_channel_update_flags (self);
}

gboolean
ghc_channel_get_can_send (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->can_send;
}

gboolean
ghc_channel_get_can_join (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->can_join;
}

gboolean
ghc_channel_get_can_invite (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->can_invite;
}

gboolean
ghc_channel_get_can_manage (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->can_manage;
}

gboolean
ghc_channel_get_can_set_topic (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->can_set_topic;
}

gboolean
ghc_channel_get_can_attach (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->can_attach;
}

gboolean
ghc_channel_get_closed (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->closed;
}

gboolean
ghc_channel_can (GhcChannel *self, GhPermissions wanted)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return gh_permissions_allow (self->permissions, wanted);
}

GhPermissions
ghc_channel_get_permissions (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), GH_PERMISSIONS_NONE);

  return self->permissions;
}

gboolean
ghc_channel_get_override (GhcChannel *self, const char *target, GhPermissions *allow,
                          GhPermissions *deny)
{
  const GhPermissionOverride *override;

  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);
  g_return_val_if_fail (target != NULL, FALSE);

  override = g_hash_table_lookup (self->overrides, target);
  if (allow != NULL)
    *allow = override != NULL ? override->allow : GH_PERMISSIONS_NONE;
  if (deny != NULL)
    *deny = override != NULL ? override->deny : GH_PERMISSIONS_NONE;

  return override != NULL;
}
