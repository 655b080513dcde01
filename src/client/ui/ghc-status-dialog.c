/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-status-dialog.h"

#include "ghc-dialog.h"
#include "ghc-status-group.h"
#include "ghc-task-button.h"

/**
 * GhcStatusDialog:
 *
 * Asks what others are to read under one's name for now.
 */
struct _GhcStatusDialog
{
  AdwDialog parent_instance;

  GhcStatusGroup *status_group;
  GhcTaskButton *save_button;

  GhcSession *session;
};

G_DEFINE_FINAL_TYPE (GhcStatusDialog, ghc_status_dialog, ADW_TYPE_DIALOG)

static DexFuture *
save_fiber (gpointer data)
{
  GhcStatusDialog *self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_saved;

  ghc_task_button_set_busy (self->save_button, TRUE);
  is_saved = dex_await (ghc_status_group_save (self->status_group, self->session), &error);
  /* The dialog may have been closed meanwhile. */
  if (self->session == NULL)
    return dex_future_new_for_boolean (is_saved);
  ghc_task_button_set_busy (self->save_button, FALSE);

  if (is_saved)
    adw_dialog_close (ADW_DIALOG (self));
  else
    ghc_status_group_take_error (self->status_group, error, NULL);
  return dex_future_new_for_boolean (is_saved);
}

static void
on_save_clicked (GhcStatusDialog *self)
{
  if (!ghc_task_button_get_busy (self->save_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, save_fiber, g_object_ref (self), g_object_unref));
}

static void
ghc_status_dialog_dispose (GObject *object)
{
  GhcStatusDialog *self = GHC_STATUS_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_STATUS_DIALOG);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_status_dialog_parent_class)->dispose (object);
}

static void
ghc_status_dialog_class_init (GhcStatusDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_status_dialog_dispose;

  g_type_ensure (GHC_TYPE_STATUS_GROUP);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-status-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcStatusDialog, status_group);
  gtk_widget_class_bind_template_child (widget_class, GhcStatusDialog, save_button);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
}

static void
ghc_status_dialog_init (GhcStatusDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_status_dialog_new:
 *
 * Returns: (transfer none): sets, changes or takes away the status of the session's person
 */
AdwDialog *
ghc_status_dialog_new (GhcSession *session)
{
  GhcStatusDialog *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_STATUS_DIALOG, NULL);
  self->session = g_object_ref (session);
  ghc_status_group_set_user (self->status_group,
                             ghc_account_get_user (ghc_session_get_account (session)));
  adw_dialog_set_focus (ADW_DIALOG (self), ghc_status_group_get_entry (self->status_group));
  ghc_dialog_keep_focus (ADW_DIALOG (self));
  return ADW_DIALOG (self);
}
