/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-api.h"
#include "ghd-io-thread.h"

G_BEGIN_DECLS

#define GHD_TYPE_CLIENT (ghd_client_get_type ())

G_DECLARE_FINAL_TYPE (GhdClient, ghd_client, GHD, CLIENT, GObject)

GhdClient *ghd_client_new (GhdApi *api, GhdIoThread *thread, const char *address);
void ghd_client_adopt (GhdClient *self, GhdLinkKind kind, int fd, GIOStream *stream,
                       gboolean is_tls, GBytes *hello, GBytes *input);
void ghd_client_notice (GhdClient *self, const GhdNotice *notice);
void ghd_client_abandon (GhdClient *self);
DexFuture *ghd_client_finish (GhdClient *self);
void ghd_client_close (GhdClient *self, guint code, const char *reason);

G_END_DECLS
