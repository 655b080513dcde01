/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-place.h"

#include "ghc-operation.h"

static void
on_key (TestPlace *place, guint epoch, GhSecret *key)
{
  g_assert_cmpuint (gh_secret_get_size (key), ==, 32);
  g_string_append_printf (place->keys, "key %u ", epoch);
}

static void
on_moved_key (TestPlace *place, guint epoch, GhSecret *key)
{
  g_string_append_printf (place->keys, "moved %u ", epoch);
}

static void
on_signal (TestPlace *place, const char *from_member_id, GhJson *signal)
{
  gint64 number = gh_json_peek_int (signal, "number", -1);

  g_set_str (&place->from_member_id, from_member_id);
  g_array_append_val (place->numbers, number);
}

static void
on_ended (TestPlace *place, const char *reason)
{
  g_assert_null (place->ended);
  place->ended = g_strdup (reason);
}

static TestPlace *
place_new (GhcCallSeat *seat)
{
  TestPlace *place = g_new0 (TestPlace, 1);

  place->seat = g_object_ref (seat);
  place->keys = g_string_new (NULL);
  place->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect_swapped (seat, "key", G_CALLBACK (on_key), place);
  g_signal_connect_swapped (seat, "moved-key", G_CALLBACK (on_moved_key), place);
  g_signal_connect_swapped (seat, "signal", G_CALLBACK (on_signal), place);
  g_signal_connect_swapped (seat, "ended", G_CALLBACK (on_ended), place);

  return place;
}

TestPlace *
test_sit_down (TestPerson *person, GhcChannel *channel)
{
  g_autoptr (GhcCallSeat)
    seat = test_await_object (ghc_session_join_call (person->session, channel, FALSE, FALSE));

  g_assert_true (ghc_session_get_seat (person->session) == seat);
  g_assert_cmpint (ghc_call_seat_get_state (seat), ==, GHC_SEAT_JOINED);
  g_assert_true (ghc_call_get_joined (ghc_channel_get_call (channel)));

  return place_new (seat);
}

void
test_place_free (TestPlace *place)
{
  g_signal_handlers_disconnect_by_data (place->seat, place);
  g_object_unref (place->seat);
  g_string_free (place->keys, TRUE);
  g_array_unref (place->numbers);
  g_free (place->from_member_id);
  g_free (place->ended);
  g_free (place);
}

guint32
test_epoch_of (TestPlace *place)
{
  g_autoptr (GhSecret) key = NULL;
  guint32 epoch = 0;

  g_assert_true (ghc_call_seat_get_key (place->seat, &epoch, &key));

  return epoch;
}

gboolean
test_has_same_key (TestPlace *one, TestPlace *other)
{
  g_autoptr (GhSecret) one_key = NULL;
  g_autoptr (GhSecret) other_key = NULL;
  guint32 one_epoch, other_epoch;

  return ghc_call_seat_get_key (one->seat, &one_epoch, &one_key)
         && ghc_call_seat_get_key (other->seat, &other_epoch, &other_key)
         && one_epoch == other_epoch && gh_secret_equal (one_key, other_key);
}

gboolean
test_is_joined (TestPlace *place)
{
  return ghc_call_seat_get_state (place->seat) == GHC_SEAT_JOINED;
}

guint
test_n_members (GhcChannel *channel)
{
  return ghc_call_get_n_members (ghc_channel_get_call (channel));
}

GhcCallMember *
test_find_member (GhcChannel *channel, TestPerson *person)
{
  const char *user_id = ghc_account_get_user_id (test_person_account (person));

  return ghc_call_lookup_user (ghc_channel_get_call (channel), user_id);
}

void
test_send_number (TestPlace *from, const char *to_member_id, gint64 number)
{
  g_autoptr (GhJson) signal = ghc_data_new ("s", "kind", "test", "i", "number", number, NULL);

  dex_future_disown (ghc_call_seat_send (from->seat, to_member_id, signal));
}

void
test_assert_signals (TestPlace *place, guint n)
{
  test_until (place->numbers->len >= n);
  g_assert_cmpuint (place->numbers->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (place->numbers, gint64, i), ==, i);
}
