/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-secret.h"

G_BEGIN_DECLS

/* Argon2id by libsodium with its "interactive" cost: two passes over 64 MiB, about a tenth of a
 * second of one core. Plain functions that only use the CPU: call them on a worker, never on the main
 * thread. */

char *gh_password_hash (GhSecret *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_password_verify (GhSecret *password, const char *hash);
gboolean gh_password_needs_rehash (const char *hash);

G_END_DECLS
