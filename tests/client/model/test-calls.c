/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in the calls of an account. */
#include "call-util.h"

#include "gh-frame.h"
#include "gh-limits.h"

#include <math.h>

static void
test_members (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);
  g_autofree char *me = test_call_stay (ME, "m1", FALSE);
  g_autofree char *muted = test_call_stay (ADA, "a1", TRUE);
  g_autofree char *both = g_strjoin (",", ada, me, NULL);
  g_autofree char *changed = g_strjoin (",", muted, me, NULL);
  g_autoptr (TestMirror) mirror = test_mirror_new (ghc_call_get_members (fixture->call));
  g_autoptr (GhcCallMember) member = NULL;

  g_assert_false (ghc_call_get_active (fixture->call));
  test_call_fold (fixture, 1, 7, ada);
  g_assert_true (ghc_call_get_active (fixture->call));
  test_call_fold (fixture, 2, 7, both);
  test_call_assert_members (fixture->call, "a1 m1");

  g_set_object (&member, ghc_call_lookup_user (fixture->call, ADA));
  g_assert_true (member == ghc_call_lookup_member (fixture->call, "a1"));
  g_assert_false (ghc_call_member_get_is_self (member));
  g_assert_true (ghc_call_member_get_is_self (ghc_call_lookup_user (fixture->call, ME)));
  ghc_call_member_set_volume (member, 1.5);

  /* What changes of somebody changes on the same object. */
  test_mirror_take_counts (mirror, NULL, NULL);
  test_call_fold (fixture, 3, 7, changed);
  g_assert_true (member == ghc_call_lookup_user (fixture->call, ADA));
  g_assert_true (ghc_call_member_get_muted (member));
  g_assert_cmpfloat (ghc_call_member_get_volume (member), ==, 1.5);
  g_assert_cmpuint (test_mirror_take_counts (mirror, NULL, NULL), ==, 0);

  /* What was said before it does not count. */
  test_call_fold (fixture, 2, 7, both);
  test_call_fold (fixture, 3, 7, "");
  g_assert_true (ghc_call_member_get_muted (member));
  test_call_assert_members (fixture->call, "a1 m1");

  test_call_fold (fixture, 4, 7, "");
  g_assert_false (ghc_call_get_active (fixture->call));
  g_assert_null (ghc_call_lookup_member (fixture->call, "a1"));
}

static void
test_somebody_new (TestCall *fixture, gconstpointer data)
{
  g_autofree char *before = test_call_stay (ADA, "a1", FALSE);
  g_autofree char *after = test_call_stay (ADA, "a2", FALSE);
  g_autoptr (GhcCallMember) member = NULL;

  test_call_fold (fixture, 1, 7, before);
  g_set_object (&member, ghc_call_lookup_user (fixture->call, ADA));
  test_call_fold (fixture, 2, 7, after);
  g_assert_true (member != ghc_call_lookup_user (fixture->call, ADA));
  test_call_assert_members (fixture->call, "a2");
}

static void
test_ready (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);

  test_call_fold (fixture, 900, 7, ada);
  ghc_account_forget_calls (fixture->account);
  g_assert_false (ghc_call_get_active (fixture->call));

  /* A server that begins anew counts anew. */
  test_call_fold (fixture, 1, 8, ada);
  test_call_assert_members (fixture->call, "a1");
}

static void
test_told_before_known (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);

  test_call_fold (fixture, 1, 7, ada);
  test_call_fold_snapshot (fixture);
  fixture->channel = ghc_account_lookup_channel (fixture->account, fixture->channel_id);
  test_call_assert_members (ghc_channel_get_call (fixture->channel), "a1");
}

/* The server is away, comes back, and knows of no call: those with whom media goes on stay. */
static void
test_holding (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);
  g_autofree char *brook = test_call_stay (BROOK, "b1", FALSE);
  g_autofree char *new_brook = test_call_stay (BROOK, "b2", FALSE);
  g_autofree char *me = test_call_stay (ME, "m1", FALSE);
  g_autofree char *all = g_strjoin (",", ada, brook, me, NULL);
  g_autofree char *some = g_strjoin (",", me, new_brook, NULL);
  g_autoptr (TestMirror) mirror = test_mirror_new (ghc_call_get_members (fixture->call));

  test_call_fold (fixture, 9, 7, all);
  ghc_call_set_joined (fixture->call, TRUE);
  g_assert_false (ghc_call_get_holding (fixture->call));
  test_mirror_take_counts (mirror, NULL, NULL);

  ghc_account_forget_calls (fixture->account);
  g_assert_true (ghc_call_get_holding (fixture->call));
  g_assert_false (ghc_call_is_complete (fixture->call));
  test_call_fold (fixture, 1, 8, me);
  g_assert_cmpint (ghc_call_get_started_ts (fixture->call), ==, 8);
  test_call_assert_members (fixture->call, "a1 b1 m1");
  g_assert_cmpuint (test_mirror_take_counts (mirror, NULL, NULL), ==, 0);

  /* Who comes back as somebody new is not there twice. */
  test_call_fold (fixture, 2, 8, some);
  test_call_assert_members (fixture->call, "a1 m1 b2");
  g_assert_false (ghc_call_is_complete (fixture->call));

  ghc_call_release (fixture->call);
  test_call_assert_members (fixture->call, "m1 b2");
  g_assert_true (ghc_call_is_complete (fixture->call));

  /* Whoever is in it no more has nothing to hold. */
  ghc_account_forget_calls (fixture->account);
  ghc_call_set_joined (fixture->call, FALSE);
  g_assert_false (ghc_call_get_active (fixture->call));
}

/* Whoever may not see the channel any more is told of no change: nothing is shown that may be wrong. */
static void
test_out_of_sight (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);
  g_autofree char *content = g_strdup_printf ("{'permissions':%u,'name':'Everyone','order':0,"
                                              "'hoist':false}",
                                              (guint) (GH_PERMISSIONS_EVERYONE_DEFAULT
                                                       & ~GH_PERMISSION_VIEW_CHANNELS));
  g_autoptr (GhEvent) event = NULL;

  test_call_fold (fixture, 1, 7, ada);
  g_assert_true (ghc_call_get_active (fixture->call));
  event = test_state (fixture->guild_id, GH_EVENT_GUILD_ROLE, "everyone", ADA, content, 200);
  ghc_account_fold_event (fixture->account, event, TRUE);
  g_assert_false (ghc_channel_can (fixture->channel, GH_PERMISSION_VIEW_CHANNELS));
  g_assert_false (ghc_call_get_active (fixture->call));
}

static void
test_hostile (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);
  g_autofree char *again = test_call_stay (ADA, "a2", FALSE);
  g_autofree char *other = test_call_stay (BROOK, "a1", FALSE);
  g_autofree char *same_person = g_strdup_printf ("[%s,%s]", ada, again);
  g_autofree char *same_stay = g_strdup_printf ("[%s,%s]", ada, other);
  g_autoptr (GString) crowd = g_string_new ("[");

  for (guint i = 0; i <= GH_LIMIT_CALL_MEMBERS; i++)
    {
      g_autofree char *user_id = g_strdup_printf ("@u%u:localhost", i);
      g_autofree char *member_id = g_strdup_printf ("m%u", i);
      g_autofree char *one = test_call_stay (user_id, member_id, FALSE);

      g_string_append_printf (crowd, "%s%s", i > 0 ? "," : "", one);
    }
  g_string_append_c (crowd, ']');

  test_call_fold (fixture, 1, 1, ada);
  test_call_assert_refused (fixture, "null");
  test_call_assert_refused (fixture, "[1]");
  test_call_assert_refused (fixture, "[{}]");
  test_call_assert_refused (fixture, "[{'user_id':'ada','member_id':'x','muted':false,'deafened':false,"
                           "'silenced':false,'may_speak':true}]");
  test_call_assert_refused (fixture, "[{'user_id':'" ADA "','member_id':'','muted':false,'deafened':false,"
                           "'silenced':false,'may_speak':true}]");
  test_call_assert_refused (fixture, "[{'user_id':'" ADA "','member_id':'x','muted':0,'deafened':false,"
                           "'silenced':false,'may_speak':true}]");
  test_call_assert_refused (fixture, same_person);
  test_call_assert_refused (fixture, same_stay);
  test_call_assert_refused (fixture, crowd->str);
}

static void
test_measured (void)
{
  g_autoptr (GhcUser) user = ghc_user_new (ADA);
  g_autoptr (GhcCallMember) member = ghc_call_member_new (user, "a1");

  g_assert_cmpfloat (ghc_call_member_get_level (member), ==, GHC_CALL_SILENT);
  ghc_call_member_set_level (member, 3);
  g_assert_cmpfloat (ghc_call_member_get_level (member), ==, 0);
  ghc_call_member_set_level (member, -INFINITY);
  g_assert_cmpfloat (ghc_call_member_get_level (member), ==, GHC_CALL_SILENT);
  ghc_call_member_set_loss (member, NAN);
  g_assert_cmpfloat (ghc_call_member_get_loss (member), ==, 0);
  ghc_call_member_set_volume (member, 9);
  g_assert_cmpfloat (ghc_call_member_get_volume (member), ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  test_call_add ("members", test_members);
  test_call_add ("somebody-new", test_somebody_new);
  test_call_add ("ready", test_ready);
  test_call_add ("holding", test_holding);
  test_call_add ("out-of-sight", test_out_of_sight);
  test_call_add ("hostile", test_hostile);
  test_call_add_late ("told-before-known", test_told_before_known);
  g_test_add_func ("/model/calls/measured", test_measured);

  return g_test_run ();
}
