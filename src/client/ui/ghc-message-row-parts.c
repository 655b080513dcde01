/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a row is made of. A page of a hundred messages comes at once, so only the text is there from
 * the start; what few messages need is made for the first that does. */
#include "ghc-message-row-private.h"

#include "ghc-message-text.h"

#include <glib/gi18n.h>

/* A box is not named "box" here, nor a button "button": the style sheet of the platform has rules for
 * what such a thing is beside, so that it would be styled anew when a row comes above its own. */

/* The least width of a text, in letters. Without it a label breaks its text after each letter to
 * find its least width, and lays it out once more to find its natural one, which nobody asks. */
#define BODY_CHARS 16

static gboolean
on_activate_link (GtkWidget *row, const char *uri)
{
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

  gtk_uri_launcher_launch (launcher, GTK_WINDOW (gtk_widget_get_root (row)), NULL, NULL, NULL);
  return GDK_EVENT_STOP;
}

void
ghc_message_row_build_body (GhcMessageRow *self)
{
  self->body_label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, "width-chars", BODY_CHARS,
                                   "max-width-chars", BODY_CHARS, "selectable", TRUE, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->body_label), "body");
  g_signal_connect_object (self->body_label, "activate-link", G_CALLBACK (on_activate_link), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_parent (GTK_WIDGET (self->body_label), GTK_WIDGET (self));
}

static gboolean
on_query_tooltip (GhcMessageRow *self, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  g_autofree char *moment = NULL;

  if (self->message == NULL)
    return FALSE;
  moment = ghc_message_text_dup_moment (ghc_message_get_timestamp (self->message));
  gtk_tooltip_set_text (tooltip, moment);
  return TRUE;
}

static GtkLabel *
new_time (GhcMessageRow *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_css_classes (label, (const char *[]){ "caption", "dimmed", "numeric", NULL });
  gtk_widget_set_has_tooltip (label, TRUE);
  g_signal_connect_object (label, "query-tooltip", G_CALLBACK (on_query_tooltip), self,
                           G_CONNECT_SWAPPED);
  return GTK_LABEL (label);
}

void
ghc_message_row_ensure_heading (GhcMessageRow *self)
{
  if (self->heading != NULL)
    return;

  self->avatar = g_object_new (GHC_TYPE_AVATAR, "size", 40, "session", self->session, NULL);
  self->avatar_button = g_object_new (GTK_TYPE_BUTTON, "css-name", "avatar-button", NULL);
  gtk_button_set_child (GTK_BUTTON (self->avatar_button), GTK_WIDGET (self->avatar));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->avatar_button), "message.show-profile");
  gtk_widget_set_tooltip_text (self->avatar_button, _ ("Show Profile"));

  self->name_label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->name_label, PANGO_ELLIPSIZE_END);
  gtk_widget_set_css_classes (GTK_WIDGET (self->name_label),
                              (const char *[]){ "heading", "author", NULL });
  self->time_label = new_time (self);
  gtk_widget_set_valign (GTK_WIDGET (self->time_label), GTK_ALIGN_BASELINE_FILL);
  self->heading = g_object_new (GTK_TYPE_BOX, "css-name", "heading", "spacing", 6, NULL);
  gtk_box_append (GTK_BOX (self->heading), GTK_WIDGET (self->name_label));
  gtk_box_append (GTK_BOX (self->heading), GTK_WIDGET (self->time_label));

  /* In the order one reads. */
  gtk_widget_insert_after (self->avatar_button, GTK_WIDGET (self), NULL);
  gtk_widget_insert_after (self->heading, GTK_WIDGET (self), self->avatar_button);
}

void
ghc_message_row_ensure_hover_time (GhcMessageRow *self)
{
  if (self->hover_time != NULL)
    return;

  self->hover_time = new_time (self);
  gtk_widget_insert_after (GTK_WIDGET (self->hover_time), GTK_WIDGET (self), NULL);
}

void
ghc_message_row_ensure_pending_icon (GhcMessageRow *self)
{
  if (self->pending_icon != NULL)
    return;

  self->pending_icon = gtk_image_new ();
  gtk_widget_add_css_class (self->pending_icon, "dimmed");
  gtk_widget_insert_after (self->pending_icon, GTK_WIDGET (self), GTK_WIDGET (self->body_label));
}

void
ghc_message_row_ensure_failure (GhcMessageRow *self)
{
  if (self->failure != NULL)
    return;

  self->failure = GHC_MESSAGE_FAILURE (ghc_message_failure_new ());
  gtk_widget_insert_before (GTK_WIDGET (self->failure), GTK_WIDGET (self), NULL);
}
