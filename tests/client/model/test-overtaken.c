/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers that come after events which are newer than they are: nothing goes back, and what is there
 * stays the same object, since windows hold on to it. */
#include "ghc-account.h"
#include "model-util.h"

#include "gh-error.h"
#include "gh-permission.h"

#define CLEO "@cleo:localhost"
#define DORA "@dora:localhost"
#define EVE "@eve:localhost"

typedef struct
{
  GhcAccount *account;
  GhcGuild *guild;
  char *guild_id;
  char *general_id;
  char *staff_id;
  char *new_id;
  char *role_id;
  char *new_role_id;
  guint n_removed; /* channels */
  guint n_changed;
  guint n_needed; /* answers about the guild */
} Fixture;

static void
on_channel_removed (GhcAccount *account, GhcChannel *channel, Fixture *fixture)
{
  fixture->n_removed++;
}

static void
on_refresh_needed (GhcAccount *account, const char *guild_id, Fixture *fixture)
{
  fixture->n_needed += g_strcmp0 (guild_id, fixture->guild_id) == 0;
}

static void
on_changed (Fixture *fixture)
{
  fixture->n_changed++;
}

static GhJson *
make_snapshot (Fixture *fixture, gint64 position, const char *name, guint n_members)
{
  g_autofree char *text = g_strdup_printf (
    "{'guild_id':'%s','name':'%s','owner':'" ADA "','position':%" G_GINT64_FORMAT ",'my_roles':[],"
    "'members_count':%u,"
    "'roles':[{'role_id':'everyone','name':'Everyone','permissions':%u,'order':0,'hoist':false},"
    "{'role_id':'%s','name':'Crew','permissions':0,'order':5,'hoist':true}],"
    "'channels':[{'channel_id':'%s','kind':'text','name':'general','private':false,'order':1,"
    "'overrides':{},'membership':'join','topic':'Anything','last_position':10},"
    "{'channel_id':'%s','kind':'text','name':'staff','private':true,'order':2,'overrides':{}}],"
    "'members':[{'user_id':'" ADA "','display_name':'Ada','roles':[],'joined_ts':1},"
    "{'user_id':'" BROOK "','display_name':'Brook','roles':['%s'],'joined_ts':3},"
    "{'user_id':'" ME "','display_name':'Me','roles':[],'joined_ts':2}]}",
    fixture->guild_id, name, position, n_members, (guint) GH_PERMISSIONS_EVERYONE_DEFAULT,
    fixture->role_id, fixture->general_id, fixture->staff_id, fixture->role_id);

  return test_json (text);
}

static void
fold_snapshot (Fixture *fixture, gint64 position, const char *name, guint n_members)
{
  g_autoptr (GhJson) json = make_snapshot (fixture, position, name, n_members);
  g_autoptr (GError) error = NULL;

  fixture->guild = ghc_account_fold_snapshot (fixture->account, json, 0, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->guild_id = test_room_id (1);
  fixture->general_id = test_room_id (2);
  fixture->staff_id = test_room_id (3);
  fixture->new_id = test_room_id (4);
  fixture->role_id = test_role_id (1);
  fixture->new_role_id = test_role_id (2);
  fixture->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  g_signal_connect (fixture->account, "channel-removed", G_CALLBACK (on_channel_removed), fixture);
  g_signal_connect (fixture->account, "refresh-needed", G_CALLBACK (on_refresh_needed), fixture);
  fold_snapshot (fixture, 100, "Guild", 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->account);
  g_free (fixture->guild_id);
  g_free (fixture->general_id);
  g_free (fixture->staff_id);
  g_free (fixture->new_id);
  g_free (fixture->role_id);
  g_free (fixture->new_role_id);
}

static void
state (Fixture *fixture, const char *room_id, const char *type, const char *key,
       const char *content, gint64 position)
{
  g_autoptr (GhEvent) event = test_state (room_id, type, key, ADA, content, position);

  ghc_account_fold_event (fixture->account, event, TRUE);
}

static void
member (Fixture *fixture, const char *user_id, const char *membership, gint64 position)
{
  g_autofree char *content = g_strdup_printf ("{'membership':'%s'}", membership);

  state (fixture, fixture->guild_id, GH_EVENT_ROOM_MEMBER, user_id, content, position);
}

/* One has just made a channel and looks at it, and another was deleted. */
static void
test_channels (Fixture *fixture, gconstpointer data)
{
  GhcChannel *made;

  state (fixture, fixture->guild_id, GH_EVENT_GUILD_CHANNEL, fixture->new_id,
         "{'kind':'text','name':'news','private':false,'order':3,'overrides':{}}", 101);
  state (fixture, fixture->new_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'join'}", 102);
  state (fixture, fixture->new_id, GH_EVENT_CHANNEL_TOPIC, "", "{'topic':'All of it'}", 103);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_CHANNEL, fixture->staff_id, "{}", 104);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_CHANNEL, fixture->general_id,
         "{'kind':'text','name':'lobby','private':false,'order':1,'overrides':{}}", 105);
  state (fixture, fixture->general_id, GH_EVENT_CHANNEL_TOPIC, "", "{'topic':'This'}", 106);
  made = ghc_guild_lookup_channel (fixture->guild, fixture->new_id);
  g_assert_true (ghc_channel_get_joined (made));
  g_assert_cmpuint (fixture->n_removed, ==, 1);
  g_signal_connect_swapped (ghc_channel_list_get_all (ghc_guild_get_channels (fixture->guild)),
                            "items-changed", G_CALLBACK (on_changed), fixture);

  fold_snapshot (fixture, 100, "Guild", 3);
  g_assert_cmpuint (fixture->n_removed, ==, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
  g_assert_true (ghc_guild_lookup_channel (fixture->guild, fixture->new_id) == made);
  g_assert_true (ghc_channel_get_joined (made));
  g_assert_cmpstr (ghc_channel_get_topic (made), ==, "All of it");
  g_assert_null (ghc_guild_lookup_channel (fixture->guild, fixture->staff_id));
  g_assert_cmpstr (ghc_channel_get_name (
                     ghc_guild_lookup_channel (fixture->guild, fixture->general_id)),
                   ==, "lobby");
  g_assert_cmpstr (ghc_channel_get_topic (
                     ghc_guild_lookup_channel (fixture->guild, fixture->general_id)),
                   ==, "This");

  /* And one that knows of all of it has the last word. */
  fold_snapshot (fixture, 106, "Guild", 3);
  g_assert_null (ghc_guild_lookup_channel (fixture->guild, fixture->new_id));
  g_assert_nonnull (ghc_guild_lookup_channel (fixture->guild, fixture->staff_id));
}

/* One has just joined a channel: it is never left, with all that leaving does to what is shown and kept. */
static void
test_joined (Fixture *fixture, gconstpointer data)
{
  GhcChannel *staff = ghc_guild_lookup_channel (fixture->guild, fixture->staff_id);
  GhcChannel *general = ghc_guild_lookup_channel (fixture->guild, fixture->general_id);

  state (fixture, fixture->staff_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'join'}", 101);
  state (fixture, fixture->general_id, GH_EVENT_ROOM_MEMBER, ME, "{'membership':'leave'}", 102);
  g_signal_connect_swapped (staff, "notify::joined", G_CALLBACK (on_changed), fixture);
  g_signal_connect_swapped (general, "notify::joined", G_CALLBACK (on_changed), fixture);

  fold_snapshot (fixture, 100, "Guild", 3);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
  g_assert_true (ghc_channel_get_joined (staff));
  g_assert_false (ghc_channel_get_joined (general));
}

static void
test_roles (Fixture *fixture, gconstpointer data)
{
  GhcRole *made;

  state (fixture, fixture->guild_id, GH_EVENT_GUILD_ROLE, fixture->new_role_id,
         "{'name':'Makers','permissions':0,'order':6}", 101);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_ROLE, fixture->role_id, "{}", 102);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", "{'name':'Other','owner':'" ME "'}",
         103);
  made = ghc_guild_lookup_role (fixture->guild, fixture->new_role_id);
  g_signal_connect_swapped (ghc_guild_get_roles (fixture->guild), "items-changed",
                            G_CALLBACK (on_changed), fixture);
  g_signal_connect_swapped (fixture->guild, "notify::name", G_CALLBACK (on_changed), fixture);

  fold_snapshot (fixture, 100, "Guild", 3);
  g_assert_cmpuint (fixture->n_changed, ==, 0);
  g_assert_true (ghc_guild_lookup_role (fixture->guild, fixture->new_role_id) == made);
  g_assert_null (ghc_guild_lookup_role (fixture->guild, fixture->role_id));
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Other");
  g_assert_true (ghc_guild_get_is_owner (fixture->guild));
}

/* @n_members: 3 when the snapshot names everybody */
static void
check_members (Fixture *fixture, guint n_members)
{
  g_autofree char *roles = g_strdup_printf ("{'roles':['%s']}", fixture->role_id);
  GhcMember *cleo;

  member (fixture, BROOK, "leave", 101);
  member (fixture, CLEO, "join", 102);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_MEMBER_ROLES, CLEO, roles, 103);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_MEMBER_ROLES, ADA, roles, 104);
  cleo = ghc_guild_lookup_member (fixture->guild, CLEO);
  g_assert_cmpint (ghc_member_get_power (cleo), ==, 5);

  fold_snapshot (fixture, 100, "Guild", n_members);
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, n_members);
  g_assert_null (ghc_guild_lookup_member (fixture->guild, BROOK));
  g_assert_true (ghc_guild_lookup_member (fixture->guild, CLEO) == cleo);
  g_assert_cmpint (ghc_member_get_power (cleo), ==, 5);
  g_assert_cmpuint (g_strv_length ((char **) ghc_member_get_role_ids (
                      ghc_guild_lookup_member (fixture->guild, ADA))),
                    ==, 1);

  fold_snapshot (fixture, 104, "Guild", n_members);
  g_assert_nonnull (ghc_guild_lookup_member (fixture->guild, BROOK));
}

static void
test_members (Fixture *fixture, gconstpointer data)
{
  check_members (fixture, 3);
  g_assert_null (ghc_guild_lookup_member (fixture->guild, CLEO));
}

static void
test_members_of_many (Fixture *fixture, gconstpointer data)
{
  check_members (fixture, 1000);
}

/* A snapshot that does not name everybody: who came and went, or went and came back, since it was made does
 * not make them more or fewer. */
static void
test_number_of_many (Fixture *fixture, gconstpointer data)
{
  member (fixture, CLEO, "join", 101);
  member (fixture, CLEO, "leave", 102);
  fold_snapshot (fixture, 100, "Guild", 1000);
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, 1000);

  member (fixture, DORA, "leave", 103);
  member (fixture, DORA, "join", 104);
  fold_snapshot (fixture, 100, "Guild", 1000);
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, 1000);

  member (fixture, CLEO, "join", 105);
  member (fixture, EVE, "leave", 106);
  member (fixture, BROOK, "leave", 107);
  fold_snapshot (fixture, 100, "Guild", 1000);
  g_assert_cmpuint (ghc_guild_get_n_members (fixture->guild), ==, 999);
}

/* Requests run side by side: of two snapshots the older may come last, and what happened between the two
 * came when the newer one was folded, which knew of it. */
static void
test_two_snapshots (Fixture *fixture, gconstpointer data)
{
  fold_snapshot (fixture, 110, "Newer", 3);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", "{'name':'Newer','owner':'" ADA "'}",
         109);
  fold_snapshot (fixture, 105, "Older", 3);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Newer");
  g_assert_cmpuint (fixture->n_needed, ==, 0);

  /* The server came back from a backup: what it says now counts, though its positions are lower. */
  ghc_account_forget_history (fixture->account);
  fold_snapshot (fixture, 50, "Restored", 3);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Restored");
}

/* More happened than is remembered: one that is older than all of that says nothing of use, and what it would
 * have said is asked for again. */
static void
test_too_old (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) nobody = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *content = g_strdup_printf ("{'name':'Guild %u','owner':'" ADA "'}", i);

      if (i == 0)
        member (fixture, BROOK, "leave", 101);
      state (fixture, fixture->guild_id, GH_EVENT_GUILD_META, "", content, 102 + i);
    }
  fold_snapshot (fixture, 100, "Guild", 3);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Guild 299");
  g_assert_null (ghc_guild_lookup_member (fixture->guild, BROOK));
  g_assert_cmpuint (fixture->n_needed, ==, 1);

  /* The same again brings nothing. */
  fold_snapshot (fixture, 100, "Guild", 3);
  g_assert_cmpuint (fixture->n_needed, ==, 1);
  ghc_account_retain_members (fixture->account, fixture->guild, nobody, 105);
  g_assert_nonnull (ghc_guild_lookup_member (fixture->guild, ADA));
  g_assert_cmpuint (fixture->n_needed, ==, 2);

  /* This is what was asked for; and then one that was on its way for longer. */
  fold_snapshot (fixture, 402, "Answer", 3);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Answer");
  fold_snapshot (fixture, 110, "Guild", 3);
  g_assert_cmpstr (ghc_guild_get_name (fixture->guild), ==, "Answer");
  g_assert_cmpuint (fixture->n_needed, ==, 2);
}

static gboolean
fold_page (Fixture *fixture, gint64 position, const char *user_id)
{
  g_autofree char *text = g_strdup_printf ("{'members':[{'user_id':'%s','display_name':'Somebody',"
                                           "'roles':[],'joined_ts':1}],'position':%" G_GINT64_FORMAT
                                           "}",
                                           user_id, position);
  g_autoptr (GhJson) page = test_json (text);

  return ghc_account_fold_members (fixture->account, fixture->guild, page, 0);
}

/* While the pages of a large guild are fetched some join and leave. */
static void
test_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *roles = g_strdup_printf ("{'roles':['%s']}", fixture->role_id);
  const char *const ids[] = { ADA, BROOK, ME };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_hash_table_add (named, g_strdup (ids[i]));
  g_assert_true (fold_page (fixture, 100, ADA));
  member (fixture, BROOK, "leave", 101);
  member (fixture, CLEO, "join", 102);
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_MEMBER_ROLES, ME, roles, 103);

  /* Overtaken by what happened to those whom they name. */
  g_assert_true (fold_page (fixture, 100, BROOK));
  g_assert_true (fold_page (fixture, 102, ME));
  g_assert_null (ghc_guild_lookup_member (fixture->guild, BROOK));
  g_assert_cmpint (ghc_member_get_power (ghc_guild_lookup_member (fixture->guild, ME)), ==, 5);
  ghc_account_retain_members (fixture->account, fixture->guild, named, 100);
  g_assert_nonnull (ghc_guild_lookup_member (fixture->guild, CLEO));
  g_assert_nonnull (ghc_guild_lookup_member (fixture->guild, ADA));

  /* A snapshot came before a page that is older: that one is asked for again. */
  fold_snapshot (fixture, 110, "Guild", 1000);
  g_assert_false (fold_page (fixture, 109, "@gone:localhost"));
  g_assert_null (ghc_guild_lookup_member (fixture->guild, "@gone:localhost"));
  g_assert_true (fold_page (fixture, 110, CLEO));

  /* Nobody named her, and she did not join since. */
  ghc_account_retain_members (fixture->account, fixture->guild, named, 110);
  g_assert_nonnull (ghc_guild_lookup_member (fixture->guild, CLEO));
  g_hash_table_remove (named, CLEO);
  ghc_account_retain_members (fixture->account, fixture->guild, named, 110);
  g_assert_null (ghc_guild_lookup_member (fixture->guild, CLEO));
}

static void
fold_profile (Fixture *fixture, const char *name, gint64 changed_ts)
{
  g_autofree char *text = g_strdup_printf ("{'user_id':'" ADA "','display_name':'%s','bio':'Hi',"
                                           "'status':'Here','changed_ts':%" G_GINT64_FORMAT "}",
                                           name, changed_ts);
  g_autoptr (GhJson) profile = test_json (text);

  ghc_account_fold_ephemeral (fixture->account, "m.profile", profile);
}

static void
fold_ada (Fixture *fixture, const char *name, gint64 changed_ts)
{
  g_autofree char *text = g_strdup_printf ("{'members':[{'user_id':'" ADA "','display_name':'%s',"
                                           "'changed_ts':%" G_GINT64_FORMAT
                                           ",'roles':[],'joined_ts':1}],'position':100}",
                                           name, changed_ts);
  g_autoptr (GhJson) page = test_json (text);

  g_assert_true (ghc_account_fold_members (fixture->account, fixture->guild, page, 0));
}

/* What somebody is called comes with guilds, too; the later change holds, whichever way it came. */
static void
test_profile (Fixture *fixture, gconstpointer data)
{
  GhcUser *ada = ghc_account_lookup_user (fixture->account, ADA);
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (GhJson) snapshot = NULL;

  fold_profile (fixture, "Ada L.", 20);
  fold_ada (fixture, "Ada", 10);
  g_assert_cmpstr (ghc_user_get_display_name (ada), ==, "Ada L.");
  g_assert_cmpstr (ghc_user_get_status (ada), ==, "Here");
  fold_ada (fixture, "Countess", 30);
  g_assert_cmpstr (ghc_user_get_display_name (ada), ==, "Countess");
  g_assert_null (ghc_user_get_status (ada));
  fold_profile (fixture, "Ada L.", 20);
  g_assert_cmpstr (ghc_user_get_display_name (ada), ==, "Countess");

  /* So it is with what the cache kept of the guild. */
  kept = ghc_guild_to_snapshot (fixture->guild);
  snapshot = gh_json_parse_bytes (kept, NULL);
  fold_profile (fixture, "Lovelace", 40);
  g_assert_nonnull (ghc_account_fold_snapshot (fixture->account, snapshot, 0, NULL));
  g_assert_cmpstr (ghc_user_get_display_name (ada), ==, "Lovelace");

  /* A server that was restored has forgotten the later changes. */
  ghc_account_forget_history (fixture->account);
  fold_ada (fixture, "Ada", 10);
  g_assert_cmpstr (ghc_user_get_display_name (ada), ==, "Ada");
}

static void
fold_list (Fixture *fixture, gint64 position, gboolean has_guild)
{
  g_autoptr (GhJson) snapshot = make_snapshot (fixture, position, "Guild", 3);
  g_autoptr (GBytes) bytes = gh_json_to_bytes (snapshot);
  g_autofree char *text = g_strdup_printf ("{'position':%" G_GINT64_FORMAT ",'guilds':[%.*s]}",
                                           position, has_guild ? (int) g_bytes_get_size (bytes) : 0,
                                           (const char *) g_bytes_get_data (bytes, NULL));
  g_autoptr (GhJson) list = test_json (text);
  g_autoptr (GError) error = NULL;

  g_assert_true (ghc_account_fold_guild_list (fixture->account, list, 0, &error));
  g_assert_no_error (error);
}

static guint
count_guilds (Fixture *fixture)
{
  return g_list_model_get_n_items (ghc_account_get_guilds (fixture->account));
}

/* One came into a guild, or left it, while a list of the guilds was on its way. */
static void
test_guild_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhJson) snapshot = make_snapshot (fixture, 103, "Guild", 3);
  g_autoptr (GError) error = NULL;
  GhcGuild *guild = fixture->guild;

  fold_list (fixture, 99, FALSE);
  g_assert_cmpuint (count_guilds (fixture), ==, 1);
  g_assert_true (ghc_account_lookup_guild (fixture->account, fixture->guild_id) == guild);

  member (fixture, ME, "leave", 104);
  g_assert_cmpuint (count_guilds (fixture), ==, 0);
  fold_list (fixture, 103, TRUE);
  g_assert_cmpuint (count_guilds (fixture), ==, 0);
  g_assert_null (ghc_account_fold_snapshot (fixture->account, snapshot, 0, &error));
  g_assert_cmpint (gh_error_get_code (error), ==, GH_ERROR_NOT_FOUND);

  /* Back again. */
  member (fixture, ME, "join", 106);
  fold_list (fixture, 106, TRUE);
  g_assert_cmpuint (count_guilds (fixture), ==, 1);

  /* Left by the answer to guild.leave, and the event after it. */
  ghc_account_remove_guild (fixture->account,
                            ghc_account_lookup_guild (fixture->account, fixture->guild_id));
  member (fixture, ME, "leave", 108);
  fold_list (fixture, 107, TRUE);
  g_assert_cmpuint (count_guilds (fixture), ==, 0);

  /* Deleted, which the answer to guild.delete told before the event. */
  fold_list (fixture, 110, TRUE);
  ghc_account_remove_guild (fixture->account,
                            ghc_account_lookup_guild (fixture->account, fixture->guild_id));
  state (fixture, fixture->guild_id, GH_EVENT_GUILD_DELETE, "", "{}", 111);
  fold_list (fixture, 110, TRUE);
  g_assert_cmpuint (count_guilds (fixture), ==, 0);
  ghc_account_forget_history (fixture->account);

  /* A guild that is not in a list that knows of everything is gone. */
  fold_list (fixture, 110, TRUE);
  fold_list (fixture, 110, FALSE);
  g_assert_cmpuint (count_guilds (fixture), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define ADD(path, test) g_test_add ("/overtaken/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("channels", test_channels);
  ADD ("joined", test_joined);
  ADD ("roles", test_roles);
  ADD ("members", test_members);
  ADD ("members-of-many", test_members_of_many);
  ADD ("number-of-many", test_number_of_many);
  ADD ("two-snapshots", test_two_snapshots);
  ADD ("too-old", test_too_old);
  ADD ("pages", test_pages);
  ADD ("profile", test_profile);
  ADD ("guild-list", test_guild_list);

  return g_test_run ();
}
