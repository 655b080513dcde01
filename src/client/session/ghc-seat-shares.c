/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-seat-shares.h"

#include "gh-error.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

#define N_KINDS 2

#define RETRY_MIN_MS 100
#define RETRY_MAX_MS 10000

/* Something of one's own. */
typedef struct
{
  gboolean is_on;   /* the server has agreed, and neither we nor it ended it */
  gboolean is_seen; /* the server has named it */
  gboolean has_sound;
  guint n_under_way;
} Show;

/* Something of another's. */
typedef struct
{
  GhcShare *share;
  gboolean is_told; /* the server has agreed to @was_on */
  gboolean was_on;
  guint n_under_way;
} Watch;

struct _GhcSeatShares
{
  gatomicrefcount ref_count;
  GWeakRef session;
  GhcCallSeat *seat; /* owns this; NULL once it has ended */
  Show shows[N_KINDS];
  GHashTable *watches; /* GhcShare -> Watch */
  guint retry_timer;
};

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_object_unref (watch->share);
  g_free (watch);
}

GhcSeatShares *
ghc_seat_shares_new (GhcSession *session, GhcCallSeat *seat)
{
  GhcSeatShares *self = g_new0 (GhcSeatShares, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->session, session);
  self->seat = seat;
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, watch_free);

  return self;
}

static GhcSeatShares *
ref (GhcSeatShares *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ghc_seat_shares_unref (GhcSeatShares *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_hash_table_unref (self->watches);
  g_weak_ref_clear (&self->session);
  g_free (self);
}

void
ghc_seat_shares_close (GhcSeatShares *self)
{
  self->seat = NULL;
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_hash_table_remove_all (self->watches);
}

void
ghc_seat_shares_forget (GhcSeatShares *self)
{
  GHashTableIter iter;
  Watch *watch;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &watch))
    watch->is_told = FALSE;
}

/* (transfer full) (nullable): the way to the server, when it knows that we are in the call */
static GhcGateway *
dup_gateway (GhcSeatShares *self)
{
  g_autoptr (GhcSession) session = g_weak_ref_get (&self->session);

  if (session == NULL || session->gateway == NULL || !ghc_gateway_is_open (session->gateway)
      || self->seat == NULL || ghc_call_seat_get_state (self->seat) != GHC_SEAT_JOINED)
    return NULL;

  return g_object_ref (session->gateway);
}

static DexFuture *
reject_away (void)
{
  return dex_future_new_for_error (
    gh_error_new_literal (GH_ERROR_UNAVAILABLE, "call.offline", NULL, 0,
                          _ ("That isn’t possible while the server can’t be reached.")));
}

static gboolean
on_retry_due (gpointer data)
{
  GhcSeatShares *self = data;

  self->retry_timer = 0;
  ghc_seat_shares_update (self);

  return G_SOURCE_REMOVE;
}

/* It was too fast, or it did not arrive: again, when the server wants to hear of it. */
static void
try_later (GhcSeatShares *self, const GError *error)
{
  if (self->retry_timer == 0)
    self->retry_timer = g_timeout_add (
      (guint) CLAMP (gh_error_get_retry_after_ms (error), RETRY_MIN_MS, RETRY_MAX_MS), on_retry_due,
      self);
}

/* --- one's own --- */

typedef struct
{
  GhcSeatShares *self;
  GhcShareKind kind;
  gboolean on;
  gboolean has_sound;
  GhcShare *share; /* of another's */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  ghc_seat_shares_unref (request->self);
  g_clear_object (&request->share);
  g_free (request);
}

static GhcShare *
peek_own (GhcSeatShares *self, GhcShareKind kind)
{
  GhcCall *call = ghc_call_seat_get_call (self->seat);
  GhcCallMember *me = ghc_call_lookup_member (call, ghc_call_seat_get_member_id (self->seat));

  return me != NULL ? ghc_call_member_get_share (me, kind) : NULL;
}

static DexFuture *
on_share_told (DexFuture *future, gpointer data)
{
  Request *request = data;
  GhcSeatShares *self = request->self;
  Show *show = &self->shows[request->kind];
  g_autoptr (GError) error = NULL;

  show->n_under_way--;
  if (dex_future_get_value (future, &error) != NULL)
    {
      if (request->on && self->seat != NULL)
        *show = (Show) {
          .is_on = TRUE,
          .is_seen = peek_own (self, request->kind) != NULL,
          .has_sound = request->has_sound,
          .n_under_way = show->n_under_way,
        };
      return dex_future_new_true ();
    }

  if (gh_error_get_code (error) == GH_ERROR_DENIED)
    {
      g_free (error->message);
      error->message = g_strdup (_ ("You may not share your screen or camera in this channel."));
    }
  if (!request->on && self->seat != NULL && gh_error_get_code (error) == GH_ERROR_LIMITED)
    try_later (self, error);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

static DexFuture *
tell_share (GhcSeatShares *self, GhcGateway *gateway, GhcShareKind kind, gboolean on,
            gboolean has_sound)
{
  g_autoptr (GhJson) data = ghc_data_new ("s", "kind", ghc_share_kind_to_wire (kind), "b", "on", on,
                                          "b", "sound", on && has_sound, NULL);
  Request *request = g_new0 (Request, 1);

  request->self = ref (self);
  request->kind = kind;
  request->on = on;
  request->has_sound = has_sound;
  self->shows[kind].n_under_way++;
  return dex_future_finally (ghc_gateway_request (gateway, "call.share", data), on_share_told,
                             request, request_free);
}

DexFuture *
ghc_seat_shares_share (GhcSeatShares *self, GhcShareKind kind, gboolean on, gboolean has_sound)
{
  g_autoptr (GhcGateway) gateway = dup_gateway (self);

  /* Coming back tells it. */
  if (!on)
    self->shows[kind].is_on = FALSE;
  if (gateway == NULL)
    return on ? reject_away () : dex_future_new_true ();

  return tell_share (self, gateway, kind, on, has_sound);
}

void
ghc_seat_shares_add (GhcSeatShares *self, GhJsonBuilder *builder)
{
  gh_json_builder_open_array (builder, "shares");
  for (guint kind = 0; kind < N_KINDS; kind++)
    if (self->shows[kind].is_on)
      {
        gh_json_builder_open_object (builder, NULL);
        gh_json_builder_add_string (builder, "kind", ghc_share_kind_to_wire (kind));
        gh_json_builder_add_bool (builder, "sound", self->shows[kind].has_sound);
        gh_json_builder_close (builder);
      }
  gh_json_builder_close (builder);
}

/* What the server does not name any more was ended by a moderator; what it names and we do not show
 * was not heard of to have ended. */
static void
update_own (GhcSeatShares *self, GhcGateway *gateway, GhcShareKind kind)
{
  Show *show = &self->shows[kind];
  gboolean is_named = peek_own (self, kind) != NULL;

  if (show->n_under_way > 0)
    return;
  if (show->is_on && show->is_seen && !is_named)
    show->is_on = FALSE;
  show->is_seen = is_named;
  if (is_named && !show->is_on && self->retry_timer == 0)
    dex_future_disown (tell_share (self, gateway, kind, FALSE, FALSE));
}

/* --- what others show --- */

static Watch *
ensure_watch (GhcSeatShares *self, GhcShare *share)
{
  Watch *watch = g_hash_table_lookup (self->watches, share);

  if (watch == NULL)
    {
      watch = g_new0 (Watch, 1);
      watch->share = g_object_ref (share);
      g_hash_table_insert (self->watches, share, watch);
    }
  return watch;
}

static DexFuture *
on_watch_told (DexFuture *future, gpointer data)
{
  Request *request = data;
  GhcSeatShares *self = request->self;
  Watch *watch = g_hash_table_lookup (self->watches, request->share);
  g_autoptr (GError) error = NULL;

  if (watch != NULL)
    watch->n_under_way--;
  if (dex_future_get_value (future, &error) != NULL)
    {
      if (watch != NULL)
        {
          watch->is_told = TRUE;
          watch->was_on = request->on;
        }
      return dex_future_new_true ();
    }

  if (self->seat != NULL && gh_error_get_code (error) == GH_ERROR_LIMITED)
    try_later (self, error);
  else if (gh_error_get_code (error) != GH_ERROR_UNAVAILABLE && request->on
           && gh_error_get_code (error) != GH_ERROR_LIMITED)
    ghc_share_set_watched (request->share, FALSE);
  return dex_future_new_for_error (g_steal_pointer (&error));
}

static DexFuture *
tell_watch (GhcSeatShares *self, GhcGateway *gateway, GhcShare *share, gboolean on)
{
  GhcCallMember *member = ghc_share_get_member (share);
  g_autoptr (GhJson) data = NULL;
  Request *request;

  if (member == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_NOT_FOUND, "call.no_such_share", "kind", 0,
                            _ ("This is no longer shared.")));

  request = g_new0 (Request, 1);
  request->self = ref (self);
  request->share = g_object_ref (share);
  request->on = on;
  ensure_watch (self, share)->n_under_way++;
  data = ghc_data_new ("s", "member_id", ghc_call_member_get_member_id (member), "s", "kind",
                       ghc_share_kind_to_wire (ghc_share_get_kind (share)), "b", "on", on, NULL);
  return dex_future_finally (ghc_gateway_request (gateway, "call.watch", data), on_watch_told,
                             request, request_free);
}

DexFuture *
ghc_seat_shares_watch (GhcSeatShares *self, GhcShare *share, gboolean on)
{
  g_autoptr (GhcGateway) gateway = dup_gateway (self);

  return gateway != NULL ? tell_watch (self, gateway, share, on) : reject_away ();
}

static void
update_watch (GhcSeatShares *self, GhcGateway *gateway, GhcCallMember *me, GhcShare *share)
{
  Watch *watch = g_hash_table_lookup (self->watches, share);
  gboolean is_on = ghc_share_get_watched (share);

  if (watch != NULL && watch->n_under_way > 0)
    return;
  if (watch != NULL && watch->is_told ? watch->was_on != is_on
                                      : ghc_share_is_told (share, me) != is_on)
    dex_future_disown (tell_watch (self, gateway, share, is_on));
}

static gboolean
is_over (gpointer key, gpointer value, gpointer data)
{
  Watch *watch = value;
  GhcCallMember *member = ghc_share_get_member (watch->share);

  return watch->n_under_way == 0
         && (member == NULL
             || ghc_call_member_get_share (member, ghc_share_get_kind (watch->share))
                  != watch->share);
}

void
ghc_seat_shares_update (GhcSeatShares *self)
{
  g_autoptr (GhcGateway) gateway = dup_gateway (self);
  GhcCallMember *me;
  GListModel *members;
  GhcCall *call;

  g_hash_table_foreach_remove (self->watches, is_over, NULL);
  if (gateway == NULL)
    return;

  call = ghc_call_seat_get_call (self->seat);
  me = ghc_call_lookup_member (call, ghc_call_seat_get_member_id (self->seat));
  if (me == NULL || !ghc_call_is_present (call, me))
    return;

  for (guint kind = 0; kind < N_KINDS; kind++)
    update_own (self, gateway, kind);
  members = ghc_call_get_members (call);
  for (guint i = 0; self->retry_timer == 0 && i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      for (guint kind = 0; member != me && kind < N_KINDS; kind++)
        if (ghc_call_is_present (call, member) && ghc_call_member_get_share (member, kind) != NULL)
          update_watch (self, gateway, me, ghc_call_member_get_share (member, kind));
    }
}
