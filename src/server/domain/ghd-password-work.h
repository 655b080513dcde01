/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-worker.h"

G_BEGIN_DECLS

char *ghd_password_work_hash (GhdWorker *worker, const char *password,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ghd_password_work_verify (GhdWorker *worker, const char *password, const char *hash,
                                   gboolean *is_right, GError **error);

G_END_DECLS
