/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghd-guild.h"

#include <string.h>

/* A small guild made of facts: an owner, two roles, two channels. */

#define GUILD "!95RwwVxivDhGAi9qsvo3ma:localhost"
#define GENERAL "!9CbMCfsc2aqHkf9dp8anfz:localhost"
#define SECRET "!9KkkTqnV8wyKLc9RkLNXaQ:localhost"
#define OWNER "@owner:localhost"
#define MOD "@mod:localhost"
#define PLAIN "@plain:localhost"
#define STRANGER "@stranger:localhost"

static inline void
fact_at (GhdGuild   *guild,
         const char *room_id,
         const char *type,
         const char *state_key,
         const char *content,
         gint64      position)
{
  g_autoptr (GhJson) json = gh_json_parse_object (content, strlen (content), NULL);
  g_autofree char *event_id = g_strdup_printf ("$event%" G_GINT64_FORMAT, position);

  g_assert_nonnull (json);
  ghd_guild_fold (guild, &(GhdFact) {
    .room_id = room_id,
    .type = type,
    .state_key = state_key,
    .sender = OWNER,
    .event_id = event_id,
    .origin_ts = 1000 + position,
    .position = position,
    .content = json,
  });
}

static inline void
fact (GhdGuild   *guild,
      const char *room_id,
      const char *type,
      const char *state_key,
      const char *content)
{
  static gint64 position = 1000;

  fact_at (guild, room_id, type, state_key, content, ++position);
}

#define JOIN "{\"membership\":\"join\"}"
#define LEAVE "{\"membership\":\"leave\"}"
#define BAN "{\"membership\":\"ban\"}"
#define INVITE "{\"membership\":\"invite\"}"

static inline GhdGuild *
small_guild (void)
{
  GhdGuild *guild = ghd_guild_new (GUILD);

  fact (guild, GUILD, GH_EVENT_GUILD_CREATE, "", "{\"owner\":\"" OWNER "\",\"version\":1}");
  fact (guild, GUILD, GH_EVENT_GUILD_META, "", "{\"name\":\"Guild\",\"owner\":\"" OWNER "\"}");
  /* view, send, invite, connect, speak */
  fact (guild, GUILD, GH_EVENT_GUILD_ROLE, "everyone",
        "{\"name\":\"everyone\",\"permissions\":227,\"order\":0}");
  /* kick, manage channels */
  fact (guild, GUILD, GH_EVENT_GUILD_ROLE, "r_mods",
        "{\"name\":\"Mods\",\"permissions\":5120,\"order\":5,\"color\":255,\"hoist\":true}");
  fact (guild, GUILD, GH_EVENT_GUILD_ROLE, "r_admins",
        "{\"name\":\"Admins\",\"permissions\":32768,\"order\":9}");
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, OWNER, JOIN);
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, MOD, JOIN);
  fact (guild, GUILD, GH_EVENT_ROOM_MEMBER, PLAIN, JOIN);
  fact (guild, GUILD, GH_EVENT_GUILD_MEMBER_ROLES, MOD, "{\"roles\":[\"r_mods\"]}");
  fact (guild, GUILD, GH_EVENT_GUILD_CHANNEL, GENERAL,
        "{\"kind\":\"text\",\"name\":\"general\",\"private\":false,\"order\":1,\"auto_join\":true}");
  fact (guild, GENERAL, GH_EVENT_CHANNEL_CREATE, "",
        "{\"guild_id\":\"" GUILD "\",\"kind\":\"text\",\"private\":false}");
  fact (guild, GENERAL, GH_EVENT_ROOM_MEMBER, OWNER, JOIN);
  fact (guild, GENERAL, GH_EVENT_ROOM_MEMBER, MOD, JOIN);
  fact (guild, GENERAL, GH_EVENT_ROOM_MEMBER, PLAIN, JOIN);
  fact (guild, GUILD, GH_EVENT_GUILD_CHANNEL, SECRET,
        "{\"kind\":\"text\",\"name\":\"secret\",\"private\":true,\"order\":0}");
  fact (guild, SECRET, GH_EVENT_CHANNEL_CREATE, "",
        "{\"guild_id\":\"" GUILD "\",\"kind\":\"text\",\"private\":true}");
  fact (guild, SECRET, GH_EVENT_ROOM_MEMBER, PLAIN, JOIN);

  return guild;
}
