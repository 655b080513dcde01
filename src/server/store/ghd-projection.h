/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "ghd-params.h"

G_BEGIN_DECLS

/*
 * The tables room, state, member and room_head are projections of the table event. This is the
 * only place that derives them, so that the writer and `guildhalld check` cannot disagree. Table
 * names are unqualified: check folds into temporary tables that stand before the real ones in
 * the search path.
 */

/**
 * GhdProjectionFunc:
 * @params: (transfer full)
 */
typedef void (*GhdProjectionFunc) (const char *sql, GhdParams *params, gpointer user_data);

/* (element-type GhEvent) in the order of position: what a batch of committed events changes. */
void ghd_projection_derive (GPtrArray *events, GhdProjectionFunc add, gpointer user_data);

/* NULL-terminated: the projected tables. */
const char *const *ghd_projection_tables (void);

G_END_DECLS
