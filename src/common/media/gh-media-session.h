/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-media-opener.h"
#include "gh-media-sealer.h"
#include "gh-secret.h"
#include "gh-time.h"

G_BEGIN_DECLS

/* So many epochs have keys at a time: the one before, the one in use, and the one to come. */
#define GH_MEDIA_MAX_EPOCHS 3
/* How long an epoch's packets are still opened when we seal with a later one. */
#define GH_MEDIA_GRACE_MS 2000
#define GH_MEDIA_MAX_NAME 320

/**
 * GhMediaSession:
 *
 * One member's part in one call: the session keys of its epochs, and the sealers and openers that
 * follow from them. Without a key nothing is sealed and nothing opens. Reference counted; every
 * function may be called on any thread.
 */
typedef struct _GhMediaSession GhMediaSession;

#define GH_TYPE_MEDIA_SESSION (gh_media_session_get_type ())

GType gh_media_session_get_type (void) G_GNUC_CONST;

GhMediaSession *gh_media_session_new (const char *call_id, const char *member_id,
                                      GhClock *clock) G_GNUC_WARN_UNUSED_RESULT;
GhMediaSession *gh_media_session_ref (GhMediaSession *self);
void gh_media_session_unref (GhMediaSession *self);

gboolean gh_media_session_install (GhMediaSession *self, guint32 epoch, GhSecret *key,
                                   GError **error);
gboolean gh_media_session_send_with (GhMediaSession *self, guint32 epoch, GError **error);
gint64 gh_media_session_expire (GhMediaSession *self);
void gh_media_session_clear (GhMediaSession *self);
void gh_media_session_hold (GhMediaSession *self, guint payload_type, gboolean is_held);

GhMediaSealer *gh_media_session_create_sealer (GhMediaSession *self,
                                               const char *to) G_GNUC_WARN_UNUSED_RESULT;
GhMediaOpener *gh_media_session_get_opener (GhMediaSession *self, const char *from,
                                            gboolean is_for_all) G_GNUC_WARN_UNUSED_RESULT;
void gh_media_session_forget (GhMediaSession *self, const char *from);

const char *gh_media_session_get_call_id (GhMediaSession *self);
const char *gh_media_session_get_member_id (GhMediaSession *self);
gboolean gh_media_session_get_epoch (GhMediaSession *self, guint32 *epoch);
void gh_media_session_get_stats (GhMediaSession *self, GhMediaStats *stats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhMediaSession, gh_media_session_unref)

G_END_DECLS
