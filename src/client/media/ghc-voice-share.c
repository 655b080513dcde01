/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-voice-private.h"

#include "gh-error.h"

#include <glib/gi18n-lib.h>

/* Something is wanted of the server for a broadcast. */
typedef struct
{
  GhcCallSeat *seat;
  GhcBroadcast *broadcast;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->seat);
  g_object_unref (asking->broadcast);
  g_free (asking);
}

static DexFuture *
tell_fiber (gpointer data)
{
  Asking *asking = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghc_call_seat_share (asking->seat, ghc_broadcast_get_kind (asking->broadcast),
                                       TRUE, ghc_broadcast_has_sound (asking->broadcast)),
                  &error))
    ghc_broadcast_end (asking->broadcast, error->message);
  return dex_future_new_for_boolean (error == NULL);
}

static void
on_ended (GhcBroadcast *broadcast, const char *text, GhcVoice *self)
{
  GhcShareKind kind = ghc_broadcast_get_kind (broadcast);
  g_autoptr (GhcBroadcast) kept = g_object_ref (broadcast);

  if (self->broadcasts[kind] != broadcast)
    return;
  g_clear_object (&self->broadcasts[kind]);
  if (self->engine != NULL)
    ghc_engine_set_broadcast (self->engine, kind, NULL);
  if (self->seat != NULL && ghc_call_seat_get_state (self->seat) != GHC_SEAT_ENDED)
    dex_future_disown (ghc_call_seat_share (self->seat, kind, FALSE, FALSE));
}

/* What draws pictures: GTK's, which this folder knows by name only. */
GstElement *
ghc_voice_make_picture (gpointer data)
{
  GhcVoice *self = data;

  if (self->make_picture != NULL)
    return self->make_picture (self->make_element_data);
  return gst_element_factory_make_full ("gtk4paintablesink", "sync", FALSE, "async", FALSE, NULL);
}

static GstElement *
make_sound (gpointer data)
{
  return ghc_sound_source_make_element (data);
}

static GhcShareSound *
make_share_sound (GhcVoice *self, GhcSoundSource *sound)
{
  GhcFan *fan = self->fans[GHC_LINE_SOUND];

  if (self->make_sound != NULL)
    return ghc_share_sound_new (self->make_sound, self->make_element_data, NULL, fan);
  return ghc_share_sound_new (make_sound, g_object_ref (sound), g_object_unref, fan);
}

/**
 * ghc_voice_share:
 * @self: a voice with a seat
 * @kind: what is shown
 * @source: what gives its pictures; it is closed when this ends
 * @sound: (nullable): what gives its sound, of a screen only
 * @quality: how it is shown
 * @error: return location
 *
 * Shows something to those in the call who want to see it. What was shown of the same kind before ends.
 *
 * Returns: (transfer full) (nullable): what is shown, or %NULL with %GH_ERROR_UNAVAILABLE and a sentence
 *   for people
 */
GhcBroadcast *
ghc_voice_share (GhcVoice *self, GhcShareKind kind, GhcVideoSource *source,
                 GhcSoundSource *sound, const GhcVideoQuality *quality, GError **error)
{
  g_autoptr (GhcBroadcast) broadcast = NULL;
  Asking *asking;

  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);
  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (source), NULL);
  g_return_val_if_fail (sound == NULL
                          || (GHC_IS_SOUND_SOURCE (sound) && kind == GHC_SHARE_SCREEN),
                        NULL);
  g_return_val_if_fail (quality != NULL, NULL);

  if (self->seat == NULL || self->engine == NULL)
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "call.none", NULL, "%s",
                    _ ("You are not in a call. Join one, then share."));
      return NULL;
    }
  if (self->broadcasts[kind] != NULL)
    ghc_broadcast_stop (self->broadcasts[kind]);
  broadcast = ghc_broadcast_new (kind, source, quality, self->ladder,
                                 self->fans[ghc_broadcast_kind_to_line (kind)]);
  if (sound != NULL)
    ghc_broadcast_take_sound (broadcast, make_share_sound (self, sound));
  if (!ghc_broadcast_start (broadcast, ghc_voice_make_picture (self), error))
    return NULL;
  g_signal_connect_object (broadcast, "ended", G_CALLBACK (on_ended), self, G_CONNECT_DEFAULT);
  self->broadcasts[kind] = g_object_ref (broadcast);
  ghc_engine_set_broadcast (self->engine, kind, broadcast);
  asking = g_new0 (Asking, 1);
  asking->seat = g_object_ref (self->seat);
  asking->broadcast = g_object_ref (broadcast);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, tell_fiber, asking, asking_free));
  return g_steal_pointer (&broadcast);
}

/**
 * ghc_voice_get_broadcast:
 * @self: a voice
 * @kind: what
 *
 * Returns: (transfer none) (nullable): what one shows of that kind now
 */
GhcBroadcast *
ghc_voice_get_broadcast (GhcVoice *self, GhcShareKind kind)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return self->broadcasts[kind];
}

/* The call is over, and with it what was shown in it. */
void
ghc_voice_end_broadcasts (GhcVoice *self)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (self->broadcasts); kind++)
    {
      if (self->broadcasts[kind] != NULL)
        ghc_broadcast_stop (self->broadcasts[kind]);
    }
}
