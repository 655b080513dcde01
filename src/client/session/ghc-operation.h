/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"

G_BEGIN_DECLS

typedef enum
{
  GHC_OPERATION_REPEATABLE = 1 << 0, /* asking twice is no harm: it reads, or carries a txn_id */
  GHC_OPERATION_HTTP_ONLY = 1 << 1,  /* not on the gateway */
  GHC_OPERATION_RAW_BODY = 1 << 2,   /* the body is a file, the arguments are in path and query */
} GhcOperationFlags;

/**
 * GhcOperation:
 * @name: "message.send"
 * @method: of HTTP
 * @path: below /client/v1, with parameters in braces
 *
 * How an operation of the server is reached over HTTP.
 */
typedef struct
{
  const char       *name;
  const char       *method;
  const char       *path;
  GhcOperationFlags flags;
} GhcOperation;

const GhcOperation *ghc_operation_find      (const char *name);
char               *ghc_operation_make_path (const GhcOperation *self,
                                             GhJson             *data,
                                             GBytes            **body);

/**
 * ghc_data_new:
 * @type: "s" const char *, "o" the same but left out when NULL, "i" gint64, "b" gboolean,
 *   "v" const char * const *, "j" GhJson *
 * @...: the member's name and value, then further triples, then NULL
 *
 * Returns: (transfer full): the data of a request
 */
GhJson             *ghc_data_new           (const char *type, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
