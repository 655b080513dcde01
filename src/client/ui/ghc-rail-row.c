/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-rail-row.h"

#include <glib/gi18n.h>

#include "ghc-avatar.h"

/**
 * GhcRailRow:
 *
 * A guild in the rail: its picture or initials, a mark at the edge when something in it is unread
 * (short) or when it is open (long).
 */
struct _GhcRailRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *avatar;

  GhcSession *session;
  GhcGuild *guild;
};

typedef enum
{
  PROP_SESSION = 1,
  PROP_GUILD,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcRailRow, ghc_rail_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (GhcRailRow *self)
{
  gboolean unread = ghc_guild_get_unread (self->guild);

  if (unread)
    gtk_widget_add_css_class (GTK_WIDGET (self), "unread");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "unread");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ghc_guild_get_name (self->guild),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  unread ? _ ("Unread messages") : "", -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), ghc_guild_get_name (self->guild));
}

static void
set_guild (GhcRailRow *self, GhcGuild *guild)
{
  if (!g_set_object (&self->guild, guild) || guild == NULL)
    return;

  g_signal_connect_object (guild, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (guild, "notify::unread", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static GdkContentProvider *
on_drag_prepare (GhcRailRow *self, double x, double y)
{
  return gdk_content_provider_new_typed (GHC_TYPE_GUILD, self->guild);
}

static void
on_drag_begin (GhcRailRow *self, GdkDrag *drag, GtkDragSource *source)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (self->avatar);

  gtk_drag_source_set_icon (source, picture, 21, 21);
  gtk_widget_add_css_class (GTK_WIDGET (self), "dragged");
}

static void
on_drag_end (GhcRailRow *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "dragged");
}

static gboolean
on_drop (GhcRailRow *self, const GValue *value, double x, double y)
{
  GhcGuild *moved = g_value_get_object (value);

  /* Order is kept for each account: a guild does not leave its own. */
  if (moved == NULL || moved == self->guild
      || ghc_guild_get_account (moved) != ghc_guild_get_account (self->guild))
    return FALSE;

  g_signal_emit (self, signals[MOVED], 0, moved,
                 y > gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
  return TRUE;
}

static void
ghc_rail_row_dispose (GObject *object)
{
  GhcRailRow *self = GHC_RAIL_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_RAIL_ROW);
  g_clear_object (&self->guild);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_rail_row_parent_class)->dispose (object);
}

static void
ghc_rail_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcRailRow *self = GHC_RAIL_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_GUILD:
      g_value_set_object (value, self->guild);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_rail_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcRailRow *self = GHC_RAIL_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_set_object (&self->session, g_value_get_object (value));
      break;
    case PROP_GUILD:
      set_guild (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_rail_row_class_init (GhcRailRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_rail_row_dispose;
  object_class->get_property = ghc_rail_row_get_property;
  object_class->set_property = ghc_rail_row_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                    | G_PARAM_STATIC_STRINGS);
  properties[PROP_GUILD] = g_param_spec_object ("guild", NULL, NULL, GHC_TYPE_GUILD,
                                                G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                  | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GhcRailRow::moved:
   * @guild: was dropped on this row
   * @after: to stand below this row's guild rather than above
   */
  signals[MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_GUILD, G_TYPE_BOOLEAN);

  g_type_ensure (GHC_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-rail-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcRailRow, avatar);
}

static void
ghc_rail_row_init (GhcRailRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (GHC_TYPE_GUILD, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (on_drag_prepare), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect_swapped (source, "drag-end", G_CALLBACK (on_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
ghc_rail_row_new (GhcSession *session, GhcGuild *guild)
{
  return g_object_new (GHC_TYPE_RAIL_ROW, "session", session, "guild", guild, NULL);
}

GhcGuild *
ghc_rail_row_get_guild (GhcRailRow *self)
{
  g_return_val_if_fail (GHC_IS_RAIL_ROW (self), NULL);

  return self->guild;
}

GhcSession *
ghc_rail_row_get_session (GhcRailRow *self)
{
  g_return_val_if_fail (GHC_IS_RAIL_ROW (self), NULL);

  return self->session;
}
