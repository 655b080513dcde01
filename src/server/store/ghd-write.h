/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event-draft.h"
#include "ghd-commit.h"
#include "ghd-params.h"

G_BEGIN_DECLS

/**
 * GhdWrite:
 *
 * What must happen together or not at all: events, and statements for the tables that are no
 * projection of the log (a used invite). Build it, hand it to ghd_writer_append(), and do not
 * touch it again.
 */
#define GHD_TYPE_WRITE (ghd_write_get_type ())
G_DECLARE_FINAL_TYPE (GhdWrite, ghd_write, GHD, WRITE, GObject)

GhdWrite *ghd_write_new (const char *user_id, const char *txn_id);
guint ghd_write_add_event (GhdWrite *self, GhEventDraft *draft);
void ghd_write_cite (GhdWrite *self, guint event, guint cited_event);
void ghd_write_add_statement (GhdWrite *self, const char *sql, GhdParams *params);
const char *ghd_write_get_user_id (GhdWrite *self);
const char *ghd_write_get_txn_id (GhdWrite *self);
guint ghd_write_get_n_events (GhdWrite *self);
GhEventDraft *ghd_write_get_draft (GhdWrite *self, guint index);

G_END_DECLS
