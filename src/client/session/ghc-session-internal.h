/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-key-ring.h"
#include "gh-random.h"
#include "ghc-auth.h"
#include "ghc-cache.h"
#include "ghc-gateway.h"
#include "ghc-http.h"
#include "ghc-media.h"
#include "ghc-outbox.h"
#include "ghc-session-seat.h"
#include "ghc-session-private.h"
#include "ghc-session.h"

G_BEGIN_DECLS

struct _GhcSession
{
  GObject parent_instance;

  GhcAccount    *account;
  GhcHttp       *http;
  GhcTokenStore *store;
  GhcAuth       *auth;
  GhcCache      *cache;
  GhcOutbox     *outbox;
  GhcMedia      *media;
  GhcServerInfo *server;
  char          *account_id;
  char          *server_url;
  char          *data_dir;

  /* ghc-session-connection.c */
  GhcGateway    *gateway;
  GhcConnection  connection;
  char          *status;
  DexFuture     *started;
  DexPromise    *wake;   /* while waiting to connect */
  DexPromise    *lost;   /* while connected */
  GPtrArray     *online; /* promises of those who wait for it */
  GhBackoff      backoff;
  gint64         retry_at_us;
  guint          retry_in_s;
  guint          countdown;
  guint          lost_code;
  gboolean       ready;
  gboolean       closing;

  /* ghc-session-network.c */
  char          *addresses;  /* of this computer */
  gint64         network_us; /* when they were others than before; 0 when that was answered for */
  guint          network_timer;

  /* ghc-session-stream.c */
  gint64         position; /* everything up to here is folded */
  gint64         server_ts;
  gint64         profiles_ts; /* by the server's clock: since then changes of profiles were missed; 0 for none */
  GQueue         held;     /* live events that wait for older ones */
  gboolean       holding;
  gboolean       held_overflowed;
  gboolean       has_snapshot;
  GPtrArray     *batch;    /* messages to be written to the cache */
  guint          batch_timer;
  GPtrArray     *waiters;  /* those who wait for a position */

  /* ghc-session-refresh.c */
  GHashTable    *stale_guilds;
  gboolean       all_stale;
  guint          refresh_timer;
  GPtrArray     *unknown_users;
  guint          profile_timer;

  /* ghc-session-keep.c */
  GHashTable    *dirty_channels;
  GHashTable    *dirty_guilds;
  guint          keep_timer;
  gboolean       keeping; /* the state has been restored */

  /* ghc-session-messages.c */
  GQueue         open_channels; /* of GhcChannel, the latest first */
  GHashTable    *typing;        /* channel id → Typing */

  /* ghc-session-receipts.c */
  GhJson        *keys; /* the server's public keys when one signed in */
  GhKeyRing     *ring; /* the same */
  gboolean       has_warned_of_keys;
  gboolean       has_warned_of_receipts;

  /* ghc-session-calls.c and its neighbours */
  GhcSessionSeat *seat;
  DexFuture     *call_turn;  /* the latest coming or going */
  GPtrArray     *call_news;  /* what was said while an answer to call.join is awaited */
  guint          n_joining;
  gboolean       owes_leave; /* the server was away when one left */

  /* ghc-session-presence.c */
  GhcPresence    presence;
  GhcPresence    presence_kept;   /* as one's choice by the server, as far as was heard */
  DexFuture     *presence_turn;   /* the latest telling */
  gboolean       presence_untold; /* chosen here, and not yet told */
  gboolean       active;
};

/* Runs @fiber to its end whether or not somebody waits for what it gives. */
DexFuture *ghc_session_spawn            (GhcSession    *self,
                                         DexFiberFunc   fiber,
                                         gpointer       data,
                                         GDestroyNotify destroy);
void       ghc_session_warn             (GhcSession *self, const char *sentence);
void       ghc_session_set_connection   (GhcSession   *self,
                                         GhcConnection connection,
                                         const char   *status);
void       ghc_session_set_ready        (GhcSession *self);
void       ghc_session_notify_seat      (GhcSession *self);
void       ghc_session_emit_keys_learnt (GhcSession *self);
void       ghc_session_clear_timers     (GhcSession *self);
void       ghc_session_set_retry_in_s   (GhcSession *self, guint retry_in_s);
void       ghc_session_set_server       (GhcSession *self, GhcServerInfo *server);

/* Makes an object of an element of a list, which is hostile input. */
typedef gpointer (*GhcSessionReadFunc) (GhcSession *self, GhJson *element, GError **error);

/* ghc-session-request.c */
DexFuture *ghc_session_request          (GhcSession *self, const char *operation, GhJson *data);
DexFuture *ghc_session_do               (GhcSession *self, const char *operation, GhJson *data);
DexFuture *ghc_session_list             (GhcSession        *self,
                                         const char        *operation,
                                         GhJson            *data,
                                         const char        *name,
                                         GType              type,
                                         GhcSessionReadFunc read,
                                         GCompareDataFunc   compare);
DexFuture *ghc_session_upload           (GhcSession  *self,
                                         const char  *operation,
                                         GhJson      *data,
                                         GBytes      *body,
                                         GhcTransfer *transfer);
DexFuture *ghc_session_download         (GhcSession *self,
                                         const char *operation,
                                         GhJson     *data,
                                         gsize       most_bytes);
char      *ghc_session_make_txn_id      (void);

/* ghc-session-connection.c */
void       ghc_session_connect          (GhcSession *self);
void       ghc_session_wake             (GhcSession *self);
DexFuture *ghc_session_when_online      (GhcSession *self);
void       ghc_session_watch_network    (GhcSession *self);
gboolean   ghc_session_take_new_network (GhcSession *self);
void       ghc_session_disconnect       (GhcSession *self);

/* ghc-session-stream.c */
void       ghc_session_take_event       (GhcSession *self, GhEvent *event);
gboolean   ghc_session_catch_up         (GhcSession *self, GError **error);
DexFuture *ghc_session_await_position   (GhcSession *self, gint64 position);
void       ghc_session_waiter_free      (gpointer waiter);
void       ghc_session_write_batch      (GhcSession *self);
GPtrArray *ghc_session_parse_events     (GhJson *reply, const char *room_id, GError **error);

/* ghc-session-refresh.c */
gboolean   ghc_session_refresh_guilds   (GhcSession *self, gint64 *position, GError **error);
gboolean   ghc_session_refresh_guild    (GhcSession *self, const char *guild_id, GError **error);
GhcGuild  *ghc_session_take_snapshot    (GhcSession *self,
                                         GhJson     *snapshot,
                                         guint64     asked,
                                         GError    **error);
void       ghc_session_watch_needs      (GhcSession *self);
void       ghc_session_load_unknown     (GhcSession *self);

/* ghc-session-keep.c */
void       ghc_session_restore          (GhcSession *self, GhcCacheState *state);
void       ghc_session_keep_guild       (GhcSession *self, GhcGuild *guild);
void       ghc_session_keep_profile     (GhcSession *self, GhJson *profile);
void       ghc_session_keep_now         (GhcSession *self);

/* ghc-session-receipts.c */
void       ghc_session_learn_keys       (GhcSession *self, GhJson *keys);
void       ghc_session_check_receipt    (GhcSession *self, GhJson *reply);
void       ghc_session_take_receipt     (GhcSession *self, GhcMessage *message, GhJson *reply);
void       ghc_session_add_receipts     (GhcSession *self, const char *channel_id, GhcPage *page);

/* ghc-session-calls.c */
void       ghc_session_calls_away       (GhcSession *self);
void       ghc_session_calls_back       (GhcSession *self);
void       ghc_session_rejoin_call      (GhcSession *self, GhcSessionSeat *seat);

/* ghc-session-call-news.c */
void       ghc_session_take_call_frame  (GhcSession *self, const char *type, GhJson *content);
void       ghc_session_take_held_news   (GhcSession *self);

/* ghc-session-call-seat.c */
GhcSessionSeat *ghc_session_take_seat   (GhcSession    *self,
                                         GhcCall       *call,
                                         GhcCallTicket *ticket,
                                         gboolean       muted,
                                         gboolean       deafened);
void       ghc_session_end_call         (GhcSession     *self,
                                         GhcSessionSeat *seat,
                                         const char     *reason);
void       ghc_session_end_call_with    (GhcSession     *self,
                                         GhcSessionSeat *seat,
                                         const char     *reason,
                                         const char     *text);

/* ghc-session-history.c */
void       ghc_session_loader_init      (GhcTimelineLoaderInterface *iface);

/* ghc-session-presence.c */
void       ghc_session_announce_presence (GhcSession *self);
void       ghc_session_hear_presence     (GhcSession *self, const char *word);

/* ghc-session-messages.c */
void       ghc_session_forget_typing    (GhcSession *self);

G_END_DECLS
