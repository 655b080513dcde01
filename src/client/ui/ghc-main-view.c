/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-main-view-private.h"

#include <glib/gi18n.h>

#include "ghc-toast.h"

/**
 * GhcMainView:
 *
 * All of the window for somebody who is signed in: guilds, channels, the conversation, members. Knows
 * which guild and channel are open and moves between them.
 */

typedef enum
{
  PROP_SESSIONS = 1,
  PROP_SETTINGS,
  PROP_DESK,
  PROP_SHOW_MEMBERS,
  PROP_ACCOUNT,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMainView, ghc_main_view, ADW_TYPE_BREAKPOINT_BIN)

/* --- Members -------------------------------------------------------------------------------- */

void
ghc_main_view_sync_members (GhcMainView *self)
{
  gboolean shown = adw_overlay_split_view_get_show_sidebar (self->members_split);

  if (shown && self->members == NULL && self->guild != NULL)
    {
      self->members = g_object_new (GHC_TYPE_MEMBERS_PANE, NULL);
      g_object_bind_property (self->members_split, "collapsed", self->members, "covers",
                              G_BINDING_SYNC_CREATE);
      adw_bin_set_child (self->members_bin, GTK_WIDGET (self->members));
    }
  if (self->members != NULL)
    g_object_set (self->members, "session", self->session, "guild", self->guild, "channel",
                  self->channel, NULL);
}

static void
on_members_shown (GhcMainView *self)
{
  ghc_main_view_sync_members (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_MEMBERS]);
}

/* libadwaita divides by the width of the list when it slides: as long as it has none, the window would be
 * laid out with widths that are no numbers. What is not mapped does not slide. */
static void
slide_members (GhcMainView *self, gboolean shown)
{
  GtkWidget *list = gtk_widget_get_parent (GTK_WIDGET (self->members_bin));
  gboolean can_slide = list == NULL || gtk_widget_get_width (list) > 0;

  if (!can_slide)
    gtk_widget_set_child_visible (GTK_WIDGET (self->members_split), FALSE);
  adw_overlay_split_view_set_show_sidebar (self->members_split, shown);
  if (!can_slide)
    gtk_widget_set_child_visible (GTK_WIDGET (self->members_split), TRUE);
}

/* Where there is room the list is shown as the person left it; where it would cover the
 * conversation it stays away until asked for. */
void
ghc_main_view_restore_members (GhcMainView *self)
{
  gboolean collapsed = adw_overlay_split_view_get_collapsed (self->members_split);

  slide_members (self, self->guild != NULL && !collapsed
                         && g_settings_get_boolean (self->settings, "show-members"));
}

static void
on_members_collapsed (GhcMainView *self)
{
  ghc_main_view_restore_members (self);
}

/* Before what lies below hears of the key: on a telephone that would go back to the channels. */
static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer data)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (!adw_overlay_split_view_get_collapsed (self->members_split)
      || !adw_overlay_split_view_get_show_sidebar (self->members_split)
      || (focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL))
    return GDK_EVENT_PROPAGATE;

  slide_members (self, FALSE);
  return GDK_EVENT_STOP;
}

static void
set_show_members (GhcMainView *self, gboolean show)
{
  if (self->guild == NULL)
    return;

  slide_members (self, show);
  if (!adw_overlay_split_view_get_collapsed (self->members_split))
    g_settings_set_boolean (self->settings, "show-members", show);
}

/* --- The first frame ------------------------------------------------------------------------ */

static gboolean
on_shown (gpointer data)
{
  GhcMainView *self = data;

  self->shown_source = 0;
  self->was_shown = TRUE;
  ghc_main_view_settle (self);
  return G_SOURCE_REMOVE;
}

static void
on_after_paint (GhcMainView *self, GdkFrameClock *clock)
{
  g_signal_handlers_disconnect_by_func (clock, on_after_paint, self);
  if (self->shown_source == 0)
    self->shown_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_shown, self, NULL);
}

/* A conversation takes longer to lay out than all the rest of the window: that is on the screen first,
 * so that the program is there at once. */
static void
ghc_main_view_map (GtkWidget *widget)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  GTK_WIDGET_CLASS (ghc_main_view_parent_class)->map (widget);
  if (!self->was_shown)
    g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint",
                             G_CALLBACK (on_after_paint), self, G_CONNECT_SWAPPED);
}

static void
on_channel_activated (GhcMainView *self, GhcChannel *channel)
{
  if (ghc_channel_get_can_join (channel))
    gtk_widget_activate_action (GTK_WIDGET (self), "view.join-channel", "s",
                                ghc_channel_get_channel_id (channel));
  else
    ghc_main_view_show_channel (self, self->session, channel, TRUE);
}

static void
on_guild_activated (GhcMainView *self, GhcSession *session, GhcGuild *guild)
{
  ghc_main_view_open_guild (self, session, guild);
}

/* --- Accounts ------------------------------------------------------------------------------- */

static void
on_session_changed (GhcMainView *self)
{
  ghc_main_view_settle (self);
}

static void
on_session_warning (GhcMainView *self, const char *sentence)
{
  ghc_toast_show (GTK_WIDGET (self), sentence);
}

static void
on_invited (GhcMainView *self, GhcChannel *channel)
{
  g_autofree char *text = NULL;

  /* Translators: %s is a channel's name */
  text = g_strdup_printf (_ ("You are invited to “%s”"), ghc_channel_get_name (channel));
  ghc_toast_action (GTK_WIDGET (self), text, _ ("_Join"), "view.join-channel",
                    g_variant_new_string (ghc_channel_get_channel_id (channel)), channel,
                    "can-join");
}

static void
on_sessions_changed (GhcMainView *self, guint position, guint removed, guint added,
                     GListModel *sessions)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GhcSession) session = g_list_model_get_item (sessions, i);

      g_signal_connect_object (session, "notify::ready", G_CALLBACK (on_session_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::connection", G_CALLBACK (on_session_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "warning", G_CALLBACK (on_session_warning), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (ghc_session_get_account (session), "invited",
                               G_CALLBACK (on_invited), self, G_CONNECT_SWAPPED);
    }
  ghc_main_view_settle (self);
}

static void
ghc_main_view_constructed (GObject *object)
{
  GhcMainView *self = GHC_MAIN_VIEW (object);

  G_OBJECT_CLASS (ghc_main_view_parent_class)->constructed (object);

  gtk_widget_insert_action_group (GTK_WIDGET (self), "call",
                                  ghc_call_desk_get_actions (self->desk));
  g_signal_connect_object (self->desk, "notice", G_CALLBACK (on_session_warning), self,
                           G_CONNECT_SWAPPED);
  g_object_set (self->call_bar, "desk", self->desk, NULL);

  /* As it was left, and not only once a guild is open: sliding in would unsettle. */
  if (!g_settings_get_boolean (self->settings, "show-members"))
    adw_overlay_split_view_set_show_sidebar (self->members_split, FALSE);
  g_object_set (self->self_bar, "sessions", self->sessions, "desk", self->desk, NULL);
  self->rail = g_object_new (GHC_TYPE_RAIL, "sessions", self->sessions, NULL);
  adw_bin_set_child (self->rail_bin, GTK_WIDGET (self->rail));
  g_signal_connect_object (self->rail, "activated", G_CALLBACK (on_guild_activated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sessions, "items-changed", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_rail_get_guilds (self->rail), "items-changed",
                           G_CALLBACK (ghc_main_view_settle), self, G_CONNECT_SWAPPED);
  on_sessions_changed (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->sessions)),
                       G_LIST_MODEL (self->sessions));
}

static void
ghc_main_view_dispose (GObject *object)
{
  GhcMainView *self = GHC_MAIN_VIEW (object);

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_handle_id (&self->shown_source, g_source_remove);
  if (self->guild != NULL)
    g_signal_handlers_disconnect_by_data (self->guild, self);
  /* Before the template lets go of it: the bin would unparent it a second time. */
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_MAIN_VIEW);
  g_clear_object (&self->channel);
  g_clear_object (&self->guild);
  g_clear_object (&self->session);
  g_clear_object (&self->sessions);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->last_channels, g_hash_table_unref);

  G_OBJECT_CLASS (ghc_main_view_parent_class)->dispose (object);
}

static void
ghc_main_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcMainView *self = GHC_MAIN_VIEW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSIONS:
      g_value_set_object (value, self->sessions);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case PROP_DESK:
      g_value_set_object (value, self->desk);
      break;
    case PROP_SHOW_MEMBERS:
      g_value_set_boolean (value, adw_overlay_split_view_get_show_sidebar (self->members_split));
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->session != NULL ? ghc_account_get_account_id (
                                                           ghc_session_get_account (self->session))
                                                       : "");
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_main_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcMainView *self = GHC_MAIN_VIEW (object);
  GhcSession *session;

  switch ((Property) prop_id)
    {
    case PROP_SESSIONS:
      self->sessions = g_value_dup_object (value);
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    case PROP_DESK:
      self->desk = g_value_dup_object (value);
      break;
    case PROP_SHOW_MEMBERS:
      set_show_members (self, g_value_get_boolean (value));
      break;
    case PROP_ACCOUNT:
      session = ghc_sessions_find (self->sessions, g_value_get_string (value));
      if (session != NULL)
        ghc_main_view_open_account (self, session);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_main_view_class_init (GhcMainViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ghc_main_view_constructed;
  object_class->dispose = ghc_main_view_dispose;
  object_class->get_property = ghc_main_view_get_property;
  object_class->set_property = ghc_main_view_set_property;
  widget_class->map = ghc_main_view_map;

  properties[PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, GHC_TYPE_SESSIONS,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                     | G_PARAM_STATIC_STRINGS);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                     | G_PARAM_STATIC_STRINGS);
  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                 | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_MEMBERS] = g_param_spec_boolean ("show-members", NULL, NULL, FALSE,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                          | G_PARAM_STATIC_STRINGS);
  /* The id of the account one looks at; the menu with several accounts shows and changes it. */
  properties[PROP_ACCOUNT] = g_param_spec_string ("account", NULL, NULL, "",
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                    | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_CALL_BAR);
  g_type_ensure (GHC_TYPE_SIDEBAR);
  g_type_ensure (GHC_TYPE_SELF_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-main-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, members_split);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, split);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, content_page);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, rail_bin);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, sidebar);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, self_bar);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, call_bar);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, stack);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, content_bin);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, members_bin);
  gtk_widget_class_bind_template_child (widget_class, GhcMainView, loading_spinner);
  gtk_widget_class_bind_template_callback (widget_class, on_members_collapsed);
  gtk_widget_class_bind_template_callback (widget_class, on_members_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_channel_activated);

  gtk_widget_class_install_property_action (widget_class, "view.show-members", "show-members");
  gtk_widget_class_install_property_action (widget_class, "view.account", "account");
  ghc_main_view_install_actions (widget_class);
}

static void
ghc_main_view_init (GhcMainView *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->last_channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                      gtk_callback_action_new (on_escape, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
ghc_main_view_new (GhcSessions *sessions, GSettings *settings, GhcCallDesk *desk)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (sessions), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GHC_IS_CALL_DESK (desk), NULL);

  return g_object_new (GHC_TYPE_MAIN_VIEW, "sessions", sessions, "settings", settings, "desk", desk,
                       NULL);
}
