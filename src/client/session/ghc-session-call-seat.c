/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which seat in a call one has with this account, and why it is none any more. */
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

static void
set_seat (GhcSession *self, GhcSessionSeat *seat)
{
  if (g_set_object (&self->seat, seat))
    ghc_session_notify_seat (self);
}

/* What became of a seat, for whoever sat there; NULL when it is known. */
static const char *
describe_end (const char *reason)
{
  if (g_str_equal (reason, "moved"))
    return _ ("You joined a call on another device.");
  if (g_str_equal (reason, "removed"))
    return _ ("You may no longer be in this call.");
  if (g_str_equal (reason, "disconnected"))
    return _ ("A moderator took you out of the call.");
  if (g_str_equal (reason, "deleted"))
    return _ ("The channel of this call was deleted.");
  if (g_str_equal (reason, "signed-out"))
    return _ ("You were signed out.");
  if (g_str_equal (reason, "lost"))
    return _ ("This computer was away for too long, so you left the call.");
  if (g_str_equal (reason, "server"))
    return _ ("The server ended the call.");
  return NULL;
}

/**
 * ghc_session_end_call:
 * @seat: the session's, or one that was
 * @reason: as of GhcCallSeat::ended
 *
 * Gives up a seat, and says why.
 */
void
ghc_session_end_call (GhcSession *self, GhcSessionSeat *seat, const char *reason)
{
  ghc_session_end_call_with (self, seat, reason, describe_end (reason));
}

/**
 * ghc_session_end_call_with:
 * @seat: the session's, or one that was
 * @reason: as of GhcCallSeat::ended
 * @text: (nullable): the same for people
 */
void
ghc_session_end_call_with (GhcSession *self, GhcSessionSeat *seat, const char *reason,
                           const char *text)
{
  g_autoptr (GhcSessionSeat) keep = g_object_ref (seat);

  if (self->seat == seat)
    set_seat (self, NULL);
  ghc_session_seat_end (seat, reason, text);
}

/**
 * ghc_session_take_seat:
 * @call: what is sat down in
 * @ticket: what the server gave for it
 *
 * Sits down. Whatever seat there was is left.
 *
 * Returns: (transfer full): the seat, which the session has, too
 */
GhcSessionSeat *
ghc_session_take_seat (GhcSession *self, GhcCall *call, GhcCallTicket *ticket, gboolean muted,
                       gboolean deafened)
{
  g_autoptr (GhcSessionSeat) before = self->seat != NULL ? g_object_ref (self->seat) : NULL;
  g_autoptr (GhcSessionSeat) seat = NULL;

  if (before != NULL)
    ghc_session_seat_end (before, "left", NULL);
  seat = ghc_session_seat_new (self, call, ticket, muted, deafened);
  if (before != NULL)
    ghc_call_seat_set_relay_only (GHC_CALL_SEAT (seat),
                                  ghc_call_seat_get_relay_only (GHC_CALL_SEAT (before)));
  ghc_call_set_joined (call, TRUE);
  set_seat (self, seat);

  return g_steal_pointer (&seat);
}

GhcCallSeat *
ghc_session_get_seat (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return self->seat != NULL ? GHC_CALL_SEAT (self->seat) : NULL;
}
