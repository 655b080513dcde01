/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-connection-button.h"

#include "ghc-connection-bar.h"

/**
 * GhcConnectionButton:
 *
 * The state of the connection in a header bar, for when the bar with oneself at the foot of the
 * sidebar is out of sight. Pressing it says the state in words.
 */
struct _GhcConnectionButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkLabel *label;

  GhcSession *session;
  GtkWidget *split;
};

typedef enum
{
  PROP_SESSION = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcConnectionButton, ghc_connection_button, ADW_TYPE_BIN)

static void
update (GhcConnectionButton *self)
{
  gboolean narrow = self->split != NULL
                    && adw_navigation_split_view_get_collapsed (
                      ADW_NAVIGATION_SPLIT_VIEW (self->split));
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), self->session != NULL && narrow);
  if (self->session == NULL)
    return;

  text = ghc_connection_describe (self->session);
  gtk_menu_button_set_icon_name (self->button, ghc_connection_get_icon_name (self->session));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
  gtk_label_set_label (self->label, text);
}

static void
ghc_connection_button_root (GtkWidget *widget)
{
  GhcConnectionButton *self = GHC_CONNECTION_BUTTON (widget);

  GTK_WIDGET_CLASS (ghc_connection_button_parent_class)->root (widget);

  self->split = gtk_widget_get_ancestor (widget, ADW_TYPE_NAVIGATION_SPLIT_VIEW);
  if (self->split != NULL)
    g_signal_connect_object (self->split, "notify::collapsed", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  update (self);
}

static void
ghc_connection_button_unroot (GtkWidget *widget)
{
  GhcConnectionButton *self = GHC_CONNECTION_BUTTON (widget);

  if (self->split != NULL)
    g_signal_handlers_disconnect_by_func (self->split, update, self);
  self->split = NULL;

  GTK_WIDGET_CLASS (ghc_connection_button_parent_class)->unroot (widget);
}

static void
set_session (GhcConnectionButton *self, GhcSession *session)
{
  if (self->session == session)
    return;

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_func (self->session, update, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_object (session, "notify::connection", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
  update (self);
}

static void
ghc_connection_button_dispose (GObject *object)
{
  GhcConnectionButton *self = GHC_CONNECTION_BUTTON (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_connection_button_parent_class)->dispose (object);
}

static void
ghc_connection_button_get_property (GObject *object, guint prop_id, GValue *value,
                                    GParamSpec *pspec)
{
  GhcConnectionButton *self = GHC_CONNECTION_BUTTON (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_connection_button_set_property (GObject *object, guint prop_id, const GValue *value,
                                    GParamSpec *pspec)
{
  GhcConnectionButton *self = GHC_CONNECTION_BUTTON (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_connection_button_class_init (GhcConnectionButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_connection_button_dispose;
  object_class->get_property = ghc_connection_button_get_property;
  object_class->set_property = ghc_connection_button_set_property;
  widget_class->root = ghc_connection_button_root;
  widget_class->unroot = ghc_connection_button_unroot;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_connection_button_init (GhcConnectionButton *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_max_width_chars (self->label, 28);
  gtk_widget_set_margin_start (GTK_WIDGET (self->label), 6);
  gtk_widget_set_margin_end (GTK_WIDGET (self->label), 6);
  gtk_popover_set_child (GTK_POPOVER (popover), GTK_WIDGET (self->label));

  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_popover (self->button, popover);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
