/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "ghd-admin-programs.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define PROGRESS_MS 500

/* --- programs --- */

/* What a program said on standard error, on one line. */
static char *
read_words (GSubprocess *process)
{
  g_autoptr (GBytes)
    bytes = g_input_stream_read_bytes (g_subprocess_get_stderr_pipe (process), 4096, NULL, NULL);
  char *words = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                              : g_strdup ("");

  return g_strstrip (g_strdelimit (words, "\n", ' '));
}

/**
 * ghd_admin_run_program:
 * @argv: (array zero-terminated=1): the program by its path or name
 * @environment: (nullable) (array zero-terminated=1): %NULL = as ours
 * @growing: (nullable): a file that grows meanwhile, whose size is shown as progress
 * @highest_status: the highest exit status that is success
 *
 * Waits, on the calling fiber, for the end of a program.
 */
gboolean
ghd_admin_run_program (const char *const *argv, const char *const *environment, const char *growing,
                       int highest_status, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *words = NULL;

  if (environment != NULL)
    g_subprocess_launcher_set_environ (launcher, (char **) environment);
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (process == NULL)
    return FALSE;

  while (g_subprocess_get_identifier (process) != NULL)
    {
      struct stat info;

      dex_await (dex_future_first (dex_subprocess_wait_check (process),
                                   dex_timeout_new_msec (PROGRESS_MS), NULL),
                 NULL);
      if (growing != NULL && stat (growing, &info) == 0)
        ghd_admin_progress ("%s: %.1f MiB", growing, info.st_size / (1024.0 * 1024.0));
    }
  if (growing != NULL)
    ghd_admin_progress ("%s", "");
  if (g_subprocess_get_if_exited (process)
      && g_subprocess_get_exit_status (process) <= highest_status)
    return TRUE;

  words = read_words (process);
  g_set_error (error, GHD_ADMIN_ERROR, EX_IOERR, "%s failed: %s", argv[0], words);
  return FALSE;
}

/* --- files --- */

static gboolean
remove_tree (GFile *file, GError **error)
{
  g_autoptr (GFileEnumerator)
    children = g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                          G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;

  while (children != NULL && g_file_enumerator_iterate (children, NULL, &child, NULL, error)
         && child != NULL)
    if (!remove_tree (child, error))
      return FALSE;
  return g_file_delete (file, NULL, error);
}

/**
 * ghd_admin_remove_tree:
 *
 * Removes a directory of our own with what is in it; links in it are removed, not followed.
 */
gboolean
ghd_admin_remove_tree (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return remove_tree (file, error);
}

/**
 * ghd_admin_sync:
 *
 * Makes sure that a file or directory is on the disk.
 */
gboolean
ghd_admin_sync (const char *path, GError **error)
{
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0 && fsync (fd) == 0)
    return TRUE;
  g_set_error (error, GHD_ADMIN_ERROR, EX_IOERR, "Cannot write %s to the disk: %s", path,
               g_strerror (errno));
  return FALSE;
}
