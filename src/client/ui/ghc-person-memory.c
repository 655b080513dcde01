/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-person-memory.h"

/* Whoever was never heard again for this many others is as loud as they are sent. */
#define MAX_PERSONS 500

/**
 * GhcPersonMemory:
 *
 * Gives everybody who comes to a call the loudness they were given last time, and keeps what is changed.
 */
struct _GhcPersonMemory
{
  GObject parent_instance;

  GSettings *settings;
  GhcCall *call;
  GPtrArray *members; /* those that are listened to, as in the call */
};

G_DEFINE_FINAL_TYPE (GhcPersonMemory, ghc_person_memory, G_TYPE_OBJECT)

static const char *
get_user_id (GhcCallMember *member)
{
  return ghc_user_get_user_id (ghc_call_member_get_user (member));
}

static void
keep_volume (GhcPersonMemory *self, GParamSpec *pspec, GhcCallMember *member)
{
  g_autoptr (GVariant) before = g_settings_get_value (self->settings, "person-volumes");
  g_autoptr (GVariant) after = NULL;
  const char *user_id = get_user_id (member);
  double volume = ghc_call_member_get_volume (member);
  gsize n = g_variant_n_children (before);
  GVariantBuilder builder;

  /* The newest last: the oldest are let go. */
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sd}"));
  for (gsize i = n > MAX_PERSONS ? n - MAX_PERSONS : 0; i < n; i++)
    {
      const char *other;
      double kept;

      g_variant_get_child (before, i, "{&sd}", &other, &kept);
      if (!g_str_equal (other, user_id))
        g_variant_builder_add (&builder, "{sd}", other, kept);
    }
  if (volume != 1)
    g_variant_builder_add (&builder, "{sd}", user_id, volume);
  after = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_settings_set_value (self->settings, "person-volumes", after);
}

static void
keep_muted (GhcPersonMemory *self, GParamSpec *pspec, GhcCallMember *member)
{
  g_auto (GStrv) before = g_settings_get_strv (self->settings, "persons-muted");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;
  const char *user_id = get_user_id (member);
  guint n = g_strv_length (before);

  for (guint i = n > MAX_PERSONS ? n - MAX_PERSONS : 0; i < n; i++)
    {
      if (!g_str_equal (before[i], user_id))
        g_strv_builder_add (builder, before[i]);
    }
  if (ghc_call_member_get_silenced_here (member))
    g_strv_builder_add (builder, user_id);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "persons-muted", (const char *const *) after);
}

static void
recall (GhcPersonMemory *self, GhcCallMember *member)
{
  g_autoptr (GVariant) volumes = g_settings_get_value (self->settings, "person-volumes");
  g_auto (GStrv) muted = g_settings_get_strv (self->settings, "persons-muted");
  const char *user_id = get_user_id (member);
  double volume = 1;

  g_variant_lookup (volumes, user_id, "d", &volume);
  ghc_call_member_set_volume (member, volume);
  ghc_call_member_set_silenced_here (member, g_strv_contains ((const char *const *) muted, user_id));
}

static void
forget_member (GhcPersonMemory *self, GhcCallMember *member)
{
  g_signal_handlers_disconnect_by_func (member, keep_volume, self);
  g_signal_handlers_disconnect_by_func (member, keep_muted, self);
}

static void
on_members_changed (GhcPersonMemory *self, guint position, guint removed, guint added,
                    GListModel *members)
{
  for (guint i = 0; i < removed; i++)
    forget_member (self, g_ptr_array_index (self->members, position + i));
  if (removed > 0)
    g_ptr_array_remove_range (self->members, position, removed);

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      if (!ghc_call_member_get_is_self (member))
        recall (self, member);
      g_signal_connect_object (member, "notify::volume", G_CALLBACK (keep_volume), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (member, "notify::silenced-here", G_CALLBACK (keep_muted), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_insert (self->members, (int) i, g_steal_pointer (&member));
    }
}

static void
ghc_person_memory_dispose (GObject *object)
{
  GhcPersonMemory *self = GHC_PERSON_MEMORY (object);

  ghc_person_memory_set_call (self, NULL);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->members, g_ptr_array_unref);

  G_OBJECT_CLASS (ghc_person_memory_parent_class)->dispose (object);
}

static void
ghc_person_memory_class_init (GhcPersonMemoryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_person_memory_dispose;
}

static void
ghc_person_memory_init (GhcPersonMemory *self)
{
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
}

GhcPersonMemory *
ghc_person_memory_new (GSettings *settings)
{
  GhcPersonMemory *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GHC_TYPE_PERSON_MEMORY, NULL);
  self->settings = g_object_ref (settings);
  return self;
}

/**
 * ghc_person_memory_set_call:
 * @call: (nullable): the one that one is in
 */
void
ghc_person_memory_set_call (GhcPersonMemory *self, GhcCall *call)
{
  GListModel *members;

  g_return_if_fail (GHC_IS_PERSON_MEMORY (self));

  if (self->call == call)
    return;

  if (self->call != NULL)
    {
      g_signal_handlers_disconnect_by_func (ghc_call_get_members (self->call), on_members_changed,
                                            self);
      for (guint i = 0; i < self->members->len; i++)
        forget_member (self, g_ptr_array_index (self->members, i));
      g_ptr_array_set_size (self->members, 0);
    }
  g_set_object (&self->call, call);
  if (call == NULL)
    return;

  members = ghc_call_get_members (call);
  g_signal_connect_object (members, "items-changed", G_CALLBACK (on_members_changed), self,
                           G_CONNECT_SWAPPED);
  on_members_changed (self, 0, 0, g_list_model_get_n_items (members), members);
}
