/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite-row.h"

#include <glib/gi18n.h>

#include "ghc-avatar.h"

/**
 * GhcInviteRow:
 *
 * Somebody who could be invited to a channel, or has been.
 */
struct _GhcInviteRow
{
  GtkBox parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkLabel *id_label;
  GtkLabel *state_label;

  GhcUser *user;
};

G_DEFINE_FINAL_TYPE (GhcInviteRow, ghc_invite_row, GTK_TYPE_BOX)

static void
ghc_invite_row_dispose (GObject *object)
{
  GhcInviteRow *self = GHC_INVITE_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_INVITE_ROW);
  g_clear_object (&self->user);

  G_OBJECT_CLASS (ghc_invite_row_parent_class)->dispose (object);
}

static void
ghc_invite_row_class_init (GhcInviteRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_invite_row_dispose;

  g_type_ensure (GHC_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-invite-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcInviteRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteRow, id_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteRow, state_label);
}

static void
ghc_invite_row_init (GhcInviteRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_invite_row_new (GhcSession *session)
{
  GhcInviteRow *self = g_object_new (GHC_TYPE_INVITE_ROW, NULL);

  g_object_set (self->avatar, "session", session, NULL);
  return GTK_WIDGET (self);
}

/**
 * ghc_invite_row_bind:
 * @user: (nullable): who the row is for
 * @invited: has been invited and did not come yet
 */
void
ghc_invite_row_bind (GhcInviteRow *self, GhcUser *user, gboolean invited)
{
  g_return_if_fail (GHC_IS_INVITE_ROW (self));

  g_set_object (&self->user, user);
  g_object_set (self->avatar, "user", user, NULL);
  if (user == NULL)
    return;

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (user));
  gtk_label_set_label (self->id_label, ghc_user_get_user_id (user));
  gtk_label_set_label (self->state_label, invited ? _ ("Invited") : _ ("Invite"));
  gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), invited ? "accent" : "dimmed");
  gtk_widget_add_css_class (GTK_WIDGET (self->state_label), invited ? "dimmed" : "accent");
}

GhcUser *
ghc_invite_row_get_user (GhcInviteRow *self)
{
  g_return_val_if_fail (GHC_IS_INVITE_ROW (self), NULL);

  return self->user;
}
