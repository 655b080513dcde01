/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-params.h"

#include <libpq-fe.h>

G_BEGIN_DECLS

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
