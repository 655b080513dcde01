/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-popover.h"

#include <glib/gi18n.h>

#include "ghc-share-words.h"
#include "ghc-toast.h"

/**
 * GhcSharePopover:
 *
 * What is to be known of something that is shown in a call: who watches, how well it comes, the volume of
 * its sound, or of the voice of whom the camera shows; and for those who may, its end.
 */
struct _GhcSharePopover
{
  GtkPopover parent_instance;

  GtkLabel *title_label;
  GtkLabel *viewers_label;
  GtkWidget *volume_box;
  GtkLabel *volume_title;
  GtkWidget *volume_scale;
  GtkAdjustment *volume;
  GtkLabel *picture_label;
  GtkLabel *codec_label;
  GtkLabel *frozen_label;
  GtkButton *stop_button;

  GhcSession *session;
  GhcCallSeat *seat;
  GhcShare *share;
};

G_DEFINE_FINAL_TYPE (GhcSharePopover, ghc_share_popover, GTK_TYPE_POPOVER)

static gboolean
may_moderate (GhcSharePopover *self)
{
  GhcCallMember *member = ghc_share_get_member (self->share);

  return self->session != NULL && member != NULL
         && ghc_call_member_may_moderate (member, GH_PERMISSION_MUTE_MEMBERS);
}

static void
set_label (GtkLabel *label, char *text)
{
  g_autofree char *owned = text;

  gtk_label_set_label (label, owned);
  gtk_widget_set_visible (GTK_WIDGET (label), *owned != '\0');
}

static char *
describe_frozen (GhcShare *share)
{
  guint64 frozen_ms = ghc_share_get_frozen_ms (share);

  if (frozen_ms == 0 || ghc_share_get_is_own (share))
    return g_strdup ("");

  /* Translators: for how long altogether a moving picture stood still, in seconds */
  return g_strdup_printf (_ ("Stood still for %.1f s"), (double) frozen_ms / 1000);
}

static gboolean
is_camera (GhcSharePopover *self)
{
  return ghc_share_get_kind (self->share) == GHC_SHARE_CAMERA;
}

static void
show_share (GhcSharePopover *self)
{
  gboolean own = ghc_share_get_is_own (self->share);

  set_label (self->title_label, ghc_share_describe (self->share));
  set_label (self->viewers_label, ghc_share_describe_viewers (self->share));
  set_label (self->picture_label, own || ghc_share_get_watched (self->share)
                                    ? ghc_share_describe_picture (self->share)
                                    : g_strdup (""));
  set_label (self->codec_label, ghc_share_describe_codec (self->share));
  set_label (self->frozen_label, describe_frozen (self->share));
  gtk_widget_set_visible (self->volume_box,
                          !own && (is_camera (self) || ghc_share_get_has_sound (self->share)));
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button),
                          own ? self->seat != NULL : may_moderate (self));
  gtk_button_set_label (self->stop_button, own ? _ ("_Stop Sharing") : _ ("_End for Everyone"));
}

/* Who watches changes for the last time when the share goes, and this may have been the last to hold it. */
static void
update (GhcSharePopover *self)
{
  if (self->share != NULL)
    show_share (self);
}

static void
on_stop_clicked (GhcSharePopover *self)
{
  const char *kind = is_camera (self) ? "camera" : "screen";
  DexFuture *future;

  if (ghc_share_get_is_own (self->share)
      && gtk_widget_activate_action (GTK_WIDGET (self), "call.stop-share", "s", kind))
    return;

  if (ghc_share_get_is_own (self->share))
    future = ghc_call_seat_share (self->seat, ghc_share_get_kind (self->share), FALSE, FALSE);
  else
    future = ghc_session_stop_share (self->session, self->share);
  ghc_toast_watch (GTK_WIDGET (self), future);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
ghc_share_popover_dispose (GObject *object)
{
  GhcSharePopover *self = GHC_SHARE_POPOVER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SHARE_POPOVER);
  g_clear_object (&self->session);
  g_clear_object (&self->seat);
  g_clear_object (&self->share);

  G_OBJECT_CLASS (ghc_share_popover_parent_class)->dispose (object);
}

static void
ghc_share_popover_class_init (GhcSharePopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_share_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-share-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, title_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, viewers_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, volume_box);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, volume_title);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, volume_scale);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, volume);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, picture_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, codec_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, frozen_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSharePopover, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_clicked);
}

static void
ghc_share_popover_init (GhcSharePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
bind_volume (GhcSharePopover *self)
{
  GhcCallMember *member = ghc_share_get_member (self->share);
  const char *title = is_camera (self) ? _ ("Volume of the Voice") : _ ("Volume of the Sound");

  gtk_label_set_label (self->volume_title, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->volume_scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  if (is_camera (self) && member != NULL)
    g_object_bind_property (member, "volume", self->volume, "value",
                            G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  else if (!is_camera (self))
    g_object_bind_property (self->share, "volume", self->volume, "value",
                            G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

GtkWidget *
ghc_share_popover_new (GhcSession *session, GhcCallSeat *seat, GhcShare *share)
{
  GhcSharePopover *self;

  g_return_val_if_fail (GHC_IS_SHARE (share), NULL);

  self = g_object_new (GHC_TYPE_SHARE_POPOVER, NULL);
  g_set_object (&self->session, session);
  g_set_object (&self->seat, seat);
  self->share = g_object_ref (share);
  bind_volume (self);
  g_signal_connect_object (share, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_share_get_viewers (share), "items-changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
