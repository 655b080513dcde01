/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-choice.h"

/* libadwaita 1.7 gives the choices of its rows no accessible name: a screen reader says "list item", and
 * nothing more. These look the same, and have the name that is seen. */

/* As wide as libadwaita lets what is chosen become. */
#define MAX_WIDTH_CHARS 20

static char *
dup_text (AdwComboRow *row, gpointer item)
{
  GtkExpression *expression = adw_combo_row_get_expression (row);
  g_auto (GValue) value = G_VALUE_INIT;

  if (expression != NULL && gtk_expression_evaluate (expression, item, &value))
    return g_value_dup_string (&value);
  if (GTK_IS_STRING_OBJECT (item))
    return g_strdup (gtk_string_object_get_string (item));
  return g_strdup ("");
}

static void
update_mark (AdwComboRow *row, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *mark = gtk_widget_get_last_child (gtk_list_item_get_child (item));
  gboolean is_chosen = adw_combo_row_get_selected_item (row) == gtk_list_item_get_item (item);

  /* Its room stays, so that the list is as wide whatever is chosen. */
  gtk_widget_set_opacity (mark, is_chosen ? 1 : 0);
}

static void
on_chosen_setup (AdwComboRow *row, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

static void
on_chosen_setup_short (AdwComboRow *row, GtkListItem *item)
{
  GtkLabel *label;

  on_chosen_setup (row, item);
  label = GTK_LABEL (gtk_list_item_get_child (item));
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (label, MAX_WIDTH_CHARS);
}

static void
on_chosen_bind (AdwComboRow *row, GtkListItem *item)
{
  g_autofree char *text = dup_text (row, gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
  gtk_list_item_set_accessible_label (item, text);
}

static void
on_setup (AdwComboRow *row, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *mark = g_object_new (GTK_TYPE_IMAGE, "icon-name", "object-select-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), mark);
  gtk_list_item_set_child (item, box);
}

static void
on_bind (AdwComboRow *row, GtkListItem *item)
{
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  g_autofree char *text = dup_text (row, gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_list_item_set_accessible_label (item, text);
  g_signal_connect_object (row, "notify::selected-item", G_CALLBACK (update_mark), item,
                           G_CONNECT_DEFAULT);
  update_mark (row, NULL, item);
}

static void
on_unbind (AdwComboRow *row, GtkListItem *item)
{
  g_signal_handlers_disconnect_by_func (row, update_mark, item);
}

/**
 * ghc_choice_name_items:
 * @row: a row whose items are #GtkStringObject, or which has an expression
 * @whole: whether what is chosen is never cut, whatever else of the row has to give way
 *
 * Gives each choice, and what is chosen, its text as its accessible name.
 */
void
ghc_choice_name_items (AdwComboRow *row, gboolean whole)
{
  g_autoptr (GtkListItemFactory) chosen = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) choices = gtk_signal_list_item_factory_new ();

  g_return_if_fail (ADW_IS_COMBO_ROW (row));

  g_signal_connect_object (chosen, "setup",
                           G_CALLBACK (whole ? on_chosen_setup : on_chosen_setup_short), row,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (chosen, "bind", G_CALLBACK (on_chosen_bind), row, G_CONNECT_SWAPPED);
  g_signal_connect_object (choices, "setup", G_CALLBACK (on_setup), row, G_CONNECT_SWAPPED);
  g_signal_connect_object (choices, "bind", G_CALLBACK (on_bind), row, G_CONNECT_SWAPPED);
  g_signal_connect_object (choices, "unbind", G_CALLBACK (on_unbind), row, G_CONNECT_SWAPPED);
  adw_combo_row_set_factory (row, chosen);
  adw_combo_row_set_list_factory (row, choices);
}
