/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has a voice test the microphone with whatever sound server there is, until its standard input ends, and
 * says what changes, and for how long its main loop stood still. A line "on" or "off" begins or ends the test, and
 * "anew" forgets for how long it stood; any other line it answers, too. devices.py reads it. */
#include "ghc-voice.h"

#include <libdex.h>
#include <stdio.h>

#define LOOK_MS 10

static int n_ticks;   /* atomic */
static int has_ended; /* atomic */
static int looked_at;
static int stood;

/* A clock that stands still with the whole program, when the machine has no time for it. */
static gpointer
tick (gpointer data)
{
  while (!g_atomic_int_get (&has_ended))
    {
      g_usleep (LOOK_MS * 1000);
      g_atomic_int_inc (&n_ticks);
    }
  return NULL;
}

static gboolean
on_look (gpointer data)
{
  int now = g_atomic_int_get (&n_ticks);

  stood = MAX (stood, now - looked_at);
  looked_at = now;
  return G_SOURCE_CONTINUE;
}

static void
say (GhcVoice *voice)
{
  GEnumClass *problems = g_type_class_ref (GHC_TYPE_VOICE_PROBLEM);

  on_look (NULL);
  printf (
    "{\"problem\":\"%s\",\"capturing\":%s,\"inputs\":%u,\"outputs\":%u,\"testing\":%s,\"stood\":%d}\n",
    g_enum_get_value (problems, (int) ghc_voice_get_problem (voice))->value_nick,
    ghc_voice_get_capturing (voice) ? "true" : "false",
    g_list_model_get_n_items (ghc_voice_get_inputs (voice)),
    g_list_model_get_n_items (ghc_voice_get_outputs (voice)),
    ghc_voice_get_testing (voice) ? "true" : "false", stood * LOOK_MS);
  fflush (stdout);
  g_type_class_unref (problems);
}

typedef struct
{
  GhcVoice *voice;
  GMainLoop *loop;
} Mirror;

static gboolean
on_input (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Mirror *mirror = data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      g_main_loop_quit (mirror->loop);
      return G_SOURCE_REMOVE;
    }
  g_strchomp (line);
  if (g_str_equal (line, "on") || g_str_equal (line, "off"))
    ghc_voice_set_testing (mirror->voice, g_str_equal (line, "on"));
  on_look (NULL);
  if (g_str_equal (line, "anew"))
    stood = 0;
  say (mirror->voice);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GSettings)
    settings = g_settings_new_with_path ("org.guildhall.Guildhall", "/org/guildhall/Guildhall/");
  g_autoptr (GhcVoice) voice = ghc_voice_new (settings);

  Mirror mirror = { voice, loop };
  GThread *ticker;

  dex_init ();
  if (argc > 1)
    ghc_voice_set_input_device (voice, argv[1]);
  g_settings_set_boolean (settings, "echo-cancellation", FALSE);
  g_settings_set_boolean (settings, "noise-suppression", FALSE);
  g_settings_set_boolean (settings, "gain-control", FALSE);
  g_signal_connect (voice, "notify::problem", G_CALLBACK (say), NULL);
  g_signal_connect (voice, "notify::capturing", G_CALLBACK (say), NULL);
  g_signal_connect_swapped (ghc_voice_get_inputs (voice), "items-changed", G_CALLBACK (say), voice);
  g_signal_connect_swapped (ghc_voice_get_outputs (voice), "items-changed", G_CALLBACK (say),
                            voice);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, &mirror);
  ticker = g_thread_new ("tick", tick, NULL);
  g_timeout_add (LOOK_MS, on_look, NULL);
  ghc_voice_set_testing (voice, TRUE);
  g_main_loop_run (loop);
  g_atomic_int_set (&has_ended, TRUE);
  g_thread_join (ticker);
  return 0;
}
