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

G_DEFINE_FINAL_TYPE (GhcInvitePreview, ghc_invite_preview, G_TYPE_OBJECT)

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
  G_OBJECT_CLASS (klass)->finalize = ghc_invite_preview_finalize;
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
  const char *code, *name, *description, *icon, *inviter_name = "";
  gint64 members, expires_ts;
  GhcInvitePreview *self;

  if (!gh_json_get_string (json, "code", 1, 128, &code, error)
      || !gh_json_get_object (json, "guild", &guild, error)
      || !gh_json_get_string (guild, "name", 1, 1024, &name, error)
      || !gh_json_get_optional_string (guild, "description", 0, 16384, &description, error)
      || !gh_json_get_optional_id (guild, "icon", GH_ID_MEDIA, &icon, error)
      || !gh_json_get_optional_int (guild, "members", 0, G_MAXUINT, 0, &members, error)
      || !gh_json_get_optional_object (json, "inviter", &inviter, error)
      || (inviter != NULL
          && !gh_json_get_string (inviter, "display_name", 0, 1024, &inviter_name, error))
      || !gh_json_get_optional_int (json, "expires_ts", 0, G_MAXINT64, 0, &expires_ts, error))
    return NULL;

  self = g_object_new (GHC_TYPE_INVITE_PREVIEW, NULL);
  self->server_url = g_strdup (server_url);
  self->code = g_strdup (code);
  self->guild_name = g_strdup (name);
  self->guild_description = g_strdup (description);
  self->guild_icon_id = g_strdup (icon);
  self->n_members = (guint) members;
  self->inviter = g_strdup (inviter_name);
  self->expires_ts = expires_ts;
  self->initials = ghc_text_initials (name);
  self->color_index = ghc_text_color_index (name);

  return self;
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
