/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person sees and does of calls, in a real window, filled by hand. */
#include "ghc-call-bar.h"
#include "ghc-call-details.h"
#include "ghc-call-desk.h"
#include "ghc-call-sounds.h"
#include "ghc-call-stage.h"
#include "ghc-call-tile.h"
#include "ghc-call-words.h"
#include "ghc-channel-row.h"
#include "ghc-chime.h"
#include "ghc-content.h"
#include "ghc-members-pane.h"
#include "ghc-mute-buttons.h"
#include "ghc-occupant-row.h"
#include "ghc-person-popover.h"
#include "ghc-preferences.h"
#include "ghc-shortcuts.h"
#include "ghc-sidebar.h"
#include "ui-call.h"
#include "ui-names.h"
#include "ui-window.h"

#include <stdlib.h>

#define ADA_HERE "@ada:localhost"
#define BROOK_HERE "@brook:localhost"
#define ME_HERE "@me:localhost"

typedef struct
{
  UiWorld *world;
  GSettings *settings;
  GListStore *sessions;
  GhcCallDesk *desk;
  GtkWidget *window;
  GString *heard;
} Fixture;

static void
on_notice (Fixture *self, const char *sentence)
{
  g_string_append_printf (self->heard, "[%s]", sentence);
}

/* What has been begun is done, as far as it does not wait for the next frame. */
static void
settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
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
set_up (Fixture *self, gconstpointer data)
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
tear_down (Fixture *self, gconstpointer data)
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

/* A popover waits for ever for a window that has not been drawn. */
static void
draw (Fixture *self)
{
  UiWindow window = { .window = self->window };

  ui_window_wait_frames (&window, 3);
}

static void
show (Fixture *self, GtkWidget *widget)
{
  adw_window_set_content (ADW_WINDOW (self->window), widget);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 360, 640);
  gtk_window_present (GTK_WINDOW (self->window));
  while (!gtk_widget_get_mapped (self->window))
    g_main_context_iteration (NULL, TRUE);
  draw (self);
}

/* Those of @type that are to be seen, in order. */
static void
collect (GtkWidget *widget, GType type, GPtrArray *found)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

static gpointer
find (GtkWidget *widget, GType type, guint index)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (widget, type, found);
  g_assert_cmpuint (index, <, found->len);
  return g_ptr_array_index (found, index);
}

static guint
count (GtkWidget *widget, GType type)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  collect (widget, type, found);
  return found->len;
}

static gboolean
shows_text (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (shows_text (child, text))
        return TRUE;
    }
  return FALSE;
}

static GhcCallSeat *
sit_down (Fixture *self)
{
  GhcCall *call = ghc_channel_get_call (self->world->lounge);
  GhcCallSeat *seat = ui_seat_new (call);

  ghc_call_set_joined (call, TRUE);
  ghc_call_desk_set_seat (self->desk, NULL, seat);
  return seat;
}

/* --- Words ---------------------------------------------------------------------------------- */

static void
assert_described (Fixture *self, const char *user_id, const char *expected)
{
  g_autofree char *text = ghc_call_describe_member (ui_call_find (self->world->lounge, user_id));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_words (Fixture *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  GhcCallMember *ada;
  GhcCallTotals totals;
  g_autofree char *link = NULL;
  g_autofree char *all = NULL;

  ui_call_tell (self->world, lounge,
                ADA_HERE " " BROOK_HERE "/m @cleo:localhost/md @farid:localhost/s @emi:localhost/l " ME_HERE);
  ada = ui_call_find (lounge, ADA_HERE);
  ghc_call_member_set_speaking (ada, TRUE);
  assert_described (self, ADA_HERE, "Ada Okafor, speaking");
  assert_described (self, BROOK_HERE, "Brook, muted");
  assert_described (self, "@cleo:localhost", "Cleo, deafened");
  assert_described (self, "@farid:localhost", "Farid, muted for everyone");
  ghc_call_member_set_link (ada, GHC_CALL_LINK_FAILED);
  assert_described (self, ADA_HERE, "Ada Okafor, speaking, can’t be reached");

  ui_call_connect (lounge, ADA_HERE, GHC_CALL_ROUTE_DIRECT, 23, 0.004);
  ghc_call_member_set_concealed (ada, 0.12);
  link = ghc_call_describe_link (ada);
  g_assert_cmpstr (link, ==, "Direct\u00a0· 23\u00a0ms\u00a0· 0.4\u00a0% lost\u00a0· 12\u00a0% made up");

  ui_call_connect (lounge, BROOK_HERE, GHC_CALL_ROUTE_RELAYED, 180, 0.3);
  ghc_call_sum (ghc_channel_get_call (lounge), &totals);
  g_assert_cmpuint (totals.n_others, ==, 5);
  g_assert_cmpuint (totals.n_connected, ==, 2);
  all = ghc_call_describe_totals (&totals);
  g_assert_cmpstr (all, ==, "Direct and relayed\u00a0· 180\u00a0ms\u00a0· 30\u00a0% lost");
  g_assert_cmpstr (ghc_call_get_totals_icon_name (&totals), ==, "network-cellular-signal-weak-symbolic");
}

/* --- The sidebar ---------------------------------------------------------------------------- */

static void
join_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_string_append_printf (data, "join %s;", g_variant_get_string (parameter, NULL));
}

static void
on_activated (GString *heard, GhcChannel *channel)
{
  g_string_append_printf (heard, "open %s;", ghc_channel_get_name (channel));
}

static GtkListBoxRow *
find_channel_row (GtkWidget *sidebar, GhcChannel *channel)
{
  for (guint i = 0;; i++)
    {
      GhcChannelRow *row = find (sidebar, GHC_TYPE_CHANNEL_ROW, i);

      if (ghc_channel_row_get_channel (row) == channel)
        return GTK_LIST_BOX_ROW (row);
    }
}

static void
test_sidebar (Fixture *self, gconstpointer data)
{
  const GActionEntry entry = { .name = "join", .activate = join_action, .parameter_type = "s" };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  GtkWidget *sidebar = g_object_new (GHC_TYPE_SIDEBAR, NULL);
  GhcChannel *lounge = self->world->lounge;
  g_autofree char *joined = g_strdup_printf ("join %s;", ghc_channel_get_channel_id (lounge));
  GtkListBoxRow *row;
  GhcOccupantRow *person;

  g_action_map_add_action_entries (G_ACTION_MAP (actions), &entry, 1, self->heard);
  gtk_widget_insert_action_group (self->window, "call", G_ACTION_GROUP (actions));
  g_signal_connect_swapped (sidebar, "activated", G_CALLBACK (on_activated), self->heard);
  ghc_sidebar_set_guild (GHC_SIDEBAR (sidebar), NULL, self->world->guild);
  ghc_sidebar_set_channel (GHC_SIDEBAR (sidebar), self->world->general);
  show (self, sidebar);
  g_assert_cmpuint (count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 0);

  /* Whoever comes stands below the channel, in order; the channel's own row stays what it is. */
  row = find_channel_row (sidebar, lounge);
  ui_call_tell (self->world, lounge, ADA_HERE " " BROOK_HERE "/m");
  g_assert_true (find_channel_row (sidebar, lounge) == row);
  g_assert_cmpuint (count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 2);
  person = find (sidebar, GHC_TYPE_OCCUPANT_ROW, 0);
  g_assert_cmpint (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (person)), ==,
                   gtk_list_box_row_get_index (row) + 1);
  gtk_test_accessible_assert_property (person, GTK_ACCESSIBLE_PROPERTY_LABEL, "Ada Okafor");
  ghc_call_member_set_speaking (ui_call_find (lounge, ADA_HERE), TRUE);
  gtk_test_accessible_assert_property (person, GTK_ACCESSIBLE_PROPERTY_LABEL, "Ada Okafor, speaking");
  gtk_test_accessible_assert_property (find (sidebar, GHC_TYPE_OCCUPANT_ROW, 1),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Brook, muted");

  /* One click joins, and leaves open what is open; inside, it opens the channel. */
  gtk_widget_activate (GTK_WIDGET (row));
  g_assert_cmpstr (self->heard->str, ==, joined);
  g_assert_false (gtk_list_box_row_is_selected (row));
  g_string_truncate (self->heard, 0);
  ghc_call_set_joined (ghc_channel_get_call (lounge), TRUE);
  gtk_widget_activate (GTK_WIDGET (row));
  g_assert_cmpstr (self->heard->str, ==, "open lounge;");

  /* Somebody's row opens what can be done about them; it goes with them. */
  draw (self);
  g_assert_cmpuint (count (sidebar, GHC_TYPE_PERSON_POPOVER), ==, 0);
  gtk_widget_activate (GTK_WIDGET (person));
  g_assert_cmpuint (count (sidebar, GHC_TYPE_PERSON_POPOVER), ==, 1);
  ui_call_tell (self->world, lounge, BROOK_HERE);
  settle ();
  g_assert_cmpuint (count (sidebar, GHC_TYPE_PERSON_POPOVER), ==, 0);
  g_assert_cmpuint (count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 1);
  ui_call_tell (self->world, lounge, "");
  g_assert_cmpuint (count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 0);
}

/* --- The desk ------------------------------------------------------------------------------- */

static void
activate (Fixture *self, const char *action)
{
  g_action_group_activate_action (ghc_call_desk_get_actions (self->desk), action, NULL);
}

static void
assert_quiet (Fixture *self, gboolean muted, gboolean deafened)
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
test_mute (Fixture *self, gconstpointer data)
{
  g_autoptr (GhcCallSeat) seat = NULL;
  g_autoptr (GhcCallDesk) again = NULL;

  /* Before a call, and then in it. */
  activate (self, "mute");
  assert_quiet (self, TRUE, FALSE);
  ui_call_tell (self->world, self->world->lounge, ME_HERE);
  seat = sit_down (self);
  assert_quiet (self, TRUE, FALSE);
  activate (self, "mute");
  assert_quiet (self, FALSE, FALSE);

  /* Whoever hears again is as muted as before; whoever unmutes hears as well. */
  activate (self, "deafen");
  assert_quiet (self, TRUE, TRUE);
  activate (self, "deafen");
  assert_quiet (self, FALSE, FALSE);
  activate (self, "mute");
  activate (self, "deafen");
  activate (self, "deafen");
  assert_quiet (self, TRUE, FALSE);
  activate (self, "deafen");
  activate (self, "mute");
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
test_ended (Fixture *self, gconstpointer data)
{
  g_autoptr (GhcCallSeat) seat = NULL;

  ui_call_tell (self->world, self->world->lounge, ADA_HERE " " ME_HERE);
  seat = sit_down (self);
  g_assert_true (g_action_group_get_action_enabled (ghc_call_desk_get_actions (self->desk), "leave"));
  ghc_call_seat_end (seat, "disconnected", "A moderator took you out of the call.");
  g_assert_null (ghc_call_desk_get_seat (self->desk));
  g_assert_cmpstr (self->heard->str, ==, "[A moderator took you out of the call.]");
  g_assert_false (g_action_group_get_action_enabled (ghc_call_desk_get_actions (self->desk), "leave"));
}

/* Also when the session lets go of the seat before it says why. */
static void
test_ended_late (Fixture *self, gconstpointer data)
{
  g_autoptr (GhcCallSeat) seat = NULL;

  ui_call_tell (self->world, self->world->lounge, ME_HERE);
  seat = sit_down (self);
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
  ghc_call_seat_end (seat, "moved", "You joined a call on another device.");
  g_assert_cmpstr (self->heard->str, ==, "[You joined a call on another device.]");
}

static void
test_memory (Fixture *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  g_autoptr (GhcCallSeat) seat = NULL;
  g_autoptr (GVariant) kept = NULL;

  ui_call_tell (self->world, lounge, ADA_HERE " " BROOK_HERE " " ME_HERE);
  seat = sit_down (self);
  ghc_call_member_set_volume (ui_call_find (lounge, ADA_HERE), 0.5);
  ghc_call_member_set_silenced_here (ui_call_find (lounge, BROOK_HERE), TRUE);

  /* They go, and come back as somebody new. */
  ui_call_tell (self->world, lounge, ME_HERE);
  ui_call_tell (self->world, lounge, ME_HERE " " BROOK_HERE " " ADA_HERE);
  g_assert_cmpfloat (ghc_call_member_get_volume (ui_call_find (lounge, ADA_HERE)), ==, 0.5);
  g_assert_false (ghc_call_member_get_silenced_here (ui_call_find (lounge, ADA_HERE)));
  g_assert_cmpfloat (ghc_call_member_get_volume (ui_call_find (lounge, BROOK_HERE)), ==, 1);
  g_assert_true (ghc_call_member_get_silenced_here (ui_call_find (lounge, BROOK_HERE)));

  /* As sent is what everybody is. */
  ghc_call_member_set_volume (ui_call_find (lounge, ADA_HERE), 1);
  ghc_call_member_set_silenced_here (ui_call_find (lounge, BROOK_HERE), FALSE);
  kept = g_settings_get_value (self->settings, "person-volumes");
  g_assert_cmpuint (g_variant_n_children (kept), ==, 0);
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

/* --- The bar and the stage ------------------------------------------------------------------ */

static void
test_bar (Fixture *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  GtkWidget *bar = ghc_call_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GhcCallSeat) seat = NULL;

  gtk_box_append (GTK_BOX (box), gtk_label_new ("above"));
  gtk_box_append (GTK_BOX (box), bar);
  g_object_set (bar, "desk", self->desk, NULL);
  show (self, box);
  g_assert_false (gtk_widget_get_visible (bar));

  ui_call_tell (self->world, lounge, ADA_HERE " " ME_HERE);
  seat = sit_down (self);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_true (shows_text (bar, "lounge · Hall of Makers"));
  g_assert_true (shows_text (bar, "Connecting…"));
  ui_call_connect (lounge, ADA_HERE, GHC_CALL_ROUTE_RELAYED, 80, 0);
  g_assert_true (shows_text (bar, "Relayed\u00a0· 80\u00a0ms\u00a0· 0\u00a0% lost"));
  ui_call_tell (self->world, lounge, ME_HERE);
  g_assert_true (shows_text (bar, "Nobody else is here yet"));

  ui_voice_set_problem (ghc_call_desk_get_voice (self->desk), GHC_VOICE_PROBLEM_NONE);
  ghc_call_seat_set_state (seat, GHC_SEAT_RECONNECTING);
  g_assert_true (shows_text (bar, "Reconnecting to the server… You can still talk; nobody can join until it is back."));
  ghc_call_seat_set_state (seat, GHC_SEAT_JOINED);
  g_assert_false (shows_text (bar, "Reconnecting to the server… You can still talk; nobody can join until it is back."));
  ghc_call_seat_set_allowed (seat, TRUE, TRUE);
  g_assert_true (shows_text (bar, "A moderator has muted you."));
  ghc_call_seat_set_allowed (seat, FALSE, FALSE);
  g_assert_true (shows_text (bar, "You may only listen"));

  ghc_call_desk_set_seat (self->desk, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (bar));
}

/* What goes wrong with sound and connections, and what a person reads of it. */
static void
test_failures (Fixture *self, gconstpointer data)
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
    { GHC_VOICE_PROBLEM_NO_OUTPUT, "There is nothing to hear with. Connect headphones or loudspeakers." },
    { GHC_VOICE_PROBLEM_OUTPUT_GONE,
      "Your headphones or loudspeakers were disconnected. Others are used if there are any." },
    { GHC_VOICE_PROBLEM_NO_AUDIO_SERVER,
      "The sound system of this computer does not answer. Check that PipeWire is running." },
    { GHC_VOICE_PROBLEM_TURN_UNREACHABLE,
      "No relay can be reached, and you allow no direct connections. Allow them in the preferences, or "
      "ask whoever runs the server." },
    { GHC_VOICE_PROBLEM_NO_PEER_REACHED,
      "Nobody in the call can be reached. Your network may not let calls through." },
    { GHC_VOICE_PROBLEM_NO_KEY, "The call has no key yet, so nothing is sent and nothing can be heard. If "
                                "this lasts, leave the call and join again." },
    { GHC_VOICE_PROBLEM_FAILED,
      "Calls do not work on this computer: a part of GStreamer is missing." },
  };
  GtkWidget *bar = ghc_call_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GhcCallSeat) seat = NULL;
  GhcVoice *voice;

  gtk_box_append (GTK_BOX (box), bar);
  g_object_set (bar, "desk", self->desk, NULL);
  show (self, box);
  ui_call_tell (self->world, self->world->lounge, ADA_HERE " " ME_HERE);
  seat = sit_down (self);
  voice = ghc_call_desk_get_voice (self->desk);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    {
      ui_voice_set_problem (voice, problems[i].problem);
      g_assert_true (shows_text (bar, problems[i].sentence));
      /* The gravest thing first: what comes beside it waits. */
      ghc_call_seat_set_state (seat, GHC_SEAT_RECONNECTING);
      g_assert_true (shows_text (bar, problems[i].sentence));
      ghc_call_seat_set_state (seat, GHC_SEAT_JOINED);
    }
  /* All that there are. */
  g_assert_cmpint (problems[G_N_ELEMENTS (problems) - 1].problem, ==, G_N_ELEMENTS (problems));

  ui_voice_set_problem (voice, GHC_VOICE_PROBLEM_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    g_assert_false (shows_text (bar, problems[i].sentence));
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

/* One person is not reached: their tile, their row and the list of connections say so. */
static void
test_person_failures (Fixture *self, gconstpointer data)
{
  static const struct
  {
    GhcCallLink link;
    const char *name;
    const char *sentence;
  } links[] = {
    { GHC_CALL_LINK_CONNECTING, "Ada Okafor, connecting", "Connecting…" },
    { GHC_CALL_LINK_RECONNECTING, "Ada Okafor, connection lost, looking for a way",
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
  show (self, box);
  ui_call_tell (self->world, lounge, ADA_HERE " " ME_HERE);
  seat = sit_down (self);
  g_object_set (stage, "channel", lounge, NULL);
  settle ();
  draw (self);
  gtk_menu_button_popup (find (bar, GTK_TYPE_MENU_BUTTON, 0));
  draw (self);
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      ghc_call_member_set_link (ui_call_find (lounge, ADA_HERE), links[i].link);
      gtk_test_accessible_assert_property (find (stage, GHC_TYPE_CALL_TILE, 0),
                                           GTK_ACCESSIBLE_PROPERTY_LABEL, links[i].name);
      g_assert_true (shows_text (find (bar, GHC_TYPE_CALL_DETAILS, 0), links[i].sentence));
    }
  gtk_menu_button_popdown (find (bar, GTK_TYPE_MENU_BUTTON, 0));
  g_object_set (stage, "channel", NULL, NULL);
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
}

static void
test_mute_buttons (Fixture *self, gconstpointer data)
{
  GtkWidget *buttons = ghc_mute_buttons_new ();
  GtkToggleButton *mute;
  GtkToggleButton *deafen;

  g_object_set (buttons, "desk", self->desk, NULL);
  show (self, buttons);
  mute = find (buttons, GTK_TYPE_TOGGLE_BUTTON, 0);
  deafen = find (buttons, GTK_TYPE_TOGGLE_BUTTON, 1);
  g_assert_false (gtk_toggle_button_get_active (mute));
  g_signal_emit_by_name (mute, "clicked");
  g_assert_true (ghc_call_desk_get_muted (self->desk));
  g_assert_true (gtk_toggle_button_get_active (mute));
  g_assert_cmpstr (gtk_button_get_icon_name (GTK_BUTTON (mute)), ==, "microphone-disabled-symbolic");
  activate (self, "deafen");
  g_assert_true (gtk_toggle_button_get_active (deafen));
  gtk_test_accessible_assert_property (mute, GTK_ACCESSIBLE_PROPERTY_LABEL, "Mute");
  gtk_test_accessible_assert_state (mute, GTK_ACCESSIBLE_STATE_PRESSED, GTK_ACCESSIBLE_TRISTATE_TRUE);
}

static void
test_stage (Fixture *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  GtkWidget *stage = ghc_call_stage_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), stage);
  show (self, box);
  g_object_set (stage, "channel", self->world->general, NULL);
  g_assert_false (gtk_widget_get_visible (stage));
  ui_call_tell (self->world, self->world->general, ADA_HERE);
  g_assert_true (gtk_widget_get_visible (stage));

  g_object_set (stage, "channel", lounge, NULL);
  settle ();
  g_assert_true (shows_text (stage, "Nobody is talking here"));
  g_assert_true (shows_text (stage, "Start a Call"));
  g_assert_cmpuint (count (stage, GHC_TYPE_CALL_TILE), ==, 0);
  ui_call_tell (self->world, lounge, ADA_HERE " " BROOK_HERE "/md");
  settle ();
  g_assert_false (shows_text (stage, "Nobody is talking here"));
  g_assert_true (shows_text (stage, "Join the Call"));
  g_assert_cmpuint (count (stage, GHC_TYPE_CALL_TILE), ==, 2);
  gtk_test_accessible_assert_property (find (stage, GHC_TYPE_CALL_TILE, 1),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Brook, deafened");
  ghc_call_set_joined (ghc_channel_get_call (lounge), TRUE);
  settle ();
  g_assert_false (shows_text (stage, "Join the Call"));
  g_object_set (stage, "channel", NULL, NULL);
}

/* --- Names ---------------------------------------------------------------------------------- */

static void
assert_named (GtkWidget *widget)
{
  g_autofree char *missing = ui_names_find_missing (widget);

  g_assert_cmpstr (missing, ==, "");
}

/* Whatever is only a picture says what it does, to those who point at it and to those who hear it. */
static void
test_names (Fixture *self, gconstpointer data)
{
  GtkWidget *content = g_object_new (GHC_TYPE_CONTENT, "desk", self->desk, "settings", self->settings, NULL);
  GtkWidget *members = g_object_new (GHC_TYPE_MEMBERS_PANE, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *bare = gtk_button_new_from_icon_name ("edit-delete-symbolic");
  AdwDialog *preferences = ADW_DIALOG (ghc_preferences_new (self->settings, self->desk, NULL));
  AdwDialog *shortcuts = ADW_DIALOG (ghc_shortcuts_new ());
  g_autofree char *missing = ui_names_find_missing (bare);
  GtkSettings *gtk_settings = gtk_settings_get_default ();

  /* A dialog of libadwaita that is destroyed while it slides from page to page is never freed. */
  g_object_set (gtk_settings, "gtk-enable-animations", FALSE, NULL);
  /* Nor is what libspelling has for a text that goes before it was looked through. */
  g_settings_set_boolean (self->settings, "spell-check", FALSE);
  g_assert_cmpstr (missing, ==, "[GtkButton, edit-delete-symbolic: no tooltip][GtkButton, edit-delete-symbolic: no name]");
  g_object_ref_sink (bare);
  g_object_unref (bare);

  gtk_box_append (GTK_BOX (box), content);
  gtk_box_append (GTK_BOX (box), members);
  show (self, box);
  g_object_set (members, "guild", self->world->guild, "channel", self->world->general, NULL);
  g_object_set (content, "channel", self->world->general, NULL);
  draw (self);
  assert_named (self->window);
  g_object_set (content, "channel", self->world->lounge, NULL);
  draw (self);
  assert_named (self->window);

  adw_dialog_present (preferences, self->window);
  draw (self);
  assert_named (GTK_WIDGET (preferences));
  ghc_preferences_show_voice (GHC_PREFERENCES (preferences));
  draw (self);
  assert_named (GTK_WIDGET (preferences));
  adw_dialog_force_close (preferences);
  adw_dialog_present (shortcuts, self->window);
  draw (self);
  assert_named (GTK_WIDGET (shortcuts));
  adw_dialog_force_close (shortcuts);
  g_object_set (content, "channel", NULL, NULL);
  g_object_set (members, "guild", NULL, "channel", NULL, NULL);
  gtk_settings_reset_property (gtk_settings, "gtk-enable-animations");
  g_settings_reset (self->settings, "spell-check");
}

/* --- Sounds --------------------------------------------------------------------------------- */

static void
on_chime (GString *heard, GhcChime chime)
{
  static const char letters[] = { 'j', 'l', 'm', 'u' };

  g_string_append_c (heard, letters[chime]);
}

static void
test_sounds (Fixture *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  g_autoptr (GhcCallSounds) sounds = ghc_call_sounds_new (self->desk);
  g_autoptr (GhcCallSeat) seat = NULL;

  g_signal_connect_swapped (sounds, "chime", G_CALLBACK (on_chime), self->heard);
  activate (self, "mute");
  activate (self, "mute");
  ui_call_tell (self->world, lounge, BROOK_HERE " " ME_HERE);
  g_assert_cmpstr (self->heard->str, ==, "");

  seat = sit_down (self);
  ui_call_tell (self->world, lounge, BROOK_HERE " " ME_HERE " " ADA_HERE);
  ui_call_tell (self->world, lounge, ME_HERE " " ADA_HERE);
  activate (self, "mute");
  activate (self, "mute");
  g_assert_cmpstr (self->heard->str, ==, "jjlmu");

  g_settings_set_boolean (self->settings, "call-sound-leave", FALSE);
  ui_call_tell (self->world, lounge, ME_HERE);
  g_assert_cmpstr (self->heard->str, ==, "jjlmu");
  g_settings_reset (self->settings, "call-sound-leave");
  g_settings_set_boolean (self->settings, "call-sounds", FALSE);
  activate (self, "mute");
  ui_call_tell (self->world, lounge, ME_HERE " " ADA_HERE);
  g_assert_cmpstr (self->heard->str, ==, "jjlmu");
  g_settings_reset (self->settings, "call-sounds");
  ghc_call_desk_set_seat (self->desk, NULL, NULL);
  g_assert_cmpstr (self->heard->str, ==, "jjlmul");
}

/* They are to be heard, clip nowhere, and begin and end at nothing. */
static void
test_chimes (void)
{
  for (GhcChime chime = GHC_CHIME_JOIN; chime <= GHC_CHIME_UNMUTE; chime++)
    {
      gint16 samples[GHC_CHIME_MAX_SAMPLES];
      guint n = ghc_chime_render (chime, samples);
      int loudest = 0;

      g_assert_cmpuint (n, >=, 4800);
      g_assert_cmpuint (n, <=, GHC_CHIME_MAX_SAMPLES);
      for (guint i = 0; i < n; i++)
        loudest = MAX (loudest, abs (samples[i]));
      g_assert_cmpint (loudest, >, 3000);
      g_assert_cmpint (loudest, <, 8000);
      g_assert_cmpint (abs (samples[0]), <, 50);
      g_assert_cmpint (abs (samples[n - 1]), <, 50);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/calls/words", test_words },
    { "/calls/sidebar", test_sidebar },
    { "/calls/desk/mute", test_mute },
    { "/calls/desk/ended", test_ended },
    { "/calls/desk/ended-late", test_ended_late },
    { "/calls/desk/memory", test_memory },
    { "/calls/bar", test_bar },
    { "/calls/failures", test_failures },
    { "/calls/person-failures", test_person_failures },
    { "/calls/mute-buttons", test_mute_buttons },
    { "/calls/stage", test_stage },
    { "/calls/names", test_names },
    { "/calls/sounds", test_sounds },
  };

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/calls/chimes", test_chimes);
  return g_test_run ();
}
