/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-call-room.h"

#include "ui-names.h"
#include "ui-window.h"

static void
on_notice (UiCallRoom *self, const char *sentence)
{
  g_string_append_printf (self->heard, "[%s]", sentence);
}

/* Gives @object up. What still closes itself, as dialogs do, may hold it for some frames more, and for no longer. */
static void
assert_finalized (gpointer object)
{
  const gint64 deadline = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;
  gpointer weak = object;

  g_object_add_weak_pointer (object, &weak);
  g_object_unref (object);
  while (weak != NULL && g_get_monotonic_time () < deadline)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  g_assert_null (weak);
}

static void
set_up (UiCallRoom *self, gconstpointer data)
{
  self->world = ui_world_new (0);
  self->settings = g_settings_new_with_path (GUILDHALL_APPLICATION_ID, "/org/guildhall/Guildhall/");
  g_settings_reset (self->settings, "call-muted");
  g_settings_reset (self->settings, "call-deafened");
  self->sessions = g_list_store_new (GHC_TYPE_SESSION);
  self->desk = ghc_call_desk_new (G_LIST_MODEL (self->sessions), self->settings, ui_voice_new);
  self->heard = g_string_new (NULL);
  g_signal_connect_swapped (self->desk, "notice", G_CALLBACK (on_notice), self);
  self->window = adw_window_new ();
  gtk_widget_insert_action_group (self->window, "call", ghc_call_desk_get_actions (self->desk));
}

static void
tear_down (UiCallRoom *self, gconstpointer data)
{
  g_autofree char *nameless = ui_names_find_missing (self->window);

  g_assert_cmpstr (nameless, ==, "");
  gtk_window_destroy (GTK_WINDOW (self->window));
  assert_finalized (self->desk);
  g_object_unref (self->sessions);
  g_object_unref (self->settings);
  ui_world_free (self->world);
  g_string_free (self->heard, TRUE);
}

/**
 * ui_call_room_draw:
 *
 * Waits until the window has been drawn: a popover waits for ever for one that has not been.
 */
void
ui_call_room_draw (UiCallRoom *self)
{
  UiWindow window = { .window = self->window };

  ui_window_wait_frames (&window, 3);
}

/**
 * ui_call_room_show:
 *
 * Opens the window with @widget in it, and waits until it is to be seen.
 */
void
ui_call_room_show (UiCallRoom *self, GtkWidget *widget)
{
  adw_window_set_content (ADW_WINDOW (self->window), widget);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 360, 640);
  gtk_window_present (GTK_WINDOW (self->window));
  while (!gtk_widget_get_mapped (self->window))
    g_main_context_iteration (NULL, TRUE);
  ui_call_room_draw (self);
}

/**
 * ui_call_room_sit_down:
 *
 * Joins the call of the lounge.
 *
 * Returns: (transfer full): the seat, which the desk has, too
 */
GhcCallSeat *
ui_call_room_sit_down (UiCallRoom *self)
{
  GhcCall *call = ghc_channel_get_call (self->world->lounge);
  GhcCallSeat *seat = ui_seat_new (call);

  ghc_call_set_joined (call, TRUE);
  ghc_call_desk_set_seat (self->desk, NULL, seat);
  return seat;
}

/**
 * ui_call_room_activate:
 * @action: an action of the desk's
 */
void
ui_call_room_activate (UiCallRoom *self, const char *action)
{
  g_action_group_activate_action (ghc_call_desk_get_actions (self->desk), action, NULL);
}

/**
 * ui_call_room_add_tests:
 * @tests: (array length=n_tests): tests that each have a room of their own
 */
void
ui_call_room_add_tests (const UiCallTest *tests, guint n_tests)
{
  for (guint i = 0; i < n_tests; i++)
    g_test_add (tests[i].path, UiCallRoom, NULL, set_up, tests[i].test, tear_down);
}
