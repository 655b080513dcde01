/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-media-packet.h"
#include "gh-media-stats.h"

G_BEGIN_DECLS

/**
 * GhMediaSealer:
 *
 * Seals what one member sends over one path. It has a random salt of its own and one counter for all
 * kinds of packets, so no two packets share a nonce. Reference counted; any thread may seal, and the
 * packets of several threads take turns.
 */
typedef struct _GhMediaSealer GhMediaSealer;

#define GH_TYPE_MEDIA_SEALER (gh_media_sealer_get_type ())

GType gh_media_sealer_get_type (void) G_GNUC_CONST;

GhMediaSealer *gh_media_sealer_ref (GhMediaSealer *self);
void gh_media_sealer_unref (GhMediaSealer *self);
GhMediaResult gh_media_sealer_seal (GhMediaSealer *self, GhMediaKind kind, const guint8 *packet,
                                    gsize size, guint8 *sealed, gsize *sealed_size);
gboolean gh_media_sealer_has_key (GhMediaSealer *self);
void gh_media_sealer_get_stats (GhMediaSealer *self, GhMediaStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhMediaSealer, gh_media_sealer_unref)

G_END_DECLS
