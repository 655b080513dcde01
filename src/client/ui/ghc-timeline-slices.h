/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* So many rows come to a list within one frame; each is made, bound, styled and laid out in it. */
#define GHC_TIMELINE_SLICE 4

/* So many at first, in one piece: they fill a view. */
#define GHC_TIMELINE_FIRST_SLICE 24

#define GHC_TYPE_TIMELINE_SLICES (ghc_timeline_slices_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimelineSlices, ghc_timeline_slices, GHC, TIMELINE_SLICES, GObject)

/**
 * GhcTimelineSlices:
 *
 * A stretch of another list model that grows to be the whole of it, a slice at each
 * ghc_timeline_slices_advance(). A list view makes rows for a hundred items around what is in
 * sight as soon as it is told of them; a page of history told at once takes it many frames' time.
 * What changes within the stretch, and the odd item at its end, is passed on at once. When all of
 * it is replaced it shows nothing until ghc_timeline_slices_reveal().
 */
GhcTimelineSlices *ghc_timeline_slices_new (void);
void ghc_timeline_slices_set_source (GhcTimelineSlices *self, GListModel *source);
void ghc_timeline_slices_reveal (GhcTimelineSlices *self, guint index);
void ghc_timeline_slices_advance (GhcTimelineSlices *self);
guint ghc_timeline_slices_get_first (GhcTimelineSlices *self);
guint ghc_timeline_slices_count_below (GhcTimelineSlices *self);
gboolean ghc_timeline_slices_is_whole (GhcTimelineSlices *self);

G_END_DECLS
