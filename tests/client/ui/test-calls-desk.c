/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the desk of calls does: to be muted and deafened, how a call ends, what is remembered, and what is heard of it. */
#include "ghc-call-sounds.h"
#include "ghc-chime.h"
#include "ghc-mute-buttons.h"
#include "test-calls.h"
#include "ui-look.h"

static void
assert_quiet (UiCallRoom *self, gboolean muted, gboolean deafened)
{
  GhcCallSeat *seat = ghc_call_desk_get_seat (self->desk);

  g_assert_cmpint (ghc_call_desk_get_muted (self->desk), ==, muted);
  g_assert_cmpint (ghc_call_desk_get_deafened (self->desk), ==, deafened);
  if (seat != NULL)
    {
      g_assert_cmpint (ghc_call_seat_get_muted (seat), ==, muted);
      g_assert_cmpint (ghc_call_seat_get_deafened (seat), ==, deafened);
    }
}

static void
test_mute (UiCallRoom *self, gconstpointer data)
{
  g_autoptr (GhcCallSeat) seat = NULL;
  g_autoptr (GhcCallDesk) again = NULL;

  /* Before a call, and then in it. */
  ui_call_room_activate (self, "mute");
  assert_quiet (self, TRUE, FALSE);
  ui_call_tell (self->world, self->world->lounge, ME);
  seat = ui_call_room_sit_down (self);
  assert_quiet (self, TRUE, FALSE);
  ui_call_room_activate (self, "mute");
  assert_quiet (self, FALSE, FALSE);

  /* Whoever hears again is as muted as before; whoever unmutes hears as well. */
  ui_call_room_activate (self, "deafen");
  assert_quiet (self, TRUE, TRUE);
  ui_call_room_activate (self, "deafen");
  assert_quiet (self, FALSE, FALSE);
  ui_call_room_activate (self, "mute");
  ui_call_room_activate (self, "deafen");
  ui_call_room_activate (self, "deafen");
  assert_quiet (self, TRUE, FALSE);
  ui_call_room_activate (self, "deafen");
  ui_call_room_activate (self, "mute");
  assert_quiet (self, FALSE, FALSE);

  /* The seat's word counts as well. */
  ghc_call_seat_set_muted (seat, TRUE);
  assert_quiet (self, TRUE, FALSE);

  /* It is remembered. */
  again = ghc_call_desk_new (G_LIST_MODEL (self->sessions), self->settings, NULL);
  g_assert_true (ghc_call_desk_get_muted (again));
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

static void
test_ended (UiCallRoom *self, gconstpointer data)
{
  g_autoptr (GhcCallSeat) seat = NULL;

  ui_call_tell (self->world, self->world->lounge, ADA " " ME);
  seat = ui_call_room_sit_down (self);
  g_assert_true (g_action_group_get_action_enabled (ghc_call_desk_get_actions (self->desk), "leave"));
  ghc_call_seat_end (seat, "disconnected", "A moderator took you out of the call.");
  g_assert_null (ghc_call_desk_get_seat (self->desk));
  g_assert_cmpstr (self->heard->str, ==, "[A moderator took you out of the call.]");
  g_assert_false (g_action_group_get_action_enabled (ghc_call_desk_get_actions (self->desk), "leave"));
}

/* Also when the session lets go of the seat before it says why. */
static void
test_ended_late (UiCallRoom *self, gconstpointer data)
{
  g_autoptr (GhcCallSeat) seat = NULL;

  ui_call_tell (self->world, self->world->lounge, ME);
  seat = ui_call_room_sit_down (self);
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
  ghc_call_seat_end (seat, "moved", "You joined a call on another device.");
  g_assert_cmpstr (self->heard->str, ==, "[You joined a call on another device.]");
}

static void
test_memory (UiCallRoom *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  g_autoptr (GhcCallSeat) seat = NULL;
  g_autoptr (GVariant) kept = NULL;

  ui_call_tell (self->world, lounge, ADA " " BROOK " " ME);
  seat = ui_call_room_sit_down (self);
  ghc_call_member_set_volume (ui_call_find (lounge, ADA), 0.5);
  ghc_call_member_set_silenced_here (ui_call_find (lounge, BROOK), TRUE);

  /* They go, and come back as somebody new. */
  ui_call_tell (self->world, lounge, ME);
  ui_call_tell (self->world, lounge, ME " " BROOK " " ADA);
  g_assert_cmpfloat (ghc_call_member_get_volume (ui_call_find (lounge, ADA)), ==, 0.5);
  g_assert_false (ghc_call_member_get_silenced_here (ui_call_find (lounge, ADA)));
  g_assert_cmpfloat (ghc_call_member_get_volume (ui_call_find (lounge, BROOK)), ==, 1);
  g_assert_true (ghc_call_member_get_silenced_here (ui_call_find (lounge, BROOK)));

  /* As sent is what everybody is. */
  ghc_call_member_set_volume (ui_call_find (lounge, ADA), 1);
  ghc_call_member_set_silenced_here (ui_call_find (lounge, BROOK), FALSE);
  kept = g_settings_get_value (self->settings, "person-volumes");
  g_assert_cmpuint (g_variant_n_children (kept), ==, 0);
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

static void
test_mute_buttons (UiCallRoom *self, gconstpointer data)
{
  GtkWidget *buttons = ghc_mute_buttons_new ();
  GtkToggleButton *mute;
  GtkToggleButton *deafen;

  g_object_set (buttons, "desk", self->desk, NULL);
  ui_call_room_show (self, buttons);
  mute = ui_look_find (buttons, GTK_TYPE_TOGGLE_BUTTON, 0);
  deafen = ui_look_find (buttons, GTK_TYPE_TOGGLE_BUTTON, 1);
  g_assert_false (gtk_toggle_button_get_active (mute));
  g_signal_emit_by_name (mute, "clicked");
  g_assert_true (ghc_call_desk_get_muted (self->desk));
  g_assert_true (gtk_toggle_button_get_active (mute));
  g_assert_cmpstr (gtk_button_get_icon_name (GTK_BUTTON (mute)), ==, "microphone-disabled-symbolic");
  ui_call_room_activate (self, "deafen");
  g_assert_true (gtk_toggle_button_get_active (deafen));
  gtk_test_accessible_assert_property (mute, GTK_ACCESSIBLE_PROPERTY_LABEL, "Mute");
  gtk_test_accessible_assert_state (mute, GTK_ACCESSIBLE_STATE_PRESSED, GTK_ACCESSIBLE_TRISTATE_TRUE);
}

/* --- Sounds --------------------------------------------------------------------------------- */

static void
on_chime (GString *heard, GhcChime chime)
{
  static const char letters[] = { 'j', 'l', 'm', 'u' };

  g_string_append_c (heard, letters[chime]);
}

static void
test_sounds (UiCallRoom *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  g_autoptr (GhcCallSounds) sounds = ghc_call_sounds_new (self->desk);
  g_autoptr (GhcCallSeat) seat = NULL;

  g_signal_connect_swapped (sounds, "chime", G_CALLBACK (on_chime), self->heard);
  ui_call_room_activate (self, "mute");
  ui_call_room_activate (self, "mute");
  ui_call_tell (self->world, lounge, BROOK " " ME);
  g_assert_cmpstr (self->heard->str, ==, "");

  seat = ui_call_room_sit_down (self);
  ui_call_tell (self->world, lounge, BROOK " " ME " " ADA);
  ui_call_tell (self->world, lounge, ME " " ADA);
  ui_call_room_activate (self, "mute");
  ui_call_room_activate (self, "mute");
  g_assert_cmpstr (self->heard->str, ==, "jjlmu");

  g_settings_set_boolean (self->settings, "call-sound-leave", FALSE);
  ui_call_tell (self->world, lounge, ME);
  g_assert_cmpstr (self->heard->str, ==, "jjlmu");
  g_settings_reset (self->settings, "call-sound-leave");
  g_settings_set_boolean (self->settings, "call-sounds", FALSE);
  ui_call_room_activate (self, "mute");
  ui_call_tell (self->world, lounge, ME " " ADA);
  g_assert_cmpstr (self->heard->str, ==, "jjlmu");
  g_settings_reset (self->settings, "call-sounds");
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
  g_assert_cmpstr (self->heard->str, ==, "jjlmul");
}

void
test_calls_add_desk (void)
{
  static const UiCallTest tests[] = {
    { "/calls/desk/mute", test_mute },
    { "/calls/desk/ended", test_ended },
    { "/calls/desk/ended-late", test_ended_late },
    { "/calls/desk/memory", test_memory },
    { "/calls/mute-buttons", test_mute_buttons },
    { "/calls/sounds", test_sounds },
  };

  ui_call_room_add_tests (tests, G_N_ELEMENTS (tests));
}
