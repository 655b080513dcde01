/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-rail.h"

#include "ghc-account.h"
#include "ghc-menu.h"
#include "ghc-rail-row.h"

/**
 * GhcRail:
 *
 * The guilds of all accounts, one under the other; a line parts the accounts. Dragging a guild, or
 * Ctrl+Shift+Up and Down on it, changes its place.
 */
struct _GhcRail
{
  GtkWidget parent_instance;

  GtkListBox *list;
  GtkWidget *add_button;

  GListModel *sessions;
  GListModel *guilds;
  GhcGuild *guild;
};

typedef enum
{
  PROP_SESSIONS = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcRail, ghc_rail, GTK_TYPE_WIDGET)

/**
 * ghc_rail_find_session:
 *
 * Returns: (transfer none) (nullable): the session that @guild belongs to
 */
GhcSession *
ghc_rail_find_session (GhcRail *self, GhcGuild *guild)
{
  guint n = g_list_model_get_n_items (self->sessions);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcSession) session = g_list_model_get_item (self->sessions, i);

      if (ghc_session_get_account (session) == ghc_guild_get_account (guild))
        return session;
    }
  return NULL;
}

static gpointer
map_session_to_guilds (gpointer item, gpointer user_data)
{
  g_autoptr (GhcSession) session = item;

  return g_object_ref (ghc_account_get_guilds (ghc_session_get_account (session)));
}

static void
select_guild (GhcRail *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      if (ghc_rail_row_get_guild (GHC_RAIL_ROW (row)) == self->guild)
        {
          gtk_list_box_select_row (self->list, row);
          return;
        }
    }
  gtk_list_box_unselect_all (self->list);
}

/* Puts @moved before or after the guild of @place, in the order of its account. */
static void
move_guild (GhcRail *self, GhcGuild *moved, GhcGuild *place, gboolean after)
{
  GhcSession *session = ghc_rail_find_session (self, place);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_auto (GStrv) order = NULL;
  GListModel *guilds;

  if (session == NULL || moved == place)
    return;

  guilds = ghc_account_get_guilds (ghc_session_get_account (session));
  for (guint i = 0; i < g_list_model_get_n_items (guilds); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      if (guild == moved)
        continue;
      if (guild == place && !after)
        g_strv_builder_add (ids, ghc_guild_get_guild_id (moved));
      g_strv_builder_add (ids, ghc_guild_get_guild_id (guild));
      if (guild == place && after)
        g_strv_builder_add (ids, ghc_guild_get_guild_id (moved));
    }

  order = g_strv_builder_end (ids);
  ghc_session_set_guild_order (session, (const char *const *) order);
}

/* The row may be a new one after the move: the focus follows the guild. */
static void
focus_guild (GhcRail *self, GhcGuild *guild)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      if (ghc_rail_row_get_guild (GHC_RAIL_ROW (row)) == guild)
        gtk_widget_grab_focus (GTK_WIDGET (row));
    }
}

static void
on_row_moved (GhcRail *self, GhcGuild *moved, gboolean after, GhcRailRow *row)
{
  move_guild (self, moved, ghc_rail_row_get_guild (row), after);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GhcRail *self = user_data;
  GtkWidget *row = ghc_rail_row_new (ghc_rail_find_session (self, item), item);

  g_signal_connect_object (row, "moved", G_CALLBACK (on_row_moved), self, G_CONNECT_SWAPPED);
  return row;
}

static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  gboolean parts = before != NULL
                   && ghc_rail_row_get_session (GHC_RAIL_ROW (row))
                        != ghc_rail_row_get_session (GHC_RAIL_ROW (before));

  if (parts && gtk_list_box_row_get_header (row) == NULL)
    gtk_list_box_row_set_header (row, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  else if (!parts)
    gtk_list_box_row_set_header (row, NULL);
}

static void
on_row_activated (GhcRail *self, GhcRailRow *row)
{
  g_signal_emit (self, signals[ACTIVATED], 0, ghc_rail_row_get_session (row),
                 ghc_rail_row_get_guild (row));
}

/* The keyboard's way through the guilds opens none of them: what is open stays marked. */
static void
on_row_selected (GhcRail *self, GtkListBoxRow *row)
{
  if (row != NULL && ghc_rail_row_get_guild (GHC_RAIL_ROW (row)) != self->guild)
    select_guild (self);
}

/* Up and Down stay in the list; below its end comes the button. */
static gboolean
on_keynav_failed (GhcRail *self, GtkDirectionType direction)
{
  if (direction == GTK_DIR_DOWN)
    return gtk_widget_grab_focus (self->add_button);
  return GDK_EVENT_PROPAGATE;
}

/* Ctrl+Shift+Up and Down on a guild: past the next one of the same account. */
static gboolean
move_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  GhcRail *self = GHC_RAIL (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, GHC_TYPE_RAIL_ROW) : NULL;
  int step = g_variant_get_int32 (args);
  GtkListBoxRow *other;
  GhcGuild *guild;

  if (row == NULL)
    return GDK_EVENT_PROPAGATE;

  guild = ghc_rail_row_get_guild (GHC_RAIL_ROW (row));
  other = gtk_list_box_get_row_at_index (self->list,
                                         gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row))
                                           + step);
  if (other == NULL
      || ghc_rail_row_get_session (GHC_RAIL_ROW (other))
           != ghc_rail_row_get_session (GHC_RAIL_ROW (row)))
    return GDK_EVENT_STOP;

  move_guild (self, guild, ghc_rail_row_get_guild (GHC_RAIL_ROW (other)), step > 0);
  focus_guild (self, guild);
  return GDK_EVENT_STOP;
}

static void
set_sessions (GhcRail *self, GListModel *sessions)
{
  GtkMapListModel *guild_lists;

  if (sessions == NULL)
    return;

  self->sessions = g_object_ref (sessions);
  guild_lists = gtk_map_list_model_new (g_object_ref (sessions), map_session_to_guilds, NULL, NULL);
  self->guilds = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (guild_lists)));
  gtk_list_box_bind_model (self->list, self->guilds, create_row, self, NULL);
  /* After the list box: its rows are there by then. */
  g_signal_connect_object (self->guilds, "items-changed", G_CALLBACK (select_guild), self,
                           G_CONNECT_SWAPPED);
}

static void
ghc_rail_dispose (GObject *object)
{
  GhcRail *self = GHC_RAIL (object);
  GtkWidget *child;

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_RAIL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->guilds);
  g_clear_object (&self->sessions);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_rail_parent_class)->dispose (object);
}

static void
ghc_rail_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcRail *self = GHC_RAIL (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSIONS:
      g_value_set_object (value, self->sessions);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_rail_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcRail *self = GHC_RAIL (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSIONS:
      set_sessions (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_rail_class_init (GhcRailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_rail_dispose;
  object_class->get_property = ghc_rail_get_property;
  object_class->set_property = ghc_rail_set_property;

  properties[PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, G_TYPE_LIST_MODEL,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                     | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GhcRail::activated:
   * @session: whose guild it is
   * @guild: to open
   */
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_SESSION,
                                     GHC_TYPE_GUILD);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-rail.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcRail, list);
  gtk_widget_class_bind_template_child (widget_class, GhcRail, add_button);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_keynav_failed);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                move_by_key, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                move_by_key, "i", 1);
  gtk_widget_class_set_css_name (widget_class, "rail");
}

static void
ghc_rail_init (GhcRail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, update_header, NULL, NULL);
  ghc_menu_button_name_items (GTK_MENU_BUTTON (self->add_button));
}

/**
 * ghc_rail_set_guild:
 * @guild: (nullable): the one that is open
 */
void
ghc_rail_set_guild (GhcRail *self, GhcGuild *guild)
{
  g_return_if_fail (GHC_IS_RAIL (self));

  if (g_set_object (&self->guild, guild))
    select_guild (self);
}

/**
 * ghc_rail_get_guilds:
 *
 * Returns: (transfer none): the #GhcGuild objects of all accounts, in the order shown
 */
GListModel *
ghc_rail_get_guilds (GhcRail *self)
{
  g_return_val_if_fail (GHC_IS_RAIL (self), NULL);

  return self->guilds;
}
