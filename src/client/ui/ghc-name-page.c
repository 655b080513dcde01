/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-name-page.h"

#include <glib/gi18n.h>

#include "gh-limits.h"
#include "ghc-avatar.h"
#include "ghc-field-error.h"
#include "ghc-picture-file.h"
#include "ghc-task-button.h"

/**
 * GhcNamePage:
 *
 * The last page of the first run: the name and picture that others see. It can be skipped; the
 * profile editor does the same later.
 */
struct _GhcNamePage
{
  AdwNavigationPage parent_instance;

  GtkWidget *avatar;
  GhcTaskButton *picture_button;
  GtkProgressBar *progress;
  GtkLabel *picture_error;
  AdwEntryRow *name_row;
  GhcFieldError *name_error;
  GhcTaskButton *continue_button;

  GhcSession *session;
};

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcNamePage, ghc_name_page, ADW_TYPE_NAVIGATION_PAGE)

static void
show_picture_error (GhcNamePage *self, const GError *error)
{
  gboolean quiet = error == NULL || error->domain == GTK_DIALOG_ERROR
                   || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  gtk_label_set_label (self->picture_error, quiet ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->picture_error), !quiet);
}

static void
on_fraction_changed (GhcTransfer *transfer, GParamSpec *pspec, GhcNamePage *self)
{
  gtk_progress_bar_set_fraction (self->progress, ghc_transfer_get_fraction (transfer));
}

static DexFuture *
picture_fiber (gpointer data)
{
  GhcNamePage *self = data;
  GhcServerInfo *server = ghc_session_get_server (self->session);
  gsize most = server != NULL ? ghc_server_info_get_image_bytes (server) : GH_LIMIT_IMAGE;
  g_autoptr (GhcPictureFile) picture = NULL;
  g_autoptr (GhcTransfer) transfer = ghc_transfer_new ();
  g_autoptr (GError) error = NULL;

  show_picture_error (self, NULL);
  picture = dex_await_object (ghc_picture_file_choose (GTK_WIDGET (self), most), &error);
  if (self->session == NULL)
    return dex_future_new_false ();

  if (picture != NULL)
    {
      g_signal_connect_object (transfer, "notify::fraction", G_CALLBACK (on_fraction_changed), self,
                               0);
      ghc_task_button_set_busy (self->picture_button, TRUE);
      gtk_widget_set_visible (GTK_WIDGET (self->progress), TRUE);
      dex_await (ghc_session_set_profile_picture (self->session, GHC_PROFILE_IMAGE,
                                                  ghc_picture_file_get_bytes (picture), 0, 0, 0,
                                                  transfer),
                 &error);
      if (self->session == NULL)
        return dex_future_new_false ();
      ghc_task_button_set_busy (self->picture_button, FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->progress), FALSE);
    }
  show_picture_error (self, error);
  return dex_future_new_true ();
}

static void
on_picture_clicked (GhcNamePage *self)
{
  if (!ghc_task_button_get_busy (self->picture_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, picture_fiber, g_object_ref (self), g_object_unref));
}

static DexFuture *
continue_fiber (gpointer data)
{
  GhcNamePage *self = data;
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  GhcUser *user = ghc_account_get_user (ghc_session_get_account (self->session));
  g_autoptr (GError) error = NULL;

  g_strstrip (name);
  if (name[0] != '\0' && g_strcmp0 (name, ghc_user_get_display_name (user)) != 0)
    {
      ghc_task_button_set_busy (self->continue_button, TRUE);
      dex_await (ghc_session_set_profile (self->session, name, NULL), &error);
      if (self->session == NULL)
        return dex_future_new_false ();
      ghc_task_button_set_busy (self->continue_button, FALSE);
    }

  if (error != NULL)
    ghc_field_error_take (self->name_error, error, NULL);
  else
    g_signal_emit (self, signals[DONE], 0);
  return dex_future_new_true ();
}

static void
on_continue_clicked (GhcNamePage *self)
{
  if (!ghc_task_button_get_busy (self->continue_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, continue_fiber, g_object_ref (self), g_object_unref));
}

static void
on_skip_clicked (GhcNamePage *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static void
ghc_name_page_dispose (GObject *object)
{
  GhcNamePage *self = GHC_NAME_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_NAME_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_name_page_parent_class)->dispose (object);
}

static void
ghc_name_page_class_init (GhcNamePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_name_page_dispose;

  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-name-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, picture_button);
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, progress);
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, picture_error);
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcNamePage, continue_button);
  gtk_widget_class_bind_template_callback (widget_class, on_picture_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_continue_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_skip_clicked);
}

static void
ghc_name_page_init (GhcNamePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GhcNamePage *
ghc_name_page_new (GhcSession *session)
{
  GhcNamePage *self;
  GhcUser *user;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_NAME_PAGE, NULL);
  self->session = g_object_ref (session);
  user = ghc_account_get_user (ghc_session_get_account (session));
  g_object_set (self->avatar, "session", session, "user", user, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), ghc_user_get_display_name (user));
  return self;
}

/**
 * ghc_name_page_focus:
 *
 * Puts the focus where one begins: at once when it comes, and not when it has come to rest, since
 * somebody may write by then.
 */
void
ghc_name_page_focus (GhcNamePage *self)
{
  g_return_if_fail (GHC_IS_NAME_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}
