/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-settings.h"

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdDaemon:
 *
 * All parts of a running server, from the database to the doors: in which order they are made,
 * what each is given, and in which order they end.
 */
typedef struct _GhdDaemon GhdDaemon;

/**
 * ghd_daemon_new:
 * @settings: what has been checked with ghd_settings_check()
 * @max_descriptors: how many files and sockets this process may have open; 0 when that is not known
 * @n_passed: how many sockets the service manager passed, see ghd_activation_take()
 *
 * Returns: (transfer full): a daemon that does nothing yet
 */
GhdDaemon *ghd_daemon_new (GhdSettings *settings, guint64 max_descriptors, guint n_passed);

/**
 * ghd_daemon_free:
 * @self: one that does not run, or whose future has resolved
 */
void ghd_daemon_free (GhdDaemon *self);

/**
 * ghd_daemon_run:
 *
 * Starts everything, tells the service manager, standard output and the log when it is ready,
 * serves until ghd_daemon_stop(), and then ends everything. What goes wrong at the start is told
 * in the log.
 *
 * Returns: (transfer full): a #DexFuture of an int: the exit status, of sysexits.h
 */
DexFuture *ghd_daemon_run (GhdDaemon *self);

/**
 * ghd_daemon_stop:
 *
 * Lets it end in good order; asked a second time, at once.
 */
void ghd_daemon_stop (GhdDaemon *self);

/**
 * ghd_daemon_reload:
 *
 * Reads the certificate and its key again. When they are of no use, those of before stay and the
 * log says why.
 */
void ghd_daemon_reload (GhdDaemon *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdDaemon, ghd_daemon_free)

G_END_DECLS
