/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-main-view-private.h"

#include <glib/gi18n.h>

#include "ghc-home.h"
#include "ghc-toast.h"

#define SPINNER_DELAY_MS 300

/* Which guild and channel are open, and how one gets from one to another. */

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

  self->content = g_object_new (GHC_TYPE_CONTENT, "settings", self->settings, "desk", self->desk,
                                NULL);
  adw_bin_set_child (self->content_bin, GTK_WIDGET (self->content));
}

/* Somebody signed in whose guilds are not known yet is told to wait, not to make one. */
static gboolean
is_session_settled (GhcSession *session)
{
  GhcConnection connection = ghc_session_get_connection (session);

  return ghc_session_get_ready (session) && connection != GHC_CONNECTION_CONNECTING
         && connection != GHC_CONNECTION_CATCHING_UP;
}

/* --- Going somewhere ------------------------------------------------------------------------ */

static void
on_channel_removed (GhcMainView *self, GhcChannel *channel, GhcAccount *account)
{
  g_autofree char *text = NULL;

  if (channel != self->channel)
    return;

  /* Translators: %s is a channel's name */
  text = g_strdup_printf (_ ("You can no longer open “%s”"), ghc_channel_get_name (channel));
  ghc_toast_show (GTK_WIDGET (self), text);
  ghc_main_view_show_channel (self, self->session,
                              self->guild != NULL ? ghc_guild_get_default_channel (self->guild)
                                                  : NULL,
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
  g_object_notify (G_OBJECT (self), "account");
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
ghc_main_view_show_channel (GhcMainView *self, GhcSession *session, GhcChannel *channel,
                            gboolean to_front)
{
  GhcGuild *guild = channel != NULL ? ghc_channel_get_guild (channel) : self->guild;

  set_guild (self, session, guild);
  g_set_object (&self->channel, channel);
  ensure_content (self);
  g_object_set (self->content, "session", session, "channel", channel, NULL);
  ghc_sidebar_set_channel (self->sidebar, channel);
  adw_navigation_page_set_title (self->content_page, channel != NULL
                                                       ? ghc_channel_get_name (channel)
                                                       : _ ("Guildhall"));
  show_page (self, "content");
  ghc_main_view_restore_members (self);
  ghc_main_view_sync_members (self);

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

static gboolean
is_nothing_shown (GhcMainView *self, GhcSession *session)
{
  const char *page = gtk_stack_get_visible_child_name (self->stack);

  return self->session == session && self->guild == NULL
         && (g_strcmp0 (page, "home") == 0 || g_strcmp0 (page, "loading") == 0);
}

static void
show_nothing (GhcMainView *self, GhcSession *session)
{
  gboolean settled = session == NULL || is_session_settled (session);
  gboolean already = is_nothing_shown (self, session);

  set_guild (self, session, NULL);
  g_clear_object (&self->channel);
  if (self->content != NULL)
    g_object_set (self->content, "channel", NULL, "session", NULL, NULL);
  ghc_main_view_restore_members (self);
  ghc_main_view_sync_members (self);
  show_page (self, settled ? "home" : "loading");
  adw_navigation_page_set_title (self->content_page, _ ("Guildhall"));
  /* On the other page of a narrow window there is nothing to choose but the guilds of other
   * accounts: who went there stays, however often it is tried to connect. */
  if (!already)
    adw_navigation_split_view_set_show_content (self->split, TRUE);
}

/* Whose guilds are meant: those of the account that is looked at, or was when the window closed. */
static GhcSession *
find_session (GhcMainView *self)
{
  g_autofree char *account = g_settings_get_string (self->settings, "account");

  if (self->session != NULL
      && ghc_sessions_find (self->sessions,
                            ghc_account_get_account_id (ghc_session_get_account (self->session)))
           == self->session)
    return self->session;
  return ghc_sessions_find (self->sessions, account);
}

/* The guild that was open last, else the first; of @session, or of any account. */
static GhcGuild *
find_guild (GhcMainView *self, GhcSession *session)
{
  GListModel *guilds = ghc_rail_get_guilds (self->rail);
  g_autofree char *wanted = g_settings_get_string (self->settings, "guild");
  GhcGuild *found = NULL;
  guint n = g_list_model_get_n_items (guilds);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      if (session != NULL && ghc_guild_get_account (guild) != ghc_session_get_account (session))
        continue;
      if (found == NULL || g_str_equal (ghc_guild_get_guild_id (guild), wanted))
        found = guild;
    }
  return found;
}

static gboolean
is_guild_there (GhcMainView *self)
{
  GListModel *guilds = ghc_rail_get_guilds (self->rail);
  guint n = g_list_model_get_n_items (guilds);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      if (guild == self->guild)
        return TRUE;
    }
  return FALSE;
}

/* The first thing shown, and what is shown when the open guild has gone. Whoever looks at an account
 * without guilds stays there, whatever happens in the others. */
void
ghc_main_view_settle (GhcMainView *self)
{
  GhcSession *session = find_session (self);
  g_autoptr (GhcSession) any = g_list_model_get_item (G_LIST_MODEL (self->sessions), 0);
  GhcGuild *guild;

  if (!self->was_shown || is_guild_there (self))
    return;

  if (self->guild != NULL)
    {
      g_autofree char *text = NULL;

      /* Translators: %s is a guild's name */
      text = g_strdup_printf (_ ("You are no longer in “%s”"), ghc_guild_get_name (self->guild));
      ghc_toast_show (GTK_WIDGET (self), text);
    }

  /* What was kept comes guild by guild: which of them was open last is known once all are there. */
  guild = session == NULL || ghc_session_get_ready (session) ? find_guild (self, session) : NULL;
  if (guild != NULL)
    ghc_main_view_open_guild (self, ghc_rail_find_session (self->rail, guild), guild);
  else
    show_nothing (self, session != NULL ? session : any);
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
    {
      show_nothing (self, session);
      adw_navigation_split_view_set_show_content (self->split, TRUE);
    }
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
