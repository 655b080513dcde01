/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

#include "gh-event.h"
#include "ghc-page.h"

G_BEGIN_DECLS

#define GHC_TYPE_CACHE (ghc_cache_get_type ())
G_DECLARE_FINAL_TYPE (GhcCache, ghc_cache, GHC, CACHE, GObject)

/**
 * GhcCache:
 *
 * What an account keeps on this computer: guilds, recent history, read positions, drafts, messages
 * that wait to be sent. An SQLite file with a thread of its own; every function returns at once,
 * and what was asked for is done in the order of asking. Nothing here is needed to be right: all
 * but the outbox and the drafts can be had from the server again.
 *
 * Signals:
 * - notice (string sentence): the file could not be used and was moved aside
 *
 * Futures reject with %GH_ERROR_UNAVAILABLE (closed, disk full) or %GH_ERROR_INTERNAL.
 */
GhcCache  *ghc_cache_new              (const char *path);
const char *ghc_cache_get_path        (GhcCache *self);

/* Writes what is under way and closes the file. Resolves to TRUE. */
DexFuture *ghc_cache_close            (GhcCache *self);
/* Closes and deletes the file. Resolves to TRUE. */
DexFuture *ghc_cache_remove           (GhcCache *self);
/* Resolves to TRUE when everything asked for so far is on disk. */
DexFuture *ghc_cache_flush            (GhcCache *self);

/* --- state ---------------------------------------------------------------------------------- */

/**
 * GhcCacheState:
 * @position: everything up to here has been folded; 0 at first
 * @guilds: (element-type GBytes): snapshots
 * @profiles: (element-type GBytes)
 * @read_positions: (element-type utf8 gint64*): by channel
 * @drafts: (element-type utf8 utf8): by channel
 * @collapsed: (element-type utf8): ids of categories
 * @outbox: (element-type GhcOutboxEntry): oldest first
 * @values: (element-type utf8 utf8): see ghc_cache_set_value()
 *
 * All that is needed at start. A boxed type, reference counted.
 */
typedef struct
{
  gint64      position;
  GPtrArray  *guilds;
  GPtrArray  *profiles;
  GHashTable *read_positions;
  GHashTable *drafts;
  GPtrArray  *collapsed;
  GPtrArray  *outbox;
  GHashTable *values;
} GhcCacheState;

typedef struct
{
  char  *txn_id;
  char  *channel_id;
  char  *body;
  char  *error; /* NULL unless the server refused it */
  gint64 created_ts;
} GhcOutboxEntry;

#define GHC_TYPE_CACHE_STATE (ghc_cache_state_get_type ())

GType          ghc_cache_state_get_type (void) G_GNUC_CONST;
GhcCacheState *ghc_cache_state_ref      (GhcCacheState *self);
void           ghc_cache_state_unref    (GhcCacheState *self);

/* Resolves to a #GhcCacheState. */
DexFuture *ghc_cache_load_state        (GhcCache *self);

/* The following resolve to TRUE when it is on disk. */
DexFuture *ghc_cache_put_guild         (GhcCache *self, const char *guild_id, GBytes *snapshot);
DexFuture *ghc_cache_remove_guild      (GhcCache *self, const char *guild_id);
DexFuture *ghc_cache_put_profile       (GhcCache *self, const char *user_id, GBytes *profile);
DexFuture *ghc_cache_set_read_position (GhcCache *self, const char *channel_id, gint64 position);
/* @body: "" removes it */
DexFuture *ghc_cache_set_draft         (GhcCache *self, const char *channel_id, const char *body);
DexFuture *ghc_cache_set_collapsed     (GhcCache *self, const char *channel_id, gboolean collapsed);
DexFuture *ghc_cache_set_position      (GhcCache *self, gint64 position);
/* Small things with a name: "guild-order", "presence", "presence-untold". @value: (nullable) */
DexFuture *ghc_cache_set_value         (GhcCache *self, const char *key, const char *value);

/* --- outbox --------------------------------------------------------------------------------- */

DexFuture *ghc_cache_add_outbox        (GhcCache   *self,
                                        const char *txn_id,
                                        const char *channel_id,
                                        const char *body,
                                        gint64      created_ts);
/* @error: (nullable): why the server refused it; NULL: it goes out again */
DexFuture *ghc_cache_set_outbox_error  (GhcCache *self, const char *txn_id, const char *error);
DexFuture *ghc_cache_remove_outbox     (GhcCache *self, const char *txn_id);

/* --- history -------------------------------------------------------------------------------- */

/* How many messages of a channel are kept. */
#define GHC_CACHE_HISTORY 500

/**
 * ghc_cache_add_events:
 * @events: (element-type GhEvent): messages that came from the stream, ascending
 * @position: everything up to here has been folded
 *
 * Keeps @events where their channel's history has no gap before them, and @position with them: both
 * or neither survive a crash.
 */
DexFuture *ghc_cache_add_events        (GhcCache *self, GPtrArray *events, gint64 position);

/**
 * ghc_cache_add_page:
 * @low: the page holds everything from this position …
 * @high: … to this one
 *
 * Keeps a page from the server, where it continues what is there or reaches the end.
 */
DexFuture *ghc_cache_add_page          (GhcCache   *self,
                                        const char *channel_id,
                                        GhcPage    *page,
                                        gint64      low,
                                        gint64      high);

/**
 * ghc_cache_load_page:
 * @before: events below this position, or 0
 * @after: events above this position, or 0; the newest when both are 0
 *
 * Resolves to a #GhcPage, perhaps empty, that continues without a gap from the given position; its
 * at-end says that it reached the end as far as the stream has told us.
 */
DexFuture *ghc_cache_load_page         (GhcCache   *self,
                                        const char *channel_id,
                                        gint64      before,
                                        gint64      after,
                                        guint       limit);

/**
 * ghc_cache_mark_stale:
 * @channel_ids: those in which something happened that we will not be told of
 * @upto: what is above is let go
 * @position: everything up to here is folded now, or will come as pages
 */
DexFuture *ghc_cache_mark_stale        (GhcCache           *self,
                                        const char * const *channel_ids,
                                        gint64              upto,
                                        gint64              position);

/* Forgets the history and what was read of all channels, and what people said of themselves: the server's log
 * is another one. Receipts stay: they say what the server had promised. */
DexFuture *ghc_cache_forget_history    (GhcCache *self);

/* Forgets history, receipts, draft and read position of a channel one is no longer in. */
DexFuture *ghc_cache_forget_channel    (GhcCache *self, const char *channel_id);

/* --- receipts ------------------------------------------------------------------------------- */

/**
 * ghc_cache_put_receipt:
 * @position: of the event in the server's log
 * @receipt: what the server gave for it, checked
 *
 * Keeps @receipt for as long as one is in the channel, also when the message is no longer recent
 * history. Resolves to TRUE.
 */
DexFuture *ghc_cache_put_receipt       (GhcCache   *self,
                                        const char *channel_id,
                                        gint64      position,
                                        const char *event_id,
                                        GhcReceipt *receipt);

/**
 * ghc_cache_load_receipts:
 * @low: of events from this position …
 * @high: … to this one
 *
 * Resolves to a #GHashTable (boxed, element-type utf8 GhcReceipt): what is kept, by event id.
 */
DexFuture *ghc_cache_load_receipts     (GhcCache   *self,
                                        const char *channel_id,
                                        gint64      low,
                                        gint64      high);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcCacheState, ghc_cache_state_unref)

G_END_DECLS
