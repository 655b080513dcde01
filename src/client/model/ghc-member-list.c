/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-member-list.h"

#include "ghc-member-list-private.h"

/* One of the two groups: its heading is in the model while it has members. */
typedef struct
{
  GhcMemberGroup *heading;
  GPtrArray *members; /* sorted by ghc_user_compare() */
} Section;

struct _GhcMemberList
{
  GObject parent_instance;

  Section sections[2]; /* online, the others */
  GListStore *all;
  GHashTable *by_user; /* user id → GhcMember */
};

enum
{
  SECTION_ONLINE,
  SECTION_OFFLINE,
};

typedef enum
{
  PROP_ALL = 1,
  PROP_N_ONLINE,
  PROP_N_MEMBERS,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcMemberList, ghc_member_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static guint
section_size (const Section *section)
{
  return section->members->len > 0 ? section->members->len + 1 : 0;
}

static guint
section_start (GhcMemberList *self, guint which)
{
  return which == SECTION_ONLINE ? 0 : section_size (&self->sections[SECTION_ONLINE]);
}

static guint
section_of (GhcMember *member)
{
  return ghc_member_get_online (member) ? SECTION_ONLINE : SECTION_OFFLINE;
}

static int
compare_members (gconstpointer a, gconstpointer b, gpointer data)
{
  return ghc_user_compare (ghc_member_get_user ((GhcMember *) a),
                           ghc_member_get_user ((GhcMember *) b));
}

static guint
insertion_index (GPtrArray *members, GhcMember *member)
{
  guint low = 0;
  guint high = members->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare_members (g_ptr_array_index (members, middle), member, NULL) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static void
section_insert (GhcMemberList *self, guint which, GhcMember *member)
{
  Section *section = &self->sections[which];
  guint index = insertion_index (section->members, member);
  gboolean was_empty = section->members->len == 0;

  g_ptr_array_insert (section->members, index, g_object_ref (member));
  ghc_member_group_set_n_members (section->heading, section->members->len);

  if (was_empty)
    g_list_model_items_changed (G_LIST_MODEL (self), section_start (self, which), 0, 2);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), section_start (self, which) + 1 + index, 0, 1);
}

/* Finds by identity: the order of @member may just have changed. */
static gboolean
section_remove (GhcMemberList *self, guint which, GhcMember *member)
{
  Section *section = &self->sections[which];
  guint index;

  if (!g_ptr_array_find (section->members, member, &index))
    return FALSE;

  g_ptr_array_remove_index (section->members, index);
  ghc_member_group_set_n_members (section->heading, section->members->len);

  if (section->members->len == 0)
    g_list_model_items_changed (G_LIST_MODEL (self), section_start (self, which), 2, 0);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), section_start (self, which) + 1 + index, 1, 0);

  return TRUE;
}

static gboolean
remove_anywhere (GhcMemberList *self, GhcMember *member)
{
  return section_remove (self, SECTION_ONLINE, member)
         || section_remove (self, SECTION_OFFLINE, member);
}

/* Whether @member still stands right between its neighbours. */
static gboolean
is_in_place (GPtrArray *members, guint index)
{
  GhcMember *member = g_ptr_array_index (members, index);

  if (index > 0 && compare_members (g_ptr_array_index (members, index - 1), member, NULL) > 0)
    return FALSE;
  if (index + 1 < members->len
      && compare_members (member, g_ptr_array_index (members, index + 1), NULL) > 0)
    return FALSE;

  return TRUE;
}

static void
on_name_changed (GhcMemberList *self, GParamSpec *pspec, GhcUser *user)
{
  g_autoptr (GhcMember) member = NULL;
  guint which;
  guint index;

  g_set_object (&member, g_hash_table_lookup (self->by_user, ghc_user_get_user_id (user)));
  if (member == NULL)
    return;

  which = section_of (member);
  if (g_ptr_array_find (self->sections[which].members, member, &index)
      && !is_in_place (self->sections[which].members, index))
    {
      section_remove (self, which, member);
      section_insert (self, which, member);
    }

  if (g_list_store_find (self->all, member, &index))
    {
      g_list_store_remove (self->all, index);
      g_list_store_insert_sorted (self->all, member, compare_members, NULL);
    }
}

static void
on_online_changed (GhcMemberList *self, GParamSpec *pspec, GhcUser *user)
{
  g_autoptr (GhcMember) member = NULL;

  g_set_object (&member, g_hash_table_lookup (self->by_user, ghc_user_get_user_id (user)));
  if (member == NULL
      || g_ptr_array_find (self->sections[section_of (member)].members, member, NULL))
    return;

  remove_anywhere (self, member);
  section_insert (self, section_of (member), member);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ONLINE]);
}

static GType
ghc_member_list_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
ghc_member_list_get_n_items (GListModel *model)
{
  GhcMemberList *self = GHC_MEMBER_LIST (model);

  return section_size (&self->sections[SECTION_ONLINE])
         + section_size (&self->sections[SECTION_OFFLINE]);
}

static gpointer
ghc_member_list_get_item (GListModel *model, guint position)
{
  GhcMemberList *self = GHC_MEMBER_LIST (model);

  for (guint which = 0; which < G_N_ELEMENTS (self->sections); which++)
    {
      Section *section = &self->sections[which];
      guint size = section_size (section);

      if (position < size)
        return g_object_ref (position == 0 ? (gpointer) section->heading
                                           : g_ptr_array_index (section->members, position - 1));
      position -= size;
    }

  return NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ghc_member_list_get_item_type;
  iface->get_n_items = ghc_member_list_get_n_items;
  iface->get_item = ghc_member_list_get_item;
}

static void
ghc_member_list_finalize (GObject *object)
{
  GhcMemberList *self = GHC_MEMBER_LIST (object);

  for (guint which = 0; which < G_N_ELEMENTS (self->sections); which++)
    {
      g_clear_object (&self->sections[which].heading);
      g_clear_pointer (&self->sections[which].members, g_ptr_array_unref);
    }
  g_clear_object (&self->all);
  g_clear_pointer (&self->by_user, g_hash_table_unref);

  G_OBJECT_CLASS (ghc_member_list_parent_class)->finalize (object);
}

static void
ghc_member_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcMemberList *self = GHC_MEMBER_LIST (object);

  switch ((Property) prop_id)
    {
    case PROP_ALL:
      g_value_set_object (value, self->all);
      break;
    case PROP_N_ONLINE:
      g_value_set_uint (value, ghc_member_list_get_n_online (self));
      break;
    case PROP_N_MEMBERS:
      g_value_set_uint (value, ghc_member_list_get_n_members (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_member_list_class_init (GhcMemberListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ghc_member_list_finalize;
  object_class->get_property = ghc_member_list_get_property;

  properties[PROP_ALL] = g_param_spec_object ("all", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_N_ONLINE] = g_param_spec_uint ("n-online", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_member_list_init (GhcMemberList *self)
{
  for (guint which = 0; which < G_N_ELEMENTS (self->sections); which++)
    {
      self->sections[which].heading = ghc_member_group_new (which == SECTION_ONLINE);
      self->sections[which].members = g_ptr_array_new_with_free_func (g_object_unref);
    }
  self->all = g_list_store_new (GHC_TYPE_MEMBER);
  self->by_user = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

GhcMemberList *
ghc_member_list_new (void)
{
  return g_object_new (GHC_TYPE_MEMBER_LIST, NULL);
}

GListModel *
ghc_member_list_get_all (GhcMemberList *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER_LIST (self), NULL);

  return G_LIST_MODEL (self->all);
}

guint
ghc_member_list_get_n_online (GhcMemberList *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER_LIST (self), 0);

  return self->sections[SECTION_ONLINE].members->len;
}

guint
ghc_member_list_get_n_members (GhcMemberList *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER_LIST (self), 0);

  return g_hash_table_size (self->by_user);
}

GhcMember *
ghc_member_list_lookup (GhcMemberList *self, const char *user_id)
{
  g_return_val_if_fail (GHC_IS_MEMBER_LIST (self), NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  return g_hash_table_lookup (self->by_user, user_id);
}

static void
notify_counts (GhcMemberList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MEMBERS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ONLINE]);
}

void
ghc_member_list_add (GhcMemberList *self, GhcMember *member)
{
  GhcUser *user;

  g_return_if_fail (GHC_IS_MEMBER_LIST (self));
  g_return_if_fail (GHC_IS_MEMBER (member));

  user = ghc_member_get_user (member);
  if (g_hash_table_contains (self->by_user, ghc_user_get_user_id (user)))
    return;

  g_hash_table_insert (self->by_user, g_strdup (ghc_user_get_user_id (user)),
                       g_object_ref (member));
  g_signal_connect_object (user, "notify::display-name", G_CALLBACK (on_name_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (user, "notify::online", G_CALLBACK (on_online_changed), self,
                           G_CONNECT_SWAPPED);

  g_list_store_insert_sorted (self->all, member, compare_members, NULL);
  section_insert (self, section_of (member), member);
  notify_counts (self);
}

gboolean
ghc_member_list_remove (GhcMemberList *self, const char *user_id)
{
  g_autoptr (GhcMember) member = NULL;
  guint index;

  g_return_val_if_fail (GHC_IS_MEMBER_LIST (self), FALSE);
  g_return_val_if_fail (user_id != NULL, FALSE);

  g_set_object (&member, g_hash_table_lookup (self->by_user, user_id));
  if (member == NULL)
    return FALSE;

  g_signal_handlers_disconnect_by_data (ghc_member_get_user (member), self);
  g_hash_table_remove (self->by_user, user_id);
  if (g_list_store_find (self->all, member, &index))
    g_list_store_remove (self->all, index);
  remove_anywhere (self, member);
  notify_counts (self);

  return TRUE;
}

/**
 * ghc_member_list_retain:
 * @user_ids: (element-type utf8 utf8): a set of those who are members
 *
 * Removes everybody else.
 */
void
ghc_member_list_retain (GhcMemberList *self, GHashTable *user_ids)
{
  g_autofree const char **present = NULL;
  guint n_present;

  g_return_if_fail (GHC_IS_MEMBER_LIST (self));
  g_return_if_fail (user_ids != NULL);

  present = (const char **) g_hash_table_get_keys_as_array (self->by_user, &n_present);
  for (guint i = 0; i < n_present; i++)
    {
      if (!g_hash_table_contains (user_ids, present[i]))
        ghc_member_list_remove (self, present[i]);
    }
}
