/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The conversation's widgets in a window, without a server, for looking at: gallery [--dark] SCENE. look.py takes pictures of
 * all scenes. */
#include "ghc-content.h"
#include "ghc-members-pane.h"
#include "ghc-timeline-view.h"
#include "ui-world.h"

#include <stdio.h>

#define MINUTE_MS (60 * 1000)

typedef struct
{
  const char     *scene;
  gboolean        is_dark;
  UiWorld        *world;
  GtkWidget      *window;
  GhcContent     *content;
  GhcMembersPane *members;
} Gallery;

typedef struct
{
  const char *sender;
  int         minutes_ago;
  const char *body;
} Line;

static const Line talk[] = {
  { "@ada:localhost", 1500, "The timber for the great hall came this morning. Forty beams of oak, dry for eleven years." },
  { "@ada:localhost", 1499, "I had them put under the east roof, where it does not rain in." },
  { "@brook:localhost", 1492, "Beautiful wood. Who pays the carters? They are still standing in the yard 😅" },
  { "@ada:localhost", 1490, "The guild does: the money is in the box behind the door." },
  { "@dmitri:localhost", 1440, "Drawings of the roof, both sides: https://example.org/hall/roof?side=east&scale=20 and the "
                               "cross-section (https://example.org/hall/section)." },
  { "@cleo:localhost", 190, "Good morning!" },
  { "@cleo:localhost", 190, "I went through the drawings last night, and three things came up:\\n\\n1. The stairs end one step "
                            "below the gallery.\\n2. There is no door between the kitchen and the yard, so that everything "
                            "would be carried through the hall, past the guests, and back again with the dishes.\\n3. The north "
                            "window is drawn twice." },
  { "@me:localhost", 184, "The window is mine, sorry. Fixed in the next drawing." },
  { "@me:localhost", 183, "For the stairs I need a decision: a step more, or a ramp?" },
  { "@brook:localhost", 180, "A ramp. 👍" },
  { "@emi:localhost", 95, "スロープに賛成です。車いすでも上がれますね。" },
  { "@ada:localhost", 60, "Then a ramp it is. Tools are in https://example.org/a/very/long/address/that/does/not/end/where/one/"
                          "would/like/it/to/end/because/somebody/thought/that/every/word/of/a/title/belongs/in/it.html" },
  { "@dmitri:localhost", 9, "I am at the gate with the doors. Can two people come down?" },
  { "@dmitri:localhost", 8, "Three would be better." },
  { "@cleo:localhost", 5, "On my way 🏃‍♀️" },
};

static void
show_talk (Gallery *self)
{
  GhcTimeline *timeline = ghc_channel_get_timeline (self->world->general);
  gint64 now = g_get_real_time () / 1000;
  guint n_before = 40;

  for (guint i = 0; i < G_N_ELEMENTS (talk); i++)
    gh_event_unref (ui_history_append (self->world->history, talk[i].sender, talk[i].body,
                                       now - talk[i].minutes_ago * MINUTE_MS));
  dex_future_disown (ghc_timeline_jump_to_latest (timeline));
  test_settle ();
  ghc_timeline_set_read_marker (timeline, n_before + G_N_ELEMENTS (talk) - 3);
}

static void
show_own (Gallery *self)
{
  GhcTimeline *timeline = ghc_channel_get_timeline (self->world->general);
  GhcUser *me = ghc_account_get_user (self->world->account);
  gint64 now = g_get_real_time () / 1000;

  ghc_timeline_add_pending (timeline, "one", me, "Coming too, with the big trolley.", now);
  ghc_timeline_fail (timeline, "one", "You may not write here any more: ask somebody who manages the guild.");
  ghc_timeline_add_pending (timeline, "two", me, "And with gloves for everybody: the hinges are sharp.", now);
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
open_scene (Gallery *self)
{
  UiWorld *world = self->world;
  GhcChannel *channel = world->general;

  if (g_str_equal (self->scene, "nothing"))
    channel = NULL;
  else if (g_str_equal (self->scene, "empty"))
    channel = world->silent;
  else if (g_str_equal (self->scene, "read-only"))
    channel = world->readonly;
  else if (g_str_equal (self->scene, "closed"))
    channel = world->staff;
  else if (g_str_equal (self->scene, "invited"))
    channel = world->garden;
  else if (g_str_equal (self->scene, "open"))
    channel = world->market;

  if (channel == world->silent || channel == world->readonly)
    {
      g_autoptr (GPtrArray) none = g_ptr_array_new ();
      g_autoptr (GhcPage) page = ghc_page_new (none, TRUE, TRUE);

      ghc_timeline_fold_page (ghc_channel_get_timeline (channel), page);
    }
  else if (channel == world->general)
    show_talk (self);

  if (g_str_equal (self->scene, "sending"))
    show_own (self);
  else if (g_str_equal (self->scene, "writing"))
    {
      g_autoptr (GhJson) typing = NULL;
      g_autofree char *text = NULL;

      text = g_strdup_printf ("{'room_id':'%s','user_id':'@brook:localhost','typing':true}",
                              ghc_channel_get_channel_id (world->general));
      typing = test_json (text);
      ghc_account_fold_ephemeral (world->account, "m.typing", typing);
      ghc_channel_set_draft (channel, "Dear all,\n\nthe doors are in the yard. They are heavier than they look, so please:\n"
                                      "– nobody carries one alone,\n– mind the step below the gallery,\n– and wear gloves. "
                                      "The hinges are sharp, and the nearest doctor is an hour away on a good day.\n\nThanks!");
    }

  g_object_set (self->content, "channel", channel, NULL);
  g_object_set (self->members, "guild", world->guild, "channel", channel, NULL);
}

static void
on_ready (gpointer data)
{
  printf ("ready\n");
  fflush (stdout);
}

/* What needs the window to be there. */
static void
finish_scene (gpointer data)
{
  Gallery *self = data;
  GtkWidget *list = find (self->window, GTK_TYPE_LIST_VIEW);

  if (g_str_equal (self->scene, "away"))
    {
      GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));

      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 700);
      ui_world_hear (self->world, "@ada:localhost", "Doors are through.");
      ui_world_hear (self->world, "@brook:localhost", "All of them?");
    }

  g_timeout_add_once (800, on_ready, NULL);
}

static void
on_activate (GtkApplication *application,
             Gallery        *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  GtkWidget *split = adw_overlay_split_view_new ();
  AdwBreakpoint *narrow;
  GtkWidget *composer_target;

  adw_style_manager_set_color_scheme (style, self->is_dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  self->world = ui_world_new (40);
  ghc_user_set_bio (ghc_account_lookup_user (self->world->account, "@cleo:localhost"),
                    "Mason, keeper of the keys. In the yard before eight, at the books after six.");
  self->content = g_object_new (GHC_TYPE_CONTENT, NULL);
  self->members = g_object_new (GHC_TYPE_MEMBERS_PANE, NULL);
  open_scene (self);

  adw_overlay_split_view_set_content (ADW_OVERLAY_SPLIT_VIEW (split), GTK_WIDGET (self->content));
  adw_overlay_split_view_set_sidebar (ADW_OVERLAY_SPLIT_VIEW (split), GTK_WIDGET (self->members));
  adw_overlay_split_view_set_sidebar_position (ADW_OVERLAY_SPLIT_VIEW (split), GTK_PACK_END);
  adw_overlay_split_view_set_max_sidebar_width (ADW_OVERLAY_SPLIT_VIEW (split), 260);

  self->window = adw_application_window_new (application);
  narrow = adw_breakpoint_new (adw_breakpoint_condition_parse ("max-width: 700sp"));
  adw_breakpoint_add_setters (narrow, G_OBJECT (split), "collapsed", TRUE, NULL);
  adw_application_window_add_breakpoint (ADW_APPLICATION_WINDOW (self->window), narrow);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), split);
  gtk_widget_set_size_request (self->window, 360, 294);
  gtk_window_present (GTK_WINDOW (self->window));
  if (g_str_equal (self->scene, "members"))
    adw_overlay_split_view_set_show_sidebar (ADW_OVERLAY_SPLIT_VIEW (split), TRUE);

  composer_target = find (GTK_WIDGET (self->content), GTK_TYPE_TEXT_VIEW);
  if (composer_target != NULL)
    gtk_widget_grab_focus (composer_target);
  g_timeout_add_once (1200, finish_scene, self);
}

int
main (int    argc,
      char **argv)
{
  Gallery self = { .scene = "talk" };
  g_autoptr (AdwApplication) application = NULL;

  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--dark"))
      self.is_dark = TRUE;
    else
      self.scene = argv[i];

  dex_init ();
  /* Its resources, and with them the application's style sheets, are under the id's path. */
  application = adw_application_new (GUILDHALL_APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &self);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}
