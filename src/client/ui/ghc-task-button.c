/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-task-button.h"

/* Work that is done sooner shows no spinner: a flash would only unsettle. */
#define SPINNER_DELAY_MS 300

/**
 * GhcTaskButton:
 *
 * A button that starts work which may take a moment. While `busy` it cannot be pressed again, and
 * after 300 ms a spinner takes the place of its text; its size and its accessible name stay.
 */
struct _GhcTaskButton
{
  GtkButton parent_instance;

  GtkStack *stack;
  GtkLabel *label;
  AdwSpinner *spinner;

  guint spinner_source;
  gboolean busy;
};

typedef enum
{
  PROP_TEXT = 1,
  PROP_BUSY,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcTaskButton, ghc_task_button, GTK_TYPE_BUTTON)

static gboolean
on_spinner_due (gpointer data)
{
  GhcTaskButton *self = data;

  self->spinner_source = 0;
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->spinner));
  return G_SOURCE_REMOVE;
}

static void
ghc_task_button_dispose (GObject *object)
{
  GhcTaskButton *self = GHC_TASK_BUTTON (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);

  G_OBJECT_CLASS (ghc_task_button_parent_class)->dispose (object);
}

static void
ghc_task_button_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcTaskButton *self = GHC_TASK_BUTTON (object);

  switch ((Property) prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, ghc_task_button_get_text (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_task_button_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  GhcTaskButton *self = GHC_TASK_BUTTON (object);

  switch ((Property) prop_id)
    {
    case PROP_TEXT:
      ghc_task_button_set_text (self, g_value_get_string (value));
      break;
    case PROP_BUSY:
      ghc_task_button_set_busy (self, g_value_get_boolean (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_task_button_class_init (GhcTaskButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_task_button_dispose;
  object_class->get_property = ghc_task_button_get_property;
  object_class->set_property = ghc_task_button_set_property;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "",
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                 | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                  | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_task_button_init (GhcTaskButton *self)
{
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_use_underline (self->label, TRUE);
  self->spinner = ADW_SPINNER (adw_spinner_new ());
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->label));
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->spinner));
  gtk_button_set_child (GTK_BUTTON (self), GTK_WIDGET (self->stack));
  gtk_widget_add_css_class (GTK_WIDGET (self), "text-button");
}

const char *
ghc_task_button_get_text (GhcTaskButton *self)
{
  g_return_val_if_fail (GHC_IS_TASK_BUTTON (self), NULL);

  return gtk_label_get_label (self->label);
}

/**
 * ghc_task_button_set_text:
 * @text: the button's words; an underscore marks the mnemonic
 */
void
ghc_task_button_set_text (GhcTaskButton *self, const char *text)
{
  g_autofree char *name = NULL;

  g_return_if_fail (GHC_IS_TASK_BUTTON (self));

  if (text == NULL)
    text = "";
  if (g_strcmp0 (text, gtk_label_get_label (self->label)) == 0)
    return;

  gtk_label_set_label (self->label, text);
  name = g_strdup (gtk_label_get_text (self->label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

gboolean
ghc_task_button_get_busy (GhcTaskButton *self)
{
  g_return_val_if_fail (GHC_IS_TASK_BUTTON (self), FALSE);

  return self->busy;
}

void
ghc_task_button_set_busy (GhcTaskButton *self, gboolean busy)
{
  g_return_if_fail (GHC_IS_TASK_BUTTON (self));

  busy = !!busy;
  if (self->busy == busy)
    return;

  self->busy = busy;
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  if (busy)
    self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, on_spinner_due, self);
  else
    gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->label));

  /* The pointer and the keyboard pass by, but the widget keeps its own sensitivity for its owner. */
  gtk_widget_set_can_target (GTK_WIDGET (self), !busy);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_BUSY, busy, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}
