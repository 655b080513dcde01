/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhIdKind:
 * @GH_ID_USER: `@name:host`
 * @GH_ID_ROOM: `!<base58 of 16 bytes>:host`, a guild or a channel
 * @GH_ID_ROLE: `r_<base58 of 16 bytes>`, or the word `everyone`
 * @GH_ID_CATEGORY: `c_<base58 of 16 bytes>`
 * @GH_ID_EVENT: `$<base58 of a 32-byte BLAKE3 hash>`
 * @GH_ID_MEDIA: `mxc://host/<base58 of 16 bytes>`
 * @GH_ID_DEVICE: `D<base58 of 8 bytes>`
 */
typedef enum
{
  GH_ID_USER,
  GH_ID_ROOM,
  GH_ID_ROLE,
  GH_ID_CATEGORY,
  GH_ID_EVENT,
  GH_ID_MEDIA,
  GH_ID_DEVICE,
} GhIdKind;

#define GH_N_ID_KINDS (GH_ID_DEVICE + 1)

/* The role that every member of a guild has. */
#define GH_ROLE_EVERYONE "everyone"

gboolean gh_id_is_valid (GhIdKind kind, const char *id);
gboolean gh_id_check (GhIdKind kind, const char *id, const char *field, GError **error);
char *gh_id_new (GhIdKind kind, const char *host) G_GNUC_WARN_UNUSED_RESULT;
char *gh_id_new_user (const char *name, const char *host) G_GNUC_WARN_UNUSED_RESULT;
char *gh_id_dup_local (GhIdKind kind, const char *id) G_GNUC_WARN_UNUSED_RESULT;
char *gh_id_dup_host (GhIdKind kind, const char *id) G_GNUC_WARN_UNUSED_RESULT;
guint gh_id_color_index (const char *id, guint n_colors);

G_END_DECLS
