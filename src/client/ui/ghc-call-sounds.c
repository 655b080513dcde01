/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-sounds.h"

#include "ghc-call-seat.h"
#include "ghc-chime.h"

/**
 * GhcCallSounds:
 *
 * Lets a call be heard to change: somebody joins or leaves, one is muted. Each can be switched off. Signal
 * "chime" (#GhcChime) with each, whether there is something to hear it with or not.
 */
struct _GhcCallSounds
{
  GObject parent_instance;

  GhcCallDesk *desk; /* holds nothing of this */
  GSettings *settings;
  GhcCall *call;
  gboolean muted;
};

enum
{
  CHIME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCallSounds, ghc_call_sounds, G_TYPE_OBJECT)

static void
play (GhcCallSounds *self, GhcChime chime, const char *key)
{
  GhcVoice *voice = ghc_call_desk_get_voice (self->desk);

  if (!g_settings_get_boolean (self->settings, "call-sounds")
      || !g_settings_get_boolean (self->settings, key))
    return;

  if (voice != NULL)
    ghc_voice_play_chime (voice, chime);
  g_signal_emit (self, signals[CHIME], 0, chime);
}

/* Whoever comes back after the server was away did not leave, and did not come. */
static gboolean
is_settled (GhcCallSounds *self)
{
  GhcCallSeat *seat = ghc_call_desk_get_seat (self->desk);

  return seat != NULL && ghc_call_seat_get_state (seat) == GHC_SEAT_JOINED
         && !ghc_call_get_holding (self->call);
}

static void
on_members_changed (GhcCallSounds *self, guint position, guint removed, guint added,
                    GListModel *members)
{
  gboolean others = FALSE;

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      others |= !ghc_call_member_get_is_self (member);
    }
  if (!is_settled (self))
    return;
  if (others && added > removed)
    play (self, GHC_CHIME_JOIN, "call-sound-join");
  else if (removed > added)
    play (self, GHC_CHIME_LEAVE, "call-sound-leave");
}

static void
on_seat (GhcCallSounds *self)
{
  GhcCall *call = ghc_call_desk_get_call (self->desk);

  if (self->call == call)
    return;

  if (self->call != NULL)
    g_signal_handlers_disconnect_by_func (ghc_call_get_members (self->call), on_members_changed,
                                          self);
  g_set_object (&self->call, call);
  if (call != NULL)
    g_signal_connect_object (ghc_call_get_members (call), "items-changed",
                             G_CALLBACK (on_members_changed), self, G_CONNECT_SWAPPED);
  if (call != NULL)
    play (self, GHC_CHIME_JOIN, "call-sound-join");
  else
    play (self, GHC_CHIME_LEAVE, "call-sound-leave");
}

static void
on_muted (GhcCallSounds *self)
{
  gboolean muted = ghc_call_desk_get_muted (self->desk);

  if (self->muted == muted)
    return;

  self->muted = muted;
  if (self->call != NULL)
    play (self, muted ? GHC_CHIME_MUTE : GHC_CHIME_UNMUTE, "call-sound-mute");
}

static void
ghc_call_sounds_dispose (GObject *object)
{
  GhcCallSounds *self = GHC_CALL_SOUNDS (object);

  g_clear_object (&self->call);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (ghc_call_sounds_parent_class)->dispose (object);
}

static void
ghc_call_sounds_class_init (GhcCallSoundsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_call_sounds_dispose;

  signals[CHIME] = g_signal_new ("chime", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
ghc_call_sounds_init (GhcCallSounds *self)
{
}

GhcCallSounds *
ghc_call_sounds_new (GhcCallDesk *desk)
{
  GhcCallSounds *self;

  g_return_val_if_fail (GHC_IS_CALL_DESK (desk), NULL);

  self = g_object_new (GHC_TYPE_CALL_SOUNDS, NULL);
  self->desk = g_object_ref (desk);
  self->settings = g_object_ref (ghc_call_desk_get_settings (desk));
  self->muted = ghc_call_desk_get_muted (desk);
  g_signal_connect_object (desk, "notify::seat", G_CALLBACK (on_seat), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::muted", G_CALLBACK (on_muted), self, G_CONNECT_SWAPPED);
  on_seat (self);
  return self;
}
