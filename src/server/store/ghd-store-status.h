/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int ghd_store_status (const GError *error);

G_END_DECLS
