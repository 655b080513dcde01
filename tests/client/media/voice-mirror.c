/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has a voice test the microphone with whatever sound server there is, until its standard input ends, and
 * says what changes. devices.py reads it. */
#include "ghc-voice.h"

#include <libdex.h>
#include <stdio.h>

static void
say (GhcVoice *voice)
{
  GEnumClass *problems = g_type_class_ref (GHC_TYPE_VOICE_PROBLEM);

  printf ("{\"problem\":\"%s\",\"capturing\":%s,\"inputs\":%u,\"outputs\":%u}\n",
          g_enum_get_value (problems, (int) ghc_voice_get_problem (voice))->value_nick,
          ghc_voice_get_capturing (voice) ? "true" : "false",
          g_list_model_get_n_items (ghc_voice_get_inputs (voice)),
          g_list_model_get_n_items (ghc_voice_get_outputs (voice)));
  fflush (stdout);
  g_type_class_unref (problems);
}

static gboolean
on_input (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GSettings) settings = g_settings_new_with_path ("org.guildhall.Guildhall",
                                                             "/org/guildhall/Guildhall/");
  g_autoptr (GhcVoice) voice = ghc_voice_new (settings);

  dex_init ();
  if (argc > 1)
    ghc_voice_set_input_device (voice, argv[1]);
  g_settings_set_boolean (settings, "echo-cancellation", FALSE);
  g_settings_set_boolean (settings, "noise-suppression", FALSE);
  g_settings_set_boolean (settings, "gain-control", FALSE);
  g_signal_connect (voice, "notify::problem", G_CALLBACK (say), NULL);
  g_signal_connect (voice, "notify::capturing", G_CALLBACK (say), NULL);
  g_signal_connect_swapped (ghc_voice_get_inputs (voice), "items-changed", G_CALLBACK (say), voice);
  g_signal_connect_swapped (ghc_voice_get_outputs (voice), "items-changed", G_CALLBACK (say), voice);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, on_input, loop);
  ghc_voice_set_testing (voice, TRUE);
  g_main_loop_run (loop);
  return 0;
}
