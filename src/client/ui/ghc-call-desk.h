/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghc-session.h"
#include "ghc-voice.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_DESK (ghc_call_desk_get_type ())

/* See ghc-sharing.h, which needs this header. */
typedef struct _GhcSharing GhcSharing;

G_DECLARE_FINAL_TYPE (GhcCallDesk, ghc_call_desk, GHC, CALL_DESK, GObject)

/**
 * GhcCallDesk:
 *
 * One's own part in calls, for the whole application: the seat, whichever account has it, whether one is
 * muted or deafened (in a call or before one), and the voice.
 *
 * Properties (all notify):
 * - sessions (GListModel of GhcSession, construct only)
 * - settings (GSettings, construct only)
 * - seat (GhcCallSeat, nullable, writable): the sessions' seats are taken by themselves
 * - session (GhcSession, nullable): whose seat it is
 * - joining (GhcChannel, nullable): where one is on the way to
 * - muted, deafened (boolean, writable): as the person wants it; kept in the settings. Deafened implies
 *   muted
 * - voice (GhcVoice, nullable): NULL until it was needed
 *
 * Signals:
 * - notice (string sentence): something that a person should know once
 */

/* Makes the voice when it is first needed. */
typedef GhcVoice *(*GhcMakeVoice) (GSettings *settings);

GhcCallDesk *ghc_call_desk_new (GListModel *sessions, GSettings *settings, GhcMakeVoice make_voice);

GActionGroup *ghc_call_desk_get_actions (GhcCallDesk *self);
GSettings *ghc_call_desk_get_settings (GhcCallDesk *self);
GhcSharing *ghc_call_desk_get_sharing (GhcCallDesk *self);
GhcCallSeat *ghc_call_desk_get_seat (GhcCallDesk *self);
GhcCall *ghc_call_desk_get_call (GhcCallDesk *self);
GhcSession *ghc_call_desk_get_session (GhcCallDesk *self);
GhcChannel *ghc_call_desk_get_joining (GhcCallDesk *self);
GhcVoice *ghc_call_desk_get_voice (GhcCallDesk *self);
GhcVoice *ghc_call_desk_ensure_voice (GhcCallDesk *self);
gboolean ghc_call_desk_get_muted (GhcCallDesk *self);
gboolean ghc_call_desk_get_deafened (GhcCallDesk *self);

void ghc_call_desk_set_seat (GhcCallDesk *self, GhcSession *session, GhcCallSeat *seat);

DexFuture *ghc_call_desk_join (GhcCallDesk *self, GhcSession *session, GhcChannel *channel);
DexFuture *ghc_call_desk_leave (GhcCallDesk *self);

G_END_DECLS
