/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-category-row.h"

#include <glib/gi18n.h>

/**
 * GhcCategoryRow:
 *
 * The heading above the channels of a category; activating it folds them away or shows them again.
 */
struct _GhcCategoryRow
{
  GtkListBoxRow parent_instance;

  GtkImage *arrow;
  GtkLabel *name_label;
  GtkWidget *add_button;
  GtkWidget *settings_button;

  GhcChannel *category;
};

typedef enum
{
  PROP_CATEGORY = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCategoryRow, ghc_category_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (GhcCategoryRow *self)
{
  gboolean collapsed = ghc_channel_get_collapsed (self->category);
  gboolean can_manage = ghc_channel_get_can_manage (self->category);

  gtk_image_set_from_icon_name (self->arrow, collapsed ? "pan-end-symbolic" : "pan-down-symbolic");
  gtk_label_set_label (self->name_label, ghc_channel_get_name (self->category));
  gtk_widget_set_visible (self->add_button, can_manage);
  gtk_widget_set_visible (self->settings_button, can_manage);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ghc_channel_get_name (self->category),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _ ("Category"), -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_EXPANDED, !collapsed,
                               -1);
}

static void
on_add_clicked (GhcCategoryRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "view.create-channel-in", "s",
                              ghc_channel_get_channel_id (self->category));
}

static void
on_settings_clicked (GhcCategoryRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "view.channel-settings", "s",
                              ghc_channel_get_channel_id (self->category));
}

/* Left folds, Right unfolds, as in any tree. */
static gboolean
fold_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  ghc_channel_set_collapsed (GHC_CATEGORY_ROW (widget)->category, g_variant_get_boolean (args));
  return GDK_EVENT_STOP;
}

static gboolean
on_drop (GhcCategoryRow *self, const GValue *value, double x, double y)
{
  GhcChannel *dropped = g_value_get_object (value);

  if (dropped == NULL || dropped == self->category
      || ghc_channel_get_guild (dropped) != ghc_channel_get_guild (self->category))
    return FALSE;

  g_signal_emit (self, signals[DROPPED], 0, dropped);
  return TRUE;
}

static void
ghc_category_row_dispose (GObject *object)
{
  GhcCategoryRow *self = GHC_CATEGORY_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CATEGORY_ROW);
  g_clear_object (&self->category);

  G_OBJECT_CLASS (ghc_category_row_parent_class)->dispose (object);
}

static void
ghc_category_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCategoryRow *self = GHC_CATEGORY_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_CATEGORY:
      g_value_set_object (value, self->category);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_category_row_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  GhcCategoryRow *self = GHC_CATEGORY_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_CATEGORY:
      self->category = g_value_dup_object (value);
      g_signal_connect_object (self->category, "notify", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      update (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_category_row_class_init (GhcCategoryRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_category_row_dispose;
  object_class->get_property = ghc_category_row_get_property;
  object_class->set_property = ghc_category_row_set_property;

  properties[PROP_CATEGORY] = g_param_spec_object ("category", NULL, NULL, GHC_TYPE_CHANNEL,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                     | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GhcCategoryRow::dropped:
   * @channel: was let go over this heading
   */
  signals[DROPPED] = g_signal_new ("dropped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, GHC_TYPE_CHANNEL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-category-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCategoryRow, arrow);
  gtk_widget_class_bind_template_child (widget_class, GhcCategoryRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCategoryRow, add_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCategoryRow, settings_button);
  gtk_widget_class_bind_template_callback (widget_class, on_add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_settings_clicked);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, fold_by_key, "b", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, fold_by_key, "b", FALSE);
}

static void
ghc_category_row_init (GhcCategoryRow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GHC_TYPE_CHANNEL, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
ghc_category_row_new (GhcChannel *category)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (category), NULL);

  return g_object_new (GHC_TYPE_CATEGORY_ROW, "category", category, NULL);
}

GhcChannel *
ghc_category_row_get_category (GhcCategoryRow *self)
{
  g_return_val_if_fail (GHC_IS_CATEGORY_ROW (self), NULL);

  return self->category;
}
