/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-card.h"

struct _UiCard
{
  GObject parent_instance;
  int     width;
  int     height;
};

static void
ui_card_snapshot (GdkPaintable *paintable,
                  GdkSnapshot  *snapshot,
                  double        width,
                  double        height)
{
  static const char *const colours[] = { "#e5a50a", "#2ec27e", "#3584e4", "#9141ac", "#c01c28", "#5e5c64", "#f6f5f4", "#241f31" };

  for (guint row = 0; row < 6; row++)
    for (guint column = 0; column < 8; column++)
      {
        GdkRGBA colour;

        gdk_rgba_parse (&colour, colours[(row + column) % 8]);
        gtk_snapshot_append_color (GTK_SNAPSHOT (snapshot), &colour,
                                   &GRAPHENE_RECT_INIT ((float) (column * width / 8), (float) (row * height / 6),
                                                        (float) (width / 8), (float) (height / 6)));
      }
}

static int
ui_card_get_width (GdkPaintable *paintable)
{
  return UI_CARD (paintable)->width;
}

static int
ui_card_get_height (GdkPaintable *paintable)
{
  return UI_CARD (paintable)->height;
}

static void
ui_card_paintable_init (GdkPaintableInterface *iface)
{
  iface->snapshot = ui_card_snapshot;
  iface->get_intrinsic_width = ui_card_get_width;
  iface->get_intrinsic_height = ui_card_get_height;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UiCard, ui_card, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, ui_card_paintable_init))

static void
ui_card_class_init (UiCardClass *klass)
{
}

static void
ui_card_init (UiCard *self)
{
}

GdkPaintable *
ui_card_new (int width,
             int height)
{
  UiCard *self = g_object_new (UI_TYPE_CARD, NULL);

  self->width = width;
  self->height = height;
  return GDK_PAINTABLE (self);
}
