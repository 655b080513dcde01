/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls of an account, and one's own place in one. */
#include "ghc-call-seat.h"
#include "ghc-share.h"
#include "model-util.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-limits.h"

#include <math.h>

typedef struct
{
  GhcAccount *account;
  char *guild_id;
  char *channel_id;
  GhcChannel *channel;
  GhcCall *call;
} Fixture;

static void
fold_snapshot (Fixture *fixture)
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

  ghc_account_fold_snapshot (fixture->account, json, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->guild_id = test_room_id (1);
  fixture->channel_id = test_room_id (2);
  fixture->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  if (data == NULL)
    {
      fold_snapshot (fixture);
      fixture->channel = ghc_account_lookup_channel (fixture->account, fixture->channel_id);
      fixture->call = ghc_channel_get_call (fixture->channel);
      g_assert_nonnull (fixture->call);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->account);
  g_free (fixture->guild_id);
  g_free (fixture->channel_id);
}

static char *
stay (const char *user_id, const char *member_id, gboolean muted)
{
  return g_strdup_printf ("{'user_id':'%s','member_id':'%s','joined_ts':5,'muted':%s,"
                          "'deafened':false,'silenced':false,'may_speak':true}",
                          user_id, member_id, muted ? "true" : "false");
}

static void
fold (Fixture *fixture, gint64 revision, gint64 started_ts, const char *stays)
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

static void
assert_in_call (GhcCall *call, const char *names)
{
  g_autofree char *actual = in_call (call);

  g_assert_cmpstr (actual, ==, names);
}

static void
test_members (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = stay (ADA, "a1", FALSE);
  g_autofree char *me = stay (ME, "m1", FALSE);
  g_autofree char *muted = stay (ADA, "a1", TRUE);
  g_autofree char *both = g_strjoin (",", ada, me, NULL);
  g_autofree char *changed = g_strjoin (",", muted, me, NULL);
  g_autoptr (TestMirror) mirror = test_mirror_new (ghc_call_get_members (fixture->call));
  g_autoptr (GhcCallMember) member = NULL;

  g_assert_false (ghc_call_get_active (fixture->call));
  fold (fixture, 1, 7, ada);
  g_assert_true (ghc_call_get_active (fixture->call));
  fold (fixture, 2, 7, both);
  assert_in_call (fixture->call, "a1 m1");

  g_set_object (&member, ghc_call_lookup_user (fixture->call, ADA));
  g_assert_true (member == ghc_call_lookup_member (fixture->call, "a1"));
  g_assert_false (ghc_call_member_get_is_self (member));
  g_assert_true (ghc_call_member_get_is_self (ghc_call_lookup_user (fixture->call, ME)));
  ghc_call_member_set_volume (member, 1.5);

  /* What changes of somebody changes on the same object. */
  test_mirror_take_counts (mirror, NULL, NULL);
  fold (fixture, 3, 7, changed);
  g_assert_true (member == ghc_call_lookup_user (fixture->call, ADA));
  g_assert_true (ghc_call_member_get_muted (member));
  g_assert_cmpfloat (ghc_call_member_get_volume (member), ==, 1.5);
  g_assert_cmpuint (test_mirror_take_counts (mirror, NULL, NULL), ==, 0);

  /* What was said before it does not count. */
  fold (fixture, 2, 7, both);
  fold (fixture, 3, 7, "");
  g_assert_true (ghc_call_member_get_muted (member));
  assert_in_call (fixture->call, "a1 m1");

  fold (fixture, 4, 7, "");
  g_assert_false (ghc_call_get_active (fixture->call));
  g_assert_null (ghc_call_lookup_member (fixture->call, "a1"));
}

static void
test_somebody_new (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = stay (ADA, "a1", FALSE);
  g_autofree char *after = stay (ADA, "a2", FALSE);
  g_autoptr (GhcCallMember) member = NULL;

  fold (fixture, 1, 7, before);
  g_set_object (&member, ghc_call_lookup_user (fixture->call, ADA));
  fold (fixture, 2, 7, after);
  g_assert_true (member != ghc_call_lookup_user (fixture->call, ADA));
  assert_in_call (fixture->call, "a2");
}

static void
test_ready (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = stay (ADA, "a1", FALSE);

  fold (fixture, 900, 7, ada);
  ghc_account_forget_calls (fixture->account);
  g_assert_false (ghc_call_get_active (fixture->call));

  /* A server that begins anew counts anew. */
  fold (fixture, 1, 8, ada);
  assert_in_call (fixture->call, "a1");
}

static void
test_told_before_known (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = stay (ADA, "a1", FALSE);

  fold (fixture, 1, 7, ada);
  fold_snapshot (fixture);
  fixture->channel = ghc_account_lookup_channel (fixture->account, fixture->channel_id);
  assert_in_call (ghc_channel_get_call (fixture->channel), "a1");
}

/* The server is away, comes back, and knows of no call: those with whom media goes on stay. */
static void
test_holding (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = stay (ADA, "a1", FALSE);
  g_autofree char *brook = stay (BROOK, "b1", FALSE);
  g_autofree char *new_brook = stay (BROOK, "b2", FALSE);
  g_autofree char *me = stay (ME, "m1", FALSE);
  g_autofree char *all = g_strjoin (",", ada, brook, me, NULL);
  g_autofree char *some = g_strjoin (",", me, new_brook, NULL);
  g_autoptr (TestMirror) mirror = test_mirror_new (ghc_call_get_members (fixture->call));

  fold (fixture, 9, 7, all);
  ghc_call_set_joined (fixture->call, TRUE);
  g_assert_false (ghc_call_get_holding (fixture->call));
  test_mirror_take_counts (mirror, NULL, NULL);

  ghc_account_forget_calls (fixture->account);
  g_assert_true (ghc_call_get_holding (fixture->call));
  g_assert_false (ghc_call_is_complete (fixture->call));
  fold (fixture, 1, 8, me);
  g_assert_cmpint (ghc_call_get_started_ts (fixture->call), ==, 8);
  assert_in_call (fixture->call, "a1 b1 m1");
  g_assert_cmpuint (test_mirror_take_counts (mirror, NULL, NULL), ==, 0);

  /* Who comes back as somebody new is not there twice. */
  fold (fixture, 2, 8, some);
  assert_in_call (fixture->call, "a1 m1 b2");
  g_assert_false (ghc_call_is_complete (fixture->call));

  ghc_call_release (fixture->call);
  assert_in_call (fixture->call, "m1 b2");
  g_assert_true (ghc_call_is_complete (fixture->call));

  /* Whoever is in it no more has nothing to hold. */
  ghc_account_forget_calls (fixture->account);
  ghc_call_set_joined (fixture->call, FALSE);
  g_assert_false (ghc_call_get_active (fixture->call));
}

/* Whoever may not see the channel any more is told of no change: nothing is shown that may be wrong. */
static void
test_out_of_sight (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = stay (ADA, "a1", FALSE);
  g_autofree char *content = g_strdup_printf ("{'permissions':%u,'name':'Everyone','order':0,"
                                              "'hoist':false}",
                                              (guint) (GH_PERMISSIONS_EVERYONE_DEFAULT
                                                       & ~GH_PERMISSION_VIEW_CHANNELS));
  g_autoptr (GhEvent) event = NULL;

  fold (fixture, 1, 7, ada);
  g_assert_true (ghc_call_get_active (fixture->call));
  event = test_state (fixture->guild_id, GH_EVENT_GUILD_ROLE, "everyone", ADA, content, 200);
  ghc_account_fold_event (fixture->account, event, TRUE);
  g_assert_false (ghc_channel_can (fixture->channel, GH_PERMISSION_VIEW_CHANNELS));
  g_assert_false (ghc_call_get_active (fixture->call));
}

static void
assert_refused (Fixture *fixture, const char *members)
{
  g_autofree char *text = g_strdup_printf ("{'channel_id':'%s','revision':5,'started_ts':1,"
                                           "'members':%s}",
                                           fixture->channel_id, members);
  g_autoptr (GhJson) json = test_json (text);
  g_autoptr (GError) error = NULL;

  g_assert_null (ghc_call_description_new_from_json (json, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);

  g_test_expect_message ("ghc-model", G_LOG_LEVEL_WARNING, "*can't be understood*");
  ghc_account_fold_ephemeral (fixture->account, GH_EPHEMERAL_CALL, json);
  g_test_assert_expected_messages ();
  assert_in_call (fixture->call, "a1");
}

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = stay (ADA, "a1", FALSE);
  g_autofree char *again = stay (ADA, "a2", FALSE);
  g_autofree char *other = stay (BROOK, "a1", FALSE);
  g_autofree char *same_person = g_strdup_printf ("[%s,%s]", ada, again);
  g_autofree char *same_stay = g_strdup_printf ("[%s,%s]", ada, other);
  g_autoptr (GString) crowd = g_string_new ("[");

  for (guint i = 0; i <= GH_LIMIT_CALL_MEMBERS; i++)
    {
      g_autofree char *user_id = g_strdup_printf ("@u%u:localhost", i);
      g_autofree char *member_id = g_strdup_printf ("m%u", i);
      g_autofree char *one = stay (user_id, member_id, FALSE);

      g_string_append_printf (crowd, "%s%s", i > 0 ? "," : "", one);
    }
  g_string_append_c (crowd, ']');

  fold (fixture, 1, 1, ada);
  assert_refused (fixture, "null");
  assert_refused (fixture, "[1]");
  assert_refused (fixture, "[{}]");
  assert_refused (fixture, "[{'user_id':'ada','member_id':'x','muted':false,'deafened':false,"
                           "'silenced':false,'may_speak':true}]");
  assert_refused (fixture, "[{'user_id':'" ADA "','member_id':'','muted':false,'deafened':false,"
                           "'silenced':false,'may_speak':true}]");
  assert_refused (fixture, "[{'user_id':'" ADA "','member_id':'x','muted':0,'deafened':false,"
                           "'silenced':false,'may_speak':true}]");
  assert_refused (fixture, same_person);
  assert_refused (fixture, same_stay);
  assert_refused (fixture, crowd->str);
}

/* --- shares --- */

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
fold_two (Fixture *fixture, gint64 revision, const char *ada_shows, const char *my_shows)
{
  g_autofree char *ada = showing (ADA, "a1", ada_shows);
  g_autofree char *me = showing (ME, "m1", my_shows);
  g_autofree char *both = g_strjoin (",", ada, me, NULL);

  fold (fixture, revision, 7, both);
}

static void
count (guint *n_times)
{
  ++*n_times;
}

static void
test_shares (Fixture *fixture, gconstpointer data)
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
test_shares_end (Fixture *fixture, gconstpointer data)
{
  GhcCallMember *ada;
  GhcShare *share;

  fold_two (fixture, 1, SCREEN ("'m1'"), SCREEN ("'a1'"));
  ada = ghc_call_lookup_user (fixture->call, ADA);
  share = ghc_call_member_get_screen (ada);
  g_object_add_weak_pointer (G_OBJECT (ada), (gpointer *) &ada);
  g_object_add_weak_pointer (G_OBJECT (share), (gpointer *) &share);
  fold (fixture, 2, 7, "");
  g_assert_null (share);
  g_assert_null (ada);

  /* So they are with the whole account, which tear_down() sees. */
  fold_two (fixture, 3, SCREEN ("'m1'"), SCREEN ("'a1'"));
}

/* A server that comes back does not know who watched; what goes on goes on until all are back. */
static void
test_shares_held (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ada = showing (ADA, "a1", CAMERA (""));
  g_autofree char *brook = showing (BROOK, "b1", "");
  g_autofree char *me = showing (ME, "m1", SCREEN ("'a1','b1'"));
  g_autofree char *my_return = showing (ME, "m1", SCREEN (""));
  g_autofree char *all = g_strjoin (",", me, ada, brook, NULL);
  g_autofree char *two = g_strjoin (",", my_return, ada, NULL);
  GhcShare *screen, *camera;

  fold (fixture, 9, 7, all);
  ghc_call_set_joined (fixture->call, TRUE);
  screen = ghc_call_member_get_screen (ghc_call_lookup_user (fixture->call, ME));
  camera = ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA));

  ghc_account_forget_calls (fixture->account);
  fold (fixture, 1, 8, my_return);
  g_assert_true (ghc_call_member_get_screen (ghc_call_lookup_user (fixture->call, ME)) == screen);
  g_assert_true (ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA)) == camera);
  g_assert_cmpuint (ghc_share_get_n_viewers (screen), ==, 2);

  fold (fixture, 2, 8, two);
  g_assert_cmpuint (ghc_share_get_n_viewers (screen), ==, 2);
  ghc_call_release (fixture->call);
  g_assert_cmpuint (ghc_share_get_n_viewers (screen), ==, 0);
  g_assert_true (ghc_call_member_get_camera (ghc_call_lookup_user (fixture->call, ADA)) == camera);
}

static void
test_shares_hostile (Fixture *fixture, gconstpointer data)
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
  g_autofree char *ada = stay (ADA, "a1", FALSE);
  g_autofree char *newer = showing (ADA, "a1", "{'kind':'hologram'}," CAMERA (""));

  fold (fixture, 1, 1, ada);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *one = showing (ADA, "a1", wrong[i]);
      g_autofree char *members = g_strdup_printf ("[%s]", one);

      assert_refused (fixture, members);
    }

  /* What a newer server knows besides is passed over. */
  fold (fixture, 6, 1, newer);
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

/* --- a seat --- */

#define TEST_TYPE_SEAT (test_seat_get_type ())
G_DECLARE_FINAL_TYPE (TestSeat, test_seat, TEST, SEAT, GhcCallSeat)

struct _TestSeat
{
  GhcCallSeat parent_instance;
  guint n_told;
  GString *heard;
  GString *asked;
};

G_DEFINE_FINAL_TYPE (TestSeat, test_seat, GHC_TYPE_CALL_SEAT)

static void
test_seat_tell_state (GhcCallSeat *seat)
{
  TEST_SEAT (seat)->n_told++;
}

static DexFuture *
test_seat_share (GhcCallSeat *seat, GhcShareKind kind, gboolean on, gboolean has_sound)
{
  g_string_append_printf (TEST_SEAT (seat)->asked, "%s %d %d; ", ghc_share_kind_to_wire (kind), on,
                          has_sound);
  return dex_future_new_true ();
}

static DexFuture *
test_seat_watch (GhcCallSeat *seat, GhcShare *share, gboolean on)
{
  g_string_append_printf (TEST_SEAT (seat)->asked, "watch %d; ", on);
  return dex_future_new_true ();
}

static void
test_seat_finalize (GObject *object)
{
  g_string_free (TEST_SEAT (object)->heard, TRUE);
  g_string_free (TEST_SEAT (object)->asked, TRUE);
  G_OBJECT_CLASS (test_seat_parent_class)->finalize (object);
}

static void
test_seat_class_init (TestSeatClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_seat_finalize;
  GHC_CALL_SEAT_CLASS (klass)->tell_state = test_seat_tell_state;
  GHC_CALL_SEAT_CLASS (klass)->share = test_seat_share;
  GHC_CALL_SEAT_CLASS (klass)->watch = test_seat_watch;
}

static void
test_seat_init (TestSeat *self)
{
  self->heard = g_string_new (NULL);
  self->asked = g_string_new (NULL);
}

static void
on_key (TestSeat *self, guint epoch, GhSecret *key)
{
  g_string_append_printf (self->heard, "key %u ", epoch);
}

static void
on_moved_key (TestSeat *self, guint epoch, GhSecret *key)
{
  g_string_append_printf (self->heard, "moved %u ", epoch);
}

static void
on_ended (TestSeat *self, const char *reason)
{
  g_string_append_printf (self->heard, "%s ", reason);
}

static TestSeat *
seat_new (void)
{
  TestSeat *self = g_object_new (TEST_TYPE_SEAT, NULL);

  g_signal_connect (self, "key", G_CALLBACK (on_key), NULL);
  g_signal_connect (self, "moved-key", G_CALLBACK (on_moved_key), NULL);
  g_signal_connect (self, "ended", G_CALLBACK (on_ended), NULL);

  return self;
}

static void
assert_quiet (TestSeat *self, gboolean muted, gboolean deafened, guint n_told)
{
  g_assert_cmpint (ghc_call_seat_get_muted (GHC_CALL_SEAT (self)), ==, muted);
  g_assert_cmpint (ghc_call_seat_get_deafened (GHC_CALL_SEAT (self)), ==, deafened);
  g_assert_cmpuint (self->n_told, ==, n_told);
}

static void
test_seat_mute (void)
{
  g_autoptr (TestSeat) self = seat_new ();
  GhcCallSeat *seat = GHC_CALL_SEAT (self);

  assert_quiet (self, FALSE, FALSE, 0);
  ghc_call_seat_set_muted (seat, TRUE);
  assert_quiet (self, TRUE, FALSE, 1);
  ghc_call_seat_set_muted (seat, TRUE);
  assert_quiet (self, TRUE, FALSE, 1);
  ghc_call_seat_set_muted (seat, FALSE);
  assert_quiet (self, FALSE, FALSE, 2);

  ghc_call_seat_set_deafened (seat, TRUE);
  assert_quiet (self, TRUE, TRUE, 3);
  ghc_call_seat_set_muted (seat, FALSE);
  assert_quiet (self, FALSE, FALSE, 4);

  g_assert_true (ghc_call_seat_get_can_speak (seat));
  ghc_call_seat_set_allowed (seat, TRUE, TRUE);
  g_assert_false (ghc_call_seat_get_can_speak (seat));
  ghc_call_seat_set_allowed (seat, FALSE, FALSE);
  g_assert_false (ghc_call_seat_get_can_speak (seat));

  ghc_call_seat_end (seat, "removed", "You were removed.");
  ghc_call_seat_set_muted (seat, TRUE);
  assert_quiet (self, TRUE, FALSE, 4);
}

static void
test_seat_keys (void)
{
  g_autoptr (TestSeat) self = seat_new ();
  GhcCallSeat *seat = GHC_CALL_SEAT (self);
  g_autoptr (GhSecret) first = gh_secret_new_random (32);
  g_autoptr (GhSecret) second = gh_secret_new_random (32);
  g_autoptr (GhSecret) key = NULL;
  guint32 epoch;

  g_assert_false (ghc_call_seat_get_key (seat, &epoch, &key));
  ghc_call_seat_take_key (seat, 4, first, FALSE);
  ghc_call_seat_take_key (seat, 4, second, FALSE);
  ghc_call_seat_take_key (seat, 3, second, FALSE);
  g_assert_true (ghc_call_seat_get_key (seat, &epoch, &key));
  g_assert_cmpuint (epoch, ==, 4);
  g_assert_true (gh_secret_equal (key, first));
  g_clear_pointer (&key, gh_secret_unref);

  ghc_call_seat_take_key (seat, 5, second, TRUE);
  ghc_call_seat_settle_key (seat);
  ghc_call_seat_end (seat, "moved", NULL);
  ghc_call_seat_end (seat, "lost", NULL);
  ghc_call_seat_take_key (seat, 6, first, FALSE);
  ghc_call_seat_settle_key (seat);
  g_assert_cmpstr (self->heard->str, ==, "key 4 moved 5 key 5 moved ");
  g_assert_false (ghc_call_seat_get_key (seat, &epoch, &key));
}

static void
test_seat_shares (void)
{
  g_autoptr (TestSeat) self = seat_new ();
  GhcCallSeat *seat = GHC_CALL_SEAT (self);
  g_autoptr (GhcUser) user = ghc_user_new (ADA);
  g_autoptr (GhcCallMember) member = ghc_call_member_new (user, "a1");
  g_autoptr (GhcShare) share = ghc_share_new (member, GHC_SHARE_CAMERA);

  g_assert_false (ghc_call_seat_get_may_share (seat));
  ghc_call_seat_set_may_share (seat, TRUE);
  g_assert_true (ghc_call_seat_get_may_share (seat));

  dex_unref (ghc_call_seat_share (seat, GHC_SHARE_SCREEN, TRUE, TRUE));
  dex_unref (ghc_call_seat_watch (seat, share, TRUE));
  g_assert_true (ghc_share_get_watched (share));
  dex_unref (ghc_call_seat_watch (seat, share, FALSE));
  g_assert_false (ghc_share_get_watched (share));
  g_assert_cmpstr (self->asked->str, ==, "screen 1 1; watch 1; watch 0; ");
}

#define ADD(name, func) g_test_add ("/model/calls/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("members", test_members);
  ADD ("somebody-new", test_somebody_new);
  ADD ("ready", test_ready);
  ADD ("holding", test_holding);
  ADD ("out-of-sight", test_out_of_sight);
  ADD ("hostile", test_hostile);
  ADD ("shares", test_shares);
  ADD ("shares-end", test_shares_end);
  ADD ("shares-held", test_shares_held);
  ADD ("shares-hostile", test_shares_hostile);
  g_test_add ("/model/calls/told-before-known", Fixture, "late", set_up, test_told_before_known,
              tear_down);
  g_test_add_func ("/model/calls/measured", test_measured);
  g_test_add_func ("/model/calls/share-measured", test_share_measured);
  g_test_add_func ("/model/calls/seat-shares", test_seat_shares);
  g_test_add_func ("/model/calls/seat-mute", test_seat_mute);
  g_test_add_func ("/model/calls/seat-keys", test_seat_keys);

  return g_test_run ();
}
