/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-seat.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghc-operation.h"
#include "ghc-seat-shares.h"
#include "ghc-seat-signals.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>
#include <time.h>

/* docs/protocol.md, "Calls": those who were in a call that the server forgot have so long to come back. */
#define RETURN_MS 10000

/* A computer that slept for longer than this does not go on talking when somebody opens it. */
#define ASLEEP_S 60

/* What one sign of life may tell of, as the server has it. */
#define MAX_COUNT 1000000

struct _GhcSessionSeat
{
  GhcCallSeat parent_instance;

  GWeakRef session;
  char *channel_id;
  GhcSeatSignals *signals;
  GhcSeatShares *shares;
  gint64 started_ts; /* of the call, as the server had it when we came */

  guint alive_timer;
  gboolean is_unanswered; /* the latest sign of life */
  gint64 seen_s; /* when the timer last ran, by a clock that goes on while the computer sleeps */
  guint return_timer;

  GhcSeatCounters counted;  /* by media */
  GhcSeatCounters reported; /* of these, what the server has taken */

  gboolean is_telling;
  gboolean told_muted;
  gboolean told_deafened;
};

G_DEFINE_FINAL_TYPE (GhcSessionSeat, ghc_session_seat, GHC_TYPE_CALL_SEAT)

static const struct
{
  const char *name;
  gsize offset;
} counters[] = {
  { "sealed", G_STRUCT_OFFSET (GhcSeatCounters, sealed) },
  { "opened", G_STRUCT_OFFSET (GhcSeatCounters, opened) },
  { "unsealed", G_STRUCT_OFFSET (GhcSeatCounters, unsealed) },
  { "malformed", G_STRUCT_OFFSET (GhcSeatCounters, malformed) },
  { "unknown_epoch", G_STRUCT_OFFSET (GhcSeatCounters, unknown_epoch) },
  { "reflected", G_STRUCT_OFFSET (GhcSeatCounters, reflected) },
  { "replayed", G_STRUCT_OFFSET (GhcSeatCounters, replayed) },
  { "tampered", G_STRUCT_OFFSET (GhcSeatCounters, tampered) },
  { "exhausted", G_STRUCT_OFFSET (GhcSeatCounters, exhausted) },
};

static guint64 *
counter (GhcSeatCounters *all, guint index)
{
  return G_STRUCT_MEMBER_P (all, counters[index].offset);
}

static gint64
now_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

static GhcGateway *
peek_gateway (GhcSession *session)
{
  if (session == NULL || session->gateway == NULL || !ghc_gateway_is_open (session->gateway))
    return NULL;

  return session->gateway;
}

/* --- signs of life --- */

typedef struct
{
  GhcSessionSeat *self;
  GhcGateway *gateway;
  GhcSeatCounters sent;
} Alive;

static void
alive_free (gpointer data)
{
  Alive *alive = data;

  g_object_unref (alive->self);
  g_object_unref (alive->gateway);
  g_free (alive);
}

/* Credentials end, and a call may last for longer. */
static void
take_renewal (GhcSessionSeat *self, const GValue *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = ghc_call_wire_read_renewal (g_value_get_boxed (answer), &error);

  if (servers != NULL)
    ghc_call_seat_renew_ice_servers (GHC_CALL_SEAT (self), servers);
  else if (error != NULL)
    g_info ("New ICE servers are of no use: %s", error->message);
}

static DexFuture *
on_alive_done (DexFuture *future, gpointer data)
{
  Alive *alive = data;
  GhcSessionSeat *self = alive->self;
  g_autoptr (GhcSession) session = g_weak_ref_get (&self->session);
  g_autoptr (GError) error = NULL;
  const GValue *answer = dex_future_get_value (future, &error);

  if (answer != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
        *counter (&self->reported, i) += *counter (&alive->sent, i);
      take_renewal (self, answer);
    }
  if (session == NULL || alive->gateway != peek_gateway (session))
    return dex_future_new_true ();

  self->is_unanswered = FALSE;
  if (g_strcmp0 (error != NULL ? gh_error_get_reason (error) : NULL, "call.none") == 0)
    ghc_session_rejoin_call (session, self);

  return dex_future_new_true ();
}

static GhJson *
build_alive (GhcSessionSeat *self, GhcSeatCounters *sent)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  gboolean is_open = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      guint64 count = *counter (&self->counted, i) - *counter (&self->reported, i);

      *counter (sent, i) = MIN (count, MAX_COUNT);
      if (*counter (sent, i) == 0)
        continue;
      if (!is_open)
        gh_json_builder_open_object (builder, "counters");
      is_open = TRUE;
      gh_json_builder_add_int (builder, counters[i].name, (gint64) *counter (sent, i));
    }
  if (is_open)
    gh_json_builder_close (builder);

  return gh_json_builder_finish (builder);
}

static void
give_sign_of_life (GhcSessionSeat *self, GhcGateway *gateway)
{
  Alive *alive = g_new0 (Alive, 1);
  g_autoptr (GhJson) data = build_alive (self, &alive->sent);

  alive->self = g_object_ref (self);
  alive->gateway = g_object_ref (gateway);
  self->is_unanswered = TRUE;
  dex_future_disown (dex_future_finally (ghc_gateway_request (gateway, "call.alive", data),
                                         on_alive_done, alive, alive_free));
}

static gboolean
on_alive_due (gpointer data)
{
  GhcSessionSeat *self = data;
  g_autoptr (GhcSession) session = g_weak_ref_get (&self->session);
  GhcGateway *gateway = peek_gateway (session);

  if (session == NULL)
    return G_SOURCE_CONTINUE;
  if (ghc_session_seat_was_asleep (self))
    {
      self->alive_timer = 0;
      ghc_session_end_call (session, self, "lost");
      return G_SOURCE_REMOVE;
    }
  self->seen_s = now_s ();
  if (ghc_call_seat_get_state (GHC_CALL_SEAT (self)) != GHC_SEAT_JOINED || gateway == NULL)
    return G_SOURCE_CONTINUE;

  /* No answer for so long: the connection is dead, whatever the system believes. Another one is made
   * while the server still keeps the place. */
  if (self->is_unanswered)
    ghc_gateway_close (gateway);
  else
    give_sign_of_life (self, gateway);

  return G_SOURCE_CONTINUE;
}

gboolean
ghc_session_seat_was_asleep (GhcSessionSeat *self)
{
  return now_s () - self->seen_s > ASLEEP_S;
}

static void
ghc_session_seat_report (GhcCallSeat *seat, const GhcSeatCounters *counted)
{
  GhcSessionSeat *self = GHC_SESSION_SEAT (seat);
  GhcSeatCounters now = *counted;

  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    *counter (&self->counted, i) = MAX (*counter (&self->counted, i), *counter (&now, i));
}

/* --- mute --- */

static void tell_state (GhcSessionSeat *self);

static DexFuture *
on_state_told (DexFuture *future, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (dex_future_get_value (future, &error) == NULL
      && gh_error_get_code (error) == GH_ERROR_LIMITED)
    return dex_timeout_new_msec ((int) CLAMP (gh_error_get_retry_after_ms (error), 100, 10000));

  return dex_future_new_true ();
}

static DexFuture *
on_may_tell_again (DexFuture *future, gpointer data)
{
  GhcSessionSeat *self = data;
  g_autoptr (GError) error = NULL;

  self->is_telling = FALSE;
  /* It was too fast: what the server has is not how it is. */
  if (dex_future_get_value (future, &error) == NULL)
    self->told_muted = !ghc_call_seat_get_muted (GHC_CALL_SEAT (self));
  tell_state (self);

  return dex_future_new_true ();
}

/* One request at a time, and after it how it is then. While the server is away nothing is told: coming
 * back tells it. */
static void
tell_state (GhcSessionSeat *self)
{
  g_autoptr (GhcSession) session = g_weak_ref_get (&self->session);
  GhcCallSeat *seat = GHC_CALL_SEAT (self);
  GhcGateway *gateway = peek_gateway (session);
  g_autoptr (GhJson) data = NULL;
  DexFuture *told;

  if (self->is_telling || gateway == NULL || ghc_call_seat_get_state (seat) != GHC_SEAT_JOINED
      || (self->told_muted == ghc_call_seat_get_muted (seat)
          && self->told_deafened == ghc_call_seat_get_deafened (seat)))
    return;

  self->is_telling = TRUE;
  self->told_muted = ghc_call_seat_get_muted (seat);
  self->told_deafened = ghc_call_seat_get_deafened (seat);
  data = ghc_data_new ("b", "muted", self->told_muted, "b", "deafened", self->told_deafened, NULL);
  told = dex_future_finally (ghc_gateway_request (gateway, "call.set_state", data), on_state_told,
                             NULL, NULL);
  dex_future_disown (
    dex_future_finally (told, on_may_tell_again, g_object_ref (self), g_object_unref));
}

static void
ghc_session_seat_tell_state (GhcCallSeat *seat)
{
  tell_state (GHC_SESSION_SEAT (seat));
}

/* --- coming back --- */

static void
let_go (GhcSessionSeat *self)
{
  g_clear_handle_id (&self->return_timer, g_source_remove);
  ghc_call_release (ghc_call_seat_get_call (GHC_CALL_SEAT (self)));
}

static void
settle (GhcSessionSeat *self)
{
  let_go (self);
  ghc_call_seat_settle_key (GHC_CALL_SEAT (self));
  ghc_seat_signals_pump (self->signals);
}

static gboolean
on_return_over (gpointer data)
{
  GhcSessionSeat *self = data;

  self->return_timer = 0;
  settle (self);

  return G_SOURCE_REMOVE;
}

gboolean
ghc_session_seat_is_same (GhcSessionSeat *self, GhcCallTicket *ticket)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (self);

  return g_str_equal (ticket->call_id, ghc_call_seat_get_call_id (seat))
         && g_str_equal (ticket->member_id, ghc_call_seat_get_member_id (seat));
}

void
ghc_session_seat_resume (GhcSessionSeat *self, GhcCallTicket *ticket, gboolean muted,
                         gboolean deafened)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (self);
  gboolean was_forgotten = self->started_ts != ticket->description->started_ts;

  self->started_ts = ticket->description->started_ts;
  self->is_unanswered = FALSE;
  self->told_muted = muted;
  self->told_deafened = deafened;
  ghc_call_seat_set_identity (seat, ticket->call_id, ticket->member_id, ticket->ice_ufrag,
                              ticket->ice_password);
  ghc_call_seat_set_ice_servers (seat, ticket->ice_servers);
  ghc_call_seat_take_key (seat, ticket->epoch, ticket->key, was_forgotten);
  if (was_forgotten)
    {
      g_clear_handle_id (&self->return_timer, g_source_remove);
      self->return_timer = g_timeout_add (RETURN_MS, on_return_over, self);
    }
  else if (self->return_timer == 0)
    let_go (self);
  ghc_seat_shares_forget (self->shares);
  ghc_call_seat_set_state (seat, GHC_SEAT_JOINED);
  ghc_session_seat_update (self);
  tell_state (self);
}

void
ghc_session_seat_update (GhcSessionSeat *self)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (self);
  GhcCall *call = ghc_call_seat_get_call (seat);
  GhcCallMember *member = ghc_call_lookup_member (call, ghc_call_seat_get_member_id (seat));

  if (member != NULL && ghc_call_is_present (call, member))
    {
      ghc_call_seat_set_allowed (seat, ghc_call_member_get_silenced (member),
                                 ghc_call_member_get_may_speak (member));
      ghc_call_seat_set_may_share (seat, ghc_call_member_get_may_share (member));
    }
  if (self->return_timer != 0 && ghc_call_is_complete (call))
    settle (self);
  else
    ghc_seat_signals_pump (self->signals);
  ghc_seat_shares_update (self->shares);
}

/* --- signals --- */

static DexFuture *
ghc_session_seat_send (GhcCallSeat *seat, const char *to_member_id, GhJson *signal)
{
  return ghc_seat_signals_send (GHC_SESSION_SEAT (seat)->signals, to_member_id, signal);
}

static DexFuture *
ghc_session_seat_share (GhcCallSeat *seat, GhcShareKind kind, gboolean on, gboolean has_sound)
{
  return ghc_seat_shares_share (GHC_SESSION_SEAT (seat)->shares, kind, on, has_sound);
}

static DexFuture *
ghc_session_seat_watch (GhcCallSeat *seat, GhcShare *share, gboolean on)
{
  return ghc_seat_shares_watch (GHC_SESSION_SEAT (seat)->shares, share, on);
}

void
ghc_session_seat_add_shares (GhcSessionSeat *self, GhJsonBuilder *builder)
{
  ghc_seat_shares_add (self->shares, builder);
}

void
ghc_session_seat_end (GhcSessionSeat *self, const char *reason, const char *text)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (self);

  g_clear_handle_id (&self->alive_timer, g_source_remove);
  g_clear_handle_id (&self->return_timer, g_source_remove);
  ghc_seat_signals_close (self->signals);
  ghc_seat_shares_close (self->shares);
  ghc_call_set_joined (ghc_call_seat_get_call (seat), FALSE);
  ghc_call_seat_end (seat, reason, text);
}

static void
ghc_session_seat_finalize (GObject *object)
{
  GhcSessionSeat *self = GHC_SESSION_SEAT (object);

  g_clear_handle_id (&self->alive_timer, g_source_remove);
  g_clear_handle_id (&self->return_timer, g_source_remove);
  g_weak_ref_clear (&self->session);
  g_clear_pointer (&self->signals, ghc_seat_signals_unref);
  if (self->shares != NULL)
    ghc_seat_shares_close (self->shares);
  g_clear_pointer (&self->shares, ghc_seat_shares_unref);
  g_free (self->channel_id);

  G_OBJECT_CLASS (ghc_session_seat_parent_class)->finalize (object);
}

static void
ghc_session_seat_class_init (GhcSessionSeatClass *klass)
{
  GhcCallSeatClass *seat_class = GHC_CALL_SEAT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ghc_session_seat_finalize;

  seat_class->send = ghc_session_seat_send;
  seat_class->report = ghc_session_seat_report;
  seat_class->tell_state = ghc_session_seat_tell_state;
  seat_class->share = ghc_session_seat_share;
  seat_class->watch = ghc_session_seat_watch;
}

static void
ghc_session_seat_init (GhcSessionSeat *self)
{
  g_weak_ref_init (&self->session, NULL);
}

GhcSessionSeat *
ghc_session_seat_new (GhcSession *session, GhcCall *call, GhcCallTicket *ticket, gboolean muted,
                      gboolean deafened)
{
  GhcSessionSeat *self = g_object_new (GHC_TYPE_SESSION_SEAT, NULL);
  GhcCallSeat *seat = GHC_CALL_SEAT (self);

  g_weak_ref_set (&self->session, session);
  self->channel_id = g_strdup (ticket->description->channel_id);
  self->started_ts = ticket->description->started_ts;
  self->seen_s = now_s ();
  self->told_muted = muted;
  self->told_deafened = deafened;
  self->signals = ghc_seat_signals_new (session, seat);
  self->shares = ghc_seat_shares_new (session, seat);

  ghc_call_seat_set_call (seat, call);
  ghc_call_seat_set_identity (seat, ticket->call_id, ticket->member_id, ticket->ice_ufrag,
                              ticket->ice_password);
  ghc_call_seat_set_ice_servers (seat, ticket->ice_servers);
  ghc_call_seat_set_initial (seat, muted, deafened);
  ghc_call_seat_take_key (seat, ticket->epoch, ticket->key, FALSE);
  ghc_session_seat_update (self);
  self->alive_timer = g_timeout_add (ticket->alive_ms, on_alive_due, self);

  return self;
}

const char *
ghc_session_seat_get_channel_id (GhcSessionSeat *self)
{
  return self->channel_id;
}
