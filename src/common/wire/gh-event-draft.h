/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-event.h"

G_BEGIN_DECLS

/**
 * GhEventSigner:
 * @server: the origin server's name, which becomes the event's origin_server
 * @key_id: "ed25519:…"
 * @sign: signs @data, for an event the 32 bytes of its hash; returns %FALSE with an error when it
 *   cannot
 *
 * Who signs. A plain struct so that wire needs nothing of the crypto layer;
 * gh_signing_key_sign() fits @sign.
 */
typedef struct
{
  const char *server;
  const char *key_id;
  gboolean (*sign) (gconstpointer data, gsize size, guint8 signature[GH_SIGNATURE_SIZE],
                    gpointer user_data, GError **error);
  gpointer user_data;
} GhEventSigner;

/**
 * GhEventDraft:
 *
 * An event that is not in the log yet: what its author decides, without position, predecessors, salt
 * and signature. Reference counted; not to be changed after it was handed to the writer.
 */
typedef struct _GhEventDraft GhEventDraft;

#define GH_TYPE_EVENT_DRAFT (gh_event_draft_get_type ())

GType gh_event_draft_get_type (void) G_GNUC_CONST;

GhEventDraft *gh_event_draft_new (const char *room_id, const char *type, const char *state_key,
                                  const char *sender, GhJson *content) G_GNUC_WARN_UNUSED_RESULT;
GhEventDraft *gh_event_draft_ref (GhEventDraft *self);
void gh_event_draft_unref (GhEventDraft *self);

void gh_event_draft_set_origin_ts (GhEventDraft *self, gint64 origin_ts);
void gh_event_draft_set_auth_events (GhEventDraft *self, const char *const *auth_events);
void gh_event_draft_set_txn_id (GhEventDraft *self, const char *txn_id);

const char *gh_event_draft_get_room_id (GhEventDraft *self);
const char *gh_event_draft_get_state_key (GhEventDraft *self);
gint64 gh_event_draft_get_origin_ts (GhEventDraft *self);
const char *const *gh_event_draft_get_auth_events (GhEventDraft *self);

GhEvent *gh_event_draft_finish (GhEventDraft *self, gint64 position, const char *const *prev_events,
                                const guint8 *salt, const GhEventSigner *signer,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_event_sign (GhEvent *self, const GhEventSigner *signer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhEventDraft, gh_event_draft_unref)

G_END_DECLS
