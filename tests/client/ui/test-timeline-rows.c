/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands in the rows of a timeline, and what can be done with it. */
#include "test-timeline-view.h"

#include "ghc-timeline-cell.h"

static void
test_lines (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;

  test_timeline_open (&window, &world, 30);
  ghc_timeline_set_read_marker (test_timeline_of (world), 28);
  ui_world_hear (world, ADA, "Is this new?");
  ui_window_settle (window);
  g_assert_nonnull (ui_window_find (window->list, GTK_TYPE_LABEL, "New"));
  ghc_timeline_clear_new_line (test_timeline_of (world));
  ui_window_settle (window);
  g_assert_null (ui_window_find (window->list, GTK_TYPE_LABEL, "New"));

  /* The history ends now, and its last talk began within the hour: that is today, or yesterday's night. */
  gtk_adjustment_set_value (ui_window_adjustment (window), 0);
  ui_window_settle (window);
  g_assert_true (ui_window_find (window->list, GTK_TYPE_LABEL, "Today") != NULL
                 || ui_window_find (window->list, GTK_TYPE_LABEL, "Yesterday") != NULL);
}

static void
test_states (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;
  GhcUser *me;

  test_timeline_open (&window, &world, 30);
  me = ghc_account_get_user (world->account);
  ghc_timeline_add_pending (test_timeline_of (world), "txn", me, "Will it go out?", g_get_real_time () / 1000);
  ui_window_settle (window);
  g_assert_true (ui_window_is_at_end (window));
  g_assert_nonnull (ui_window_find (window->list, GTK_TYPE_LABEL, "Will it go out?"));
  g_assert_null (ui_window_find (window->list, GTK_TYPE_BUTTON, "_Try Again"));

  ghc_timeline_fail (test_timeline_of (world), "txn", "You may not write here.");
  ui_window_settle (window);
  g_assert_true (ui_window_is_at_end (window));
  g_assert_nonnull (ui_window_find (window->list, GTK_TYPE_LABEL, "You may not write here."));
  g_assert_true (gtk_widget_is_sensitive (ui_window_find (window->list, GTK_TYPE_BUTTON, "_Try Again")));
  g_assert_true (gtk_widget_is_sensitive (ui_window_find (window->list, GTK_TYPE_BUTTON, "_Remove")));

  ghc_timeline_retry (test_timeline_of (world), "txn");
  ui_window_settle (window);
  g_assert_null (ui_window_find (window->list, GTK_TYPE_BUTTON, "_Try Again"));
  ghc_timeline_discard (test_timeline_of (world), "txn");
  ui_window_settle (window);
  g_assert_null (ui_window_find (window->list, GTK_TYPE_LABEL, "Will it go out?"));
}

/* Presses a key where the focus is: the nearest widget that has a use for it takes it. */
static gboolean
press (UiWindow *window, guint keyval, GdkModifierType modifiers)
{
  g_autoptr (GtkShortcutTrigger) trigger = gtk_keyval_trigger_new (keyval, modifiers);

  for (GtkWidget *widget = gtk_root_get_focus (GTK_ROOT (window->window)); widget != NULL;
       widget = gtk_widget_get_parent (widget))
    {
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

          if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
            continue;
          for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
            {
              g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);

              if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), trigger)
                  && gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                                   gtk_shortcut_get_arguments (shortcut)))
                return TRUE;
            }
        }
    }

  return FALSE;
}

static gboolean
has_menu (gpointer data)
{
  UiWindow *window = data;

  return ui_window_find (window->list, GTK_TYPE_POPOVER_MENU, NULL) != NULL;
}

static gboolean
has_no_menu (gpointer data)
{
  return !has_menu (data);
}

/* The item of an open menu. */
static GtkWidget *
find_item (GtkWidget *from, const char *text)
{
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (GTK_IS_LABEL (child) && gtk_widget_get_mapped (child)
          && g_str_equal (gtk_label_get_text (GTK_LABEL (child)), text))
        return from;
      found = find_item (child, text);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
focus_last_message (UiWindow *window)
{
  g_autoptr (GPtrArray) sights = ui_window_look (window);
  UiSight *last = g_ptr_array_index (sights, sights->len - 1);

  for (GtkWidget *row = gtk_widget_get_first_child (window->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *cell = gtk_widget_get_first_child (row);

      if (GHC_IS_TIMELINE_CELL (cell) && ghc_timeline_cell_get_message (GHC_TIMELINE_CELL (cell)) == last->message)
        g_assert_true (gtk_widget_grab_focus (row));
    }
}

static void
assert_clipboard (const char *expected)
{
  GdkContentProvider *content = gdk_clipboard_get_content (gdk_display_get_clipboard (gdk_display_get_default ()));
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_assert_nonnull (content);
  g_assert_true (gdk_content_provider_get_value (content, &value, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (g_value_get_string (&value), ==, expected);
}

static void
test_menu (void)
{
  const char *const said = "Take <this> & https://example.org/that";
  static const struct { guint keyval; GdkModifierType modifiers; } keys[] = {
    { GDK_KEY_Menu, 0 },
    { GDK_KEY_F10, GDK_SHIFT_MASK },
  };
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;

  test_timeline_open (&window, &world, 30);
  ui_world_hear (world, ADA, said);
  ui_window_settle (window);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkWidget *item;

      focus_last_message (window);
      g_assert_true (press (window, keys[i].keyval, keys[i].modifiers));
      ui_window_wait (window, has_menu, window, "the menu");
      g_assert_nonnull (find_item (window->list, "Show Profile"));
      /* What can be done about a failure is not offered for what was sent. */
      g_assert_null (find_item (window->list, "Try Again"));
      g_assert_null (find_item (window->list, "Remove"));

      gdk_clipboard_set_text (gdk_display_get_clipboard (gdk_display_get_default ()), "before");
      item = find_item (window->list, "Copy Text");
      g_assert_nonnull (item);
      g_signal_emit_by_name (item, "clicked");
      ui_window_wait (window, has_no_menu, window, "the menu to close");
      assert_clipboard (said);
    }
}

void
test_timeline_add_rows (void)
{
  g_test_add_func ("/timeline-view/lines", test_lines);
  g_test_add_func ("/timeline-view/states", test_states);
  g_test_add_func ("/timeline-view/menu", test_menu);
}
