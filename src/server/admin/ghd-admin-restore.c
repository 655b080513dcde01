/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-json.h"
#include "gh-time.h"
#include "ghd-admin-programs.h"
#include "ghd-migrate.h"
#include "ghd-store-backup.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>

/*
 * Files first, the database last and in one transaction: a restore that is interrupted leaves an
 * empty database, and can be begun again.
 */

static void
stage_clear (char **stage)
{
  if (*stage != NULL)
    ghd_admin_remove_tree (*stage, NULL);
  g_clear_pointer (stage, g_free);
}

typedef char *Stage;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

static gboolean
refuse (GError **error, int status, const char *message, const char *path)
{
  g_set_error (error, GHD_ADMIN_ERROR, status, "%s: %s", path, message);
  return FALSE;
}

/* Whether every member is a plain file or directory with a name that a backup has. */
static gboolean
check_members (const char *file, GError **error)
{
  const char *argv[] = { "tar", "--list", "--verbose", "--file", file, NULL };
  g_autofree char *output = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean has_database = FALSE;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, &output, NULL, &status, error))
    return FALSE;
  if (status != 0)
    return refuse (error, EX_DATAERR, "this is not a backup of guildhalld", file);

  lines = g_strsplit (output, "\n", -1);
  for (char **line = lines; *line != NULL && **line != '\0'; line++)
    {
      const char *name = strrchr (*line, ' ');

      if (((*line)[0] != '-' && (*line)[0] != 'd') || name == NULL || strstr (name, "..") != NULL
          || name[1] == '/')
        return refuse (error, EX_DATAERR, "this holds something that no backup of guildhalld holds",
                       file);
      has_database |= g_str_equal (name + 1, GHD_BACKUP_DATABASE);
    }
  if (!has_database)
    return refuse (error, EX_DATAERR, "this is not a backup of guildhalld", file);
  return TRUE;
}

static gboolean
unpack (GhdAdmin *self, const char *file, char **stage, GError **error)
{
  const char *argv[] = { "tar",         "--extract", "--file",          file,
                         "--directory", NULL,        "--no-same-owner", NULL };

  *stage = ghd_settings_build_path (self->settings, "restore.XXXXXX");
  g_mkdir_with_parents (ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_DATA_DIR),
                        0700);
  if (g_mkdtemp_full (*stage, 0700) == NULL)
    {
      refuse (error, EX_CANTCREAT, g_strerror (errno), *stage);
      g_clear_pointer (stage, g_free);
      return FALSE;
    }
  argv[5] = *stage;
  return ghd_admin_run_program (argv, NULL, NULL, 0, error);
}

static gboolean
check_manifest (GhdAdmin *self, const char *stage, const char *file, gboolean *holds_key,
                GError **error)
{
  g_autofree char *key = g_build_filename (stage, GHD_BACKUP_KEY, NULL);
  g_autofree char *path = g_build_filename (stage, GHD_BACKUP_MANIFEST, NULL);
  const char *name = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME);
  g_autofree char *text = NULL;
  g_autoptr (GhJson) manifest = NULL;
  const char *server;
  gsize size;

  if (g_file_get_contents (path, &text, &size, NULL))
    manifest = gh_json_parse_object (text, size, NULL);
  server = manifest != NULL ? gh_json_peek_string (manifest, "server") : NULL;
  if (server == NULL)
    return refuse (error, EX_DATAERR, "this is not a backup of guildhalld", file);
  if (gh_json_peek_int (manifest, "format", 0) > GHD_BACKUP_FORMAT
      || gh_json_peek_int (manifest, "schema", 0) > ghd_migrate_get_newest ())
    return refuse (error, EX_UNAVAILABLE,
                   "this backup was made by a newer guildhalld; restore it with that one", file);
  *holds_key = g_file_test (key, G_FILE_TEST_EXISTS);
  if (!*holds_key && gh_json_peek_string (manifest, "key_id") != NULL)
    return refuse (error, EX_DATAERR, "the signing key that this backup should hold is not in it",
                   file);
  if (!g_str_equal (server, name))
    {
      g_set_error (
        error, GHD_ADMIN_ERROR, EX_DATAERR,
        "%s: this is a backup of the server \"%s\", and the setting server.name is \"%s\". Every id holds "
        "the name, so they must be the same.",
        file, server, name);
      return FALSE;
    }
  return TRUE;
}

/* Puts @name of the stage into the data directory; what was there is kept beside it. */
static gboolean
move_in (GhdAdmin *self, const char *stage, const char *name, GError **error)
{
  g_autofree char *from = g_build_filename (stage, name, NULL);
  g_autofree char *to = ghd_settings_build_path (self->settings, name);
  g_autofree char *dir = g_path_get_dirname (to);

  if (!g_file_test (from, G_FILE_TEST_EXISTS))
    return TRUE;
  if (g_mkdir_with_parents (dir, 0700) != 0)
    return refuse (error, EX_CANTCREAT, g_strerror (errno), dir);
  if (g_file_test (to, G_FILE_TEST_EXISTS) && g_rmdir (to) != 0)
    {
      g_autofree char *aside = g_strdup_printf ("%s.before-restore-%" G_GINT64_FORMAT, to,
                                                gh_time_wall_ms ());

      if (g_rename (to, aside) != 0)
        return refuse (error, EX_CANTCREAT, g_strerror (errno), to);
      g_print ("%s was there already and is kept as %s\n", to, aside);
    }
  if (g_rename (from, to) != 0)
    return refuse (error, EX_CANTCREAT, g_strerror (errno), to);
  return TRUE;
}

static gboolean
check_database (GhdAdmin *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  int state = dex_await_int (ghd_store_backup_get_state (self->pool), &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (state == GHD_DATABASE_IN_USE)
    {
      g_set_error (
        error, GHD_ADMIN_ERROR, EX_CANTCREAT,
        "The database is not empty, and a restore would replace what is in it. Use an empty one: another "
        "--data-dir with --embedded, or another database.uri.");
      return FALSE;
    }
  return state == GHD_DATABASE_BARE || dex_await (ghd_store_backup_clear (self->pool), error);
}

static gboolean
load_database (GhdAdmin *self, const char *stage, GError **error)
{
  g_autofree char *bin_dir = self->cluster != NULL
                               ? g_strdup (ghd_cluster_get_bin_dir (self->cluster))
                               : ghd_cluster_find_bin_dir (0, error);
  g_autofree char *pg_restore = bin_dir != NULL ? g_build_filename (bin_dir, "pg_restore", NULL)
                                                : NULL;
  g_autofree char *path = g_build_filename (stage, GHD_BACKUP_DATABASE, NULL);
  g_auto (GStrv) environment = ghd_store_backup_environment (self->conninfo);
  const char *database = g_environ_getenv (environment, "PGDATABASE");
  const char *argv[] = { pg_restore,
                         "--single-transaction",
                         "--exit-on-error",
                         "--no-owner",
                         "--no-privileges",
                         "--schema=public",
                         "--dbname",
                         database != NULL ? database : "",
                         path,
                         NULL };

  return pg_restore != NULL
         && ghd_admin_run_program (argv, (const char *const *) environment, NULL, 0, error);
}

/* restore FILE */
gboolean
ghd_admin_restore (GhdAdmin *self, GError **error)
{
  g_auto (Stage) stage = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GObject) lock = NULL;
  gboolean holds_key = FALSE;
  const char *file;

  if (!ghd_admin_take_words (self, "the name of a file", &file, error))
    return FALSE;
  path = g_canonicalize_filename (file, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return refuse (error, EX_NOINPUT, "there is no such file", path);
  if (!check_members (path, error) || !ghd_admin_open_database (self, FALSE, error))
    return FALSE;

  /* Kept until the end: no daemon can start on a database that is half there. */
  lock = dex_await_object (ghd_store_backup_take_lock (self->conninfo), error);
  if (lock == NULL || !unpack (self, path, &stage, error)
      || !check_manifest (self, stage, path, &holds_key, error)
      || !check_database (self, error))
    return FALSE;

  ghd_admin_progress ("Loading the database…");
  if (!move_in (self, stage, GHD_BACKUP_KEY, error)
      || !move_in (self, stage, GHD_BACKUP_MEDIA, error) || !load_database (self, stage, error)
      || !dex_await (ghd_migrate (self->conninfo), error))
    return FALSE;
  ghd_admin_progress ("%s", "");
  if (!ghd_admin_tell_key (self, holds_key, error))
    return FALSE;
  g_print ("%s is restored. `guildhalld check` verifies it.\n", path);
  return TRUE;
}
