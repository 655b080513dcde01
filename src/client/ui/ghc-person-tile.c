/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-person-tile.h"

#include "ghc-avatar.h"
#include "ghc-call-face.h"
#include "ghc-call-marks.h"
#include "ghc-person-popover.h"

/**
 * GhcPersonTile:
 *
 * Somebody in a call whose camera is off, where the pictures of the others are: as large as these, in the
 * colour of their name. A click or Enter says what can be done about them.
 */
struct _GhcPersonTile
{
  AdwBin parent_instance;

  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkWidget *marks;

  GhcSession *session;
  GhcCallFace *face;
};

G_DEFINE_FINAL_TYPE (GhcPersonTile, ghc_person_tile, ADW_TYPE_BIN)

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcPersonTile *self = GHC_PERSON_TILE (widget);
  GhcCallMember *member = ghc_call_face_get_member (self->face);

  if (ghc_call_member_get_call (member) != NULL)
    ghc_person_popover_present (widget, self->session, ghc_call_member_get_call (member), member);
}

static void
on_released (GhcPersonTile *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "person.open", NULL);
}

static void
ghc_person_tile_dispose (GObject *object)
{
  GhcPersonTile *self = GHC_PERSON_TILE (object);

  g_clear_object (&self->face);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PERSON_TILE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_person_tile_parent_class)->dispose (object);
}

static void
ghc_person_tile_class_init (GhcPersonTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const guint keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_space };

  G_OBJECT_CLASS (klass)->dispose = ghc_person_tile_dispose;

  gtk_widget_class_install_action (widget_class, "person.open", NULL, open_action);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i], 0, "person.open", NULL);

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_CALL_MARKS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-person-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcPersonTile, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonTile, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcPersonTile, marks);
}

static void
ghc_person_tile_init (GhcPersonTile *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released), self);
  /* Not that of the popover, whose clicks come by here. */
  gtk_widget_add_controller (adw_bin_get_child (ADW_BIN (self)), GTK_EVENT_CONTROLLER (click));
}

/**
 * ghc_person_tile_new:
 * @session: (nullable): fetches the picture
 */
GtkWidget *
ghc_person_tile_new (GhcSession *session, GhcCallMember *member)
{
  GhcPersonTile *self;
  g_autofree char *color = NULL;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_PERSON_TILE, NULL);
  g_set_object (&self->session, session);
  color = g_strdup_printf ("id-color-%u",
                           ghc_user_get_color_index (ghc_call_member_get_user (member)));
  gtk_widget_add_css_class (GTK_WIDGET (self), color);
  self->face = ghc_call_face_new (GTK_WIDGET (self), self->avatar, self->name_label, self->marks,
                                  session, member);
  return GTK_WIDGET (self);
}
