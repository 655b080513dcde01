/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An account folds events and snapshots. */
#include "ghc-account.h"
#include "model-util.h"

#include "gh-permission.h"
#include "gh-time.h"

typedef struct
{
  GhcAccount *account;
  GhcGuild *guild;
  char *guild_id;
  char *channel_id;
  char *private_id;
  char *role_id;
  guint n_received;
  guint n_invited;
  guint n_refreshes;
  guint n_removed;
} Fixture;

static void
count (Fixture *fixture, guint *counter)
{
  (*counter)++;
}

static void
count_up (guint *counter)
{
  (*counter)++;
}

static void
on_received (GhcAccount *account, GhcChannel *channel, GhcMessage *message, Fixture *fixture)
{
  g_assert_false (ghc_message_get_mine (message));
  count (fixture, &fixture->n_received);
}

static void
on_invited (GhcAccount *account, GhcChannel *channel, Fixture *fixture)
{
  count (fixture, &fixture->n_invited);
}

static void
on_refresh_needed (GhcAccount *account, const char *guild_id, Fixture *fixture)
{
  count (fixture, &fixture->n_refreshes);
}

static void
on_channel_removed (GhcAccount *account, GhcChannel *channel, Fixture *fixture)
{
  count (fixture, &fixture->n_removed);
}

static char *
snapshot_text (Fixture *fixture, gint64 position, const char *name, GhPermissions everyone,
               const char *my_roles)
{
  return g_strdup_printf (
    "{'guild_id':'%s','name':'%s','owner':'" ADA "','permissions':0,'position':%" G_GINT64_FORMAT
    ",'my_roles':[%s],"
    "'members_count':3,"
    "'roles':[{'role_id':'everyone','name':'Everyone','permissions':%u,'order':0,'hoist':false},"
    "{'role_id':'%s','name':'Crew','color':16711680,'permissions':%u,'order':5,'hoist':true}],"
    "'channels':[{'channel_id':'%s','kind':'text','name':'general','private':false,'auto_join':true,'order':1,"
    "'overrides':{},'membership':'join','topic':'Anything','last_position':10},"
    "{'channel_id':'%s','kind':'text','name':'staff','private':true,'auto_join':false,'order':2,'overrides':{}}],"
    "'members':[{'user_id':'" ADA
    "','display_name':'Ada','roles':[],'joined_ts':1,'presence':'online'},"
    "{'user_id':'" ME "','display_name':'Me','roles':[%s],'joined_ts':2,'presence':'offline'},"
    "{'user_id':'" BROOK
    "','display_name':'Brook','roles':['%s'],'joined_ts':3,'presence':'idle'}]}",
    fixture->guild_id, name, position, my_roles, everyone, fixture->role_id,
    (guint) GH_PERMISSION_MANAGE_CHANNELS, fixture->channel_id, fixture->private_id, my_roles,
    fixture->role_id);
}

static void
fold_snapshot (Fixture *fixture, gint64 position, const char *name, GhPermissions everyone,
               const char *my_roles)
{
  g_autofree char *text = snapshot_text (fixture, position, name, everyone, my_roles);
  g_autoptr (GhJson) json = test_json (text);
  g_autoptr (GError) error = NULL;

  fixture->guild = ghc_account_fold_snapshot (fixture->account, json, 0, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->guild_id = test_room_id (1);
  fixture->channel_id = test_room_id (2);
  fixture->private_id = test_room_id (3);
  fixture->role_id = test_role_id (1);
  fixture->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  g_signal_connect (fixture->account, "message-received", G_CALLBACK (on_received), fixture);
  g_signal_connect (fixture->account, "invited", G_CALLBACK (on_invited), fixture);
  g_signal_connect (fixture->account, "refresh-needed", G_CALLBACK (on_refresh_needed), fixture);
  g_signal_connect (fixture->account, "channel-removed", G_CALLBACK (on_channel_removed), fixture);
  fold_snapshot (fixture, 100, "Guild", GH_PERMISSIONS_EVERYONE_DEFAULT, "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->account);
  g_free (fixture->guild_id);
  g_free (fixture->channel_id);
  g_free (fixture->private_id);
  g_free (fixture->role_id);
}

static GhcChannel *
channel (Fixture *fixture, const char *id)
{
  return ghc_account_lookup_channel (fixture->account, id);
}

static void
state (Fixture *fixture, const char *room_id, const char *type, const char *key,
       const char *content, gint64 position)
{
  g_autoptr (GhEvent) event = test_state (room_id, type, key, ADA, content, position);

  ghc_account_fold_event (fixture->account, event, TRUE);
}

static void
say (Fixture *fixture, const char *sender, gint64 position)
{
  g_autoptr (GhEvent)
    event = test_message (fixture->channel_id, sender, NULL, "hello", NOON + position, position);

  ghc_account_fold_event (fixture->account, event, TRUE);
}

static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  GhcMember *brook = ghc_guild_lookup_member (fixture->guild, BROOK);

  g_assert_cmpuint (g_list_model_get_n_items (ghc_account_get_guilds (fixture->account)), ==, 1);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Guild");
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, 3);
  g_assert_cmpuint (ghc_member_list_get_n_online (ghc_guild_get_members (fixture->guild)), ==, 2);
  g_assert_cmpint (ghc_member_get_color (brook), ==, 0xff0000);
  g_assert_cmpint (ghc_member_get_power (brook), ==, 5);
  g_assert_true (ghc_member_get_is_owner (ghc_guild_lookup_member (fixture->guild, ADA)));
  g_assert_true (ghc_channel_get_joined (channel (fixture, fixture->channel_id)));
  g_assert_cmpstr (ghc_channel_get_topic (channel (fixture, fixture->channel_id)), ==, "Anything");
  g_assert_false (ghc_channel_get_unread (channel (fixture, fixture->channel_id)));
  g_assert_true (ghc_channel_get_closed (channel (fixture, fixture->private_id)));

  /* What it writes for the cache reads as what it was. */
  {
    g_autoptr (GBytes) bytes = ghc_guild_to_snapshot (fixture->guild);
    g_autoptr (GhJson) json = gh_json_parse_bytes (bytes, NULL);
    g_autoptr (GhcAccount) other = ghc_account_new ("other", "http://127.0.0.1:1", ME);
    g_autoptr (GBytes) again = NULL;
    GhcGuild *copy;

    copy = ghc_account_fold_snapshot (other, json, 0, NULL);
    again = ghc_guild_to_snapshot (copy);
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                     g_bytes_get_data (again, NULL), g_bytes_get_size (again));
  }
}

static void
test_permissions (Fixture *fixture, gconstpointer data)
{
  GhcChannel *general = channel (fixture, fixture->channel_id);
  GhcChannel *staff = channel (fixture, fixture->private_id);
  g_autofree char *roles = g_strdup_printf ("{'roles':['%s']}", fixture->role_id);
  g_autofree char *deny =
    g_strdup_printf ("{'kind':'text','name':'general','private':false,'order':1,"
                     "'overrides':{'everyone':{'allow':0,'deny':%u}}}",
                     (guint) GH_PERMISSION_SEND_MESSAGES);

  g_assert_true (ghc_channel_get_can_send (general));
  g_assert_false (ghc_channel_get_can_manage (general));
  g_assert_true (ghc_guild_get_can_create_invite (fixture->guild));
  g_assert_false (ghc_guild_get_can_manage_channels (fixture->guild));

  /* A role is given. */
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_MEMBER_ROLES, ME, roles, 101);
  g_assert_true (ghc_guild_get_can_manage_channels (fixture->guild));
  g_assert_true (ghc_channel_get_can_manage (general));
  g_assert_true (ghc_channel_get_can_set_topic (general));
  /* B2: one may manage a private channel without reading it. */
  g_assert_true (ghc_channel_get_can_manage (staff));
  g_assert_false (ghc_channel_get_can_set_topic (staff));
  g_assert_false (ghc_channel_get_can_send (staff));
  g_assert_false (
    ghc_guild_can_act_on (fixture->guild, ghc_guild_lookup_member (fixture->guild, BROOK)));
  g_assert_false (
    ghc_guild_can_act_on (fixture->guild, ghc_guild_lookup_member (fixture->guild, ADA)));

  /* An override takes something away. */
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_CHANNEL, fixture->channel_id, deny, 102);
  g_assert_false (ghc_channel_get_can_send (general));

  /* The role goes, and what came with it. */
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_ROLE, fixture->role_id, "{}", 103);
  g_assert_false (ghc_guild_get_can_manage_channels (fixture->guild));
  g_assert_cmpint (ghc_member_get_color (ghc_guild_lookup_member (fixture->guild, BROOK)), ==,
                   GHC_ROLE_NO_COLOR);

  /* One becomes the owner. */
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", "{'name':'Mine','owner':'" ME "'}",
         104);
  g_assert_true (ghc_guild_get_is_owner (fixture->guild));
  g_assert_true (ghc_channel_get_can_send (general));
  g_assert_true (
    ghc_guild_can_act_on (fixture->guild, ghc_guild_lookup_member (fixture->guild, BROOK)));
  g_assert_true (ghc_channel_get_closed (staff));
}

static void
test_invited_in (Fixture *fixture, gconstpointer data)
{
  GhcChannel *staff = channel (fixture, fixture->private_id);

  state (fixture, fixture->private_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'invite'}", 101);
  g_assert_cmpuint (fixture->n_invited, ==, 1);
  g_assert_true (ghc_channel_get_can_join (staff));
  g_assert_false (ghc_channel_get_closed (staff));

  state (fixture, fixture->private_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'join'}", 102);
  g_assert_true (ghc_channel_get_can_send (staff));
  g_assert_true (ghc_channel_get_can_invite (staff));
  g_assert_cmpuint (fixture->n_refreshes, ==, 1);

  state (fixture, fixture->private_id, GH_EVENT_CHANNEL_TOPIC, "", "{'topic':'Quiet'}", 103);
  g_assert_cmpstr (ghc_channel_get_topic (staff), ==, "Quiet");

  state (fixture, fixture->private_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'leave'}", 104);
  g_assert_true (ghc_channel_get_closed (staff));
  g_assert_null (ghc_channel_get_topic (staff));

  state (fixture, fixture->guild_id, GH_EVENT_GUILD_CHANNEL, fixture->private_id, "{}", 105);
  g_assert_null (channel (fixture, fixture->private_id));
  g_assert_cmpuint (fixture->n_removed, ==, 1);
}

static void
test_unread (Fixture *fixture, gconstpointer data)
{
  GhcChannel *general = channel (fixture, fixture->channel_id);

  say (fixture, ADA, 110);
  say (fixture, BROOK, 111);
  say (fixture, BROOK, 111);
  g_assert_true (ghc_channel_get_unread (general));
  g_assert_cmpuint (ghc_channel_get_n_unread (general), ==, 2);
  g_assert_true (ghc_guild_get_unread (fixture->guild));
  g_assert_true (ghc_account_get_unread (fixture->account));
  g_assert_cmpuint (fixture->n_received, ==, 2);

  ghc_channel_mark_read (general);
  g_assert_false (ghc_account_get_unread (fixture->account));

  /* Who writes has read; who looks reads as it comes. */
  say (fixture, ADA, 112);
  say (fixture, ME, 113);
  g_assert_false (ghc_channel_get_unread (general));
  ghc_channel_set_attended (general, TRUE);
  say (fixture, ADA, 114);
  g_assert_false (ghc_channel_get_unread (general));
  g_assert_cmpint (ghc_channel_get_read_position (general), ==, 114);
  ghc_channel_set_attended (general, FALSE);
  say (fixture, ADA, 115);
  g_assert_cmpuint (ghc_channel_get_n_unread (general), ==, 1);
  g_assert_cmpuint (fixture->n_received, ==, 5);

  /* The cache remembers an older place. */
  ghc_channel_restore_read_position (general, 50);
  g_assert_true (ghc_channel_get_unread (general));
}

/* Events again, and a snapshot that is older than what was folded since: nothing goes back. */
static void
test_idempotent (Fixture *fixture, gconstpointer data)
{
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", "{'name':'First','owner':'" ADA "'}",
         101);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", "{'name':'Second','owner':'" ADA "'}",
         102);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", "{'name':'First','owner':'" ADA "'}",
         101);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Second");

  state (fixture, fixture->guild_id, GH_EVENT_ROOM_MEMBER, BROOK, "{'membership':'leave'}", 103);
  state (fixture, fixture->guild_id, GH_EVENT_ROOM_MEMBER, BROOK, "{'membership':'leave'}", 103);
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, 2);

  fold_snapshot (fixture, 101, "First", GH_PERMISSIONS_EVERYONE_DEFAULT, "");
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Second");
  g_assert_null (ghc_guild_lookup_member (fixture->guild, BROOK));
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, 2);

  fold_snapshot (fixture, 110, "Third", GH_PERMISSIONS_EVERYONE_DEFAULT, "");
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Third");
  g_assert_nonnull (ghc_guild_lookup_member (fixture->guild, BROOK));
}

static void
test_leaving (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhcChannel) general = g_object_ref (channel (fixture, fixture->channel_id));
  g_autoptr (GhcGuild) guild = g_object_ref (fixture->guild);

  say (fixture, ADA, 105);
  g_assert_true (ghc_account_get_unread (fixture->account));
  state (fixture, fixture->guild_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'ban'}", 106);
  g_assert_cmpuint (g_list_model_get_n_items (ghc_account_get_guilds (fixture->account)), ==, 0);
  g_assert_null (ghc_guild_get_account (guild));
  g_assert_false (ghc_account_get_unread (fixture->account));
  g_assert_null (channel (fixture, fixture->channel_id));

  /* Word from a room nobody knows: somebody has to ask. */
  state (fixture, fixture->guild_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'join'}", 107);
  g_assert_cmpuint (fixture->n_refreshes, ==, 1);
}

static void
test_ephemeral (Fixture *fixture, gconstpointer data)
{
  GhcUser *ada = ghc_account_lookup_user (fixture->account, ADA);
  GhcChannel *general = channel (fixture, fixture->channel_id);
  g_autofree char *typing = g_strdup_printf ("{'room_id':'%s','user_id':'" ADA "','typing':true}",
                                             fixture->channel_id);
  g_autoptr (GhJson) typing_json = test_json (typing);
  g_autoptr (GhJson) presence = test_json ("{'user_id':'" ADA "','presence':'dnd'}");
  g_autoptr (GhJson)
    newer = test_json ("{'user_id':'" ADA "','display_name':'Ada L.','bio':'Hi','changed_ts':20}");
  g_autoptr (GhJson)
    older = test_json ("{'user_id':'" ADA "','display_name':'Old','bio':'','changed_ts':10}");
  g_autoptr (GhJson) nobody = test_json ("{}");
  g_autoptr (GhJson) junk = test_json ("{'user_id':5,'presence':[],'room_id':{}}");

  ghc_account_fold_ephemeral (fixture->account, "m.typing", typing_json);
  ghc_account_fold_ephemeral (fixture->account, "m.typing", typing_json);
  g_assert_cmpuint (g_list_model_get_n_items (ghc_channel_get_typing (general)), ==, 1);
  say (fixture, ADA, 120);
  g_assert_cmpuint (g_list_model_get_n_items (ghc_channel_get_typing (general)), ==, 0);

  ghc_account_fold_ephemeral (fixture->account, "m.presence", presence);
  g_assert_cmpint (ghc_user_get_presence (ada), ==, GHC_PRESENCE_DND);
  ghc_account_fold_presence (fixture->account, nobody);
  g_assert_cmpint (ghc_user_get_presence (ada), ==, GHC_PRESENCE_OFFLINE);

  ghc_account_fold_ephemeral (fixture->account, "m.profile", newer);
  ghc_account_fold_ephemeral (fixture->account, "m.profile", older);
  g_assert_cmpstr (ghc_user_get_display_name (ada), ==, "Ada L.");
  g_assert_cmpstr (ghc_user_get_bio (ada), ==, "Hi");

  ghc_account_fold_ephemeral (fixture->account, "m.typing", junk);
  ghc_account_fold_ephemeral (fixture->account, "m.presence", junk);
  ghc_account_fold_ephemeral (fixture->account, "m.profile", junk);
  ghc_account_fold_ephemeral (fixture->account, "m.unheard-of", junk);
}

static void
fold_status (Fixture *fixture, const char *status, gint64 expires_ts, gint64 changed_ts)
{
  g_autofree char *text = g_strdup_printf ("{'user_id':'" ADA "','display_name':'Ada','bio':'',%s"
                                           "'status_expires_ts':%" G_GINT64_FORMAT
                                           ",'changed_ts':%" G_GINT64_FORMAT "}",
                                           status, expires_ts, changed_ts);
  g_autoptr (GhJson) profile = test_json (text);

  ghc_account_fold_ephemeral (fixture->account, "m.profile", profile);
}

/* What somebody says for now comes with the profile and with the guild's members, is kept with the
   guild, and goes away by itself when its time is over. */
static void
test_status (Fixture *fixture, gconstpointer data)
{
  GhcUser *ada = ghc_account_lookup_user (fixture->account, ADA);
  gint64 now_ts = gh_time_wall_ms ();
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (GhJson) snapshot = NULL;
  guint n_changes = 0;

  g_signal_connect_swapped (ada, "notify::status", G_CALLBACK (count_up), &n_changes);
  g_assert_null (ghc_user_get_status (ada));
  fold_status (fixture, "'status':'At tea',", 0, 10);
  fold_status (fixture, "'status':'At tea',", 0, 11);
  g_assert_cmpstr (ghc_user_get_status (ada), ==, "At tea");
  g_assert_cmpint (ghc_user_get_status_expires_ts (ada), ==, 0);
  g_assert_cmpuint (n_changes, ==, 1);
  fold_status (fixture, "'status':'',", now_ts + 60000, 12);
  g_assert_null (ghc_user_get_status (ada));
  g_assert_cmpint (ghc_user_get_status_expires_ts (ada), ==, 0);
  fold_status (fixture, "'status':'Over',", now_ts - 1, 13);
  fold_status (fixture, "'status':[7],", 0, 14);
  g_assert_cmpuint (n_changes, ==, 2);

  fold_status (fixture, "'status':'Away a while',", now_ts + 3600000, 15);
  g_assert_cmpint (ghc_user_get_status_expires_ts (ada), ==, now_ts + 3600000);
  kept = ghc_guild_to_snapshot (fixture->guild);
  snapshot = gh_json_parse_bytes (kept, NULL);
  fold_snapshot (fixture, 100, "Guild", GH_PERMISSIONS_EVERYONE_DEFAULT, "");
  g_assert_null (ghc_user_get_status (ada));
  g_assert_nonnull (ghc_account_fold_snapshot (fixture->account, snapshot, 0, NULL));
  g_assert_cmpstr (ghc_user_get_status (ada), ==, "Away a while");
  g_assert_cmpint (ghc_user_get_status_expires_ts (ada), ==, now_ts + 3600000);

  now_ts = gh_time_wall_ms ();
  fold_status (fixture, "'status':'A moment',", now_ts + 500, 16);
  while (ghc_user_get_status (ada) != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (gh_time_wall_ms (), >=, now_ts + 500);
}

/* A hostile server: whatever it sends, nothing breaks, and what is no guild is refused. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  static const char *const snapshots[] = {
    "{}",
    "[]",
    "{'guild_id':'%s'}",
    "{'guild_id':'%s','name':7,'owner':'" ADA "','position':1,'my_roles':[]}",
    "{'guild_id':'%s','name':'x','owner':'nobody','position':1,'my_roles':[]}",
    "{'guild_id':'%s','name':'x','owner':'" ADA "','position':-1,'my_roles':[]}",
    "{'guild_id':'%s','name':'x','owner':'" ADA "','position':1,'my_roles':['no role']}",
  };
  static const char *const strange[] = {
    "{'guild_id':'%s','name':'x','owner':'" ADA
    "','position':1,'my_roles':[],'roles':{},'channels':5,'members':'y'}",
    "{'guild_id':'%s','name':'x','owner':'" ADA
    "','position':1,'my_roles':[],'roles':[1,{},{'role_id':'everyone',"
    "'permissions':-1,'order':9007199254740991,'color':-5}],'channels':[null,{'channel_id':'!'},{'channel_id':'%s',"
    "'kind':8,'order':-9007199254740991,'overrides':[1],'parent':4,'last_position':-3,'membership':'join'}],"
    "'members':[[],{'user_id':'x'},{'user_id':'" BROOK
    "','roles':5,'image':'../../etc/passwd'}],'members_count':-9}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (snapshots); i++)
    {
      g_autofree char *other = test_room_id (50);
      g_auto (GStrv) parts = g_strsplit (snapshots[i], "%s", -1);
      g_autofree char *text = g_strjoinv (other, parts);
      g_autoptr (GhJson) json = test_json (text);
      g_autoptr (GError) error = NULL;

      g_assert_null (ghc_account_fold_snapshot (fixture->account, json, 0, &error));
      g_assert_nonnull (error);
      g_assert_null (ghc_account_lookup_guild (fixture->account, other));
    }

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      g_autofree char *other = test_room_id (60 + i);
      g_auto (GStrv) parts = g_strsplit (strange[i], "%s", -1);
      g_autofree char *text = g_strjoinv (other, parts);
      g_autoptr (GhJson) json = test_json (text);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (ghc_account_fold_snapshot (fixture->account, json, 0, &error));
      g_assert_no_error (error);
    }
  g_assert_null (ghc_user_get_image_id (ghc_account_lookup_user (fixture->account, BROOK)));

  state (fixture, fixture->guild_id, GH_EVENT_GUILD_CHANNEL, "not an id", "{'kind':'text'}", 201);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_ROLE, "nor this", "{'name':'x'}", 202);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_MEMBER_ROLES, BROOK, "{'roles':'all'}", 203);
  state (fixture, fixture->guild_id, "m.from.the.future", "", "{'a':[1]}", 204);
  state (fixture, fixture->channel_id, GH_EVENT_CHANNEL_TOPIC, "", "{'topic':5}", 205);
}

static void
test_rail_order (Fixture *fixture, gconstpointer data)
{
  GListModel *guilds = ghc_account_get_guilds (fixture->account);
  g_autofree char *first_id = g_strdup (fixture->guild_id);
  g_autofree char *second_id = test_room_id (20);
  const char *order[] = { second_id, first_id, NULL };

  g_set_str (&fixture->guild_id, second_id);
  fold_snapshot (fixture, 100, "Second", 0, "");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GhcGuild) first = NULL;

      if (i == 1)
        ghc_account_set_order (fixture->account, order);
      first = g_list_model_get_item (guilds, 0);
      g_assert_cmpstr (ghc_guild_get_guild_id (first), ==, i == 0 ? first_id : second_id);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define ADD(path, test) g_test_add ("/account/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("snapshot", test_snapshot);
  ADD ("permissions", test_permissions);
  ADD ("invited-in", test_invited_in);
  ADD ("unread", test_unread);
  ADD ("idempotent", test_idempotent);
  ADD ("leaving", test_leaving);
  ADD ("ephemeral", test_ephemeral);
  ADD ("status", test_status);
  ADD ("hostile", test_hostile);
  ADD ("rail-order", test_rail_order);

  return g_test_run ();
}
