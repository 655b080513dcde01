/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-picture-editor.h"

#include "ghc-avatar.h"
#include "ghc-banner.h"
#include "ghc-image-cropper.h"
#include "ghc-picture-file.h"

#include <gh-error.h>

#include <glib/gi18n.h>

/* What a server that has not said otherwise takes. */
#define DEFAULT_IMAGE_BYTES (5 * 1024 * 1024)

struct _GhcPictureEditor
{
  GtkBox           parent_instance;
  GhcSession      *session;
  GhcPictureFile  *picture;
  GhcTransfer     *transfer;
  gboolean         is_banner;
  gboolean         is_removing;

  GtkStack        *picture_stack;
  GhcAvatar       *avatar;
  GhcBanner       *banner;
  GtkBox          *cropper_box;
  GhcImageCropper *cropper;
  GtkAdjustment   *zoom;
  GtkLabel        *picture_error;
  GtkProgressBar  *progress;
  GtkButton       *choose_button;
  GtkWidget       *remove_button;
};

typedef enum { PROP_BANNER = 1, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcPictureEditor, ghc_picture_editor, GTK_TYPE_BOX)

static GhcProfilePicture
get_kind (GhcPictureEditor *self)
{
  return self->is_banner ? GHC_PROFILE_BANNER : GHC_PROFILE_IMAGE;
}

static gboolean
has_picture (GhcPictureEditor *self)
{
  GhcUser *user = ghc_account_get_user (ghc_session_get_account (self->session));

  return (self->is_banner ? ghc_user_get_banner_id (user) : ghc_user_get_image_id (user)) != NULL;
}

static void
set_picture_error (GhcPictureEditor *self,
                   const char       *sentence)
{
  gtk_label_set_label (self->picture_error, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->picture_error), sentence != NULL);
  /* The label, which has only just become visible, would not be heard. */
  if (sentence != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update_picture (GhcPictureEditor *self)
{
  GdkTexture *preview = self->picture != NULL ? ghc_picture_file_get_preview (self->picture) : NULL;
  const char *page = "current";

  if (preview != NULL)
    page = "cropper";
  else if (self->picture != NULL)
    page = "no-preview";

  g_object_set (self->cropper, "texture", preview, NULL);
  gtk_stack_set_visible_child_name (self->picture_stack, page);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "picture.remove",
                                 self->picture != NULL || (!self->is_removing && has_picture (self)));
}

static DexFuture *
choose_fiber (gpointer data)
{
  GhcPictureEditor *self = data;
  GhcServerInfo *server = ghc_session_get_server (self->session);
  gsize most = server != NULL && ghc_server_info_get_image_bytes (server) > 0 ? ghc_server_info_get_image_bytes (server)
                                                                                : DEFAULT_IMAGE_BYTES;
  g_autoptr (GhcPictureFile) picture = NULL;
  g_autoptr (GError) error = NULL;

  picture = dex_await_object (ghc_picture_file_choose (GTK_WIDGET (self), most), &error);
  if (self->session == NULL)
    return dex_future_new_false ();
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
choose_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  dex_future_disown (dex_scheduler_spawn (NULL, 0, choose_fiber, g_object_ref (widget), g_object_unref));
}

static void
remove_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  GhcPictureEditor *self = GHC_PICTURE_EDITOR (widget);
  const char *sentence = self->is_banner ? _("Your banner goes away when you save.")
                                         : _("Your picture goes away when you save.");

  /* First what was chosen just now is let go; only then the picture that others see. */
  self->is_removing = self->picture == NULL;
  g_clear_object (&self->picture);
  set_picture_error (self, self->is_removing ? sentence : NULL);
  update_picture (self);
}

static void
ghc_picture_editor_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  switch ((Property) prop_id)
    {
    case PROP_BANNER:
      GHC_PICTURE_EDITOR (object)->is_banner = g_value_get_boolean (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_picture_editor_constructed (GObject *object)
{
  GhcPictureEditor *self = GHC_PICTURE_EDITOR (object);

  G_OBJECT_CLASS (ghc_picture_editor_parent_class)->constructed (object);

  self->cropper = g_object_new (GHC_TYPE_IMAGE_CROPPER, "ratio", self->is_banner ? GHC_BANNER_RATIO : 1, "halign",
                                GTK_ALIGN_CENTER, NULL);
  gtk_box_prepend (self->cropper_box, GTK_WIDGET (self->cropper));
  g_object_bind_property (self->cropper, "zoom", self->zoom, "value", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_widget_set_visible (GTK_WIDGET (self->avatar), !self->is_banner);
  gtk_widget_set_visible (GTK_WIDGET (self->banner), self->is_banner);
  if (!self->is_banner)
    return;

  gtk_progress_bar_set_text (self->progress, _("Sending the banner…"));
  gtk_button_set_label (self->choose_button, _("Choose _Banner…"));
  gtk_widget_set_tooltip_text (self->remove_button, _("Remove Banner"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Remove Banner"),
                                  -1);
}

static void
ghc_picture_editor_dispose (GObject *object)
{
  GhcPictureEditor *self = GHC_PICTURE_EDITOR (object);

  g_clear_object (&self->session);
  g_clear_object (&self->picture);
  g_clear_object (&self->transfer);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PICTURE_EDITOR);

  G_OBJECT_CLASS (ghc_picture_editor_parent_class)->dispose (object);
}

static void
ghc_picture_editor_class_init (GhcPictureEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ghc_picture_editor_set_property;
  object_class->constructed = ghc_picture_editor_constructed;
  object_class->dispose = ghc_picture_editor_dispose;

  properties[PROP_BANNER] = g_param_spec_boolean ("banner", NULL, NULL, FALSE,
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_BANNER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-picture-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, picture_stack);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, banner);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, cropper_box);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, zoom);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, picture_error);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, progress);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, choose_button);
  gtk_widget_class_bind_template_child (widget_class, GhcPictureEditor, remove_button);
  gtk_widget_class_install_action (widget_class, "picture.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "picture.remove", NULL, remove_action);
}

static void
ghc_picture_editor_init (GhcPictureEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_picture_editor_set_session:
 * @session: whose person's picture it is; once
 */
void
ghc_picture_editor_set_session (GhcPictureEditor *self,
                                GhcSession       *session)
{
  GhcUser *user;

  g_return_if_fail (GHC_IS_PICTURE_EDITOR (self));
  g_return_if_fail (GHC_IS_SESSION (session));

  g_set_object (&self->session, session);
  user = ghc_account_get_user (ghc_session_get_account (session));
  if (self->is_banner)
    g_object_set (self->banner, "session", session, "user", user, NULL);
  else
    g_object_set (self->avatar, "session", session, "user", user, NULL);
  update_picture (self);
}

/**
 * ghc_picture_editor_set_busy:
 * @is_busy: something is being sent: nothing else can be chosen meanwhile
 */
void
ghc_picture_editor_set_busy (GhcPictureEditor *self,
                             gboolean          is_busy)
{
  g_return_if_fail (GHC_IS_PICTURE_EDITOR (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "picture.choose", !is_busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), is_busy && self->picture != NULL);
  if (is_busy)
    set_picture_error (self, NULL);
}

/**
 * ghc_picture_editor_send:
 *
 * Returns: (transfer full): resolves to %TRUE once others see what was chosen, or taken away; at once when nothing was
 */
DexFuture *
ghc_picture_editor_send (GhcPictureEditor *self)
{
  int x, y, size;

  g_return_val_if_fail (GHC_IS_PICTURE_EDITOR (self), NULL);

  if (self->is_removing)
    return ghc_session_remove_profile_picture (self->session, get_kind (self));
  if (self->picture == NULL)
    return dex_future_new_true ();

  ghc_image_cropper_get_crop (self->cropper, &x, &y, &size);
  g_set_object (&self->transfer, NULL);
  self->transfer = ghc_transfer_new ();
  g_object_bind_property (self->transfer, "fraction", self->progress, "fraction", G_BINDING_SYNC_CREATE);
  return ghc_session_set_profile_picture (self->session, get_kind (self), ghc_picture_file_get_bytes (self->picture), x, y,
                                          size, self->transfer);
}

/**
 * ghc_picture_editor_take_error:
 *
 * Returns: whether @error is about a picture, and is shown with this one
 */
gboolean
ghc_picture_editor_take_error (GhcPictureEditor *self,
                               const GError     *error)
{
  g_return_val_if_fail (GHC_IS_PICTURE_EDITOR (self), FALSE);
  g_return_val_if_fail (error != NULL, FALSE);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    set_picture_error (self, _("The picture was not sent."));
  else if (g_strcmp0 (gh_error_get_field (error), "image") == 0 || g_strcmp0 (gh_error_get_field (error), "crop") == 0)
    set_picture_error (self, error->message);
  else
    return FALSE;

  return TRUE;
}

/**
 * ghc_picture_editor_cancel:
 *
 * Returns: whether a picture was on its way, which is stopped now
 */
gboolean
ghc_picture_editor_cancel (GhcPictureEditor *self)
{
  g_return_val_if_fail (GHC_IS_PICTURE_EDITOR (self), FALSE);

  if (self->transfer == NULL || !ghc_transfer_get_active (self->transfer))
    return FALSE;

  ghc_transfer_cancel (self->transfer);
  return TRUE;
}
