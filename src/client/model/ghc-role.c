/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-role.h"

#include "gh-id.h"

struct _GhcRole
{
  GObject parent_instance;

  char *role_id;
  char *name;
  int color;
  GhPermissions permissions;
  int order;
  gboolean hoist;
};

typedef enum
{
  PROP_ROLE_ID = 1,
  PROP_NAME,
  PROP_COLOR,
  PROP_PERMISSIONS,
  PROP_ORDER,
  PROP_HOIST,
  PROP_IS_EVERYONE,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcRole, ghc_role, G_TYPE_OBJECT)

static void
ghc_role_finalize (GObject *object)
{
  GhcRole *self = GHC_ROLE (object);

  g_free (self->role_id);
  g_free (self->name);

  G_OBJECT_CLASS (ghc_role_parent_class)->finalize (object);
}

static void
ghc_role_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcRole *self = GHC_ROLE (object);

  switch ((Property) prop_id)
    {
    case PROP_ROLE_ID:
      g_value_set_string (value, self->role_id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_COLOR:
      g_value_set_int (value, self->color);
      break;
    case PROP_PERMISSIONS:
      g_value_set_uint (value, self->permissions);
      break;
    case PROP_ORDER:
      g_value_set_int (value, self->order);
      break;
    case PROP_HOIST:
      g_value_set_boolean (value, self->hoist);
      break;
    case PROP_IS_EVERYONE:
      g_value_set_boolean (value, ghc_role_get_is_everyone (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_role_class_init (GhcRoleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ghc_role_finalize;
  object_class->get_property = ghc_role_get_property;

  properties[PROP_ROLE_ID] = g_param_spec_string ("role-id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_COLOR] = g_param_spec_int ("color", NULL, NULL, GHC_ROLE_NO_COLOR, 0xffffff,
                                             GHC_ROLE_NO_COLOR, flags);
  properties[PROP_PERMISSIONS] = g_param_spec_uint ("permissions", NULL, NULL, 0, G_MAXUINT, 0,
                                                    flags);
  properties[PROP_ORDER] = g_param_spec_int ("order", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_HOIST] = g_param_spec_boolean ("hoist", NULL, NULL, FALSE, flags);
  properties[PROP_IS_EVERYONE] = g_param_spec_boolean ("is-everyone", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_role_init (GhcRole *self)
{
  self->color = GHC_ROLE_NO_COLOR;
  self->name = g_strdup ("");
}

GhcRole *
ghc_role_new (const char *role_id)
{
  GhcRole *self;

  g_return_val_if_fail (role_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_ROLE, NULL);
  self->role_id = g_strdup (role_id);

  return self;
}

const char *
ghc_role_get_role_id (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), NULL);

  return self->role_id;
}

const char *
ghc_role_get_name (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), NULL);

  return self->name;
}

int
ghc_role_get_color (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), GHC_ROLE_NO_COLOR);

  return self->color;
}

GhPermissions
ghc_role_get_permissions (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), GH_PERMISSIONS_NONE);

  return self->permissions;
}

int
ghc_role_get_order (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), 0);

  return self->order;
}

gboolean
ghc_role_get_hoist (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), FALSE);

  return self->hoist;
}

gboolean
ghc_role_get_is_everyone (GhcRole *self)
{
  g_return_val_if_fail (GHC_IS_ROLE (self), FALSE);

  return g_str_equal (self->role_id, GH_ROLE_EVERYONE);
}

/**
 * ghc_role_compare:
 *
 * Returns: the order of two roles in a list: the stronger first, everyone last
 */
int
ghc_role_compare (GhcRole *a, GhcRole *b)
{
  gboolean a_is_everyone = ghc_role_get_is_everyone (a);
  gboolean b_is_everyone = ghc_role_get_is_everyone (b);

  if (a_is_everyone != b_is_everyone)
    return a_is_everyone ? 1 : -1;
  if (a->order != b->order)
    return a->order > b->order ? -1 : 1;

  return strcmp (a->role_id, b->role_id);
}

void
ghc_role_update (GhcRole *self, const char *name, int color, GhPermissions permissions, int order,
                 gboolean hoist)
{
  g_return_if_fail (GHC_IS_ROLE (self));

  hoist = !!hoist;
  g_object_freeze_notify (G_OBJECT (self));

  if (g_set_str (&self->name, name != NULL ? name : ""))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  if (self->color != color)
    {
      self->color = color;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLOR]);
    }
  if (self->permissions != permissions)
    {
      self->permissions = permissions;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERMISSIONS]);
    }
  if (self->order != order)
    {
      self->order = order;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORDER]);
    }
  if (self->hoist != hoist)
    {
      self->hoist = hoist;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOIST]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}
