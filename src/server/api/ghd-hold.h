/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdHold:
 *
 * Gives refusals for asking too fast after a breath of GHD_HOLD_MS, so that whoever does not heed them
 * slows down by themselves: a connection has only so many requests unanswered, and what follows is not
 * read. One timer for all. For the main thread.
 */
#define GHD_TYPE_HOLD (ghd_hold_get_type ())

G_DECLARE_FINAL_TYPE (GhdHold, ghd_hold, GHD, HOLD, GObject)

#define GHD_HOLD_MS 1000

GhdHold   *ghd_hold_new    (void);
DexFuture *ghd_hold_reject (GhdHold *self, GError *error);

G_END_DECLS
