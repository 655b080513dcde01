/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guild.h"

G_BEGIN_DECLS

/**
 * GhdChannelRecord:
 *
 * What a guild says of one of its channels (the content of m.guild.channel), to be changed and
 * written. It owns nothing.
 */
typedef struct
{
  GhdChannelKind kind;
  const char    *name;
  gboolean       is_private;
  gboolean       auto_join;
  const char    *parent;    /* nullable */
  gint64         order;
  GHashTable    *overrides; /* nullable: target -> GhPermissionOverride */
} GhdChannelRecord;

void    ghd_channel_record_init    (GhdChannelRecord *self, GhdChannel *channel);
GhJson *ghd_channel_record_to_json (const GhdChannelRecord *self);
GhJson *ghd_channel_create_content (const char *guild_id, GhdChannelKind kind,
                                    gboolean is_private);

G_END_DECLS
