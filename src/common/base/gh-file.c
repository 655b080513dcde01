/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-file.h"

#include "gh-random.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
set_errno (GError **error, int code, const char *what, const char *path)
{
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), "%s “%s”: %s", what, path,
               g_strerror (code));
  return FALSE;
}

static gboolean
write_all (int fd, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      size -= (gsize) n;
    }
  return fsync (fd) == 0;
}

static gboolean
sync_directory (const char *directory)
{
  g_autofd int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd >= 0 && fsync (fd) == 0;
}

/**
 * gh_file_write_private:
 * @path: where to
 * @data: (array length=size): bytes
 * @size: how many
 * @replace: whether a file that is there may be replaced
 * @error: return location
 *
 * Writes a file that only its owner can read (0600), whole or not at all: a temporary file beside it
 * is synced and then takes its name, and the directory is synced. Blocks.
 *
 * Returns: %FALSE with an error of %G_IO_ERROR that names the file; %G_IO_ERROR_EXISTS when it is
 *   there and @replace is %FALSE
 */
gboolean
gh_file_write_private (const char *path, gconstpointer data, gsize size, gboolean replace,
                       GError **error)
{
  g_autofree char *directory = NULL;
  g_autofree char *token = NULL;
  g_autofree char *temporary = NULL;
  gboolean is_done;
  int code = 0;

  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  directory = g_path_get_dirname (path);
  token = gh_random_base58 (8);
  temporary = g_strdup_printf ("%s.%s", path, token);

  {
    g_autofd int fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
      return set_errno (error, errno, "Cannot write", path);
    if (fchmod (fd, 0600) != 0 || !write_all (fd, data, size))
      code = errno;
  }

  /* A hard link refuses where a rename would replace. */
  is_done = code == 0 && (replace ? g_rename (temporary, path) == 0 : link (temporary, path) == 0);
  if (!is_done && code == 0)
    code = errno;
  if (!is_done || !replace)
    g_unlink (temporary);
  if (is_done && !sync_directory (directory))
    {
      code = errno;
      is_done = FALSE;
    }
  return is_done || set_errno (error, code, "Cannot write", path);
}

/**
 * gh_file_read_private:
 * @path: a file
 * @max_size: most bytes to accept
 * @error: return location
 *
 * Reads a secret. Refuses a symbolic link, anything but an ordinary file, and a file that others than
 * its owner may read or write. Blocks.
 *
 * Returns: (transfer full) (nullable): its bytes, or %NULL with an error of %G_IO_ERROR that names the
 *   file and says what to do; %G_IO_ERROR_NOT_FOUND when it is not there
 */
GhSecret *
gh_file_read_private (const char *path, gsize max_size, GError **error)
{
  g_autofd int fd = -1;
  g_autofree guint8 *buffer = NULL;
  GhSecret *secret;
  struct stat status;
  gsize size = 0;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (max_size < G_MAXSIZE / 2, NULL);

  fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &status) != 0)
    {
      set_errno (error, errno, "Cannot read", path);
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "“%s” is not an ordinary file",
                   path);
      return NULL;
    }
  if ((status.st_mode & 077) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "“%s” is a secret that others can read or change (its mode is %04o). "
                   "If it was never copied, run “chmod 600” on it; else replace it.",
                   path, (guint) status.st_mode & 07777u);
      return NULL;
    }

  buffer = g_malloc (max_size + 1);
  while (size <= max_size)
    {
      gssize n = read (fd, buffer + size, max_size + 1 - size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          set_errno (error, errno, "Cannot read", path);
          gh_secret_wipe (buffer, size);
          return NULL;
        }
      if (n == 0)
        break;
      size += (gsize) n;
    }
  if (size > max_size)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is larger than the %" G_GSIZE_FORMAT " bytes that it can have", path,
                   max_size);
      gh_secret_wipe (buffer, size);
      return NULL;
    }
  secret = gh_secret_new (buffer, size);
  gh_secret_wipe (buffer, size);
  return secret;
}
