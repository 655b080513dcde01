/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-role-dot.h"

#define SIZE 12

/**
 * GhcRoleDot:
 *
 * The colour of a role, as a disc; a ring where it has none.
 */
struct _GhcRoleDot
{
  GtkWidget parent_instance;

  GhcRole *role;
};

G_DEFINE_FINAL_TYPE (GhcRoleDot, ghc_role_dot, GTK_TYPE_WIDGET)

static void
ghc_role_dot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                      int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = SIZE;
  *natural = SIZE;
}

static void
ghc_role_dot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GhcRoleDot *self = GHC_ROLE_DOT (widget);
  int color = ghc_role_get_color (self->role);
  GskRoundedRect disc;
  GdkRGBA rgba;

  gsk_rounded_rect_init_from_rect (
    &disc,
    &GRAPHENE_RECT_INIT ((gtk_widget_get_width (widget) - SIZE) / 2.f,
                         (gtk_widget_get_height (widget) - SIZE) / 2.f, SIZE, SIZE),
    SIZE / 2.f);
  if (color == GHC_ROLE_NO_COLOR)
    {
      const float widths[] = { 1.5, 1.5, 1.5, 1.5 };

      gtk_widget_get_color (widget, &rgba);
      rgba.alpha *= 0.5;
      gtk_snapshot_append_border (snapshot, &disc, widths, (GdkRGBA[]) { rgba, rgba, rgba, rgba });
      return;
    }

  rgba = (GdkRGBA) { ((color >> 16) & 0xff) / 255.f, ((color >> 8) & 0xff) / 255.f,
                     (color & 0xff) / 255.f, 1.f };
  gtk_snapshot_push_rounded_clip (snapshot, &disc);
  gtk_snapshot_append_color (snapshot, &rgba, &disc.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
ghc_role_dot_dispose (GObject *object)
{
  GhcRoleDot *self = GHC_ROLE_DOT (object);

  g_clear_object (&self->role);

  G_OBJECT_CLASS (ghc_role_dot_parent_class)->dispose (object);
}

static void
ghc_role_dot_class_init (GhcRoleDotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_role_dot_dispose;
  widget_class->measure = ghc_role_dot_measure;
  widget_class->snapshot = ghc_role_dot_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ghc_role_dot_init (GhcRoleDot *self)
{
}

GtkWidget *
ghc_role_dot_new (GhcRole *role)
{
  GhcRoleDot *self;

  g_return_val_if_fail (GHC_IS_ROLE (role), NULL);

  self = g_object_new (GHC_TYPE_ROLE_DOT, NULL);
  self->role = g_object_ref (role);
  g_signal_connect_object (role, "notify::color", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
