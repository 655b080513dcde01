/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-media-packet.h"
#include "gh-media-stats.h"

G_BEGIN_DECLS

/* So many sealers of one sender are told apart in one epoch; one more needs a new epoch. */
#define GH_MEDIA_MAX_SALTS 32

/**
 * GhMediaOpener:
 *
 * Opens what one member sends us, each packet once. It remembers what it opened for as long as the
 * epoch's key lives. Reference counted; any thread may open, and the packets of several threads take
 * turns.
 */
typedef struct _GhMediaOpener GhMediaOpener;

#define GH_TYPE_MEDIA_OPENER (gh_media_opener_get_type ())

GType gh_media_opener_get_type (void) G_GNUC_CONST;

GhMediaOpener *gh_media_opener_ref (GhMediaOpener *self);
void gh_media_opener_unref (GhMediaOpener *self);
GhMediaResult gh_media_opener_open (GhMediaOpener *self, const guint8 *sealed, gsize size,
                                    guint8 *packet, gsize *packet_size, GhMediaKind *kind);
void gh_media_opener_get_stats (GhMediaOpener *self, GhMediaStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhMediaOpener, gh_media_opener_unref)

G_END_DECLS
