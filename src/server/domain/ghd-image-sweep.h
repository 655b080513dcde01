/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-time.h"
#include "ghd-images.h"

G_BEGIN_DECLS

/* How old a picture is at least when it goes. */
#define GHD_IMAGE_SWEEP_AGE_MS GH_MS_PER_DAY

/**
 * GhdImageSweep:
 *
 * Removes pictures that nothing uses: of requests that failed after the picture was stored, of those
 * that replaced one and were cut short, of guilds that were deleted.
 */
#define GHD_TYPE_IMAGE_SWEEP (ghd_image_sweep_get_type ())

G_DECLARE_FINAL_TYPE (GhdImageSweep, ghd_image_sweep, GHD, IMAGE_SWEEP, GObject)

GhdImageSweep *ghd_image_sweep_new   (GhdPool *pool, GhdImages *images);
void           ghd_image_sweep_start (GhdImageSweep *self);
void           ghd_image_sweep_stop  (GhdImageSweep *self);
DexFuture     *ghd_image_sweep_look  (GhdImageSweep *self);

G_END_DECLS
