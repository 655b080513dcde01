/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-home.h"

#include "ghc-connection-bar.h"
#include "ghc-connection-button.h"

/**
 * GhcHome:
 *
 * What somebody sees who is in no guild yet: how to get into one.
 */
struct _GhcHome
{
  AdwBin parent_instance;

  GtkWidget *create_button;

  GhcSession *session;
};

typedef enum
{
  PROP_SESSION = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcHome, ghc_home, ADW_TYPE_BIN)

static void
ghc_home_dispose (GObject *object)
{
  GhcHome *self = GHC_HOME (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_HOME);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_home_parent_class)->dispose (object);
}

/* Where the keyboard begins: there is nothing in the rail yet. */
static void
ghc_home_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ghc_home_parent_class)->map (widget);
  gtk_widget_grab_focus (GHC_HOME (widget)->create_button);
}

static void
ghc_home_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcHome *self = GHC_HOME (object);

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
ghc_home_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcHome *self = GHC_HOME (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_set_object (&self->session, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_home_class_init (GhcHomeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_home_dispose;
  object_class->get_property = ghc_home_get_property;
  object_class->set_property = ghc_home_set_property;
  widget_class->map = ghc_home_map;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_CONNECTION_BAR);
  g_type_ensure (GHC_TYPE_CONNECTION_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-home.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcHome, create_button);
}

static void
ghc_home_init (GhcHome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_home_new (void)
{
  return g_object_new (GHC_TYPE_HOME, NULL);
}
