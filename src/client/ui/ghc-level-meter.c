/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-level-meter.h"

#include <math.h>

#define HEIGHT 12
#define MARK_WIDTH 2

/**
 * GhcLevelMeter:
 *
 * How loud the microphone hears something, from GHC_LEVEL_METER_FLOOR to 0 dB. Properties (writable):
 * - level (double, dB)
 * - threshold (double, dB): a mark; below the floor there is none
 * - open (boolean): what is heard is sent; it is green then
 *
 * It has no name of its own: whoever shows it gives it one.
 */
struct _GhcLevelMeter
{
  GtkWidget parent_instance;

  double level;
  double threshold;
  gboolean open;
};

typedef enum
{
  PROP_LEVEL = 1,
  PROP_THRESHOLD,
  PROP_OPEN,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcLevelMeter, ghc_level_meter, GTK_TYPE_WIDGET)

static double
to_fraction (double level)
{
  return CLAMP ((level - GHC_LEVEL_METER_FLOOR) / -GHC_LEVEL_METER_FLOOR, 0, 1);
}

static void
append_bar (GtkSnapshot *snapshot, const GdkRGBA *color, float x, float width, float height)
{
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (x, 0, width, height), height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, color, &outline.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
ghc_level_meter_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GhcLevelMeter *self = GHC_LEVEL_METER (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  float filled = width * (float) to_fraction (self->level);
  GdkRGBA color;
  GdkRGBA trough;

  gtk_widget_get_color (widget, &color);
  trough = color;
  trough.alpha *= 0.18f;
  append_bar (snapshot, &trough, 0, width, height);
  if (filled >= height)
    append_bar (snapshot, &color, rtl ? width - filled : 0, filled, height);

  if (self->threshold >= GHC_LEVEL_METER_FLOOR)
    {
      float x = (width - MARK_WIDTH) * (float) to_fraction (self->threshold);

      if (rtl)
        x = width - MARK_WIDTH - x;
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (x, 0, MARK_WIDTH, height));
    }
}

static void
ghc_level_meter_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = HEIGHT;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 6 * HEIGHT;
      *natural = 12 * HEIGHT;
    }
}

static void
set_level (GhcLevelMeter *self, double level)
{
  if (isnan (level))
    level = GHC_LEVEL_METER_FLOOR;
  level = CLAMP (level, GHC_LEVEL_METER_FLOOR, 0);
  if (fabs (level - self->level) < 0.1)
    return;

  self->level = level;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  round (level), -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ghc_level_meter_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcLevelMeter *self = GHC_LEVEL_METER (object);

  switch ((Property) prop_id)
    {
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_THRESHOLD:
      g_value_set_double (value, self->threshold);
      break;
    case PROP_OPEN:
      g_value_set_boolean (value, self->open);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_level_meter_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  GhcLevelMeter *self = GHC_LEVEL_METER (object);

  switch ((Property) prop_id)
    {
    case PROP_LEVEL:
      set_level (self, g_value_get_double (value));
      break;
    case PROP_THRESHOLD:
      self->threshold = g_value_get_double (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    case PROP_OPEN:
      self->open = g_value_get_boolean (value);
      if (self->open)
        gtk_widget_add_css_class (GTK_WIDGET (self), "open");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self), "open");
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_level_meter_class_init (GhcLevelMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ghc_level_meter_get_property;
  object_class->set_property = ghc_level_meter_set_property;
  widget_class->snapshot = ghc_level_meter_snapshot;
  widget_class->measure = ghc_level_meter_measure;

  properties[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE,
                                                GHC_LEVEL_METER_FLOOR, flags);
  properties[PROP_THRESHOLD] = g_param_spec_double ("threshold", NULL, NULL, -1000, 0, -1000, flags);
  properties[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ghc-level-meter");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
ghc_level_meter_init (GhcLevelMeter *self)
{
  self->level = GHC_LEVEL_METER_FLOOR;
  self->threshold = -1000;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN,
                                  GHC_LEVEL_METER_FLOOR, GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, GHC_LEVEL_METER_FLOOR, -1);
}
