/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghc-page.h"

G_BEGIN_DECLS

#define GHC_TYPE_TIMELINE_LOADER (ghc_timeline_loader_get_type ())
G_DECLARE_INTERFACE (GhcTimelineLoader, ghc_timeline_loader, GHC, TIMELINE_LOADER, GObject)

/**
 * GhcTimelineLoader:
 * @load: fetch one page of a channel's history
 *
 * Where a #GhcTimeline gets its pages; the session implements it.
 */
struct _GhcTimelineLoaderInterface
{
  GTypeInterface parent_iface;

  DexFuture *(*load) (GhcTimelineLoader *self,
                      const char        *channel_id,
                      gint64             before,
                      gint64             after,
                      gint64             around_ts,
                      guint              limit);
};

/**
 * ghc_timeline_loader_load:
 * @before: events below this position, or 0
 * @after: events above this position, or 0
 * @around_ts: events around this time in ms, or 0; at most one of the three is not 0, and with none
 *   the newest page is wanted
 * @limit: at most this many events
 *
 * Returns: (transfer full): resolves to a #GhcPage; rejects with a #GhError
 */
DexFuture *ghc_timeline_loader_load (GhcTimelineLoader *self,
                                     const char        *channel_id,
                                     gint64             before,
                                     gint64             after,
                                     gint64             around_ts,
                                     guint              limit);

G_END_DECLS
