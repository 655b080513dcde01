/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is heard and by whom when keys change, are missing, or are not theirs who say so. */
#include "voice-room.h"

#include "ghc-signal.h"

static void
test_rekey (void)
{
  Room *room = room_new (2);
  GhMediaStats stats;

  room_join_all (room);
  run_until (room_all_hear (room));
  room_forget_all (room);
  for (guint i = 0; i < 5; i++)
    {
      room_rekey (room, -1);
      /* Keys go on after a quarter of a second. */
      run_for_ms (400);
      run_until (room_all_hear (room));
    }
  for (guint i = 0; i < 2; i++)
    {
      person_get_stats (&room->people[i], &stats);
      g_assert_cmpuint (stats.n_unknown_epoch + stats.n_unsealed + stats.n_tampered, ==, 0);
    }
  room_free (room);
}

/* Somebody was removed, and does as if they were not. */
static void
test_removed (void)
{
  Room *room = room_new (3);
  Person *removed = &room->people[2];
  GhMediaStats before;
  GhMediaStats after;

  room_join_all (room);
  run_until (room_all_hear (room));
  room_rekey (room, 2);
  run_until (ghc_call_member_get_link (person_see (removed, 0)) == GHC_CALL_LINK_NO_KEY
             && ghc_call_member_get_link (person_see (removed, 1)) == GHC_CALL_LINK_NO_KEY);
  person_get_stats (removed, &before);
  do
    {
      person_get_stats (removed, &after);
      run_once ();
    }
  while (after.n_unknown_epoch < before.n_unknown_epoch + 100);
  g_assert_cmpuint (after.n_opened, ==, before.n_opened);
  run_until (person_hears_nothing (removed));
  /* And what they say is not heard any more. */
  for (guint i = 0; i < 2; i++)
    {
      run_until (person_hears (&room->people[i], removed->tone_hz) < 0.01);
      run_until (person_hears (&room->people[i], room->people[1 - i].tone_hz) > 0.07);
    }
  room_free (room);
}

/* People leave one after the other: no later key keeps an earlier one back. */
static void
test_removed_in_a_hurry (void)
{
  Room *room = room_new (3);
  Person *removed = &room->people[2];
  GhMediaStats settled = { 0 };
  GhMediaStats now;

  room_join_all (room);
  run_until (room_all_hear (room));
  room_rekey (room, 2);
  removed->is_removed = TRUE;
  for (guint i = 1; i <= 30; i++)
    {
      run_for_ms (80);
      room_rekey (room, -1);
      person_get_stats (removed, &now);
      if (i == 18)
        settled = now;
      if (i >= 18)
        g_assert_cmpuint (now.n_opened, ==, settled.n_opened);
    }
  /* Others said something all the time, in longer frames where the machine is busy. */
  g_assert_cmpuint (now.n_unknown_epoch, >, 10);
  room_forget_all (room);
  run_until (person_hears (&room->people[0], room->people[1].tone_hz) > 0.07
             && person_hears (&room->people[1], room->people[0].tone_hz) > 0.07);
  room_free (room);
}

/* The first knows of no relay, the second of one where nothing answers. */
static void
test_nobody_reached (void)
{
  Room *room = room_new (2);

  room->is_cut_off = TRUE;
  room->people[1].relay = "turn:127.0.0.1:9";
  room_join_all (room);
  run_until (ghc_voice_get_problem (room->people[0].voice) == GHC_VOICE_PROBLEM_NO_PEER_REACHED
             && ghc_voice_get_problem (room->people[1].voice) == GHC_VOICE_PROBLEM_RELAY_AWAY);
  room_free (room);
}

static void
test_no_key (void)
{
  Room *room = room_new (2);
  GhMediaStats stats;

  g_clear_pointer (&room->key, gh_secret_unref);
  room_join_all (room);
  for (guint i = 0; i < 2; i++)
    {
      run_until (ghc_voice_get_problem (room->people[i].voice) == GHC_VOICE_PROBLEM_NO_KEY);
      run_until (ghc_call_member_get_link (person_see (&room->people[i], 1 - i))
                 == GHC_CALL_LINK_NO_KEY);
      do
        {
          person_get_stats (&room->people[i], &stats);
          run_once ();
        }
      while (stats.n_unsealed < 50);
      g_assert_cmpuint (stats.n_sealed, ==, 0);
    }
  room_rekey (room, -1);
  run_until (room_all_hear (room));
  run_until (ghc_voice_get_problem (room->people[0].voice) == GHC_VOICE_PROBLEM_NONE);
  room_free (room);
}

/* An offer as far as it is looked at before it is answered, with a ticket that may be another's. */
static GhJson *
forge_offer (guint turn, const char *ufrag, const char *password)
{
  g_autofree char *sdp = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
                                          "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"
                                          "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n"
                                          "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"
                                          "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n"
                                          "m=audio 0 UDP/TLS/RTP/SAVPF 96\r\n",
                                          ufrag, password);
  GhcSignal signal = { .kind = GHC_SIGNAL_OFFER, .turn = turn, .text = sdp };

  return ghc_signal_write (&signal);
}

/* Somebody has the server pass on a description with the ticket of another, or with one of their own. */
static void
test_forged (void)
{
  Room *room = room_new (3);
  Person *victim = &room->people[1];
  g_autofree char *own = g_strdup_printf (ROOM_UFRAG, 2);
  g_autofree char *own_password = g_strdup_printf (ROOM_PASSWORD, 2);
  g_autofree char *other = g_strdup_printf (ROOM_UFRAG, 0);
  g_autofree char *other_password = g_strdup_printf (ROOM_PASSWORD, 0);
  const struct
  {
    const char *ufrag;
    const char *password;
  } forged[] = { { other, other_password },
                 { other, own_password },
                 { own, other_password },
                 { "somebody", own_password } };
  g_autoptr (GhJson) rightful = forge_offer (200, own, own_password);
  guint64 n_signals;

  room_join_all (room);
  run_until (room_all_hear (room));
  /* Somebody is heard before it is seen that they are connected. */
  run_until (ghc_call_member_get_link (person_see (victim, 2)) == GHC_CALL_LINK_CONNECTED);
  n_signals = room->n_signals;
  room_forget_all (room);
  for (guint i = 0; i < G_N_ELEMENTS (forged); i++)
    {
      g_autoptr (GhJson) offer = forge_offer (100 + i, forged[i].ufrag, forged[i].password);

      room_say (room, room->people[2].member_id, victim, offer);
      g_assert_cmpint (ghc_call_member_get_link (person_see (victim, 2)), ==,
                       GHC_CALL_LINK_CONNECTED);
    }
  run_until (victim->n_heard > GHC_RATE);
  run_until (room_all_hear (room));
  g_assert_cmpuint (room->n_signals, ==, n_signals);
  /* With its own it is looked at. */
  room_say (room, room->people[2].member_id, victim, rightful);
  run_until (room->n_signals > n_signals);
  room_free (room);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/voice/rekey", test_rekey);
  g_test_add_func ("/voice/removed", test_removed);
  g_test_add_func ("/voice/removed-in-a-hurry", test_removed_in_a_hurry);
  g_test_add_func ("/voice/no-key", test_no_key);
  g_test_add_func ("/voice/nobody-reached", test_nobody_reached);
  g_test_add_func ("/voice/forged", test_forged);
  return g_test_run ();
}
