/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-image-worker.h"

G_BEGIN_DECLS

/* What goes through the worker's two pipes. Both ends are the same program on the same machine, so the structs travel as
 * they are. The daemon distrusts everything that comes back: by then the worker has read a hostile file. */

typedef struct
{
  guint32 format; /* GhdImageFormat */
  guint32 length; /* bytes of the file, which follow */
  guint32 crop_x;
  guint32 crop_y;
  guint32 crop_size;
  guint32 crop_ratio; /* 1 to GHD_IMAGE_MAX_RATIO */
  guint32 n_sizes;
  guint32 sizes[GHD_IMAGE_MAX_RENDITIONS];
} GhdImageRequest;

typedef enum
{
  GHD_IMAGE_RESULT_OK = 1,
  GHD_IMAGE_RESULT_BROKEN,       /* the picture cannot be decoded */
  GHD_IMAGE_RESULT_CROP_OUTSIDE, /* the crop does not lie inside the picture */
  GHD_IMAGE_RESULT_NO_SANDBOX,   /* the kernel refused the sandbox: nothing was decoded */
  GHD_IMAGE_RESULT_NO_MEMORY,
} GhdImageResult;

typedef struct
{
  guint32 result; /* GhdImageResult; renditions follow only when it is OK, in the order of the sizes asked for */
} GhdImageReply;

typedef struct
{
  guint32 format;
  guint32 length; /* bytes, which follow */
} GhdImagePart;

G_END_DECLS
