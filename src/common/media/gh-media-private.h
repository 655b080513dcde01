/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-media-session.h"

/* Within this folder, and for its tests. */

G_BEGIN_DECLS

/* --- gh-media-keys.c: what follows from names and keys --- */

void gh_media_keys_derive (GhSecret *session_key, guint32 epoch, const char *call_id,
                           const char *sender, guint8 key[GH_MEDIA_KEY_SIZE]);
void gh_media_keys_context (const char *call_id, const char *sender, const char *receiver,
                            guint8 context[GH_MEDIA_CONTEXT_SIZE]);

/* --- gh-media-salts.c: the salts of this process's own sealers --- */

typedef struct _GhMediaSalts GhMediaSalts;

GhMediaSalts *gh_media_salts_new (void);
GhMediaSalts *gh_media_salts_ref (GhMediaSalts *self);
void gh_media_salts_unref (GhMediaSalts *self);
guint64 gh_media_salts_draw (GhMediaSalts *self);
gboolean gh_media_salts_has (GhMediaSalts *self, guint64 salt);

/* --- Sealers and openers, for the session; it holds its own lock and they take theirs --- */

GhMediaSealer *gh_media_sealer_new (GhMediaSession *session, const char *sender,
                                    const char *receiver, guint64 salt);
void gh_media_sealer_set_key (GhMediaSealer *self, guint32 epoch, GhSecret *session_key);
void gh_media_sealer_set_hold (GhMediaSealer *self, guint payload_type, gboolean is_held);
void gh_media_sealer_set_counter (GhMediaSealer *self, guint64 counter);

GhMediaOpener *gh_media_opener_new (GhMediaSalts *own_salts, GhClock *clock, const char *call_id,
                                    const char *sender, const char *receiver);
void gh_media_opener_add_epoch (GhMediaOpener *self, guint slot, guint32 epoch,
                                GhSecret *session_key);
void gh_media_opener_end_epoch (GhMediaOpener *self, guint slot, gint64 gone_at_us);
void gh_media_opener_drop_epoch (GhMediaOpener *self, guint slot);

void gh_media_session_remove_sealer (GhMediaSession *self, GhMediaSealer *sealer);
void gh_media_stats_add (GhMediaStats *sum, const GhMediaStats *part);

G_END_DECLS
