/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-seat-signals.h"

#include "gh-error.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

/* Under way at a time: enough that a long way to the server does not slow down how peers meet. */
#define WINDOW 32

#define MAX_WAITING 2000

#define RETRY_MIN_MS 100
#define RETRY_MAX_MS 10000

typedef struct
{
  char *to_member_id;
  GhJson *signal;
  DexPromise *promise;
  gboolean is_under_way;
} Outgoing;

struct _GhcSeatSignals
{
  gatomicrefcount ref_count;
  GWeakRef session;
  GhcCallSeat *seat; /* owns this */
  GQueue waiting;    /* of Outgoing, in order; also those under way */
  guint n_under_way;
  guint retry_timer; /* while the server wants a pause */
};

static void
outgoing_free (Outgoing *outgoing)
{
  g_free (outgoing->to_member_id);
  gh_json_unref (outgoing->signal);
  dex_unref (outgoing->promise);
  g_free (outgoing);
}

GhcSeatSignals *
ghc_seat_signals_new (GhcSession *session, GhcCallSeat *seat)
{
  GhcSeatSignals *self = g_new0 (GhcSeatSignals, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->session, session);
  self->seat = seat;
  g_queue_init (&self->waiting);

  return self;
}

static GhcSeatSignals *
ref (GhcSeatSignals *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ghc_seat_signals_unref (GhcSeatSignals *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) outgoing_free);
  g_weak_ref_clear (&self->session);
  g_free (self);
}

static GError *
gone_error (void)
{
  return gh_error_new_literal (GH_ERROR_NOT_FOUND, "call.no_such_member", "to", 0,
                               _ ("This person is no longer in the call."));
}

/* Takes it out; the promise is settled by whoever asked for that. */
static void
reject (GhcSeatSignals *self, Outgoing *outgoing, GError *error)
{
  g_queue_remove (&self->waiting, outgoing);
  dex_promise_reject (outgoing->promise, error);
  outgoing_free (outgoing);
}

static gboolean
on_retry_due (gpointer data)
{
  GhcSeatSignals *self = data;

  self->retry_timer = 0;
  ghc_seat_signals_pump (self);

  return G_SOURCE_REMOVE;
}

static void
pause_for (GhcSeatSignals *self, gint64 delay_ms)
{
  if (self->retry_timer == 0)
    self->retry_timer = g_timeout_add ((guint) CLAMP (delay_ms, RETRY_MIN_MS, RETRY_MAX_MS),
                                       on_retry_due, self);
}

typedef struct
{
  GhcSeatSignals *self;
  Outgoing *outgoing; /* not to be looked at unless it is waiting */
} UnderWay;

static void
under_way_free (gpointer data)
{
  UnderWay *under_way = data;

  ghc_seat_signals_unref (under_way->self);
  g_free (under_way);
}

static DexFuture *
on_sent (DexFuture *future, gpointer data)
{
  UnderWay *under_way = data;
  GhcSeatSignals *self = under_way->self;
  Outgoing *outgoing = under_way->outgoing;
  g_autoptr (GError) error = NULL;

  self->n_under_way--;
  if (self->seat == NULL)
    return dex_future_new_true ();

  outgoing->is_under_way = FALSE;
  if (dex_future_get_value (future, &error) != NULL)
    {
      g_queue_remove (&self->waiting, outgoing);
      dex_promise_resolve_boolean (outgoing->promise, TRUE);
      outgoing_free (outgoing);
    }
  else if (gh_error_get_code (error) == GH_ERROR_LIMITED)
    pause_for (self, gh_error_get_retry_after_ms (error));
  else if (gh_error_get_code (error) != GH_ERROR_UNAVAILABLE
           && g_strcmp0 (gh_error_get_reason (error), "call.none") != 0)
    reject (self, outgoing, g_steal_pointer (&error));
  else
    return dex_future_new_true ();

  ghc_seat_signals_pump (self);
  return dex_future_new_true ();
}

static void
send_now (GhcSeatSignals *self, GhcGateway *gateway, Outgoing *outgoing, GhcCallMember *to)
{
  g_autoptr (GhJson)
    data = ghc_data_new ("s", "to", ghc_user_get_user_id (ghc_call_member_get_user (to)), "j",
                         "signal", outgoing->signal, NULL);
  UnderWay *under_way = g_new0 (UnderWay, 1);

  outgoing->is_under_way = TRUE;
  self->n_under_way++;
  under_way->self = ref (self);
  under_way->outgoing = outgoing;
  dex_future_disown (dex_future_finally (ghc_gateway_request (gateway, "call.signal", data),
                                         on_sent, under_way, under_way_free));
}

void
ghc_seat_signals_pump (GhcSeatSignals *self)
{
  g_autoptr (GhcSession) session = g_weak_ref_get (&self->session);
  GhcGateway *gateway = session != NULL ? session->gateway : NULL;
  GhcCall *call = self->seat != NULL ? ghc_call_seat_get_call (self->seat) : NULL;
  GList *next;

  if (gateway == NULL || !ghc_gateway_is_open (gateway) || call == NULL || self->retry_timer != 0
      || ghc_call_seat_get_state (self->seat) != GHC_SEAT_JOINED)
    return;

  for (GList *l = self->waiting.head; l != NULL && self->n_under_way < WINDOW; l = next)
    {
      Outgoing *outgoing = l->data;
      GhcCallMember *to = ghc_call_lookup_member (call, outgoing->to_member_id);

      next = l->next;
      if (outgoing->is_under_way)
        continue;
      if (to != NULL && ghc_call_is_present (call, to))
        send_now (self, gateway, outgoing, to);
      else if (to == NULL || !ghc_call_get_holding (call))
        reject (self, outgoing, gone_error ());
    }
}

DexFuture *
ghc_seat_signals_send (GhcSeatSignals *self, const char *to_member_id, GhJson *signal)
{
  Outgoing *outgoing;
  DexFuture *future;

  if (self->seat == NULL)
    return dex_future_new_for_error (gone_error ());
  if (self->waiting.length >= MAX_WAITING)
    return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_UNAVAILABLE, "call.signals",
                                                           NULL, 0,
                                                           _ ("The server doesn’t answer.")));

  outgoing = g_new0 (Outgoing, 1);
  outgoing->to_member_id = g_strdup (to_member_id);
  outgoing->signal = gh_json_ref (signal);
  outgoing->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (outgoing->promise));
  g_queue_push_tail (&self->waiting, outgoing);
  ghc_seat_signals_pump (self);

  return future;
}

void
ghc_seat_signals_close (GhcSeatSignals *self)
{
  self->seat = NULL;
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  while (!g_queue_is_empty (&self->waiting))
    reject (self, g_queue_peek_head (&self->waiting), gone_error ());
}
