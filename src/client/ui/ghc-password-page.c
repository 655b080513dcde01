/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-password-page.h"

#include <glib/gi18n.h>

#include "ghc-field-error.h"
#include "ghc-task-button.h"
#include "ghc-toast.h"

/**
 * GhcPasswordPage:
 *
 * Changes the password of an account; a page of #GhcAccountDialog.
 */
struct _GhcPasswordPage
{
  AdwNavigationPage parent_instance;

  GtkEditable *old_row;
  GhcFieldError *old_error;
  GtkEditable *new_row;
  GhcFieldError *new_error;
  GhcTaskButton *change_button;

  GhcSession *session;
};

G_DEFINE_FINAL_TYPE (GhcPasswordPage, ghc_password_page, ADW_TYPE_NAVIGATION_PAGE)

static DexFuture *
change_fiber (gpointer data)
{
  GhcPasswordPage *self = data;
  g_autoptr (GError) error = NULL;
  GtkWidget *dialog;

  ghc_task_button_set_busy (self->change_button, TRUE);
  dex_await (ghc_session_set_password (self->session, gtk_editable_get_text (self->old_row),
                                       gtk_editable_get_text (self->new_row)),
             &error);
  ghc_task_button_set_busy (self->change_button, FALSE);

  if (error != NULL)
    {
      if (!ghc_field_error_take (self->old_error, error, "password"))
        ghc_field_error_take (self->new_error, error, NULL);
      return dex_future_new_false ();
    }

  dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);
  if (dialog != NULL)
    {
      ghc_toast_show (dialog, _ ("Your password has been changed"));
      adw_preferences_dialog_pop_subpage (ADW_PREFERENCES_DIALOG (dialog));
    }
  return dex_future_new_true ();
}

static gboolean
is_complete (GhcPasswordPage *self)
{
  return gtk_editable_get_text (self->old_row)[0] != '\0'
         && gtk_editable_get_text (self->new_row)[0] != '\0';
}

static void
on_change_clicked (GhcPasswordPage *self)
{
  if (is_complete (self) && !ghc_task_button_get_busy (self->change_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, change_fiber, g_object_ref (self), g_object_unref));
}

static void
on_changed (GhcPasswordPage *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->change_button), is_complete (self));
}

static void
ghc_password_page_dispose (GObject *object)
{
  GhcPasswordPage *self = GHC_PASSWORD_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PASSWORD_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_password_page_parent_class)->dispose (object);
}

static void
ghc_password_page_class_init (GhcPasswordPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_password_page_dispose;

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-password-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcPasswordPage, old_row);
  gtk_widget_class_bind_template_child (widget_class, GhcPasswordPage, old_error);
  gtk_widget_class_bind_template_child (widget_class, GhcPasswordPage, new_row);
  gtk_widget_class_bind_template_child (widget_class, GhcPasswordPage, new_error);
  gtk_widget_class_bind_template_child (widget_class, GhcPasswordPage, change_button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_change_clicked);
}

static void
ghc_password_page_init (GhcPasswordPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
ghc_password_page_new (GhcSession *session)
{
  GhcPasswordPage *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_PASSWORD_PAGE, NULL);
  self->session = g_object_ref (session);
  return ADW_NAVIGATION_PAGE (self);
}
