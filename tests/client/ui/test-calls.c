/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person sees of calls and of those in them, in a real window, filled by hand. */
#include "ghc-call-stage.h"
#include "ghc-call-tile.h"
#include "ghc-call-words.h"
#include "ghc-channel-row.h"
#include "ghc-content.h"
#include "ghc-members-pane.h"
#include "ghc-occupant-row.h"
#include "ghc-person-popover.h"
#include "ghc-preferences.h"
#include "ghc-shortcuts.h"
#include "ghc-sidebar.h"
#include "test-calls.h"
#include "ui-look.h"
#include "ui-names.h"

/* --- Words ---------------------------------------------------------------------------------- */

static void
assert_described (UiCallRoom *self, const char *user_id, const char *expected)
{
  g_autofree char *text = ghc_call_describe_member (ui_call_find (self->world->lounge, user_id));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_words (UiCallRoom *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  GhcCallMember *ada;
  GhcCallTotals totals;
  g_autofree char *link = NULL;
  g_autofree char *first = NULL;
  g_autofree char *all = NULL;
  g_autofree char *way = NULL;

  ui_call_tell (self->world, lounge,
                ADA " " BROOK "/m @cleo:localhost/md @farid:localhost/s @emi:localhost/l " ME);
  ada = ui_call_find (lounge, ADA);
  ghc_call_member_set_speaking (ada, TRUE);
  assert_described (self, ADA, "Ada Okafor, speaking");
  assert_described (self, BROOK, "Brook, muted");
  assert_described (self, "@cleo:localhost", "Cleo, deafened");
  assert_described (self, "@farid:localhost", "Farid, muted for everyone");
  ghc_call_member_set_link (ada, GHC_CALL_LINK_FAILED);
  assert_described (self, ADA, "Ada Okafor, speaking, can’t be reached");

  ui_call_connect (lounge, ADA, GHC_CALL_ROUTE_DIRECT, 23, 0.004);
  ghc_call_member_set_concealed (ada, 0.12);
  link = ghc_call_describe_link (ada);
  g_assert_cmpstr (link, ==, "Direct\u00a0· 23\u00a0ms\u00a0· 0.4\u00a0%\u00a0lost\u00a0· 12\u00a0%\u00a0made up");

  /* All together have little room: that nothing is lost is not said of them, nor by which way it goes when something is. */
  ui_call_connect (lounge, ADA, GHC_CALL_ROUTE_DIRECT, 23, 0.0004);
  ghc_call_sum (ghc_channel_get_call (lounge), &totals);
  first = ghc_call_describe_totals (&totals);
  g_assert_cmpstr (first, ==, "Direct\u00a0· 23\u00a0ms");

  ui_call_connect (lounge, BROOK, GHC_CALL_ROUTE_RELAYED, 180, 0.3);
  ghc_call_sum (ghc_channel_get_call (lounge), &totals);
  g_assert_cmpuint (totals.n_others, ==, 5);
  g_assert_cmpuint (totals.n_connected, ==, 2);
  all = ghc_call_describe_totals (&totals);
  g_assert_cmpstr (all, ==, "180\u00a0ms\u00a0· 30\u00a0%\u00a0lost");
  ui_call_connect (lounge, BROOK, GHC_CALL_ROUTE_RELAYED, 180, 0);
  ghc_call_sum (ghc_channel_get_call (lounge), &totals);
  way = ghc_call_describe_totals (&totals);
  g_assert_cmpstr (way, ==, "Partly relayed\u00a0· 180\u00a0ms");
  ui_call_connect (lounge, BROOK, GHC_CALL_ROUTE_RELAYED, 180, 0.3);
  ghc_call_sum (ghc_channel_get_call (lounge), &totals);
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
      GhcChannelRow *row = ui_look_find (sidebar, GHC_TYPE_CHANNEL_ROW, i);

      if (ghc_channel_row_get_channel (row) == channel)
        return GTK_LIST_BOX_ROW (row);
    }
}

static void
test_sidebar (UiCallRoom *self, gconstpointer data)
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
  ui_call_room_show (self, sidebar);
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 0);

  /* Whoever comes stands below the channel, in order; the channel's own row stays what it is. */
  row = find_channel_row (sidebar, lounge);
  ui_call_tell (self->world, lounge, ADA " " BROOK "/m");
  g_assert_true (find_channel_row (sidebar, lounge) == row);
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 2);
  person = ui_look_find (sidebar, GHC_TYPE_OCCUPANT_ROW, 0);
  g_assert_cmpint (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (person)), ==,
                   gtk_list_box_row_get_index (row) + 1);
  gtk_test_accessible_assert_property (person, GTK_ACCESSIBLE_PROPERTY_LABEL, "Ada Okafor");
  ghc_call_member_set_speaking (ui_call_find (lounge, ADA), TRUE);
  gtk_test_accessible_assert_property (person, GTK_ACCESSIBLE_PROPERTY_LABEL, "Ada Okafor, speaking");
  gtk_test_accessible_assert_property (ui_look_find (sidebar, GHC_TYPE_OCCUPANT_ROW, 1),
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
  ui_call_room_draw (self);
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_PERSON_POPOVER), ==, 0);
  gtk_widget_activate (GTK_WIDGET (person));
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_PERSON_POPOVER), ==, 1);
  ui_call_tell (self->world, lounge, BROOK);
  ui_look_settle ();
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_PERSON_POPOVER), ==, 0);
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 1);
  ui_call_tell (self->world, lounge, "");
  g_assert_cmpuint (ui_look_count (sidebar, GHC_TYPE_OCCUPANT_ROW), ==, 0);
}

/* --- The stage ------------------------------------------------------------------------------- */

static void
test_stage (UiCallRoom *self, gconstpointer data)
{
  GhcChannel *lounge = self->world->lounge;
  GtkWidget *stage = ghc_call_stage_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), stage);
  ui_call_room_show (self, box);
  g_object_set (stage, "channel", self->world->general, NULL);
  g_assert_false (gtk_widget_get_visible (stage));
  ui_call_tell (self->world, self->world->general, ADA);
  g_assert_true (gtk_widget_get_visible (stage));

  g_object_set (stage, "channel", lounge, NULL);
  ui_look_settle ();
  g_assert_true (ui_look_shows_text (stage, "Nobody is talking here"));
  g_assert_true (ui_look_shows_text (stage, "Start a Call"));
  g_assert_true (ui_look_shows_text (stage, "Start with Camera…"));
  g_assert_cmpuint (ui_look_count (stage, GHC_TYPE_CALL_TILE), ==, 0);
  ui_call_tell (self->world, lounge, ADA " " BROOK "/md");
  ui_look_settle ();
  g_assert_false (ui_look_shows_text (stage, "Nobody is talking here"));
  g_assert_true (ui_look_shows_text (stage, "Join the Call"));
  g_assert_true (ui_look_shows_text (stage, "Join with Camera…"));
  g_assert_cmpuint (ui_look_count (stage, GHC_TYPE_CALL_TILE), ==, 2);
  gtk_test_accessible_assert_property (ui_look_find (stage, GHC_TYPE_CALL_TILE, 1),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Brook, deafened");
  ghc_call_set_joined (ghc_channel_get_call (lounge), TRUE);
  ui_look_settle ();
  g_assert_false (ui_look_shows_text (stage, "Join the Call"));
  g_assert_false (ui_look_shows_text (stage, "Join with Camera…"));
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
test_names (UiCallRoom *self, gconstpointer data)
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
  ui_call_room_show (self, box);
  g_object_set (members, "guild", self->world->guild, "channel", self->world->general, NULL);
  g_object_set (content, "channel", self->world->general, NULL);
  ui_call_room_draw (self);
  assert_named (self->window);
  g_object_set (content, "channel", self->world->lounge, NULL);
  ui_call_room_draw (self);
  assert_named (self->window);

  adw_dialog_present (preferences, self->window);
  ui_call_room_draw (self);
  assert_named (GTK_WIDGET (preferences));
  ghc_preferences_show_voice (GHC_PREFERENCES (preferences));
  ui_call_room_draw (self);
  assert_named (GTK_WIDGET (preferences));
  adw_dialog_force_close (preferences);
  adw_dialog_present (shortcuts, self->window);
  ui_call_room_draw (self);
  assert_named (GTK_WIDGET (shortcuts));
  adw_dialog_force_close (shortcuts);
  g_object_set (content, "channel", NULL, NULL);
  g_object_set (members, "guild", NULL, "channel", NULL, NULL);
  gtk_settings_reset_property (gtk_settings, "gtk-enable-animations");
  g_settings_reset (self->settings, "spell-check");
}

int
main (int argc, char **argv)
{
  static const UiCallTest tests[] = {
    { "/calls/words", test_words },
    { "/calls/sidebar", test_sidebar },
    { "/calls/stage", test_stage },
    { "/calls/names", test_names },
  };

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  adw_init ();
  ui_call_room_add_tests (tests, G_N_ELEMENTS (tests));
  test_calls_add_desk ();
  test_calls_add_bar ();
  return g_test_run ();
}
