/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-guilds.h"
#include "guild-facts.h"

static gboolean
can (GhdGuild *guild, const char *user_id, const char *channel_id, GhPermissions permission)
{
  GhdChannel *channel = channel_id != NULL ? ghd_guild_get_channel (guild, channel_id) : NULL;

  return gh_permissions_allow (ghd_guild_get_permissions (guild, user_id, channel), permission);
}

static void
test_fold (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (guild);
  g_autoptr (GPtrArray) roles = ghd_guild_list_roles (guild);
  GPtrArray *members = ghd_guild_list_members (guild);

  g_assert_cmpstr (ghd_guild_get_name (guild), ==, "Guild");
  g_assert_cmpstr (ghd_guild_get_owner (guild), ==, OWNER);
  g_assert_cmpuint (ghd_guild_count_members (guild), ==, 3);
  g_assert_cmpstr (((GhdMember *) members->pdata[0])->user_id, ==, MOD);
  g_assert_cmpstr (((GhdMember *) members->pdata[2])->user_id, ==, PLAIN);

  /* Channels by their order, roles by their power. */
  g_assert_cmpuint (channels->len, ==, 2);
  g_assert_cmpstr (((GhdChannel *) channels->pdata[0])->name, ==, "secret");
  g_assert_cmpstr (((GhdRole *) roles->pdata[0])->role_id, ==, "r_admins");
  g_assert_cmpint (((GhdRole *) roles->pdata[1])->color, ==, 255);
  g_assert_cmpint (((GhdRole *) roles->pdata[0])->color, ==, -1);
}

static void
test_removal (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();

  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, PLAIN, BAN);
  g_assert_null (ghd_guild_get_member (guild, PLAIN));
  g_assert_true (ghd_guild_is_banned (guild, PLAIN));
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, PLAIN, LEAVE);
  g_assert_false (ghd_guild_is_banned (guild, PLAIN));

  /* Roles do not come back with somebody who comes back. */
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, MOD, LEAVE);
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, MOD, JOIN);
  g_assert_false (ghd_member_has_role (ghd_guild_get_member (guild, MOD), "r_mods"));
  g_assert_true (ghd_member_has_role (ghd_guild_get_member (guild, MOD), "everyone"));

  fact (guild, GUILD, GH_EVENT_GUILD_CHANNEL, GENERAL, "{}");
  g_assert_null (ghd_guild_get_channel (guild, GENERAL));
  fact (guild, GUILD, GH_EVENT_GUILD_ROLE, "r_mods", "{}");
  g_assert_null (ghd_guild_get_role (guild, "r_mods"));
  fact (guild, GUILD, GH_EVENT_GUILD_DELETE, "", "{}");
  g_assert_true (ghd_guild_is_deleted (guild));
}

static void
test_unknown_facts (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();

  /* What a newer server or a damaged database might say does no harm. */
  fact (guild, GUILD, "m.guild.weather", "", "{\"rain\":true}");
  fact (guild, GUILD, GH_EVENT_GUILD_ROLE, "r_odd", "{\"name\":7,\"permissions\":\"all\"}");
  fact (guild, GUILD, GH_EVENT_GUILD_CHANNEL, "!odd:localhost", "{\"name\":\"odd\"}");
  fact (guild, GUILD, GH_EVENT_GUILD_MEMBER_ROLES, STRANGER, "{\"roles\":[\"r_mods\",7,null]}");
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, STRANGER, "{\"membership\":\"emperor\"}");
  g_assert_null (ghd_guild_get_role (guild, "r_odd"));
  g_assert_null (ghd_guild_get_channel (guild, "!odd:localhost"));
  g_assert_null (ghd_guild_get_member (guild, STRANGER));
}

static void
test_permissions (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();

  g_assert_true (can (guild, OWNER, NULL, GH_PERMISSION_MANAGE_GUILD));
  g_assert_true (can (guild, MOD, NULL, GH_PERMISSION_KICK_MEMBERS));
  g_assert_false (can (guild, PLAIN, NULL, GH_PERMISSION_KICK_MEMBERS));
  g_assert_true (can (guild, PLAIN, GENERAL, GH_PERMISSION_SEND_MESSAGES));
  g_assert_cmpuint (ghd_guild_get_permissions (guild, STRANGER, NULL), ==, 0);

  /* The cache follows each kind of change. */
  fact (guild, GUILD, GH_EVENT_GUILD_MEMBER_ROLES, PLAIN, "{\"roles\":[\"r_mods\"]}");
  g_assert_true (can (guild, PLAIN, NULL, GH_PERMISSION_KICK_MEMBERS));
  fact (guild, GUILD, GH_EVENT_GUILD_ROLE, "r_mods",
        "{\"name\":\"Mods\",\"permissions\":0,\"order\":5}");
  g_assert_false (can (guild, PLAIN, NULL, GH_PERMISSION_KICK_MEMBERS));
  fact (guild, GUILD, GH_EVENT_GUILD_CHANNEL, GENERAL,
        "{\"kind\":\"text\",\"name\":\"general\",\"private\":false,\"order\":1,"
        "\"overrides\":{\"everyone\":{\"allow\":0,\"deny\":2}}}");
  g_assert_false (can (guild, PLAIN, GENERAL, GH_PERMISSION_SEND_MESSAGES));
  g_assert_true (can (guild, PLAIN, NULL, GH_PERMISSION_SEND_MESSAGES));
  fact (guild, GUILD, GH_EVENT_GUILD_CHANNEL, GENERAL,
        "{\"kind\":\"text\",\"name\":\"general\",\"private\":false,\"order\":1,"
        "\"overrides\":{\"everyone\":{\"allow\":0,\"deny\":2},\"" PLAIN
        "\":{\"allow\":2,\"deny\":0}}}");
  g_assert_true (can (guild, PLAIN, GENERAL, GH_PERMISSION_SEND_MESSAGES));
}

static void
test_private (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();
  GhdChannel *secret = ghd_guild_get_channel (guild, SECRET);

  /* Not even the owner, nor an administrator, reads a private channel without being in it. */
  fact (guild, GUILD, GH_EVENT_GUILD_MEMBER_ROLES, MOD, "{\"roles\":[\"r_admins\"]}");
  g_assert_false (can (guild, OWNER, SECRET, GH_PERMISSION_VIEW_CHANNELS));
  g_assert_false (can (guild, OWNER, SECRET, GH_PERMISSION_SEND_MESSAGES));
  g_assert_false (can (guild, MOD, SECRET, GH_PERMISSION_VIEW_CHANNELS));
  g_assert_true (can (guild, OWNER, SECRET, GH_PERMISSION_MANAGE_CHANNELS));
  g_assert_true (can (guild, PLAIN, SECRET, GH_PERMISSION_SEND_MESSAGES));
  g_assert_false (ghd_guild_may_read (guild, secret, OWNER));
  g_assert_true (ghd_guild_may_read (guild, secret, PLAIN));

  /* An invitation is not membership; joining is, and leaving ends it. */
  fact (guild, SECRET, GH_EVENT_ROOM_MEMBER, MOD, INVITE);
  g_assert_false (ghd_guild_may_read (guild, secret, MOD));
  fact (guild, SECRET, GH_EVENT_ROOM_MEMBER, MOD, JOIN);
  g_assert_true (ghd_guild_may_read (guild, secret, MOD));
  fact (guild, SECRET, GH_EVENT_ROOM_MEMBER, MOD, LEAVE);
  g_assert_false (ghd_guild_may_read (guild, secret, MOD));
}

static void
test_power (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();

  g_assert_cmpint (ghd_guild_get_power (guild, PLAIN), ==, 0);
  g_assert_cmpint (ghd_guild_get_power (guild, MOD), ==, 5);
  g_assert_cmpint (ghd_guild_get_power (guild, STRANGER), ==, -1);
  g_assert_true (ghd_guild_is_above (guild, OWNER, MOD));
  g_assert_true (ghd_guild_is_above (guild, MOD, PLAIN));
  g_assert_true (ghd_guild_is_above (guild, MOD, STRANGER));
  g_assert_false (ghd_guild_is_above (guild, PLAIN, MOD));
  g_assert_false (ghd_guild_is_above (guild, MOD, OWNER));
  g_assert_false (ghd_guild_is_above (guild, MOD, MOD));
  g_assert_true (ghd_guild_is_above_role (guild, MOD, 4));
  g_assert_false (ghd_guild_is_above_role (guild, MOD, 5));
  g_assert_true (ghd_guild_is_above_role (guild, OWNER, 10000));
}

static void
test_last_position (void)
{
  g_autoptr (GhdGuild) guild = small_guild ();

  fact_at (guild, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}", 5000);
  fact_at (guild, GENERAL, GH_EVENT_CHANNEL_TOPIC, "", "{\"topic\":\"t\"}", 5001);
  g_assert_cmpint (ghd_guild_get_channel (guild, GENERAL)->last_position, ==, 5000);
  g_assert_cmpstr (ghd_guild_get_channel (guild, GENERAL)->topic, ==, "t");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/domain/guild/fold", test_fold);
  g_test_add_func ("/domain/guild/removal", test_removal);
  g_test_add_func ("/domain/guild/unknown-facts", test_unknown_facts);
  g_test_add_func ("/domain/guild/permissions", test_permissions);
  g_test_add_func ("/domain/guild/private", test_private);
  g_test_add_func ("/domain/guild/power", test_power);
  g_test_add_func ("/domain/guild/last-position", test_last_position);

  return g_test_run ();
}
