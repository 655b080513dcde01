/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-event.h"
#include "ghd-result.h"

G_BEGIN_DECLS

/**
 * GhdAudit:
 *
 * A reading of the whole log at one moment, on a connection of its own, while the daemon goes on
 * writing. What the events fold to is kept in temporary tables, to be compared with the real ones.
 * All functions wait: they are for a fiber.
 */
#define GHD_TYPE_AUDIT (ghd_audit_get_type ())
G_DECLARE_FINAL_TYPE (GhdAudit, ghd_audit, GHD, AUDIT, GObject)

/**
 * GhdAuditRow:
 * @event: (nullable): %NULL when the row does not verify; @error then says why
 *
 * A row of table event, with the columns that must say the same as the header.
 */
typedef struct
{
  gint64 position;
  char *event_id;
  char *room_id;
  char *type;
  char *state_key;
  char *sender;
  gint64 origin_ts;
  GhEvent *event;
  GError *error;
} GhdAuditRow;

GhdAudit *ghd_audit_open (const char *conninfo, GError **error);
GPtrArray *ghd_audit_read (GhdAudit *self, gint64 after, guint limit, GError **error);
gboolean ghd_audit_get_end (GhdAudit *self, gint64 *position, GError **error);
gboolean ghd_audit_knows_room (GhdAudit *self, const char *room_id, gboolean *knows,
                               GError **error);
gboolean ghd_audit_fold (GhdAudit *self, GPtrArray *events, GError **error);
GHashTable *ghd_audit_find (GhdAudit *self, GPtrArray *event_ids, GError **error);
gboolean ghd_audit_compare (GhdAudit *self, const char *table, gint64 *n_missing, gint64 *n_extra,
                            GError **error);
gboolean ghd_audit_count_lost (GhdAudit *self, gint64 *n_requests, gint64 *marked_position,
                               GError **error);
void ghd_audit_close (GhdAudit *self);

G_END_DECLS
