/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-key-row.h"

#include <glib/gi18n.h>

/**
 * GhcKeyRow:
 *
 * A row that shows a key, and when activated takes the next one that is pressed. Its property
 * `accelerator` (string, writable) is the key as gtk_accelerator_parse() reads it.
 */
struct _GhcKeyRow
{
  AdwActionRow parent_instance;

  GtkLabel *label;
  char *accelerator;
  gboolean listens;
};

typedef enum
{
  PROP_ACCELERATOR = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcKeyRow, ghc_key_row, ADW_TYPE_ACTION_ROW)

static void
update (GhcKeyRow *self)
{
  GdkModifierType modifiers = 0;
  guint key = 0;
  g_autofree char *label = NULL;

  if (self->accelerator != NULL && gtk_accelerator_parse (self->accelerator, &key, &modifiers)
      && key != 0)
    label = gtk_accelerator_get_label (key, modifiers);

  gtk_label_set_label (self->label, self->listens  ? _ ("Press a key…")
                                    : label != NULL ? label
                                                    : _ ("None"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self),
                               self->listens
                                 ? _ ("The next key you press is used. Esc keeps the one you have.")
                                 : _ ("Activate to choose another. A key that types something doesn’t "
                                      "work while you are writing."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  gtk_label_get_label (self->label), -1);
}

static void
set_listens (GhcKeyRow *self, gboolean listens)
{
  if (self->listens == listens)
    return;

  self->listens = listens;
  update (self);
}

static gboolean
on_key_pressed (GhcKeyRow *self, guint key, guint code, GdkModifierType state)
{
  g_autofree char *accelerator = NULL;

  if (!self->listens)
    return GDK_EVENT_PROPAGATE;

  state &= gtk_accelerator_get_default_mod_mask ();
  if (key == GDK_KEY_Escape && state == 0)
    {
      set_listens (self, FALSE);
      return GDK_EVENT_STOP;
    }
  /* Shift, Control and their like may be the first half of a combination: they count when let go. */
  if (key >= GDK_KEY_Shift_L && key <= GDK_KEY_Hyper_R)
    return GDK_EVENT_STOP;

  accelerator = gtk_accelerator_name (gdk_keyval_to_lower (key), state);
  set_listens (self, FALSE);
  g_object_set (self, "accelerator", accelerator, NULL);
  return GDK_EVENT_STOP;
}

static void
on_key_released (GhcKeyRow *self, guint key, guint code, GdkModifierType state)
{
  g_autofree char *accelerator = NULL;

  if (!self->listens || key < GDK_KEY_Shift_L || key > GDK_KEY_Hyper_R)
    return;

  accelerator = gtk_accelerator_name (key, 0);
  set_listens (self, FALSE);
  g_object_set (self, "accelerator", accelerator, NULL);
}

static void
on_focus_left (GhcKeyRow *self)
{
  set_listens (self, FALSE);
}

static void
ghc_key_row_activate (AdwActionRow *row)
{
  set_listens (GHC_KEY_ROW (row), TRUE);
}

static void
ghc_key_row_finalize (GObject *object)
{
  g_free (GHC_KEY_ROW (object)->accelerator);

  G_OBJECT_CLASS (ghc_key_row_parent_class)->finalize (object);
}

static void
ghc_key_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcKeyRow *self = GHC_KEY_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_ACCELERATOR:
      g_value_set_string (value, self->accelerator);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_key_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcKeyRow *self = GHC_KEY_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_ACCELERATOR:
      if (g_set_str (&self->accelerator, g_value_get_string (value)))
        {
          update (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_key_row_class_init (GhcKeyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ghc_key_row_finalize;
  object_class->get_property = ghc_key_row_get_property;
  object_class->set_property = ghc_key_row_set_property;
  ADW_ACTION_ROW_CLASS (klass)->activate = ghc_key_row_activate;

  properties[PROP_ACCELERATOR] = g_param_spec_string ("accelerator", NULL, NULL, NULL,
                                                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                        | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_key_row_init (GhcKeyRow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "key");
  gtk_widget_set_valign (GTK_WIDGET (self->label), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->label));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (on_key_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_focus_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  update (self);
}
