/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-frame.h"
#include "gh-json-builder.h"

G_BEGIN_DECLS

/* The members code, reason, message, field? and retry_after_ms? of an error. */
GError *gh_error_from_json (GhJson *json);
void gh_error_build (const GError *error, GhJsonBuilder *builder);

G_END_DECLS
