/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-window.h"

#include "ghc-share-words.h"

#define SMALL_WIDTH 400
#define SMALL_HEIGHT 225

/**
 * GhcShareWindow:
 *
 * Something that is shown in a call, in a window of its own. It closes with what is shown. F11, or a
 * double click, and Escape lead out of the full screen; Escape closes the small window. In full screen the controls
 * are seen as long as somebody does something.
 */
struct _GhcShareWindow
{
  AdwWindow parent_instance;

  GhcShare *share;
  GhcCallMember *member;
  gboolean began_full;
};

G_DEFINE_FINAL_TYPE (GhcShareWindow, ghc_share_window, ADW_TYPE_WINDOW)

static void
on_member_notify (GhcShareWindow *self)
{
  if (ghc_call_member_get_share (self->member, ghc_share_get_kind (self->share)) != self->share)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_watched (GhcShareWindow *self)
{
  if (!ghc_share_get_is_own (self->share) && !ghc_share_get_watched (self->share))
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_window_asked (GhcShareWindow *self, gboolean full_screen)
{
  gboolean is_full = gtk_window_is_fullscreen (GTK_WINDOW (self));

  if (!full_screen || (is_full && self->began_full))
    gtk_window_close (GTK_WINDOW (self));
  else if (is_full)
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    gtk_window_fullscreen (GTK_WINDOW (self));
}

static void
on_fullscreened (GtkWindow *window, GParamSpec *pspec, GhcShareView *view)
{
  ghc_share_view_set_alone (view, gtk_window_is_fullscreen (window));
}

static void
leave_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcShareWindow *self = GHC_SHARE_WINDOW (widget);

  if (gtk_window_is_fullscreen (GTK_WINDOW (self)) && !self->began_full)
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
ghc_share_window_dispose (GObject *object)
{
  GhcShareWindow *self = GHC_SHARE_WINDOW (object);

  g_clear_object (&self->share);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_share_window_parent_class)->dispose (object);
}

static void
ghc_share_window_class_init (GhcShareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_share_window_dispose;

  gtk_widget_class_install_action (widget_class, "share-window.leave", NULL, leave_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "share-window.leave", NULL);
}

static void
ghc_share_window_init (GhcShareWindow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "share-window");
}

GtkWidget *
ghc_share_window_new (GhcShareView *like, gboolean full_screen)
{
  GhcShare *share = ghc_share_view_get_share (like);
  GhcShareWindow *self = g_object_new (GHC_TYPE_SHARE_WINDOW, NULL);
  g_autofree char *title = ghc_share_describe (share);
  GtkWidget *view = ghc_share_view_new (ghc_share_view_get_session (like),
                                        ghc_share_view_get_seat (like), share);
  GtkWidget *handle = gtk_window_handle_new ();

  self->share = g_object_ref (share);
  self->member = g_object_ref (ghc_share_get_member (share));
  self->began_full = full_screen;
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_window_set_default_size (GTK_WINDOW (self), SMALL_WIDTH, SMALL_HEIGHT);
  gtk_widget_set_size_request (GTK_WIDGET (self), 240, 135);
  gtk_window_handle_set_child (GTK_WINDOW_HANDLE (handle), view);
  adw_window_set_content (ADW_WINDOW (self), handle);
  g_signal_connect_object (view, "window-asked", G_CALLBACK (on_window_asked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->member, "notify", G_CALLBACK (on_member_notify), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (share, "notify::watched", G_CALLBACK (on_watched), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::fullscreened", G_CALLBACK (on_fullscreened), view, 0);
  if (full_screen)
    gtk_window_fullscreen (GTK_WINDOW (self));
  gtk_widget_grab_focus (view);

  return GTK_WIDGET (self);
}
