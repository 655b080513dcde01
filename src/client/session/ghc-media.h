/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

typedef struct _GhcSession GhcSession;

#define GHC_TYPE_MEDIA (ghc_media_get_type ())
G_DECLARE_FINAL_TYPE (GhcMedia, ghc_media, GHC, MEDIA, GObject)

/**
 * GhcMedia:
 *
 * An account's pictures: in memory, on disk, else from the server. What an id names never changes,
 * so nothing is ever asked for twice. Belongs to its session, which it does not keep alive.
 */
GhcMedia  *ghc_media_new    (GhcSession *session, const char *folder);

/* Resolves to #GBytes. */
DexFuture *ghc_media_fetch  (GhcMedia *self, const char *media_id, guint size);

/* Deletes the folder. Resolves to TRUE. */
DexFuture *ghc_media_remove (GhcMedia *self);

G_END_DECLS
