/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GHD_TYPE_REPLY (ghd_reply_get_type ())

G_DECLARE_FINAL_TYPE (GhdReply, ghd_reply, GHD, REPLY, GObject)

/* What an operation answers: one JSON object, or raw bytes with their content type. */
GhdReply   *ghd_reply_new_json         (GBytes *json);
GhdReply   *ghd_reply_new_raw          (GBytes *bytes, const char *content_type,
                                        gboolean immutable);
GBytes     *ghd_reply_get_bytes        (GhdReply *self);
const char *ghd_reply_get_content_type (GhdReply *self);
gboolean    ghd_reply_is_json          (GhdReply *self);
gboolean    ghd_reply_is_immutable     (GhdReply *self);

G_END_DECLS
