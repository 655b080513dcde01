/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-carry.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GhcArrivals:
 *
 * What became of the packets of pictures that went over one connection, as the other end tells of each
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). Reference counted; every function may be called on any
 * thread.
 */
typedef struct _GhcArrivals GhcArrivals;

/**
 * GhcArrival:
 * @sent_us: when it was sent, by our clock
 * @arrived_us: when it arrived, by theirs
 * @size: in bytes
 * @is_lost: it did not arrive
 *
 * A plain value.
 */
typedef struct
{
  gint64 sent_us;
  gint64 arrived_us;
  guint size;
  gboolean is_lost;
} GhcArrival;

GhcArrivals *ghc_arrivals_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcArrivals *ghc_arrivals_ref (GhcArrivals *self);
void ghc_arrivals_unref (GhcArrivals *self);

void ghc_arrivals_note (GhcArrivals *self, const GhcArrival *packets, guint n_packets, gint64 now_us);
void ghc_arrivals_note_event (GhcArrivals *self, GstEvent *event, gint64 now_us);
void ghc_arrivals_read (GhcArrivals *self, GhcCarryReport *report, gint64 now_us);

G_END_DECLS
