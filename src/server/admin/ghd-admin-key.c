/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-signing-key.h"
#include "ghd-admin-programs.h"
#include "ghd-store-keys.h"

#include <sysexits.h>

/* Whether the database knows the key; with @key_id NULL, whether it knows any of this server. */
static gboolean
find_key (GhdAdmin *self, const char *key_id, gboolean *is_known, GError **error)
{
  const char *server = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME);
  g_autoptr (GPtrArray) rows = dex_await_boxed (ghd_store_keys_list (self->pool), error);

  if (rows == NULL)
    return FALSE;

  *is_known = FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const GhdServerKeyRow *row = g_ptr_array_index (rows, i);

      if (g_str_equal (row->server, server)
          && (key_id == NULL || g_str_equal (row->key_id, key_id)))
        *is_known = TRUE;
    }
  return TRUE;
}

/**
 * ghd_admin_find_key:
 * @without: go on without it
 * @key_id: (out) (transfer full) (nullable): of the key that is there; %NULL when there is none
 *
 * Looks for the key that signs events before a backup is made. A server that was never started has
 * none, and needs none; where one was made, a backup without it cannot go on as the same server, and
 * mostly it is only the wrong data directory.
 */
gboolean
ghd_admin_find_key (GhdAdmin *self, gboolean without, char **key_id, GError **error)
{
  g_autofree char *path = ghd_settings_build_path (self->settings, GHD_BACKUP_KEY);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GhSigningKey) key = NULL;
  gboolean is_there = g_file_test (path, G_FILE_TEST_EXISTS);
  gboolean is_known;

  if (is_there)
    key = gh_signing_key_load (path, &local_error);
  if (!find_key (self, key != NULL ? gh_signing_key_get_id (key) : NULL, &is_known, error))
    return FALSE;

  if (key != NULL && is_known)
    *key_id = g_strdup (gh_signing_key_get_id (key));
  else if (!is_there && !is_known)
    return TRUE; /* it has never been started */
  else if (without)
    g_printerr ("guildhalld: The backup does not hold the signing key. A server that is restored from "
                "it makes a new one.\n");
  else if (local_error != NULL)
    g_set_error (error, GHD_ADMIN_ERROR, EX_NOINPUT,
                 "The signing key cannot be read: %s. Nothing was backed up. Say --without-key to make a "
                 "backup that does not hold it.",
                 local_error->message);
  else if (!is_there)
    g_set_error (error, GHD_ADMIN_ERROR, EX_NOINPUT,
                 "The signing key of this server is not in %s, so nothing was backed up. Is that the data "
                 "directory of the daemon (--data-dir)? If the key is lost, say --without-key to make a "
                 "backup that does not hold it.",
                 path);
  else
    g_set_error (error, GHD_ADMIN_ERROR, EX_NOINPUT,
                 "The signing key in %s is not one of this database, so nothing was backed up. Is that the "
                 "data directory of the daemon (--data-dir)? Say --without-key to make a backup that does "
                 "not hold it.",
                 path);

  return *key_id != NULL || without;
}

/**
 * ghd_admin_tell_key:
 * @was_held: whether the backup held a key
 *
 * Says after a restore what became of the key that signs events, unless it is as one expects.
 */
gboolean
ghd_admin_tell_key (GhdAdmin *self, gboolean was_held, GError **error)
{
  g_autofree char *path = ghd_settings_build_path (self->settings, GHD_BACKUP_KEY);
  gboolean is_known;

  if (was_held)
    return TRUE;
  if (!find_key (self, NULL, &is_known, error))
    return FALSE;
  if (!is_known)
    return TRUE; /* nothing was ever signed */

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    g_printerr ("guildhalld: The backup holds no signing key; the one in %s stays.\n", path);
  else
    g_printerr ("guildhalld: The backup holds no signing key, and there is none in %s. If you have it "
                "elsewhere, put it there before the first start; otherwise the daemon makes a new one. "
                "What was signed with the old one stays valid.\n",
                path);
  return TRUE;
}
