/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-private.h"

#include "ghc-list-sync.h"

struct _GhcCall
{
  GObject parent_instance;

  GhcChannel *channel; /* weak */
  GListStore *members;
  GHashTable *present; /* GhcCallMember: whom the latest description names; within members */
  gint64 started_ts;
  gboolean joined;
  gboolean holding;
};

typedef enum
{
  PROP_CHANNEL = 1,
  PROP_MEMBERS,
  PROP_N_MEMBERS,
  PROP_ACTIVE,
  PROP_JOINED,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCall, ghc_call, G_TYPE_OBJECT)

static void
ghc_call_dispose (GObject *object)
{
  GhcCall *self = GHC_CALL (object);

  g_clear_weak_pointer (&self->channel);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->members)); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (G_LIST_MODEL (self->members), i);

      ghc_call_end_shares (member);
    }

  G_OBJECT_CLASS (ghc_call_parent_class)->dispose (object);
}

static void
ghc_call_finalize (GObject *object)
{
  GhcCall *self = GHC_CALL (object);

  g_hash_table_unref (self->present);
  g_object_unref (self->members);

  G_OBJECT_CLASS (ghc_call_parent_class)->finalize (object);
}

static void
ghc_call_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCall *self = GHC_CALL (object);

  switch ((Property) prop_id)
    {
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case PROP_MEMBERS:
      g_value_set_object (value, self->members);
      break;
    case PROP_N_MEMBERS:
      g_value_set_uint (value, ghc_call_get_n_members (self));
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, ghc_call_get_active (self));
      break;
    case PROP_JOINED:
      g_value_set_boolean (value, self->joined);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_class_init (GhcCallClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ghc_call_dispose;
  object_class->finalize = ghc_call_finalize;
  object_class->get_property = ghc_call_get_property;

  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  properties[PROP_MEMBERS] = g_param_spec_object ("members", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  properties[PROP_JOINED] = g_param_spec_boolean ("joined", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_call_init (GhcCall *self)
{
  self->members = g_list_store_new (GHC_TYPE_CALL_MEMBER);
  self->present = g_hash_table_new (NULL, NULL);
}

GhcCall *
ghc_call_new (GhcChannel *channel)
{
  GhcCall *self = g_object_new (GHC_TYPE_CALL, NULL);

  g_set_weak_pointer (&self->channel, channel);

  return self;
}

GhcChannel *
ghc_call_get_channel (GhcCall *self)
{
  g_return_val_if_fail (GHC_IS_CALL (self), NULL);

  return self->channel;
}

GListModel *
ghc_call_get_members (GhcCall *self)
{
  g_return_val_if_fail (GHC_IS_CALL (self), NULL);

  return G_LIST_MODEL (self->members);
}

guint
ghc_call_get_n_members (GhcCall *self)
{
  g_return_val_if_fail (GHC_IS_CALL (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->members));
}

gboolean
ghc_call_get_active (GhcCall *self)
{
  return ghc_call_get_n_members (self) > 0;
}

gboolean
ghc_call_get_joined (GhcCall *self)
{
  g_return_val_if_fail (GHC_IS_CALL (self), FALSE);

  return self->joined;
}

gboolean
ghc_call_get_holding (GhcCall *self)
{
  g_return_val_if_fail (GHC_IS_CALL (self), FALSE);

  return self->holding;
}

gint64
ghc_call_get_started_ts (GhcCall *self)
{
  g_return_val_if_fail (GHC_IS_CALL (self), 0);

  return self->started_ts;
}

gboolean
ghc_call_is_complete (GhcCall *self)
{
  return g_hash_table_size (self->present) == ghc_call_get_n_members (self);
}

gboolean
ghc_call_is_present (GhcCall *self, GhcCallMember *member)
{
  g_return_val_if_fail (GHC_IS_CALL (self), FALSE);

  return g_hash_table_contains (self->present, member);
}

static GhcCallMember *
peek (GhcCall *self, guint position)
{
  g_autoptr (GhcCallMember) member = g_list_model_get_item (G_LIST_MODEL (self->members), position);

  return member;
}

GhcCallMember *
ghc_call_lookup_member (GhcCall *self, const char *member_id)
{
  g_return_val_if_fail (GHC_IS_CALL (self), NULL);
  g_return_val_if_fail (member_id != NULL, NULL);

  for (guint i = 0; i < ghc_call_get_n_members (self); i++)
    if (g_str_equal (ghc_call_member_get_member_id (peek (self, i)), member_id))
      return peek (self, i);

  return NULL;
}

GhcCallMember *
ghc_call_lookup_user (GhcCall *self, const char *user_id)
{
  g_return_val_if_fail (GHC_IS_CALL (self), NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  for (guint i = 0; i < ghc_call_get_n_members (self); i++)
    if (g_str_equal (ghc_user_get_user_id (ghc_call_member_get_user (peek (self, i))), user_id))
      return peek (self, i);

  return NULL;
}

static void
end_shares (gpointer member, gpointer data)
{
  ghc_call_end_shares (member);
}

static void
set_members (GhcCall *self, GPtrArray *wanted)
{
  guint n_before = ghc_call_get_n_members (self);
  gboolean was_active = n_before > 0;
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_before; i++)
    if (!g_ptr_array_find (wanted, peek (self, i), NULL))
      g_ptr_array_add (gone, g_object_ref (peek (self, i)));

  g_object_freeze_notify (G_OBJECT (self));
  ghc_list_sync (self->members, wanted);
  if (ghc_call_get_n_members (self) != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MEMBERS]);
  if (ghc_call_get_active (self) != was_active)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  g_object_thaw_notify (G_OBJECT (self));
  g_ptr_array_foreach (gone, end_shares, NULL);
}

static GhcCallMember *
ensure_member (GhcCall *self, GhcAccount *account, const GhcCallStay *stay)
{
  GhcCallMember *member = ghc_call_lookup_member (self, stay->member_id);
  GhcUser *user = ghc_account_ensure_user (account, stay->user_id);

  if (member != NULL && ghc_call_member_get_user (member) == user)
    g_object_ref (member);
  else
    {
      member = ghc_call_member_new (user, stay->member_id);
      ghc_call_member_set_call (member, self);
    }
  ghc_call_member_set_flags (member, stay->muted, stay->deafened, stay->silenced, stay->may_speak);

  return member;
}

/* Those whom the server has not named yet keep their places, unless they came back as somebody new. */
static void
add_held (GhcCall *self, GPtrArray *wanted, GPtrArray *named)
{
  for (guint i = 0; i < ghc_call_get_n_members (self); i++)
    {
      GhcCallMember *held = peek (self, i);
      gboolean is_back = FALSE;

      for (guint j = 0; j < named->len; j++)
        {
          GhcCallMember *member = g_ptr_array_index (named, j);

          is_back |= member != held
                     && (ghc_call_member_get_user (member) == ghc_call_member_get_user (held)
                         || g_str_equal (ghc_call_member_get_member_id (member),
                                         ghc_call_member_get_member_id (held)));
        }
      if (!is_back)
        g_ptr_array_add (wanted, g_object_ref (held));
    }
}

void
ghc_call_fold (GhcCall *self, GhcAccount *account, const GhcCallDescription *description)
{
  g_autoptr (GPtrArray) named = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < description->n_stays; i++)
    g_ptr_array_add (named, ensure_member (self, account, &description->stays[i]));

  g_hash_table_remove_all (self->present);
  for (guint i = 0; i < named->len; i++)
    g_hash_table_add (self->present, g_ptr_array_index (named, i));

  if (self->holding)
    add_held (self, wanted, named);
  for (guint i = 0; i < named->len; i++)
    if (!g_ptr_array_find (wanted, g_ptr_array_index (named, i), NULL))
      g_ptr_array_add (wanted, g_object_ref (g_ptr_array_index (named, i)));

  self->started_ts = description->started_ts;
  set_members (self, wanted);
  ghc_call_fold_shares (self, description);
}

void
ghc_call_release (GhcCall *self)
{
  g_autoptr (GPtrArray) wanted = NULL;

  g_return_if_fail (GHC_IS_CALL (self));

  self->holding = FALSE;
  wanted = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ghc_call_get_n_members (self); i++)
    if (g_hash_table_contains (self->present, peek (self, i)))
      g_ptr_array_add (wanted, g_object_ref (peek (self, i)));
  set_members (self, wanted);
  ghc_call_release_shares (self);
}

void
ghc_call_forget (GhcCall *self)
{
  g_hash_table_remove_all (self->present);
  self->holding = self->joined;
  if (!self->holding)
    ghc_call_release (self);
}

void
ghc_call_set_joined (GhcCall *self, gboolean joined)
{
  g_return_if_fail (GHC_IS_CALL (self));

  joined = !!joined;
  if (self->joined == joined)
    return;

  self->joined = joined;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_JOINED]);
  if (!joined && self->holding)
    ghc_call_release (self);
}
