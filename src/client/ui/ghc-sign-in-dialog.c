/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sign-in-dialog.h"

#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-task-button.h"

/**
 * GhcSignInDialog:
 *
 * Asks for the password of an account that the server has signed out.
 */
struct _GhcSignInDialog
{
  AdwDialog parent_instance;

  AdwActionRow *account_row;
  GtkEditable *password_row;
  GhcFieldError *password_error;
  GhcTaskButton *sign_in_button;

  GhcSession *session;
};

G_DEFINE_FINAL_TYPE (GhcSignInDialog, ghc_sign_in_dialog, ADW_TYPE_DIALOG)

static DexFuture *
sign_in_fiber (gpointer data)
{
  GhcSignInDialog *self = data;
  g_autoptr (GError) error = NULL;
  gboolean signed_in;

  ghc_task_button_set_busy (self->sign_in_button, TRUE);
  signed_in = dex_await (ghc_session_sign_in_again (self->session,
                                                    gtk_editable_get_text (self->password_row)),
                         &error);
  ghc_task_button_set_busy (self->sign_in_button, FALSE);

  if (signed_in)
    adw_dialog_close (ADW_DIALOG (self));
  else
    ghc_field_error_take (self->password_error, error, NULL);
  return dex_future_new_for_boolean (signed_in);
}

static void
on_sign_in_clicked (GhcSignInDialog *self)
{
  if (!ghc_task_button_get_busy (self->sign_in_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, sign_in_fiber, g_object_ref (self), g_object_unref));
}

static void
ghc_sign_in_dialog_dispose (GObject *object)
{
  GhcSignInDialog *self = GHC_SIGN_IN_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SIGN_IN_DIALOG);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_sign_in_dialog_parent_class)->dispose (object);
}

static void
ghc_sign_in_dialog_class_init (GhcSignInDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_sign_in_dialog_dispose;

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-sign-in-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcSignInDialog, account_row);
  gtk_widget_class_bind_template_child (widget_class, GhcSignInDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, GhcSignInDialog, password_error);
  gtk_widget_class_bind_template_child (widget_class, GhcSignInDialog, sign_in_button);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_in_clicked);
}

static void
ghc_sign_in_dialog_init (GhcSignInDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

GhcSignInDialog *
ghc_sign_in_dialog_new (GhcSession *session)
{
  GhcSignInDialog *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_SIGN_IN_DIALOG, NULL);
  self->session = g_object_ref (session);
  adw_action_row_set_subtitle (self->account_row,
                               ghc_account_get_user_id (ghc_session_get_account (session)));
  return self;
}
