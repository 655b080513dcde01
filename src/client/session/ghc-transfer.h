/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

#define GHC_TYPE_TRANSFER (ghc_transfer_get_type ())
G_DECLARE_FINAL_TYPE (GhcTransfer, ghc_transfer, GHC, TRANSFER, GObject)

/**
 * GhcTransfer:
 *
 * An upload under way: make one, bind a progress bar to it, hand it to the function that uploads.
 * Properties (read-only, notify): fraction (double, 0 to 1), sent (uint64), total (uint64, bytes),
 * active (boolean).
 */
GhcTransfer *ghc_transfer_new            (void);

double       ghc_transfer_get_fraction   (GhcTransfer *self);
guint64      ghc_transfer_get_sent       (GhcTransfer *self);
guint64      ghc_transfer_get_total      (GhcTransfer *self);
gboolean     ghc_transfer_get_active     (GhcTransfer *self);

/**
 * ghc_transfer_cancel:
 *
 * Stops it: the future of the upload rejects with %G_IO_ERROR_CANCELLED.
 */
void         ghc_transfer_cancel         (GhcTransfer *self);

/* For the session: how much there is to send and how much has gone, in bytes, and whether it is under
 * way. */
GCancellable *ghc_transfer_get_cancellable (GhcTransfer *self);
void          ghc_transfer_set_total       (GhcTransfer *self, guint64 total);
void          ghc_transfer_add_sent        (GhcTransfer *self, guint64 bytes);
void          ghc_transfer_set_active      (GhcTransfer *self, gboolean active);

G_END_DECLS
