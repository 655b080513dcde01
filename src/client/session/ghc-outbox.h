/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghc-account.h"

G_BEGIN_DECLS

typedef struct _GhcSession GhcSession;

#define GHC_TYPE_OUTBOX (ghc_outbox_get_type ())
G_DECLARE_FINAL_TYPE (GhcOutbox, ghc_outbox, GHC, OUTBOX, GObject)

/**
 * GhcOutbox:
 *
 * What was written and is not yet acknowledged. Goes out in the order of writing, one at a time,
 * when the session is online; each under its own txn_id, so that sending again is no harm. Belongs
 * to its session, which it does not keep alive.
 *
 * Properties: n-waiting (uint, notifies).
 */
GhcOutbox  *ghc_outbox_new           (GhcSession *session);

guint       ghc_outbox_get_n_waiting (GhcOutbox *self);

/* @entries: (element-type GhcOutboxEntry): what was there when the program last ended */
void        ghc_outbox_restore       (GhcOutbox *self, GPtrArray *entries);

/* Resolves to the #GhcMessage; rejects when the server refuses it. */
DexFuture  *ghc_outbox_send          (GhcOutbox *self, GhcChannel *channel, const char *body);
DexFuture  *ghc_outbox_retry         (GhcOutbox *self, GhcMessage *message);
gboolean    ghc_outbox_discard       (GhcOutbox *self, GhcMessage *message);

/* An event came: if it is one of ours, it need not be sent again. */
void        ghc_outbox_settle        (GhcOutbox *self, GhEvent *event);

/* Whoever waits is told that the session has ended. */
void        ghc_outbox_close         (GhcOutbox *self);

G_END_DECLS
