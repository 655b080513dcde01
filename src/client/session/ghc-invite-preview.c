/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite.h"

#include "ghc-text.h"

struct _GhcInvitePreview
{
  GObject parent_instance;
  char *server_url;
  char *code;
  char *guild_name;
  char *guild_description;
  char *guild_icon_id;
  guint n_members;
  char *inviter;
  gint64 expires_ts;
  char *initials;
  guint color_index;
};

typedef enum { PROP_SERVER_URL = 1, PROP_CODE, PROP_GUILD_NAME, PROP_GUILD_DESCRIPTION, PROP_GUILD_ICON_ID, PROP_N_MEMBERS, PROP_INVITER, PROP_EXPIRES_TS, PROP_INITIALS, PROP_COLOR_INDEX, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcInvitePreview, ghc_invite_preview, G_TYPE_OBJECT)

static void
ghc_invite_preview_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcInvitePreview *self = GHC_INVITE_PREVIEW (object);

  switch ((Property) prop_id)
    {
    case PROP_SERVER_URL:
      self->server_url = g_value_dup_string (value);
      break;
    case PROP_CODE:
      self->code = g_value_dup_string (value);
      break;
    case PROP_GUILD_NAME:
      self->guild_name = g_value_dup_string (value);
      break;
    case PROP_GUILD_DESCRIPTION:
      self->guild_description = g_value_dup_string (value);
      break;
    case PROP_GUILD_ICON_ID:
      self->guild_icon_id = g_value_dup_string (value);
      break;
    case PROP_N_MEMBERS:
      self->n_members = g_value_get_uint (value);
      break;
    case PROP_INVITER:
      self->inviter = g_value_dup_string (value);
      break;
    case PROP_EXPIRES_TS:
      self->expires_ts = g_value_get_int64 (value);
      break;
    case PROP_INITIALS:
      self->initials = g_value_dup_string (value);
      break;
    case PROP_COLOR_INDEX:
      self->color_index = g_value_get_uint (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_invite_preview_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcInvitePreview *self = GHC_INVITE_PREVIEW (object);

  switch ((Property) prop_id)
    {
    case PROP_SERVER_URL:
      g_value_set_string (value, self->server_url);
      break;
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_GUILD_NAME:
      g_value_set_string (value, self->guild_name);
      break;
    case PROP_GUILD_DESCRIPTION:
      g_value_set_string (value, self->guild_description);
      break;
    case PROP_GUILD_ICON_ID:
      g_value_set_string (value, self->guild_icon_id);
      break;
    case PROP_N_MEMBERS:
      g_value_set_uint (value, self->n_members);
      break;
    case PROP_INVITER:
      g_value_set_string (value, self->inviter);
      break;
    case PROP_EXPIRES_TS:
      g_value_set_int64 (value, self->expires_ts);
      break;
    case PROP_INITIALS:
      g_value_set_string (value, self->initials);
      break;
    case PROP_COLOR_INDEX:
      g_value_set_uint (value, self->color_index);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_invite_preview_finalize (GObject *object)
{
  GhcInvitePreview *self = GHC_INVITE_PREVIEW (object);

  g_clear_pointer (&self->server_url, g_free);
  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->guild_name, g_free);
  g_clear_pointer (&self->guild_description, g_free);
  g_clear_pointer (&self->guild_icon_id, g_free);
  g_clear_pointer (&self->inviter, g_free);
  g_clear_pointer (&self->initials, g_free);

  G_OBJECT_CLASS (ghc_invite_preview_parent_class)->finalize (object);
}

static void
ghc_invite_preview_class_init (GhcInvitePreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_invite_preview_set_property;
  object_class->get_property = ghc_invite_preview_get_property;
  object_class->finalize = ghc_invite_preview_finalize;

  properties[PROP_SERVER_URL] = g_param_spec_string ("server-url", NULL, NULL, NULL, flags);
  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL, flags);
  properties[PROP_GUILD_NAME] = g_param_spec_string ("guild-name", NULL, NULL, NULL, flags);
  properties[PROP_GUILD_DESCRIPTION] = g_param_spec_string ("guild-description", NULL, NULL, NULL, flags);
  properties[PROP_GUILD_ICON_ID] = g_param_spec_string ("guild-icon-id", NULL, NULL, NULL, flags);
  properties[PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_INVITER] = g_param_spec_string ("inviter", NULL, NULL, NULL, flags);
  properties[PROP_EXPIRES_TS] = g_param_spec_int64 ("expires-ts", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_INITIALS] = g_param_spec_string ("initials", NULL, NULL, NULL, flags);
  properties[PROP_COLOR_INDEX] = g_param_spec_uint ("color-index", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_invite_preview_init (GhcInvitePreview *self)
{
}

/**
 * ghc_invite_preview_new_from_json:
 * @server_url: where @json came from
 * @json: the result of invite.preview; hostile input, checked here
 *
 * Returns: (transfer full) (nullable): %NULL with %GH_ERROR_INVALID
 */
GhcInvitePreview *
ghc_invite_preview_new_from_json (const char *server_url, GhJson *json, GError **error)
{
  g_autoptr (GhJson) guild = NULL;
  g_autoptr (GhJson) inviter = NULL;
  g_autofree char *initials = NULL;
  const char *code, *name, *description, *icon, *inviter_name = "";
  gint64 members, expires_ts;

  if (!gh_json_get_string (json, "code", 1, 128, &code, error)
      || !gh_json_get_object (json, "guild", &guild, error)
      || !gh_json_get_string (guild, "name", 1, 1024, &name, error)
      || !gh_json_get_optional_string (guild, "description", 0, 16384, &description, error)
      || !gh_json_get_optional_id (guild, "icon", GH_ID_MEDIA, &icon, error)
      || !gh_json_get_optional_int (guild, "members", 0, G_MAXUINT, 0, &members, error)
      || !gh_json_get_optional_object (json, "inviter", &inviter, error)
      || (inviter != NULL && !gh_json_get_string (inviter, "display_name", 0, 1024, &inviter_name, error))
      || !gh_json_get_optional_int (json, "expires_ts", 0, G_MAXINT64, 0, &expires_ts, error))
    return NULL;

  initials = ghc_text_initials (name);
  return g_object_new (GHC_TYPE_INVITE_PREVIEW, "server-url", server_url, "code", code, "guild-name", name,
                       "guild-description", description, "guild-icon-id", icon, "n-members", (guint) members,
                       "inviter", inviter_name, "expires-ts", expires_ts, "initials", initials,
                       "color-index", ghc_text_color_index (name), NULL);
}

const char *
ghc_invite_preview_get_server_url (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->server_url;
}

const char *
ghc_invite_preview_get_code (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->code;
}

const char *
ghc_invite_preview_get_guild_name (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->guild_name;
}

const char *
ghc_invite_preview_get_guild_description (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->guild_description;
}

const char *
ghc_invite_preview_get_guild_icon_id (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->guild_icon_id;
}

guint
ghc_invite_preview_get_n_members (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), 0);

  return self->n_members;
}

const char *
ghc_invite_preview_get_inviter (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->inviter;
}

gint64
ghc_invite_preview_get_expires_ts (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), 0);

  return self->expires_ts;
}

const char *
ghc_invite_preview_get_initials (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), NULL);

  return self->initials;
}

guint
ghc_invite_preview_get_color_index (GhcInvitePreview *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_PREVIEW (self), 0);

  return self->color_index;
}
