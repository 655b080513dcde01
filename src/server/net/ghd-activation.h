/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The part of sd_listen_fds(3) that a daemon needs, without libsystemd: whoever started it has bound
 * the sockets already and passes them on from descriptor 3. While the daemon is replaced, they stay
 * open there, and whoever wants in waits in the kernel's queue.
 */
gboolean ghd_activation_take (guint *n_sockets, GError **error);
GSocket *ghd_activation_open (guint index, GError **error);

G_END_DECLS
