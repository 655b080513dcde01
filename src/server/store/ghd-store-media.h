/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdMediaRow:
 * @media_id: `mxc://host/…`
 * @sizes: the stored edge lengths in pixels, as "64,128,256,512"
 * @bytes: of all its files together
 *
 * A row of table media; the files themselves live in DATA/media. Boxed with atomic reference
 * counting, read-only.
 */
typedef struct
{
  char *media_id;
  char *owner;
  char *content_type;
  char *sizes;
  gint64 bytes;
  gint64 created_ts;
} GhdMediaRow;

#define GHD_TYPE_MEDIA_ROW (ghd_media_row_get_type ())
GType ghd_media_row_get_type (void) G_GNUC_CONST;
GhdMediaRow *ghd_media_row_ref (GhdMediaRow *self);
void ghd_media_row_unref (GhdMediaRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdMediaRow, ghd_media_row_unref)

DexFuture *ghd_store_media_create (GhdPool *pool, const GhdMediaRow *media);
DexFuture *ghd_store_media_get (GhdPool *pool, const char *media_id);
DexFuture *ghd_store_media_delete (GhdPool *pool, const char *media_id);
DexFuture *ghd_store_media_list_unused (GhdPool *pool, gint64 before_ts);

G_END_DECLS
