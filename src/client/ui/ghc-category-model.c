/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-category-model.h"

#include <glib/gi18n.h>

/* "No category" and the categories of a guild, for a combo row. */

static gboolean
is_category (gpointer item, gpointer user_data)
{
  return ghc_channel_get_kind (item) == GHC_CHANNEL_CATEGORY;
}

static char *
get_title (gpointer item, gpointer user_data)
{
  if (GHC_IS_CHANNEL (item))
    return g_strdup (ghc_channel_get_name (item));
  return g_strdup (_ ("None"));
}

/**
 * ghc_category_model_setup:
 * @row: shows "None" and the categories of @guild; hidden when there are none
 * @selected: (nullable): the category chosen to begin with
 */
void
ghc_category_model_setup (AdwComboRow *row, GhcGuild *guild, GhcChannel *selected)
{
  GListModel *all = ghc_channel_list_get_all (ghc_guild_get_channels (guild));
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_category, NULL, NULL));
  GtkFilterListModel *categories = gtk_filter_list_model_new (g_object_ref (all), filter);
  GtkStringList *none = gtk_string_list_new ((const char *const[]) { "", NULL });
  GListStore *parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GtkExpression) expression = NULL;
  g_autoptr (GListModel) rows = NULL;

  g_return_if_fail (ADW_IS_COMBO_ROW (row));
  g_return_if_fail (GHC_IS_GUILD (guild));

  g_list_store_append (parts, none);
  g_list_store_append (parts, categories);
  g_object_unref (none);
  gtk_widget_set_visible (GTK_WIDGET (row),
                          g_list_model_get_n_items (G_LIST_MODEL (categories)) > 0);
  g_object_unref (categories);
  rows = G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (parts)));

  expression = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (get_title),
                                            NULL, NULL);
  adw_combo_row_set_expression (row, expression);
  adw_combo_row_set_model (row, rows);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (rows, i);

      if (item == (GObject *) selected)
        adw_combo_row_set_selected (row, i);
    }
}

/**
 * ghc_category_model_get_selected:
 *
 * Returns: (transfer none) (nullable): the chosen category, %NULL for none
 */
GhcChannel *
ghc_category_model_get_selected (AdwComboRow *row)
{
  GObject *item;

  g_return_val_if_fail (ADW_IS_COMBO_ROW (row), NULL);

  item = adw_combo_row_get_selected_item (row);
  return GHC_IS_CHANNEL (item) ? GHC_CHANNEL (item) : NULL;
}
