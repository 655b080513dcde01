/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild.h"

#include "ghc-account-private.h"
#include "ghc-channel-list-private.h"
#include "ghc-channel-private.h"
#include "ghc-guild-private.h"
#include "ghc-text.h"

static GParamSpec *properties[GHC_GUILD_N_PROPS];

G_DEFINE_FINAL_TYPE (GhcGuild, ghc_guild, G_TYPE_OBJECT)

static void
ghc_guild_dispose (GObject *object)
{
  GhcGuild *self = GHC_GUILD (object);

  g_clear_weak_pointer (&self->account);

  G_OBJECT_CLASS (ghc_guild_parent_class)->dispose (object);
}

static void
ghc_guild_finalize (GObject *object)
{
  GhcGuild *self = GHC_GUILD (object);

  g_queue_clear_full (&self->recent, (GDestroyNotify) gh_event_unref);
  g_clear_object (&self->channels);
  g_clear_object (&self->members);
  g_clear_object (&self->roles);
  g_clear_pointer (&self->roles_by_id, g_hash_table_unref);
  g_clear_pointer (&self->icon, g_bytes_unref);
  g_strfreev (self->my_role_ids);
  g_free (self->guild_id);
  g_free (self->name);
  g_free (self->description);
  g_free (self->icon_id);
  g_free (self->initials);
  g_free (self->owner);

  G_OBJECT_CLASS (ghc_guild_parent_class)->finalize (object);
}

static void
ghc_guild_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcGuild *self = GHC_GUILD (object);

  switch ((GhcGuildProperty) prop_id)
    {
    case GHC_GUILD_PROP_GUILD_ID:
      g_value_set_string (value, self->guild_id);
      break;
    case GHC_GUILD_PROP_ACCOUNT:
      g_value_set_object (value, self->account);
      break;
    case GHC_GUILD_PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case GHC_GUILD_PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case GHC_GUILD_PROP_ICON_ID:
      g_value_set_string (value, self->icon_id);
      break;
    case GHC_GUILD_PROP_ICON:
      g_value_set_boxed (value, self->icon);
      break;
    case GHC_GUILD_PROP_INITIALS:
      g_value_set_string (value, self->initials);
      break;
    case GHC_GUILD_PROP_COLOR_INDEX:
      g_value_set_uint (value, self->color_index);
      break;
    case GHC_GUILD_PROP_OWNER:
      g_value_set_string (value, self->owner);
      break;
    case GHC_GUILD_PROP_PERMISSIONS:
      g_value_set_uint (value, self->permissions);
      break;
    case GHC_GUILD_PROP_CHANNELS:
      g_value_set_object (value, self->channels);
      break;
    case GHC_GUILD_PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    case GHC_GUILD_PROP_ROLES:
      g_value_set_object (value, self->roles);
      break;
    case GHC_GUILD_PROP_N_MEMBERS:
      g_value_set_uint (value, self->n_members);
      break;
    case GHC_GUILD_PROP_UNREAD:
      g_value_set_boolean (value, self->unread);
      break;
    case GHC_GUILD_PROP_IS_OWNER:
      g_value_set_boolean (value, self->is_owner);
      break;
    case GHC_GUILD_PROP_CAN_MANAGE_GUILD:
      g_value_set_boolean (value, ghc_guild_get_can_manage_guild (self));
      break;
    case GHC_GUILD_PROP_CAN_MANAGE_CHANNELS:
      g_value_set_boolean (value, ghc_guild_get_can_manage_channels (self));
      break;
    case GHC_GUILD_PROP_CAN_MANAGE_ROLES:
      g_value_set_boolean (value, ghc_guild_get_can_manage_roles (self));
      break;
    case GHC_GUILD_PROP_CAN_CREATE_INVITE:
      g_value_set_boolean (value, ghc_guild_get_can_create_invite (self));
      break;
    case GHC_GUILD_PROP_CAN_KICK:
      g_value_set_boolean (value, ghc_guild_get_can_kick (self));
      break;
    case GHC_GUILD_PROP_CAN_BAN:
      g_value_set_boolean (value, ghc_guild_get_can_ban (self));
      break;
    case GHC_GUILD_N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_guild_class_init (GhcGuildClass *klass)
{
  static const struct
  {
    GhcGuildProperty property;
    const char *name;
  } booleans[] = {
    { GHC_GUILD_PROP_UNREAD, "unread" },
    { GHC_GUILD_PROP_IS_OWNER, "is-owner" },
    { GHC_GUILD_PROP_CAN_MANAGE_GUILD, "can-manage-guild" },
    { GHC_GUILD_PROP_CAN_MANAGE_CHANNELS, "can-manage-channels" },
    { GHC_GUILD_PROP_CAN_MANAGE_ROLES, "can-manage-roles" },
    { GHC_GUILD_PROP_CAN_CREATE_INVITE, "can-create-invite" },
    { GHC_GUILD_PROP_CAN_KICK, "can-kick" },
    { GHC_GUILD_PROP_CAN_BAN, "can-ban" },
  };
  static const struct
  {
    GhcGuildProperty property;
    const char *name;
  } strings[] = {
    { GHC_GUILD_PROP_GUILD_ID, "guild-id" },       { GHC_GUILD_PROP_NAME, "name" },
    { GHC_GUILD_PROP_DESCRIPTION, "description" }, { GHC_GUILD_PROP_ICON_ID, "icon-id" },
    { GHC_GUILD_PROP_INITIALS, "initials" },       { GHC_GUILD_PROP_OWNER, "owner" },
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ghc_guild_dispose;
  object_class->finalize = ghc_guild_finalize;
  object_class->get_property = ghc_guild_get_property;

  for (guint i = 0; i < G_N_ELEMENTS (booleans); i++)
    properties[booleans[i].property] = g_param_spec_boolean (booleans[i].name, NULL, NULL, FALSE,
                                                             flags);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    properties[strings[i].property] = g_param_spec_string (strings[i].name, NULL, NULL, NULL,
                                                           flags);

  properties[GHC_GUILD_PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, GHC_TYPE_ACCOUNT,
                                                            flags);
  properties[GHC_GUILD_PROP_ICON] = g_param_spec_boxed ("icon", NULL, NULL, G_TYPE_BYTES, flags);
  properties[GHC_GUILD_PROP_COLOR_INDEX] = g_param_spec_uint ("color-index", NULL, NULL, 0,
                                                              GHC_N_COLORS, 0, flags);
  properties[GHC_GUILD_PROP_PERMISSIONS] = g_param_spec_uint ("permissions", NULL, NULL, 0,
                                                              G_MAXUINT, 0, flags);
  properties[GHC_GUILD_PROP_CHANNELS] = g_param_spec_object ("channels", NULL, NULL,
                                                             GHC_TYPE_CHANNEL_LIST, flags);
  properties[GHC_GUILD_PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL,
                                                            GHC_TYPE_MEMBER_LIST, flags);
  properties[GHC_GUILD_PROP_ROLES] = g_param_spec_object ("roles", NULL, NULL, G_TYPE_LIST_MODEL,
                                                          flags);
  properties[GHC_GUILD_PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT,
                                                            0, flags);

  g_object_class_install_properties (object_class, GHC_GUILD_N_PROPS, properties);
}

static void
ghc_guild_init (GhcGuild *self)
{
  g_queue_init (&self->recent);
  self->name = g_strdup ("");
  self->initials = g_strdup ("?");
  self->channels = ghc_channel_list_new ();
  self->members = ghc_member_list_new ();
  self->roles = g_list_store_new (GHC_TYPE_ROLE);
  self->roles_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->my_role_ids = g_new0 (char *, 1);
}

GhcGuild *
ghc_guild_new (const char *guild_id)
{
  GhcGuild *self;

  g_return_val_if_fail (guild_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_GUILD, NULL);
  self->guild_id = g_strdup (guild_id);
  self->color_index = ghc_text_color_index (guild_id);

  return self;
}

void
ghc_guild_notify (GhcGuild *self, GhcGuildProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
ghc_guild_set_account (GhcGuild *self, GhcAccount *account)
{
  if (g_set_weak_pointer (&self->account, account))
    ghc_guild_notify (self, GHC_GUILD_PROP_ACCOUNT);
}

void
ghc_guild_set_meta (GhcGuild *self, const char *name, const char *description, const char *icon_id,
                    const char *owner)
{
  if (description != NULL && *description == '\0')
    description = NULL;

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->name, name != NULL ? name : ""))
    {
      g_free (self->initials);
      self->initials = ghc_text_initials (self->name);
      ghc_guild_notify (self, GHC_GUILD_PROP_NAME);
      ghc_guild_notify (self, GHC_GUILD_PROP_INITIALS);
    }
  if (g_set_str (&self->description, description))
    ghc_guild_notify (self, GHC_GUILD_PROP_DESCRIPTION);
  if (g_set_str (&self->icon_id, icon_id))
    {
      ghc_guild_set_icon (self, NULL);
      ghc_guild_notify (self, GHC_GUILD_PROP_ICON_ID);
    }
  if (owner != NULL && g_set_str (&self->owner, owner))
    ghc_guild_notify (self, GHC_GUILD_PROP_OWNER);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_guild_set_icon (GhcGuild *self, GBytes *icon)
{
  g_return_if_fail (GHC_IS_GUILD (self));

  if (self->icon == icon)
    return;

  g_clear_pointer (&self->icon, g_bytes_unref);
  self->icon = icon != NULL ? g_bytes_ref (icon) : NULL;
  ghc_guild_notify (self, GHC_GUILD_PROP_ICON);
}

void
ghc_guild_set_n_members (GhcGuild *self, guint n_members)
{
  if (self->n_members == n_members)
    return;

  self->n_members = n_members;
  ghc_guild_notify (self, GHC_GUILD_PROP_N_MEMBERS);
}

void
ghc_guild_set_my_role_ids (GhcGuild *self, const char *const *role_ids)
{
  g_strfreev (self->my_role_ids);
  self->my_role_ids = role_ids != NULL ? g_strdupv ((char **) role_ids) : g_new0 (char *, 1);
}

static void
update_unread (GhcGuild *self)
{
  GListModel *channels = ghc_channel_list_get_all (self->channels);
  gboolean unread = FALSE;

  for (guint i = 0; !unread && i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);

      unread = ghc_channel_get_unread (channel);
    }

  if (self->unread == unread)
    return;

  self->unread = unread;
  ghc_guild_notify (self, GHC_GUILD_PROP_UNREAD);
  if (self->account != NULL)
    ghc_account_update_unread (self->account);
}

void
ghc_guild_add_channel (GhcGuild *self, GhcChannel *channel)
{
  ghc_channel_set_guild (channel, self);
  ghc_channel_list_add (self->channels, channel);
  g_signal_connect_object (channel, "notify::unread", G_CALLBACK (update_unread), self,
                           G_CONNECT_SWAPPED);
  update_unread (self);
}

/* Returns TRUE when it was there. */
gboolean
ghc_guild_remove_channel (GhcGuild *self, const char *channel_id)
{
  g_autoptr (GhcChannel) channel = NULL;

  g_set_object (&channel, ghc_channel_list_lookup (self->channels, channel_id));
  if (channel == NULL)
    return FALSE;

  g_signal_handlers_disconnect_by_func (channel, update_unread, self);
  ghc_channel_list_remove (self->channels, channel_id);
  ghc_channel_stop_typing (channel);
  update_unread (self);
  if (self->account != NULL)
    ghc_account_emit_channel_removed (self->account, channel);
  ghc_channel_set_guild (channel, NULL);

  return TRUE;
}

const char *
ghc_guild_get_guild_id (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->guild_id;
}

GhcAccount *
ghc_guild_get_account (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->account;
}

const char *
ghc_guild_get_name (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->name;
}

const char *
ghc_guild_get_description (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->description;
}

const char *
ghc_guild_get_icon_id (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->icon_id;
}

GBytes *
ghc_guild_get_icon (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->icon;
}

const char *
ghc_guild_get_initials (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->initials;
}

guint
ghc_guild_get_color_index (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), 0);

  return self->color_index;
}

const char *
ghc_guild_get_owner (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->owner;
}

GhPermissions
ghc_guild_get_permissions (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), GH_PERMISSIONS_NONE);

  return self->permissions;
}

GhcChannelList *
ghc_guild_get_channels (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->channels;
}

GhcMemberList *
ghc_guild_get_members (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return self->members;
}

GListModel *
ghc_guild_get_roles (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return G_LIST_MODEL (self->roles);
}

guint
ghc_guild_get_n_members (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), 0);

  return self->n_members;
}

gboolean
ghc_guild_get_unread (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), FALSE);

  return self->unread;
}

GhcChannel *
ghc_guild_lookup_channel (GhcGuild *self, const char *channel_id)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return ghc_channel_list_lookup (self->channels, channel_id);
}

GhcMember *
ghc_guild_lookup_member (GhcGuild *self, const char *user_id)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return ghc_member_list_lookup (self->members, user_id);
}

GhcRole *
ghc_guild_lookup_role (GhcGuild *self, const char *role_id)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);
  g_return_val_if_fail (role_id != NULL, NULL);

  return g_hash_table_lookup (self->roles_by_id, role_id);
}

GhcChannel *
ghc_guild_get_default_channel (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  return ghc_channel_list_next (self->channels, NULL, 1, FALSE);
}
