/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coming to a call with this account, coming back to it, and going. */
#include "gh-error.h"
#include "gh-frame.h"
#include "gh-json-builder.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

/* Leaving is not held up by a server that does not answer. */
#define LEAVE_MS 2000

#define RETRY_MIN_MS 200
#define RETRY_MAX_MS 10000

typedef struct
{
  GhcSession *self;
  GhcChannel *channel;  /* to join */
  GhcSessionSeat *seat; /* to come back to */
  gboolean muted;
  gboolean deafened;
  DexFuture *before; /* what was asked for before this */
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_clear_object (&task->channel);
  g_clear_object (&task->seat);
  dex_clear (&task->before);
  g_free (task);
}

static Task *
task_new (GhcSession *self)
{
  Task *task = g_new0 (Task, 1);

  task->self = g_object_ref (self);
  return task;
}

/* Comings and goings happen one after the other, in the order in which they were asked for. */
static DexFuture *
spawn_in_turn (Task *task, DexFiberFunc fiber)
{
  GhcSession *self = task->self;
  DexFuture *future;

  task->before = g_steal_pointer (&self->call_turn);
  future = ghc_session_spawn (self, fiber, task, task_free);
  self->call_turn = dex_ref (future);

  return future;
}

static void
await_turn (Task *task)
{
  if (task->before != NULL)
    dex_await (g_steal_pointer (&task->before), NULL);
}

static GhcGateway *
peek_gateway (GhcSession *self)
{
  return self->gateway != NULL && ghc_gateway_is_open (self->gateway) ? self->gateway : NULL;
}

static gboolean
has_reason (const GError *error, const char *reason)
{
  return g_strcmp0 (gh_error_get_reason (error), reason) == 0;
}

/* What the server refuses, in the words of somebody who wanted to talk. */
static GError *
explain (GError *error)
{
  const char *text = NULL;

  if (has_reason (error, "call.full"))
    text = _ ("This call is full.");
  else if (has_reason (error, "permission.connect"))
    text = _ ("You may not join calls in this channel.");
  else if (has_reason (error, "channel.not_joined"))
    text = _ ("Join the channel before you join its call.");
  else if (has_reason (error, "channel.unknown"))
    text = _ ("This channel no longer exists.");
  else if (gh_error_get_code (error) == GH_ERROR_UNAVAILABLE)
    text = _ ("You can’t join a call while the server can’t be reached.");

  if (text != NULL)
    {
      g_free (error->message);
      error->message = g_strdup (text);
    }
  return error;
}

/* --- coming --- */

/* Asks for a place. What is said meanwhile is about the place that the answer gives. */
static GhcCallTicket *
ask_to_join (GhcSession *self, GhcGateway *gateway, GhJson *data, GError **error)
{
  g_autoptr (GhJson) reply = NULL;
  GhcCallTicket *ticket;

  self->n_joining++;
  reply = dex_await_boxed (ghc_gateway_request (gateway, "call.join", data), error);
  self->n_joining--;
  if (reply == NULL)
    return NULL;

  ticket = ghc_call_ticket_new_from_json (reply, error);
  if (ticket != NULL)
    ghc_account_fold_call (self->account, ticket->call);
  else if (peek_gateway (self) != NULL)
    {
      /* It thinks that we are in it. */
      g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

      dex_future_disown (ghc_gateway_request (peek_gateway (self), "call.leave", nothing));
    }

  return ticket;
}

/* The connection by which we came may be gone by now, or another be there. */
static void
check_gateway (GhcSession *self, GhcGateway *gateway)
{
  if (self->seat == NULL || peek_gateway (self) == gateway)
    return;

  ghc_call_seat_set_state (GHC_CALL_SEAT (self->seat), GHC_SEAT_RECONNECTING);
  if (peek_gateway (self) != NULL)
    ghc_session_rejoin_call (self, self->seat);
}

static DexFuture *
join_fiber (gpointer data)
{
  Task *task = data;
  GhcSession *self = task->self;
  g_autoptr (GhcGateway) gateway = NULL;
  g_autoptr (GhcCallTicket) ticket = NULL;
  g_autoptr (GhcSessionSeat) seat = NULL;
  g_autoptr (GhJson) request = NULL;
  GError *error = NULL;
  GhcCall *call;

  await_turn (task);
  call = ghc_channel_get_call (task->channel);
  if (self->seat != NULL && ghc_call_seat_get_call (GHC_CALL_SEAT (self->seat)) == call)
    return dex_future_new_take_object (g_object_ref (self->seat));

  g_set_object (&gateway, peek_gateway (self));
  if (gateway == NULL || self->closing)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_UNAVAILABLE, "call.offline", NULL, 0,
                            _ ("You can’t join a call while the server can’t be reached.")));

  /* One click: whoever may join the channel joins it for its call. */
  if (!ghc_channel_get_joined (task->channel) && ghc_channel_get_can_join (task->channel)
      && !dex_await (ghc_session_join_channel (self, task->channel), &error))
    return dex_future_new_for_error (error);

  request = ghc_data_new ("s", "channel_id", ghc_channel_get_channel_id (task->channel), "b",
                          "muted", task->muted || task->deafened, "b", "deafened", task->deafened,
                          NULL);
  ticket = ask_to_join (self, gateway, request, &error);
  if (ticket == NULL)
    {
      ghc_session_take_held_news (self);
      return dex_future_new_for_error (explain (error));
    }

  seat = ghc_session_take_seat (self, call, ticket, task->muted || task->deafened, task->deafened);
  ghc_session_take_held_news (self);
  check_gateway (self, gateway);

  return dex_future_new_take_object (g_steal_pointer (&seat));
}

DexFuture *
ghc_session_join_call (GhcSession *self, GhcChannel *channel, gboolean muted, gboolean deafened)
{
  Task *task;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (ghc_channel_get_kind (channel) != GHC_CHANNEL_CATEGORY, NULL);

  task = task_new (self);
  task->channel = g_object_ref (channel);
  task->muted = muted;
  task->deafened = deafened;
  return spawn_in_turn (task, join_fiber);
}

/* --- coming back --- */

static gboolean
is_waiting (GhcSession *self, GhcSessionSeat *seat)
{
  return self->seat == seat && !self->closing
         && ghc_call_seat_get_state (GHC_CALL_SEAT (seat)) == GHC_SEAT_RECONNECTING;
}

static void
come_back (GhcSession *self, Task *task, GhcCallTicket *ticket)
{
  GhcSessionSeat *seat = task->seat;
  GhcCall *call = ghc_call_seat_get_call (GHC_CALL_SEAT (seat));

  if (ghc_session_seat_is_same (seat, ticket))
    {
      ghc_session_seat_resume (seat, ticket, task->muted, task->deafened);
      return;
    }

  /* Somebody else now, to the others: nothing of the former seat is of use. */
  g_object_unref (ghc_session_take_seat (self, call, ticket,
                                         ghc_call_seat_get_muted (GHC_CALL_SEAT (seat)),
                                         ghc_call_seat_get_deafened (GHC_CALL_SEAT (seat))));
}

static void
give_up (GhcSession *self, GhcSessionSeat *seat, GError *error)
{
  if (has_reason (error, "call.moved"))
    ghc_session_end_call (self, seat, "moved");
  else if (has_reason (error, "call.disconnected"))
    ghc_session_end_call (self, seat, "disconnected");
  else if (has_reason (error, "channel.unknown"))
    ghc_session_end_call (self, seat, "deleted");
  else if (gh_error_get_code (error) == GH_ERROR_DENIED
           || gh_error_get_code (error) == GH_ERROR_NOT_FOUND)
    ghc_session_end_call (self, seat, "removed");
  else
    ghc_session_end_call_with (self, seat, "server", explain (error)->message);
}

static GhJson *
build_rejoin (Task *task)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (task->seat);
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhSecret) key = NULL;
  guint32 epoch = 0;

  task->muted = ghc_call_seat_get_muted (seat);
  task->deafened = ghc_call_seat_get_deafened (seat);
  ghc_call_seat_get_key (seat, &epoch, &key);
  gh_json_builder_add_string (builder, "channel_id", ghc_session_seat_get_channel_id (task->seat));
  gh_json_builder_add_string (builder, "call_id", ghc_call_seat_get_call_id (seat));
  gh_json_builder_add_int (builder, "epoch", epoch);
  gh_json_builder_add_string (builder, "member_id", ghc_call_seat_get_member_id (seat));
  gh_json_builder_add_bool (builder, "muted", task->muted);
  gh_json_builder_add_bool (builder, "deafened", task->deafened);
  ghc_session_seat_add_shares (task->seat, builder);

  return gh_json_builder_finish (builder);
}

static DexFuture *
rejoin_fiber (gpointer data)
{
  Task *task = data;
  GhcSession *self = task->self;

  await_turn (task);
  while (is_waiting (self, task->seat) && peek_gateway (self) != NULL)
    {
      g_autoptr (GhcGateway) gateway = g_object_ref (self->gateway);
      g_autoptr (GhJson) request = build_rejoin (task);
      g_autoptr (GError) error = NULL;
      g_autoptr (GhcCallTicket) ticket = ask_to_join (self, gateway, request, &error);

      if (ticket != NULL && is_waiting (self, task->seat))
        come_back (self, task, ticket);
      ghc_session_take_held_news (self);
      if (ticket != NULL || gh_error_get_code (error) == GH_ERROR_UNAVAILABLE)
        check_gateway (self, gateway);

      if (error == NULL || gh_error_get_code (error) == GH_ERROR_UNAVAILABLE)
        break;
      if (gh_error_get_code (error) == GH_ERROR_LIMITED)
        dex_await (dex_timeout_new_msec (
                     (int) CLAMP (gh_error_get_retry_after_ms (error), RETRY_MIN_MS, RETRY_MAX_MS)),
                   NULL);
      else if (is_waiting (self, task->seat))
        give_up (self, task->seat, error);
    }

  return dex_future_new_true ();
}

/**
 * ghc_session_rejoin_call:
 *
 * The server knows nothing of @seat any more, or may not: comes back to it.
 */
void
ghc_session_rejoin_call (GhcSession *self, GhcSessionSeat *seat)
{
  Task *task;

  if (self->seat != seat)
    return;

  ghc_call_seat_set_state (GHC_CALL_SEAT (seat), GHC_SEAT_RECONNECTING);
  task = task_new (self);
  task->seat = g_object_ref (seat);
  dex_future_disown (spawn_in_turn (task, rejoin_fiber));
}

/**
 * ghc_session_calls_away:
 *
 * There is no connection any more. Media goes on.
 */
void
ghc_session_calls_away (GhcSession *self)
{
  if (self->seat != NULL)
    ghc_call_seat_set_state (GHC_CALL_SEAT (self->seat), GHC_SEAT_RECONNECTING);
}

/**
 * ghc_session_calls_back:
 *
 * There is a connection again, and nothing was said on it yet.
 */
void
ghc_session_calls_back (GhcSession *self)
{
  ghc_account_forget_calls (self->account);
  if (self->seat != NULL && ghc_session_seat_was_asleep (self->seat))
    ghc_session_end_call (self, self->seat, "lost");

  if (self->seat != NULL)
    ghc_session_rejoin_call (self, self->seat);
  else if (self->owes_leave)
    {
      g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

      self->owes_leave = FALSE;
      dex_future_disown (ghc_gateway_request (self->gateway, "call.leave", nothing));
    }
}

/* --- going --- */

static DexFuture *
leave_fiber (gpointer data)
{
  Task *task = data;
  GhcSession *self = task->self;
  g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

  await_turn (task);
  /* Who was still coming when this was asked for. */
  if (self->seat != NULL)
    ghc_session_end_call (self, self->seat, "left");
  if (peek_gateway (self) == NULL)
    self->owes_leave = TRUE;
  else
    dex_await (dex_future_first (ghc_gateway_request (peek_gateway (self), "call.leave", nothing),
                                 dex_timeout_new_msec (LEAVE_MS), NULL),
               NULL);

  return dex_future_new_true ();
}

DexFuture *
ghc_session_leave_call (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  if (self->seat == NULL && (self->call_turn == NULL || !dex_future_is_pending (self->call_turn)))
    return dex_future_new_true ();

  /* Nothing is heard or said any more from now on, whatever the server does. */
  if (self->seat != NULL)
    ghc_session_end_call (self, self->seat, "left");
  return spawn_in_turn (task_new (self), leave_fiber);
}
