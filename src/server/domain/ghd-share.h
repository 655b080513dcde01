/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdShareKind:
 *
 * What somebody in a call can show to the others, one of each.
 */
typedef enum
{
  GHD_SHARE_SCREEN,
  GHD_SHARE_CAMERA,
  GHD_N_SHARES,
} GhdShareKind;

/**
 * GhdShare:
 * @viewers: user ids, in the order in which they came; nobody while it is not shown
 */
typedef struct
{
  gboolean   is_on;
  gboolean   has_sound;
  GPtrArray *viewers;
} GhdShare;

const char *ghd_share_kind_to_string   (GhdShareKind kind);
gboolean    ghd_share_kind_from_string (const char *word, GhdShareKind *kind);

void        ghd_share_init             (GhdShare *self);
void        ghd_share_clear            (GhdShare *self);
gboolean    ghd_share_begin            (GhdShare *self, gboolean has_sound);
gboolean    ghd_share_end              (GhdShare *self);
gboolean    ghd_share_add_viewer       (GhdShare *self, const char *user_id);
gboolean    ghd_share_remove_viewer    (GhdShare *self, const char *user_id);

G_END_DECLS
