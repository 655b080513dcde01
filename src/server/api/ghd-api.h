/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libdex.h>

#include "gh-json.h"
#include "ghd-caller.h"
#include "ghd-hub.h"
#include "ghd-operation.h"
#include "ghd-reply.h"
#include "ghd-tracer.h"

G_BEGIN_DECLS

/* Not included: its header leads to the store, which is nothing to whoever uses the api. */
typedef struct _GhdDomain GhdDomain;

#define GHD_TYPE_API (ghd_api_get_type ())

G_DECLARE_FINAL_TYPE (GhdApi, ghd_api, GHD, API, GObject)

GhdApi             *ghd_api_new          (GhdDomain *domain, GhdTracer *tracer);
GhdTracer          *ghd_api_get_tracer   (GhdApi *self);

/* The table of operations, from which the net layer routes HTTP. */
const GhdOperation *ghd_api_operations   (gsize *n_operations);
const GhdOperation *ghd_api_find         (const char *name);
gsize               ghd_api_max_body     (GhdApi *self, const GhdOperation *operation);

/* Resolves to a GhdCaller; rejects with GH_ERROR_UNAUTHENTICATED (or UNAVAILABLE). @token NULL
 * gives a caller who is not signed in. */
DexFuture          *ghd_api_authenticate (GhdApi *self, const char *address, const char *token);

/* Counts and rejects what is no request for an operation. */
DexFuture          *ghd_api_refuse       (GhdApi *self, GhdCaller *caller, const char *address,
                                          GError *error);

/* Runs one operation; resolves to a GhdReply, rejects with a GError of the domain GH_ERROR.
 * @raw is the body of a RAW_BODY operation, else NULL. */
DexFuture          *ghd_api_call         (GhdApi *self, GhdCaller *caller, const char *request_id,
                                          const GhdTraceContext *parent, const char *operation,
                                          GhJson *data, GBytes *raw);

/* Gateway: attaches an identified connection. The "ready" frame is delivered to @subscriber before
 * this resolves (to TRUE) and before any event, so that nothing can come between them. */
DexFuture          *ghd_api_attach       (GhdApi *self, GhdCaller *caller,
                                          GhdSubscriber *subscriber);
void                ghd_api_detach       (GhdApi *self, GhdSubscriber *subscriber);

/* A flush is called once after each publication: wake the I/O threads there. */
void                ghd_api_set_flush    (GhdApi *self, GhdHubFlush flush, gpointer user_data);
guint               ghd_api_close_all    (GhdApi *self, guint code, const char *reason);

/* JSON text of the table, for `guildhalld --print-operations` and the tests. */
char               *ghd_api_describe     (void);

G_END_DECLS
