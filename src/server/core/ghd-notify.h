/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The part of sd_notify(3) that a daemon needs, without libsystemd: states go as one datagram to
 * the socket that $NOTIFY_SOCKET names. Without that variable every call does nothing.
 */
gboolean ghd_notify_send (const char *state);
GSource *ghd_notify_watchdog (void);

G_END_DECLS
