/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite.h"


struct _GhcInvite
{
  GObject parent_instance;
  char *code;
  char *link;
  char *url;
  gint64 expires_ts;
  guint max_uses;
  guint uses;
  char *creator;
};

typedef enum { PROP_CODE = 1, PROP_LINK, PROP_URL, PROP_EXPIRES_TS, PROP_MAX_USES, PROP_USES, PROP_CREATOR, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcInvite, ghc_invite, G_TYPE_OBJECT)

static void
ghc_invite_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcInvite *self = GHC_INVITE (object);

  switch ((Property) prop_id)
    {
    case PROP_CODE:
      self->code = g_value_dup_string (value);
      break;
    case PROP_LINK:
      self->link = g_value_dup_string (value);
      break;
    case PROP_URL:
      self->url = g_value_dup_string (value);
      break;
    case PROP_EXPIRES_TS:
      self->expires_ts = g_value_get_int64 (value);
      break;
    case PROP_MAX_USES:
      self->max_uses = g_value_get_uint (value);
      break;
    case PROP_USES:
      self->uses = g_value_get_uint (value);
      break;
    case PROP_CREATOR:
      self->creator = g_value_dup_string (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_invite_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcInvite *self = GHC_INVITE (object);

  switch ((Property) prop_id)
    {
    case PROP_CODE:
      g_value_set_string (value, self->code);
      break;
    case PROP_LINK:
      g_value_set_string (value, self->link);
      break;
    case PROP_URL:
      g_value_set_string (value, self->url);
      break;
    case PROP_EXPIRES_TS:
      g_value_set_int64 (value, self->expires_ts);
      break;
    case PROP_MAX_USES:
      g_value_set_uint (value, self->max_uses);
      break;
    case PROP_USES:
      g_value_set_uint (value, self->uses);
      break;
    case PROP_CREATOR:
      g_value_set_string (value, self->creator);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_invite_finalize (GObject *object)
{
  GhcInvite *self = GHC_INVITE (object);

  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->creator, g_free);

  G_OBJECT_CLASS (ghc_invite_parent_class)->finalize (object);
}

static void
ghc_invite_class_init (GhcInviteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_invite_set_property;
  object_class->get_property = ghc_invite_get_property;
  object_class->finalize = ghc_invite_finalize;

  properties[PROP_CODE] = g_param_spec_string ("code", NULL, NULL, NULL, flags);
  properties[PROP_LINK] = g_param_spec_string ("link", NULL, NULL, NULL, flags);
  properties[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  properties[PROP_EXPIRES_TS] = g_param_spec_int64 ("expires-ts", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_MAX_USES] = g_param_spec_uint ("max-uses", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_USES] = g_param_spec_uint ("uses", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CREATOR] = g_param_spec_string ("creator", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_invite_init (GhcInvite *self)
{
}

/**
 * ghc_invite_new_from_json:
 * @json: the result of invite.create or an element of that of invite.list; hostile input, checked here
 *
 * Returns: (transfer full) (nullable): %NULL with %GH_ERROR_INVALID
 */
GhcInvite *
ghc_invite_new_from_json (GhJson *json, GError **error)
{
  const char *code, *link, *url, *creator;
  gint64 expires_ts, max_uses, uses;

  if (!gh_json_get_string (json, "code", 1, 128, &code, error)
      || !gh_json_get_string (json, "link", 1, 1024, &link, error)
      || !gh_json_get_string (json, "url", 1, 1024, &url, error)
      || !gh_json_get_optional_int (json, "expires_ts", 0, G_MAXINT64, 0, &expires_ts, error)
      || !gh_json_get_optional_int (json, "max_uses", 0, G_MAXUINT, 0, &max_uses, error)
      || !gh_json_get_optional_int (json, "uses", 0, G_MAXUINT, 0, &uses, error)
      || !gh_json_get_optional_id (json, "creator", GH_ID_USER, &creator, error))
    return NULL;

  return g_object_new (GHC_TYPE_INVITE, "code", code, "link", link, "url", url, "expires-ts", expires_ts,
                       "max-uses", (guint) max_uses, "uses", (guint) uses, "creator", creator, NULL);
}

const char *
ghc_invite_get_code (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->code;
}

const char *
ghc_invite_get_link (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->link;
}

const char *
ghc_invite_get_url (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->url;
}

gint64
ghc_invite_get_expires_ts (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->expires_ts;
}

guint
ghc_invite_get_max_uses (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->max_uses;
}

guint
ghc_invite_get_uses (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->uses;
}

const char *
ghc_invite_get_creator (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->creator;
}
