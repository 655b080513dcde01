/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event-draft.h"

G_BEGIN_DECLS

/**
 * GhdSigning:
 *
 * Events that are to be signed, and those who sign them: the thread that adds them, and others that
 * help when it has many. An event's id does not depend on its signature, so the next one is built
 * while this one is signed.
 */
typedef struct _GhdSigning GhdSigning;

GThreadPool *ghd_signing_make_helpers (void);

GhdSigning *ghd_signing_new (const GhEventSigner *signer, GThreadPool *helpers);
void ghd_signing_add (GhdSigning *self, GhEvent *event);
gboolean ghd_signing_finish (GhdSigning *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
