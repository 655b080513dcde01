/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The call that one is in with this account. */
#include "ghc-session-seat.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-json-builder.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

/* What comes while the answer to call.join is on its way. */
#define MAX_NEWS 2000

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
    text = _ ("This channel doesn't exist any more.");
  else if (gh_error_get_code (error) == GH_ERROR_UNAVAILABLE)
    text = _ ("You can't join a call while the server can't be reached.");

  if (text != NULL)
    {
      g_free (error->message);
      error->message = g_strdup (text);
    }
  return error;
}

/* --- the seat --- */

static void
set_seat (GhcSession *self, GhcSessionSeat *seat)
{
  if (g_set_object (&self->seat, seat))
    ghc_session_notify_seat (self);
}

/**
 * ghc_session_end_call:
 * @seat: the session's
 */
void
ghc_session_end_call (GhcSession *self, GhcSessionSeat *seat, const char *reason)
{
  g_autoptr (GhcSessionSeat) keep = g_object_ref (seat);
  const char *text = NULL;

  if (g_str_equal (reason, "moved"))
    text = _ ("You joined a call on another device.");
  else if (g_str_equal (reason, "removed"))
    text = _ ("You may not be in this call any more.");
  else if (g_str_equal (reason, "disconnected"))
    text = _ ("A moderator took you out of the call.");
  else if (g_str_equal (reason, "deleted"))
    text = _ ("The channel of this call was deleted.");
  else if (g_str_equal (reason, "signed-out"))
    text = _ ("You were signed out.");
  else if (g_str_equal (reason, "lost"))
    text = _ ("This computer was away for too long, so you left the call.");
  else if (g_str_equal (reason, "server"))
    text = _ ("The server ended the call.");

  if (self->seat == seat)
    set_seat (self, NULL);
  ghc_session_seat_end (seat, reason, text);
}

static void
end_with_text (GhcSession *self, GhcSessionSeat *seat, const char *reason, const char *text)
{
  g_autoptr (GhcSessionSeat) keep = g_object_ref (seat);

  if (self->seat == seat)
    set_seat (self, NULL);
  ghc_session_seat_end (seat, reason, text);
}

/* Sits down. Whatever seat there was is left. */
static GhcSessionSeat *
take_seat (GhcSession *self, GhcCall *call, GhcCallTicket *ticket, gboolean muted,
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

/* --- news --- */

static void
take_signal (GhcSessionSeat *session_seat, GhcCallNews *news)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (session_seat);
  GhcCallMember *from = ghc_call_lookup_member (ghc_call_seat_get_call (seat), news->from_member);

  if (from == NULL || !g_str_equal (news->to_member, ghc_call_seat_get_member_id (seat))
      || !g_str_equal (news->from_user, ghc_user_get_user_id (ghc_call_member_get_user (from))))
    return;
  ghc_call_member_set_ice_ufrag (from, news->from_ufrag);
  ghc_call_seat_take_signal (seat, news->from_member, news->signal);
}

static void
take_ended (GhcSession *self, const char *reason)
{
  if (!g_str_equal (reason, "lost") || ghc_session_seat_was_asleep (self->seat))
    ghc_session_end_call (self, self->seat, reason);
  else
    ghc_session_rejoin_call (self, self->seat); /* it was mistaken, or we were slow */
}

static void
take_news (GhcSession *self, GhcCallNews *news)
{
  if (self->seat == NULL
      || !g_str_equal (news->call_id, ghc_call_seat_get_call_id (GHC_CALL_SEAT (self->seat))))
    return;

  switch (news->kind)
    {
    case GHC_CALL_NEWS_KEY:
      ghc_call_seat_take_key (GHC_CALL_SEAT (self->seat), news->epoch, news->key, FALSE);
      break;
    case GHC_CALL_NEWS_SIGNAL:
      take_signal (self->seat, news);
      break;
    case GHC_CALL_NEWS_ENDED:
      take_ended (self, news->reason);
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * ghc_session_take_call_frame:
 *
 * An ephemeral frame that may be about calls; the account has folded it.
 */
void
ghc_session_take_call_frame (GhcSession *self, const char *type, GhJson *content)
{
  g_autoptr (GhcCallNews) news = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (type, GH_EPHEMERAL_CALL) && self->seat != NULL)
    ghc_session_seat_update (self->seat);
  if (!ghc_call_news_is_type (type))
    return;

  news = ghc_call_news_new_from_json (type, content, &error);
  if (news == NULL)
    g_warning ("The server said something about a call that can't be understood: %s",
               error->message);
  else if (self->n_joining == 0)
    take_news (self, news);
  else if (self->call_news->len < MAX_NEWS)
    g_ptr_array_add (self->call_news, g_steal_pointer (&news));
}

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

static void
take_held_news (GhcSession *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->call_news);

  self->call_news = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_call_news_free);
  for (guint i = 0; i < held->len; i++)
    take_news (self, g_ptr_array_index (held, i));
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

/* --- coming --- */

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
                            _ ("You can't join a call while the server can't be reached.")));

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
      take_held_news (self);
      return dex_future_new_for_error (explain (error));
    }

  seat = take_seat (self, call, ticket, task->muted || task->deafened, task->deafened);
  take_held_news (self);
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
  g_object_unref (take_seat (self, call, ticket, ghc_call_seat_get_muted (GHC_CALL_SEAT (seat)),
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
    end_with_text (self, seat, "server", explain (error)->message);
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
      take_held_news (self);
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

GhcCallSeat *
ghc_session_get_seat (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return self->seat != NULL ? GHC_CALL_SEAT (self->seat) : NULL;
}

/* --- moderators --- */

static DexFuture *
moderate (GhcSession *self, const char *operation, GhcCallMember *member, GhJsonBuilder *more)
{
  g_autoptr (GhJsonBuilder) builder = more;
  GhcCall *call = ghc_call_member_get_call (member);
  GhcChannel *channel = call != NULL ? ghc_call_get_channel (call) : NULL;

  if (channel == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_NOT_FOUND, "call.no_such_member", "user_id", 0,
                            _ ("This person is not in the call any more.")));

  gh_json_builder_add_string (builder, "channel_id", ghc_channel_get_channel_id (channel));
  gh_json_builder_add_string (builder, "user_id",
                              ghc_user_get_user_id (ghc_call_member_get_user (member)));
  return ghc_session_do (self, operation, gh_json_builder_finish (builder));
}

DexFuture *
ghc_session_silence_member (GhcSession *self, GhcCallMember *member, gboolean silenced)
{
  GhJsonBuilder *builder;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  builder = gh_json_builder_new ();
  gh_json_builder_add_bool (builder, "silenced", silenced);
  return moderate (self, "call.silence", member, builder);
}

DexFuture *
ghc_session_disconnect_member (GhcSession *self, GhcCallMember *member)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  return moderate (self, "call.disconnect", member, gh_json_builder_new ());
}

DexFuture *
ghc_session_stop_share (GhcSession *self, GhcShare *share)
{
  GhJsonBuilder *builder;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_SHARE (share), NULL);

  if (ghc_share_get_member (share) == NULL)
    return dex_future_new_true ();

  builder = gh_json_builder_new ();
  gh_json_builder_add_string (builder, "kind", ghc_share_kind_to_wire (ghc_share_get_kind (share)));
  return moderate (self, "call.stop_share", ghc_share_get_member (share), builder);
}
