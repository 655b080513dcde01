/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-session-internal.h"

G_BEGIN_DECLS

/**
 * GhcOutboxItem:
 *
 * A message on its way out. Shared by the outbox, which has it in its list, and the fiber that sends
 * it.
 */
typedef struct
{
  GhcChannel *channel;
  GhcMessage *message;
  DexPromise *promise;
  DexFuture  *kept; /* in the cache, until it is waited for */
  guint       n_faults;
  gboolean    is_asked; /* a reply is on its way */
  gboolean    failed;
  gboolean    settled;
} GhcOutboxItem;

struct _GhcOutbox
{
  GObject     parent_instance;

  GhcSession *session; /* borrowed */
  GPtrArray  *items;   /* of GhcOutboxItem, in order */
  gboolean    is_pumping;
  gboolean    is_closed;
};

GhcOutboxItem *ghc_outbox_item_ref    (GhcOutboxItem *item);
void           ghc_outbox_item_unref  (gpointer item);

/* The server has it: nothing more to send. */
void           ghc_outbox_settle_item (GhcOutbox *self, GhcOutboxItem *settled);
/* The server refused it: that is shown and kept. */
void           ghc_outbox_fail_item   (GhcOutbox *self, GhcOutboxItem *item, const GError *error);

/* ghc-outbox-send.c */
void           ghc_outbox_pump        (GhcOutbox *self);
void           ghc_outbox_ask_receipt (GhcOutbox *self, GhcOutboxItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcOutboxItem, ghc_outbox_item_unref)

G_END_DECLS
