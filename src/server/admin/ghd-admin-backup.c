/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-json-builder.h"
#include "gh-time.h"
#include "ghd-admin-programs.h"
#include "ghd-store-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/*
 * A backup is a tar file: what it holds can be looked at, and taken out, without us. First the
 * manifest, then pg_dump's custom format, then the signing key and the images as they lie in the
 * data directory. The database comes first: an image that it knows and that is still there
 * afterwards is in the backup.
 */

typedef struct
{
  char *file;
  char *part;
  char *stage;
} Paths;

static void
paths_clear (Paths *paths)
{
  if (paths->stage != NULL)
    ghd_admin_remove_tree (paths->stage, NULL);
  if (paths->part != NULL)
    g_unlink (paths->part);
  g_free (paths->file);
  g_free (paths->part);
  g_free (paths->stage);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Paths, paths_clear)

static gboolean
fail (GError **error, int status, const char *what, const char *path)
{
  g_set_error (error, GHD_ADMIN_ERROR, status, "%s %s: %s", what, path, g_strerror (errno));
  return FALSE;
}

/* Both beside the file itself, so that there is room and the last step is a rename. */
static gboolean
prepare (const char *file, gboolean force, Paths *paths, GError **error)
{
  int fd;

  if (!force && g_file_test (file, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, GHD_ADMIN_ERROR, EX_CANTCREAT,
                   "%s is there already; choose another name, or say --force to replace it", file);
      return FALSE;
    }
  paths->file = g_canonicalize_filename (file, NULL);

  paths->stage = g_strconcat (paths->file, ".XXXXXX", NULL);
  if (g_mkdtemp_full (paths->stage, 0700) == NULL)
    {
      fail (error, EX_CANTCREAT, "Cannot write beside", paths->file);
      g_clear_pointer (&paths->stage, g_free);
      return FALSE;
    }
  /* It holds the signing key: for nobody else from the first byte. */
  paths->part = g_strconcat (paths->file, ".part", NULL);
  g_unlink (paths->part);
  fd = open (paths->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, EX_CANTCREAT, "Cannot write", paths->part);
  close (fd);
  return TRUE;
}

static gboolean
write_manifest (GhdAdmin *self, const char *stage, const char *key_id, GError **error)
{
  g_autofree char *path = g_build_filename (stage, GHD_BACKUP_MANIFEST, NULL);
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GError) local_error = NULL;
  int version = dex_await_int (ghd_store_backup_get_version (self->pool), &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  gh_json_builder_add_int (builder, "format", GHD_BACKUP_FORMAT);
  gh_json_builder_add_string (builder, "software", "guildhalld " GUILDHALL_VERSION);
  gh_json_builder_add_string (builder, "server",
                              ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME));
  gh_json_builder_add_int (builder, "schema", version);
  gh_json_builder_add_int (builder, "created_ts", gh_time_wall_ms ());
  gh_json_builder_add_optional_string (builder, "key_id", key_id);
  json = gh_json_builder_finish_bytes (builder);
  return g_file_set_contents (path, g_bytes_get_data (json, NULL), g_bytes_get_size (json), error);
}

static gboolean
dump_database (GhdAdmin *self, const char *stage, GError **error)
{
  g_autofree char *bin_dir = self->cluster != NULL
                               ? g_strdup (ghd_cluster_get_bin_dir (self->cluster))
                               : ghd_cluster_find_bin_dir (0, error);
  g_autofree char *pg_dump = bin_dir != NULL ? g_build_filename (bin_dir, "pg_dump", NULL) : NULL;
  g_autofree char *path = g_build_filename (stage, GHD_BACKUP_DATABASE, NULL);
  g_auto (GStrv) environment = ghd_store_backup_environment (self->conninfo);
  const char *argv[] = { pg_dump,           "--format=custom", "--no-owner", "--no-privileges",
                         "--schema=public", "--file",          path,         NULL };

  return pg_dump != NULL
         && ghd_admin_run_program (argv, (const char *const *) environment, path, 0, error);
}

static gboolean
pack (GhdAdmin *self, const Paths *paths, gboolean with_key, GError **error)
{
  const char *const kept[] = { with_key ? GHD_BACKUP_KEY : NULL, GHD_BACKUP_MEDIA };
  const char *data_dir = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_DATA_DIR);
  const char *argv[20] = { "tar",
                           "--create",
                           "--format=posix",
                           "--file",
                           paths->part,
                           "--warning=no-file-changed",
                           "--warning=no-file-removed",
                           "--directory",
                           paths->stage,
                           GHD_BACKUP_MANIFEST,
                           GHD_BACKUP_DATABASE };
  guint n = 11;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *path = kept[i] != NULL ? ghd_settings_build_path (self->settings, kept[i])
                                              : NULL;

      if (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      /* tar takes it ill to be sent to a directory of which it shall take nothing. */
      argv[n++] = "--directory";
      argv[n++] = data_dir;
      argv[n++] = kept[i];
    }
  /* Status 1: an image went away meanwhile, because nobody uses it any more. */
  return ghd_admin_run_program (argv, NULL, paths->part, 1, error);
}

static gboolean
publish (Paths *paths, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (paths->file);

  if (!ghd_admin_sync (paths->part, error))
    return FALSE;
  if (g_rename (paths->part, paths->file) != 0)
    return fail (error, EX_CANTCREAT, "Cannot write", paths->file);
  g_clear_pointer (&paths->part, g_free);
  return ghd_admin_sync (dir, error);
}

/* backup FILE [--force] [--without-key] */
gboolean
ghd_admin_backup (GhdAdmin *self, GError **error)
{
  gboolean force = ghd_admin_take_switch (self, "--force");
  gboolean without_key = ghd_admin_take_switch (self, "--without-key");
  g_auto (Paths) paths = { 0 };
  g_autofree char *key_id = NULL;
  g_autofree char *size = NULL;
  const char *file;
  struct stat info;

  if (!ghd_admin_take_words (self, "the name of a file", &file, error)
      || !prepare (file, force, &paths, error) || !ghd_admin_open_database (self, FALSE, error))
    return FALSE;
  if (!ghd_admin_find_key (self, without_key, &key_id, error)
      || !write_manifest (self, paths.stage, key_id, error)
      || !dump_database (self, paths.stage, error) || !pack (self, &paths, key_id != NULL, error)
      || !publish (&paths, error))
    return FALSE;
  if (stat (paths.file, &info) != 0)
    return fail (error, EX_IOERR, "Cannot read", paths.file);
  size = g_format_size (info.st_size);
  g_print ("%s: %s. It holds %sall messages: keep it as you keep keys.\n", paths.file, size,
           key_id != NULL ? "the signing key and " : "no signing key, but ");
  return TRUE;
}
