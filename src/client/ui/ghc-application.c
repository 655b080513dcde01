/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-application.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "ghc-call-desk.h"
#include "ghc-call-sounds.h"
#include "ghc-sessions.h"
#include "ghc-window.h"

#define SETTINGS_PATH "/org/guildhall/Guildhall/"

/* What is left to write must not keep a window that has closed alive for ever. */
#define CLOSE_TIMEOUT_MS 5000

/**
 * GhcApplication:
 *
 * The application: one window, one set of accounts. `--new-instance` runs beside one that is there,
 * `--profile NAME` with accounts, cache and settings of its own.
 */
struct _GhcApplication
{
  AdwApplication parent_instance;

  GhcSessions *sessions;
  GSettings *settings;
  GhcCallDesk *desk;
  GhcCallSounds *sounds;
  char *profile;
};

G_DEFINE_FINAL_TYPE (GhcApplication, ghc_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "new-instance", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Run beside an instance that is already running"),
    NULL },
  { "profile", 0, 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Use accounts and settings of their own, kept under NAME"), N_ ("NAME") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
  { NULL },
};

static gboolean
is_profile_name (const char *name)
{
  if (name[0] == '\0' || strlen (name) > 64)
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c) && *c != '-' && *c != '_')
        return FALSE;
    }
  return TRUE;
}

static int
ghc_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  GhcApplication *self = GHC_APPLICATION (application);
  gboolean version = FALSE;
  gboolean new_instance = FALSE;

  if (g_variant_dict_lookup (given, "version", "b", &version) && version)
    {
      printf ("Guildhall " GUILDHALL_VERSION "\n");
      return 0;
    }

  g_variant_dict_lookup (given, "profile", "s", &self->profile);
  if (self->profile != NULL && !is_profile_name (self->profile))
    {
      fprintf (stderr, "%s\n",
               _ ("The name of a profile has letters, digits, “-” and “_”, at most 64 of them."));
      return 64;
    }

  /* Another profile is another set of accounts: the one that is running cannot show them. */
  g_variant_dict_lookup (given, "new-instance", "b", &new_instance);
  if (new_instance || self->profile != NULL)
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

/* --- Actions -------------------------------------------------------------------------------- */

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  adw_show_about_dialog (
    GTK_WIDGET (window), "application-name", _ ("Guildhall"), "application-icon",
    GUILDHALL_APPLICATION_ID, "version", GUILDHALL_VERSION, "developer-name",
    _ ("The Guildhall contributors"), "comments",
    _ ("A home for your community: channels to write and talk in, on a server of your own."),
    "copyright", "© 2026 The Guildhall contributors", "license-type", GTK_LICENSE_GPL_3_0,
    /* Translators: your names, one a line */
    "translator-credits", _ ("translator-credits"), NULL);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (user_data)));

  /* Through their own way out, so that sizes and drafts are kept. */
  for (GList *window = windows; window != NULL; window = window->next)
    gtk_window_close (window->data);
  g_list_free (windows);
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = about_action },
  { .name = "quit", .activate = quit_action },
};

/* --- Settings ------------------------------------------------------------------------------- */

static void
update_color_scheme (GhcApplication *self)
{
  AdwStyleManager *style = adw_application_get_style_manager (ADW_APPLICATION (self));
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  if (g_str_equal (scheme, "light"))
    adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_LIGHT);
  else if (g_str_equal (scheme, "dark"))
    adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  else
    adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_DEFAULT);
}

static GSettings *
open_settings (GhcApplication *self)
{
  g_autofree char *path = NULL;

  if (self->profile == NULL)
    return g_settings_new_with_path (GUILDHALL_APPLICATION_ID, SETTINGS_PATH);

  path = g_strdup_printf (SETTINGS_PATH "profiles/%s/", self->profile);
  return g_settings_new_with_path (GUILDHALL_APPLICATION_ID, path);
}

/* --- Life ----------------------------------------------------------------------------------- */

static DexFuture *
on_load_failed (DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  g_critical ("The accounts cannot be read: %s", error->message);
  return dex_future_new_true ();
}

static void
ghc_application_startup (GApplication *application)
{
  GhcApplication *self = GHC_APPLICATION (application);
  GtkApplication *gtk_application = GTK_APPLICATION (application);

  G_APPLICATION_CLASS (ghc_application_parent_class)->startup (application);

  self->settings = open_settings (self);
  g_signal_connect_object (self->settings, "changed::color-scheme",
                           G_CALLBACK (update_color_scheme), self, G_CONNECT_SWAPPED);
  update_color_scheme (self);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (gtk_application, "app.quit",
                                         (const char *[]) { "<Control>q", NULL });
  gtk_application_set_accels_for_action (gtk_application, "window.close",
                                         (const char *[]) { "<Control>w", NULL });
  gtk_application_set_accels_for_action (gtk_application, "win.preferences",
                                         (const char *[]) { "<Control>comma", NULL });
  gtk_application_set_accels_for_action (gtk_application, "win.shortcuts",
                                         (const char *[]) { "<Control>question", NULL });

  self->sessions = ghc_sessions_new (NULL, self->profile);
  self->desk = ghc_call_desk_new (G_LIST_MODEL (self->sessions), self->settings, ghc_voice_new);
  self->sounds = ghc_call_sounds_new (self->desk);
  dex_future_disown (
    dex_future_catch (ghc_sessions_load (self->sessions), on_load_failed, NULL, NULL));
}

static GhcWindow *
ensure_window (GhcApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  for (GList *each = gtk_application_get_windows (GTK_APPLICATION (self));
       each != NULL && !GHC_IS_WINDOW (window); each = each->next)
    window = each->data;
  if (!GHC_IS_WINDOW (window))
    window = GTK_WINDOW (ghc_window_new (GTK_APPLICATION (self), self->sessions, self->settings,
                                         self->desk));
  return GHC_WINDOW (window);
}

static void
ghc_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (ensure_window (GHC_APPLICATION (application))));
}

static void
ghc_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GhcWindow *window = ensure_window (GHC_APPLICATION (application));

  /* Several invitations at once would only cover each other. */
  if (n_files > 0)
    {
      g_autofree char *link = g_file_get_uri (files[0]);

      ghc_window_open_link (window, link);
    }
  gtk_window_present (GTK_WINDOW (window));
}

static DexFuture *
on_sessions_closed (DexFuture *future, gpointer user_data)
{
  g_application_release (G_APPLICATION (user_data));
  return dex_ref (future);
}

static void
ghc_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  GhcApplication *self = GHC_APPLICATION (application);

  GTK_APPLICATION_CLASS (ghc_application_parent_class)->window_removed (application, window);
  if (gtk_application_get_windows (application) != NULL)
    return;

  g_application_hold (G_APPLICATION (self));
  dex_future_disown (
    dex_future_finally (dex_future_first (ghc_sessions_close (self->sessions),
                                          dex_timeout_new_msec (CLOSE_TIMEOUT_MS), NULL),
                        on_sessions_closed, g_object_ref (self), g_object_unref));
}

static void
ghc_application_dispose (GObject *object)
{
  GhcApplication *self = GHC_APPLICATION (object);

  g_clear_object (&self->sounds);
  g_clear_object (&self->desk);
  g_clear_object (&self->sessions);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->profile, g_free);

  G_OBJECT_CLASS (ghc_application_parent_class)->dispose (object);
}

static void
ghc_application_class_init (GhcApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_application_dispose;
  application_class->handle_local_options = ghc_application_handle_local_options;
  application_class->startup = ghc_application_startup;
  application_class->activate = ghc_application_activate;
  application_class->open = ghc_application_open;
  GTK_APPLICATION_CLASS (klass)->window_removed = ghc_application_window_removed;
}

static void
ghc_application_init (GhcApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[INVITE-LINK]"));
}

GhcApplication *
ghc_application_new (void)
{
  return g_object_new (GHC_TYPE_APPLICATION, "application-id", GUILDHALL_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, NULL);
}
