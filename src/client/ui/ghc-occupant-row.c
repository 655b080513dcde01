/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-occupant-row.h"

#include "ghc-avatar.h"
#include "ghc-call-face.h"
#include "ghc-call-marks.h"

/**
 * GhcOccupantRow:
 *
 * Somebody in a call, below its channel in the sidebar.
 */
struct _GhcOccupantRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkWidget *marks;

  GhcCallFace *face;
};

G_DEFINE_FINAL_TYPE (GhcOccupantRow, ghc_occupant_row, GTK_TYPE_LIST_BOX_ROW)

static void
ghc_occupant_row_dispose (GObject *object)
{
  GhcOccupantRow *self = GHC_OCCUPANT_ROW (object);

  g_clear_object (&self->face);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_OCCUPANT_ROW);

  G_OBJECT_CLASS (ghc_occupant_row_parent_class)->dispose (object);
}

static void
ghc_occupant_row_class_init (GhcOccupantRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_occupant_row_dispose;

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

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_OCCUPANT_ROW, NULL);
  self->face = ghc_call_face_new (GTK_WIDGET (self), self->avatar, self->name_label, self->marks,
                                  session, member);
  return GTK_WIDGET (self);
}

GhcCallMember *
ghc_occupant_row_get_member (GhcOccupantRow *self)
{
  g_return_val_if_fail (GHC_IS_OCCUPANT_ROW (self), NULL);

  return ghc_call_face_get_member (self->face);
}
