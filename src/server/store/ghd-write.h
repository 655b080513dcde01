/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event-draft.h"
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

/**
 * GhdCommit:
 *
 * What ghd_writer_append() resolves to: the write is durable. Immutable, boxed with atomic
 * reference counting: dex_await_boxed().
 *
 * @duplicate: the same (user, txn_id) was written before; @events are those of the first time and
 *   nothing was written
 * or published now.
 */
typedef struct _GhdCommit GhdCommit;

#define GHD_TYPE_COMMIT (ghd_commit_get_type ())

GType ghd_commit_get_type (void) G_GNUC_CONST;
GhdCommit *ghd_commit_ref (GhdCommit *self);
void ghd_commit_unref (GhdCommit *self);
gboolean ghd_commit_is_duplicate (GhdCommit *self);
guint ghd_commit_get_n_events (GhdCommit *self);
GhEvent *ghd_commit_get_event (GhdCommit *self, guint index);
gint64 ghd_commit_get_position (GhdCommit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdCommit, ghd_commit_unref)

G_END_DECLS
