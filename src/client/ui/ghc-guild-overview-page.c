/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-overview-page.h"

#include <glib/gi18n.h>

#include "gh-error.h"
#include "gh-limits.h"
#include "ghc-avatar.h"
#include "ghc-delete-guild-page.h"
#include "ghc-field-error.h"
#include "ghc-picture-file.h"
#include "ghc-task-button.h"
#include "ghc-toast.h"

/**
 * GhcGuildOverviewPage:
 *
 * A guild's picture, name and description, and how to leave or delete it.
 */
struct _GhcGuildOverviewPage
{
  AdwPreferencesPage parent_instance;

  GtkWidget *avatar;
  GtkWidget *icon_buttons;
  GhcTaskButton *choose_button;
  GtkWidget *remove_button;
  GtkWidget *progress_box;
  GtkProgressBar *progress;
  GtkLabel *icon_error;
  AdwEntryRow *name_row;
  GhcFieldError *name_error;
  AdwEntryRow *description_row;
  GhcFieldError *description_error;
  GtkWidget *leave_row;
  GtkWidget *delete_row;

  GhcSession *session;
  GhcGuild *guild;
  GhcTransfer *transfer;
};

enum
{
  LEAVE_REQUESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcGuildOverviewPage, ghc_guild_overview_page, ADW_TYPE_PREFERENCES_PAGE)

static void
show_icon_error (GhcGuildOverviewPage *self, const GError *error)
{
  gboolean quiet = error == NULL || error->domain == GTK_DIALOG_ERROR
                   || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  gtk_label_set_label (self->icon_error, quiet ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->icon_error), !quiet);
}

static void
update (GhcGuildOverviewPage *self)
{
  gboolean can_manage = ghc_guild_get_can_manage_guild (self->guild);

  gtk_widget_set_visible (self->icon_buttons, can_manage);
  gtk_widget_set_visible (self->remove_button, ghc_guild_get_icon_id (self->guild) != NULL);
  gtk_editable_set_editable (GTK_EDITABLE (self->name_row), can_manage);
  gtk_editable_set_editable (GTK_EDITABLE (self->description_row), can_manage);
  gtk_widget_set_visible (self->leave_row, !ghc_guild_get_is_owner (self->guild));
  gtk_widget_set_visible (self->delete_row, ghc_guild_get_is_owner (self->guild));
}

/* --- Picture -------------------------------------------------------------------------------- */

static gsize
most_image_bytes (GhcGuildOverviewPage *self)
{
  GhcServerInfo *server = ghc_session_get_server (self->session);

  return server != NULL ? ghc_server_info_get_image_bytes (server) : GH_LIMIT_IMAGE;
}

static void
on_fraction_changed (GhcTransfer *transfer, GParamSpec *pspec, GhcGuildOverviewPage *self)
{
  gtk_progress_bar_set_fraction (self->progress, ghc_transfer_get_fraction (transfer));
}

static DexFuture *
set_icon_fiber (gpointer data)
{
  GhcGuildOverviewPage *self = data;
  g_autoptr (GhcPictureFile) picture = NULL;
  g_autoptr (GhcTransfer) transfer = ghc_transfer_new ();
  g_autoptr (GError) error = NULL;

  show_icon_error (self, NULL);
  picture = dex_await_object (ghc_picture_file_choose (GTK_WIDGET (self), most_image_bytes (self)),
                              &error);
  if (picture == NULL || self->session == NULL)
    {
      if (self->session != NULL)
        show_icon_error (self, error);
      return dex_future_new_false ();
    }

  g_set_object (&self->transfer, transfer);
  g_signal_connect_object (transfer, "notify::fraction", G_CALLBACK (on_fraction_changed), self, 0);
  ghc_task_button_set_busy (self->choose_button, TRUE);
  gtk_widget_set_visible (self->progress_box, TRUE);
  dex_await (ghc_session_set_guild_icon (self->session, self->guild,
                                         ghc_picture_file_get_bytes (picture), transfer),
             &error);
  if (self->session == NULL)
    return dex_future_new_false ();

  g_clear_object (&self->transfer);
  ghc_task_button_set_busy (self->choose_button, FALSE);
  gtk_widget_set_visible (self->progress_box, FALSE);
  show_icon_error (self, error);
  return dex_future_new_true ();
}

static void
on_choose_clicked (GhcGuildOverviewPage *self)
{
  if (!ghc_task_button_get_busy (self->choose_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, set_icon_fiber, g_object_ref (self), g_object_unref));
}

static void
on_stop_clicked (GhcGuildOverviewPage *self)
{
  if (self->transfer != NULL)
    ghc_transfer_cancel (self->transfer);
}

static void
on_remove_clicked (GhcGuildOverviewPage *self)
{
  ghc_toast_watch (GTK_WIDGET (self),
                   ghc_session_set_guild_icon (self->session, self->guild, NULL, NULL));
}

/* --- Words ---------------------------------------------------------------------------------- */

static DexFuture *
apply_name_fiber (gpointer data)
{
  GhcGuildOverviewPage *self = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghc_session_edit_guild (self->session, self->guild,
                                          gtk_editable_get_text (GTK_EDITABLE (self->name_row)),
                                          NULL),
                  &error))
    ghc_field_error_take (self->name_error, error, NULL);
  return dex_future_new_true ();
}

static void
on_name_applied (GhcGuildOverviewPage *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, apply_name_fiber, g_object_ref (self), g_object_unref));
}

static DexFuture *
apply_description_fiber (gpointer data)
{
  GhcGuildOverviewPage *self = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghc_session_edit_guild (self->session, self->guild, NULL,
                                          gtk_editable_get_text (
                                            GTK_EDITABLE (self->description_row))),
                  &error))
    ghc_field_error_take (self->description_error, error, NULL);
  return dex_future_new_true ();
}

static void
on_description_applied (GhcGuildOverviewPage *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, apply_description_fiber, g_object_ref (self), g_object_unref));
}

/* --- Leaving -------------------------------------------------------------------------------- */

static void
on_leave_activated (GhcGuildOverviewPage *self)
{
  g_signal_emit (self, signals[LEAVE_REQUESTED], 0);
}

static void
on_delete_activated (GhcGuildOverviewPage *self)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  if (dialog != NULL)
    adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (dialog),
                                         ghc_delete_guild_page_new (self->session, self->guild));
}

static void
ghc_guild_overview_page_dispose (GObject *object)
{
  GhcGuildOverviewPage *self = GHC_GUILD_OVERVIEW_PAGE (object);

  if (self->transfer != NULL)
    ghc_transfer_cancel (self->transfer);
  g_clear_object (&self->transfer);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_GUILD_OVERVIEW_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_guild_overview_page_parent_class)->dispose (object);
}

static void
ghc_guild_overview_page_class_init (GhcGuildOverviewPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_guild_overview_page_dispose;

  signals[LEAVE_REQUESTED] = g_signal_new ("leave-requested", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-guild-overview-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, icon_buttons);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, choose_button);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, remove_button);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, progress_box);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, progress);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, icon_error);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, description_row);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, description_error);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, leave_row);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildOverviewPage, delete_row);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_remove_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_description_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_leave_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_activated);
}

static void
ghc_guild_overview_page_init (GhcGuildOverviewPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
ghc_guild_overview_page_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildOverviewPage *self;
  const char *description;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_OVERVIEW_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  description = ghc_guild_get_description (guild);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), ghc_guild_get_name (guild));
  gtk_editable_set_text (GTK_EDITABLE (self->description_row),
                         description != NULL ? description : "");
  g_object_set (self->avatar, "session", session, "guild", guild, NULL);
  g_signal_connect_object (guild, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return ADW_PREFERENCES_PAGE (self);
}
