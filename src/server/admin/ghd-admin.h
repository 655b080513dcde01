/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-settings.h"

G_BEGIN_DECLS

gboolean ghd_admin_has (const char *command);
const char *ghd_admin_get_usage (void);
int ghd_admin_run (GhdSettings *settings, int argc, char **argv);

G_END_DECLS
