/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ghd_request_id_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
