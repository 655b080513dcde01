/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

#include "gh-event.h"
#include "ghc-timeline-item.h"
#include "ghc-timeline-loader.h"

G_BEGIN_DECLS

/* The window holds at most this many messages, and one page more for a moment. */
#define GHC_TIMELINE_WINDOW 600
#define GHC_TIMELINE_PAGE   100

/* Messages of one author within this time of each other form a group. */
#define GHC_TIMELINE_GROUP_MS (7 * 60 * 1000)

#define GHC_TYPE_TIMELINE (ghc_timeline_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimeline, ghc_timeline, GHC, TIMELINE, GObject)

/**
 * GhcTimeline:
 *
 * A channel's conversation as a GListModel of #GhcTimelineItem, oldest first. However long the
 * channel, only a window of it is held: messages without gaps between two positions, followed by
 * what is pending or failed when the window reaches the end. Paging one way lets go of the other
 * end. items-changed is emitted for the smallest run that changed; a message's item is the same
 * object for as long as it stays in the window, so rows on screen stay where they are.
 *
 * The UI pages by calling ghc_timeline_load_older() and ghc_timeline_load_newer() when the person
 * nears an end of the model, and tells what is on screen by ghc_timeline_set_visible_range(), so
 * that nothing visible is let go when new messages arrive.
 *
 * Properties (read-only, notify):
 * - channel-id (string)
 * - at-start (boolean): the first item is the channel's first message; nothing older exists
 * - at-end (boolean): the model reaches the latest message, and new ones appear
 * - loaded (boolean): a first page is there (perhaps empty); until then show a skeleton
 * - loading-older, loading-newer (boolean): for a spinner at that end
 * - load-error (string, nullable): a sentence when the last page could not be loaded; a further
 *   load_older/load_newer/jump tries again
 * - n-unseen (uint): messages that arrived below the window while at-end was FALSE
 * - empty (boolean): loaded, and no message at all
 *
 * Signals:
 * - jumped (guint index): the window was replaced by a jump; scroll to this item
 */
GhcTimeline *ghc_timeline_new                (const char *channel_id,
                                              GTimeZone  *time_zone);

const char  *ghc_timeline_get_channel_id     (GhcTimeline *self);
gboolean     ghc_timeline_get_at_start       (GhcTimeline *self);
gboolean     ghc_timeline_get_at_end         (GhcTimeline *self);
gboolean     ghc_timeline_get_loaded         (GhcTimeline *self);
gboolean     ghc_timeline_get_loading_older  (GhcTimeline *self);
gboolean     ghc_timeline_get_loading_newer  (GhcTimeline *self);
const char  *ghc_timeline_get_load_error     (GhcTimeline *self);
guint        ghc_timeline_get_n_unseen       (GhcTimeline *self);
gboolean     ghc_timeline_get_empty          (GhcTimeline *self);

/**
 * ghc_timeline_load_older:
 *
 * Prepends one page. Calls while one is under way share it; at the start it resolves at once.
 *
 * Returns: (transfer full): resolves to TRUE when the page is in the model; rejects with a #GhError
 */
DexFuture   *ghc_timeline_load_older         (GhcTimeline *self);

/**
 * ghc_timeline_load_newer:
 *
 * Appends one page; as ghc_timeline_load_older().
 */
DexFuture   *ghc_timeline_load_newer         (GhcTimeline *self);

/**
 * ghc_timeline_jump_to_latest:
 *
 * Goes to the end: at once when the window is there, else by loading the newest page in its place.
 * Emits #GhcTimeline::jumped with the last item.
 *
 * Returns: (transfer full): resolves to the index (uint) of the last item; rejects with a #GhError
 */
DexFuture   *ghc_timeline_jump_to_latest     (GhcTimeline *self);

/**
 * ghc_timeline_jump_to_date:
 * @timestamp: ms since the epoch
 *
 * Goes to the first message at or after @timestamp (the last one when there is none).
 * Emits #GhcTimeline::jumped.
 *
 * Returns: (transfer full): resolves to the index (uint) of that message's item; rejects with a
 *   #GhError
 */
DexFuture   *ghc_timeline_jump_to_date       (GhcTimeline *self, gint64 timestamp);

/**
 * ghc_timeline_set_visible_range:
 * @first: index of the first item on screen
 * @last: index of the last item on screen
 *
 * What must not be let go. Cheap; call it while scrolling.
 */
void         ghc_timeline_set_visible_range  (GhcTimeline *self, guint first, guint last);

/**
 * ghc_timeline_clear_new_line:
 *
 * Removes the "new" line (Esc, or when the channel is left).
 */
void         ghc_timeline_clear_new_line     (GhcTimeline *self);

/**
 * ghc_timeline_find:
 * @event_id: an event id or a txn_id
 *
 * Returns: the index of that message's item, or G_MAXUINT (GTK_INVALID_LIST_POSITION)
 */
guint        ghc_timeline_find               (GhcTimeline *self, const char *event_id);

/**
 * ghc_timeline_get_last_message:
 * @mine: only the account's own messages
 *
 * Returns: (transfer none) (nullable): the newest sent message of the window
 */
GhcMessage  *ghc_timeline_get_last_message   (GhcTimeline *self, gboolean mine);

/* --- for the account, the session and tests ------------------------------------------------- */

/**
 * GhcUserLookup:
 * @directory: the object given to ghc_timeline_set_users()
 *
 * Returns: (transfer none): the one object of the person with @user_id
 */
typedef GhcUser *(*GhcUserLookup) (gpointer directory, const char *user_id);

/* @directory is not kept alive. */
void         ghc_timeline_set_users          (GhcTimeline  *self,
                                              GhcUserLookup lookup,
                                              GObject      *directory);
void         ghc_timeline_set_loader         (GhcTimeline *self, GhcTimelineLoader *loader);

/**
 * ghc_timeline_fold:
 * @event: a live or caught-up event of this channel
 *
 * Takes @event in: settles the pending row it belongs to, or inserts a row by position, or only
 * counts it when the window does not reach the end. Folding an event again changes nothing.
 *
 * Returns: TRUE when the event was not known before
 */
gboolean     ghc_timeline_fold               (GhcTimeline *self, GhEvent *event);

/**
 * ghc_timeline_add_pending:
 *
 * Appends a message of our own before the server knows of it. When an event with the same @txn_id
 * is there already, that message is returned.
 *
 * Returns: (transfer none): the row's message
 */
GhcMessage  *ghc_timeline_add_pending        (GhcTimeline *self,
                                              const char  *txn_id,
                                              GhcUser     *sender,
                                              const char  *body,
                                              gint64       timestamp);

/**
 * ghc_timeline_settle:
 *
 * The server's reply to a send: may come before or after the event itself.
 */
void         ghc_timeline_settle             (GhcTimeline *self,
                                              const char  *txn_id,
                                              const char  *event_id,
                                              gint64       position,
                                              gint64       timestamp);
void         ghc_timeline_fail               (GhcTimeline *self,
                                              const char  *txn_id,
                                              const char  *sentence);
void         ghc_timeline_retry              (GhcTimeline *self, const char *txn_id);
void         ghc_timeline_discard            (GhcTimeline *self, const char *txn_id);

/**
 * ghc_timeline_fold_page:
 * @page: a page that is not an answer to this timeline's own request (cached history at start)
 *
 * Only taken when nothing is loaded yet, or when it touches the window.
 */
void         ghc_timeline_fold_page          (GhcTimeline *self, GhcPage *page);

/**
 * ghc_timeline_mark_stale:
 * @upto: everything up to this position is known without gaps
 * @last_position: the channel's latest message, as the server says
 *
 * We were away for long and did not fetch all that happened: what lies above @upto is let go and
 * the window no longer claims to reach the end, unless nothing newer exists.
 */
void         ghc_timeline_mark_stale         (GhcTimeline *self, gint64 upto, gint64 last_position);

/* Places the "new" line before the first message of somebody else above @position; 0 removes it. */
void         ghc_timeline_set_read_marker    (GhcTimeline *self, gint64 position);

/* Lets go of everything but pending rows (memory of channels not looked at). */
void         ghc_timeline_unload             (GhcTimeline *self);

/* As ghc_timeline_unload(); and positions are counted anew. */
void         ghc_timeline_forget_history     (GhcTimeline *self);

gint64       ghc_timeline_get_newest_position (GhcTimeline *self);
gint64       ghc_timeline_get_oldest_position (GhcTimeline *self);

G_END_DECLS
