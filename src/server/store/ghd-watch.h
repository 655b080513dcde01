/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdWatchFunc:
 * @payload: (nullable): what was told; %NULL after each connecting, since nobody knows what was told
 *   before
 *
 * Called on the thread that started the watch.
 */
typedef void (*GhdWatchFunc) (const char *payload, gpointer user_data);

/**
 * GhdWatch:
 *
 * Hears what is told to everybody on the database by NOTIFY, on a connection of its own that is kept
 * up. It may miss things while the connection is away, and says so by a %NULL payload.
 */
#define GHD_TYPE_WATCH (ghd_watch_get_type ())
G_DECLARE_FINAL_TYPE (GhdWatch, ghd_watch, GHD, WATCH, GObject)

GhdWatch *ghd_watch_new (const char *conninfo, const char *channel, GhdWatchFunc func,
                         gpointer user_data);
void ghd_watch_start (GhdWatch *self);
DexFuture *ghd_watch_stop (GhdWatch *self);

G_END_DECLS
