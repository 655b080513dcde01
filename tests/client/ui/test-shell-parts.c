/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the shell in a real window: what is undone is not done, errors stand beside their field. */
#include <adwaita.h>

#include "ghc-composer.h"
#include "ghc-field-error.h"
#include "ghc-task-button.h"
#include "ghc-toast.h"

#include "gh-error.h"

typedef struct
{
  GtkWidget *window;
  GtkWidget *overlay;
  GtkWidget *child;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->window = adw_application_window_new (NULL);
  self->overlay = adw_toast_overlay_new ();
  self->child = gtk_label_new ("child");
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->overlay), self->child);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), self->overlay);
  gtk_window_present (GTK_WINDOW (self->window));
  while (!gtk_widget_get_mapped (self->window))
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
count (gpointer data)
{
  ++*(guint *) data;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (GTK_IS_BUTTON (child)
          && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (child)), label) == 0)
        return child;
      found = find_button (child, label);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
wait_for (guint *counter, guint wanted)
{
  while (*counter < wanted)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_goes_by (Fixture *self, gconstpointer data)
{
  guint done = 0;
  guint freed = 0;

  /* The toast is dismissed: what it announced is done, once. */
  ghc_toast_undo (self->child, "Leaving", count, &done, NULL);
  g_assert_cmpuint (done, ==, 0);
  adw_toast_overlay_dismiss_all (ADW_TOAST_OVERLAY (self->overlay));
  wait_for (&done, 1);

  ghc_toast_undo (self->child, "Leaving", count, &done, NULL);
  ghc_toast_undo (self->child, "Leaving again", count, &freed, NULL);
  adw_toast_overlay_dismiss_all (ADW_TOAST_OVERLAY (self->overlay));
  wait_for (&freed, 1);
  wait_for (&done, 2);
  g_assert_cmpuint (freed, ==, 1);
}

static void
test_undone (Fixture *self, gconstpointer data)
{
  guint done = 0;
  GtkWidget *button;

  ghc_toast_undo (self->child, "Leaving", count, &done, NULL);
  while ((button = find_button (self->overlay, "_Undo")) == NULL)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_activate (button);
  /* Gone from the window means that its closures have run. */
  while (find_button (self->overlay, "_Undo") != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (done, ==, 0);
}

/* A toast is beside the sidebar where there is one, whose buttons it would cover. */
static void
test_beside_sidebar (Fixture *self, gconstpointer data)
{
  AdwNavigationSplitView *split = ADW_NAVIGATION_SPLIT_VIEW (adw_navigation_split_view_new ());

  adw_navigation_split_view_set_sidebar (split, adw_navigation_page_new (gtk_label_new ("side"), "Side"));
  adw_navigation_split_view_set_content (split, adw_navigation_page_new (gtk_label_new ("main"), "Main"));
  ghc_toast_show (self->overlay, "There is no sidebar.");
  g_assert_false (gtk_widget_has_css_class (self->overlay, "beside-sidebar"));
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->overlay), GTK_WIDGET (split));
  ghc_toast_show (self->overlay, "There is one.");
  g_assert_true (gtk_widget_has_css_class (self->overlay, "beside-sidebar"));
  adw_navigation_split_view_set_collapsed (split, TRUE);
  ghc_toast_show (self->overlay, "There is one page at a time.");
  g_assert_false (gtk_widget_has_css_class (self->overlay, "beside-sidebar"));
}

static void
test_window_ends (Fixture *self, gconstpointer data)
{
  guint done = 0;

  ghc_toast_undo (self->child, "Leaving", count, &done, NULL);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), NULL);
  wait_for (&done, 1);
  g_assert_cmpuint (done, ==, 1);
}

/* The first descendant whose class has that name: libadwaita keeps the widget of a toast for itself. */
static GtkWidget *
find_class (GtkWidget *widget, const char *name)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), name))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_class (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* An invitation that was accepted elsewhere is offered no longer. */
static void
test_needless (Fixture *self, gconstpointer data)
{
  g_autoptr (AdwToast) toast = NULL;
  g_autoptr (GtkWidget) invited = g_object_ref_sink (gtk_label_new ("invited"));

  ghc_toast_action (self->child, "You are invited", "Join", "view.join", NULL, invited,
                    "sensitive");
  while (find_class (self->overlay, "AdwToastWidget") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_object_get (find_class (self->overlay, "AdwToastWidget"), "toast", &toast, NULL);
  adw_toast_set_timeout (toast, 0); /* it does not go by itself */

  g_object_notify (G_OBJECT (invited), "sensitive");
  g_assert_nonnull (find_button (self->overlay, "Join"));
  gtk_widget_set_sensitive (invited, FALSE);
  while (find_button (self->overlay, "Join") != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_field_error (Fixture *self, gconstpointer data)
{
  g_autoptr (GtkWidget) field = g_object_ref_sink (adw_entry_row_new ());
  g_autoptr (GhcFieldError)
    said = g_object_ref_sink (g_object_new (GHC_TYPE_FIELD_ERROR, "field", field, NULL));
  g_autoptr (GError)
    error = gh_error_new (GH_ERROR_CONFLICT, "username.taken", "username", 0, "Somebody has it");

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (said)));
  g_assert_false (ghc_field_error_take (said, error, "password"));
  g_assert_null (ghc_field_error_get_message (said));

  g_assert_true (ghc_field_error_take (said, error, "username"));
  g_assert_cmpstr (ghc_field_error_get_message (said), ==, "Somebody has it");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (said)));
  g_assert_true (gtk_widget_has_css_class (field, "error"));

  gtk_editable_set_text (GTK_EDITABLE (field), "another");
  g_assert_null (ghc_field_error_get_message (said));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (said)));
  g_assert_false (gtk_widget_has_css_class (field, "error"));
}

static void
test_task_button (Fixture *self, gconstpointer data)
{
  g_autoptr (GhcTaskButton)
    button = g_object_ref_sink (g_object_new (GHC_TYPE_TASK_BUTTON, "text", "_Create", NULL));
  GtkWidget *stack = gtk_button_get_child (GTK_BUTTON (button));

  g_assert_true (GTK_IS_LABEL (gtk_stack_get_visible_child (GTK_STACK (stack))));
  ghc_task_button_set_busy (button, TRUE);
  g_assert_true (ghc_task_button_get_busy (button));
  /* No flash: the spinner takes its time. */
  g_assert_true (GTK_IS_LABEL (gtk_stack_get_visible_child (GTK_STACK (stack))));
  while (!ADW_IS_SPINNER (gtk_stack_get_visible_child (GTK_STACK (stack))))
    g_main_context_iteration (NULL, TRUE);
  ghc_task_button_set_busy (button, FALSE);
  g_assert_true (GTK_IS_LABEL (gtk_stack_get_visible_child (GTK_STACK (stack))));
}

static void
assert_same_color (GtkWidget *a, GtkWidget *b)
{
  GdkRGBA of_a;
  GdkRGBA of_b;

  gtk_widget_get_color (a, &of_a);
  gtk_widget_get_color (b, &of_b);
  g_assert_true (gdk_rgba_equal (&of_a, &of_b));
}

/* What one writes has the colour of all other words, on dark surfaces too. */
static void
test_composer_color (Fixture *self, gconstpointer data)
{
  GtkWidget *composer = g_object_new (GHC_TYPE_COMPOSER, NULL);
  GtkWidget *view = NULL;

  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->overlay), composer);
  view = find_class (composer, "GtkSourceView");
  g_assert_nonnull (view);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  assert_same_color (view, composer);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  assert_same_color (view, composer);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/shell/undo/goes-by", Fixture, NULL, set_up, test_goes_by, tear_down);
  g_test_add ("/shell/undo/undone", Fixture, NULL, set_up, test_undone, tear_down);
  g_test_add ("/shell/undo/window-ends", Fixture, NULL, set_up, test_window_ends, tear_down);
  g_test_add ("/shell/toast/beside-sidebar", Fixture, NULL, set_up, test_beside_sidebar, tear_down);
  g_test_add ("/shell/needless", Fixture, NULL, set_up, test_needless, tear_down);
  g_test_add ("/shell/field-error", Fixture, NULL, set_up, test_field_error, tear_down);
  g_test_add ("/shell/task-button", Fixture, NULL, set_up, test_task_button, tear_down);
  g_test_add ("/shell/composer-color", Fixture, NULL, set_up, test_composer_color, tear_down);
  return g_test_run ();
}
