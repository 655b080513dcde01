/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-window.h"

#include <glib/gi18n.h>

#include "ghc-first-frame.h"
#include "ghc-idle-watch.h"
#include "ghc-main-view.h"
#include "ghc-preferences.h"
#include "ghc-shortcuts.h"
#include "ghc-talk-key.h"
#include "ghc-toast.h"
#include "ghc-welcome.h"

/**
 * GhcWindow:
 *
 * The window: the first run's pages until there is an account, then the guilds. Remembers its size.
 */
struct _GhcWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwBin *bin;

  GhcWelcome *welcome; /* borrowed, as long as it is shown */
  GhcMainView *main_view;

  GhcSessions *sessions;
  GSettings *settings;
  GhcCallDesk *desk;
  GhcIdleWatch *idle_watch;
  GhcTalkKey *talk_key;
  char *link; /* an invitation that came before the accounts were read */
};

typedef enum
{
  PROP_SESSIONS = 1,
  PROP_SETTINGS,
  PROP_DESK,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcWindow, ghc_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- What the window shows ------------------------------------------------------------------ */

static void
show_main_view (GhcWindow *self)
{
  if (self->main_view != NULL)
    return;

  self->welcome = NULL;
  self->main_view = GHC_MAIN_VIEW (ghc_main_view_new (self->sessions, self->settings, self->desk));
  adw_bin_set_child (self->bin, GTK_WIDGET (self->main_view));
  if (self->link != NULL)
    ghc_main_view_join (self->main_view, self->link);
  g_clear_pointer (&self->link, g_free);
}

static void
go_to (GhcWindow *self, GhcSession *session, GhcGuild *guild)
{
  show_main_view (self);
  if (guild != NULL)
    ghc_main_view_open_guild (self->main_view, session, guild);
  else
    ghc_main_view_open_account (self->main_view, session);
}

static void
on_welcome_finished (GhcWindow *self, GhcSession *session, GhcGuild *guild)
{
  go_to (self, session, guild);
}

static void
show_welcome (GhcWindow *self)
{
  if (self->welcome != NULL)
    return;

  self->main_view = NULL;
  self->welcome = ghc_welcome_new (self->sessions, self->link);
  g_clear_pointer (&self->link, g_free);
  g_signal_connect_object (self->welcome, "finished", G_CALLBACK (on_welcome_finished), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (self->bin, GTK_WIDGET (self->welcome));
}

/* The last account may have been signed out, or the list just been read. While somebody is on the
 * way through the first pages these stay, although the account is there already. */
static void
on_sessions_changed (GhcWindow *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->sessions)) > 0;

  if (!ghc_sessions_get_loaded (self->sessions))
    return;
  if (!any)
    show_welcome (self);
  else if (self->welcome == NULL)
    show_main_view (self);
}

static void
on_sessions_warning (GhcWindow *self, const char *sentence)
{
  ghc_toast_show (GTK_WIDGET (self->bin), sentence);
}

/* --- Actions -------------------------------------------------------------------------------- */

static void
preferences_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  GhcWindow *self = GHC_WINDOW (widget);
  GhcPreferences *dialog;

  if (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) != NULL)
    return;

  dialog = ghc_preferences_new (self->settings, self->desk, self->talk_key);
  if (g_str_equal (action_name, "win.voice-preferences"))
    ghc_preferences_show_voice (dialog);
  adw_dialog_present (ADW_DIALOG (dialog), widget);
}

static void
shortcuts_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  if (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (widget)) == NULL)
    adw_dialog_present (ADW_DIALOG (ghc_shortcuts_new ()), widget);
}

static void
on_account_added (GhcWindow *self, GhcSession *session, GhcGuild *guild, GhcWelcome *welcome)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (welcome), ADW_TYPE_DIALOG);

  if (dialog != NULL)
    adw_dialog_force_close (ADW_DIALOG (dialog));
  go_to (self, session, guild);
}

static void
add_account (GhcWindow *self, const char *link)
{
  GhcWelcome *welcome;
  AdwDialog *dialog;

  if (self->main_view == NULL
      || adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) != NULL)
    return;

  welcome = ghc_welcome_new (self->sessions, link);
  g_signal_connect_object (welcome, "finished", G_CALLBACK (on_account_added), self,
                           G_CONNECT_SWAPPED);
  dialog = adw_dialog_new ();
  adw_dialog_set_title (dialog, _ ("Add an Account"));
  adw_dialog_set_content_width (dialog, 500);
  adw_dialog_set_content_height (dialog, 560);
  adw_dialog_set_child (dialog, GTK_WIDGET (welcome));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
add_account_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  add_account (GHC_WINDOW (widget),
               parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL);
}

/* --- Size ----------------------------------------------------------------------------------- */

static void
restore_size (GhcWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
ghc_window_close_request (GtkWindow *window)
{
  GhcWindow *self = GHC_WINDOW (window);
  int width;
  int height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_int (self->settings, "window-width", MAX (width, 360));
  g_settings_set_int (self->settings, "window-height", MAX (height, 294));
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));

  /* What still waited for an Undo is done now. */
  adw_toast_overlay_dismiss_all (self->toasts);

  return GTK_WINDOW_CLASS (ghc_window_parent_class)->close_request (window);
}

static void
ghc_window_constructed (GObject *object)
{
  GhcWindow *self = GHC_WINDOW (object);

  G_OBJECT_CLASS (ghc_window_parent_class)->constructed (object);

  restore_size (self);
  ghc_first_frame_report (GTK_WIDGET (self));
  self->idle_watch = ghc_idle_watch_new (GTK_WINDOW (self), G_LIST_MODEL (self->sessions));
  self->talk_key = ghc_talk_key_new (GTK_WINDOW (self), self->desk);
  g_signal_connect_object (self->sessions, "notify::loaded", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sessions, "items-changed", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sessions, "warning", G_CALLBACK (on_sessions_warning), self,
                           G_CONNECT_SWAPPED);
  on_sessions_changed (self);
}

static void
ghc_window_dispose (GObject *object)
{
  GhcWindow *self = GHC_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_WINDOW);
  g_clear_object (&self->idle_watch);
  g_clear_object (&self->talk_key);
  g_clear_object (&self->sessions);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->link, g_free);

  G_OBJECT_CLASS (ghc_window_parent_class)->dispose (object);
}

static void
ghc_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcWindow *self = GHC_WINDOW (object);

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
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_window_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcWindow *self = GHC_WINDOW (object);

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
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_window_class_init (GhcWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->constructed = ghc_window_constructed;
  object_class->dispose = ghc_window_dispose;
  object_class->get_property = ghc_window_get_property;
  object_class->set_property = ghc_window_set_property;
  window_class->close_request = ghc_window_close_request;

  properties[PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, GHC_TYPE_SESSIONS,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                     | G_PARAM_STATIC_STRINGS);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                     | G_PARAM_STATIC_STRINGS);
  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                 | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-window.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, GhcWindow, bin);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.voice-preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.shortcuts", NULL, shortcuts_action);
  gtk_widget_class_install_action (widget_class, "win.add-account", NULL, add_account_action);
  gtk_widget_class_install_action (widget_class, "win.add-account-for", "s", add_account_action);
}

static void
ghc_window_init (GhcWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GhcWindow *
ghc_window_new (GtkApplication *application, GhcSessions *sessions, GSettings *settings,
                GhcCallDesk *desk)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);
  g_return_val_if_fail (GHC_IS_SESSIONS (sessions), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GHC_IS_CALL_DESK (desk), NULL);

  return g_object_new (GHC_TYPE_WINDOW, "application", application, "sessions", sessions,
                       "settings", settings, "desk", desk, NULL);
}

/**
 * ghc_window_open_link:
 * @link: an invite link, as it came from outside; hostile until parsed
 *
 * Shows what the invitation leads to.
 */
void
ghc_window_open_link (GhcWindow *self, const char *link)
{
  g_return_if_fail (GHC_IS_WINDOW (self));
  g_return_if_fail (link != NULL);

  if (self->main_view != NULL)
    ghc_main_view_join (self->main_view, link);
  else if (self->welcome != NULL)
    ghc_welcome_set_link (self->welcome, link);
  else
    g_set_str (&self->link, link);
}
