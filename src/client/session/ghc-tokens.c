/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-token-store.h"

#include <string.h>

#include "gh-error.h"
#include "gh-secret.h"

/* Longer than any token a server makes; what is longer is refused. */
#define MAX_TOKEN_BYTES 4096

G_DEFINE_BOXED_TYPE (GhcTokens, ghc_tokens, ghc_tokens_ref, ghc_tokens_unref)

/**
 * ghc_tokens_new_from_json:
 * @json: the result of account.register, session.login or session.refresh, or what was kept; hostile input, checked here
 *
 * Returns: (transfer full) (nullable): %NULL with %GH_ERROR_INVALID
 */
GhcTokens *
ghc_tokens_new_from_json (GhJson *json, GError **error)
{
  GhcTokens *self;
  const char *device_id, *access_token, *refresh_token;
  gint64 access_expires_ts;

  if (!gh_json_get_id (json, "device_id", GH_ID_DEVICE, &device_id, error)
      || !gh_json_get_string (json, "access_token", 1, MAX_TOKEN_BYTES, &access_token, error)
      || !gh_json_get_string (json, "refresh_token", 1, MAX_TOKEN_BYTES, &refresh_token, error)
      || !gh_json_get_int (json, "access_expires_ts", 0, G_MAXINT64, &access_expires_ts, error))
    return NULL;

  self = g_atomic_rc_box_new0 (GhcTokens);
  self->device_id = g_strdup (device_id);
  self->access_token = g_strdup (access_token);
  self->refresh_token = g_strdup (refresh_token);
  self->access_expires_ts = access_expires_ts;
  return self;
}

GhcTokens *
ghc_tokens_ref (GhcTokens *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
wipe (char *text)
{
  if (text != NULL)
    gh_secret_wipe (text, strlen (text));
  g_free (text);
}

static void
tokens_clear (gpointer data)
{
  GhcTokens *self = data;

  g_free (self->device_id);
  wipe (self->access_token);
  wipe (self->refresh_token);
}

void
ghc_tokens_unref (GhcTokens *self)
{
  g_atomic_rc_box_release_full (self, tokens_clear);
}
