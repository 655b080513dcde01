/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One's own place in a call. */
#include "ghc-call-seat.h"
#include "model-util.h"

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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/calls/seat-shares", test_seat_shares);
  g_test_add_func ("/model/calls/seat-mute", test_seat_mute);
  g_test_add_func ("/model/calls/seat-keys", test_seat_keys);

  return g_test_run ();
}
