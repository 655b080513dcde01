/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-secret.h"
#include "ghc-call-description.h"

G_BEGIN_DECLS

/* What a server says to a device that takes part in a call; parsed and checked, for it is hostile input.
 * Reading it wipes what is secret from the document, which can be read only once. */

/**
 * GhcCallTicket:
 * @ice_servers: (element-type GhcIceServer)
 * @description: who is there; from the document @call
 *
 * The answer of call.join.
 */
typedef struct
{
  char               *call_id;
  char               *member_id;
  char               *ice_ufrag;
  char               *ice_password;
  GhSecret           *key;
  guint32             epoch;
  guint               alive_ms;
  GPtrArray          *ice_servers;
  GhJson             *call;
  GhcCallDescription *description;
} GhcCallTicket;

typedef enum
{
  GHC_CALL_NEWS_KEY,
  GHC_CALL_NEWS_SIGNAL,
  GHC_CALL_NEWS_ENDED,
} GhcCallNewsKind;

/**
 * GhcCallNews:
 *
 * "m.call.key", "m.call.signal" or "m.call.ended". Only what belongs to @kind is set.
 */
typedef struct
{
  GhcCallNewsKind kind;
  char           *call_id;
  guint32         epoch;       /* key */
  GhSecret       *key;         /* key */
  char           *from_user;   /* signal */
  char           *from_member; /* signal */
  char           *from_ufrag;  /* signal: (nullable): of the sender's ticket; older servers do not tell */
  char           *to_member;   /* signal */
  GhJson         *signal;      /* signal: an object that nobody has checked */
  char           *reason;      /* ended */
} GhcCallNews;

GhcCallTicket *ghc_call_ticket_new_from_json (GhJson *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void           ghc_call_ticket_free          (GhcCallTicket *self);

GPtrArray     *ghc_call_wire_read_renewal    (GhJson *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean       ghc_call_news_is_type         (const char *type);
GhcCallNews   *ghc_call_news_new_from_json   (const char *type,
                                              GhJson     *json,
                                              GError    **error) G_GNUC_WARN_UNUSED_RESULT;
void           ghc_call_news_free            (GhcCallNews *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcCallTicket, ghc_call_ticket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcCallNews, ghc_call_news_free)

G_END_DECLS
