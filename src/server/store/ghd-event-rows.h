/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "ghd-result.h"

G_BEGIN_DECLS

/* What an event is read from, of a table event that the statement calls e. */
#define GHD_EVENT_COLUMNS "e.header, e.content, e.salt, e.signature, e.key_id, e.position, e.txn_id"
#define GHD_EVENT_N_COLUMNS 7

GhEvent *ghd_event_rows_get (GhdResult *result, guint row, guint column,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *ghd_event_rows_get_all (GhdResult *result, guint column,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *ghd_event_rows_dup_id (GhdResult *result, guint row, guint column) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
