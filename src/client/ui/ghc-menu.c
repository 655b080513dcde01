/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-menu.h"

/* GTK 4.18 gives the items of its menus no accessible name: a screen reader says "menu item", and
 * nothing more. These give each item the name that is seen. */

static const char *
find_text (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_LABEL (child))
        return gtk_label_get_text (GTK_LABEL (child));
    }
  return NULL;
}

static void
name_items (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (child));
      const char *text = NULL;

      if (role == GTK_ACCESSIBLE_ROLE_MENU_ITEM || role == GTK_ACCESSIBLE_ROLE_MENU_ITEM_RADIO
          || role == GTK_ACCESSIBLE_ROLE_MENU_ITEM_CHECKBOX)
        text = find_text (child);
      if (text != NULL)
        {
          /* The label it refers to is hidden from the accessible tree, and would win. */
          gtk_accessible_reset_relation (GTK_ACCESSIBLE (child),
                                         GTK_ACCESSIBLE_RELATION_LABELLED_BY);
          gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                          text, -1);
        }
      else
        {
          name_items (child);
        }
    }
}

static void
on_map (GtkWidget *popover)
{
  name_items (popover);
}

/**
 * ghc_menu_name_items:
 * @popover: a #GtkPopoverMenu
 *
 * Names the items of a menu whenever it opens.
 */
void
ghc_menu_name_items (GtkPopover *popover)
{
  g_return_if_fail (GTK_IS_POPOVER (popover));

  g_signal_connect (popover, "map", G_CALLBACK (on_map), NULL);
}

static void
on_popover_changed (GtkMenuButton *button)
{
  GtkPopover *popover = gtk_menu_button_get_popover (button);

  if (popover != NULL)
    ghc_menu_name_items (popover);
}

/**
 * ghc_menu_button_name_items:
 * @button: a menu button with a menu model, now or later
 */
void
ghc_menu_button_name_items (GtkMenuButton *button)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));

  g_signal_connect (button, "notify::popover", G_CALLBACK (on_popover_changed), NULL);
  on_popover_changed (button);
}
