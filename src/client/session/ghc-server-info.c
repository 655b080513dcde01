/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-server-info-private.h"

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
};

typedef enum { PROP_URL = 1, PROP_NAME, PROP_TITLE, PROP_VERSION, PROP_REGISTRATION, PROP_PASSWORD_MIN, PROP_MESSAGE_BYTES, PROP_IMAGE_BYTES, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (GhcRegistration, ghc_registration,
                    G_DEFINE_ENUM_VALUE (GHC_REGISTRATION_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (GHC_REGISTRATION_INVITE, "invite"),
                    G_DEFINE_ENUM_VALUE (GHC_REGISTRATION_CLOSED, "closed"))

G_DEFINE_FINAL_TYPE (GhcServerInfo, ghc_server_info, G_TYPE_OBJECT)

static void
ghc_server_info_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcServerInfo *self = GHC_SERVER_INFO (object);

  switch ((Property) prop_id)
    {
    case PROP_URL:
      self->url = g_value_dup_string (value);
      break;
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_TITLE:
      self->title = g_value_dup_string (value);
      break;
    case PROP_VERSION:
      self->version = g_value_dup_string (value);
      break;
    case PROP_REGISTRATION:
      self->registration = g_value_get_enum (value);
      break;
    case PROP_PASSWORD_MIN:
      self->password_min = g_value_get_uint (value);
      break;
    case PROP_MESSAGE_BYTES:
      self->message_bytes = g_value_get_uint (value);
      break;
    case PROP_IMAGE_BYTES:
      self->image_bytes = g_value_get_uint (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_server_info_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcServerInfo *self = GHC_SERVER_INFO (object);

  switch ((Property) prop_id)
    {
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_VERSION:
      g_value_set_string (value, self->version);
      break;
    case PROP_REGISTRATION:
      g_value_set_enum (value, self->registration);
      break;
    case PROP_PASSWORD_MIN:
      g_value_set_uint (value, self->password_min);
      break;
    case PROP_MESSAGE_BYTES:
      g_value_set_uint (value, self->message_bytes);
      break;
    case PROP_IMAGE_BYTES:
      g_value_set_uint (value, self->image_bytes);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_server_info_finalize (GObject *object)
{
  GhcServerInfo *self = GHC_SERVER_INFO (object);

  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->version, g_free);

  G_OBJECT_CLASS (ghc_server_info_parent_class)->finalize (object);
}

static void
ghc_server_info_class_init (GhcServerInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_server_info_set_property;
  object_class->get_property = ghc_server_info_get_property;
  object_class->finalize = ghc_server_info_finalize;

  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_VERSION] = g_param_spec_string ("version", NULL, NULL, NULL, flags);
  properties[PROP_REGISTRATION] = g_param_spec_enum ("registration", NULL, NULL, GHC_TYPE_REGISTRATION, GHC_REGISTRATION_CLOSED, flags);
  properties[PROP_PASSWORD_MIN] = g_param_spec_uint ("password-min", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MESSAGE_BYTES] = g_param_spec_uint ("message-bytes", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_IMAGE_BYTES] = g_param_spec_uint ("image-bytes", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
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
  const char *name, *title, *software, *version;
  gint64 password_min, message_bytes = 0, image_bytes = 0;
  guint registration;

  if (!gh_json_get_string (json, "software", 1, 256, &software, error)
      || !gh_json_get_string (json, "name", 1, 256, &name, error)
      || !gh_json_get_optional_string (json, "title", 0, 1024, &title, error)
      || !gh_json_get_optional_string (json, "version", 0, 256, &version, error)
      || !gh_json_get_choice (json, "registration", registrations, &registration, error)
      || !gh_json_get_optional_int (json, "password_min", 0, 1024, 0, &password_min, error)
      || !gh_json_get_optional_object (json, "limits", &limits, error)
      || (limits != NULL
          && (!gh_json_get_optional_int (limits, "message_bytes", 0, G_MAXINT, 0, &message_bytes, error)
              || !gh_json_get_optional_int (limits, "image_bytes", 0, G_MAXINT, 0, &image_bytes, error))))
    return NULL;

  return g_object_new (GHC_TYPE_SERVER_INFO, "url", url, "name", name,
                       "title", title != NULL && *title != '\0' ? title : name, "version", version,
                       "registration", (GhcRegistration) registration, "password-min", (guint) password_min,
                       "message-bytes", (guint) message_bytes, "image-bytes", (guint) image_bytes, NULL);
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
