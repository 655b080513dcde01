/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-seat.h"
#include "ghc-voice.h"
#include "ui-world.h"

G_BEGIN_DECLS

/* One's own place in a call, without a server behind it: what it would be told is counted. */
#define UI_TYPE_SEAT (ui_seat_get_type ())
G_DECLARE_FINAL_TYPE (UiSeat, ui_seat, UI, SEAT, GhcCallSeat)

GhcCallSeat   *ui_seat_new         (GhcCall *call);
guint          ui_seat_get_n_told  (UiSeat  *self);

/* Tells the account who is in the call of @channel: user ids and flags, "@ada:localhost @me:localhost/m". m: muted, d: deafened,
 * s: silenced, l: may only listen, S: shows a screen with sound, C: a camera; what is shown is watched by whoever has w. */
void           ui_call_tell        (UiWorld    *world,
                                    GhcChannel *channel,
                                    const char *people);
GhcCallMember *ui_call_find        (GhcChannel *channel,
                                    const char *user_id);
/* What the media would tell of a connection. */
void           ui_call_connect     (GhcChannel   *channel,
                                    const char   *user_id,
                                    GhcCallRoute  route,
                                    guint         round_trip_ms,
                                    double        loss);

/* A voice with a microphone and headphones that nobody made, and no sound. What is wrong with it is what is said here. */
GhcVoice      *ui_voice_new         (GSettings       *settings);
void           ui_voice_set_problem (GhcVoice        *voice,
                                     GhcVoiceProblem  problem);

G_END_DECLS
