/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-profile-editor.h"

#include "ghc-avatar.h"
#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-image-cropper.h"
#include "ghc-picture-file.h"
#include "ghc-status-group.h"
#include "ghc-task-button.h"
#include "ghc-toast.h"

#include <gh-error.h>

#include <glib/gi18n.h>

/* What a server that has not said otherwise takes. */
#define DEFAULT_IMAGE_BYTES (5 * 1024 * 1024)

struct _GhcProfileEditor
{
  AdwDialog        parent_instance;
  GhcSession      *session;
  GhcPictureFile  *picture;
  GhcTransfer     *transfer;
  gboolean         is_removing;

  GtkStack        *picture_stack;
  GhcAvatar       *avatar;
  GhcImageCropper *cropper;
  GtkLabel        *picture_error;
  GtkProgressBar  *progress;
  AdwEntryRow     *name_row;
  GhcFieldError   *name_error;
  AdwEntryRow     *bio_row;
  GhcFieldError   *bio_error;
  GhcStatusGroup  *status_group;
  GhcTaskButton   *save_button;
};

G_DEFINE_FINAL_TYPE (GhcProfileEditor, ghc_profile_editor, ADW_TYPE_DIALOG)

static GhcUser *
get_user (GhcProfileEditor *self)
{
  return ghc_account_get_user (ghc_session_get_account (self->session));
}

static void
set_picture_error (GhcProfileEditor *self,
                   const char       *sentence)
{
  gtk_label_set_label (self->picture_error, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->picture_error), sentence != NULL);
  if (sentence != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self->picture_error), sentence,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update_picture (GhcProfileEditor *self)
{
  GdkTexture *preview = self->picture != NULL ? ghc_picture_file_get_preview (self->picture) : NULL;
  const char *page = "avatar";

  if (preview != NULL)
    page = "cropper";
  else if (self->picture != NULL)
    page = "no-preview";

  g_object_set (self->cropper, "texture", preview, NULL);
  gtk_stack_set_visible_child_name (self->picture_stack, page);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.remove-picture",
                                 self->picture != NULL
                                   || (!self->is_removing && ghc_user_get_image_id (get_user (self)) != NULL));
}

static void
set_busy (GhcProfileEditor *self,
          gboolean          is_busy)
{
  ghc_task_button_set_busy (self->save_button, is_busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.save", !is_busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "editor.choose-picture", !is_busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), is_busy && self->picture != NULL);
}

static DexFuture *
choose_fiber (gpointer data)
{
  GhcProfileEditor *self = data;
  GhcServerInfo *server = ghc_session_get_server (self->session);
  gsize most = server != NULL && ghc_server_info_get_image_bytes (server) > 0 ? ghc_server_info_get_image_bytes (server)
                                                                                : DEFAULT_IMAGE_BYTES;
  g_autoptr (GhcPictureFile) picture = NULL;
  g_autoptr (GError) error = NULL;

  picture = dex_await_object (ghc_picture_file_choose (GTK_WIDGET (self), most), &error);
  if (picture == NULL)
    {
      if (!g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
        set_picture_error (self, error->message);
      return dex_future_new_true ();
    }

  g_set_object (&self->picture, picture);
  self->is_removing = FALSE;
  set_picture_error (self, NULL);
  update_picture (self);
  if (ghc_picture_file_get_preview (picture) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->cropper));
  return dex_future_new_true ();
}

static void
choose_picture_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  dex_future_disown (dex_scheduler_spawn (NULL, 0, choose_fiber, g_object_ref (widget), g_object_unref));
}

static void
remove_picture_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  GhcProfileEditor *self = GHC_PROFILE_EDITOR (widget);

  /* First what was chosen just now is let go; only then the picture that others see. */
  self->is_removing = self->picture == NULL;
  g_clear_object (&self->picture);
  set_picture_error (self, self->is_removing ? _("Your picture goes away when you save.") : NULL);
  update_picture (self);
}

static DexFuture *
send_picture (GhcProfileEditor *self)
{
  int x, y, size;

  if (self->is_removing)
    return ghc_session_remove_profile_image (self->session);
  if (self->picture == NULL)
    return dex_future_new_true ();

  ghc_image_cropper_get_crop (self->cropper, &x, &y, &size);
  g_set_object (&self->transfer, NULL);
  self->transfer = ghc_transfer_new ();
  g_object_bind_property (self->transfer, "fraction", self->progress, "fraction", G_BINDING_SYNC_CREATE);
  return ghc_session_set_profile_image (self->session, ghc_picture_file_get_bytes (self->picture), x, y, size,
                                        self->transfer);
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
  gboolean is_done;

  ghc_field_error_set_message (self->name_error, NULL);
  ghc_field_error_set_message (self->bio_error, NULL);
  set_picture_error (self, NULL);

  is_done = !is_changed || dex_await (ghc_session_set_profile (self->session, name, bio), &error);
  if (is_done)
    is_done = dex_await (ghc_status_group_save (self->status_group, self->session), &error);
  if (is_done)
    is_done = dex_await (send_picture (self), &error);
  set_busy (self, FALSE);

  if (is_done)
    adw_dialog_force_close (ADW_DIALOG (self));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_picture_error (self, _("The picture was not sent."));
  else if (g_strcmp0 (gh_error_get_field (error), "image") == 0 || g_strcmp0 (gh_error_get_field (error), "crop") == 0)
    set_picture_error (self, error->message);
  else if (!ghc_field_error_take (self->name_error, error, "display_name")
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
  if (self->transfer != NULL && ghc_transfer_get_active (self->transfer))
    ghc_transfer_cancel (self->transfer);
  else
    adw_dialog_close (ADW_DIALOG (self));
}

static void
ghc_profile_editor_dispose (GObject *object)
{
  GhcProfileEditor *self = GHC_PROFILE_EDITOR (object);

  g_clear_object (&self->session);
  g_clear_object (&self->picture);
  g_clear_object (&self->transfer);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PROFILE_EDITOR);

  G_OBJECT_CLASS (ghc_profile_editor_parent_class)->dispose (object);
}

static void
ghc_profile_editor_class_init (GhcProfileEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_profile_editor_dispose;

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_IMAGE_CROPPER);
  g_type_ensure (GHC_TYPE_STATUS_GROUP);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-profile-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, picture_stack);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, cropper);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, picture_error);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, progress);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, bio_row);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, bio_error);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, status_group);
  gtk_widget_class_bind_template_child (widget_class, GhcProfileEditor, save_button);

  gtk_widget_class_install_action (widget_class, "editor.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "editor.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "editor.choose-picture", NULL, choose_picture_action);
  gtk_widget_class_install_action (widget_class, "editor.remove-picture", NULL, remove_picture_action);
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
 * Edits the name, the words, the status and the picture by which others know the session's person.
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
  g_object_set (self->avatar, "session", session, "user", user, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), ghc_user_get_display_name (user));
  gtk_editable_set_text (GTK_EDITABLE (self->bio_row), ghc_user_get_bio (user) != NULL ? ghc_user_get_bio (user) : "");
  ghc_status_group_set_user (self->status_group, user);
  update_picture (self);
  return ADW_DIALOG (self);
}
