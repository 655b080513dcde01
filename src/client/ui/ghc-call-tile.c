/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-tile.h"

#include "ghc-avatar.h"
#include "ghc-call-face.h"
#include "ghc-call-marks.h"

/**
 * GhcCallTile:
 *
 * Somebody in a call, on its stage.
 */
struct _GhcCallTile
{
  GtkFlowBoxChild parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkWidget *marks;

  GhcCallFace *face;
};

G_DEFINE_FINAL_TYPE (GhcCallTile, ghc_call_tile, GTK_TYPE_FLOW_BOX_CHILD)

static void
ghc_call_tile_dispose (GObject *object)
{
  GhcCallTile *self = GHC_CALL_TILE (object);

  g_clear_object (&self->face);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CALL_TILE);

  G_OBJECT_CLASS (ghc_call_tile_parent_class)->dispose (object);
}

static void
ghc_call_tile_class_init (GhcCallTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_call_tile_dispose;

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

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_CALL_TILE, NULL);
  self->face = ghc_call_face_new (GTK_WIDGET (self), self->avatar, self->name_label, self->marks,
                                  session, member);
  return GTK_WIDGET (self);
}

GhcCallMember *
ghc_call_tile_get_member (GhcCallTile *self)
{
  g_return_val_if_fail (GHC_IS_CALL_TILE (self), NULL);

  return ghc_call_face_get_member (self->face);
}
