/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "ghd-caller.h"
#include "ghd-domain.h"
#include "ghd-operation.h"
#include "ghd-reply.h"

G_BEGIN_DECLS

/**
 * GhdCall:
 *
 * One request on its way through a handler: who asks, and for what. Its data was checked against the
 * table already. Handlers run on a fiber and may wait.
 */
struct _GhdCall
{
  GhdDomain          *domain;
  GhdCaller          *caller;
  const GhdOperation *operation;
  GhJson             *data;
  GBytes             *raw; /* nullable */
  char               *request_id;
};

const char *ghd_call_get_user     (GhdCall *self);
gboolean    ghd_call_has          (GhdCall *self, const char *name);
const char *ghd_call_get_string   (GhdCall *self, const char *name);
gint64      ghd_call_get_int      (GhdCall *self, const char *name, gint64 fallback);
gboolean    ghd_call_get_bool     (GhdCall *self, const char *name, gboolean fallback);
char       *ghd_call_dup_name     (GhdCall *self, const char *name);
char       *ghd_call_dup_text     (GhdCall *self, const char *name);

/* answers */
GhdReply   *ghd_call_reply        (GhJsonBuilder *builder);
GhdReply   *ghd_call_reply_empty  (void);
GhdReply   *ghd_call_reply_commit (GhdCommit *commit);
GhdReply   *ghd_call_reply_guild  (GhdCall *self, const char *guild_id, GhdCommit *commit,
                                   GError **error);

G_END_DECLS
