/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-error.h"

typedef struct
{
  char *reason;
  char *field;
  gint64 retry_after_ms;
} GhErrorPrivate;

static void
gh_error_private_init (GhErrorPrivate *priv)
{
  priv->reason = NULL;
  priv->field = NULL;
  priv->retry_after_ms = 0;
}

static void
gh_error_private_copy (const GhErrorPrivate *from, GhErrorPrivate *to)
{
  to->reason = g_strdup (from->reason);
  to->field = g_strdup (from->field);
  to->retry_after_ms = from->retry_after_ms;
}

static void
gh_error_private_clear (GhErrorPrivate *priv)
{
  g_free (priv->reason);
  g_free (priv->field);
}

G_DEFINE_EXTENDED_ERROR (GhError, gh_error)

static const struct
{
  const char *name;
  guint http_status;
} codes[GH_N_ERRORS] = {
  [GH_ERROR_INVALID] = { "invalid", 400 },
  [GH_ERROR_UNAUTHENTICATED] = { "unauthenticated", 401 },
  [GH_ERROR_DENIED] = { "denied", 403 },
  [GH_ERROR_NOT_FOUND] = { "not_found", 404 },
  [GH_ERROR_CONFLICT] = { "conflict", 409 },
  [GH_ERROR_TOO_LARGE] = { "too_large", 413 },
  [GH_ERROR_LIMITED] = { "limited", 429 },
  [GH_ERROR_UNAVAILABLE] = { "unavailable", 503 },
  [GH_ERROR_INTERNAL] = { "internal", 500 },
};

/**
 * gh_error_new_literal:
 * @code: what kind of refusal
 * @reason: (nullable): stable dotted detail, such as "username.taken"; %NULL for the code's own word
 * @field: (nullable): the argument that the error concerns
 * @retry_after_ms: when to try again, or 0
 * @message: a sentence for a person
 *
 * Returns: (transfer full): an error of the domain %GH_ERROR
 */
GError *
gh_error_new_literal (GhError code, const char *reason, const char *field, gint64 retry_after_ms,
                      const char *message)
{
  GError *error;
  GhErrorPrivate *priv;

  g_return_val_if_fail ((guint) code < GH_N_ERRORS, NULL);
  g_return_val_if_fail (message != NULL, NULL);

  error = g_error_new_literal (GH_ERROR, (int) code, message);
  priv = gh_error_get_private (error);
  priv->reason = g_strdup (reason);
  priv->field = g_strdup (field);
  priv->retry_after_ms = MAX (retry_after_ms, 0);
  return error;
}

/**
 * gh_error_new:
 * @code: what kind of refusal
 * @reason: (nullable): stable dotted detail; %NULL for the code's own word
 * @field: (nullable): the argument that the error concerns
 * @retry_after_ms: when to try again, or 0
 * @format: a sentence for a person, as for printf()
 *
 * Returns: (transfer full): an error of the domain %GH_ERROR
 */
GError *
gh_error_new (GhError code, const char *reason, const char *field, gint64 retry_after_ms,
              const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return gh_error_new_literal (code, reason, field, retry_after_ms, message);
}

/**
 * gh_set_error:
 * @error: (nullable) (out): where to
 * @code: what kind of refusal
 * @reason: (nullable): stable dotted detail; %NULL for the code's own word
 * @field: (nullable): the argument that the error concerns
 * @format: a sentence for a person, as for printf()
 *
 * Returns: %FALSE always, so that a check can end in `return gh_set_error (…)`
 */
gboolean
gh_set_error (GError **error, GhError code, const char *reason, const char *field,
              const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  if (error == NULL)
    return FALSE;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_propagate_error (error, gh_error_new_literal (code, reason, field, 0, message));
  return FALSE;
}

static gboolean
is_away (const GError *error)
{
  static const GIOErrorEnum away[] = {
    G_IO_ERROR_TIMED_OUT,         G_IO_ERROR_HOST_NOT_FOUND,
    G_IO_ERROR_HOST_UNREACHABLE,  G_IO_ERROR_CONNECTION_REFUSED,
    G_IO_ERROR_CONNECTION_CLOSED, G_IO_ERROR_NETWORK_UNREACHABLE,
    G_IO_ERROR_NOT_CONNECTED,     G_IO_ERROR_BUSY,
    G_IO_ERROR_CANCELLED,         G_IO_ERROR_PROXY_FAILED,
  };

  if (error->domain == G_RESOLVER_ERROR)
    return TRUE;
  if (error->domain != G_IO_ERROR)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (away); i++)
    {
      if (error->code == (int) away[i])
        return TRUE;
    }
  return FALSE;
}

/**
 * gh_error_get_code:
 * @error: any error
 *
 * Returns: its code; errors of other domains are %GH_ERROR_UNAVAILABLE where the network or a peer
 *   was away, else %GH_ERROR_INTERNAL
 */
GhError
gh_error_get_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, GH_ERROR_INTERNAL);

  if (error->domain == GH_ERROR)
    return (guint) error->code < GH_N_ERRORS ? (GhError) error->code : GH_ERROR_INTERNAL;
  return is_away (error) ? GH_ERROR_UNAVAILABLE : GH_ERROR_INTERNAL;
}

static const GhErrorPrivate *
peek_private (const GError *error)
{
  if (error->domain != GH_ERROR)
    return NULL;
  return gh_error_get_private ((GError *) error);
}

/**
 * gh_error_get_reason:
 * @error: any error
 *
 * Returns: (transfer none): the stable dotted reason; the code's own word where none was given
 */
const char *
gh_error_get_reason (const GError *error)
{
  const GhErrorPrivate *priv;

  g_return_val_if_fail (error != NULL, NULL);

  priv = peek_private (error);
  if (priv != NULL && priv->reason != NULL)
    return priv->reason;
  return gh_error_code_to_string (gh_error_get_code (error));
}

/**
 * gh_error_get_field:
 * @error: any error
 *
 * Returns: (transfer none) (nullable): the argument that it concerns
 */
const char *
gh_error_get_field (const GError *error)
{
  const GhErrorPrivate *priv;

  g_return_val_if_fail (error != NULL, NULL);

  priv = peek_private (error);
  return priv != NULL ? priv->field : NULL;
}

/**
 * gh_error_get_retry_after_ms:
 * @error: any error
 *
 * Returns: after how many milliseconds it helps to try again; 0 when unknown
 */
gint64
gh_error_get_retry_after_ms (const GError *error)
{
  const GhErrorPrivate *priv;

  g_return_val_if_fail (error != NULL, 0);

  priv = peek_private (error);
  return priv != NULL ? priv->retry_after_ms : 0;
}

/**
 * gh_error_get_public_message:
 * @error: any error
 *
 * What may be told to the other end. Messages of other domains can name files, addresses or SQL, and
 * those of %GH_ERROR_INTERNAL are for our log, so both are replaced by a general sentence.
 *
 * Returns: (transfer none): a sentence for a person
 */
const char *
gh_error_get_public_message (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == GH_ERROR && error->code != GH_ERROR_INTERNAL)
    return error->message;
  if (gh_error_get_code (error) == GH_ERROR_UNAVAILABLE)
    return "The server can’t do this just now. Try again in a moment.";
  return "Something went wrong in the server. Its log says more.";
}

/**
 * gh_error_set_retry_after_ms:
 * @error: an error of the domain %GH_ERROR
 * @retry_after_ms: when to try again, or 0
 */
void
gh_error_set_retry_after_ms (GError *error, gint64 retry_after_ms)
{
  g_return_if_fail (error != NULL && error->domain == GH_ERROR);

  gh_error_get_private (error)->retry_after_ms = MAX (retry_after_ms, 0);
}

/**
 * gh_error_set_field:
 * @error: an error of the domain %GH_ERROR
 * @field: (nullable): the argument that it concerns
 */
void
gh_error_set_field (GError *error, const char *field)
{
  g_return_if_fail (error != NULL && error->domain == GH_ERROR);

  g_set_str (&gh_error_get_private (error)->field, field);
}

/**
 * gh_error_code_to_string:
 * @code: a code
 *
 * Returns: (transfer none): its word on the wire, such as "not_found"
 */
const char *
gh_error_code_to_string (GhError code)
{
  g_return_val_if_fail ((guint) code < GH_N_ERRORS, "internal");

  return codes[code].name;
}

/**
 * gh_error_code_from_string:
 * @text: (nullable): a word from the wire
 * @code: (out): its code
 *
 * Returns: %FALSE when there is no such code
 */
gboolean
gh_error_code_from_string (const char *text, GhError *code)
{
  g_return_val_if_fail (code != NULL, FALSE);

  for (guint i = 0; i < GH_N_ERRORS; i++)
    {
      if (g_strcmp0 (text, codes[i].name) == 0)
        {
          *code = (GhError) i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * gh_error_code_to_http_status:
 * @code: a code
 *
 * Returns: its HTTP status (RFC 9110 section 15, 429 of RFC 6585)
 */
guint
gh_error_code_to_http_status (GhError code)
{
  g_return_val_if_fail ((guint) code < GH_N_ERRORS, 500);

  return codes[code].http_status;
}

/**
 * gh_error_code_from_http_status:
 * @status: the status of a response that has no readable error body
 *
 * Returns: the nearest code
 */
GhError
gh_error_code_from_http_status (guint status)
{
  for (guint i = 0; i < GH_N_ERRORS; i++)
    {
      if (codes[i].http_status == status)
        return (GhError) i;
    }
  if (status == 502 || status == 504)
    return GH_ERROR_UNAVAILABLE;
  return status >= 400 && status < 500 ? GH_ERROR_INVALID : GH_ERROR_INTERNAL;
}
