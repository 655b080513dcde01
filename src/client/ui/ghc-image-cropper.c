/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-image-cropper.h"

#include <glib/gi18n.h>
#include <math.h>

#define MIN_ZOOM 1.0
#define MAX_ZOOM 8.0
#define MAX_RATIO 4
#define SIDE 240 /* pixels on screen */
#define MARGIN 24 /* of what is not kept, above and below what is wide */
#define KEY_STEP 0.05
#define ZOOM_STEP 1.1
#define STEP_LENGTH 20 /* pixels of a touchpad for one step of a wheel */

struct _GhcImageCropper
{
  GtkWidget   parent_instance;
  GdkTexture *texture;
  double      zoom;
  guint       ratio;
  double      center_x; /* in pixels of the picture */
  double      center_y;
  double      drag_x;
  double      drag_y;
  double      pinch_zoom;
};

typedef enum { PROP_TEXTURE = 1, PROP_ZOOM, PROP_RATIO, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcImageCropper, ghc_image_cropper, GTK_TYPE_WIDGET)

/* The height of the part that is kept, in pixels of the picture. */
static double
get_side (GhcImageCropper *self)
{
  double most = MIN (gdk_texture_get_width (self->texture) / (double) self->ratio, gdk_texture_get_height (self->texture));

  return MAX (most / self->zoom, 1);
}

/* That height on screen. */
static double
get_view (GhcImageCropper *self)
{
  return MIN (gtk_widget_get_width (GTK_WIDGET (self)) / (double) self->ratio, gtk_widget_get_height (GTK_WIDGET (self)));
}

/* Stays in the middle where the picture is smaller than the least that can be kept. */
static double
clamp_center (double center,
              double half,
              double length)
{
  return length < 2 * half ? length / 2 : CLAMP (center, half, length - half);
}

static void
move_to (GhcImageCropper *self,
         double           x,
         double           y)
{
  double half = get_side (self) / 2;

  self->center_x = clamp_center (x, half * self->ratio, gdk_texture_get_width (self->texture));
  self->center_y = clamp_center (y, half, gdk_texture_get_height (self->texture));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_zoom (GhcImageCropper *self,
          double           zoom)
{
  zoom = CLAMP (zoom, MIN_ZOOM, MAX_ZOOM);
  if (self->zoom == zoom)
    return;

  self->zoom = zoom;
  if (self->texture != NULL)
    move_to (self, self->center_x, self->center_y);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ZOOM]);
}

static void
set_texture (GhcImageCropper *self,
             GdkTexture      *texture)
{
  if (!g_set_object (&self->texture, texture))
    return;

  set_zoom (self, MIN_ZOOM);
  if (texture != NULL)
    move_to (self, gdk_texture_get_width (texture) / 2.0, gdk_texture_get_height (texture) / 2.0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXTURE]);
}

static void
ghc_image_cropper_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  GhcImageCropper *self = GHC_IMAGE_CROPPER (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double view = get_view (self);
  g_autoptr (GskPathBuilder) builder = NULL;
  g_autoptr (GskPath) shade = NULL;
  double scale;
  graphene_rect_t bounds;

  if (self->texture == NULL || view <= 0)
    return;

  scale = view / get_side (self);
  graphene_rect_init (&bounds, 0, 0, (float) width, (float) height);
  gtk_snapshot_push_clip (snapshot, &bounds);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (width / 2 - self->center_x * scale),
                                                          (float) (height / 2 - self->center_y * scale)));
  gtk_snapshot_append_scaled_texture (snapshot, self->texture, GSK_SCALING_FILTER_TRILINEAR,
                                      &GRAPHENE_RECT_INIT (0, 0,
                                                           (float) (gdk_texture_get_width (self->texture) * scale),
                                                           (float) (gdk_texture_get_height (self->texture) * scale)));
  gtk_snapshot_restore (snapshot);

  builder = gsk_path_builder_new ();
  gsk_path_builder_add_rect (builder, &bounds);
  if (self->ratio == 1)
    gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT ((float) (width / 2), (float) (height / 2)),
                                 (float) (view / 2));
  else
    gsk_path_builder_add_rect (builder, &GRAPHENE_RECT_INIT ((float) ((width - view * self->ratio) / 2),
                                                             (float) ((height - view) / 2),
                                                             (float) (view * self->ratio), (float) view));
  shade = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, shade, GSK_FILL_RULE_EVEN_ODD, &(GdkRGBA) { 0, 0, 0, 0.55f });
  gtk_snapshot_pop (snapshot);
}

static void
ghc_image_cropper_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  GhcImageCropper *self = GHC_IMAGE_CROPPER (widget);

  *minimum = *natural = SIDE;
  if (self->ratio > 1 && orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = SIDE / (int) self->ratio + 2 * MARGIN;
}

static void
on_drag_begin (GhcImageCropper *self)
{
  self->drag_x = self->center_x;
  self->drag_y = self->center_y;
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_drag_update (GhcImageCropper *self,
                double           x,
                double           y)
{
  double scale;

  if (self->texture == NULL)
    return;

  scale = get_view (self) / get_side (self);
  move_to (self, self->drag_x - x / scale, self->drag_y - y / scale);
}

/* A touchpad tells of each small part of the way. */
static gboolean
on_scroll (GhcImageCropper          *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *scroll)
{
  gboolean is_wheel = gtk_event_controller_scroll_get_unit (scroll) == GDK_SCROLL_UNIT_WHEEL;

  if (self->texture == NULL || dy == 0)
    return GDK_EVENT_PROPAGATE;

  set_zoom (self, self->zoom * pow (ZOOM_STEP, is_wheel ? -dy : -dy / STEP_LENGTH));
  return GDK_EVENT_STOP;
}

static void
on_pinch_begin (GhcImageCropper *self)
{
  self->pinch_zoom = self->zoom;
}

static void
on_pinch_changed (GhcImageCropper *self,
                  double           scale)
{
  if (self->texture != NULL)
    set_zoom (self, self->pinch_zoom * scale);
}

static void
move_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GhcImageCropper *self = GHC_IMAGE_CROPPER (widget);
  int x, y;

  if (self->texture == NULL)
    return;

  g_variant_get (parameter, "(ii)", &x, &y);
  move_to (self, self->center_x + x * get_side (self) * KEY_STEP, self->center_y + y * get_side (self) * KEY_STEP);
}

static void
zoom_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GhcImageCropper *self = GHC_IMAGE_CROPPER (widget);

  set_zoom (self, g_variant_get_boolean (parameter) ? self->zoom * ZOOM_STEP : self->zoom / ZOOM_STEP);
}

static void
ghc_image_cropper_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  GhcImageCropper *self = GHC_IMAGE_CROPPER (object);

  switch ((Property) prop_id)
    {
    case PROP_TEXTURE:
      set_texture (self, g_value_get_object (value));
      break;
    case PROP_ZOOM:
      set_zoom (self, g_value_get_double (value));
      break;
    case PROP_RATIO:
      self->ratio = g_value_get_uint (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_image_cropper_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  GhcImageCropper *self = GHC_IMAGE_CROPPER (object);

  switch ((Property) prop_id)
    {
    case PROP_TEXTURE:
      g_value_set_object (value, self->texture);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->zoom);
      break;
    case PROP_RATIO:
      g_value_set_uint (value, self->ratio);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_image_cropper_finalize (GObject *object)
{
  g_clear_object (&GHC_IMAGE_CROPPER (object)->texture);

  G_OBJECT_CLASS (ghc_image_cropper_parent_class)->finalize (object);
}

static void
ghc_image_cropper_class_init (GhcImageCropperClass *klass)
{
  static const struct
  {
    guint keyval;
    int x;
    int y;
  } moves[] = {
    { GDK_KEY_Left, -1, 0 },
    { GDK_KEY_Right, 1, 0 },
    { GDK_KEY_Up, 0, -1 },
    { GDK_KEY_Down, 0, 1 },
  };
  static const struct
  {
    guint keyval;
    gboolean is_in;
  } zooms[] = {
    { GDK_KEY_plus, TRUE },
    { GDK_KEY_equal, TRUE },
    { GDK_KEY_KP_Add, TRUE },
    { GDK_KEY_minus, FALSE },
    { GDK_KEY_KP_Subtract, FALSE },
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = ghc_image_cropper_set_property;
  object_class->get_property = ghc_image_cropper_get_property;
  object_class->finalize = ghc_image_cropper_finalize;
  widget_class->snapshot = ghc_image_cropper_snapshot;
  widget_class->measure = ghc_image_cropper_measure;

  properties[PROP_TEXTURE] = g_param_spec_object ("texture", NULL, NULL, GDK_TYPE_TEXTURE, flags);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, MIN_ZOOM, MAX_ZOOM, MIN_ZOOM, flags);
  properties[PROP_RATIO] = g_param_spec_uint ("ratio", NULL, NULL, 1, MAX_RATIO, 1, flags | G_PARAM_CONSTRUCT_ONLY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "crop.move", "(ii)", move_action);
  gtk_widget_class_install_action (widget_class, "crop.zoom", "b", zoom_action);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding_action (widget_class, moves[i].keyval, 0, "crop.move", "(ii)", moves[i].x, moves[i].y);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    gtk_widget_class_add_binding_action (widget_class, zooms[i].keyval, 0, "crop.zoom", "b", zooms[i].is_in);
  gtk_widget_class_set_css_name (widget_class, "ghc-image-cropper");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ghc_image_cropper_init (GhcImageCropper *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->zoom = MIN_ZOOM;
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (on_drag_begin), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (on_drag_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pinch, "begin", G_CALLBACK (on_pinch_begin), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pinch, "scale-changed", G_CALLBACK (on_pinch_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (scroll, "scroll", G_CALLBACK (on_scroll), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Part of the picture to keep"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("The arrow keys move it; plus and minus zoom"), -1);
}

GtkWidget *
ghc_image_cropper_new (void)
{
  return g_object_new (GHC_TYPE_IMAGE_CROPPER, NULL);
}

/**
 * ghc_image_cropper_get_crop:
 * @x: (out): left edge of the part, in pixels of the picture
 * @y: (out): top edge
 * @size: (out): its height; 0 when there is no picture: then the largest part in the middle is meant
 */
void
ghc_image_cropper_get_crop (GhcImageCropper *self,
                            int             *x,
                            int             *y,
                            int             *size)
{
  double side;

  g_return_if_fail (GHC_IS_IMAGE_CROPPER (self));

  *x = *y = *size = 0;
  if (self->texture == NULL)
    return;

  side = get_side (self);
  *size = (int) side;
  *x = CLAMP ((int) (self->center_x - side * self->ratio / 2), 0,
              MAX (gdk_texture_get_width (self->texture) - *size * (int) self->ratio, 0));
  *y = CLAMP ((int) (self->center_y - side / 2), 0, MAX (gdk_texture_get_height (self->texture) - *size, 0));
}
