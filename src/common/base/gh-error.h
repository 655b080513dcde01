/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GhError:
 *
 * The one error domain that travels between client and server. Each code says whether it helps to
 * try again; the reason (a stable dotted word such as "username.taken") says what exactly happened.
 */
typedef enum
{
  GH_ERROR_INVALID,         /* malformed or against a rule; do not retry */
  GH_ERROR_UNAUTHENTICATED, /* not signed in, or no longer; refresh or sign in */
  GH_ERROR_DENIED,          /* not permitted; do not retry */
  GH_ERROR_NOT_FOUND,       /* does not exist, or may not be seen */
  GH_ERROR_CONFLICT,        /* somebody else was first; read again */
  GH_ERROR_TOO_LARGE,       /* over a size limit; send less */
  GH_ERROR_LIMITED,         /* too fast; retry after the time given */
  GH_ERROR_UNAVAILABLE,     /* the peer or the database is away; retry later */
  GH_ERROR_INTERNAL,        /* a fault of ours; the log says more */
} GhError;

#define GH_N_ERRORS (GH_ERROR_INTERNAL + 1)

#define GH_ERROR (gh_error_quark ())

GQuark gh_error_quark (void);

GError *gh_error_new (GhError code, const char *reason, const char *field, gint64 retry_after_ms,
                      const char *format, ...) G_GNUC_PRINTF (5, 6) G_GNUC_WARN_UNUSED_RESULT;
GError *gh_error_new_literal (GhError code, const char *reason, const char *field,
                              gint64 retry_after_ms, const char *message) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_set_error (GError **error, GhError code, const char *reason, const char *field,
                       const char *format, ...) G_GNUC_PRINTF (5, 6);

GhError gh_error_get_code (const GError *error);
const char *gh_error_get_reason (const GError *error);
const char *gh_error_get_field (const GError *error);
gint64 gh_error_get_retry_after_ms (const GError *error);
const char *gh_error_get_public_message (const GError *error);
void gh_error_set_retry_after_ms (GError *error, gint64 retry_after_ms);
void gh_error_set_field (GError *error, const char *field);

const char *gh_error_code_to_string (GhError code);
gboolean gh_error_code_from_string (const char *text, GhError *code);
guint gh_error_code_to_http_status (GhError code);
GhError gh_error_code_from_http_status (guint status);

G_END_DECLS
