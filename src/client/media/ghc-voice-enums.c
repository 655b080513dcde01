/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-voice-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_ENUM_TYPE (GhcVoiceMode, ghc_voice_mode,
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_ACTIVITY, "activity"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PUSH_TO_TALK, "push-to-talk"))

G_DEFINE_ENUM_TYPE (GhcVoiceProblem, ghc_voice_problem,
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_NO_MICROPHONE, "no-microphone"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_MICROPHONE_GONE, "microphone-gone"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_MICROPHONE_SILENT, "microphone-silent"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_NO_OUTPUT, "no-output"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_OUTPUT_GONE, "output-gone"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_NO_AUDIO_SERVER, "no-audio-server"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_TURN_UNREACHABLE, "turn-unreachable"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_NO_PEER_REACHED, "no-peer-reached"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_RELAY_AWAY, "relay-away"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_NO_KEY, "no-key"),
                    G_DEFINE_ENUM_VALUE (GHC_VOICE_PROBLEM_FAILED, "failed"))

/* A sentence for a person; NULL for no problem. */
const char *
ghc_voice_problem_to_text (GhcVoiceProblem problem)
{
  switch (problem)
    {
    case GHC_VOICE_PROBLEM_NO_MICROPHONE:
      return _ ("There is no microphone. You can hear the others; connect one to talk.");
    case GHC_VOICE_PROBLEM_MICROPHONE_GONE:
      return _ ("Your microphone was disconnected. Another one is used if there is one.");
    case GHC_VOICE_PROBLEM_MICROPHONE_SILENT:
      return _ ("Your microphone gives no sound. Choose another one, or connect it again.");
    case GHC_VOICE_PROBLEM_NO_OUTPUT:
      return _ ("There is nothing to listen with. Connect headphones or speakers.");
    case GHC_VOICE_PROBLEM_OUTPUT_GONE:
      return _ ("Your headphones or speakers were disconnected. Others are used if there are any.");
    case GHC_VOICE_PROBLEM_NO_AUDIO_SERVER:
      return _ ("The sound system of this computer doesn’t answer. Check that PipeWire is running.");
    case GHC_VOICE_PROBLEM_TURN_UNREACHABLE:
      return _ ("No relay can be reached, and you allow no direct connections. Allow them in the "
                "preferences, or ask whoever runs the server.");
    case GHC_VOICE_PROBLEM_NO_PEER_REACHED:
      return _ ("Nobody in the call can be reached. Your network may not let calls through.");
    case GHC_VOICE_PROBLEM_RELAY_AWAY:
      return _ ("Nobody in the call can be reached, and the server’s relay doesn’t answer. Ask whoever "
                "runs the server.");
    case GHC_VOICE_PROBLEM_NO_KEY:
      return _ ("The call has no key yet, so nothing is sent and nothing can be heard. If this lasts, "
                "leave the call and join again.");
    case GHC_VOICE_PROBLEM_FAILED:
      return _ ("Calls don’t work on this computer: a part of GStreamer is missing.");
    case GHC_VOICE_PROBLEM_NONE:
    default:
      return NULL;
    }
}
