/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-camera-dialog.h"

#include <glib/gi18n.h>

#include "gh-weak.h"
#include "ghc-preview.h"
#include "ghc-video-picture.h"

/**
 * GhcCameraDialog:
 *
 * Which camera, and what it sees, before anybody else sees it: in a call, and it closes when that is over; or before
 * one goes into a call with it.
 */
struct _GhcCameraDialog
{
  AdwDialog parent_instance;

  GhcVideoPicture *picture;
  GtkWidget *poster;
  GtkWidget *spinner;
  GtkLabel *poster_label;
  GtkWidget *alone_label;
  GtkDropDown *choice;
  GtkWidget *show_button;

  GhcSharing *sharing;
  GhcSession *session;    /* (nullable): of the channel */
  GhcChannel *channel;    /* (nullable): into whose call one goes */
  GhcVideoSource *source; /* (nullable) */
  GhcPreview *preview;    /* (nullable) */
  char *problem;          /* (nullable) */
  guint n_opened;         /* what was opened before the last choice is of no use */
  gboolean is_looking;    /* for cameras, or for what one sees */
  gboolean is_ready;      /* to open what is chosen */
};

G_DEFINE_FINAL_TYPE (GhcCameraDialog, ghc_camera_dialog, ADW_TYPE_DIALOG)

static GListModel *
get_cameras (GhcCameraDialog *self)
{
  return G_LIST_MODEL (ghc_sharing_get_cameras (self->sharing));
}

/* PipeWire may have gone away with all cameras. */
static gboolean
can_try_again (GhcCameraDialog *self)
{
  return self->problem != NULL
         || (!self->is_looking && g_list_model_get_n_items (get_cameras (self)) == 0);
}

static void
update (GhcCameraDialog *self)
{
  guint n = g_list_model_get_n_items (get_cameras (self));
  const char *text = NULL;

  if (self->problem != NULL)
    text = self->problem;
  else if (self->is_looking)
    text = _ ("Starting the camera…");
  else if (n == 0)
    text = _ ("There is no camera. Connect one, and it appears here.");
  gtk_widget_set_visible (self->poster, self->preview == NULL);
  gtk_widget_set_visible (self->alone_label, self->preview != NULL);
  gtk_widget_set_visible (self->spinner, self->is_looking && self->problem == NULL);
  gtk_label_set_label (self->poster_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->choice), n > 0);
  gtk_button_set_label (GTK_BUTTON (self->show_button),
                        can_try_again (self)    ? _ ("_Try Again")
                        : self->channel != NULL ? _ ("_Join and Show Me")
                                                : _ ("_Show Me to the Others"));
  gtk_widget_set_sensitive (self->show_button, self->preview != NULL || can_try_again (self));
}

/* --- What the camera sees ------------------------------------------------------------------- */

static void
put_away (GhcCameraDialog *self)
{
  ghc_video_picture_set_paintable (self->picture, NULL);
  if (self->preview != NULL)
    ghc_preview_stop (self->preview);
  g_clear_object (&self->preview);
  if (self->source == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->source, self);
  ghc_video_source_close (self->source);
  g_clear_object (&self->source);
}

static void
set_problem (GhcCameraDialog *self, const char *text)
{
  g_set_str (&self->problem, text);
  self->is_looking = FALSE;
  update (self);
}

static void
on_source_ended (GhcCameraDialog *self, GhcSourceEnd reason)
{
  put_away (self);
  set_problem (self, ghc_source_end_to_text (reason));
}

static void
show_source (GhcCameraDialog *self, GhcVideoSource *source)
{
  g_autoptr (GError) error = NULL;

  self->source = g_object_ref (source);
  g_signal_connect_object (source, "ended", G_CALLBACK (on_source_ended), self, G_CONNECT_SWAPPED);
  self->preview = ghc_preview_new (source, &error);
  if (self->preview == NULL)
    {
      put_away (self);
      set_problem (self, error->message);
      return;
    }
  ghc_video_picture_set_paintable (self->picture,
                                   GDK_PAINTABLE (ghc_preview_get_paintable (self->preview)));
  set_problem (self, NULL);
}

typedef struct
{
  GWeakRef dialog;
  DexFuture *source;
  guint n_opened;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_weak_ref_clear (&opening->dialog);
  dex_clear (&opening->source);
  g_free (opening);
}

static DexFuture *
open_fiber (gpointer data)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcVideoSource) source = dex_await_object (g_steal_pointer (&opening->source), &error);
  g_autoptr (GhcCameraDialog) self = g_weak_ref_get (&opening->dialog);

  if (self == NULL || self->n_opened != opening->n_opened)
    {
      if (source != NULL)
        ghc_video_source_close (source);
    }
  else if (source != NULL)
    show_source (self, source);
  else
    set_problem (self, error->message);

  return dex_future_new_true ();
}

static void
open_chosen (GhcCameraDialog *self)
{
  GhcCamera *camera = gtk_drop_down_get_selected_item (self->choice);
  Opening *opening;

  put_away (self);
  self->n_opened++;
  set_problem (self, NULL);
  if (camera == NULL)
    return;

  self->is_looking = TRUE;
  update (self);
  opening = g_new0 (Opening, 1);
  g_weak_ref_init (&opening->dialog, self);
  opening->source = ghc_cameras_open (ghc_sharing_get_cameras (self->sharing), camera);
  opening->n_opened = self->n_opened;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, open_fiber, opening, opening_free));
}

/* --- Which camera --------------------------------------------------------------------------- */

static GSettings *
get_settings (GhcCameraDialog *self)
{
  GhcCallDesk *desk = ghc_sharing_get_desk (self->sharing);

  return desk != NULL ? ghc_call_desk_get_settings (desk) : NULL;
}

/* The one that was shown the last time, if it is there. */
static void
choose (GhcCameraDialog *self)
{
  GListModel *cameras = get_cameras (self);
  GSettings *settings = get_settings (self);
  g_autofree char *wanted = settings != NULL ? g_settings_get_string (settings, "camera") : NULL;

  for (guint i = 0; i < g_list_model_get_n_items (cameras); i++)
    {
      g_autoptr (GhcCamera) camera = g_list_model_get_item (cameras, i);

      if (g_strcmp0 (ghc_camera_get_id (camera), wanted) == 0)
        gtk_drop_down_set_selected (self->choice, i);
    }
}

/* Selects NULL when the last one was taken away, and the first when one comes. */
static void
on_selected (GhcCameraDialog *self)
{
  if (self->is_ready)
    open_chosen (self);
}

static void
on_cameras_changed (GhcCameraDialog *self)
{
  update (self);
}

static DexFuture *
on_cameras_started (DexFuture *future, gpointer data)
{
  g_autoptr (GhcCameraDialog) self = g_weak_ref_get (data);
  g_autoptr (GError) error = NULL;

  if (self == NULL || self->sharing == NULL)
    return dex_future_new_true ();

  choose (self);
  self->is_ready = TRUE;
  if (dex_future_get_value (future, &error) == NULL)
    set_problem (self, error->message);
  else
    open_chosen (self);
  return dex_future_new_true ();
}

static void
look (GhcCameraDialog *self)
{
  self->is_looking = TRUE;
  update (self);
  dex_future_disown (dex_future_finally (ghc_cameras_start (ghc_sharing_get_cameras (self->sharing)),
                                         on_cameras_started, gh_weak_ref_new (self),
                                         gh_weak_ref_free));
}

/* What was in the way may be gone: another application gave the camera back, PipeWire runs. */
static void
try_again (GhcCameraDialog *self)
{
  set_problem (self, NULL);
  if (gtk_drop_down_get_selected_item (self->choice) != NULL)
    open_chosen (self);
  else
    look (self);
}

/* --- The way out ---------------------------------------------------------------------------- */

static void
on_show_clicked (GhcCameraDialog *self)
{
  GhcCamera *camera = gtk_drop_down_get_selected_item (self->choice);
  g_autoptr (GhcVideoSource) source = NULL;

  if (can_try_again (self))
    {
      try_again (self);
      return;
    }
  if (self->source == NULL || self->preview == NULL)
    return;

  /* The source is not closed on the way from one's own eyes to those of others. */
  source = g_steal_pointer (&self->source);
  g_signal_handlers_disconnect_by_data (source, self);
  put_away (self);
  if (camera != NULL && get_settings (self) != NULL)
    g_settings_set_string (get_settings (self), "camera", ghc_camera_get_id (camera));
  if (self->channel != NULL)
    ghc_sharing_join_with_camera (self->sharing, self->session, self->channel, source);
  else
    ghc_sharing_begin_camera (self->sharing, source);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
ghc_camera_dialog_closed (AdwDialog *dialog)
{
  GhcCameraDialog *self = GHC_CAMERA_DIALOG (dialog);

  self->n_opened++;
  put_away (self);
}

static void
on_desk_notify (GhcCameraDialog *self, GParamSpec *pspec, GhcCallDesk *desk)
{
  GhcCallSeat *seat = ghc_call_desk_get_seat (desk);
  gboolean is_in = seat != NULL
                   && (self->channel == NULL
                       || ghc_call_seat_get_call (seat) == ghc_channel_get_call (self->channel));

  /* There is nothing to show it in any more, or one went in without it. */
  if (is_in == (self->channel != NULL))
    adw_dialog_force_close (ADW_DIALOG (self));
}

static void
ghc_camera_dialog_dispose (GObject *object)
{
  GhcCameraDialog *self = GHC_CAMERA_DIALOG (object);

  self->n_opened++;
  if (self->picture != NULL)
    put_away (self);
  g_clear_object (&self->sharing);
  g_clear_object (&self->session);
  g_clear_object (&self->channel);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CAMERA_DIALOG);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (ghc_camera_dialog_parent_class)->dispose (object);
}

static void
ghc_camera_dialog_class_init (GhcCameraDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_camera_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = ghc_camera_dialog_closed;

  g_type_ensure (GHC_TYPE_VIDEO_PICTURE);
  g_type_ensure (GHC_TYPE_CAMERA);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-camera-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, picture);
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, poster);
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, poster_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, alone_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, choice);
  gtk_widget_class_bind_template_child (widget_class, GhcCameraDialog, show_button);
  gtk_widget_class_bind_template_callback (widget_class, on_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_show_clicked);
}

static void
ghc_camera_dialog_init (GhcCameraDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_camera_dialog_new:
 * @sharing: of somebody in a call
 *
 * Returns: (transfer floating): a dialog that is not open
 */
AdwDialog *
ghc_camera_dialog_new (GhcSharing *sharing)
{
  GhcCameraDialog *self;

  g_return_val_if_fail (GHC_IS_SHARING (sharing), NULL);

  self = g_object_new (GHC_TYPE_CAMERA_DIALOG, NULL);
  self->sharing = g_object_ref (sharing);
  g_signal_connect_object (get_cameras (self), "items-changed", G_CALLBACK (on_cameras_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_sharing_get_desk (sharing), "notify::seat",
                           G_CALLBACK (on_desk_notify), self, G_CONNECT_SWAPPED);
  gtk_drop_down_set_model (self->choice, get_cameras (self));
  look (self);
  return ADW_DIALOG (self);
}

/**
 * ghc_camera_dialog_new_to_join:
 * @sharing: of somebody who is not in the call
 * @session: (nullable): of @channel
 * @channel: into whose call one goes when one likes what one sees
 *
 * Returns: (transfer floating): a dialog that is not open
 */
AdwDialog *
ghc_camera_dialog_new_to_join (GhcSharing *sharing, GhcSession *session, GhcChannel *channel)
{
  GhcCameraDialog *self;

  g_return_val_if_fail (GHC_IS_SHARING (sharing), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  self = GHC_CAMERA_DIALOG (ghc_camera_dialog_new (sharing));
  g_set_object (&self->session, session);
  self->channel = g_object_ref (channel);
  update (self);
  return ADW_DIALOG (self);
}
