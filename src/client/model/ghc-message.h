/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-receipt.h"
#include "ghc-user.h"

G_BEGIN_DECLS

#define GHC_TYPE_MESSAGE (ghc_message_get_type ())
G_DECLARE_FINAL_TYPE (GhcMessage, ghc_message, GHC, MESSAGE, GObject)

/**
 * GhcMessage:
 *
 * A message, from the moment somebody presses Enter: the object stays the same while it is pending,
 * failed, retried and sent. Properties (read-only to the UI, all notify):
 * - event-id (string, nullable): NULL until the server has it
 * - txn-id (string, nullable): the name our client gave it; NULL for most of others' messages
 * - channel-id (string)
 * - sender (GhcUser)
 * - body (string): plain text, valid UTF-8
 * - timestamp (int64): ms since the epoch; the server's once sent
 * - position (int64): 0 until sent
 * - state (GhcMessageState)
 * - error (string, nullable): a sentence for a person, only when failed
 * - first-of-group (boolean): show author and time; FALSE for a continuation
 * - mine (boolean)
 * - receipt-state (GhcReceiptState): only of one's own; what the server has signed for it
 * - receipt-problem (string, nullable): a sentence for a person, only when receipt-state is WRONG
 */
GhcMessage      *ghc_message_new_pending        (const char *channel_id,
                                                 const char *txn_id,
                                                 GhcUser    *sender,
                                                 const char *body,
                                                 gint64      timestamp);
GhcMessage      *ghc_message_new_sent           (const char *channel_id,
                                                 const char *event_id,
                                                 const char *txn_id,
                                                 GhcUser    *sender,
                                                 const char *body,
                                                 gint64      timestamp,
                                                 gint64      position);

const char      *ghc_message_get_event_id       (GhcMessage *self);
const char      *ghc_message_get_txn_id         (GhcMessage *self);
const char      *ghc_message_get_channel_id     (GhcMessage *self);
GhcUser         *ghc_message_get_sender         (GhcMessage *self);
const char      *ghc_message_get_body           (GhcMessage *self);
gint64           ghc_message_get_timestamp      (GhcMessage *self);
gint64           ghc_message_get_position       (GhcMessage *self);
GhcMessageState  ghc_message_get_state          (GhcMessage *self);
const char      *ghc_message_get_error          (GhcMessage *self);
gboolean         ghc_message_get_first_of_group (GhcMessage *self);
gboolean         ghc_message_get_mine           (GhcMessage *self);
GhcReceiptState  ghc_message_get_receipt_state  (GhcMessage *self);
const char      *ghc_message_get_receipt_problem (GhcMessage *self);

/* Returns: (transfer none) (nullable): the receipt itself, verified or wrong */
GhcReceipt      *ghc_message_get_receipt        (GhcMessage *self);

/* For the timeline and the outbox. */
void             ghc_message_settle             (GhcMessage *self,
                                                 const char *event_id,
                                                 gint64      position,
                                                 gint64      timestamp);
void             ghc_message_fail               (GhcMessage *self, const char *sentence);
void             ghc_message_retry              (GhcMessage *self);
void             ghc_message_set_first_of_group (GhcMessage *self, gboolean first_of_group);
void             ghc_message_set_receipt        (GhcMessage *self, GhcReceipt *receipt);

G_END_DECLS
