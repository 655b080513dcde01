/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A guild's settings, open while somebody changes what one may do there. */
#include <adwaita.h>

#include "gh-event.h"
#include "gh-permission.h"
#include "ghc-guild-settings.h"
#include "ghc-member-page.h"
#include "ghc-role-editor.h"
#include "ghc-session-private.h"
#include "ghc-token-store.h"

#include "ui-server.h"
#include "ui-window.h"

#define ALL (GH_PERMISSION_MANAGE_CHANNELS | GH_PERMISSION_MANAGE_ROLES | GH_PERMISSION_MANAGE_GUILD | GH_PERMISSION_CREATE_INVITE)

typedef struct
{
  UiWorld *world;
  char *folder;
  GhcSession *session;
  GtkWidget *window;
  GtkWidget *dialog;
  AdwViewStack *stack;
  guint n_frames;
  guint n_events;
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

/* Somebody who may changes what one may do, as everybody. */
static void
set_permissions (Fixture *self, GhPermissions permissions)
{
  g_autofree char *content = g_strdup_printf ("{'name':'everyone','permissions':%u,'order':0,'hoist':false}", (guint) permissions);
  g_autoptr (GhEvent)
    event = test_state (ghc_guild_get_guild_id (self->world->guild), GH_EVENT_GUILD_ROLE, "everyone", ADA, content, 1000 + ++self->n_events);

  ghc_account_fold_event (self->world->account, event, TRUE);
  g_assert_true (ghc_guild_can (self->world->guild, permissions));
}

static void
open_settings (Fixture *self, GhPermissions permissions)
{
  set_permissions (self, permissions);
  self->dialog = GTK_WIDGET (ghc_guild_settings_new (self->session, self->world->guild));
  adw_dialog_present (ADW_DIALOG (self->dialog), self->window);
  while (ui_window_find (self->dialog, ADW_TYPE_VIEW_STACK, NULL) == NULL)
    wait_frames (self, 1);
  /* The dialog has chosen its shape, and the keyboard is where it begins. */
  wait_frames (self, 5);
  self->stack = ADW_VIEW_STACK (ui_window_find (self->dialog, ADW_TYPE_VIEW_STACK, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GhcTokenStore) store = ghc_token_store_new ("test-guild-settings");
  g_autoptr (GError) error = NULL;

  self->world = ui_world_new (0);
  self->folder = g_dir_make_tmp ("gt-settings-XXXXXX", &error);
  g_assert_no_error (error);
  /* It is never started: nobody is there. */
  self->session = ghc_session_new ("account", "http://127.0.0.1:9", ME, self->folder, store);

  /* Nothing is on its way when the window goes. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  self->window = adw_application_window_new (NULL);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 900, 700);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), gtk_button_new_with_label ("behind"));
  gtk_widget_add_tick_callback (self->window, on_tick, &self->n_frames, NULL);
  gtk_window_present (GTK_WINDOW (self->window));
  wait_frames (self, 2);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* What a page has asked for may be under way yet. */
  ui_end_session (self->session, self->folder);
  ui_world_free (self->world);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (self->folder);
}

/* The titles of the pages that one can turn to, in their order. */
static char *
describe_pages (Fixture *self)
{
  g_autoptr (GtkSelectionModel) pages = adw_view_stack_get_pages (self->stack);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (pages)); i++)
    {
      g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (pages), i);

      if (adw_view_stack_page_get_visible (page))
        g_strv_builder_add (builder, adw_view_stack_page_get_title (page));
    }
  names = g_strv_builder_end (builder);
  return g_strjoinv (" ", names);
}

static void
assert_pages (Fixture *self, const char *expected)
{
  g_autofree char *pages = describe_pages (self);

  g_assert_cmpstr (pages, ==, expected);
}

static gboolean
is_said (Fixture *self, const char *words)
{
  return ui_window_find (self->dialog, GTK_TYPE_LABEL, words) != NULL;
}

static void
wait_said (Fixture *self, const char *words)
{
  while (!is_said (self, words))
    wait_frames (self, 1);
}

static void
turn_to (Fixture *self, const char *name)
{
  adw_view_stack_set_visible_child_name (self->stack, name);
  wait_frames (self, 2);
}

static void
assert_turned_to (Fixture *self, const char *name)
{
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (self->stack), ==, name);
}

/* Opens what is behind the first row of the page one is on. */
static GtkWidget *
go_on (Fixture *self, GType type)
{
  GtkWidget *page = adw_view_stack_get_visible_child (self->stack);
  GtkWidget *list = ui_window_find (page, GTK_TYPE_LIST_BOX, NULL);
  GtkWidget *row;
  GtkWidget *found;

  g_assert_nonnull (list);
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_true (gtk_widget_grab_focus (row));
  g_assert_true (gtk_widget_activate (row));
  while ((found = ui_window_find (self->dialog, type, NULL)) == NULL)
    wait_frames (self, 1);
  wait_frames (self, 2);
  return found;
}

static gboolean
has_focus (Fixture *self, GtkWidget *within)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self->window));

  return focus != NULL && gtk_widget_get_mapped (focus) && gtk_widget_is_ancestor (focus, within);
}

static void
test_come_and_go (Fixture *self, gconstpointer data)
{
  open_settings (self, GH_PERMISSIONS_NONE);
  assert_pages (self, "Overview People");
  set_permissions (self, GH_PERMISSION_CREATE_INVITE);
  assert_pages (self, "Overview People Invites");
  set_permissions (self, GH_PERMISSION_MANAGE_ROLES);
  assert_pages (self, "Overview Roles People");
  set_permissions (self, GH_PERMISSION_MANAGE_ROLES | GH_PERMISSION_MANAGE_CHANNELS | GH_PERMISSION_MANAGE_GUILD);
  assert_pages (self, "Overview Channels Roles People Invites");
  set_permissions (self, GH_PERMISSION_ADMINISTRATOR);
  assert_pages (self, "Overview Channels Roles People Invites");
  set_permissions (self, GH_PERMISSIONS_NONE);
  assert_pages (self, "Overview People");
  assert_turned_to (self, "overview");
}

/* Who is on a page that goes comes to the first one, and is told why. */
static void
test_turned_away (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    GhPermissions lost;
    const char *words;
  } pages[] = {
    { "channels", GH_PERMISSION_MANAGE_CHANNELS, "You can no longer manage the channels of this guild." },
    { "roles", GH_PERMISSION_MANAGE_ROLES, "You can no longer manage the roles of this guild." },
    { "invites", GH_PERMISSION_MANAGE_GUILD | GH_PERMISSION_CREATE_INVITE, "You can no longer see the invite links of this guild." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      open_settings (self, ALL);
      turn_to (self, pages[i].name);
      assert_turned_to (self, pages[i].name);
      g_assert_false (is_said (self, pages[i].words));
      set_permissions (self, ALL & ~pages[i].lost);
      assert_turned_to (self, "overview");
      wait_said (self, pages[i].words);
      adw_dialog_force_close (ADW_DIALOG (self->dialog));
    }
}

/* Also from what the page has opened in its place; and the keyboard stays in the dialog. */
static void
test_turned_away_from_below (Fixture *self, gconstpointer data)
{
  GtkWidget *editor;

  open_settings (self, ALL);
  turn_to (self, "roles");
  editor = go_on (self, GHC_TYPE_ROLE_EDITOR);
  g_object_add_weak_pointer (G_OBJECT (editor), (gpointer *) &editor);
  set_permissions (self, ALL & ~GH_PERMISSION_MANAGE_ROLES);
  assert_turned_to (self, "overview");
  wait_said (self, "You can no longer manage the roles of this guild.");
  while (editor != NULL)
    wait_frames (self, 1);
  g_assert_true (has_focus (self, adw_view_stack_get_visible_child (self->stack)));
}

/* Nobody else is disturbed. */
static void
test_elsewhere (Fixture *self, gconstpointer data)
{
  GtkWidget *page;

  open_settings (self, ALL);
  turn_to (self, "members");
  page = go_on (self, GHC_TYPE_MEMBER_PAGE);
  g_assert_true (has_focus (self, page));
  set_permissions (self, GH_PERMISSIONS_NONE);
  assert_pages (self, "Overview People");
  assert_turned_to (self, "members");
  wait_frames (self, 5);
  g_assert_true (has_focus (self, page));
  g_assert_false (is_said (self, "You can no longer manage the roles of this guild."));
  g_assert_false (is_said (self, "You can no longer manage the channels of this guild."));
}

static AdwSwitchRow *
find_switch (GtkWidget *from, const char *title)
{
  if (ADW_IS_SWITCH_ROW (from) && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (from)), title) == 0)
    return ADW_SWITCH_ROW (from);
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      AdwSwitchRow *found = find_switch (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* The roles on somebody's page can be given as long as one may. */
static void
test_roles_of_a_member (Fixture *self, gconstpointer data)
{
  GhcMember *member = ghc_guild_lookup_member (self->world->guild, ME);
  g_autofree char *keepers = test_role_id (1);
  const char *guild_id = ghc_guild_get_guild_id (self->world->guild);
  g_autofree char *content = g_strdup_printf ("{'roles':['%s']}", keepers);
  AdwNavigationPage *page;
  AdwSwitchRow *masons;

  set_permissions (self, ALL);
  page = g_object_ref_sink (ghc_member_page_new (self->session, self->world->guild, member));
  masons = find_switch (GTK_WIDGET (page), "Masons");
  g_assert_nonnull (masons);
  /* Below nobody’s role can one give any. */
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (masons)));
  {
    g_autoptr (GhEvent) event = test_state (guild_id, GH_EVENT_GUILD_MEMBER_ROLES, ME, ADA, content, 1000 + ++self->n_events);

    ghc_account_fold_event (self->world->account, event, TRUE);
  }
  set_permissions (self, ALL & ~GH_PERMISSION_CREATE_INVITE);
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (masons)));
  set_permissions (self, ALL & ~GH_PERMISSION_MANAGE_ROLES);
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (masons)));
  set_permissions (self, ALL);
  g_assert_true (gtk_widget_get_sensitive (GTK_WIDGET (masons)));
  {
    g_autoptr (GhEvent) event = test_state (guild_id, GH_EVENT_GUILD_MEMBER_ROLES, ME, ADA, "{'roles':[]}", 1000 + ++self->n_events);

    ghc_account_fold_event (self->world->account, event, TRUE);
  }
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (masons)));
  g_object_unref (page);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/guild-settings/come-and-go", Fixture, NULL, set_up, test_come_and_go, tear_down);
  g_test_add ("/guild-settings/turned-away", Fixture, NULL, set_up, test_turned_away, tear_down);
  g_test_add ("/guild-settings/turned-away-from-below", Fixture, NULL, set_up, test_turned_away_from_below, tear_down);
  g_test_add ("/guild-settings/elsewhere", Fixture, NULL, set_up, test_elsewhere, tear_down);
  g_test_add ("/guild-settings/roles-of-a-member", Fixture, NULL, set_up, test_roles_of_a_member, tear_down);
  return g_test_run ();
}
