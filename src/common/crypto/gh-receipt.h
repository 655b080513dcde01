/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "gh-key-ring.h"

G_BEGIN_DECLS

/**
 * GhReceipt:
 *
 * A server's signed word that an event is durable at a position of its log. Whoever holds it can
 * prove that later: with it and the server's public key, gh_receipt_verify() needs nothing else.
 * Immutable, a boxed type with atomic reference counting, and it may be read from any thread.
 *
 * One signature covers all events of a transaction. They are the leaves of a Merkle tree of the shape
 * of RFC 6962 section 2.1, with BLAKE3: a leaf is the hash of a zero byte and the canonical JSON
 * `{"event_id":…,"position":…}`, a node that of a byte 1 and of both hashes below it. Signed is the
 * canonical JSON `{"root":BASE58,"server":NAME,"size":N,"type":"guildhall-receipt-1"}`.
 *
 * In JSON: `{"event_id":…,"position":…,"server":…,"key_id":"ed25519:…","index":I,"size":N,
 * "path":[BASE58…],"signature":BASE58}`. The path has the hash beside each node on the way from the
 * leaf to the root, the nearest first.
 */
typedef struct _GhReceipt GhReceipt;

#define GH_TYPE_RECEIPT (gh_receipt_get_type ())

GType gh_receipt_get_type (void) G_GNUC_CONST;

GhReceipt *gh_receipt_from_json (GhJson *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhReceipt *gh_receipt_ref (GhReceipt *self);
void gh_receipt_unref (GhReceipt *self);

const char *gh_receipt_get_event_id (GhReceipt *self);
gint64 gh_receipt_get_position (GhReceipt *self);
const char *gh_receipt_get_server (GhReceipt *self);
const char *gh_receipt_get_key_id (GhReceipt *self);

gboolean gh_receipt_verify (GhReceipt *self, GhKeyRing *keys, GError **error);

GhJson *gh_receipt_to_json (GhReceipt *self) G_GNUC_WARN_UNUSED_RESULT;
void gh_receipt_add_to (GhReceipt *self, GhJsonBuilder *builder, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhReceipt, gh_receipt_unref)

G_END_DECLS
