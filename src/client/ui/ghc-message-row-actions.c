/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one can do with a message, and the menu that offers it. */
#include "ghc-message-row-private.h"

#include "ghc-menu.h"
#include "ghc-message-receipt.h"
#include "ghc-profile-popover.h"
#include "ghc-toast.h"

#include <glib/gi18n.h>

static gboolean
has_failed (GhcMessageRow *self)
{
  return self->message != NULL && ghc_message_get_state (self->message) == GHC_MESSAGE_FAILED;
}

static gboolean
has_receipt (GhcMessageRow *self, GhcReceiptState state)
{
  return self->message != NULL && ghc_message_get_receipt_state (self->message) == state;
}

static void
drop_menu (gpointer menu)
{
  /* The row may have gone meanwhile, and the menu with it. */
  if (gtk_widget_get_parent (menu) != NULL)
    gtk_widget_unparent (menu);
  g_object_unref (menu);
}

static void
on_menu_closed (GtkPopover *menu)
{
  /* Not at once: the chosen action is activated after the menu has closed. */
  g_idle_add_once (drop_menu, g_object_ref (menu));
}

/* GTK looks for another place a frame later, when the menu may be gone and the place unknown. */
static void
give_back_focus (GtkWidget *focus)
{
  if (gtk_widget_get_mapped (focus))
    gtk_widget_grab_focus (focus);
}

/**
 * ghc_message_row_show_menu:
 * @x, @y: the place in the row that the menu points to
 */
void
ghc_message_row_show_menu (GhcMessageRow *self, double x, double y)
{
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWidget *menu, *focus;

  g_return_if_fail (GHC_IS_MESSAGE_ROW (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.retry", has_failed (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.discard", has_failed (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.save-receipt",
                                 has_receipt (self, GHC_RECEIPT_VERIFIED));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.explain-receipt",
                                 has_receipt (self, GHC_RECEIPT_WRONG));

  builder = gtk_builder_new_from_resource ("/org/guildhall/Guildhall/ui/ghc-message-row.ui");
  menu = gtk_popover_menu_new_from_model (
    G_MENU_MODEL (gtk_builder_get_object (builder, "message_menu")));
  ghc_menu_name_items (GTK_POPOVER (menu));
  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  if (focus != NULL)
    g_signal_connect_object (menu, "closed", G_CALLBACK (give_back_focus), focus, G_CONNECT_SWAPPED);
  g_signal_connect (menu, "closed", G_CALLBACK (on_menu_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ghc_message_row_show_menu (GHC_MESSAGE_ROW (widget), gtk_widget_get_width (widget) / 2.0,
                             gtk_widget_get_height (widget) / 2.0);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);
  g_autofree char *selected = NULL;
  const char *body;
  int start, end;

  if (self->message == NULL)
    return;

  /* What was selected of it, or all of it; the label shows the body as it is, so their characters
   * are the same. */
  body = ghc_message_get_body (self->message);
  if (gtk_label_get_selection_bounds (self->body_label, &start, &end))
    selected = g_utf8_substring (body, start, end);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), selected != NULL ? selected : body);
  ghc_toast_show (widget, _("Text copied"));
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (self->session != NULL && has_failed (self))
    dex_future_disown (ghc_session_retry_message (self->session, self->message));
}

static void
discard_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (self->session != NULL && has_failed (self))
    dex_future_disown (ghc_session_discard_message (self->session, self->message));
}

static void
save_receipt_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (self->session != NULL && has_receipt (self, GHC_RECEIPT_VERIFIED))
    ghc_message_receipt_save (widget, self->session, self->message);
}

static void
explain_receipt_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (has_receipt (self, GHC_RECEIPT_WRONG))
    ghc_message_receipt_explain (widget, self->message);
}

static void
show_profile_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (self->message == NULL)
    return;
  ghc_profile_popover_present (ghc_message_get_first_of_group (self->message)
                                 ? self->avatar_button
                                 : GTK_WIDGET (self->body_label),
                               self->session, self->guild, self->sender);
}

void
ghc_message_row_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "message.discard", NULL, discard_action);
  gtk_widget_class_install_action (widget_class, "message.save-receipt", NULL, save_receipt_action);
  gtk_widget_class_install_action (widget_class, "message.explain-receipt", NULL,
                                   explain_receipt_action);
  gtk_widget_class_install_action (widget_class, "message.show-profile", NULL, show_profile_action);
}
