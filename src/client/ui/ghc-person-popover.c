/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-person-popover.h"

#include <glib/gi18n.h>

#include "ghc-avatar.h"
#include "ghc-call-words.h"
#include "ghc-profile-popover.h"
#include "ghc-toast.h"

/**
 * GhcPersonPopover:
 *
 * What can be done about somebody in a call: how loud they are here, and for moderators, to mute them for
 * everyone or to take them out. What is set here is written to the #GhcCallMember; whoever keeps it in
 * mind listens there.
 */
struct _GhcPersonPopover
{
  GtkPopover parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkLabel *link_label;
  GtkWidget *own_box;
  GtkLabel *volume_label;
  GtkAdjustment *volume;
  GtkScale *volume_scale;
  GtkWidget *here_check;
  GtkWidget *moderator_box;
  GtkButton *silence_button;
  GtkWidget *disconnect_button;
  GtkWidget *profile_button;

  GhcSession *session;
  GhcCall *call;
  GhcCallMember *member;
};

G_DEFINE_FINAL_TYPE (GhcPersonPopover, ghc_person_popover, GTK_TYPE_POPOVER)

static gboolean
may (GhcPersonPopover *self, GhPermissions permission)
{
  return self->session != NULL && ghc_call_member_may_moderate (self->member, permission);
}

static void
sync_moderation (GhcPersonPopover *self)
{
  gboolean silence = may (self, GH_PERMISSION_MUTE_MEMBERS);
  gboolean take_out = may (self, GH_PERMISSION_MOVE_MEMBERS);

  gtk_widget_set_visible (GTK_WIDGET (self->silence_button), silence);
  gtk_widget_set_visible (self->disconnect_button, take_out);
  gtk_widget_set_visible (self->moderator_box, silence || take_out);
  gtk_button_set_label (self->silence_button, ghc_call_member_get_silenced (self->member)
                                                ? _ ("Let Them _Speak Again")
                                                : _ ("Mute for _Everyone"));
}

static void
update (GhcPersonPopover *self)
{
  GhcUser *user = ghc_call_member_get_user (self->member);
  g_autofree char *link = NULL;
  g_autofree char *percent = NULL;

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (user));
  if (ghc_call_get_joined (self->call))
    link = ghc_call_describe_link (self->member);
  gtk_label_set_label (self->link_label, link != NULL ? link : ghc_user_get_user_id (user));
  percent = g_strdup_printf (_ ("%.0f %%"), ghc_call_member_get_volume (self->member) * 100);
  gtk_label_set_label (self->volume_label, percent);
  gtk_widget_set_visible (self->own_box, !ghc_user_get_is_self (user));
  sync_moderation (self);
}

static void
on_member_notify (GhcPersonPopover *self, GParamSpec *pspec)
{
  if (!g_str_equal (pspec->name, "level") && !g_str_equal (pspec->name, "speaking"))
    update (self);
}

static void
on_members_changed (GhcPersonPopover *self)
{
  const char *member_id = ghc_call_member_get_member_id (self->member);

  /* Gone: there is nothing to set any more. */
  if (ghc_call_lookup_member (self->call, member_id) != self->member)
    gtk_popover_popdown (GTK_POPOVER (self));
}

static void
on_silence_clicked (GhcPersonPopover *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  ghc_toast_watch (parent,
                   ghc_session_silence_member (self->session, self->member,
                                               !ghc_call_member_get_silenced (self->member)));
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
on_disconnect_clicked (GhcPersonPopover *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  ghc_toast_watch (parent, ghc_session_disconnect_member (self->session, self->member));
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
on_profile_clicked (GhcPersonPopover *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  GhcChannel *channel = ghc_call_get_channel (self->call);

  gtk_popover_popdown (GTK_POPOVER (self));
  ghc_profile_popover_present (parent, self->session,
                               channel != NULL ? ghc_channel_get_guild (channel) : NULL,
                               ghc_call_member_get_user (self->member));
}

static gboolean
volume_to_percent (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_double (to, g_value_get_double (from) * 100);
  return TRUE;
}

static gboolean
percent_to_volume (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  double percent = g_value_get_double (from);

  /* As it was sent is hard to hit otherwise. */
  if (percent > 97 && percent < 103)
    percent = 100;
  g_value_set_double (to, percent / 100);
  return TRUE;
}

static void
ghc_person_popover_dispose (GObject *object)
{
  GhcPersonPopover *self = GHC_PERSON_POPOVER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PERSON_POPOVER);
  g_clear_object (&self->session);
  g_clear_object (&self->call);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_person_popover_parent_class)->dispose (object);
}

static void
ghc_person_popover_class_init (GhcPersonPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_person_popover_dispose;

  g_type_ensure (GHC_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-person-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, link_label);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, own_box);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, volume_label);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, volume);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, volume_scale);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, here_check);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, moderator_box);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, silence_button);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, disconnect_button);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonPopover, profile_button);
  gtk_widget_class_bind_template_callback (widget_class, on_silence_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_disconnect_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_profile_clicked);
}

static void
ghc_person_popover_init (GhcPersonPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_scale_add_mark (self->volume_scale, 100, GTK_POS_BOTTOM, NULL);
}

static gboolean
unparent (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

static void
on_closed (GtkPopover *popover)
{
  /* Not at once: the button that closed it is still being activated. What it points to may go first. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent, g_object_ref (popover), g_object_unref);
}

/**
 * ghc_person_popover_present:
 * @parent: what it points to
 * @session: (nullable): whose connection moderation goes through
 * @call: the call that @member is in
 *
 * Shows what can be done about @member, and goes away by itself.
 */
void
ghc_person_popover_present (GtkWidget *parent, GhcSession *session, GhcCall *call,
                            GhcCallMember *member)
{
  GhcPersonPopover *self;
  g_autofree char *label = NULL;

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (GHC_IS_CALL (call));
  g_return_if_fail (GHC_IS_CALL_MEMBER (member));

  self = g_object_new (GHC_TYPE_PERSON_POPOVER, NULL);
  g_set_object (&self->session, session);
  self->call = g_object_ref (call);
  self->member = g_object_ref (member);
  g_object_set (self->avatar, "session", session, "user", ghc_call_member_get_user (member), NULL);
  g_object_bind_property_full (member, "volume", self->volume, "value",
                               G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL, volume_to_percent,
                               percent_to_volume, NULL, NULL);
  g_object_bind_property (member, "silenced-here", self->here_check, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (member, "notify", G_CALLBACK (on_member_notify), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::joined", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_call_get_members (call), "items-changed",
                           G_CALLBACK (on_members_changed), self, G_CONNECT_SWAPPED);
  update (self);

  /* Translators: names the popover about somebody in a call */
  label = g_strdup_printf (_ ("%s in the call"),
                           ghc_user_get_display_name (ghc_call_member_get_user (member)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_parent (GTK_WIDGET (self), parent);
  g_signal_connect (self, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (self));
}
