/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-look.h"

#include <string.h>

/**
 * ui_look_settle:
 *
 * What has been begun is done, as far as it does not wait for the next frame.
 */
void
ui_look_settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static void
collect (GtkWidget *widget, GType type, GPtrArray *found)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

/**
 * ui_look_find:
 * @widget: where
 * @type: what
 * @index: which of them, from 0; it has to be there
 *
 * Returns: (transfer none): a widget of that type, @widget or below it
 */
gpointer
ui_look_find (GtkWidget *widget, GType type, guint index)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (widget, type, found);
  g_assert_cmpuint (index, <, found->len);
  return g_ptr_array_index (found, index);
}

/**
 * ui_look_count:
 *
 * Returns: how many widgets of @type there are, @widget and below it
 */
guint
ui_look_count (GtkWidget *widget, GType type)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (widget, type, found);
  return found->len;
}

/**
 * ui_look_shows_text:
 *
 * Returns: whether a label that is on the screen, @widget or below it, has @text in it
 */
gboolean
ui_look_shows_text (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (ui_look_shows_text (child, text))
        return TRUE;
    }
  return FALSE;
}
