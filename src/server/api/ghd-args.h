/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghd-operation.h"

G_BEGIN_DECLS

/* The table of an operation's arguments at work: everything is checked here before a handler sees
 * it, so that a refusal always names the field. */

const GhdArg *ghd_args_find  (const GhdArg *args, const char *name);
gboolean      ghd_args_check (const GhdArg *args, GhJson *data, GError **error);

G_END_DECLS
