/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-loader.h"

G_DEFINE_INTERFACE (GhcTimelineLoader, ghc_timeline_loader, G_TYPE_OBJECT)

static void
ghc_timeline_loader_default_init (GhcTimelineLoaderInterface *iface)
{
}

DexFuture *
ghc_timeline_loader_load (GhcTimelineLoader *self, const char *channel_id, gint64 before,
                          gint64 after, gint64 around_ts, guint limit)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_LOADER (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);
  g_return_val_if_fail (limit > 0, NULL);

  return GHC_TIMELINE_LOADER_GET_IFACE (self)->load (self, channel_id, before, after, around_ts,
                                                     limit);
}
