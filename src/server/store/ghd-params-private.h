/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-params.h"

#include <libpq-fe.h>

G_BEGIN_DECLS

/* Fixed since PostgreSQL's beginnings: src/include/catalog/pg_type.dat. */
#define GHD_OID_BOOL 16
#define GHD_OID_BYTEA 17
#define GHD_OID_INT8 20
#define GHD_OID_TEXT 25
#define GHD_OID_BYTEA_ARRAY 1001
#define GHD_OID_TEXT_ARRAY 1009
#define GHD_OID_INT8_ARRAY 1016

/**
 * GhdParamsView:
 *
 * The values as libpq wants them; valid until the next value is added.
 */
typedef struct
{
  int n;
  const Oid *types;
  const char *const *values;
  const int *lengths;
  const int *formats;
} GhdParamsView;

void ghd_params_view (GhdParams *self, GhdParamsView *view);

G_END_DECLS
