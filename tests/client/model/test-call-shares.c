/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What those in a call show. */
#include "call-util.h"
#include "ghc-share.h"

#include <math.h>

static char *
showing (const char *user_id, const char *member_id, const char *shares)
{
  return g_strdup_printf ("{'user_id':'%s','member_id':'%s','joined_ts':5,'muted':false,"
                          "'deafened':false,'silenced':false,'may_speak':true,'may_share':true,"
                          "'shares':[%s]}",
                          user_id, member_id, shares);
}

#define SCREEN(viewers) "{'kind':'screen','sound':true,'viewers':[" viewers "]}"
#define CAMERA(viewers) "{'kind':'camera','sound':false,'viewers':[" viewers "]}"

static void
fold_two (TestCall *fixture, gint64 revision, const char *ada_shows, const char *my_shows)
{
  g_autofree char *ada = showing (ADA, "a1", ada_shows);
  g_autofree char *me = showing (ME, "m1", my_shows);
  g_autofree char *both = g_strjoin (",", ada, me, NULL);

  test_call_fold (fixture, revision, 7, both);
}

static void
count (guint *n_times)
{
  ++*n_times;
}

static void
test_shares (TestCall *fixture, gconstpointer data)
{
  g_autoptr (GhcShare) share = NULL;
  GhcCallMember *ada, *me;
  guint n_notified = 0;

  fold_two (fixture, 1, "", "");
  ada = ghc_call_lookup_user (fixture->call, ADA);
  me = ghc_call_lookup_user (fixture->call, ME);
  g_assert_true (ghc_call_member_get_may_share (ada));
  g_assert_null (ghc_call_member_get_screen (ada));
  g_signal_connect_swapped (ada, "notify::screen", G_CALLBACK (count), &n_notified);

  fold_two (fixture, 2, SCREEN (""), CAMERA (""));
  g_set_object (&share, ghc_call_member_get_screen (ada));
  g_assert_nonnull (share);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_true (ghc_share_get_member (share) == ada);
  g_assert_cmpint (ghc_share_get_kind (share), ==, GHC_SHARE_SCREEN);
  g_assert_true (ghc_share_get_has_sound (share));
  g_assert_false (ghc_share_get_is_own (share));
  g_assert_null (ghc_call_member_get_camera (ada));
  g_assert_true (ghc_share_get_is_own (ghc_call_member_get_camera (me)));
  ghc_share_set_watched (share, TRUE);

  /* Who watches changes on the same object; who is not there, and the one who shows, do not count. */
  fold_two (fixture, 3, SCREEN ("'m1','m1','gone','a1'"), CAMERA ("'a1'"));
  g_assert_true (ghc_call_member_get_screen (ada) == share);
  g_assert_cmpuint (ghc_share_get_n_viewers (share), ==, 1);
  g_assert_true (ghc_share_has_viewer (share, me));
  g_assert_true (ghc_share_get_watched (share));
  g_assert_cmpuint (n_notified, ==, 1);
  g_signal_handlers_disconnect_by_data (ada, &n_notified);

  /* Whoever stops and begins again shows something else. */
  fold_two (fixture, 4, CAMERA (""), "");
  g_assert_null (ghc_call_member_get_screen (ada));
  g_assert_nonnull (ghc_call_member_get_camera (ada));
  fold_two (fixture, 5, SCREEN (""), "");
  g_assert_true (ghc_call_member_get_screen (ada) != share);
  g_assert_false (ghc_share_get_watched (ghc_call_member_get_screen (ada)));
}

/* Two who watch each other and leave are gone. */
static void
test_shares_end (TestCall *fixture, gconstpointer data)
{
  GhcCallMember *ada;
  GhcShare *share;

  fold_two (fixture, 1, SCREEN ("'m1'"), SCREEN ("'a1'"));
  ada = ghc_call_lookup_user (fixture->call, ADA);
  share = ghc_call_member_get_screen (ada);
  g_object_add_weak_pointer (G_OBJECT (ada), (gpointer *) &ada);
  g_object_add_weak_pointer (G_OBJECT (share), (gpointer *) &share);
  test_call_fold (fixture, 2, 7, "");
  g_assert_null (share);
  g_assert_null (ada);

  /* So they are with the whole account, which tear_down() sees. */
  fold_two (fixture, 3, SCREEN ("'m1'"), SCREEN ("'a1'"));
}

/* A server that comes back does not know who watched; what goes on goes on until all are back. */
static void
test_shares_held (TestCall *fixture, gconstpointer data)
{
  g_autofree char *ada = showing (ADA, "a1", CAMERA (""));
  g_autofree char *brook = showing (BROOK, "b1", "");
  g_autofree char *me = showing (ME, "m1", SCREEN ("'a1','b1'"));
  g_autofree char *my_return = showing (ME, "m1", SCREEN (""));
  g_autofree char *all = g_strjoin (",", me, ada, brook, NULL);
  g_autofree char *two = g_strjoin (",", my_return, ada, NULL);
  GhcShare *screen, *camera;

  test_call_fold (fixture, 9, 7, all);
  ghc_call_set_joined (fixture->call, TRUE);
  screen = ghc_call_member_get_screen (ghc_call_lookup_user (fixture->call, ME));
  camera = ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA));

  ghc_account_forget_calls (fixture->account);
  test_call_fold (fixture, 1, 8, my_return);
  g_assert_true (ghc_call_member_get_screen (ghc_call_lookup_user (fixture->call, ME)) == screen);
  g_assert_true (ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA)) == camera);
  g_assert_cmpuint (ghc_share_get_n_viewers (screen), ==, 2);

  test_call_fold (fixture, 2, 8, two);
  g_assert_cmpuint (ghc_share_get_n_viewers (screen), ==, 2);
  ghc_call_release (fixture->call);
  g_assert_cmpuint (ghc_share_get_n_viewers (screen), ==, 0);
  g_assert_true (ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA)) == camera);
}

static void
test_shares_hostile (TestCall *fixture, gconstpointer data)
{
  static const char *const wrong[] = {
    "'screen'",
    "{}",
    "{'kind':'screen','sound':1,'viewers':[]}",
    "{'kind':'screen','sound':true}",
    "{'kind':'screen','sound':true,'viewers':[1]}",
    "{'kind':'screen','sound':true,'viewers':{}}",
    SCREEN ("") "," SCREEN (""),
  };
  g_autofree char *ada = test_call_stay (ADA, "a1", FALSE);
  g_autofree char *newer = showing (ADA, "a1", "{'kind':'hologram'}," CAMERA (""));

  test_call_fold (fixture, 1, 1, ada);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *one = showing (ADA, "a1", wrong[i]);
      g_autofree char *members = g_strdup_printf ("[%s]", one);

      test_call_assert_refused (fixture, members);
    }

  /* What a newer server knows besides is passed over. */
  test_call_fold (fixture, 6, 1, newer);
  g_assert_nonnull (ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA)));
  g_assert_null (ghc_call_member_get_screen (ghc_call_lookup_user (fixture->call, ADA)));
}

static void
test_share_measured (void)
{
  g_autoptr (GhcUser) user = ghc_user_new (ADA);
  g_autoptr (GhcCallMember) member = ghc_call_member_new (user, "a1");
  g_autoptr (GhcShare) share = ghc_share_new (member, GHC_SHARE_SCREEN);
  guint n_notified = 0;

  g_signal_connect_swapped (share, "notify", G_CALLBACK (count), &n_notified);
  ghc_share_set_volume (share, 9);
  g_assert_cmpfloat (ghc_share_get_volume (share), ==, 2);
  ghc_share_set_frame_rate (share, NAN);
  g_assert_cmpfloat (ghc_share_get_frame_rate (share), ==, 0);
  ghc_share_set_size (share, 1280, 720);
  ghc_share_set_size (share, 1280, 720);
  ghc_share_set_state (share, GHC_SHARE_PAUSED);
  ghc_share_set_codec_element (share, "openh264dec");
  ghc_share_set_codec_element (share, "openh264dec");
  ghc_share_set_paintable (share, G_OBJECT (user));
  g_assert_cmpuint (n_notified, ==, 6);
  g_assert_cmpuint (ghc_share_get_width (share), ==, 1280);
  g_assert_cmpstr (ghc_share_get_codec_element (share), ==, "openh264dec");
  g_assert_true (ghc_share_get_paintable (share) == G_OBJECT (user));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  test_call_add ("shares", test_shares);
  test_call_add ("shares-end", test_shares_end);
  test_call_add ("shares-held", test_shares_held);
  test_call_add ("shares-hostile", test_shares_hostile);
  g_test_add_func ("/model/calls/share-measured", test_share_measured);

  return g_test_run ();
}
