/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-video-picture.h"

#include "ghc-video-zoom.h"

#define ZOOM_STEP 1.25
#define PAN_STEP 0.1

struct _GhcVideoPicture
{
  GtkWidget parent_instance;

  GdkPaintable *paintable;
  GhcVideoZoom zoom;
  gboolean is_zoomable;
  gboolean is_mirrored;

  double pinched;  /* by the gesture that is under way */
  double dragged_x;
  double dragged_y;
  double pointer_x;
  double pointer_y;
};

typedef enum
{
  PROP_PAINTABLE = 1,
  PROP_ZOOMABLE,
  PROP_MIRRORED,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcVideoPicture, ghc_video_picture, GTK_TYPE_WIDGET)

/* Where the whole picture is, in its proportion. */
static graphene_rect_t
get_frame (GhcVideoPicture *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double ratio = self->paintable != NULL
                   ? gdk_paintable_get_intrinsic_aspect_ratio (self->paintable)
                   : 0;
  double used_width = width;
  double used_height = height;

  if (ratio > 0 && width > height * ratio)
    used_width = height * ratio;
  else if (ratio > 0)
    used_height = width / ratio;
  return GRAPHENE_RECT_INIT ((float) ((width - used_width) / 2),
                             (float) ((height - used_height) / 2), (float) used_width,
                             (float) used_height);
}

static void
set_zoom (GhcVideoPicture *self, GhcVideoZoom zoom)
{
  self->zoom = zoom;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), zoom.scale > 1 ? "grab" : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
zoom_at (GhcVideoPicture *self, double factor, double x, double y)
{
  graphene_rect_t frame = get_frame (self);
  GhcVideoZoom zoom = self->zoom;

  if (frame.size.width < 1 || frame.size.height < 1)
    return;

  ghc_video_zoom_by (&zoom, factor, CLAMP ((x - frame.origin.x) / frame.size.width, 0, 1),
                     CLAMP ((y - frame.origin.y) / frame.size.height, 0, 1));
  set_zoom (self, zoom);
}

static void
pan (GhcVideoPicture *self, double dx, double dy)
{
  GhcVideoZoom zoom = self->zoom;

  ghc_video_zoom_pan (&zoom, self->is_mirrored ? -dx : dx, dy);
  set_zoom (self, zoom);
}

static void
ghc_video_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GhcVideoPicture *self = GHC_VIDEO_PICTURE (widget);
  graphene_rect_t frame = get_frame (self);
  double width = frame.size.width * self->zoom.scale;
  double height = frame.size.height * self->zoom.scale;

  if (self->paintable == NULL || frame.size.width < 1 || frame.size.height < 1)
    return;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_push_clip (snapshot, &frame);
  gtk_snapshot_translate (snapshot, &frame.origin);
  if (self->is_mirrored)
    {
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (frame.size.width, 0));
      gtk_snapshot_scale (snapshot, -1, 1);
    }
  gtk_snapshot_translate (
    snapshot, &GRAPHENE_POINT_INIT ((float) (frame.size.width / 2 - self->zoom.x * width),
                                    (float) (frame.size.height / 2 - self->zoom.y * height)));
  gdk_paintable_snapshot (self->paintable, snapshot, width, height);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_restore (snapshot);
}

static void
ghc_video_picture_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
  *minimum = 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : 180;
}

/* --- what is done to it --- */

static gboolean
on_scroll (GhcVideoPicture *self, double dx, double dy, GtkEventController *scroll)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (scroll);

  if (!self->is_zoomable || (state & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;

  zoom_at (self, dy < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, self->pointer_x, self->pointer_y);
  return GDK_EVENT_STOP;
}

static void
on_motion (GhcVideoPicture *self, double x, double y)
{
  self->pointer_x = x;
  self->pointer_y = y;
}

static void
on_pinch_begin (GhcVideoPicture *self)
{
  self->pinched = 1;
}

static void
on_pinched (GhcVideoPicture *self, double scale, GtkGesture *pinch)
{
  double x, y;

  if (!self->is_zoomable || scale <= 0 || !gtk_gesture_get_bounding_box_center (pinch, &x, &y))
    return;

  zoom_at (self, scale / self->pinched, x, y);
  self->pinched = scale;
}

static void
on_drag_begin (GhcVideoPicture *self, double x, double y, GtkGesture *drag)
{
  self->dragged_x = 0;
  self->dragged_y = 0;
  gtk_gesture_set_state (drag, self->zoom.scale > 1 ? GTK_EVENT_SEQUENCE_CLAIMED
                                                    : GTK_EVENT_SEQUENCE_DENIED);
}

static void
on_dragged (GhcVideoPicture *self, double x, double y)
{
  graphene_rect_t frame = get_frame (self);

  if (frame.size.width < 1 || frame.size.height < 1)
    return;

  pan (self, (x - self->dragged_x) / frame.size.width, (y - self->dragged_y) / frame.size.height);
  self->dragged_x = x;
  self->dragged_y = y;
}

/* Of the widget that has the focus, which holds this. */
static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcVideoPicture *self = GHC_VIDEO_PICTURE (widget);
  double steps = g_variant_get_double (parameter);

  if (!self->is_zoomable)
    return;
  if (steps == 0)
    set_zoom (self, (GhcVideoZoom) GHC_VIDEO_ZOOM_WHOLE);
  else
    zoom_at (self, steps > 0 ? ZOOM_STEP : 1 / ZOOM_STEP, gtk_widget_get_width (widget) / 2.0,
             gtk_widget_get_height (widget) / 2.0);
}

static void
pan_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  double dx, dy;

  g_variant_get (parameter, "(dd)", &dx, &dy);
  pan (GHC_VIDEO_PICTURE (widget), dx * PAN_STEP, dy * PAN_STEP);
}

static void
queue_draw (GhcVideoPicture *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ghc_video_picture_set_paintable (GhcVideoPicture *self, GdkPaintable *paintable)
{
  g_return_if_fail (GHC_IS_VIDEO_PICTURE (self));

  if (self->paintable == paintable)
    return;

  if (self->paintable != NULL)
    g_signal_handlers_disconnect_by_func (self->paintable, queue_draw, self);
  g_set_object (&self->paintable, paintable);
  if (paintable != NULL)
    {
      g_signal_connect_object (paintable, "invalidate-contents", G_CALLBACK (queue_draw), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (paintable, "invalidate-size", G_CALLBACK (queue_draw), self,
                               G_CONNECT_SWAPPED);
    }
  queue_draw (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTABLE]);
}

double
ghc_video_picture_get_zoom (GhcVideoPicture *self)
{
  g_return_val_if_fail (GHC_IS_VIDEO_PICTURE (self), 1);

  return self->zoom.scale;
}

static void
ghc_video_picture_dispose (GObject *object)
{
  ghc_video_picture_set_paintable (GHC_VIDEO_PICTURE (object), NULL);

  G_OBJECT_CLASS (ghc_video_picture_parent_class)->dispose (object);
}

static void
ghc_video_picture_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcVideoPicture *self = GHC_VIDEO_PICTURE (object);

  switch ((Property) prop_id)
    {
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case PROP_ZOOMABLE:
      g_value_set_boolean (value, self->is_zoomable);
      break;
    case PROP_MIRRORED:
      g_value_set_boolean (value, self->is_mirrored);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_video_picture_set_property (GObject *object, guint prop_id, const GValue *value,
                                GParamSpec *pspec)
{
  GhcVideoPicture *self = GHC_VIDEO_PICTURE (object);

  switch ((Property) prop_id)
    {
    case PROP_PAINTABLE:
      ghc_video_picture_set_paintable (self, g_value_get_object (value));
      break;
    case PROP_ZOOMABLE:
      self->is_zoomable = g_value_get_boolean (value);
      if (!self->is_zoomable)
        set_zoom (self, (GhcVideoZoom) GHC_VIDEO_ZOOM_WHOLE);
      break;
    case PROP_MIRRORED:
      self->is_mirrored = g_value_get_boolean (value);
      queue_draw (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_video_picture_class_init (GhcVideoPictureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = ghc_video_picture_dispose;
  object_class->get_property = ghc_video_picture_get_property;
  object_class->set_property = ghc_video_picture_set_property;
  widget_class->snapshot = ghc_video_picture_snapshot;
  widget_class->measure = ghc_video_picture_measure;

  properties[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, GDK_TYPE_PAINTABLE,
                                                    flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_ZOOMABLE] = g_param_spec_boolean ("zoomable", NULL, NULL, FALSE, flags);
  properties[PROP_MIRRORED] = g_param_spec_boolean ("mirrored", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "picture.zoom", "d", zoom_action);
  gtk_widget_class_install_action (widget_class, "picture.pan", "(dd)", pan_action);
  gtk_widget_class_set_css_name (widget_class, "video");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
add_controller (GhcVideoPicture *self, GtkEventController *controller)
{
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
ghc_video_picture_init (GhcVideoPicture *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (
    GTK_EVENT_CONTROLLER_SCROLL_VERTICAL | GTK_EVENT_CONTROLLER_SCROLL_DISCRETE);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->zoom = (GhcVideoZoom) GHC_VIDEO_ZOOM_WHOLE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (on_pinch_begin), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (on_pinched), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (on_dragged), self);
  add_controller (self, scroll);
  add_controller (self, motion);
  add_controller (self, GTK_EVENT_CONTROLLER (pinch));
  add_controller (self, GTK_EVENT_CONTROLLER (drag));
}
