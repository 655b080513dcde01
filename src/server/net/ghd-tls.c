/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-tls.h"

/* The server's certificate and key, and what makes TLS out of a connection with them. */
struct _GhdTls
{
  GObject parent_instance;
  char *certificate_path;
  char *key_path;
  GTlsCertificate *certificate;
};

G_DEFINE_FINAL_TYPE (GhdTls, ghd_tls, G_TYPE_OBJECT)

static void
ghd_tls_finalize (GObject *object)
{
  GhdTls *self = GHD_TLS (object);

  g_free (self->certificate_path);
  g_free (self->key_path);
  g_clear_object (&self->certificate);

  G_OBJECT_CLASS (ghd_tls_parent_class)->finalize (object);
}

static void
ghd_tls_class_init (GhdTlsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_tls_finalize;
}

static void
ghd_tls_init (GhdTls *self)
{
}

/**
 * ghd_tls_new:
 *
 * Reads both files, which blocks.
 */
GhdTls *
ghd_tls_new (const char *certificate_path, const char *key_path, GError **error)
{
  g_autoptr (GhdTls) self = g_object_new (GHD_TYPE_TLS, NULL);

  self->certificate_path = g_strdup (certificate_path);
  self->key_path = g_strdup (key_path);

  if (!ghd_tls_reload (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * ghd_tls_reload:
 *
 * Reads both files again. Connections that are there keep what they have; when it fails, new ones
 * get the old certificate.
 *
 * Returns: %FALSE with a #GTlsError
 */
gboolean
ghd_tls_reload (GhdTls *self, GError **error)
{
  GTlsCertificate *certificate;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (GHD_IS_TLS (self), FALSE);

  certificate = g_tls_certificate_new_from_files (self->certificate_path, self->key_path,
                                                  &local_error);
  if (certificate == NULL)
    {
      g_set_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                   "The certificate %s and the key %s cannot be used: %s", self->certificate_path,
                   self->key_path, local_error->message);
      return FALSE;
    }

  g_clear_object (&self->certificate);
  self->certificate = certificate;

  return TRUE;
}

/**
 * ghd_tls_wrap:
 * @base: a fresh connection
 *
 * Returns: (transfer full): the server's end of TLS over it; its handshake is still to be made
 */
GIOStream *
ghd_tls_wrap (GhdTls *self, GIOStream *base, GError **error)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  GIOStream *stream;

  g_return_val_if_fail (GHD_IS_TLS (self), NULL);

  stream = g_tls_server_connection_new (base, self->certificate, error);
  if (stream != NULL)
    {
      g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (stream),
                                                 (const char *const *) protocols);
      g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (stream), FALSE);
    }

  return stream;
}
