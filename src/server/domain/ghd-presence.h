/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"

G_BEGIN_DECLS

typedef enum
{
  GHD_PRESENCE_OFFLINE,
  GHD_PRESENCE_ONLINE,
  GHD_PRESENCE_IDLE,
  GHD_PRESENCE_DND,
  GHD_PRESENCE_INVISIBLE,
} GhdPresenceState;

/**
 * GhdPresence:
 *
 * Who is here, and who is typing. It follows from live connections, which nobody stores, and from what
 * people choose, which is kept with their account; it is told to those who share a guild. Functions
 * that take a GError ** may wait: they run on the caller's fiber.
 */
#define GHD_TYPE_PRESENCE (ghd_presence_get_type ())

G_DECLARE_FINAL_TYPE (GhdPresence, ghd_presence, GHD, PRESENCE, GObject)

GhdPresence     *ghd_presence_new            (GhdPool *pool, GhdGuilds *guilds,
                                              GhdHub *hub);
gboolean         ghd_presence_load           (GhdPresence *self, const char *user_id,
                                              GError **error);
GhdPresenceState ghd_presence_get_seen       (GhdPresence *self, const char *user_id);
gboolean         ghd_presence_set            (GhdPresence *self, const char *user_id,
                                              GhdPresenceState state, GError **error);
void             ghd_presence_attached       (GhdPresence *self, const char *user_id);
void             ghd_presence_detached       (GhdPresence *self, const char *user_id);
void             ghd_presence_announce       (GhdPresence *self, const char *user_id);
GhJson          *ghd_presence_list_for       (GhdPresence *self, const char *user_id,
                                              GPtrArray *guilds);
void             ghd_presence_typing         (GhdPresence *self, GhdChannel *channel,
                                              const char *user_id, gboolean typing);

const char      *ghd_presence_state_to_string   (GhdPresenceState state);
gboolean         ghd_presence_state_from_string (const char *text, GhdPresenceState *state);

G_END_DECLS
