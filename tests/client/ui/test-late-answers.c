/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one sees when the server's answers are late, or come in another order than they were asked for. */
#include <adwaita.h>

#include "gh-event.h"
#include "gh-permission.h"
#include "ghc-create-channel-dialog.h"
#include "ghc-guild-invites-page.h"
#include "ghc-member-page.h"
#include "ghc-members-pane.h"
#include "ghc-role-editor.h"
#include "ghc-session-internal.h"
#include "ghc-task-button.h"

#include "ui-server.h"
#include "ui-window.h"

typedef struct
{
  UiWorld *world;
  UiServer *server;
  GtkWidget *window;
  GtkWidget *place; /* of what is tested */
  guint n_events;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->world = ui_world_new (0);
  self->server = ui_server_new ();
  /* Nothing is on its way when the window goes. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  self->place = adw_toast_overlay_new ();
  self->window = adw_application_window_new (NULL);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 700, 700);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), self->place);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  ui_server_settle ();
  ui_server_free (self->server);
  ui_world_free (self->world);
  ui_server_settle ();
}

static void
show (Fixture *self, gpointer widget)
{
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->place), widget);
  while (!gtk_widget_get_mapped (widget))
    g_main_context_iteration (NULL, TRUE);
}

/* The world's server tells of a change. */
static void
hear (Fixture *self, const char *room_id, const char *type, const char *key, const char *content)
{
  g_autoptr (GhEvent) event = test_state (room_id, type, key, ADA, content, 1000 + ++self->n_events);

  ghc_account_fold_event (self->world->account, event, TRUE);
}

/* Each time the list of invites is another one. */
static void
set_manager (Fixture *self, gboolean manager)
{
  g_autofree char *content = g_strdup_printf ("{'name':'everyone','permissions':%u,'order':0,'hoist':false}",
                                              manager ? (guint) GH_PERMISSION_MANAGE_GUILD : 0);

  hear (self, ghc_guild_get_guild_id (self->world->guild), GH_EVENT_GUILD_ROLE, "everyone", content);
  g_assert_true (ghc_guild_get_can_manage_guild (self->world->guild) == manager);
}

static gboolean
is_seen (Fixture *self, const char *words)
{
  return ui_window_find (self->window, GTK_TYPE_LABEL, words) != NULL;
}

static void
wait_seen (Fixture *self, const char *words)
{
  while (!is_seen (self, words))
    g_main_context_iteration (NULL, TRUE);
}

/* What the server answered before has been heard (the first time), and what was asked because of it has arrived (the
   second): each takes the same way as this. */
static void
catch_up (Fixture *self)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (DexFuture) future = ghc_session_do (self->server->session, "session.list", test_json ("{}"));

      ui_server_answer (self->server, ui_server_wait (self->server, "GET", "/devices", 0), "{}");
      test_await (future);
      ui_server_settle ();
    }
}

#define INVITE(code) "{'code':'" code "','link':'guildhall://" code "','url':'http://" code "'}"

/* The row with @title, or what is of @type in it. */
static GtkWidget *
find_in_row (GtkWidget *from, const char *title, GType type)
{
  if (ADW_IS_PREFERENCES_ROW (from)
      && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (from)), title) == 0)
    return type == G_TYPE_NONE ? from : ui_window_find (from, type, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_in_row (child, title, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_revoke (Fixture *self, const char *code)
{
  GtkWidget *copy = find_in_row (self->place, code, GTK_TYPE_BUTTON);
  GtkWidget *button = copy != NULL ? gtk_widget_get_next_sibling (copy) : NULL;

  g_assert_nonnull (button);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Revoke");
  return button;
}

static void
press_revoke (Fixture *self, const char *code)
{
  g_signal_emit_by_name (find_revoke (self, code), "clicked");
}

/* The list that was asked for last is shown, whichever comes last. */
static void
test_invites (Fixture *self, gconstpointer data)
{
  SoupServerMessage *older;
  SoupServerMessage *newer;

  set_manager (self, FALSE);
  show (self, ghc_guild_invites_page_new (self->server->session, self->world->guild));
  older = ui_server_wait (self->server, "GET", "/invites", 0);
  set_manager (self, TRUE);
  newer = ui_server_wait (self->server, "GET", "/invites", 1);

  ui_server_answer (self->server, newer, "{'invites':[" INVITE ("newer") "," INVITE ("other") "]}");
  wait_seen (self, "newer");
  ui_server_answer (self->server, older, "{'invites':[" INVITE ("older") "]}");
  catch_up (self);
  g_assert_true (is_seen (self, "newer"));
  g_assert_false (is_seen (self, "older"));
}

/* What was revoked does not come back with a list that is from before. */
static void
test_revoked (Fixture *self, gconstpointer data)
{
  SoupServerMessage *list;
  SoupServerMessage *revocation;

  set_manager (self, FALSE);
  show (self, ghc_guild_invites_page_new (self->server->session, self->world->guild));
  list = ui_server_wait (self->server, "GET", "/invites", 0);
  ui_server_answer (self->server, list, "{'invites':[" INVITE ("one") "," INVITE ("two") "]}");
  wait_seen (self, "one");

  /* The list comes, and then the answer. */
  press_revoke (self, "one");
  revocation = ui_server_wait (self->server, "DELETE", "/invites/one", 0);
  set_manager (self, TRUE);
  list = ui_server_wait (self->server, "GET", "/invites", 0);
  ui_server_answer (self->server, list, "{'invites':[" INVITE ("one") "," INVITE ("two") "," INVITE ("three") "]}");
  wait_seen (self, "three");
  ui_server_answer (self->server, revocation, "{}");
  while (is_seen (self, "one"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (is_seen (self, "two"));

  /* The answer comes, and then the list. */
  press_revoke (self, "two");
  revocation = ui_server_wait (self->server, "DELETE", "/invites/two", 0);
  set_manager (self, FALSE);
  list = ui_server_wait (self->server, "GET", "/invites", 0);
  ui_server_answer (self->server, revocation, "{}");
  while (is_seen (self, "two"))
    g_main_context_iteration (NULL, TRUE);
  ui_server_answer (self->server, list, "{'invites':[" INVITE ("two") "," INVITE ("three") "]}");
  catch_up (self);
  g_assert_false (is_seen (self, "two"));
  list = ui_server_wait (self->server, "GET", "/invites", 0);
  ui_server_answer (self->server, list, "{'invites':[]}");
  wait_seen (self, "There are no invite links.");
}

/* What could not be revoked can be tried again, and whatever has changed meanwhile is seen. */
static void
test_not_revoked (Fixture *self, gconstpointer data)
{
  SoupServerMessage *list;
  SoupServerMessage *revocation;

  set_manager (self, FALSE);
  show (self, ghc_guild_invites_page_new (self->server->session, self->world->guild));
  list = ui_server_wait (self->server, "GET", "/invites", 0);
  ui_server_answer (self->server, list, "{'invites':[" INVITE ("one") "," INVITE ("two") "]}");
  wait_seen (self, "one");

  press_revoke (self, "one");
  g_assert_false (gtk_widget_get_sensitive (find_revoke (self, "one")));
  revocation = ui_server_wait (self->server, "DELETE", "/invites/one", 0);
  ui_server_refuse (self->server, revocation, "Not this one");
  wait_seen (self, "Not this one");
  g_assert_true (gtk_widget_get_sensitive (find_revoke (self, "one")));
  list = ui_server_wait (self->server, "GET", "/invites", 0);
  ui_server_answer (self->server, list, "{'invites':[" INVITE ("two") "]}");
  while (is_seen (self, "one"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (is_seen (self, "two"));
}

static void
assert_roles (SoupServerMessage *asked, guint n_roles)
{
  g_autoptr (GhJson) json = ui_server_read (asked);
  g_autoptr (GhJson) roles = gh_json_peek_array (json, "roles");

  g_assert_nonnull (roles);
  g_assert_cmpuint (gh_json_get_length (roles), ==, n_roles);
}

typedef struct
{
  Fixture *fixture;
  AdwSwitchRow *keepers;
  AdwSwitchRow *masons;
} Roles;

static void
hear_roles (Roles *roles, gboolean keepers, gboolean masons)
{
  Fixture *self = roles->fixture;
  g_autofree char *first = test_role_id (1);
  g_autofree char *second = test_role_id (2);
  g_autofree char *both = g_strdup_printf ("'%s','%s'", first, second);
  g_autofree char *one = g_strdup_printf ("'%s'", keepers ? first : second);
  g_autofree char *content = g_strdup_printf ("{'roles':[%s]}", keepers && masons ? both : keepers || masons ? one : "");

  hear (self, ghc_guild_get_guild_id (self->world->guild), GH_EVENT_GUILD_MEMBER_ROLES, "@farid:localhost", content);
}

static void
assert_switches (Roles *roles, gboolean keepers, gboolean masons)
{
  g_assert_true (adw_switch_row_get_active (roles->keepers) == keepers);
  g_assert_true (adw_switch_row_get_active (roles->masons) == masons);
}

static void
roles_init (Roles *roles, Fixture *self)
{
  GhcMember *member = ghc_guild_lookup_member (self->world->guild, "@farid:localhost");

  roles->fixture = self;
  show (self, ghc_member_page_new (self->server->session, self->world->guild, member));
  roles->keepers = ADW_SWITCH_ROW (find_in_row (self->place, "Keepers", G_TYPE_NONE));
  roles->masons = ADW_SWITCH_ROW (find_in_row (self->place, "Masons", G_TYPE_NONE));
  assert_switches (roles, FALSE, FALSE);
}

/* Two roles given in one breath: neither goes back, and the server hears of both. */
static void
test_two_roles (Fixture *self, gconstpointer data)
{
  SoupServerMessage *asked;
  Roles roles;

  roles_init (&roles, self);
  adw_switch_row_set_active (roles.keepers, TRUE);
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  assert_roles (asked, 1);
  adw_switch_row_set_active (roles.masons, TRUE);
  hear_roles (&roles, TRUE, FALSE);
  assert_switches (&roles, TRUE, TRUE);
  ui_server_answer (self->server, asked, "{}");
  assert_switches (&roles, TRUE, TRUE);

  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  assert_roles (asked, 2);
  hear_roles (&roles, TRUE, TRUE);
  ui_server_answer (self->server, asked, "{}");
  assert_switches (&roles, TRUE, TRUE);

  /* Taken, and given again before the answer. */
  adw_switch_row_set_active (roles.masons, FALSE);
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  assert_roles (asked, 1);
  adw_switch_row_set_active (roles.masons, TRUE);
  hear_roles (&roles, TRUE, FALSE);
  assert_switches (&roles, TRUE, TRUE);
  ui_server_answer (self->server, asked, "{}");
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  assert_roles (asked, 2);
  hear_roles (&roles, TRUE, TRUE);
  ui_server_answer (self->server, asked, "{}");
  catch_up (self);
  assert_switches (&roles, TRUE, TRUE);
  g_assert_cmpuint (ui_server_count (self->server, "PUT", "/roles"), ==, 0);
}

/* What somebody else does to other roles meanwhile is seen, and not undone; what is refused goes back. */
static void
test_others_roles (Fixture *self, gconstpointer data)
{
  SoupServerMessage *asked;
  Roles roles;

  roles_init (&roles, self);
  adw_switch_row_set_active (roles.keepers, TRUE);
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  hear_roles (&roles, FALSE, TRUE);
  assert_switches (&roles, TRUE, TRUE);
  /* Theirs came after ours. */
  hear_roles (&roles, TRUE, FALSE);
  hear_roles (&roles, FALSE, TRUE);
  ui_server_answer (self->server, asked, "{}");
  while (adw_switch_row_get_active (roles.keepers))
    g_main_context_iteration (NULL, TRUE);
  assert_switches (&roles, FALSE, TRUE);

  adw_switch_row_set_active (roles.keepers, TRUE);
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  assert_roles (asked, 2);
  adw_switch_row_set_active (roles.masons, FALSE);
  ui_server_refuse (self->server, asked, "You may not give this role");
  wait_seen (self, "You may not give this role");
  catch_up (self);
  assert_switches (&roles, FALSE, TRUE);
  g_assert_cmpuint (ui_server_count (self->server, "PUT", "/roles"), ==, 0);

  /* Theirs came after ours again, and another role was pressed meanwhile. */
  adw_switch_row_set_active (roles.keepers, TRUE);
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  hear_roles (&roles, TRUE, TRUE);
  hear_roles (&roles, FALSE, TRUE);
  adw_switch_row_set_active (roles.masons, FALSE);
  ui_server_answer (self->server, asked, "{}");
  asked = ui_server_wait (self->server, "PUT", "/roles", 0);
  assert_roles (asked, 0);
  hear_roles (&roles, FALSE, FALSE);
  ui_server_answer (self->server, asked, "{}");
  catch_up (self);
  assert_switches (&roles, FALSE, FALSE);
  g_assert_cmpuint (ui_server_count (self->server, "PUT", "/roles"), ==, 0);
}

static void
hear_permissions (Fixture *self, GhPermissions permissions)
{
  g_autofree char *role_id = test_role_id (2);
  g_autofree char *content =
    g_strdup_printf ("{'name':'Masons','permissions':%u,'order':1,'hoist':false}",
                     (guint) permissions);

  hear (self, ghc_guild_get_guild_id (self->world->guild), GH_EVENT_GUILD_ROLE, role_id, content);
}

/* @permissions: all that are asked for, or -1 when nothing is said of them */
static void
assert_asked (SoupServerMessage *asked, gint64 permissions, const char *member, gboolean has)
{
  g_autoptr (GhJson) json = ui_server_read (asked);

  g_assert_cmpint (gh_json_peek_int (json, "permissions", -1), ==, permissions);
  g_assert_true (gh_json_has (json, member) == has);
}

/* Two permissions and a colour in one breath: nothing goes back, and nothing is asked for but what was pressed. */
static void
test_role (Fixture *self, gconstpointer data)
{
  const GhPermissions first = GH_PERMISSION_SEND_MESSAGES;
  const GhPermissions second = GH_PERMISSION_CREATE_INVITE;
  const GdkRGBA red = { 1, 0, 0, 1 };
  g_autofree char *role_id = test_role_id (2);
  SoupServerMessage *colored;
  SoupServerMessage *asked;
  AdwSwitchRow *invites;
  AdwSwitchRow *speaks;
  AdwSwitchRow *sends;
  AdwSwitchRow *files;
  GtkWidget *button;
  GhcRole *role;

  hear_permissions (self, 0);
  role = ghc_guild_lookup_role (self->world->guild, role_id);
  show (self, GTK_WIDGET (ghc_role_editor_new (self->server->session, self->world->guild, role)));
  sends = ADW_SWITCH_ROW (find_in_row (self->place, "Send Messages", G_TYPE_NONE));
  invites = ADW_SWITCH_ROW (find_in_row (self->place, "Create Invites", G_TYPE_NONE));
  speaks = ADW_SWITCH_ROW (find_in_row (self->place, "Speak", G_TYPE_NONE));
  files = ADW_SWITCH_ROW (find_in_row (self->place, "Attach Files", G_TYPE_NONE));

  adw_switch_row_set_active (sends, TRUE);
  asked = ui_server_wait (self->server, "PATCH", role_id, 0);
  assert_asked (asked, first, "color", FALSE);
  button = ui_window_find (self->place, GTK_TYPE_COLOR_DIALOG_BUTTON, NULL);
  gtk_color_dialog_button_set_rgba (GTK_COLOR_DIALOG_BUTTON (button), &red);
  colored = ui_server_wait (self->server, "PATCH", role_id, 1);
  assert_asked (colored, -1, "color", TRUE);
  ui_server_answer (self->server, colored, "{}");
  adw_switch_row_set_active (invites, TRUE);
  hear_permissions (self, first);
  g_assert_true (adw_switch_row_get_active (sends) && adw_switch_row_get_active (invites));
  ui_server_answer (self->server, asked, "{}");

  asked = ui_server_wait (self->server, "PATCH", role_id, 0);
  assert_asked (asked, first | second, "color", FALSE);
  adw_switch_row_set_active (sends, FALSE);
  ui_server_refuse (self->server, asked, "You may not give this");
  wait_seen (self, "You may not give this");
  catch_up (self);
  g_assert_true (adw_switch_row_get_active (sends) && !adw_switch_row_get_active (invites));
  g_assert_cmpuint (ui_server_count (self->server, "PATCH", role_id), ==, 0);

  /* What somebody else gives and takes meanwhile is seen, and not undone: of those that were not pressed … */
  adw_switch_row_set_active (invites, TRUE);
  asked = ui_server_wait (self->server, "PATCH", role_id, 0);
  assert_asked (asked, first | second, "color", FALSE);
  hear_permissions (self, first | GH_PERMISSION_ATTACH_FILES);
  g_assert_true (adw_switch_row_get_active (invites) && adw_switch_row_get_active (files));
  hear_permissions (self, GH_PERMISSION_ATTACH_FILES);
  g_assert_true (adw_switch_row_get_active (invites) && !adw_switch_row_get_active (sends));
  /* … and of the one that was, after ours. */
  hear_permissions (self, second | GH_PERMISSION_ATTACH_FILES);
  hear_permissions (self, GH_PERMISSION_ATTACH_FILES);
  g_assert_false (adw_switch_row_get_active (invites));
  adw_switch_row_set_active (speaks, TRUE);
  ui_server_answer (self->server, asked, "{}");
  asked = ui_server_wait (self->server, "PATCH", role_id, 0);
  assert_asked (asked, GH_PERMISSION_ATTACH_FILES | GH_PERMISSION_SPEAK, "color", FALSE);
  hear_permissions (self, GH_PERMISSION_SPEAK);
  ui_server_answer (self->server, asked, "{}");
  catch_up (self);
  g_assert_true (adw_switch_row_get_active (speaks) && !adw_switch_row_get_active (files));
  g_assert_cmpuint (ui_server_count (self->server, "PATCH", role_id), ==, 0);
}

/* A switch slides for a moment; who presses Create then makes what they chose all the same. */
static void
test_private (Fixture *self, gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GhcCreateChannelDialog *dialog = ghc_create_channel_dialog_new (self->server->session, self->world->guild,
                                                                  GHC_CHANNEL_TEXT, NULL);
  GtkWidget *widget = GTK_WIDGET (dialog);
  g_autoptr (GhJson) json = NULL;
  SoupServerMessage *asked;
  graphene_point_t middle;
  GtkWidget *row;
  GtkWidget *knob;
  GtkWidget *create;

  adw_dialog_present (ADW_DIALOG (dialog), self->window);
  row = find_in_row (widget, "Private", G_TYPE_NONE);
  while ((create = ui_window_find (widget, GHC_TYPE_TASK_BUTTON, NULL)) == NULL
         || (knob = ui_window_find (row, GTK_TYPE_SWITCH, NULL)) == NULL || gtk_widget_get_width (knob) == 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_editable_set_text (GTK_EDITABLE (find_in_row (widget, "Name", G_TYPE_NONE)), "attic");

  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);
  g_assert_true (gtk_widget_activate (row));
  g_signal_emit_by_name (create, "clicked");
  g_assert_true (adw_switch_row_get_active (ADW_SWITCH_ROW (row)));
  g_object_set (settings, "gtk-enable-animations", FALSE, NULL);

  asked = ui_server_wait (self->server, "POST", "/channels", 0);
  json = ui_server_read (asked);
  g_assert_cmpstr (gh_json_peek_string (json, "name"), ==, "attic");
  g_assert_true (gh_json_peek_bool (json, "private", FALSE));
  ui_server_refuse (self->server, asked, "Not today");
  wait_seen (self, "Not today");

  /* Whoever presses the switch itself presses the row. */
  g_assert_true (gtk_widget_compute_point (knob, row,
                                           &GRAPHENE_POINT_INIT (gtk_widget_get_width (knob) / 2.f,
                                                                 gtk_widget_get_height (knob) / 2.f),
                                           &middle));
  g_assert_true (gtk_widget_contains (row, middle.x, middle.y));
  for (GtkWidget *hit = gtk_widget_pick (row, middle.x, middle.y, GTK_PICK_DEFAULT); hit != row;
       hit = gtk_widget_get_parent (hit))
    g_assert_true (hit != knob);
  adw_dialog_force_close (ADW_DIALOG (dialog));
}

static GListModel *
list_people (Fixture *self)
{
  GtkWidget *list = ui_window_find (self->place, GTK_TYPE_LIST_VIEW, NULL);

  return list != NULL ? G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list))) : NULL;
}

static gboolean
is_listed (Fixture *self, const char *user_id)
{
  GListModel *people = list_people (self);

  for (guint i = 0; people != NULL && i < g_list_model_get_n_items (people); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (people, i);

      if (GHC_IS_MEMBER (item)
          && g_str_equal (ghc_user_get_user_id (ghc_member_get_user (GHC_MEMBER (item))), user_id))
        return TRUE;
    }
  return FALSE;
}

static void
wait_listed (Fixture *self, const char *user_id)
{
  while (!is_listed (self, user_id))
    g_main_context_iteration (NULL, TRUE);
}

#define JOINED(user_id) "{'user_id':'" user_id "','membership':'join'}"

/* Who is in a private channel, when that may have changed and could not be asked for. */
static void
test_members (Fixture *self, gconstpointer data)
{
  const char *channel_id = ghc_channel_get_channel_id (self->world->garden);
  GhcSession *session = self->server->session;
  GtkWidget *pane = g_object_new (GHC_TYPE_MEMBERS_PANE, "guild", self->world->guild, NULL);
  SoupServerMessage *asked;

  hear (self, channel_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'join'}");
  show (self, pane);
  g_object_set (pane, "session", session, "channel", self->world->garden, NULL);
  asked = ui_server_wait (self->server, "GET", "/members", 0);
  ui_server_answer (self->server, asked, "{'members':[" JOINED (ADA) "]}");
  wait_listed (self, ADA);
  g_assert_false (is_listed (self, BROOK));

  /* Much happens at once: it is asked for once, and what was seen stays when there is no answer. */
  hear (self, channel_id, GH_EVENT_ROOM_MEMBER, "@emi:localhost", "{'membership':'join'}");
  hear (self, channel_id, GH_EVENT_ROOM_MEMBER, "@emi:localhost", "{'membership':'leave'}");
  hear (self, channel_id, GH_EVENT_ROOM_MEMBER, BROOK, "{'membership':'join'}");
  asked = ui_server_wait (self->server, "GET", "/members", 0);
  ui_server_refuse (self->server, asked, "Not now");
  catch_up (self);
  g_assert_true (is_listed (self, ADA));
  g_assert_cmpuint (ui_server_count (self->server, "GET", "/members"), ==, 0);

  /* But then with the next connection, once the refusal has been heard. */
  while (ui_server_count (self->server, "GET", "/members") == 0)
    {
      ghc_session_set_connection (session, GHC_CONNECTION_OFFLINE, NULL);
      ghc_session_set_connection (session, GHC_CONNECTION_CATCHING_UP, NULL);
      g_main_context_iteration (NULL, TRUE);
    }
  asked = ui_server_wait (self->server, "GET", "/members", 0);
  ghc_session_set_connection (session, GHC_CONNECTION_ONLINE, NULL);
  ui_server_answer (self->server, asked, "{'members':[" JOINED (ADA) "," JOINED (BROOK) "]}");
  wait_listed (self, BROOK);
  catch_up (self);
  g_assert_cmpuint (ui_server_count (self->server, "GET", "/members"), ==, 0);

  ghc_session_set_connection (session, GHC_CONNECTION_OFFLINE, NULL);
  ghc_session_set_connection (session, GHC_CONNECTION_CATCHING_UP, NULL);
  catch_up (self);
  g_assert_cmpuint (ui_server_count (self->server, "GET", "/members"), ==, 0);
  g_object_set (pane, "session", NULL, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/late-answers/invites", Fixture, NULL, set_up, test_invites, tear_down);
  g_test_add ("/late-answers/revoked", Fixture, NULL, set_up, test_revoked, tear_down);
  g_test_add ("/late-answers/not-revoked", Fixture, NULL, set_up, test_not_revoked, tear_down);
  g_test_add ("/late-answers/two-roles", Fixture, NULL, set_up, test_two_roles, tear_down);
  g_test_add ("/late-answers/others-roles", Fixture, NULL, set_up, test_others_roles, tear_down);
  g_test_add ("/late-answers/role", Fixture, NULL, set_up, test_role, tear_down);
  g_test_add ("/late-answers/private", Fixture, NULL, set_up, test_private, tear_down);
  g_test_add ("/late-answers/members", Fixture, NULL, set_up, test_members, tear_down);
  return g_test_run ();
}
