/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-occupant-row.h"

#include "ghc-avatar.h"
#include "ghc-call-marks.h"
#include "ghc-call-words.h"

/**
 * GhcOccupantRow:
 *
 * Somebody in a call, below its channel in the sidebar: a ring while they speak, and what is muted.
 */
struct _GhcOccupantRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkWidget *marks;

  GhcCallMember *member;
};

G_DEFINE_FINAL_TYPE (GhcOccupantRow, ghc_occupant_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (GhcOccupantRow *self)
{
  g_autofree char *description = ghc_call_describe_member (self->member);

  gtk_label_set_label (self->name_label,
                       ghc_user_get_display_name (ghc_call_member_get_user (self->member)));
  if (ghc_call_member_get_speaking (self->member))
    gtk_widget_add_css_class (self->avatar, "speaking");
  else
    gtk_widget_remove_css_class (self->avatar, "speaking");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                  -1);
}

static void
on_member_notify (GhcOccupantRow *self, GParamSpec *pspec)
{
  if (!g_str_equal (pspec->name, "level"))
    update (self);
}

/* The name, where it is cut short. */
static gboolean
ghc_occupant_row_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard,
                                GtkTooltip *tooltip)
{
  GhcOccupantRow *self = GHC_OCCUPANT_ROW (widget);

  if (!pango_layout_is_ellipsized (gtk_label_get_layout (self->name_label)))
    return FALSE;

  gtk_tooltip_set_text (tooltip,
                        ghc_user_get_display_name (ghc_call_member_get_user (self->member)));
  return TRUE;
}

static void
ghc_occupant_row_dispose (GObject *object)
{
  GhcOccupantRow *self = GHC_OCCUPANT_ROW (object);
  GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self));

  /* Whoever leaves takes what was open about them along. */
  for (; GTK_IS_POPOVER (child); child = gtk_widget_get_last_child (GTK_WIDGET (self)))
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_OCCUPANT_ROW);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_occupant_row_parent_class)->dispose (object);
}

static void
ghc_occupant_row_class_init (GhcOccupantRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_occupant_row_dispose;
  widget_class->query_tooltip = ghc_occupant_row_query_tooltip;

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_CALL_MARKS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-occupant-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcOccupantRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcOccupantRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcOccupantRow, marks);
}

static void
ghc_occupant_row_init (GhcOccupantRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_occupant_row_new:
 * @session: (nullable): fetches the picture
 */
GtkWidget *
ghc_occupant_row_new (GhcSession *session, GhcCallMember *member)
{
  GhcOccupantRow *self;
  GhcUser *user;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_OCCUPANT_ROW, NULL);
  self->member = g_object_ref (member);
  user = ghc_call_member_get_user (member);
  g_object_set (self->avatar, "session", session, "user", user, NULL);
  g_object_set (self->marks, "member", member, NULL);
  g_signal_connect_object (member, "notify", G_CALLBACK (on_member_notify), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (user, "notify::display-name", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

GhcCallMember *
ghc_occupant_row_get_member (GhcOccupantRow *self)
{
  g_return_val_if_fail (GHC_IS_OCCUPANT_ROW (self), NULL);

  return self->member;
}
