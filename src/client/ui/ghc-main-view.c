/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-main-view-private.h"

#include <glib/gi18n.h>

#include "ghc-home.h"
#include "ghc-toast.h"

#define SPINNER_DELAY_MS 300

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
  PROP_SHOW_MEMBERS,
  PROP_ACCOUNT,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMainView, ghc_main_view, ADW_TYPE_BREAKPOINT_BIN)

/* --- What stands in the place of the conversation ------------------------------------------ */

static gboolean
on_spinner_due (gpointer data)
{
  GhcMainView *self = data;

  self->spinner_source = 0;
  gtk_widget_set_visible (self->loading_spinner, TRUE);
  return G_SOURCE_REMOVE;
}

static void
show_page (GhcMainView *self, const char *name)
{
  gboolean loading = g_str_equal (name, "loading");

  if (g_str_equal (name, "home"))
    {
      if (self->home == NULL)
        {
          self->home = ghc_home_new ();
          gtk_stack_add_named (self->stack, self->home, "home");
        }
      g_object_set (self->home, "session", self->session, NULL);
    }

  gtk_stack_set_visible_child_name (self->stack, name);
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_widget_set_visible (self->loading_spinner, FALSE);
  if (loading)
    self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, on_spinner_due, self);
}

static void
ensure_content (GhcMainView *self)
{
  if (self->content != NULL)
    return;

  self->content = g_object_new (GHC_TYPE_CONTENT, "settings", self->settings, NULL);
  adw_bin_set_child (self->content_bin, GTK_WIDGET (self->content));
}

/* Somebody signed in whose guilds are not known yet is told to wait, not to make one. */
static gboolean
is_session_settled (GhcSession *session)
{
  GhcConnection connection = ghc_session_get_connection (session);

  return ghc_session_get_ready (session)
         && connection != GHC_CONNECTION_CONNECTING && connection != GHC_CONNECTION_CATCHING_UP;
}

/* --- Members -------------------------------------------------------------------------------- */

static void
sync_members (GhcMainView *self)
{
  gboolean shown = adw_overlay_split_view_get_show_sidebar (self->members_split);

  if (shown && self->members == NULL && self->guild != NULL)
    {
      self->members = g_object_new (GHC_TYPE_MEMBERS_PANE, NULL);
      adw_bin_set_child (self->members_bin, GTK_WIDGET (self->members));
    }
  if (self->members != NULL)
    g_object_set (self->members,
                  "session", self->session,
                  "guild", self->guild,
                  "channel", self->channel,
                  NULL);
}

static void
on_members_shown (GhcMainView *self)
{
  sync_members (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_MEMBERS]);
}

/* Where there is room the list is shown as the person left it; where it would cover the
 * conversation it stays away until asked for. */
static void
restore_members (GhcMainView *self)
{
  gboolean collapsed = adw_overlay_split_view_get_collapsed (self->members_split);

  adw_overlay_split_view_set_show_sidebar (self->members_split,
                                           self->guild != NULL && !collapsed
                                             && g_settings_get_boolean (self->settings, "show-members"));
}

static void
on_members_collapsed (GhcMainView *self)
{
  restore_members (self);
}

static void
set_show_members (GhcMainView *self, gboolean show)
{
  if (self->guild == NULL)
    return;

  adw_overlay_split_view_set_show_sidebar (self->members_split, show);
  if (!adw_overlay_split_view_get_collapsed (self->members_split))
    g_settings_set_boolean (self->settings, "show-members", show);
}

/* --- Going somewhere ------------------------------------------------------------------------ */

static void
on_channel_removed (GhcMainView *self, GhcChannel *channel, GhcAccount *account)
{
  g_autofree char *text = NULL;

  if (channel != self->channel)
    return;

  /* Translators: %s is a channel's name */
  text = g_strdup_printf (_("“%s” is no longer there for you"), ghc_channel_get_name (channel));
  ghc_toast_show (GTK_WIDGET (self), text);
  ghc_main_view_show_channel (self, self->session,
                              self->guild != NULL ? ghc_guild_get_default_channel (self->guild) : NULL,
                              FALSE);
}

static void
set_session (GhcMainView *self, GhcSession *session)
{
  GhcSession *old = self->session;

  if (old == session)
    return;

  if (old != NULL)
    g_signal_handlers_disconnect_by_func (ghc_session_get_account (old), on_channel_removed, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    {
      GhcAccount *account = ghc_session_get_account (session);

      g_signal_connect_object (account, "channel-removed", G_CALLBACK (on_channel_removed), self,
                               G_CONNECT_SWAPPED);
      g_settings_set_string (self->settings, "account", ghc_account_get_account_id (account));
    }
  g_object_set (self->self_bar, "session", session, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCOUNT]);
}

static void
set_guild (GhcMainView *self, GhcSession *session, GhcGuild *guild)
{
  gboolean same = self->guild == guild && self->session == session;

  set_session (self, session);
  if (same)
    return;

  if (self->guild != NULL)
    g_signal_handlers_disconnect_by_func (self->guild, ghc_main_view_sync_actions, self);
  g_set_object (&self->guild, guild);
  if (guild != NULL)
    {
      g_signal_connect_object (guild, "notify", G_CALLBACK (ghc_main_view_sync_actions), self,
                               G_CONNECT_SWAPPED);
      g_settings_set_string (self->settings, "guild", ghc_guild_get_guild_id (guild));
    }
  ghc_rail_set_guild (self->rail, guild);
  ghc_sidebar_set_guild (self->sidebar, session, guild);
  ghc_main_view_sync_actions (self);
}

static GhcChannel *
remembered_channel (GhcMainView *self, GhcGuild *guild)
{
  const char *id = g_hash_table_lookup (self->last_channels, ghc_guild_get_guild_id (guild));
  g_autofree char *stored = NULL;
  GhcChannel *channel = NULL;

  if (id == NULL)
    id = stored = g_settings_get_string (self->settings, "channel");
  if (id[0] != '\0')
    channel = ghc_guild_lookup_channel (guild, id);
  if (channel != NULL && ghc_channel_get_joined (channel))
    return channel;
  return ghc_guild_get_default_channel (guild);
}

/* Puts @channel in the place of the conversation; @to_front also brings that place to a narrow
 * window's front. */
void
ghc_main_view_show_channel (GhcMainView *self,
                            GhcSession  *session,
                            GhcChannel  *channel,
                            gboolean     to_front)
{
  GhcGuild *guild = channel != NULL ? ghc_channel_get_guild (channel) : self->guild;

  set_guild (self, session, guild);
  g_set_object (&self->channel, channel);
  ensure_content (self);
  g_object_set (self->content, "session", session, "channel", channel, NULL);
  ghc_sidebar_set_channel (self->sidebar, channel);
  adw_navigation_page_set_title (self->content_page,
                                 channel != NULL ? ghc_channel_get_name (channel) : _("Guildhall"));
  show_page (self, "content");
  restore_members (self);
  sync_members (self);

  if (channel != NULL)
    {
      g_settings_set_string (self->settings, "channel", ghc_channel_get_channel_id (channel));
      if (guild != NULL)
        g_hash_table_replace (self->last_channels, g_strdup (ghc_guild_get_guild_id (guild)),
                              g_strdup (ghc_channel_get_channel_id (channel)));
    }
  if (to_front)
    {
      adw_navigation_split_view_set_show_content (self->split, TRUE);
      if (!adw_navigation_split_view_get_collapsed (self->split))
        ghc_content_focus_composer (self->content);
    }
  ghc_main_view_sync_actions (self);
}

static void
show_nothing (GhcMainView *self, GhcSession *session)
{
  gboolean settled = session == NULL || is_session_settled (session);

  set_guild (self, session, NULL);
  g_clear_object (&self->channel);
  if (self->content != NULL)
    g_object_set (self->content, "channel", NULL, "session", NULL, NULL);
  restore_members (self);
  sync_members (self);
  show_page (self, settled ? "home" : "loading");
  /* There is nothing to choose on the other page of a narrow window. */
  adw_navigation_split_view_set_show_content (self->split, TRUE);
  adw_navigation_page_set_title (self->content_page, _("Guildhall"));
}

/* The first thing shown, and what is shown when the open guild has gone. */
static void
settle (GhcMainView *self)
{
  GListModel *guilds = ghc_rail_get_guilds (self->rail);
  g_autofree char *wanted = g_settings_get_string (self->settings, "guild");
  GhcGuild *first = NULL;
  guint n = g_list_model_get_n_items (guilds);

  if (!self->was_shown)
    return;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      if (guild == self->guild)
        return;
      if (first == NULL || g_str_equal (ghc_guild_get_guild_id (guild), wanted))
        first = guild;
    }

  if (self->guild != NULL)
    {
      g_autofree char *text = NULL;

      /* Translators: %s is a guild's name */
      text = g_strdup_printf (_("You are no longer in “%s”"), ghc_guild_get_name (self->guild));
      ghc_toast_show (GTK_WIDGET (self), text);
    }

  if (first != NULL)
    {
      ghc_main_view_open_guild (self, ghc_rail_find_session (self->rail, first), first);
    }
  else
    {
      g_autofree char *account = g_settings_get_string (self->settings, "account");
      GhcSession *session = ghc_sessions_find (self->sessions, account);
      g_autoptr (GhcSession) any = g_list_model_get_item (G_LIST_MODEL (self->sessions), 0);

      show_nothing (self, session != NULL ? session : any);
    }
}

/* --- The first frame ------------------------------------------------------------------------ */

static gboolean
on_shown (gpointer data)
{
  GhcMainView *self = data;

  self->shown_source = 0;
  self->was_shown = TRUE;
  settle (self);
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
    g_signal_connect_object (gtk_widget_get_frame_clock (widget), "after-paint", G_CALLBACK (on_after_paint),
                             self, G_CONNECT_SWAPPED);
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
  settle (self);
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
  text = g_strdup_printf (_("You are invited to “%s”"), ghc_channel_get_name (channel));
  ghc_toast_action (GTK_WIDGET (self), text, _("_Join"), "view.join-channel",
                    g_variant_new_string (ghc_channel_get_channel_id (channel)));
}

static void
on_sessions_changed (GhcMainView *self, guint position, guint removed, guint added, GListModel *sessions)
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
      g_signal_connect_object (ghc_session_get_account (session), "invited", G_CALLBACK (on_invited),
                               self, G_CONNECT_SWAPPED);
    }
  settle (self);
}

static void
ghc_main_view_constructed (GObject *object)
{
  GhcMainView *self = GHC_MAIN_VIEW (object);

  G_OBJECT_CLASS (ghc_main_view_parent_class)->constructed (object);

  /* As it was left, and not only once a guild is open: sliding in would unsettle. */
  if (!g_settings_get_boolean (self->settings, "show-members"))
    adw_overlay_split_view_set_show_sidebar (self->members_split, FALSE);
  g_object_set (self->self_bar, "sessions", self->sessions, NULL);
  self->rail = g_object_new (GHC_TYPE_RAIL, "sessions", self->sessions, NULL);
  adw_bin_set_child (self->rail_bin, GTK_WIDGET (self->rail));
  g_signal_connect_object (self->rail, "activated", G_CALLBACK (on_guild_activated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sessions, "items-changed", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_rail_get_guilds (self->rail), "items-changed", G_CALLBACK (settle), self,
                           G_CONNECT_SWAPPED);
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
    case PROP_SHOW_MEMBERS:
      g_value_set_boolean (value, adw_overlay_split_view_get_show_sidebar (self->members_split));
      break;
    case PROP_ACCOUNT:
      g_value_set_string (value, self->session != NULL
                                   ? ghc_account_get_account_id (ghc_session_get_account (self->session))
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

  properties[PROP_SESSIONS] =
    g_param_spec_object ("sessions", NULL, NULL, GHC_TYPE_SESSIONS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SETTINGS] =
    g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_MEMBERS] =
    g_param_spec_boolean ("show-members", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /* The id of the account one looks at; the menu with several accounts shows and changes it. */
  properties[PROP_ACCOUNT] =
    g_param_spec_string ("account", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

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
  self->last_channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_main_view_new (GhcSessions *sessions, GSettings *settings)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (sessions), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  return g_object_new (GHC_TYPE_MAIN_VIEW, "sessions", sessions, "settings", settings, NULL);
}

/**
 * ghc_main_view_open_account:
 *
 * Goes to the first guild of @session, or where one can make or join one.
 */
void
ghc_main_view_open_account (GhcMainView *self, GhcSession *session)
{
  GListModel *guilds;
  g_autoptr (GhcGuild) guild = NULL;

  g_return_if_fail (GHC_IS_MAIN_VIEW (self));
  g_return_if_fail (GHC_IS_SESSION (session));

  guilds = ghc_account_get_guilds (ghc_session_get_account (session));
  guild = g_list_model_get_item (guilds, 0);
  if (guild != NULL)
    ghc_main_view_open_guild (self, session, guild);
  else
    show_nothing (self, session);
}

/**
 * ghc_main_view_open_guild:
 *
 * Opens @guild at the channel one was in; in a narrow window its channels come to the front.
 */
void
ghc_main_view_open_guild (GhcMainView *self, GhcSession *session, GhcGuild *guild)
{
  g_return_if_fail (GHC_IS_MAIN_VIEW (self));
  g_return_if_fail (GHC_IS_SESSION (session));
  g_return_if_fail (GHC_IS_GUILD (guild));

  set_guild (self, session, guild);
  ghc_main_view_show_channel (self, session, remembered_channel (self, guild), FALSE);
  adw_navigation_split_view_set_show_content (self->split, FALSE);
}

/**
 * ghc_main_view_open_channel:
 *
 * Opens @channel and its guild, and brings the conversation to the front.
 */
void
ghc_main_view_open_channel (GhcMainView *self, GhcSession *session, GhcChannel *channel)
{
  g_return_if_fail (GHC_IS_MAIN_VIEW (self));
  g_return_if_fail (GHC_IS_SESSION (session));
  g_return_if_fail (GHC_IS_CHANNEL (channel));

  ghc_main_view_show_channel (self, session, channel, TRUE);
}
