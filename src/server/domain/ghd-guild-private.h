/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guild.h"

G_BEGIN_DECLS

/* For ghd-guild.c, which answers what is, and ghd-guild-fold.c, which changes it. */
struct _GhdGuild
{
  GObject     parent_instance;
  char       *guild_id;
  char       *name;
  char       *description;
  char       *icon;
  char       *owner;
  char       *create_event_id;
  char       *owner_event_id; /* (nullable): what made somebody the owner after its creation */
  gboolean    deleted;
  GHashTable *members;  /* user id -> GhdMember, those who are joined */
  GHashTable *bans;     /* set of user ids */
  GHashTable *roles;    /* role id -> GhdRole */
  GHashTable *channels; /* channel or category id -> GhdChannel */
  GHashTable *leaving;  /* set of "user id" and "user id channel id": being written */
  GPtrArray  *sorted_members; /* lazily made, dropped when membership changes */
  guint64     generation;     /* counts what may change permissions */
};

void ghd_channel_member_free (gpointer data);

G_END_DECLS
