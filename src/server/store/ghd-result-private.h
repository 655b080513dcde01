/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-result.h"

#include <libpq-fe.h>

G_BEGIN_DECLS

/* Takes @result. Its columns must be in binary. */
GhdResult *ghd_result_new_take (PGresult *result);

G_END_DECLS
