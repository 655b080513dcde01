/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has a voice test the microphone with whatever sound server there is, until its standard input ends, and
 * says what changes, and for how long its main loop stood still. A line "on" or "off" begins or ends the test;
 * any other line it answers, too. devices.py reads it. */
#include "ghc-voice.h"

#include <libdex.h>
#include <stdio.h>

#define LOOK_MS 10

static gint64 looked_us;
static gint64 stood_us;

static gboolean
on_look (gpointer data)
{
  gint64 now_us = g_get_monotonic_time ();

  stood_us = MAX (stood_us, now_us - looked_us);
  looked_us = now_us;
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
    ghc_voice_get_testing (voice) ? "true" : "false", (int) (stood_us / 1000));
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
  looked_us = g_get_monotonic_time ();
  g_timeout_add (LOOK_MS, on_look, NULL);
  ghc_voice_set_testing (voice, TRUE);
  g_main_loop_run (loop);
  return 0;
}
