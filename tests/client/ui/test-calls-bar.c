/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the bar of a call says, also of what goes wrong. */
#include "ghc-call-bar.h"
#include "ghc-call-details.h"
#include "ghc-call-stage.h"
#include "ghc-call-tile.h"
#include "ghc-device-choice.h"
#include "test-calls.h"
#include "ui-look.h"

static void
test_bar (UiCallRoom *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  GtkWidget *bar = ghc_call_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GhcCallSeat) seat = NULL;

  gtk_box_append (GTK_BOX (box), gtk_label_new ("above"));
  gtk_box_append (GTK_BOX (box), bar);
  g_object_set (bar, "desk", self->desk, NULL);
  ui_call_room_show (self, box);
  g_assert_false (gtk_widget_get_visible (bar));

  ui_call_tell (self->world, lounge, ADA " " ME);
  seat = ui_call_room_sit_down (self);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_true (ui_look_shows_text (bar, "lounge · Hall of Makers"));
  g_assert_true (ui_look_shows_text (bar, "Connecting…"));
  ui_call_connect (lounge, ADA, GHC_CALL_ROUTE_RELAYED, 80, 0);
  g_assert_true (ui_look_shows_text (bar, "Relayed\u00a0· 80\u00a0ms"));
  ui_call_tell (self->world, lounge, ME);
  g_assert_true (ui_look_shows_text (bar, "Nobody else is here yet"));

  ui_voice_set_problem (ghc_call_desk_get_voice (self->desk), GHC_VOICE_PROBLEM_NONE);
  ghc_call_seat_set_state (seat, GHC_SEAT_RECONNECTING);
  g_assert_true (ui_look_shows_text (bar, "Reconnecting to the server… You can still talk; nobody can join until it is back."));
  ghc_call_seat_set_state (seat, GHC_SEAT_JOINED);
  g_assert_false (ui_look_shows_text (bar, "Reconnecting to the server… You can still talk; nobody can join until it is back."));
  ghc_call_seat_set_allowed (seat, TRUE, TRUE);
  g_assert_true (ui_look_shows_text (bar, "A moderator has muted you."));
  ghc_call_seat_set_allowed (seat, FALSE, FALSE);
  g_assert_true (ui_look_shows_text (bar, "You may only listen"));

  ghc_call_desk_set_seat (self->desk, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (bar));
}

/* What goes wrong with sound and connections, and what a person reads of it. */
static void
test_failures (UiCallRoom *self, gconstpointer data)
{
  static const struct
  {
    GhcVoiceProblem problem;
    const char *sentence;
  } problems[] = {
    { GHC_VOICE_PROBLEM_NO_MICROPHONE,
      "There is no microphone. You can hear the others; connect one to talk." },
    { GHC_VOICE_PROBLEM_MICROPHONE_GONE,
      "Your microphone was disconnected. Another one is used if there is one." },
    { GHC_VOICE_PROBLEM_MICROPHONE_SILENT,
      "Your microphone gives no sound. Choose another one, or connect it again." },
    { GHC_VOICE_PROBLEM_NO_OUTPUT, "There is nothing to listen with. Connect headphones or speakers." },
    { GHC_VOICE_PROBLEM_OUTPUT_GONE,
      "Your headphones or speakers were disconnected. Others are used if there are any." },
    { GHC_VOICE_PROBLEM_NO_AUDIO_SERVER,
      "The sound system of this computer doesn’t answer. Check that PipeWire is running." },
    { GHC_VOICE_PROBLEM_TURN_UNREACHABLE,
      "No relay can be reached, and you allow no direct connections. Allow them in the preferences, or "
      "ask whoever runs the server." },
    { GHC_VOICE_PROBLEM_NO_PEER_REACHED,
      "Nobody in the call can be reached. Your network may not let calls through." },
    { GHC_VOICE_PROBLEM_RELAY_AWAY, "Nobody in the call can be reached, and the server’s relay doesn’t "
                                    "answer. Ask whoever runs the server." },
    { GHC_VOICE_PROBLEM_NO_KEY, "The call has no key yet, so nothing is sent and nothing can be heard. If "
                                "this lasts, leave the call and join again." },
    { GHC_VOICE_PROBLEM_FAILED,
      "Calls don’t work on this computer: a part of GStreamer is missing." },
  };
  GtkWidget *bar = ghc_call_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GhcCallSeat) seat = NULL;
  GhcVoice *voice;

  gtk_box_append (GTK_BOX (box), bar);
  g_object_set (bar, "desk", self->desk, NULL);
  ui_call_room_show (self, box);
  ui_call_tell (self->world, self->world->lounge, ADA " " ME);
  seat = ui_call_room_sit_down (self);
  voice = ghc_call_desk_get_voice (self->desk);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      ui_voice_set_problem (voice, problems[i].problem);
      g_assert_true (ui_look_shows_text (bar, problems[i].sentence));
      /* The gravest thing first: what comes beside it waits. */
      ghc_call_seat_set_state (seat, GHC_SEAT_RECONNECTING);
      g_assert_true (ui_look_shows_text (bar, problems[i].sentence));
      ghc_call_seat_set_state (seat, GHC_SEAT_JOINED);
    }
  /* What the microphone lacks waits until one may speak. */
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      gboolean is_microphone = problems[i].problem <= GHC_VOICE_PROBLEM_MICROPHONE_SILENT;

      ui_voice_set_problem (voice, problems[i].problem);
      ghc_call_seat_set_allowed (seat, TRUE, TRUE);
      g_assert_true (ui_look_shows_text (bar, is_microphone ? "A moderator has muted you." : problems[i].sentence));
      ghc_call_seat_set_allowed (seat, FALSE, FALSE);
      g_assert_true (ui_look_shows_text (bar, is_microphone ? "You may only listen" : problems[i].sentence));
      ghc_call_seat_set_allowed (seat, FALSE, TRUE);
      g_assert_true (ui_look_shows_text (bar, problems[i].sentence));
    }
  /* All that there are. */
  g_assert_cmpint (problems[G_N_ELEMENTS (problems) - 1].problem, ==, G_N_ELEMENTS (problems));

  ui_voice_set_problem (voice, GHC_VOICE_PROBLEM_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    g_assert_false (ui_look_shows_text (bar, problems[i].sentence));
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

/* What a click on the list that drops down does. */
static void
choose (GtkWidget *chooser, guint position)
{
  GtkListView *list = ui_look_find (chooser, GTK_TYPE_LIST_VIEW, 0);

  gtk_selection_model_select_item (gtk_list_view_get_model (list), position, TRUE);
  g_signal_emit_by_name (list, "activate", position);
}

/* The chooser is still at work when the voice says that it has changed. */
static void
test_devices (UiCallRoom *self, gconstpointer data)
{
  GtkWidget *chooser = gtk_drop_down_new (NULL, NULL);
  g_autoptr (GhcAudioDevice) speaker = ghc_audio_device_new ("speaker", "Speaker", TRUE);
  g_autoptr (GhcAudioDevice) headphones = ghc_audio_device_new ("headphones", "Headphones", FALSE);
  GhcVoice *voice = ghc_call_desk_ensure_voice (self->desk);
  GListStore *outputs = G_LIST_STORE (ghc_voice_get_outputs (voice));

  g_list_store_remove_all (outputs);
  g_list_store_append (outputs, speaker);
  g_list_store_append (outputs, headphones);
  ui_call_room_show (self, chooser);
  ghc_device_choice_bind (G_OBJECT (chooser), voice, FALSE);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (chooser)), ==, 0);
  choose (chooser, 2);
  g_assert_cmpstr (ghc_voice_get_output_device (voice), ==, "headphones");
  ui_look_settle ();
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (chooser)), ==, 2);
  choose (chooser, 0);
  g_assert_null (ghc_voice_get_output_device (voice));
}

/* One person is not reached: their tile, their row and the list of connections say so. */
static void
test_person_failures (UiCallRoom *self, gconstpointer data)
{
  static const struct
  {
    GhcCallLink link;
    const char *name;
    const char *sentence;
  } links[] = {
    { GHC_CALL_LINK_CONNECTING, "Ada Okafor, connecting", "Connecting…" },
    { GHC_CALL_LINK_RECONNECTING, "Ada Okafor, connection lost, looking for another way",
      "The connection was lost; looking for another way…" },
    { GHC_CALL_LINK_FAILED, "Ada Okafor, can’t be reached",
      "No way was found to this person. Their network or yours lets no calls through; a relay (TURN) on "
      "the server would help." },
    { GHC_CALL_LINK_NO_KEY, "Ada Okafor, key is missing",
      "Connected, but the key for this person’s sound is missing. It comes with the next change of key; "
      "leaving and joining again fetches it at once." },
  };
  GhcChannel *lounge = self->world->lounge;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *stage = ghc_call_stage_new ();
  GtkWidget *bar = ghc_call_bar_new ();
  g_autoptr (GhcCallSeat) seat = NULL;

  gtk_box_append (GTK_BOX (box), stage);
  gtk_box_append (GTK_BOX (box), bar);
  g_object_set (bar, "desk", self->desk, NULL);
  ui_call_room_show (self, box);
  ui_call_tell (self->world, lounge, ADA " " ME);
  seat = ui_call_room_sit_down (self);
  g_object_set (stage, "channel", lounge, NULL);
  ui_look_settle ();
  ui_call_room_draw (self);
  gtk_menu_button_popup (ui_look_find (bar, GTK_TYPE_MENU_BUTTON, 0));
  ui_call_room_draw (self);
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      ghc_call_member_set_link (ui_call_find (lounge, ADA), links[i].link);
      gtk_test_accessible_assert_property (ui_look_find (stage, GHC_TYPE_CALL_TILE, 0),
                                           GTK_ACCESSIBLE_PROPERTY_LABEL, links[i].name);
      g_assert_true (ui_look_shows_text (ui_look_find (bar, GHC_TYPE_CALL_DETAILS, 0), links[i].sentence));
    }

  /* What became of the packets. */
  ghc_call_seat_report (seat, &(GhcSeatCounters) { .sealed = 5120, .opened = 4870 });
  g_assert_true (ui_look_shows_text (ui_look_find (bar, GHC_TYPE_CALL_DETAILS, 0),
                                     "Packets: 5120 sealed · 4870 opened"));
  g_assert_false (ui_look_shows_text (ui_look_find (bar, GHC_TYPE_CALL_DETAILS, 0), "Refused"));
  ghc_call_seat_report (seat, &(GhcSeatCounters) { .sealed = 5130, .opened = 4880, .tampered = 2,
                                                   .replayed = 1, .unknown_epoch = 3 });
  g_assert_true (ui_look_shows_text (ui_look_find (bar, GHC_TYPE_CALL_DETAILS, 0),
                                     "Refused: 2\u00a0forged\u00a0or\u00a0damaged\u00a0· 1\u00a0sent\u00a0again\u00a0· "
                                     "3\u00a0under\u00a0another\u00a0key"));
  gtk_menu_button_popdown (ui_look_find (bar, GTK_TYPE_MENU_BUTTON, 0));
  g_object_set (stage, "channel", NULL, NULL);
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

void
test_calls_add_bar (void)
{
  static const UiCallTest tests[] = {
    { "/calls/bar", test_bar },
    { "/calls/devices", test_devices },
    { "/calls/failures", test_failures },
    { "/calls/person-failures", test_person_failures },
  };

  ui_call_room_add_tests (tests, G_N_ELEMENTS (tests));
}
