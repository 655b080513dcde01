/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-main-view-private.h"

#include <glib/gi18n.h>

#include "ghc-account-dialog.h"
#include "ghc-create-guild-dialog.h"
#include "ghc-guild-settings.h"
#include "ghc-invite-dialog.h"
#include "ghc-join-guild-dialog.h"
#include "ghc-profile-editor.h"
#include "ghc-profile-popover.h"
#include "ghc-quick-switcher.h"
#include "ghc-sign-in-dialog.h"
#include "ghc-status-dialog.h"
#include "ghc-switcher-item.h"
#include "ghc-toast.h"

/* What the menus and shortcuts of the main view do. */

/* One thing at a time: a shortcut does not pile a second dialog on the first. */
gboolean
ghc_main_view_is_busy (GhcMainView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return ADW_IS_APPLICATION_WINDOW (root)
         && adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (root)) != NULL;
}

void
ghc_main_view_present (GhcMainView *self, gpointer dialog)
{
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* @object: what it is about */
GhcPending *
ghc_pending_new (GhcMainView *self, GhcSession *session, gpointer object)
{
  GhcPending *pending = g_new0 (GhcPending, 1);

  pending->view = GTK_WIDGET (g_object_ref (self));
  pending->sessions = g_object_ref (self->sessions);
  pending->session = g_object_ref (session);
  pending->object = g_object_ref (object);
  return pending;
}

void
ghc_pending_free (gpointer data)
{
  GhcPending *pending = data;

  g_object_unref (pending->view);
  g_object_unref (pending->sessions);
  g_object_unref (pending->session);
  g_object_unref (pending->object);
  g_free (pending);
}

/* --- Guilds --------------------------------------------------------------------------------- */

static void
on_guild_created (GhcMainView *self, GhcGuild *guild, GhcCreateGuildDialog *dialog)
{
  GhcSession *session = ghc_create_guild_dialog_get_session (dialog);

  ghc_main_view_open_guild (self, session, guild);
}

static void
create_guild_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcCreateGuildDialog *dialog;

  if (self->session == NULL || ghc_main_view_is_busy (self))
    return;

  dialog = ghc_create_guild_dialog_new (self->session);
  g_signal_connect_object (dialog, "created", G_CALLBACK (on_guild_created), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, dialog);
}

static void
on_guild_joined (GhcMainView *self, GhcSession *session, GhcGuild *guild)
{
  ghc_main_view_open_guild (self, session, guild);
}

static void
on_account_needed (GhcMainView *self, const char *link)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.add-account-for", "s", link);
}

/**
 * ghc_main_view_join:
 * @link: (nullable): an invitation, or %NULL to ask for one
 */
void
ghc_main_view_join (GhcMainView *self, const char *link)
{
  GhcJoinGuildDialog *dialog;

  g_return_if_fail (GHC_IS_MAIN_VIEW (self));

  dialog = ghc_join_guild_dialog_new (self->sessions, link);
  g_signal_connect_object (dialog, "joined", G_CALLBACK (on_guild_joined), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "account-needed", G_CALLBACK (on_account_needed), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, dialog);
}

static void
join_guild_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  if (!ghc_main_view_is_busy (GHC_MAIN_VIEW (widget)))
    ghc_main_view_join (GHC_MAIN_VIEW (widget), NULL);
}

static void
on_leave_requested (GhcMainView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "view.leave-guild", NULL);
}

static void
guild_settings_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcGuildSettings *dialog;

  if (self->guild == NULL || ghc_main_view_is_busy (self))
    return;

  dialog = ghc_guild_settings_new (self->session, self->guild);
  g_signal_connect_object (dialog, "leave-requested", G_CALLBACK (on_leave_requested), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, dialog);
}

static void
invite_people_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  if (self->guild != NULL && !ghc_main_view_is_busy (self))
    ghc_main_view_present (self, ghc_invite_dialog_new (self->session, self->guild));
}

static void
commit_leave_guild (gpointer data)
{
  GhcPending *pending = data;

  ghc_toast_watch (pending->view,
                   ghc_session_leave_guild (pending->session, GHC_GUILD (pending->object)));
}

static void
leave_guild_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  g_autofree char *text = NULL;

  if (self->guild == NULL)
    return;

  /* Translators: %s is a guild's name; the person can still press Undo */
  text = g_strdup_printf (_ ("Leaving “%s”"), ghc_guild_get_name (self->guild));
  ghc_toast_undo (widget, text, commit_leave_guild,
                  ghc_pending_new (self, self->session, self->guild), ghc_pending_free);
}

static void
step_guild_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GListModel *guilds = ghc_rail_get_guilds (self->rail);
  guint n = g_list_model_get_n_items (guilds);
  guint step = g_str_equal (action_name, "view.next-guild") ? 1 : n - 1;

  if (ghc_main_view_is_busy (self))
    return;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      if (guild == self->guild)
        {
          g_autoptr (GhcGuild) other = g_list_model_get_item (guilds, (i + step) % n);

          ghc_main_view_open_guild (self, ghc_rail_find_session (self->rail, other), other);
          return;
        }
    }
}

/* --- Oneself -------------------------------------------------------------------------------- */

static void
edit_profile_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  if (self->session != NULL && !ghc_main_view_is_busy (self))
    ghc_main_view_present (self, ghc_profile_editor_new (self->session));
}

static void
set_status_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  if (self->session != NULL && !ghc_main_view_is_busy (self))
    ghc_main_view_present (self, ghc_status_dialog_new (self->session));
}

static void
commit_sign_out (gpointer data)
{
  GhcPending *pending = data;

  ghc_toast_watch (pending->view,
                   ghc_sessions_sign_out (pending->sessions, GHC_SESSION (pending->object)));
}

static void
on_sign_out_requested (GhcMainView *self, GhcSession *session)
{
  const char *user_id = ghc_account_get_user_id (ghc_session_get_account (session));
  guint waiting = ghc_session_get_n_waiting (session);
  g_autofree char *text = NULL;

  /* Translators: %s is an account, @ada:example.org; the person can still press Undo */
  if (waiting == 0)
    text = g_strdup_printf (_ ("Signing out of %s"), user_id);
  else
    text = g_strdup_printf (ngettext ("Signing out of %s: %u unsent message will be lost",
                                      "Signing out of %s: %u unsent messages will be lost",
                                      waiting),
                            user_id, waiting);
  ghc_toast_undo (GTK_WIDGET (self), text, commit_sign_out,
                  ghc_pending_new (self, session, session), ghc_pending_free);
}

static void
account_settings_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcAccountDialog *dialog;

  if (self->session == NULL || ghc_main_view_is_busy (self))
    return;

  dialog = ghc_account_dialog_new (self->session);
  g_signal_connect_object (dialog, "sign-out-requested", G_CALLBACK (on_sign_out_requested), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, dialog);
}

static void
sign_in_again_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  if (self->session != NULL && !ghc_main_view_is_busy (self))
    ghc_main_view_present (self, ghc_sign_in_dialog_new (self->session));
}

/* --- Getting about -------------------------------------------------------------------------- */

static void
on_switcher_chosen (GhcMainView *self, GhcSwitcherItem *item)
{
  GhcSession *session = ghc_switcher_item_get_session (item);
  gpointer object = ghc_switcher_item_get_object (item);

  switch (ghc_switcher_item_get_kind (item))
    {
    case GHC_SWITCHER_CHANNEL:
      if (!ghc_channel_get_joined (object) && ghc_channel_get_can_join (object))
        ghc_main_view_join_channel (self, session, object);
      else
        ghc_main_view_open_channel (self, session, object);
      break;
    case GHC_SWITCHER_GUILD:
      ghc_main_view_open_guild (self, session, object);
      break;
    case GHC_SWITCHER_PERSON:
      ghc_profile_popover_present (GTK_WIDGET (self->stack), session,
                                   ghc_switcher_item_get_guild (item), object);
      break;
    case GHC_SWITCHER_ACTION:
    default:
      gtk_widget_activate_action (GTK_WIDGET (self), ghc_switcher_item_get_action_name (item),
                                  NULL);
      break;
    }
}

static void
quick_switcher_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcQuickSwitcher *switcher;

  if (ghc_main_view_is_busy (self))
    return;

  switcher = ghc_quick_switcher_new (G_LIST_MODEL (self->sessions), self->channel);
  g_signal_connect_object (switcher, "chosen", G_CALLBACK (on_switcher_chosen), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, switcher);
}

/* F6: guilds, channels, conversation, members, and round. */
static void
next_pane_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GtkWidget *panes[] = {
    GTK_WIDGET (self->rail),
    GTK_WIDGET (self->sidebar),
    GTK_WIDGET (self->stack),
    GTK_WIDGET (self->members_bin),
  };
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  gsize current = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (panes); i++)
    {
      if (focus != NULL && (focus == panes[i] || gtk_widget_is_ancestor (focus, panes[i])))
        current = i;
    }

  for (gsize step = 1; step < G_N_ELEMENTS (panes); step++)
    {
      GtkWidget *pane = panes[(current + step) % G_N_ELEMENTS (panes)];

      if (!gtk_widget_get_mapped (pane) || !gtk_widget_get_child_visible (pane))
        continue;
      if (pane == GTK_WIDGET (self->sidebar))
        {
          ghc_sidebar_focus_list (self->sidebar);
          return;
        }
      if (gtk_widget_child_focus (pane, GTK_DIR_TAB_FORWARD))
        return;
    }
}

/* Which actions can do something now; menus hide the others. */
void
ghc_main_view_sync_actions (GhcMainView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GhcGuild *guild = self->guild;

  gtk_widget_action_set_enabled (widget, "view.invite-people",
                                 guild != NULL && ghc_guild_get_can_create_invite (guild));
  gtk_widget_action_set_enabled (widget, "view.create-channel",
                                 guild != NULL && ghc_guild_get_can_manage_channels (guild));
  gtk_widget_action_set_enabled (widget, "view.create-category",
                                 guild != NULL && ghc_guild_get_can_manage_channels (guild));
  gtk_widget_action_set_enabled (widget, "view.guild-settings", guild != NULL);
  gtk_widget_action_set_enabled (widget, "view.leave-guild",
                                 guild != NULL && !ghc_guild_get_is_owner (guild));
}

void
ghc_main_view_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "view.create-guild", NULL, create_guild_action },
    { "view.join-guild", NULL, join_guild_action },
    { "view.guild-settings", NULL, guild_settings_action },
    { "view.invite-people", NULL, invite_people_action },
    { "view.leave-guild", NULL, leave_guild_action },
    { "view.next-guild", NULL, step_guild_action },
    { "view.previous-guild", NULL, step_guild_action },
    { "view.edit-profile", NULL, edit_profile_action },
    { "view.set-status", NULL, set_status_action },
    { "view.account-settings", NULL, account_settings_action },
    { "view.sign-in-again", NULL, sign_in_again_action },
    { "view.quick-switcher", NULL, quick_switcher_action },
    { "view.next-pane", NULL, next_pane_action },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);

  ghc_main_view_install_channel_actions (widget_class);
}
