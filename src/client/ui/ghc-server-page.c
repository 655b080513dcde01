/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-server-page.h"

#include <glib/gi18n.h>

#include "gh-error.h"
#include "gh-link.h"
#include "ghc-field-error.h"
#include "ghc-local-server.h"
#include "ghc-refusal.h"
#include "ghc-task-button.h"

/**
 * GhcServerPage:
 *
 * The first page of the first run: which server. The address is looked at while it is typed; a
 * server on this computer is offered, or started where it is installed.
 */
struct _GhcServerPage
{
  AdwNavigationPage parent_instance;

  GtkWidget *greeting;
  GtkWidget *further_label;
  AdwEntryRow *address_row;
  GtkStack *address_state;
  GhcFieldError *address_error;
  AdwActionRow *found_row;
  GhcTaskButton *continue_button;
  GtkWidget *local_group;
  AdwActionRow *local_row;
  GtkStack *local_state;
  GhcFieldError *local_error;

  GhcServerProbe *probe;
  GhcServerInfo *info;  /* of what stands in the entry */
  GhcServerInfo *local; /* on this computer */
  guint generation;
  guint local_generation;
  gboolean is_starting; /* a server on this computer */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcServerPage, ghc_server_page, ADW_TYPE_NAVIGATION_PAGE)

static char *
dup_address (GhcServerPage *self)
{
  char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_row)));

  return g_strstrip (text);
}

/* A fiber keeps the page, but not what is in it. */
static gboolean
is_disposed (GhcServerPage *self)
{
  return self->probe == NULL;
}

static void
choose (GhcServerPage *self, GhcServerInfo *info)
{
  g_autofree char *address = dup_address (self);
  g_autoptr (GhLink) link = info == self->info ? gh_link_parse (address, NULL) : NULL;
  g_autofree char *uri = link != NULL ? gh_link_to_uri (link) : NULL;

  g_signal_emit (self, signals[CHOSEN], 0, info, uri);
}

/* --- The address ---------------------------------------------------------------------------- */

static void
show_found (GhcServerPage *self, GhcServerInfo *info)
{
  g_set_object (&self->info, info);
  gtk_stack_set_visible_child_name (self->address_state, "found");
  gtk_widget_set_visible (GTK_WIDGET (self->address_state), info != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->found_row), info != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->continue_button), info != NULL);
  if (info == NULL)
    return;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->found_row),
                                 ghc_server_info_get_title (info));
  switch (ghc_server_info_get_registration (info))
    {
    case GHC_REGISTRATION_OPEN:
      adw_action_row_set_subtitle (self->found_row, _ ("Open to everyone"));
      break;
    case GHC_REGISTRATION_INVITE:
      adw_action_row_set_subtitle (self->found_row, _ ("New people need an invite"));
      break;
    case GHC_REGISTRATION_CLOSED:
    default:
      adw_action_row_set_subtitle (self->found_row, _ ("Closed to new people"));
      break;
    }
  gtk_accessible_announce (GTK_ACCESSIBLE (self), ghc_server_info_get_title (info),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static DexFuture *
check_fiber (gpointer data)
{
  GhcServerPage *self = data;
  guint generation = self->generation;
  g_autofree char *address = NULL;
  g_autoptr (GhcServerInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  if (is_disposed (self))
    return dex_future_new_false ();
  address = dup_address (self);
  info = dex_await_object (ghc_server_probe_check (self->probe, address), &error);
  if (is_disposed (self) || generation != self->generation)
    return dex_future_new_false ();

  show_found (self, info);
  if (info == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ghc_field_error_complain (self->address_error, error->message);
  return dex_future_new_true ();
}

static void
on_address_changed (GhcServerPage *self)
{
  g_autofree char *address = dup_address (self);
  g_autoptr (GhServerAddress) server = NULL;
  g_autoptr (GhLink) link = NULL;
  g_autoptr (GError) error = NULL;

  self->generation++;
  show_found (self, NULL);
  if (address[0] == '\0')
    return;

  server = gh_server_address_parse (address, &error);
  link = gh_link_parse (address, NULL);
  if (server == NULL && link == NULL)
    {
      error = ghc_refusal_translate (g_steal_pointer (&error));
      ghc_field_error_complain (self->address_error, error->message);
      return;
    }

  gtk_stack_set_visible_child_name (self->address_state, "checking");
  gtk_widget_set_visible (GTK_WIDGET (self->address_state), TRUE);
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, check_fiber, g_object_ref (self), g_object_unref));
}

static DexFuture *
continue_fiber (gpointer data)
{
  GhcServerPage *self = data;
  guint generation = ++self->generation;
  g_autofree char *address = NULL;
  g_autoptr (GhcServerInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  if (is_disposed (self))
    return dex_future_new_false ();
  if (self->info != NULL)
    {
      choose (self, self->info);
      return dex_future_new_true ();
    }

  address = dup_address (self);
  ghc_task_button_set_busy (self->continue_button, TRUE);
  info = dex_await_object (ghc_server_probe_check (self->probe, address), &error);
  if (is_disposed (self))
    return dex_future_new_false ();
  ghc_task_button_set_busy (self->continue_button, FALSE);
  if (generation != self->generation)
    return dex_future_new_false ();

  show_found (self, info);
  if (info == NULL)
    {
      ghc_field_error_take (self->address_error, error, NULL);
      return dex_future_new_false ();
    }
  choose (self, info);
  return dex_future_new_true ();
}

/* Also Enter in the entry, which does not wait until the address has been looked at. */
static void
on_continue_clicked (GhcServerPage *self)
{
  if (!ghc_task_button_get_busy (self->continue_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, continue_fiber, g_object_ref (self), g_object_unref));
}

/* --- This computer -------------------------------------------------------------------------- */

static void
show_local (GhcServerPage *self)
{
  gtk_widget_set_visible (self->local_group,
                          self->local != NULL || ghc_local_server_is_installed ());
  if (self->local != NULL)
    {
      g_autofree char *subtitle = g_strdup_printf ("%s · %s",
                                                   ghc_server_info_get_title (self->local),
                                                   ghc_server_info_get_url (self->local));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->local_row),
                                     _ ("Use the One on This Computer"));
      adw_action_row_set_subtitle (self->local_row, subtitle);
    }
  else
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->local_row),
                                     _ ("Start One on This Computer"));
      adw_action_row_set_subtitle (
        self->local_row,
        _ ("A server of your own. Nobody else can reach it until you open it, and it runs on when "
           "you quit Guildhall."));
    }
}

static DexFuture *
find_local_fiber (gpointer data)
{
  GhcServerPage *self = data;
  guint generation = ++self->local_generation;
  g_autoptr (GhcServerInfo) local = NULL;

  if (is_disposed (self))
    return dex_future_new_false ();
  local = dex_await_object (ghc_server_probe_find_local (self->probe), NULL);
  if (is_disposed (self) || generation != self->local_generation)
    return dex_future_new_false ();

  g_set_object (&self->local, local);
  show_local (self);
  /* Whatever kept one from starting, here is one. */
  if (local != NULL)
    ghc_field_error_set_message (self->local_error, NULL);
  return dex_future_new_true ();
}

static void
find_local (GhcServerPage *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, find_local_fiber, g_object_ref (self), g_object_unref));
}

static void
set_starting (GhcServerPage *self, gboolean is_starting)
{
  self->is_starting = is_starting;
  /* What is being looked for only now, or was meanwhile, is older news. */
  self->local_generation++;
  gtk_stack_set_visible_child_name (self->local_state, is_starting ? "starting" : "ready");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->local_row), GTK_ACCESSIBLE_STATE_BUSY,
                               is_starting, -1);
}

static DexFuture *
start_local_fiber (gpointer data)
{
  GhcServerPage *self = data;
  guint generation = self->generation;
  g_autofree char *url = NULL;
  g_autoptr (GhcServerInfo) local = NULL;
  g_autoptr (GError) error = NULL;

  if (is_disposed (self))
    return dex_future_new_false ();
  ghc_field_error_set_message (self->local_error, NULL);
  set_starting (self, TRUE);
  url = dex_await_string (ghc_local_server_start (), &error);
  if (url != NULL && !is_disposed (self))
    local = dex_await_object (ghc_server_probe_find_local (self->probe), &error);
  if (is_disposed (self))
    return dex_future_new_false ();
  set_starting (self, FALSE);

  if (local == NULL)
    {
      ghc_field_error_set_message (self->local_error, error->message);
      /* There may be one already, which somebody else has started meanwhile. */
      find_local (self);
      return dex_future_new_false ();
    }
  g_set_object (&self->local, local);
  show_local (self);
  /* Whoever went on to somewhere else meanwhile is not called back. */
  if (generation == self->generation && gtk_widget_get_mapped (GTK_WIDGET (self)))
    choose (self, local);
  return dex_future_new_true ();
}

static void
on_local_activated (GhcServerPage *self)
{
  if (self->local != NULL)
    choose (self, self->local);
  else if (!self->is_starting)
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, start_local_fiber, g_object_ref (self), g_object_unref));
}

static void
ghc_server_page_map (GtkWidget *widget)
{
  GhcServerPage *self = GHC_SERVER_PAGE (widget);

  GTK_WIDGET_CLASS (ghc_server_page_parent_class)->map (widget);
  /* The first page of all is shown before there is anything to take the focus. */
  ghc_server_page_focus (self);
  /* Also whenever one comes back: it may have ended, or begun, meanwhile. */
  find_local (self);
}

static void
ghc_server_page_dispose (GObject *object)
{
  GhcServerPage *self = GHC_SERVER_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SERVER_PAGE);
  g_clear_object (&self->probe);
  g_clear_object (&self->info);
  g_clear_object (&self->local);

  G_OBJECT_CLASS (ghc_server_page_parent_class)->dispose (object);
}

static void
ghc_server_page_class_init (GhcServerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_server_page_dispose;
  widget_class->map = ghc_server_page_map;

  /**
   * GhcServerPage::chosen:
   * @info: the server to go on with
   * @link: (nullable): the invitation that was pasted, as a guildhall:// link
   */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_SERVER_INFO, G_TYPE_STRING);

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-server-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, address_row);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, greeting);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, further_label);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, address_state);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, address_error);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, found_row);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, continue_button);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, local_group);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, local_row);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, local_state);
  gtk_widget_class_bind_template_child (widget_class, GhcServerPage, local_error);
  gtk_widget_class_bind_template_callback (widget_class, on_address_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_continue_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_local_activated);
}

static void
ghc_server_page_init (GhcServerPage *self)
{
  self->probe = ghc_server_probe_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_server_page_new:
 * @link: (nullable): what to put into the entry
 * @is_first: there is no account yet, so say what this is
 */
GhcServerPage *
ghc_server_page_new (const char *link, gboolean is_first)
{
  GhcServerPage *self = g_object_new (GHC_TYPE_SERVER_PAGE, NULL);

  gtk_widget_set_visible (self->greeting, is_first);
  gtk_widget_set_visible (self->further_label, !is_first);
  if (link != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->address_row), link);
  return self;
}

/**
 * ghc_server_page_focus:
 *
 * Puts the focus where one begins: at once when it comes, and not when it has come to rest, since
 * somebody may write by then.
 */
void
ghc_server_page_focus (GhcServerPage *self)
{
  g_return_if_fail (GHC_IS_SERVER_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
}
