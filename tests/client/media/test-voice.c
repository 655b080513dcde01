/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Voices in one process that talk to each other: real connections over loopback, tones for speech. */
#include "voice-room.h"

/* How long what somebody hears may take on an idle machine. A busy one takes longer, but not each
 * time of so many. */
#define SOON_US (100 * 1000)
#define MANY_ROUNDS 30

static void
test_two (void)
{
  Room *room = room_new (2);
  GhcCallMember *other;

  room_join_all (room);
  run_until (room_all_hear (room));
  for (guint i = 0; i < 2; i++)
    {
      other = person_see (&room->people[i], 1 - i);
      run_until (ghc_call_member_get_link (other) == GHC_CALL_LINK_CONNECTED);
      run_until (ghc_call_member_get_speaking (other));
      run_until (ghc_call_member_get_route (other) == GHC_CALL_ROUTE_DIRECT);
      run_until (ghc_call_member_get_round_trip_ms (other) > 0
                 && ghc_call_member_get_round_trip_ms (other) < 1000);
      /* A sine of a tenth has -23 dB. */
      run_until (ghc_call_member_get_level (other) > -26 && ghc_call_member_get_level (other) < -20);
      run_until (ghc_voice_get_transmitting (room->people[i].voice));
      g_assert_true (ghc_voice_get_capturing (room->people[i].voice));
      run_until (ghc_voice_get_input_level (room->people[i].voice) > -26);
      run_until (ghc_call_member_get_speaking (person_see (&room->people[i], i)));
      g_assert_cmpint (ghc_voice_get_problem (room->people[i].voice), ==, GHC_VOICE_PROBLEM_NONE);
      run_until (room->people[i].counters.sealed > 0 && room->people[i].counters.opened > 0);
      g_assert_cmpuint (room->people[i].counters.tampered + room->people[i].counters.replayed
                          + room->people[i].counters.reflected,
                        ==, 0);
    }
  room_free (room);
}

static void
test_four (void)
{
  Room *room = room_new (4);

  room_join_all (room);
  run_until (room_all_hear (room));
  /* The last one goes, and the others hear each other as before. */
  room_leave (room, 3);
  g_assert_null (ghc_voice_get_seat (room->people[3].voice));
  g_assert_false (ghc_voice_get_capturing (room->people[3].voice));
  for (guint i = 0; i < 3; i++)
    run_until (person_hears (&room->people[i], room->people[3].tone_hz) < 0.01);
  room_forget_all (room);
  run_until (room_all_hear (room));
  /* And comes back. */
  room_join (room, 3);
  room_forget_all (room);
  run_until (room_all_hear (room));
  room_free (room);
}

static void
test_mute (void)
{
  Room *room = room_new (2);
  Person *speaker = &room->people[0];
  Person *listener = &room->people[1];
  GhMediaStats at_mute;
  GhMediaStats later;
  gint64 quickest_us = G_MAXINT64;
  gint64 muted_us;

  room_join_all (room);
  run_until (room_all_hear (room));
  for (guint round = 0;
       round < 5 || (run_is_timed () && round < MANY_ROUNDS && quickest_us >= SOON_US); round++)
    {
      ghc_call_seat_set_muted (speaker->seat, TRUE);
      muted_us = g_get_monotonic_time ();
      person_get_stats (speaker, &at_mute);
      run_until (person_hears_nothing (listener));
      g_mutex_lock (&listener->lock);
      g_test_message ("silence came %.1f ms after mute",
                      (double) (listener->last_loud_us - muted_us) / 1000);
      quickest_us = MIN (quickest_us, listener->last_loud_us - muted_us);
      g_mutex_unlock (&listener->lock);
      /* The connection lives on, and nothing of the microphone is in it. */
      do
        {
          person_get_stats (speaker, &later);
          run_once ();
        }
      while (later.n_sealed < at_mute.n_sealed + 2);
      g_assert_cmpuint (later.n_sealed_rtp, ==, at_mute.n_sealed_rtp);
      g_assert_true (ghc_voice_get_capturing (speaker->voice));
      run_until (!ghc_voice_get_transmitting (speaker->voice));
      ghc_call_seat_set_muted (speaker->seat, FALSE);
      run_until (room_all_hear (room));
    }
  /* What the listener still plays was sent before, and waits the longer the busier the machine is. */
  g_test_message ("at best %.1f ms", (double) quickest_us / 1000);
  if (run_is_timed ())
    g_assert_cmpint (quickest_us, <, SOON_US);
  room_free (room);
}

/* A connection that nothing was said on yet is not taken for a dead one, and made anew. */
static void
test_silent_from_the_first (void)
{
  Room *room = room_new (2);
  Person *ann = &room->people[0];
  gint64 until_us;
  guint64 n_descriptions;

  for (guint i = 0; i < 2; i++)
    {
      room_join (room, i);
      ghc_call_seat_set_muted (room->people[i].seat, TRUE);
    }
  run_until (ghc_call_member_get_link (person_see (ann, 1)) == GHC_CALL_LINK_CONNECTED
             && ghc_call_member_get_link (person_see (&room->people[1], 0)) == GHC_CALL_LINK_CONNECTED);
  n_descriptions = room->n_descriptions;
  /* A dead one is made anew after 3.5 s at most. */
  until_us = g_get_monotonic_time () + 6 * G_USEC_PER_SEC;
  run_until (g_get_monotonic_time () > until_us);
  g_assert_cmpuint (room->n_descriptions, ==, n_descriptions);
  for (guint i = 0; i < 2; i++)
    {
      GhMediaStats stats;

      person_get_stats (&room->people[i], &stats);
      g_assert_cmpuint (stats.n_sealed_rtp, ==, 0);
    }
  /* The first word is heard over it. */
  for (guint i = 0; i < 2; i++)
    ghc_call_seat_set_muted (room->people[i].seat, FALSE);
  run_until (room_all_hear (room));
  room_free (room);
}

/* What was under way when one was muted is numbered, and never sent. */
static void
lose_two (Person *speaker)
{
  GhcFan *fan = speaker->voice->fans[GHC_LINE_VOICE];
  guint8 packet[20] = { 0x80, GHC_PAYLOAD_OPUS };
  g_autoptr (GstBuffer) buffer = NULL;

  GST_WRITE_UINT16_BE (packet + 2, ghc_fan_get_next_number (fan) + 1);
  GST_WRITE_UINT32_BE (packet + 8, ghc_fan_get_ssrc (fan));
  buffer = gst_buffer_new_memdup (packet, sizeof packet);
  ghc_fan_push (fan, buffer);
  /* The next packet has the number after that. */
  ghc_voice_restart_sound (speaker->voice);
}

/* Whoever was muted for a while was not late: they are heard as soon as before. */
static void
test_pause (void)
{
  Room *room = room_new (2);
  Person *speaker = &room->people[0];
  Person *listener = &room->people[1];
  gint64 quickest_us = G_MAXINT64;

  room_join_all (room);
  run_until (room_all_hear (room));
  for (guint round = 0;
       round < 3 || (run_is_timed () && round < MANY_ROUNDS && quickest_us >= SOON_US); round++)
    {
      gint64 muted_us = g_get_monotonic_time ();

      ghc_call_seat_set_muted (speaker->seat, TRUE);
      run_until (person_hears_nothing (listener));
      g_mutex_lock (&listener->lock);
      /* Before the first time, nobody had paused. */
      if (round > 0)
        quickest_us = MIN (quickest_us, listener->last_loud_us - muted_us);
      g_test_message ("silence came %.1f ms after mute",
                      (double) (listener->last_loud_us - muted_us) / 1000);
      g_mutex_unlock (&listener->lock);
      lose_two (speaker);
      run_until (g_get_monotonic_time () > muted_us + G_USEC_PER_SEC);
      ghc_call_seat_set_muted (speaker->seat, FALSE);
      person_forget (listener);
      run_until (person_hears (listener, speaker->tone_hz) > 0.07);
    }
  g_test_message ("at best %.1f ms", (double) quickest_us / 1000);
  if (run_is_timed ())
    g_assert_cmpint (quickest_us, <, SOON_US);
  room_free (room);
}

static void
test_silenced (void)
{
  Room *room = room_new (2);
  Person *speaker = &room->people[0];
  Person *listener = &room->people[1];

  room_join_all (room);
  run_until (room_all_hear (room));
  ghc_call_seat_set_allowed (speaker->seat, TRUE, TRUE);
  run_until (person_hears_nothing (listener));
  ghc_call_seat_set_allowed (speaker->seat, FALSE, TRUE);
  run_until (room_all_hear (room));
  /* Who may not speak needs no microphone. */
  ghc_call_seat_set_allowed (speaker->seat, FALSE, FALSE);
  g_assert_false (ghc_voice_get_capturing (speaker->voice));
  run_until (person_hears_nothing (listener));
  ghc_call_seat_set_allowed (speaker->seat, FALSE, TRUE);
  run_until (room_all_hear (room));
  room_free (room);
}

static void
test_volume (void)
{
  Room *room = room_new (2);
  Person *listener = &room->people[1];
  double tone_hz = room->people[0].tone_hz;

  room_join_all (room);
  run_until (room_all_hear (room));
  ghc_call_member_set_volume (person_see (listener, 0), 0.25);
  run_until (person_hears (listener, tone_hz) > 0.02 && person_hears (listener, tone_hz) < 0.03);
  ghc_call_member_set_silenced_here (person_see (listener, 0), TRUE);
  run_until (person_hears_nothing (listener));
  /* One still sees that they speak. */
  run_until (ghc_call_member_get_speaking (person_see (listener, 0)));
  ghc_call_member_set_silenced_here (person_see (listener, 0), FALSE);
  ghc_call_member_set_volume (person_see (listener, 0), 1);
  run_until (room_all_hear (room));
  ghc_call_seat_set_deafened (listener->seat, TRUE);
  run_until (person_hears_nothing (listener));
  run_until (person_hears_nothing (&room->people[0]));
  ghc_call_seat_set_deafened (listener->seat, FALSE);
  ghc_call_seat_set_muted (listener->seat, FALSE);
  run_until (room_all_hear (room));
  room_free (room);
}

static void
test_no_microphone (void)
{
  Room *room = room_new (2);

  room->people[1].has_microphone = FALSE;
  room_join_all (room);
  run_until (person_hears (&room->people[1], room->people[0].tone_hz) > 0.07);
  g_assert_cmpint (ghc_voice_get_problem (room->people[1].voice), ==,
                   GHC_VOICE_PROBLEM_NO_MICROPHONE);
  g_assert_nonnull (ghc_voice_get_problem_text (room->people[1].voice));
  g_assert_false (ghc_voice_get_capturing (room->people[1].voice));
  room_free (room);
}

/* While a connection takes the place of another, nobody misses anything. */
static void
test_replacement (void)
{
  Room *room = room_new (2);
  Person *listener = &room->people[1];
  guint64 n_least = G_MAXUINT64;

  room_join_all (room);
  run_until (room_all_hear (room));
  for (guint round = 0;
       round < 2 || (run_is_timed () && round < MANY_ROUNDS && n_least >= GHC_RATE / 100); round++)
    {
      guint64 n_signals = room->n_signals;
      gint64 until_us;

      room_forget_all (room);
      ghc_engine_renew (ghc_voice_get_engine (room->people[round % 2].voice));
      /* Until the former one is closed. */
      until_us = g_get_monotonic_time () + 1500 * 1000;
      run_until (g_get_monotonic_time () > until_us);
      run_until (room_all_hear (room));
      g_assert_cmpuint (room->n_signals, >, n_signals);
      for (guint i = 0; i < 2; i++)
        run_until (ghc_call_member_get_link (person_see (&room->people[i], 1 - i))
                   == GHC_CALL_LINK_CONNECTED);
      g_mutex_lock (&listener->lock);
      g_test_message ("%.1f ms of silence", (double) listener->longest_quiet * 1000 / GHC_RATE);
      n_least = MIN (n_least, listener->longest_quiet);
      g_mutex_unlock (&listener->lock);
    }
  /* A busy machine has gaps of its own, but not each time. */
  if (run_is_timed ())
    g_assert_cmpuint (n_least, <, GHC_RATE / 100);
  room_free (room);
}

/* A new connection in the middle, by one and by both at once. */
static void
test_renewal (void)
{
  Room *room = room_new (2);
  guint64 n_signals;

  room_join_all (room);
  run_until (room_all_hear (room));
  for (guint round = 0; round < 3; round++)
    {
      n_signals = room->n_signals;
      if (round != 1)
        ghc_engine_renew (ghc_voice_get_engine (room->people[0].voice));
      if (round != 0)
        ghc_engine_renew (ghc_voice_get_engine (room->people[1].voice));
      /* Until the new one is there the old one is heard. */
      run_until (room->n_signals > n_signals);
      room_forget_all (room);
      run_until (room_all_hear (room));
      run_until (ghc_call_member_get_link (person_see (&room->people[0], 1))
                 == GHC_CALL_LINK_CONNECTED);
    }
  room_free (room);
}

static void
test_push_to_talk (void)
{
  Room *room = room_new (2);
  Person *speaker = &room->people[0];
  Person *listener = &room->people[1];

  ghc_voice_set_mode (speaker->voice, GHC_VOICE_PUSH_TO_TALK);
  room_join_all (room);
  run_until (person_hears (speaker, listener->tone_hz) > 0.07);
  /* Until there is something to hear, or not: it was played that long. */
  run_until (person_hears_nothing (listener));
  g_assert_cmpfloat (person_hears (listener, speaker->tone_hz), <, 0.0001);
  ghc_voice_set_talk_pressed (speaker->voice, TRUE);
  run_until (room_all_hear (room));
  ghc_voice_set_talk_pressed (speaker->voice, FALSE);
  run_until (person_hears_nothing (listener));
  room_free (room);
}

/* One hears oneself, without a call. */
static void
test_microphone (void)
{
  Room *room = room_new (1);
  Person *person = &room->people[0];

  ghc_voice_set_testing (person->voice, TRUE);
  run_until (person_hears (person, person->tone_hz) > 0.07);
  g_assert_true (ghc_voice_get_capturing (person->voice));
  run_until (ghc_voice_get_loud_enough (person->voice));
  g_assert_false (ghc_voice_get_transmitting (person->voice));
  ghc_voice_set_testing (person->voice, FALSE);
  g_assert_false (ghc_voice_get_loud_enough (person->voice));
  g_assert_false (ghc_voice_get_capturing (person->voice));
  g_assert_cmpfloat (ghc_voice_get_input_level (person->voice), <, -90);
  room_free (room);
}

/* A microphone whose thread hangs until it is let go, and others that do not. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean is_let_go;
  guint n_sources; /* that were made */
  int n_left;      /* atomic: that there are */
} Stuck;

static GstPadProbeReturn
on_stuck (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Stuck *stuck = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&stuck->lock);

  while (!stuck->is_let_go)
    g_cond_wait (&stuck->cond, &stuck->lock);
  return GST_PAD_PROBE_OK;
}

/* On the thread on which its pipeline ended. */
static void
on_source_gone (gpointer data, GObject *source)
{
  g_atomic_int_add (&((Stuck *) data)->n_left, -1);
}

static GstElement *
make_stuck (gboolean is_output, gpointer data)
{
  Stuck *stuck = data;
  GstElement *source;
  g_autoptr (GstPad) pad = NULL;

  if (is_output)
    return gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE, NULL);
  source = gst_element_factory_make_full ("audiotestsrc", "is-live", TRUE, "volume", 0.1,
                                          "do-timestamp", TRUE, NULL);
  g_atomic_int_inc (&stuck->n_left);
  g_object_weak_ref (G_OBJECT (source), on_source_gone, stuck);
  pad = gst_element_get_static_pad (source, "src");
  if (stuck->n_sources++ == 0)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_stuck, stuck, NULL);
  return source;
}

/* It gives nothing, and it cannot be closed: another one is opened all the same. */
static void
test_stuck_microphone (void)
{
  Room *room = room_new (1);
  Person *person = &room->people[0];
  Stuck stuck = { 0 };

  g_mutex_init (&stuck.lock);
  g_cond_init (&stuck.cond);
  ghc_voice_use_elements (person->voice, make_stuck, &stuck, "127.0.0.1");
  ghc_voice_set_testing (person->voice, TRUE);
  run_until (ghc_voice_get_problem (person->voice) == GHC_VOICE_PROBLEM_MICROPHONE_SILENT);
  run_until (ghc_voice_get_loud_enough (person->voice));
  run_until (ghc_voice_get_problem (person->voice) == GHC_VOICE_PROBLEM_NONE);
  g_assert_cmpuint (stuck.n_sources, >, 1);
  g_mutex_lock (&stuck.lock);
  stuck.is_let_go = TRUE;
  g_cond_broadcast (&stuck.cond);
  g_mutex_unlock (&stuck.lock);
  ghc_voice_set_testing (person->voice, FALSE);
  run_until (g_atomic_int_get (&stuck.n_left) == 0);
  room_free (room);
  g_cond_clear (&stuck.cond);
  g_mutex_clear (&stuck.lock);
}

/* Nothing of GStreamer before it is needed. */
static void
test_lazy (void)
{
  g_autoptr (GhcVoice) voice = ghc_voice_new (NULL);

  ghc_voice_set_mode (voice, GHC_VOICE_PUSH_TO_TALK);
  ghc_voice_set_talk_pressed (voice, TRUE);
  ghc_voice_set_input_device (voice, "a microphone");
  g_assert_false (gst_is_initialized ());
  g_assert_cmpstr (ghc_voice_get_input_device (voice), ==, "a microphone");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/voice/lazy", test_lazy);
  g_test_add_func ("/voice/two", test_two);
  g_test_add_func ("/voice/four", test_four);
  g_test_add_func ("/voice/mute", test_mute);
  g_test_add_func ("/voice/silent-from-the-first", test_silent_from_the_first);
  g_test_add_func ("/voice/pause", test_pause);
  g_test_add_func ("/voice/silenced", test_silenced);
  g_test_add_func ("/voice/volume", test_volume);
  g_test_add_func ("/voice/no-microphone", test_no_microphone);
  g_test_add_func ("/voice/renewal", test_renewal);
  g_test_add_func ("/voice/replacement", test_replacement);
  g_test_add_func ("/voice/push-to-talk", test_push_to_talk);
  g_test_add_func ("/voice/microphone", test_microphone);
  g_test_add_func ("/voice/stuck-microphone", test_stuck_microphone);
  return g_test_run ();
}
