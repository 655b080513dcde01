/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-user.h"

#include "gh-time.h"
#include "ghc-text.h"

/* A clock that was set, or a computer that slept, is noticed after so long. */
#define LOOK_AGAIN_S 60

struct _GhcUser
{
  GObject parent_instance;

  char *user_id;
  char *username;
  char *display_name;
  char *sort_key;
  char *initials;
  char *bio;
  char *status;
  char *image_id;
  GBytes *image;
  char *banner_id;
  GBytes *banner;
  GhcPresence presence;
  gint64 changed_ts;
  gint64 status_expires_ts;
  guint status_timeout;
  guint color_index;
  gboolean is_self;
  gboolean known;
};

typedef enum
{
  PROP_USER_ID = 1,
  PROP_USERNAME,
  PROP_DISPLAY_NAME,
  PROP_BIO,
  PROP_STATUS,
  PROP_IMAGE_ID,
  PROP_IMAGE,
  PROP_BANNER_ID,
  PROP_BANNER,
  PROP_PRESENCE,
  PROP_ONLINE,
  PROP_INITIALS,
  PROP_COLOR_INDEX,
  PROP_IS_SELF,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcUser, ghc_user, G_TYPE_OBJECT)

static char *
make_sort_key (const char *display_name)
{
  g_autofree char *folded = g_utf8_casefold (display_name, -1);

  return g_utf8_collate_key (folded, -1);
}

static void
ghc_user_finalize (GObject *object)
{
  GhcUser *self = GHC_USER (object);

  g_free (self->user_id);
  g_free (self->username);
  g_free (self->display_name);
  g_free (self->sort_key);
  g_free (self->initials);
  g_free (self->bio);
  g_free (self->status);
  g_clear_handle_id (&self->status_timeout, g_source_remove);
  g_free (self->image_id);
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self->banner_id);
  g_clear_pointer (&self->banner, g_bytes_unref);

  G_OBJECT_CLASS (ghc_user_parent_class)->finalize (object);
}

static void
ghc_user_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcUser *self = GHC_USER (object);

  switch ((Property) prop_id)
    {
    case PROP_USER_ID:
      g_value_set_string (value, self->user_id);
      break;
    case PROP_USERNAME:
      g_value_set_string (value, self->username);
      break;
    case PROP_DISPLAY_NAME:
      g_value_set_string (value, self->display_name);
      break;
    case PROP_BIO:
      g_value_set_string (value, self->bio);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    case PROP_IMAGE_ID:
      g_value_set_string (value, self->image_id);
      break;
    case PROP_IMAGE:
      g_value_set_boxed (value, self->image);
      break;
    case PROP_BANNER_ID:
      g_value_set_string (value, self->banner_id);
      break;
    case PROP_BANNER:
      g_value_set_boxed (value, self->banner);
      break;
    case PROP_PRESENCE:
      g_value_set_enum (value, self->presence);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, ghc_user_get_online (self));
      break;
    case PROP_INITIALS:
      g_value_set_string (value, self->initials);
      break;
    case PROP_COLOR_INDEX:
      g_value_set_uint (value, self->color_index);
      break;
    case PROP_IS_SELF:
      g_value_set_boolean (value, self->is_self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_user_class_init (GhcUserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ghc_user_finalize;
  object_class->get_property = ghc_user_get_property;

  properties[PROP_USER_ID] = g_param_spec_string ("user-id", NULL, NULL, NULL, flags);
  properties[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, NULL, flags);
  properties[PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, flags);
  properties[PROP_BIO] = g_param_spec_string ("bio", NULL, NULL, NULL, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_IMAGE_ID] = g_param_spec_string ("image-id", NULL, NULL, NULL, flags);
  properties[PROP_IMAGE] = g_param_spec_boxed ("image", NULL, NULL, G_TYPE_BYTES, flags);
  properties[PROP_BANNER_ID] = g_param_spec_string ("banner-id", NULL, NULL, NULL, flags);
  properties[PROP_BANNER] = g_param_spec_boxed ("banner", NULL, NULL, G_TYPE_BYTES, flags);
  properties[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL, GHC_TYPE_PRESENCE,
                                                 GHC_PRESENCE_OFFLINE, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  properties[PROP_INITIALS] = g_param_spec_string ("initials", NULL, NULL, NULL, flags);
  properties[PROP_COLOR_INDEX] = g_param_spec_uint ("color-index", NULL, NULL, 0, GHC_N_COLORS, 0,
                                                    flags);
  properties[PROP_IS_SELF] = g_param_spec_boolean ("is-self", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_user_init (GhcUser *self)
{
}

/**
 * ghc_user_new:
 * @user_id: "@name:host"
 *
 * Returns: (transfer full): a person of whom only the id is known
 */
GhcUser *
ghc_user_new (const char *user_id)
{
  GhcUser *self;
  const char *colon;

  g_return_val_if_fail (user_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_USER, NULL);
  colon = strchr (user_id, ':');
  self->user_id = g_strdup (user_id);
  self->username = user_id[0] == '@' && colon != NULL ? g_strndup (user_id + 1, colon - user_id - 1)
                                                      : g_strdup (user_id);
  self->color_index = ghc_text_color_index (user_id);
  ghc_user_set_display_name (self, NULL);

  return self;
}

const char *
ghc_user_get_user_id (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->user_id;
}

const char *
ghc_user_get_username (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->username;
}

const char *
ghc_user_get_display_name (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->display_name;
}

const char *
ghc_user_get_bio (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->bio;
}

const char *
ghc_user_get_status (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->status;
}

/**
 * ghc_user_get_status_expires_ts:
 *
 * Returns: when the status goes away by itself, in ms; 0 when there is none, or it stays
 */
gint64
ghc_user_get_status_expires_ts (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), 0);

  return self->status_expires_ts;
}

const char *
ghc_user_get_image_id (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->image_id;
}

GBytes *
ghc_user_get_image (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->image;
}

const char *
ghc_user_get_banner_id (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->banner_id;
}

GBytes *
ghc_user_get_banner (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->banner;
}

GhcPresence
ghc_user_get_presence (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), GHC_PRESENCE_OFFLINE);

  return self->presence;
}

gboolean
ghc_user_get_online (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), FALSE);

  return self->presence != GHC_PRESENCE_OFFLINE && self->presence != GHC_PRESENCE_INVISIBLE;
}

const char *
ghc_user_get_initials (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), NULL);

  return self->initials;
}

guint
ghc_user_get_color_index (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), 0);

  return self->color_index;
}

gboolean
ghc_user_get_is_self (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), FALSE);

  return self->is_self;
}

gint64
ghc_user_get_changed_ts (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), 0);

  return self->changed_ts;
}

/**
 * ghc_user_get_known:
 *
 * Returns: TRUE when the server has said how the person is called; FALSE when only the id is known
 */
gboolean
ghc_user_get_known (GhcUser *self)
{
  g_return_val_if_fail (GHC_IS_USER (self), FALSE);

  return self->known;
}

/**
 * ghc_user_compare:
 *
 * Returns: the order of two people in a list: by name as the person's language sorts it, then by id
 */
int
ghc_user_compare (GhcUser *a, GhcUser *b)
{
  int order = strcmp (a->sort_key, b->sort_key);

  return order != 0 ? order : strcmp (a->user_id, b->user_id);
}

/**
 * ghc_user_set_display_name:
 * @display_name: (nullable): NULL or empty for the user name
 */
void
ghc_user_set_display_name (GhcUser *self, const char *display_name)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (display_name == NULL || *display_name == '\0')
    display_name = self->username;
  else
    self->known = TRUE;

  if (!g_set_str (&self->display_name, display_name))
    return;

  g_free (self->sort_key);
  self->sort_key = make_sort_key (display_name);
  g_free (self->initials);
  self->initials = ghc_text_initials (display_name);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DISPLAY_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INITIALS]);
}

void
ghc_user_set_bio (GhcUser *self, const char *bio)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (bio != NULL && *bio == '\0')
    bio = NULL;

  if (g_set_str (&self->bio, bio))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BIO]);
}

static gboolean
on_status_timeout (gpointer data)
{
  GhcUser *self = data;
  g_autofree char *status = g_strdup (self->status);

  self->status_timeout = 0;
  ghc_user_set_status (self, status, self->status_expires_ts);

  return G_SOURCE_REMOVE;
}

/**
 * ghc_user_set_status:
 * @status: (nullable): what somebody says of themselves for now; NULL or empty for nothing
 * @expires_ts: when it goes away by itself, in ms since 1970; 0 for never
 */
void
ghc_user_set_status (GhcUser *self, const char *status, gint64 expires_ts)
{
  gint64 left_ms = expires_ts - gh_time_wall_ms ();

  g_return_if_fail (GHC_IS_USER (self));

  if (expires_ts <= 0)
    expires_ts = 0;
  if (status != NULL && (*status == '\0' || (expires_ts > 0 && left_ms <= 0)))
    status = NULL;

  self->status_expires_ts = status != NULL ? expires_ts : 0;
  g_clear_handle_id (&self->status_timeout, g_source_remove);
  if (self->status_expires_ts > 0)
    self->status_timeout = g_timeout_add_seconds (MIN (left_ms / GH_MS_PER_SECOND + 1,
                                                       LOOK_AGAIN_S),
                                                  on_status_timeout, self);

  if (g_set_str (&self->status, status))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

void
ghc_user_set_image_id (GhcUser *self, const char *image_id)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (!g_set_str (&self->image_id, image_id))
    return;

  ghc_user_set_image (self, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IMAGE_ID]);
}

void
ghc_user_set_image (GhcUser *self, GBytes *image)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (self->image == image)
    return;

  g_clear_pointer (&self->image, g_bytes_unref);
  self->image = image != NULL ? g_bytes_ref (image) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IMAGE]);
}

void
ghc_user_set_banner_id (GhcUser *self, const char *banner_id)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (!g_set_str (&self->banner_id, banner_id))
    return;

  ghc_user_set_banner (self, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BANNER_ID]);
}

void
ghc_user_set_banner (GhcUser *self, GBytes *banner)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (self->banner == banner)
    return;

  g_clear_pointer (&self->banner, g_bytes_unref);
  self->banner = banner != NULL ? g_bytes_ref (banner) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BANNER]);
}

void
ghc_user_set_presence (GhcUser *self, GhcPresence presence)
{
  gboolean was_online;

  g_return_if_fail (GHC_IS_USER (self));

  if (self->presence == presence)
    return;

  was_online = ghc_user_get_online (self);
  self->presence = presence;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENCE]);
  if (was_online != ghc_user_get_online (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

void
ghc_user_set_is_self (GhcUser *self, gboolean is_self)
{
  g_return_if_fail (GHC_IS_USER (self));

  if (self->is_self == is_self)
    return;

  self->is_self = is_self;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SELF]);
}

/**
 * ghc_user_set_changed_ts:
 * @changed_ts: when the profile last changed, in ms; what is older than it is not folded
 */
void
ghc_user_set_changed_ts (GhcUser *self, gint64 changed_ts)
{
  g_return_if_fail (GHC_IS_USER (self));

  self->changed_ts = changed_ts;
}
