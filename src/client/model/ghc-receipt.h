/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhcReceipt:
 *
 * What a server has given for a message of one's own, and what became of checking it: its signed word
 * that the message is durable at a place of its log. A boxed type, immutable, with atomic reference
 * counting.
 */
typedef struct _GhcReceipt GhcReceipt;

#define GHC_TYPE_RECEIPT (ghc_receipt_get_type ())

GType       ghc_receipt_get_type    (void) G_GNUC_CONST;

GhcReceipt *ghc_receipt_new         (GBytes     *json,
                                     const char *problem) G_GNUC_WARN_UNUSED_RESULT;
GhcReceipt *ghc_receipt_ref         (GhcReceipt *self);
void        ghc_receipt_unref       (GhcReceipt *self);

GBytes     *ghc_receipt_get_json    (GhcReceipt *self);
const char *ghc_receipt_get_problem (GhcReceipt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcReceipt, ghc_receipt_unref)

G_END_DECLS
