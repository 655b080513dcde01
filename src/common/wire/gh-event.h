/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-hash.h"
#include "gh-json.h"
#include "gh-limits.h"

G_BEGIN_DECLS

/* Types of events. */
#define GH_EVENT_GUILD_CREATE "m.guild.create"
#define GH_EVENT_GUILD_META "m.guild.meta"
#define GH_EVENT_GUILD_ROLE "m.guild.role"
#define GH_EVENT_GUILD_CHANNEL "m.guild.channel"
#define GH_EVENT_GUILD_MEMBER_ROLES "m.guild.member.roles"
#define GH_EVENT_GUILD_DELETE "m.guild.delete"
#define GH_EVENT_ROOM_MEMBER "m.room.member"
#define GH_EVENT_ROOM_MESSAGE "m.room.message"
#define GH_EVENT_CHANNEL_CREATE "m.channel.create"
#define GH_EVENT_CHANNEL_TOPIC "m.channel.topic"
#define GH_EVENT_CHANNEL_DELETE "m.channel.delete"

/**
 * GhEvent:
 *
 * One event of a room's log, immutable, its id and content hash verified. A boxed type with atomic
 * reference counting: `dex_future_new_take_boxed (GH_TYPE_EVENT, event)` and `dex_await_boxed ()`
 * carry it, and it may be read from any thread.
 *
 * Content may have been erased together with its salt; the event still verifies, and
 * gh_event_get_content() is then %NULL.
 */
typedef struct _GhEvent GhEvent;

#define GH_TYPE_EVENT (gh_event_get_type ())

GType gh_event_get_type (void) G_GNUC_CONST;

GhEvent *gh_event_parse (const char *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhEvent *gh_event_from_json (GhJson *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhEvent *gh_event_ref (GhEvent *self);
void gh_event_unref (GhEvent *self);

const char *gh_event_get_id (GhEvent *self);
const GhHash *gh_event_get_hash (GhEvent *self);
const char *gh_event_get_room_id (GhEvent *self);
const char *gh_event_get_origin_server (GhEvent *self);
const char *gh_event_get_event_type (GhEvent *self);
gboolean gh_event_is (GhEvent *self, const char *type);
const char *gh_event_get_state_key (GhEvent *self);
gboolean gh_event_is_state (GhEvent *self);
const char *gh_event_get_sender (GhEvent *self);
gint64 gh_event_get_origin_ts (GhEvent *self);
const char *const *gh_event_get_prev_events (GhEvent *self);
const char *const *gh_event_get_auth_events (GhEvent *self);
const GhHash *gh_event_get_content_hash (GhEvent *self);
GhJson *gh_event_get_content (GhEvent *self);
const guint8 *gh_event_get_salt (GhEvent *self);
gint64 gh_event_get_position (GhEvent *self);
const char *gh_event_get_txn_id (GhEvent *self);

/* Bytes, kept by the event: the log form for the wire, and what the hashes cover. */
GBytes *gh_event_get_bytes (GhEvent *self);
GBytes *gh_event_get_header_bytes (GhEvent *self);
GBytes *gh_event_get_content_bytes (GhEvent *self);

/* Signatures over gh_event_get_hash(), verified by the crypto layer's key ring. */
guint gh_event_get_n_signatures (GhEvent *self);
const guint8 *gh_event_get_signature (GhEvent *self, guint index, const char **server,
                                      const char **key_id);

/* 1 to GH_LIMIT_TXN_ID printable ASCII characters. */
gboolean gh_txn_id_is_valid (const char *txn_id);

/* The same event without content and salt; and recomputing both hashes from what it holds. */
GhEvent *gh_event_erase (GhEvent *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_event_verify_hash (GhEvent *self, GError **error);

/**
 * GhEventParts:
 *
 * An event as a table keeps it: canonical header and content apart from what is outside the hash.
 * @content and @salt are both %NULL when the content was erased.
 */
typedef struct
{
  const char *header;
  gsize header_size;
  const char *content;
  gsize content_size;
  const guint8 *salt;      /* GH_SALT_SIZE bytes */
  const char *key_id;      /* "ed25519:…"; of origin_server */
  const guint8 *signature; /* GH_SIGNATURE_SIZE bytes */
  gint64 position;
  const char *txn_id;
} GhEventParts;

GhEvent *gh_event_from_parts (const GhEventParts *parts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhEvent, gh_event_unref)

G_END_DECLS
