/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call-util.h"

#include "gh-error.h"
#include "gh-frame.h"

void
test_call_fold_snapshot (TestCall *fixture)
{
  g_autofree char *text = g_strdup_printf (
    "{'guild_id':'%s','name':'Guild','owner':'" ADA "','permissions':0,'position':100,"
    "'my_roles':[],'members_count':1,"
    "'roles':[{'role_id':'everyone','name':'Everyone','permissions':%u,'order':0,'hoist':false}],"
    "'channels':[{'channel_id':'%s','kind':'voice','name':'lounge','private':false,"
    "'auto_join':true,'order':1,'overrides':{},'membership':'join','last_position':10}],"
    "'members':[]}",
    fixture->guild_id, (guint) GH_PERMISSIONS_EVERYONE_DEFAULT, fixture->channel_id);
  g_autoptr (GhJson) json = test_json (text);
  g_autoptr (GError) error = NULL;

  ghc_account_fold_snapshot (fixture->account, json, 0, &error);
  g_assert_no_error (error);
}

void
test_call_set_up (TestCall *fixture, gconstpointer data)
{
  fixture->guild_id = test_room_id (1);
  fixture->channel_id = test_room_id (2);
  fixture->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  if (data == NULL)
    {
      test_call_fold_snapshot (fixture);
      fixture->channel = ghc_account_lookup_channel (fixture->account, fixture->channel_id);
      fixture->call = ghc_channel_get_call (fixture->channel);
      g_assert_nonnull (fixture->call);
    }
}

void
test_call_tear_down (TestCall *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->account);
  g_free (fixture->guild_id);
  g_free (fixture->channel_id);
}

char *
test_call_stay (const char *user_id, const char *member_id, gboolean muted)
{
  return g_strdup_printf ("{'user_id':'%s','member_id':'%s','joined_ts':5,'muted':%s,"
                          "'deafened':false,'silenced':false,'may_speak':true}",
                          user_id, member_id, muted ? "true" : "false");
}

void
test_call_fold (TestCall *fixture, gint64 revision, gint64 started_ts, const char *stays)
{
  g_autofree char *text =
    g_strdup_printf ("{'channel_id':'%s','guild_id':'%s','revision':%" G_GINT64_FORMAT
                     ",'started_ts':%" G_GINT64_FORMAT ",'members':[%s]}",
                     fixture->channel_id, fixture->guild_id, revision, started_ts, stays);
  g_autoptr (GhJson) json = test_json (text);

  ghc_account_fold_ephemeral (fixture->account, GH_EPHEMERAL_CALL, json);
}

static char *
in_call (GhcCall *call)
{
  g_autoptr (GString) names = g_string_new (NULL);
  GListModel *members = ghc_call_get_members (call);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                              ghc_call_member_get_member_id (member));
    }
  g_assert_cmpuint (ghc_call_get_n_members (call), ==, g_list_model_get_n_items (members));

  return g_string_free (g_steal_pointer (&names), FALSE);
}

void
test_call_assert_members (GhcCall *call, const char *names)
{
  g_autofree char *actual = in_call (call);

  g_assert_cmpstr (actual, ==, names);
}

void
test_call_assert_refused (TestCall *fixture, const char *members)
{
  g_autofree char *text = g_strdup_printf ("{'channel_id':'%s','revision':5,'started_ts':1,"
                                           "'members':%s}",
                                           fixture->channel_id, members);
  g_autoptr (GhJson) json = test_json (text);
  g_autoptr (GError) error = NULL;

  g_assert_null (ghc_call_description_new_from_json (json, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);

  g_test_expect_message ("ghc-model", G_LOG_LEVEL_WARNING, "*can’t be understood*");
  ghc_account_fold_ephemeral (fixture->account, GH_EPHEMERAL_CALL, json);
  g_test_assert_expected_messages ();
  test_call_assert_members (fixture->call, "a1");
}
