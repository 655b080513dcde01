/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sharing-row.h"

#include <glib/gi18n.h>

#include "ghc-share-words.h"

/**
 * GhcSharingRow:
 *
 * Says, as long as one shows something to the others in a call, that one does, to how many, and what of it
 * does not work; with the way to end it. Nobody shows anything without seeing this.
 */
struct _GhcSharingRow
{
  AdwBin parent_instance;

  GtkImage *icon;
  GtkLabel *label;
  GtkWidget *stop_button;

  GhcSharing *sharing;
  GhcShareKind kind;
  GhcBroadcast *broadcast; /* (nullable): as listened to */
  GhcShare *share;         /* (nullable): as listened to */
  GhcSoundSource *sound;   /* (nullable): as listened to */
};

G_DEFINE_FINAL_TYPE (GhcSharingRow, ghc_sharing_row, ADW_TYPE_BIN)

static void
update (GhcSharingRow *self)
{
  g_autofree char *silence = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), self->broadcast != NULL);
  if (self->broadcast == NULL)
    return;

  if (self->sound != NULL)
    silence = ghc_sound_source_dup_problem_text (self->sound);
  text = ghc_share_describe_own (self->kind, self->share,
                                 ghc_broadcast_get_problem_text (self->broadcast), silence);
  gtk_label_set_label (self->label, text);
}

static void
set_share (GhcSharingRow *self, GhcShare *share)
{
  if (self->share == share)
    return;

  if (self->share != NULL)
    g_signal_handlers_disconnect_by_func (self->share, update, self);
  g_set_object (&self->share, share);
  if (share != NULL)
    g_signal_connect_object (share, "notify::n-viewers", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
}

static void
set_sound (GhcSharingRow *self, GhcSoundSource *sound)
{
  if (self->sound == sound)
    return;

  if (self->sound != NULL)
    g_signal_handlers_disconnect_by_func (self->sound, update, self);
  g_set_object (&self->sound, sound);
  if (sound != NULL)
    g_signal_connect_object (sound, "notify::problem-text", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
}

static void
on_broadcast_notify (GhcSharingRow *self)
{
  set_share (self, self->broadcast != NULL ? ghc_broadcast_get_share (self->broadcast) : NULL);
  update (self);
}

static void
set_broadcast (GhcSharingRow *self, GhcBroadcast *broadcast)
{
  if (self->broadcast != broadcast)
    {
      if (self->broadcast != NULL)
        g_signal_handlers_disconnect_by_func (self->broadcast, on_broadcast_notify, self);
      g_set_object (&self->broadcast, broadcast);
      if (broadcast != NULL)
        g_signal_connect_object (broadcast, "notify", G_CALLBACK (on_broadcast_notify), self,
                                 G_CONNECT_SWAPPED);
    }
  on_broadcast_notify (self);
}

static void
on_sharing_notify (GhcSharingRow *self)
{
  set_sound (self, ghc_sharing_get_sound (self->sharing, self->kind));
  set_broadcast (self, ghc_sharing_get_broadcast (self->sharing, self->kind));
}

static void
on_stop_clicked (GhcSharingRow *self)
{
  ghc_sharing_stop (self->sharing, self->kind);
}

void
ghc_sharing_row_set_sharing (GhcSharingRow *self, GhcSharing *sharing, GhcShareKind kind)
{
  gboolean screen = kind == GHC_SHARE_SCREEN;

  g_return_if_fail (GHC_IS_SHARING_ROW (self));

  if (self->sharing != NULL)
    g_signal_handlers_disconnect_by_func (self->sharing, on_sharing_notify, self);
  g_set_object (&self->sharing, sharing);
  self->kind = kind;
  gtk_image_set_from_icon_name (self->icon, screen ? "screen-shared-symbolic"
                                                   : "camera-web-symbolic");
  /* What is written on it says too little to who cannot see where it stands. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->stop_button),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->stop_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  screen ? _ ("Stop sharing your screen")
                                         : _ ("Turn your camera off"),
                                  -1);
  set_sound (self, sharing != NULL ? ghc_sharing_get_sound (sharing, kind) : NULL);
  set_broadcast (self, sharing != NULL ? ghc_sharing_get_broadcast (sharing, kind) : NULL);
  if (sharing != NULL)
    g_signal_connect_object (sharing, screen ? "notify::screen" : "notify::camera",
                             G_CALLBACK (on_sharing_notify), self, G_CONNECT_SWAPPED);
}

static void
ghc_sharing_row_dispose (GObject *object)
{
  GhcSharingRow *self = GHC_SHARING_ROW (object);

  set_share (self, NULL);
  set_sound (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SHARING_ROW);
  g_clear_object (&self->broadcast);
  g_clear_object (&self->sharing);

  G_OBJECT_CLASS (ghc_sharing_row_parent_class)->dispose (object);
}

static void
ghc_sharing_row_class_init (GhcSharingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_sharing_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-sharing-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcSharingRow, icon);
  gtk_widget_class_bind_template_child (widget_class, GhcSharingRow, label);
  gtk_widget_class_bind_template_child (widget_class, GhcSharingRow, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
}

static void
ghc_sharing_row_init (GhcSharingRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
