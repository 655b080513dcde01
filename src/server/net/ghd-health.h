/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdHealth:
 *
 * How each part of the daemon is, for whoever watches it.
 */
typedef struct _GhdHealth GhdHealth;

/* Whether the part works; @state may be set to a word or two about how. */
typedef gboolean (*GhdHealthCheck) (gpointer part, const char **state);

GhdHealth *ghd_health_new (void);
void ghd_health_free (GhdHealth *self);
void ghd_health_add (GhdHealth *self, const char *name, GhdHealthCheck check, gpointer part);
GBytes *ghd_health_report (GhdHealth *self, gboolean *is_well);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdHealth, ghd_health_free)

G_END_DECLS
