/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhMediaStats:
 * @n_sealed: packets that were sealed
 * @sealed_bytes: their bytes after sealing
 * @n_opened: packets that were opened
 * @opened_bytes: their bytes before opening
 * @n_unsealed: packets that were not sealed, and so not sent, because there was no key
 * @n_malformed: packets of no shape that is ours, of either direction
 * @n_unknown_epoch: packets of an epoch that is not known, not yet or no longer
 * @n_reflected: packets that came back to who sealed them
 * @n_replayed: packets that were opened before, or came too late to tell
 * @n_tampered: packets that are not what their sender sealed
 * @n_exhausted: packets that need a new epoch
 * @n_held: packets that were not sealed, and so not sent, because their payload was held
 * @n_sealed_rtp: those of @n_sealed that are RTP: sound and pictures
 * @n_opened_rtp: those of @n_opened that are RTP
 *
 * What became of packets, for statistics and metrics. A plain value.
 */
typedef struct
{
  guint64 n_sealed;
  guint64 sealed_bytes;
  guint64 n_opened;
  guint64 opened_bytes;
  guint64 n_unsealed;
  guint64 n_malformed;
  guint64 n_unknown_epoch;
  guint64 n_reflected;
  guint64 n_replayed;
  guint64 n_tampered;
  guint64 n_exhausted;
  guint64 n_held;
  guint64 n_sealed_rtp;
  guint64 n_opened_rtp;
} GhMediaStats;

G_END_DECLS
