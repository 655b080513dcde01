/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libdex.h>

#include "gh-json.h"
#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdKeys:
 *
 * The public keys that this server signs and has signed with, as it says them to whoever asks: events
 * and receipts are verified with them.
 */
#define GHD_TYPE_KEYS (ghd_keys_get_type ())

G_DECLARE_FINAL_TYPE (GhdKeys, ghd_keys, GHD, KEYS, GObject)

GhdKeys   *ghd_keys_new      (GhdPool *pool, const char *server);
DexFuture *ghd_keys_start    (GhdKeys *self);
GhJson    *ghd_keys_get_json (GhdKeys *self);

G_END_DECLS
