/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the keyboard comes to in the list of members, while people come and go. */
#include <adwaita.h>

#include "gh-event.h"
#include "ghc-member-row.h"
#include "ghc-members-pane.h"
#include "ghc-session-private.h"
#include "ghc-task-button.h"
#include "ghc-token-store.h"

#include "ui-window.h"

typedef struct
{
  UiWorld *world;
  GPtrArray *members;
  GtkWidget *window;
  GtkWidget *box;
  GtkWidget *button;
  GtkWidget *pane;
  guint n_frames;
} Fixture;

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

static void
wait_frames (Fixture *self, guint n_frames)
{
  guint wanted = self->n_frames + n_frames;

  while (self->n_frames < wanted)
    g_main_context_iteration (NULL, TRUE);
}

static const char *const people[] = {
  "@ada:localhost", "@brook:localhost", "@cleo:localhost", "@dmitri:localhost",
  "@emi:localhost", "@farid:localhost", "@me:localhost",
};

/* Who of the guild there is, though they may have gone from the list. */
static GhcMember *
get_member (Fixture *self, guint who)
{
  return self->members->pdata[who];
}

static GhcMemberList *
get_list (Fixture *self)
{
  return ghc_guild_get_members (self->world->guild);
}

static void
set_online (Fixture *self, guint who, gboolean online)
{
  ghc_user_set_presence (ghc_member_get_user (get_member (self, who)), online ? GHC_PRESENCE_ONLINE : GHC_PRESENCE_OFFLINE);
}

static void
show_new_pane (Fixture *self)
{
  if (self->pane != NULL)
    gtk_box_remove (GTK_BOX (self->box), self->pane);
  self->pane = g_object_new (GHC_TYPE_MEMBERS_PANE, "guild", self->world->guild, "hexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (self->box), self->pane);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->world = ui_world_new (0);
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    g_ptr_array_add (self->members, g_object_ref (ghc_member_list_lookup (get_list (self), people[i])));

  self->window = adw_application_window_new (NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->button = gtk_button_new_with_label ("before");
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 400, 600);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), self->box);
  gtk_widget_add_tick_callback (self->window, on_tick, &self->n_frames, NULL);
  gtk_window_present (GTK_WINDOW (self->window));
  show_new_pane (self);
  wait_frames (self, 2);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_ptr_array_unref (self->members);
  ui_world_free (self->world);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Whose row has the focus: nobody's at a heading. */
static const char *
get_focused (Fixture *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self->window));
  GtkWidget *row;
  GhcUser *user;

  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_ancestor (focus, self->pane));
  row = gtk_widget_get_first_child (focus);
  g_assert_true (GHC_IS_MEMBER_ROW (row));
  user = ghc_member_row_get_user (GHC_MEMBER_ROW (row));
  return user != NULL ? ghc_user_get_display_name (user) : "nobody";
}

static const char *
come_by_tab (Fixture *self)
{
  g_assert_true (gtk_widget_grab_focus (self->button));
  g_assert_true (gtk_widget_child_focus (self->window, GTK_DIR_TAB_FORWARD));
  return get_focused (self);
}

/* Whoever stands below the first heading. */
static const char *
get_first (Fixture *self)
{
  g_autoptr (GhcMember) first = g_list_model_get_item (G_LIST_MODEL (get_list (self)), 1);

  return ghc_user_get_display_name (ghc_member_get_user (first));
}

/* The keyboard comes to the first person, whoever came, went or changed places before. */
static void
test_first (Fixture *self, gconstpointer data)
{
  g_assert_cmpstr (come_by_tab (self), ==, get_first (self));

  for (guint round = 0; round < 80; round++)
    {
      g_test_message ("round %u", round);
      gtk_widget_grab_focus (self->button);
      for (guint who = 0; who < self->members->len; who++)
        {
          ghc_member_list_remove (get_list (self), people[who]);
          set_online (self, who, g_test_rand_bit ());
        }
      show_new_pane (self);
      for (guint i = 0; i < 6; i++)
        {
          guint who = (guint) g_test_rand_int_range (0, G_N_ELEMENTS (people));
          gboolean online = g_test_rand_bit ();

          g_test_message ("%s %s", i < 3 ? "comes:" : online ? "online:" : "offline:", people[who]);
          if (i < 3)
            ghc_member_list_add (get_list (self), get_member (self, who));
          else
            set_online (self, who, online);
          if (g_test_rand_bit ())
            {
              g_test_message ("a frame");
              wait_frames (self, 1);
            }
        }
      g_assert_cmpstr (come_by_tab (self), ==, get_first (self));
    }
}

/* Who was left is where one comes back to, as long as they are there. */
static void
test_comes_back (Fixture *self, gconstpointer data)
{
  const char *brook = ghc_user_get_display_name (ghc_member_get_user (get_member (self, 1)));
  GtkWidget *row;

  g_assert_cmpstr (come_by_tab (self), !=, brook);
  row = gtk_widget_get_parent (gtk_root_get_focus (GTK_ROOT (self->window)));
  for (row = gtk_widget_get_first_child (row); g_strcmp0 (get_focused (self), brook) != 0;
       row = gtk_widget_get_next_sibling (row))
    g_assert_true (gtk_widget_grab_focus (row));
  g_assert_cmpstr (come_by_tab (self), ==, brook);

  for (guint round = 0; round < 20; round++)
    {
      for (guint who = 0; who < self->members->len; who++)
        set_online (self, who, g_test_rand_bit ());
      if (g_test_rand_bit ())
        wait_frames (self, 1);
      g_assert_cmpstr (come_by_tab (self), ==, brook);
    }

  g_assert_true (gtk_widget_grab_focus (self->button));
  ghc_member_list_remove (get_list (self), people[1]);
  g_assert_cmpstr (come_by_tab (self), ==, get_first (self));
}

/* Whoever has the focus has it wherever they go, and nobody else gets it. */
static void
test_stays (Fixture *self, gconstpointer data)
{
  const char *first = come_by_tab (self);

  for (guint round = 0; round < 10; round++)
    {
      for (guint who = 0; who < self->members->len; who++)
        {
          set_online (self, who, (round + who) % 3 == 0);
          /* Before the next key is looked at, which has a lower priority. */
          g_main_context_iteration (NULL, FALSE);
          g_assert_cmpstr (get_focused (self), ==, first);
          wait_frames (self, round % 3);
          g_assert_cmpstr (get_focused (self), ==, first);
        }
    }
}

/* Who goes elsewhere with the keyboard, while people come and go, is not brought back. */
static void
test_elsewhere (Fixture *self, gconstpointer data)
{
  for (guint round = 0; round < 4; round++)
    {
      come_by_tab (self);
      for (guint who = 0; who < self->members->len; who++)
        set_online (self, who, round % 2 == 0);
      g_assert_true (gtk_widget_grab_focus (self->button));
      wait_frames (self, 2);
      g_assert_true (gtk_root_get_focus (GTK_ROOT (self->window)) == self->button);

      /* Another guild, and the way out of the list in the same turn. */
      come_by_tab (self);
      g_object_set (self->pane, "guild", NULL, NULL);
      g_object_set (self->pane, "guild", self->world->guild, NULL);
      g_assert_true (gtk_widget_grab_focus (self->button));
      wait_frames (self, 2);
      g_assert_true (gtk_root_get_focus (GTK_ROOT (self->window)) == self->button);
    }
}

static GtkWidget *
find_retry (Fixture *self)
{
  return ui_window_find (self->pane, GHC_TYPE_TASK_BUTTON, NULL);
}

static void
wait_retry (Fixture *self, gboolean seen)
{
  while ((find_retry (self) != NULL) != seen)
    wait_frames (self, 1);
}

/* Nobody is there to say who is in a private channel: that is told, and asked again when wished. */
static void
test_unknown (Fixture *self, gconstpointer data)
{
  g_autoptr (GhcTokenStore) store = ghc_token_store_new ("test-members-pane");
  const char *channel_id = ghc_channel_get_channel_id (self->world->garden);
  g_autoptr (GhEvent) event = test_state (channel_id, GH_EVENT_ROOM_MEMBER, ME, ME, "{'membership':'join'}", 1000);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("gt-members-XXXXXX", &error);
  g_autoptr (GhcSession) session = NULL;
  GtkWidget *button;

  g_assert_no_error (error);
  session = ghc_session_new ("account", "http://127.0.0.1:9", ME, folder, store);
  ghc_account_fold_event (self->world->account, event, TRUE);
  g_assert_true (ghc_channel_get_joined (self->world->garden) && ghc_channel_get_private (self->world->garden));

  g_object_set (self->pane, "session", session, "channel", self->world->garden, NULL);
  wait_retry (self, TRUE);
  button = find_retry (self);
  g_assert_true (gtk_widget_grab_focus (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (ghc_task_button_get_busy (GHC_TASK_BUTTON (button)));
  while (ghc_task_button_get_busy (GHC_TASK_BUTTON (button)))
    wait_frames (self, 1);
  g_assert_true (gtk_widget_get_mapped (button));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (self->window)) == button);

  /* Of any other channel it is known. */
  g_object_set (self->pane, "channel", self->world->general, NULL);
  wait_retry (self, FALSE);
  g_assert_cmpstr (come_by_tab (self), ==, get_first (self));
  g_object_set (self->pane, "session", NULL, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/members-pane/first", Fixture, NULL, set_up, test_first, tear_down);
  g_test_add ("/members-pane/comes-back", Fixture, NULL, set_up, test_comes_back, tear_down);
  g_test_add ("/members-pane/stays", Fixture, NULL, set_up, test_stays, tear_down);
  g_test_add ("/members-pane/elsewhere", Fixture, NULL, set_up, test_elsewhere, tear_down);
  g_test_add ("/members-pane/unknown", Fixture, NULL, set_up, test_unknown, tear_down);
  return g_test_run ();
}
