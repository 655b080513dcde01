/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-permission.h"

G_BEGIN_DECLS

/* GhcRole:color of a role without a colour. */
#define GHC_ROLE_NO_COLOR (-1)

#define GHC_TYPE_ROLE (ghc_role_get_type ())
G_DECLARE_FINAL_TYPE (GhcRole, ghc_role, GHC, ROLE, GObject)

/**
 * GhcRole:
 *
 * A role of a guild. Properties (read-only to the UI, all notify):
 * - role-id (string): "r_…" or "everyone"
 * - name (string)
 * - color (int): 0xRRGGBB or GHC_ROLE_NO_COLOR
 * - permissions (uint): the flags of gh-permission.h
 * - order (int): higher is stronger, everyone is 0
 * - hoist (boolean): shown as a group of its own in the member list
 * - is-everyone (boolean)
 */
GhcRole      *ghc_role_new             (const char *role_id);

const char   *ghc_role_get_role_id     (GhcRole *self);
const char   *ghc_role_get_name        (GhcRole *self);
int           ghc_role_get_color       (GhcRole *self);
GhPermissions ghc_role_get_permissions (GhcRole *self);
int           ghc_role_get_order       (GhcRole *self);
gboolean      ghc_role_get_hoist       (GhcRole *self);
gboolean      ghc_role_get_is_everyone (GhcRole *self);

int           ghc_role_compare         (GhcRole *a, GhcRole *b);

/* For the fold. */
void          ghc_role_update          (GhcRole      *self,
                                        const char   *name,
                                        int           color,
                                        GhPermissions permissions,
                                        int           order,
                                        gboolean      hoist);

G_END_DECLS
