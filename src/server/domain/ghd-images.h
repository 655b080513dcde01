/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libdex.h>

#include "ghd-pool.h"
#include "ghd-settings.h"
#include "ghd-worker.h"

G_BEGIN_DECLS

/**
 * GhdCrop:
 * @size: the height; 0 means the largest such part in the middle
 * @ratio: how many times as wide as high it is; 0 as 1, a square
 *
 * The part of the picture to keep, in pixels of the picture as it was sent, after its orientation
 * has been applied.
 */
typedef struct
{
  int x;
  int y;
  int size;
  guint ratio;
} GhdCrop;

#define GHD_TYPE_IMAGES (ghd_images_get_type ())

G_DECLARE_FINAL_TYPE (GhdImages, ghd_images, GHD, IMAGES, GObject)

GhdImages *ghd_images_new       (GhdSettings *settings, GhdPool *pool, GhdWorker *worker);
DexFuture *ghd_images_store     (GhdImages *self, GBytes *raw, const GhdCrop *crop,
                                 const char *owner_user_id);
DexFuture *ghd_images_load      (GhdImages *self, const char *media_id, int size);
DexFuture *ghd_images_release   (GhdImages *self, const char *media_id);
gboolean   ghd_images_is_healthy (GhdImages *self);

/**
 * GhdImage:
 *
 * One stored size of a picture: what ghd_images_load() resolves to.
 */
#define GHD_TYPE_IMAGE (ghd_image_get_type ())

G_DECLARE_FINAL_TYPE (GhdImage, ghd_image, GHD, IMAGE, GObject)

GhdImage   *ghd_image_new              (GBytes *bytes, const char *content_type, int size);
GBytes     *ghd_image_get_bytes        (GhdImage *self);
const char *ghd_image_get_content_type (GhdImage *self);
int         ghd_image_get_size         (GhdImage *self);

G_END_DECLS
