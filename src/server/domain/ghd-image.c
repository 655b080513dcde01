/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-images.h"

struct _GhdImage
{
  GObject parent_instance;
  GBytes *bytes;
  char *content_type;
  int size;
};

G_DEFINE_FINAL_TYPE (GhdImage, ghd_image, G_TYPE_OBJECT)

static void
ghd_image_finalize (GObject *object)
{
  GhdImage *self = GHD_IMAGE (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->content_type, g_free);

  G_OBJECT_CLASS (ghd_image_parent_class)->finalize (object);
}

static void
ghd_image_class_init (GhdImageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_image_finalize;
}

static void
ghd_image_init (GhdImage *self)
{
}

/**
 * ghd_image_new:
 * @bytes: the encoded file
 * @content_type: its media type
 * @size: the edge length asked for, in pixels
 */
GhdImage *
ghd_image_new (GBytes *bytes, const char *content_type, int size)
{
  GhdImage *self = g_object_new (GHD_TYPE_IMAGE, NULL);

  self->bytes = g_bytes_ref (bytes);
  self->content_type = g_strdup (content_type);
  self->size = size;
  return self;
}

GBytes *
ghd_image_get_bytes (GhdImage *self)
{
  g_return_val_if_fail (GHD_IS_IMAGE (self), NULL);
  return self->bytes;
}

const char *
ghd_image_get_content_type (GhdImage *self)
{
  g_return_val_if_fail (GHD_IS_IMAGE (self), NULL);
  return self->content_type;
}

int
ghd_image_get_size (GhdImage *self)
{
  g_return_val_if_fail (GHD_IS_IMAGE (self), 0);
  return self->size;
}
