/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GNetworkMonitor *gh_network_get_monitor (void);
char *gh_network_list_addresses (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
