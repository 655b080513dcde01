/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-reply.h"

struct _GhdReply
{
  GObject parent_instance;
  GBytes *bytes;
  char *content_type;
  gboolean json;
  gboolean immutable;
};

G_DEFINE_FINAL_TYPE (GhdReply, ghd_reply, G_TYPE_OBJECT)

static void
ghd_reply_finalize (GObject *object)
{
  GhdReply *self = GHD_REPLY (object);

  g_bytes_unref (self->bytes);
  g_free (self->content_type);

  G_OBJECT_CLASS (ghd_reply_parent_class)->finalize (object);
}

static void
ghd_reply_class_init (GhdReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_reply_finalize;
}

static void
ghd_reply_init (GhdReply *self)
{
}

/**
 * ghd_reply_new_json:
 * @json: the text of one JSON object
 */
GhdReply *
ghd_reply_new_json (GBytes *json)
{
  GhdReply *self;

  g_return_val_if_fail (json != NULL, NULL);

  self = g_object_new (GHD_TYPE_REPLY, NULL);
  self->bytes = g_bytes_ref (json);
  self->content_type = g_strdup ("application/json");
  self->json = TRUE;

  return self;
}

/**
 * ghd_reply_new_raw:
 * @immutable: the bytes behind this address never change, so that they may be cached for ever
 */
GhdReply *
ghd_reply_new_raw (GBytes *bytes, const char *content_type, gboolean immutable)
{
  GhdReply *self;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (content_type != NULL, NULL);

  self = g_object_new (GHD_TYPE_REPLY, NULL);
  self->bytes = g_bytes_ref (bytes);
  self->content_type = g_strdup (content_type);
  self->immutable = immutable;

  return self;
}

/**
 * ghd_reply_get_bytes:
 *
 * Returns: (transfer none):
 */
GBytes *
ghd_reply_get_bytes (GhdReply *self)
{
  g_return_val_if_fail (GHD_IS_REPLY (self), NULL);

  return self->bytes;
}

const char *
ghd_reply_get_content_type (GhdReply *self)
{
  g_return_val_if_fail (GHD_IS_REPLY (self), NULL);

  return self->content_type;
}

gboolean
ghd_reply_is_json (GhdReply *self)
{
  g_return_val_if_fail (GHD_IS_REPLY (self), FALSE);

  return self->json;
}

gboolean
ghd_reply_is_immutable (GhdReply *self)
{
  g_return_val_if_fail (GHD_IS_REPLY (self), FALSE);

  return self->immutable;
}
