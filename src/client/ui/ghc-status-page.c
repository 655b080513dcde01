/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-status-page.h"

static GtkWidget *
find_scroller (GtkWidget *widget)
{
  if (GTK_IS_SCROLLED_WINDOW (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_scroller (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
update (AdwStatusPage *page, GParamSpec *pspec, GtkWidget *scroller)
{
  const char *description = adw_status_page_get_description (page);

  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_status_page_get_title (page),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : "", -1);
}

/**
 * ghc_status_page_name:
 *
 * A status page without a button takes the focus itself, so that the keyboard can scroll it: what it
 * says is what is heard then.
 */
void
ghc_status_page_name (AdwStatusPage *page)
{
  GtkWidget *scroller;

  g_return_if_fail (ADW_IS_STATUS_PAGE (page));

  scroller = find_scroller (GTK_WIDGET (page));
  if (scroller == NULL)
    return;

  g_signal_connect_object (page, "notify::title", G_CALLBACK (update), scroller, 0);
  g_signal_connect_object (page, "notify::description", G_CALLBACK (update), scroller, 0);
  update (page, NULL, scroller);
}
