/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-event.h"

G_BEGIN_DECLS

typedef struct
{
  const char *server;
  const char *key_id;
  guint8 bytes[GH_SIGNATURE_SIZE];
} GhEventSignature;

struct _GhEvent
{
  gatomicrefcount ref_count;
  GhHash hash;
  GhHash content_hash;
  guint8 salt[GH_SALT_SIZE];
  char id[1 + GH_HASH_MAX_TEXT + 1];
  guint n_signatures;
  gint64 origin_ts;
  gint64 position;
  GBytes *header_bytes;
  GBytes *content_bytes; /* NULL when erased */
  GhJson *content;       /* atomic; made when first asked for; NULL when erased */
  GBytes *bytes;         /* atomic; made when first asked for */

  /* All of these lie in @arena, so that an event is one piece of memory. */
  const char *room_id;
  const char *origin_server;
  const char *type;
  const char *state_key;
  const char *sender;
  const char *txn_id;
  const char **prev_events;
  const char **auth_events;
  GhEventSignature *signatures;
  gpointer arena[];
};

/* Everything that an event is made of, wherever it comes from; borrowed, and copied by
 * gh_event_new(). Checked already, but for the hashes. */
typedef struct
{
  const char *room_id;
  const char *origin_server;
  const char *type;
  const char *state_key;
  const char *sender;
  const char *txn_id;
  gint64 origin_ts;
  gint64 position;
  const char *prev_events[GH_LIMIT_PREV_EVENTS];
  gsize n_prev_events;
  const char *auth_events[GH_LIMIT_AUTH_EVENTS];
  gsize n_auth_events;
  GhEventSignature signatures[GH_LIMIT_SIGNATURES];
  gsize n_signatures;
  GhHash content_hash;
  gboolean has_content;
  guint8 salt[GH_SALT_SIZE];
  GBytes *content_bytes; /* canonical */
} GhEventFields;

/* Canonical header of @fields. */
GBytes *gh_event_fields_header (const GhEventFields *fields);
/* The log form of @fields, canonical as well. */
GBytes *gh_event_fields_log_form (const GhEventFields *fields, const char *event_id);
/* What content_hash must be for these. */
GhHash gh_event_hash_content (const guint8 salt[GH_SALT_SIZE], GBytes *content_bytes);
/* Copies @fields; the event's hash is that of @header. */
GhEvent *gh_event_new (const GhEventFields *fields, GBytes *header);
/* What an event was made of: pointers into @self. */
void gh_event_get_fields (GhEvent *self, GhEventFields *fields);

gboolean gh_event_type_is_valid (const char *type);
gboolean gh_event_state_key_is_valid (const char *state_key);
gboolean gh_key_id_is_valid (const char *key_id);

G_END_DECLS
