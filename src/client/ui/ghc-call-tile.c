/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-tile.h"

#include "ghc-avatar.h"
#include "ghc-call-marks.h"
#include "ghc-call-words.h"

/**
 * GhcCallTile:
 *
 * Somebody in a call, on its stage: a ring while they speak, and what is muted.
 */
struct _GhcCallTile
{
  GtkFlowBoxChild parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkWidget *marks;

  GhcCallMember *member;
};

G_DEFINE_FINAL_TYPE (GhcCallTile, ghc_call_tile, GTK_TYPE_FLOW_BOX_CHILD)

static void
update (GhcCallTile *self)
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
on_member_notify (GhcCallTile *self, GParamSpec *pspec)
{
  if (!g_str_equal (pspec->name, "level"))
    update (self);
}

/* The name, where it is cut short. */
static gboolean
ghc_call_tile_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard,
                                GtkTooltip *tooltip)
{
  GhcCallTile *self = GHC_CALL_TILE (widget);

  if (!pango_layout_is_ellipsized (gtk_label_get_layout (self->name_label)))
    return FALSE;

  gtk_tooltip_set_text (tooltip,
                        ghc_user_get_display_name (ghc_call_member_get_user (self->member)));
  return TRUE;
}

static void
ghc_call_tile_dispose (GObject *object)
{
  GhcCallTile *self = GHC_CALL_TILE (object);
  GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self));

  /* Whoever leaves takes what was open about them along. */
  for (; GTK_IS_POPOVER (child); child = gtk_widget_get_last_child (GTK_WIDGET (self)))
    gtk_widget_unparent (child);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CALL_TILE);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_call_tile_parent_class)->dispose (object);
}

static void
ghc_call_tile_class_init (GhcCallTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_call_tile_dispose;
  widget_class->query_tooltip = ghc_call_tile_query_tooltip;

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_CALL_MARKS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-call-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCallTile, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcCallTile, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCallTile, marks);
}

static void
ghc_call_tile_init (GhcCallTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_call_tile_new:
 * @session: (nullable): fetches the picture
 */
GtkWidget *
ghc_call_tile_new (GhcSession *session, GhcCallMember *member)
{
  GhcCallTile *self;
  GhcUser *user;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_CALL_TILE, NULL);
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
ghc_call_tile_get_member (GhcCallTile *self)
{
  g_return_val_if_fail (GHC_IS_CALL_TILE (self), NULL);

  return self->member;
}
