/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GHD_TYPE_TLS (ghd_tls_get_type ())

G_DECLARE_FINAL_TYPE (GhdTls, ghd_tls, GHD, TLS, GObject)

GhdTls *ghd_tls_new (const char *certificate_path, const char *key_path, GError **error);
gboolean ghd_tls_reload (GhdTls *self, GError **error);
GIOStream *ghd_tls_wrap (GhdTls *self, GIOStream *base, GError **error);

G_END_DECLS
