/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-api.h"
#include "ghd-exchange.h"
#include "ghd-settings.h"

G_BEGIN_DECLS

/**
 * GhdPages:
 *
 * What a person's web browser sees: plain pages without a script.
 */
typedef struct _GhdPages GhdPages;

GhdPages *ghd_pages_new (GhdApi *api, GhdSettings *settings);
void ghd_pages_free (GhdPages *self);
gboolean ghd_pages_has (GhdPages *self, const char *path);
void ghd_pages_serve (GhdPages *self, GhdExchange *exchange);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdPages, ghd_pages_free)

G_END_DECLS
