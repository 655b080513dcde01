/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-server-info-private.h"

#include "gh-limits.h"

struct _GhcServerInfo
{
  GObject parent_instance;
  char *url;
  char *name;
  char *title;
  char *version;
  GhcRegistration registration;
  guint password_min;
  guint message_bytes;
  guint image_bytes;
  GhJson *keys;
};

G_DEFINE_FINAL_TYPE (GhcServerInfo, ghc_server_info, G_TYPE_OBJECT)

static void
ghc_server_info_finalize (GObject *object)
{
  GhcServerInfo *self = GHC_SERVER_INFO (object);

  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->keys, gh_json_unref);

  G_OBJECT_CLASS (ghc_server_info_parent_class)->finalize (object);
}

static void
ghc_server_info_class_init (GhcServerInfoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_server_info_finalize;
}

static void
ghc_server_info_init (GhcServerInfo *self)
{
}

/**
 * ghc_server_info_new_from_json:
 * @url: where @json came from
 * @json: the result of server.info; hostile input, checked here
 *
 * Returns: (transfer full) (nullable): %NULL with %GH_ERROR_INVALID
 */
GhcServerInfo *
ghc_server_info_new_from_json (const char *url, GhJson *json, GError **error)
{
  static const char *const registrations[] = { "open", "invite", "closed", NULL };
  g_autoptr (GhJson) limits = NULL;
  g_autoptr (GhJson) keys = NULL;
  const char *name, *title, *software, *version;
  gint64 password_min, message_bytes = GH_LIMIT_MESSAGE, image_bytes = GH_LIMIT_IMAGE;
  guint registration;
  GhcServerInfo *self;

  if (!gh_json_get_string (json, "software", 1, 256, &software, error)
      || !gh_json_get_string (json, "name", 1, 256, &name, error)
      || !gh_json_get_optional_string (json, "title", 0, 1024, &title, error)
      || !gh_json_get_optional_string (json, "version", 0, 256, &version, error)
      || !gh_json_get_choice (json, "registration", registrations, &registration, error)
      || !gh_json_get_optional_int (json, "password_min", 0, 1024, 0, &password_min, error)
      || !gh_json_get_optional_object (json, "signing_keys", &keys, error)
      || !gh_json_get_optional_object (json, "limits", &limits, error)
      || (limits != NULL
          && (!gh_json_get_optional_int (limits, "message_bytes", 1, G_MAXINT, GH_LIMIT_MESSAGE,
                                         &message_bytes, error)
              || !gh_json_get_optional_int (limits, "image_bytes", 1, G_MAXINT, GH_LIMIT_IMAGE,
                                            &image_bytes, error))))
    return NULL;

  self = g_object_new (GHC_TYPE_SERVER_INFO, NULL);
  self->url = g_strdup (url);
  self->name = g_strdup (name);
  self->title = g_strdup (title != NULL && *title != '\0' ? title : name);
  self->version = g_strdup (version);
  self->registration = (GhcRegistration) registration;
  self->password_min = (guint) password_min;
  self->message_bytes = (guint) message_bytes;
  self->image_bytes = (guint) image_bytes;
  self->keys = g_steal_pointer (&keys);

  return self;
}

const char *
ghc_server_info_get_url (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), NULL);

  return self->url;
}

const char *
ghc_server_info_get_name (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), NULL);

  return self->name;
}

const char *
ghc_server_info_get_title (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), NULL);

  return self->title;
}

const char *
ghc_server_info_get_version (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), NULL);

  return self->version;
}

GhcRegistration
ghc_server_info_get_registration (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), GHC_REGISTRATION_CLOSED);

  return self->registration;
}

guint
ghc_server_info_get_password_min (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), 0);

  return self->password_min;
}

guint
ghc_server_info_get_message_bytes (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), 0);

  return self->message_bytes;
}

guint
ghc_server_info_get_image_bytes (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), 0);

  return self->image_bytes;
}

GhJson *
ghc_server_info_get_keys (GhcServerInfo *self)
{
  g_return_val_if_fail (GHC_IS_SERVER_INFO (self), NULL);

  return self->keys;
}
