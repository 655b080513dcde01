/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-trace-span.h"

G_BEGIN_DECLS

GBytes *ghd_trace_json_encode (GPtrArray *spans, const char *server) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
