/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-member-list.h"

#include "ghc-member-list-private.h"

struct _GhcMemberGroup
{
  GObject parent_instance;

  guint n_members;
  gboolean online;
};

typedef enum
{
  PROP_ONLINE = 1,
  PROP_N_MEMBERS,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMemberGroup, ghc_member_group, G_TYPE_OBJECT)

static void
ghc_member_group_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcMemberGroup *self = GHC_MEMBER_GROUP (object);

  switch ((Property) prop_id)
    {
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_N_MEMBERS:
      g_value_set_uint (value, self->n_members);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_member_group_class_init (GhcMemberGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ghc_member_group_get_property;

  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  properties[PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_member_group_init (GhcMemberGroup *self)
{
}

GhcMemberGroup *
ghc_member_group_new (gboolean online)
{
  GhcMemberGroup *self = g_object_new (GHC_TYPE_MEMBER_GROUP, NULL);

  self->online = online;

  return self;
}

gboolean
ghc_member_group_get_online (GhcMemberGroup *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER_GROUP (self), FALSE);

  return self->online;
}

guint
ghc_member_group_get_n_members (GhcMemberGroup *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER_GROUP (self), 0);

  return self->n_members;
}

void
ghc_member_group_set_n_members (GhcMemberGroup *self, guint n_members)
{
  g_return_if_fail (GHC_IS_MEMBER_GROUP (self));

  if (self->n_members == n_members)
    return;

  self->n_members = n_members;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MEMBERS]);
}
