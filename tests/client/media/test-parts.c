/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs no GStreamer: the gate, the playout, and what members tell each other. */
#include "gh-error.h"
#include "ghc-gate.h"
#include "ghc-link-private.h"
#include "ghc-mixer.h"
#include "ghc-pace.h"
#include "ghc-playout.h"
#include "ghc-signal.h"

#include <string.h>

#define FRAME (GHC_RATE / 100)
#define FRAME_US 10000

static void
fill (gint16 *samples, guint n_samples, gint16 value)
{
  for (guint i = 0; i < n_samples; i++)
    samples[i] = (gint16) (i % 2 == 0 ? value : -value);
}

static gboolean
pass (GhcGate *gate, gint16 value, gint64 now_us)
{
  gint16 samples[FRAME];

  fill (samples, FRAME, value);
  return ghc_gate_pass (gate, samples, FRAME, now_us - FRAME_US, now_us);
}

static void
test_gate_activity (void)
{
  g_autoptr (GhcGate) gate = ghc_gate_new ();
  gint64 now_us = G_USEC_PER_SEC;

  ghc_gate_set_threshold (gate, -40);
  g_assert_false (pass (gate, 0, now_us));
  g_assert_cmpfloat (ghc_gate_get_level (gate), ==, GHC_SILENCE_DB);
  g_assert_false (pass (gate, 300, now_us)); /* -40.8 dB */
  g_assert_true (pass (gate, 400, now_us));  /* -38.3 dB */
  g_assert_true (ghc_gate_is_open (gate, now_us));
  /* Words do not end at once. */
  g_assert_true (pass (gate, 0, now_us + 200 * 1000));
  g_assert_false (pass (gate, 0, now_us + 500 * 1000));
  g_assert_false (ghc_gate_is_open (gate, now_us + 500 * 1000));
}

static void
test_gate_muted (void)
{
  g_autoptr (GhcGate) gate = ghc_gate_new ();
  gint64 now_us = G_USEC_PER_SEC;

  g_assert_true (pass (gate, 3000, now_us));
  ghc_gate_set_muted (gate, TRUE, now_us + 1000);
  g_assert_false (ghc_gate_is_open (gate, now_us + 1000));
  g_assert_false (pass (gate, 3000, now_us + 2000));
  /* One still sees that the microphone hears. */
  g_assert_cmpfloat (ghc_gate_get_level (gate), >, -25);
  ghc_gate_set_muted (gate, FALSE, now_us + 5000);
  /* It began while muted. */
  g_assert_false (pass (gate, 3000, now_us + 12000));
  g_assert_true (pass (gate, 3000, now_us + 15000));
}

static void
test_gate_key (void)
{
  g_autoptr (GhcGate) gate = ghc_gate_new ();
  gint64 now_us = G_USEC_PER_SEC;

  ghc_gate_set_mode (gate, GHC_VOICE_PUSH_TO_TALK);
  g_assert_false (pass (gate, 3000, now_us));
  ghc_gate_set_pressed (gate, TRUE, now_us);
  g_assert_true (pass (gate, 0, now_us));
  ghc_gate_set_pressed (gate, FALSE, now_us);
  g_assert_true (pass (gate, 3000, now_us + 50 * 1000));
  g_assert_false (pass (gate, 3000, now_us + 200 * 1000));
}

/* Says something that comes every 10 ms. */
static void
talk (GhcPlayout *playout, gint64 *now_us, guint n_frames)
{
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];

  fill (frame, FRAME, 3000);
  for (guint block = 0; block < n_frames * 2; block++, *now_us += FRAME_US / 2)
    {
      if (block % 2 == 0)
        ghc_playout_push (playout, frame, FRAME, block == 0, *now_us);
      ghc_playout_pull (playout, out, FRAME / 2, *now_us);
    }
}

static void
test_playout_steady (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  talk (playout, &now_us, 100);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, 0);
  g_assert_cmpuint (stats.missed, ==, 0);
  g_assert_cmpint (stats.margin_us, ==, 5000);
  g_assert_true (ghc_playout_is_speaking (playout, now_us));
}

static void
test_playout_late (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];
  gint64 now_us = G_USEC_PER_SEC;
  gint64 raised_us;
  GhcPlayoutStats stats;
  guint n_late;

  fill (frame, FRAME, 3000);
  /* Each tenth frame comes 30 ms late, and all after it at once. */
  for (guint ms = 0; ms < 3000; ms += 5, now_us += 5000)
    {
      guint at = ms % 100;

      if (ms % 10 == 0 && (at < 50 || at >= 80))
        for (guint i = 0; i < (at == 80 ? 4u : 1u); i++)
          ghc_playout_push (playout, frame, FRAME, ms == 0, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, >, 0);
  g_assert_cmpint (stats.margin_us, >, 20000);
  raised_us = stats.margin_us;
  n_late = stats.n_late;
  /* It waits long enough now. */
  for (guint ms = 0; ms < 1000; ms += 5, now_us += 5000)
    {
      guint at = ms % 100;

      if (ms % 10 == 0 && (at < 50 || at >= 80))
        for (guint i = 0; i < (at == 80 ? 4u : 1u); i++)
          ghc_playout_push (playout, frame, FRAME, FALSE, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, n_late);
  /* All is well again, and it waits less again, without a gap. */
  for (guint ms = 0; ms < 20000; ms += 5, now_us += 5000)
    {
      if (ms % 10 == 0)
        ghc_playout_push (playout, frame, FRAME, FALSE, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, n_late);
  g_assert_cmpint (stats.margin_us, <, raised_us / 2);
  g_assert_cmpint (stats.delay_us, <, 25000);
}

/* Left stays left and right stays right, whatever is taken out; mixed with what is of one channel. */
static void
test_playout_stereo (void)
{
  g_autoptr (GhcMixer) mixer = ghc_mixer_new ();
  g_autoptr (GhcPlayout) music = ghc_playout_new_stereo (5000);
  g_autoptr (GhcPlayout) voice = ghc_playout_new (5000);
  gint16 both[FRAME * GHC_MIXER_CHANNELS];
  gint16 one[FRAME];
  gint16 out[FRAME / 2 * GHC_MIXER_CHANNELS];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  for (guint i = 0; i < FRAME; i++)
    {
      both[2 * i] = 1000;
      both[2 * i + 1] = 200;
    }
  fill (one, FRAME, 30);
  ghc_mixer_add (mixer, music);
  /* More than is needed, at first. */
  for (guint i = 0; i < 8; i++)
    ghc_playout_push (music, both, FRAME, i == 0, now_us);
  for (guint ms = 0; ms < 20000; ms += 5, now_us += 5000)
    {
      if (ms == 10000)
        ghc_mixer_add (mixer, voice);
      if (ms % 10 == 0)
        {
          ghc_playout_push (music, both, FRAME, FALSE, now_us);
          ghc_playout_push (voice, one, FRAME, ms == 0, now_us);
        }
      ghc_mixer_pull (mixer, out, FRAME / 2, now_us);
      /* What begins, and the voice's own wave, are left out. */
      if (ms < 100 || ms > 9900)
        continue;
      for (guint i = 0; i < FRAME / 2; i++)
        {
          g_assert_cmpint (out[2 * i], ==, 1000);
          g_assert_cmpint (out[2 * i + 1], ==, 200);
        }
    }
  ghc_playout_get_stats (music, &stats);
  g_assert_cmpint (stats.delay_us, <, 25000);
  for (guint i = 0; i < FRAME / 2; i++)
    {
      g_assert_cmpint (ABS (out[2 * i] - 1000), <=, 60);
      g_assert_cmpint (out[2 * i] - out[2 * i + 1], ==, 800);
    }
}

/* Who is silent for a while is not late. */
static void
test_playout_pause (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 out[FRAME];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  talk (playout, &now_us, 20);
  while (ghc_playout_pull (playout, out, FRAME, now_us) > 0)
    now_us += FRAME_US;
  now_us += G_USEC_PER_SEC;
  talk (playout, &now_us, 20);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, 0);
  g_assert_cmpint (stats.margin_us, ==, 5000);
}

/* Only what was due and did not come counts. */
static void
test_playout_made_up (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 out[FRAME];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats none = { 0 };
  GhcPlayoutStats clean, stats;

  ghc_playout_pull (playout, out, FRAME, now_us);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&none, &stats), ==, 0);
  talk (playout, &now_us, 100);
  while (ghc_playout_pull (playout, out, FRAME, now_us) > 0)
    now_us += FRAME_US;
  /* They say nothing for a while, and then something again. */
  for (guint i = 0; i < 100; i++, now_us += FRAME_US)
    ghc_playout_pull (playout, out, FRAME, now_us);
  talk (playout, &now_us, 100);
  ghc_playout_get_stats (playout, &clean);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&none, &clean), ==, 0);
  /* Of a second, a fifth was lost. */
  for (guint i = 0; i < 20; i++)
    ghc_playout_note_made_up (playout, FRAME_US);
  talk (playout, &now_us, 100);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&clean, &stats), >, 0.19);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&clean, &stats), <, 0.21);
}

/* What comes while the block that lacks it is still played is missed by the rest of that block. */
static void
test_playout_just_late (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 frame[FRAME];
  gint16 out[FRAME];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats none = { 0 };
  GhcPlayoutStats stats;

  fill (frame, FRAME, 3000);
  ghc_playout_push (playout, frame, FRAME, TRUE, now_us);
  ghc_playout_pull (playout, out, FRAME / 2, now_us + 5000);
  g_assert_cmpuint (ghc_playout_pull (playout, out, FRAME, now_us + 10000), ==, FRAME / 2);
  ghc_playout_push (playout, frame, FRAME, FALSE, now_us + 11000);
  g_assert_cmpuint (ghc_playout_pull (playout, out, FRAME, now_us + 20000), ==, FRAME);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, 1);
  g_assert_cmpuint (stats.missed, ==, FRAME / 2);
  g_assert_cmpint (stats.margin_us, ==, 5000);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&none, &stats), ==, 0.2);
}

/* The longest that anything waits while somebody talks for @minutes, with a second of silence in each, whose sound
 * card is quicker than ours by so many millionths. */
static gint64
talk_with_skew (int ppm, guint minutes, GhcPlayoutStats *stats)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  const double frame_us = FRAME_US * (1 - ppm / 1e6);
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];
  double next_us = G_USEC_PER_SEC;
  gint64 end_us = (1 + (gint64) minutes * 60) * G_USEC_PER_SEC;
  gint64 most_us = 0;
  gboolean is_new = TRUE;

  fill (frame, FRAME, 3000);
  for (gint64 now_us = G_USEC_PER_SEC; now_us < end_us; now_us += FRAME_US / 2)
    {
      for (; next_us <= (double) now_us; next_us += frame_us)
        {
          gboolean is_silent = (gint64) next_us / G_USEC_PER_SEC % 60 == 59;

          if (!is_silent)
            ghc_playout_push (playout, frame, FRAME, is_new, now_us);
          is_new = is_silent;
        }
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
      ghc_playout_get_stats (playout, stats);
      most_us = MAX (most_us, stats->delay_us);
    }
  return most_us;
}

/* In 20 minutes, 500 millionths are 600 ms: neither do they pile up, nor is what lacks heard. */
static void
test_playout_skew (void)
{
  const int skews[] = { 100, -100, 500, -500 };
  GhcPlayoutStats none = { 0 };
  GhcPlayoutStats stats;
  gint64 even_us = talk_with_skew (0, 2, &stats);

  g_assert_cmpuint (stats.n_late, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (skews); i++)
    {
      gint64 most_us = talk_with_skew (skews[i], 20, &stats);
      double made_up = ghc_playout_get_share_made_up (&none, &stats);

      g_test_message ("%d millionths: %.1f ms at most instead of %.1f, %u times late, %.4f %% missed",
                      skews[i], (double) most_us / 1000, (double) even_us / 1000,
                      (guint) stats.n_late, 100 * made_up);
      g_assert_cmpint (most_us, <, even_us + 30 * 1000);
      g_assert_cmpfloat (made_up, <, 0.002);
    }
}

/* Sends for so many seconds; when the step is another one, it ends. Returns how long that was. */
static double
send_with (GhcPace *pace, gint64 *now_us, double loss, guint seconds)
{
  guint before = pace->step;
  gint64 from_us = *now_us;

  while (*now_us < from_us + seconds * G_USEC_PER_SEC && pace->step == before)
    ghc_pace_take (pace, loss, *now_us += 50 * 1000);
  return (double) (*now_us - from_us) / G_USEC_PER_SEC;
}

static void
test_pace_chance (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (4);
  gint64 now_us = G_USEC_PER_SEC;
  GhcPace pace;

  ghc_pace_init (&pace);
  /* Of fifty packets each report tells about, each is lost with the same chance. */
  for (guint report = 0; report < 2000; report++)
    {
      guint n_lost = 0;

      for (guint i = 0; i < 50; i++)
        n_lost += g_rand_double (chance) < 0.2 ? 1 : 0;
      for (guint i = 0; i < 10; i++)
        g_assert_cmpuint (ghc_pace_take (&pace, n_lost / 50.0, now_us += 50 * 1000), ==, 0);
    }
  g_assert_cmpuint (ghc_pace_get_frame_ms (0), ==, 10);
}

static void
test_pace_congested (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  double first, second, third;
  GhcPace pace;

  ghc_pace_init (&pace);
  g_assert_cmpfloat (send_with (&pace, &now_us, 0.5, 10), <, 4);
  g_assert_cmpuint (pace.step, ==, 1);
  g_assert_cmpuint (ghc_pace_get_frame_ms (1), >, 20);
  g_assert_cmpint (ghc_pace_get_bitrate (1), <, ghc_pace_get_bitrate (0));
  /* It tries more after a while, gives up sooner, and tries it again ever more seldom. */
  first = send_with (&pace, &now_us, 0, 1000);
  g_assert_cmpuint (pace.step, ==, 0);
  g_assert_cmpfloat (first, >, 15);
  g_assert_cmpfloat (send_with (&pace, &now_us, 0.5, 10), <, 4);
  second = send_with (&pace, &now_us, 0, 1000);
  g_assert_cmpuint (pace.step, ==, 0);
  g_assert_cmpfloat (second, >, first + 15);
  g_assert_cmpfloat (send_with (&pace, &now_us, 0.5, 10), <, 4);
  third = send_with (&pace, &now_us, 0, 1000);
  g_assert_cmpfloat (third, >, second + 30);
  /* Even the second step is too much. */
  ghc_pace_init (&pace);
  send_with (&pace, &now_us, 0.7, 10);
  send_with (&pace, &now_us, 0.3, 10);
  g_assert_cmpuint (pace.step, ==, 2);
  send_with (&pace, &now_us, 0.3, 100);
  g_assert_cmpuint (pace.step, ==, 2);
}

/* While nothing is sent, what was told before is no news. */
static void
test_pace_pause (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  GhcPace pace;

  ghc_pace_init (&pace);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (ghc_pace_take (&pace, 0.5, now_us += 5 * G_USEC_PER_SEC), ==, 0);
  /* What is clear adds up over pauses. */
  send_with (&pace, &now_us, 0.5, 10);
  g_assert_cmpuint (pace.step, ==, 1);
  for (guint i = 0; i < 20 && pace.step == 1; i++, now_us += 5 * G_USEC_PER_SEC)
    send_with (&pace, &now_us, 0, 3);
  g_assert_cmpuint (pace.step, ==, 0);
}

static gboolean
reads (const char *text, GhcSignal *signal)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdup (text);
  static GhJson *json;

  g_clear_pointer (&json, gh_json_unref);
  g_strdelimit (quoted, "'", '"');
  json = gh_json_parse (quoted, strlen (quoted), &error);
  g_assert_no_error (error);
  return ghc_signal_read (json, signal, NULL);
}

static void
test_signal (void)
{
  GhcSignal signal = { .kind = GHC_SIGNAL_CANDIDATE, .turn = 3, .text = "candidate:1 1 UDP" };
  g_autoptr (GhJson) json = ghc_signal_write (&signal);
  GhcSignal back;

  g_assert_true (ghc_signal_read (json, &back, NULL));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_CANDIDATE);
  g_assert_cmpuint (back.turn, ==, 3);
  g_assert_cmpstr (back.text, ==, signal.text);
  g_assert_true (reads ("{'kind':'description','type':'answer','sdp':'v=0','turn':1}", &back));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_ANSWER);
  g_assert_true (reads ("{'kind':'candidate','mline':0,'candidate':'','turn':1}", &back));

  g_assert_true (reads ("{'kind':'pictures','mline':2,'paused':true,'turn':1}", &back));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_PAUSE);
  g_assert_cmpuint (back.line, ==, 2);
  g_assert_true (reads ("{'kind':'pictures','mline':1,'paused':false,'turn':1}", &back));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_RESUME);

  g_assert_false (reads ("{'kind':'pictures','mline':0,'paused':true,'turn':1}", &back));
  g_assert_false (reads ("{'kind':'pictures','mline':3,'paused':true,'turn':1}", &back));
  g_assert_false (reads ("{'kind':'pictures','mline':1,'turn':1}", &back));
  g_assert_false (reads ("{}", &back));
  g_assert_false (reads ("{'kind':'dance','turn':1}", &back));
  g_assert_false (reads ("{'kind':'description','type':'pranswer','sdp':'v=0','turn':1}", &back));
  g_assert_false (reads ("{'kind':'description','type':'offer','sdp':'v=0','turn':0}", &back));
  g_assert_false (reads ("{'kind':'description','type':'offer','sdp':'\\u00e9','turn':1}", &back));
  g_assert_false (reads ("{'kind':'description','type':'offer','sdp':3,'turn':1}", &back));
  g_assert_false (reads ("{'kind':'candidate','mline':1,'candidate':'','turn':1}", &back));
  g_assert_false (reads ("{'kind':'candidate','mline':0,'candidate':'a=x','turn':1}", &back));
  g_assert_false (
    reads ("{'kind':'candidate','mline':0,'candidate':'candidate:1\\r\\na=x','turn':1}", &back));
}

#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
#define MEDIA AUDIO VIDEO VIDEO AUDIO
#define TICKET "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"

static void
test_ticket (void)
{
  GhcTicket ticket;
  g_autofree char *ours = ghc_ticket_write ("v=0\r\n" MEDIA TICKET "a=sendrecv\r\n", "mine",
                                            "a-password-that-is-mine");

  g_assert_cmpstr (ours, ==,
                   "v=0\r\n" MEDIA "a=ice-ufrag:mine\r\na=ice-pwd:a-password-that-is-mine\r\n"
                   "a=sendrecv\r\n");
  g_assert_true (ghc_ticket_read ("v=0\r\n" MEDIA TICKET TICKET, &ticket, NULL));
  g_assert_cmpstr (ticket.ufrag, ==, "abcd");
  g_assert_cmpstr (ticket.password, ==, "0123456789012345678901");
  ghc_ticket_clear (&ticket);
  g_assert_false (ghc_ticket_read ("v=0\r\n" MEDIA, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" MEDIA AUDIO TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" AUDIO VIDEO VIDEO TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" VIDEO VIDEO AUDIO AUDIO TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" AUDIO VIDEO VIDEO "m=audiovisual 9 UDP 1\r\n" TICKET,
                                   &ticket, NULL));
  g_assert_false (ghc_ticket_read (MEDIA TICKET "a=ice-ufrag:other\r\n", &ticket, NULL));
  g_assert_false (ghc_ticket_read (MEDIA "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n", &ticket, NULL));
}

static gboolean
checks (GhcTicket *known, const char *told, const char *ufrag, const char *password,
        const char *reason)
{
  g_autofree char *sdp = g_strdup_printf (MEDIA "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", ufrag, password);
  g_autoptr (GError) error = NULL;
  gboolean is_good = ghc_ticket_check (known, told, sdp, &error);

  g_assert_cmpstr (error != NULL ? gh_error_get_reason (error) : NULL, ==, reason);
  return is_good;
}

static void
test_ticket_check (void)
{
  const char *one = "the-first-password-of-all";
  const char *two = "the-second-password-of-all";
  GhcTicket known = { 0 };

  /* The server says whose it is. */
  g_assert_false (checks (&known, "hers", "his-", one, "call.ticket"));
  g_assert_null (known.ufrag);
  g_assert_true (checks (&known, "hers", "hers", one, NULL));
  g_assert_true (checks (&known, "hers", "hers", one, NULL));
  g_assert_false (checks (&known, "hers", "hers", two, "call.ticket"));
  g_assert_false (checks (&known, "hers", "his-", one, "call.ticket"));
  g_assert_false (checks (&known, "hers", "hers", "short", "call.description"));
  /* One that has forgotten the call gives another. */
  g_assert_false (checks (&known, "new-", "hers", one, "call.ticket"));
  g_assert_true (checks (&known, "new-", "new-", two, NULL));
  g_assert_false (checks (&known, "new-", "new-", one, "call.ticket"));
  ghc_ticket_clear (&known);
  /* One that does not say has given the one that comes first. */
  g_assert_true (checks (&known, NULL, "hers", one, NULL));
  g_assert_false (checks (&known, NULL, "his-", one, "call.ticket"));
  g_assert_true (checks (&known, NULL, "hers", one, NULL));
  ghc_ticket_clear (&known);
}

static void
test_turn (void)
{
  g_autofree char *uri = ghc_turn_uri ("turn:example.org:3478?transport=udp", "123:@a:b", "x/y+z=");

  g_assert_cmpstr (uri, ==, "turn://123%3A%40a%3Ab:x%2Fy%2Bz%3D@example.org:3478?transport=udp");
  g_assert_null (ghc_turn_uri ("stun:example.org", "a", "b"));
  g_assert_null (ghc_turn_uri ("turn", "a", "b"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/gate/activity", test_gate_activity);
  g_test_add_func ("/voice/gate/muted", test_gate_muted);
  g_test_add_func ("/voice/gate/key", test_gate_key);
  g_test_add_func ("/voice/playout/steady", test_playout_steady);
  g_test_add_func ("/voice/playout/late", test_playout_late);
  g_test_add_func ("/voice/playout/stereo", test_playout_stereo);
  g_test_add_func ("/voice/playout/pause", test_playout_pause);
  g_test_add_func ("/voice/playout/made-up", test_playout_made_up);
  g_test_add_func ("/voice/playout/just-late", test_playout_just_late);
  g_test_add_func ("/voice/playout/skew", test_playout_skew);
  g_test_add_func ("/voice/pace/chance", test_pace_chance);
  g_test_add_func ("/voice/pace/congested", test_pace_congested);
  g_test_add_func ("/voice/pace/pause", test_pace_pause);
  g_test_add_func ("/voice/signal", test_signal);
  g_test_add_func ("/voice/ticket", test_ticket);
  g_test_add_func ("/voice/ticket-check", test_ticket_check);
  g_test_add_func ("/voice/turn", test_turn);
  return g_test_run ();
}
