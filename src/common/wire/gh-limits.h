/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

/* Every limit of the wire, in one place. Sizes are bytes unless the name says otherwise. The server
 * may be configured to smaller values (settings of group "limits"), never to larger ones. */

/* One WebSocket message from a client; replies and events from the server may be larger. */
#define GH_LIMIT_FRAME (64 * 1024)
/* One WebSocket message from the server: a page of events, or a guild with all its members. */
#define GH_LIMIT_SERVER_FRAME (16 * 1024 * 1024)
/* Canonical content of an event. */
#define GH_LIMIT_CONTENT (16 * 1024)
/* An event in log form, with header, content and signatures. */
#define GH_LIMIT_EVENT (64 * 1024)
/* Body of an HTTP request that is JSON. */
#define GH_LIMIT_BODY (256 * 1024)
/* Levels of nesting in any JSON. */
#define GH_LIMIT_JSON_DEPTH 32
/* Levels of nesting in an event's content, so that a page of events stays within the above. */
#define GH_LIMIT_CONTENT_DEPTH 16
/* Integers in JSON: the range that every JSON reader keeps exactly. */
#define GH_LIMIT_JSON_INT G_GINT64_CONSTANT (9007199254740991)

/* Ids and protocol words. */
#define GH_LIMIT_ID 320
#define GH_LIMIT_EVENT_TYPE 64
#define GH_LIMIT_STATE_KEY 320
#define GH_LIMIT_TXN_ID 64
#define GH_LIMIT_CALL_ID 64 /* also of what names somebody's stay in a call */
#define GH_LIMIT_REQUEST_ID 64
#define GH_LIMIT_OPERATION 64
#define GH_LIMIT_TOKEN 256
#define GH_LIMIT_INVITE_CODE 64
#define GH_LIMIT_SESSION 64
#define GH_LIMIT_KEY_ID 64

/* Events cited by an event. */
#define GH_LIMIT_PREV_EVENTS 20
#define GH_LIMIT_AUTH_EVENTS 10
#define GH_LIMIT_SIGNATURES 8
#define GH_SALT_SIZE 16
#define GH_SIGNATURE_SIZE 64
/* Events that one receipt's signature covers. */
#define GH_LIMIT_RECEIPT_SIZE 65536

/* What people write. Characters are grapheme clusters, as a person counts them. */
#define GH_LIMIT_MESSAGE 8000
#define GH_LIMIT_DISPLAY_NAME_CHARS 32
#define GH_LIMIT_DISPLAY_NAME 256
#define GH_LIMIT_BIO_CHARS 500
#define GH_LIMIT_BIO 4000
#define GH_LIMIT_STATUS_CHARS 128
#define GH_LIMIT_STATUS 1024
#define GH_LIMIT_GUILD_NAME_CHARS 64
#define GH_LIMIT_GUILD_NAME 256
#define GH_LIMIT_DESCRIPTION_CHARS 500
#define GH_LIMIT_DESCRIPTION 4000
#define GH_LIMIT_CHANNEL_NAME_CHARS 64
#define GH_LIMIT_CHANNEL_NAME 256
#define GH_LIMIT_TOPIC_CHARS 500
#define GH_LIMIT_TOPIC 4000
#define GH_LIMIT_ROLE_NAME_CHARS 32
#define GH_LIMIT_ROLE_NAME 128
#define GH_LIMIT_REASON_CHARS 200
#define GH_LIMIT_REASON 800
#define GH_LIMIT_DEVICE_NAME_CHARS 64
#define GH_LIMIT_DEVICE_NAME 256
#define GH_LIMIT_PASSWORD 1024
#define GH_LIMIT_IMAGE (5 * 1024 * 1024)

/* How many there may be. */
#define GH_LIMIT_ROLES 250
#define GH_LIMIT_MEMBER_ROLES 100
#define GH_LIMIT_CHANNELS 500
#define GH_LIMIT_OVERRIDES 100
#define GH_LIMIT_GUILDS_PER_USER 200
#define GH_LIMIT_INVITES 100 /* that still work, of one person in one guild */
#define GH_LIMIT_CALL_MEMBERS 64

/* Pages. */
#define GH_LIMIT_HISTORY_PAGE 200
#define GH_DEFAULT_HISTORY_PAGE 50
#define GH_LIMIT_EVENTS_PAGE 500
#define GH_LIMIT_MEMBERS_PAGE 1000

/* The gateway's rhythm. */
#define GH_HEARTBEAT_MS 30000
#define GH_RECONNECT_MIN_MS 500
#define GH_RECONNECT_MAX_MS 30000
/* Whoever is in a call: the others wait for them for no more than ten seconds after a restart. */
#define GH_RECONNECT_IN_CALL_MAX_MS 2000

/* The port that guildhalld listens on unless told otherwise. */
#define GH_DEFAULT_PORT 8448
