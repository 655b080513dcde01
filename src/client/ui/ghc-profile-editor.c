/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-profile-editor.h"

#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-picture-editor.h"
#include "ghc-status-group.h"
#include "ghc-task-button.h"
#include "ghc-toast.h"

#include <glib/gi18n.h>

struct _GhcProfileEditor
{
  AdwDialog         parent_instance;
  GhcSession       *session;

  GhcPictureEditor *banner_editor;
  GhcPictureEditor *picture_editor;
  AdwEntryRow      *name_row;
  GhcFieldError    *name_error;
  AdwEntryRow      *bio_row;
  GhcFieldError    *bio_error;
  GhcStatusGroup   *status_group;
  GhcTaskButton    *save_button;
};

G_DEFINE_FINAL_TYPE (GhcProfileEditor, ghc_profile_editor, ADW_TYPE_DIALOG)

static GhcUser *
get_user (GhcProfileEditor *self)
{
  return ghc_account_get_user (ghc_session_get_account (self->session));
}

static void
set_busy (GhcProfileEditor *self,
          gboolean          is_busy)
{
  ghc_task_button_set_busy (self->save_button, is_busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.save", !is_busy);
  ghc_picture_editor_set_busy (self->banner_editor, is_busy);
  ghc_picture_editor_set_busy (self->picture_editor, is_busy);
}

static DexFuture *
save_fiber (gpointer data)
{
  GhcProfileEditor *self = data;
  g_autoptr (GError) error = NULL;
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  const char *bio = gtk_editable_get_text (GTK_EDITABLE (self->bio_row));
  GhcUser *user = get_user (self);
  gboolean is_changed = !g_str_equal (name, ghc_user_get_display_name (user))
                        || g_strcmp0 (bio, ghc_user_get_bio (user) != NULL ? ghc_user_get_bio (user) : "") != 0;
  GhcPictureEditor *sending = self->picture_editor;
  gboolean is_done;

  ghc_field_error_set_message (self->name_error, NULL);
  ghc_field_error_set_message (self->bio_error, NULL);

  is_done = !is_changed || dex_await (ghc_session_set_profile (self->session, name, bio), &error);
  if (is_done)
    is_done = dex_await (ghc_status_group_save (self->status_group, self->session), &error);
  if (is_done)
    is_done = dex_await (ghc_picture_editor_send (sending), &error);
  if (is_done)
    {
      sending = self->banner_editor;
      is_done = dex_await (ghc_picture_editor_send (sending), &error);
    }
  set_busy (self, FALSE);

  if (is_done)
    adw_dialog_force_close (ADW_DIALOG (self));
  else if (!ghc_picture_editor_take_error (sending, error)
           && !ghc_field_error_take (self->name_error, error, "display_name")
           && !ghc_field_error_take (self->bio_error, error, "bio")
           && !ghc_status_group_take_error (self->status_group, error, "status"))
    ghc_toast_error (GTK_WIDGET (self), error);

  return dex_future_new_true ();
}

static void
save_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GhcProfileEditor *self = GHC_PROFILE_EDITOR (widget);

  set_busy (self, TRUE);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, save_fiber, g_object_ref (self), g_object_unref));
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  GhcProfileEditor *self = GHC_PROFILE_EDITOR (widget);

  /* While a picture is on its way, Cancel stops that and leaves what was typed. */
  if (!ghc_picture_editor_cancel (self->picture_editor) && !ghc_picture_editor_cancel (self->banner_editor))
    adw_dialog_close (ADW_DIALOG (self));
}

static void
ghc_profile_editor_dispose (GObject *object)
{
  GhcProfileEditor *self = GHC_PROFILE_EDITOR (object);

  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PROFILE_EDITOR);

  G_OBJECT_CLASS (ghc_profile_editor_parent_class)->dispose (object);
}

static void
ghc_profile_editor_class_init (GhcProfileEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_profile_editor_dispose;

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_PICTURE_EDITOR);
  g_type_ensure (GHC_TYPE_STATUS_GROUP);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-profile-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, banner_editor);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, picture_editor);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, bio_row);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, bio_error);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, status_group);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, save_button);

  gtk_widget_class_install_action (widget_class, "editor.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "editor.cancel", NULL, cancel_action);
}

static void
ghc_profile_editor_init (GhcProfileEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

/**
 * ghc_profile_editor_new:
 *
 * Edits the name, the words, the status and the pictures by which others know the session's person.
 */
AdwDialog *
ghc_profile_editor_new (GhcSession *session)
{
  GhcProfileEditor *self;
  GhcUser *user;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_PROFILE_EDITOR, NULL);
  self->session = g_object_ref (session);
  user = get_user (self);
  ghc_picture_editor_set_session (self->banner_editor, session);
  ghc_picture_editor_set_session (self->picture_editor, session);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), ghc_user_get_display_name (user));
  gtk_editable_set_text (GTK_EDITABLE (self->bio_row), ghc_user_get_bio (user) != NULL ? ghc_user_get_bio (user) : "");
  ghc_status_group_set_user (self->status_group, user);
  return ADW_DIALOG (self);
}
