/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"
#include "ghd-store-events.h"

G_BEGIN_DECLS

/**
 * GhdHistoryQuery:
 * @before: a position, or 0
 * @after: a position, or -1
 * @around_ts: a time, or -1
 *
 * Which part of a channel's history. With none of the three: the end of it.
 */
typedef struct
{
  gint64 before;
  gint64 after;
  gint64 around_ts;
  guint  limit;
} GhdHistoryQuery;

/**
 * GhdMessages:
 *
 * Saying something in a channel, and reading what was said. Functions that take a GError ** may
 * wait: they run on the caller's fiber.
 */
#define GHD_TYPE_MESSAGES (ghd_messages_get_type ())

G_DECLARE_FINAL_TYPE (GhdMessages, ghd_messages, GHD, MESSAGES, GObject)

GhdMessages  *ghd_messages_new          (GhdSettings *settings, GhdGuilds *guilds);
GhdCommit    *ghd_messages_send         (GhdMessages *self, const char *user_id,
                                         const char *channel_id, GhJson *content,
                                         const char *txn_id, GError **error);
GhdEventPage *ghd_messages_history      (GhdMessages *self, const char *user_id,
                                         const char *channel_id, const GhdHistoryQuery *query,
                                         GError **error);
GhdEventPage *ghd_messages_events_after (GhdMessages *self, const char *user_id, gint64 after,
                                         guint limit, GError **error);
GhdGuild     *ghd_messages_find_readable (GhdMessages *self, const char *user_id,
                                          const char *channel_id, GhdChannel **channel,
                                          GError **error);

G_END_DECLS
