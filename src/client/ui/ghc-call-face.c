/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-face.h"

#include "ghc-call-words.h"

/**
 * GhcCallFace:
 *
 * What a widget that stands for somebody in a call shows of them, wherever it stands: picture, with a
 * ring while they speak, name, what is muted; and the same in words for whoever does not see it.
 */
struct _GhcCallFace
{
  GObject parent_instance;

  GtkWidget *widget; /* weak: holds this, and the parts */
  GtkWidget *avatar;
  GtkLabel *name_label;

  GhcCallMember *member;
};

G_DEFINE_FINAL_TYPE (GhcCallFace, ghc_call_face, G_TYPE_OBJECT)

static const char *
get_name (GhcCallFace *self)
{
  return ghc_user_get_display_name (ghc_call_member_get_user (self->member));
}

static void
update (GhcCallFace *self)
{
  g_autofree char *description = ghc_call_describe_member (self->member);

  gtk_label_set_label (self->name_label, get_name (self));
  if (ghc_call_member_get_speaking (self->member))
    gtk_widget_add_css_class (self->avatar, "speaking");
  else
    gtk_widget_remove_css_class (self->avatar, "speaking");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  description, -1);
}

static void
on_member_notify (GhcCallFace *self, GParamSpec *pspec)
{
  if (!g_str_equal (pspec->name, "level"))
    update (self);
}

/* The name, where it is cut short, or left out. */
static gboolean
on_query_tooltip (GhcCallFace *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->name_label))
      && !pango_layout_is_ellipsized (gtk_label_get_layout (self->name_label)))
    return FALSE;

  gtk_tooltip_set_text (tooltip, get_name (self));
  return TRUE;
}

/* Whoever leaves takes what was open about them along. */
static void
drop_popovers (GtkWidget *widget)
{
  GtkWidget *child = gtk_widget_get_last_child (widget);

  for (; GTK_IS_POPOVER (child); child = gtk_widget_get_last_child (widget))
    gtk_widget_unparent (child);
}

static void
ghc_call_face_dispose (GObject *object)
{
  GhcCallFace *self = GHC_CALL_FACE (object);

  if (self->widget != NULL)
    drop_popovers (self->widget);
  g_clear_weak_pointer (&self->widget);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_call_face_parent_class)->dispose (object);
}

static void
ghc_call_face_class_init (GhcCallFaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_call_face_dispose;
}

static void
ghc_call_face_init (GhcCallFace *self)
{
}

/**
 * ghc_call_face_new:
 * @widget: stands for @member; must hold what is returned and the parts, and let go of this before them
 * @avatar: a #GhcAvatar
 * @marks: a #GhcCallMarks
 * @session: (nullable): fetches the picture
 */
GhcCallFace *
ghc_call_face_new (GtkWidget *widget, GtkWidget *avatar, GtkLabel *name_label, GtkWidget *marks,
                   GhcSession *session, GhcCallMember *member)
{
  GhcCallFace *self;
  GhcUser *user;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_CALL_FACE, NULL);
  g_set_weak_pointer (&self->widget, widget);
  self->avatar = avatar;
  self->name_label = name_label;
  self->member = g_object_ref (member);
  user = ghc_call_member_get_user (member);
  g_object_set (avatar, "session", session, "user", user, NULL);
  g_object_set (marks, "member", member, NULL);
  gtk_widget_set_has_tooltip (widget, TRUE);
  g_signal_connect_object (widget, "query-tooltip", G_CALLBACK (on_query_tooltip), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (member, "notify", G_CALLBACK (on_member_notify), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (user, "notify::display-name", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return self;
}

GhcCallMember *
ghc_call_face_get_member (GhcCallFace *self)
{
  g_return_val_if_fail (GHC_IS_CALL_FACE (self), NULL);

  return self->member;
}
