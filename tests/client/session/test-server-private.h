/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "gh-json-builder.h"
#include "test-server.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define TEST_SERVER_NAME "localhost"
#define TEST_SERVER_USER "@ada:localhost"
#define TEST_SERVER_DEVICE "D1111111A"

struct _TestServer
{
  TestDaemon daemon; /* folder and address */
  SoupServer *soup;
  GPtrArray *sockets;
  GhSigningKey *key;
  GhSigningKey *stranger; /* nobody's */
  GHashTable *txns;       /* txn_id → GhEvent */
  char *guild_id;
  char *channel_id;
  gint64 position;
  TestReceipts receipts;
  gboolean has_keys;
  gboolean event_first;
  gboolean loses_reply;
  gboolean busy;
  guint n_missed; /* pages still to come */

  const char *brook; /* as the guild has it; NULL: there is no Brook */
  const char *brook_at_ready;
  const char *brook_then;
  const char *own_at_ready;
  char *told_presence;
  gboolean refuses_presence;

  GPtrArray *renewals;
  char *refresh_token;
  guint n_pairs; /* of tokens given */
  guint n_used;  /* the latest pair that was used */
  guint n_lost;  /* replies still to lose */
  gboolean garbles;

  GArray *profiles_asked; /* of gint64 */
  guint n_refused;
};

/* What it says, all of it (transfer full). */
GBytes *test_server_make_info (TestServer *self);
GBytes *test_server_make_tokens (TestServer *self);
GBytes *test_server_make_guilds (TestServer *self);
GBytes *test_server_make_history (TestServer *self);
GBytes *test_server_make_acknowledgement (TestServer *self, GhEvent *event);
/* Of TEST_SERVER_OTHER. */
GhJson *test_server_make_profile (const char *bio, gint64 changed_ts);
/* @builder: (transfer full) */
GBytes *test_server_take_bytes (GhJsonBuilder *builder);
/* (transfer none): the event of the message, the same one for the same transaction. */
GhEvent *test_server_commit (TestServer *self, GhJson *data);

G_END_DECLS
