/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-names.h"

#include <adwaita.h>

/* What GTK and libadwaita put together themselves is theirs to name. */
static gboolean
is_theirs (GtkWidget *widget)
{
  return GTK_IS_DROP_DOWN (widget) || GTK_IS_SPIN_BUTTON (widget) || GTK_IS_WINDOW_CONTROLS (widget)
         || GTK_IS_EMOJI_CHOOSER (widget) || GTK_IS_CALENDAR (widget) || ADW_IS_COMBO_ROW (widget)
         || ADW_IS_EXPANDER_ROW (widget) || ADW_IS_VIEW_SWITCHER (widget) || ADW_IS_VIEW_SWITCHER_BAR (widget);
}

static gboolean
shows_words (GtkWidget *widget)
{
  if (GTK_IS_POPOVER (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0')
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (shows_words (child))
        return TRUE;
    }
  return FALSE;
}

static const char *
find_icon (GtkWidget *widget)
{
  if (GTK_IS_POPOVER (widget))
    return NULL;
  if (GTK_IS_IMAGE (widget))
    return gtk_image_get_icon_name (GTK_IMAGE (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      const char *icon = find_icon (child);

      if (icon != NULL)
        return icon;
    }
  return NULL;
}

/* A tooltip is a name to those who hear it, where there is no other. */
static gboolean
is_named (GtkWidget *widget)
{
  return gtk_widget_get_tooltip_text (widget) != NULL
         || gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
         || gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

static void
look (GtkWidget *widget,
      GString   *missing)
{
  gboolean is_button = GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget);
  const char *icon;

  if (is_theirs (widget) || !gtk_widget_get_visible (widget))
    return;
  icon = is_button && !shows_words (widget) ? find_icon (widget) : NULL;
  /* A dialog's own way out, in any header bar. */
  if (g_strcmp0 (icon, "window-close-symbolic") == 0 && gtk_widget_get_ancestor (widget, ADW_TYPE_HEADER_BAR) != NULL)
    return;
  if (icon != NULL && !gtk_widget_get_has_tooltip (widget))
    g_string_append_printf (missing, "[%s, %s: no tooltip]", G_OBJECT_TYPE_NAME (widget), icon);
  if (icon != NULL && !is_named (widget))
    g_string_append_printf (missing, "[%s, %s: no name]", G_OBJECT_TYPE_NAME (widget), icon);

  /* The button inside a menu button goes by what that one says; its popover is on its own. */
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      if (!GTK_IS_MENU_BUTTON (widget) || GTK_IS_POPOVER (child))
        look (child, missing);
    }
}

char *
ui_names_find_missing (GtkWidget *widget)
{
  GString *missing = g_string_new (NULL);

  look (widget, missing);
  return g_string_free (missing, FALSE);
}
