/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-main-view-private.h"

#include <glib/gi18n.h>

#include "ghc-channel-settings.h"
#include "ghc-create-channel-dialog.h"
#include "ghc-invite-people.h"
#include "ghc-toast.h"

/* What the main view does with channels. */

static GhcChannel *
find_channel (GhcMainView *self, GVariant *parameter)
{
  const char *id = g_variant_get_string (parameter, NULL);

  return self->session != NULL
           ? ghc_account_lookup_channel (ghc_session_get_account (self->session), id)
           : NULL;
}

/* An invitation may come to another account than the one that is open. */
static GhcChannel *
find_channel_anywhere (GhcMainView *self, GVariant *parameter, GhcSession **session)
{
  GListModel *sessions = G_LIST_MODEL (self->sessions);
  GhcChannel *channel = find_channel (self, parameter);

  *session = self->session;
  for (guint i = 0; channel == NULL && i < g_list_model_get_n_items (sessions); i++)
    {
      g_autoptr (GhcSession) other = g_list_model_get_item (sessions, i);

      channel = ghc_account_lookup_channel (ghc_session_get_account (other),
                                            g_variant_get_string (parameter, NULL));
      *session = other;
    }
  return channel;
}

/* A category is a channel of the guild's list, but no room of the account. */
static GhcChannel *
find_channel_or_category (GhcMainView *self, GVariant *parameter)
{
  if (self->guild == NULL)
    return NULL;
  return ghc_guild_lookup_channel (self->guild, g_variant_get_string (parameter, NULL));
}

static void
on_channel_created (GhcMainView *self, GhcChannel *channel)
{
  if (ghc_channel_get_kind (channel) != GHC_CHANNEL_CATEGORY)
    ghc_main_view_show_channel (self, self->session, channel, TRUE);
}

static void
create_channel (GhcMainView *self, GhcChannelKind kind, GhcChannel *parent)
{
  GhcCreateChannelDialog *dialog;

  if (self->guild == NULL || ghc_main_view_is_busy (self))
    return;

  dialog = ghc_create_channel_dialog_new (self->session, self->guild, kind, parent);
  g_signal_connect_object (dialog, "created", G_CALLBACK (on_channel_created), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, dialog);
}

static void
create_channel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  create_channel (GHC_MAIN_VIEW (widget), GHC_CHANNEL_TEXT, NULL);
}

static void
create_channel_in_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  create_channel (self, GHC_CHANNEL_TEXT, find_channel_or_category (self, parameter));
}

static void
create_category_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  create_channel (GHC_MAIN_VIEW (widget), GHC_CHANNEL_CATEGORY, NULL);
}

static void
on_delete_requested (GhcMainView *self, GhcChannel *channel)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "view.delete-channel", "s",
                              ghc_channel_get_channel_id (channel));
}

static void
channel_settings_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcChannel *channel = find_channel_or_category (self, parameter);
  GhcChannelSettings *dialog;

  if (channel == NULL || ghc_main_view_is_busy (self))
    return;

  dialog = ghc_channel_settings_new (self->session, channel);
  g_signal_connect_object (dialog, "delete-requested", G_CALLBACK (on_delete_requested), self,
                           G_CONNECT_SWAPPED);
  ghc_main_view_present (self, dialog);
}

static void
invite_to_channel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcChannel *channel = find_channel (self, parameter);

  if (channel != NULL && !ghc_main_view_is_busy (self))
    ghc_main_view_present (self, ghc_invite_people_new (self->session, channel));
}

static DexFuture *
on_joined_channel (DexFuture *future, gpointer data)
{
  GhcPending *pending = data;

  ghc_main_view_open_channel (GHC_MAIN_VIEW (pending->view), pending->session,
                              GHC_CHANNEL (pending->object));
  return dex_ref (future);
}

void
ghc_main_view_join_channel (GhcMainView *self, GhcSession *session, GhcChannel *channel)
{
  ghc_toast_watch (GTK_WIDGET (self),
                   dex_future_then (ghc_session_join_channel (session, channel), on_joined_channel,
                                    ghc_pending_new (self, session, channel), ghc_pending_free));
}

static void
join_channel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcSession *session = NULL;
  GhcChannel *channel = find_channel_anywhere (self, parameter, &session);

  if (channel != NULL)
    ghc_main_view_join_channel (self, session, channel);
}

static void
commit_leave_channel (gpointer data)
{
  GhcPending *pending = data;

  ghc_toast_watch (pending->view,
                   ghc_session_leave_channel (pending->session, GHC_CHANNEL (pending->object)));
}

static DexFuture *
on_left_channel (DexFuture *future, gpointer data)
{
  GhcPending *pending = data;
  GhcChannel *channel = GHC_CHANNEL (pending->object);
  g_autofree char *text = g_strdup_printf (_ ("You left “%s”"), ghc_channel_get_name (channel));

  ghc_toast_action (pending->view, text, _ ("_Undo"), "view.join-channel",
                    g_variant_new_string (ghc_channel_get_channel_id (channel)), channel,
                    "can-join");
  return dex_ref (future);
}

static void
leave_channel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcChannel *channel = find_channel (self, parameter);
  g_autofree char *text = NULL;

  if (channel == NULL)
    return;

  /* Back into a public channel leads a click; into a private one only an invitation. */
  if (ghc_channel_get_private (channel))
    {
      text = g_strdup_printf (_ ("Leaving “%s”"), ghc_channel_get_name (channel));
      ghc_toast_undo (widget, text, commit_leave_channel,
                      ghc_pending_new (self, self->session, channel), ghc_pending_free);
      return;
    }

  ghc_toast_watch (widget,
                   dex_future_then (ghc_session_leave_channel (self->session, channel),
                                    on_left_channel, ghc_pending_new (self, self->session, channel),
                                    ghc_pending_free));
}

static void
commit_delete_channel (gpointer data)
{
  GhcPending *pending = data;

  ghc_toast_watch (pending->view,
                   ghc_session_delete_channel (pending->session, GHC_CHANNEL (pending->object)));
}

static void
delete_channel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcChannel *channel = find_channel_or_category (self, parameter);
  g_autofree char *text = NULL;

  if (channel == NULL)
    return;

  /* Translators: %s is a channel's name; the person can still press Undo */
  text = g_strdup_printf (_ ("Deleting “%s”"), ghc_channel_get_name (channel));
  ghc_toast_undo (widget, text, commit_delete_channel,
                  ghc_pending_new (self, self->session, channel), ghc_pending_free);
}

static void
open_channel_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcChannel *channel = find_channel (self, parameter);

  if (channel != NULL)
    ghc_main_view_show_channel (self, self->session, channel, TRUE);
}

/* Where the call is that one is in, or on the way to. */
static void
show_call_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  GhcCall *call = ghc_call_desk_get_call (self->desk);
  GhcChannel *channel = call != NULL ? ghc_call_get_channel (call) : NULL;

  if (channel != NULL && ghc_call_desk_get_session (self->desk) != NULL)
    ghc_main_view_open_channel (self, ghc_call_desk_get_session (self->desk), channel);
}

static void
step_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);
  int step = strstr (action_name, "next") != NULL ? 1 : -1;
  GhcChannel *channel;

  if (self->guild == NULL || ghc_main_view_is_busy (self))
    return;

  channel = ghc_channel_list_next (ghc_guild_get_channels (self->guild), self->channel, step,
                                   g_str_has_suffix (action_name, "unread"));
  if (channel != NULL && channel != self->channel)
    ghc_main_view_show_channel (self, self->session, channel, TRUE);
}

static void
mark_read_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcMainView *self = GHC_MAIN_VIEW (widget);

  if (self->channel != NULL)
    {
      ghc_channel_mark_read (self->channel);
      if (ghc_channel_get_joined (self->channel))
        ghc_timeline_clear_new_line (ghc_channel_get_timeline (self->channel));
    }
}

void
ghc_main_view_install_channel_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *parameter;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "view.create-channel", NULL, create_channel_action },
    { "view.create-channel-in", "s", create_channel_in_action },
    { "view.create-category", NULL, create_category_action },
    { "view.channel-settings", "s", channel_settings_action },
    { "view.invite-to-channel", "s", invite_to_channel_action },
    { "view.join-channel", "s", join_channel_action },
    { "view.leave-channel", "s", leave_channel_action },
    { "view.delete-channel", "s", delete_channel_action },
    { "view.open-channel", "s", open_channel_action },
    { "view.show-call", NULL, show_call_action },
    { "view.next-channel", NULL, step_action },
    { "view.previous-channel", NULL, step_action },
    { "view.next-unread", NULL, step_action },
    { "view.previous-unread", NULL, step_action },
    { "view.mark-read", NULL, mark_read_action },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].parameter,
                                     actions[i].activate);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "view.mark-read", NULL);
}
