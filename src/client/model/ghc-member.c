/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-member.h"

struct _GhcMember
{
  GObject parent_instance;

  GhcUser *user;
  GListStore *roles;
  char **role_ids;
  gint64 joined_ts;
  int color;
  int power;
  gboolean is_owner;
};

typedef enum
{
  PROP_USER = 1,
  PROP_ROLES,
  PROP_COLOR,
  PROP_POWER,
  PROP_ONLINE,
  PROP_IS_OWNER,
  PROP_JOINED_TS,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMember, ghc_member, G_TYPE_OBJECT)

static void
on_user_online (GhcMember *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
}

static void
ghc_member_dispose (GObject *object)
{
  GhcMember *self = GHC_MEMBER (object);

  g_clear_object (&self->roles);
  g_clear_object (&self->user);

  G_OBJECT_CLASS (ghc_member_parent_class)->dispose (object);
}

static void
ghc_member_finalize (GObject *object)
{
  GhcMember *self = GHC_MEMBER (object);

  g_strfreev (self->role_ids);

  G_OBJECT_CLASS (ghc_member_parent_class)->finalize (object);
}

static void
ghc_member_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcMember *self = GHC_MEMBER (object);

  switch ((Property) prop_id)
    {
    case PROP_USER:
      g_value_set_object (value, self->user);
      break;
    case PROP_ROLES:
      g_value_set_object (value, self->roles);
      break;
    case PROP_COLOR:
      g_value_set_int (value, self->color);
      break;
    case PROP_POWER:
      g_value_set_int (value, self->power);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, ghc_member_get_online (self));
      break;
    case PROP_IS_OWNER:
      g_value_set_boolean (value, self->is_owner);
      break;
    case PROP_JOINED_TS:
      g_value_set_int64 (value, self->joined_ts);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_member_class_init (GhcMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ghc_member_dispose;
  object_class->finalize = ghc_member_finalize;
  object_class->get_property = ghc_member_get_property;

  properties[PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER, flags);
  properties[PROP_ROLES] = g_param_spec_object ("roles", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_COLOR] = g_param_spec_int ("color", NULL, NULL, GHC_ROLE_NO_COLOR, 0xffffff,
                                             GHC_ROLE_NO_COLOR, flags);
  properties[PROP_POWER] = g_param_spec_int ("power", NULL, NULL, 0, G_MAXINT, 0, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  properties[PROP_IS_OWNER] = g_param_spec_boolean ("is-owner", NULL, NULL, FALSE, flags);
  properties[PROP_JOINED_TS] = g_param_spec_int64 ("joined-ts", NULL, NULL, 0, G_MAXINT64, 0,
                                                   flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_member_init (GhcMember *self)
{
  self->roles = g_list_store_new (GHC_TYPE_ROLE);
  self->role_ids = g_new0 (char *, 1);
  self->color = GHC_ROLE_NO_COLOR;
}

GhcMember *
ghc_member_new (GhcUser *user)
{
  GhcMember *self;

  g_return_val_if_fail (GHC_IS_USER (user), NULL);

  self = g_object_new (GHC_TYPE_MEMBER, NULL);
  self->user = g_object_ref (user);
  g_signal_connect_object (user, "notify::online", G_CALLBACK (on_user_online), self,
                           G_CONNECT_SWAPPED);

  return self;
}

GhcUser *
ghc_member_get_user (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), NULL);

  return self->user;
}

GListModel *
ghc_member_get_roles (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), NULL);

  return G_LIST_MODEL (self->roles);
}

const char *const *
ghc_member_get_role_ids (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), NULL);

  return (const char *const *) self->role_ids;
}

int
ghc_member_get_color (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), GHC_ROLE_NO_COLOR);

  return self->color;
}

int
ghc_member_get_power (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), 0);

  return self->power;
}

gboolean
ghc_member_get_online (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), FALSE);

  return ghc_user_get_online (self->user);
}

gboolean
ghc_member_get_is_owner (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), FALSE);

  return self->is_owner;
}

gint64
ghc_member_get_joined_ts (GhcMember *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER (self), 0);

  return self->joined_ts;
}

/**
 * ghc_member_set_role_ids:
 * @role_ids: what the server says; which of them exist is decided by ghc_member_resolve()
 */
void
ghc_member_set_role_ids (GhcMember *self, const char *const *role_ids)
{
  g_return_if_fail (GHC_IS_MEMBER (self));

  g_strfreev (self->role_ids);
  self->role_ids = role_ids != NULL ? g_strdupv ((char **) role_ids) : g_new0 (char *, 1);
}

static int
compare_role_pointers (gconstpointer a, gconstpointer b)
{
  return ghc_role_compare (*(GhcRole **) a, *(GhcRole **) b);
}

static void
replace_roles (GhcMember *self, GPtrArray *roles)
{
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->roles));
  gboolean same = n_before == roles->len;

  for (guint i = 0; same && i < roles->len; i++)
    {
      g_autoptr (GhcRole) role = g_list_model_get_item (G_LIST_MODEL (self->roles), i);

      same = role == g_ptr_array_index (roles, i);
    }

  if (!same)
    g_list_store_splice (self->roles, 0, n_before, roles->pdata, roles->len);
}

/**
 * ghc_member_resolve:
 * @roles: (element-type GhcRole): the guild's roles that the member has, in any order, without
 *   everyone
 * @is_owner: the member owns the guild
 *
 * Works out what follows from the roles; also to be called when one of them has changed.
 */
void
ghc_member_resolve (GhcMember *self, GPtrArray *roles, gboolean is_owner)
{
  int color = GHC_ROLE_NO_COLOR;
  int power = 0;

  g_return_if_fail (GHC_IS_MEMBER (self));
  g_return_if_fail (roles != NULL);

  g_ptr_array_sort (roles, compare_role_pointers);
  for (guint i = 0; i < roles->len; i++)
    {
      GhcRole *role = g_ptr_array_index (roles, i);

      power = MAX (power, ghc_role_get_order (role));
      if (color == GHC_ROLE_NO_COLOR)
        color = ghc_role_get_color (role);
    }
  if (is_owner)
    power = G_MAXINT;

  g_object_freeze_notify (G_OBJECT (self));
  replace_roles (self, roles);
  if (self->color != color)
    {
      self->color = color;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLOR]);
    }
  if (self->power != power)
    {
      self->power = power;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POWER]);
    }
  if (self->is_owner != is_owner)
    {
      self->is_owner = is_owner;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OWNER]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_member_set_joined_ts (GhcMember *self, gint64 joined_ts)
{
  g_return_if_fail (GHC_IS_MEMBER (self));

  if (self->joined_ts == joined_ts)
    return;

  self->joined_ts = joined_ts;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOINED_TS]);
}
