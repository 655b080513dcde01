/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-cluster-paths.h"

#include "gh-error.h"
#include "ghd-cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* PostgreSQL names its socket after a port, though nothing listens on one. */
#define SOCKET_NAME "/.s.PGSQL.5432"
/* sizeof (((struct sockaddr_un *) 0)->sun_path) less the NUL, on Linux. */
#define SOCKET_PATH_MAX 107

/* --- who postgres runs as --- */

/**
 * ghd_cluster_user_find:
 * @user: (out caller-allocates)
 *
 * PostgreSQL refuses to run as root: then it is the first that exists of guildhall, postgres and
 * nobody.
 */
gboolean
ghd_cluster_user_find (GhdClusterUser *user, GError **error)
{
  static const char *const candidates[] = { "guildhall", "postgres", "nobody" };
  const struct passwd *entry = NULL;

  *user = (GhdClusterUser) { .drops = geteuid () == 0 };
  if (!user->drops)
    entry = getpwuid (geteuid ());
  for (gsize i = 0; user->drops && entry == NULL && i < G_N_ELEMENTS (candidates); i++)
    entry = getpwnam (candidates[i]);

  if (entry == NULL)
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.permission", NULL,
                    user->drops
                      ? "PostgreSQL refuses to run as root, and this machine has no user "
                        "guildhall, postgres or nobody that it could run as"
                      : "This user has no entry in the system's user database; PostgreSQL "
                        "needs one");
      return FALSE;
    }
  user->uid = entry->pw_uid;
  user->gid = entry->pw_gid;
  user->name = g_strdup (entry->pw_name);
  return TRUE;
}

void
ghd_cluster_user_clear (GhdClusterUser *user)
{
  g_clear_pointer (&user->name, g_free);
}

/* --- directories --- */

static gboolean
fail (GError **error, const char *format, const char *path)
{
  int saved = errno;
  g_autofree char *what = g_strdup_printf ("%s: %s", path, g_strerror (saved));

  gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "%s %s", format, what);
  return FALSE;
}

static gboolean
make_dir (const char *path, mode_t mode, const GhdClusterUser *owner, GError **error)
{
  struct stat info;

  if (g_mkdir_with_parents (path, mode) != 0)
    return fail (error, "Cannot make the directory", path);
  /* Where we are not the only one who may write (/tmp), somebody else could have been there
   * first. */
  if (lstat (path, &info) != 0 || !S_ISDIR (info.st_mode))
    return fail (error, "This should be a directory:", path);
  if (owner != NULL && owner->drops && info.st_uid != owner->uid
      && lchown (path, owner->uid, owner->gid) != 0)
    return fail (error, "Cannot give away the directory", path);
  if (owner != NULL && !owner->drops && info.st_uid != owner->uid)
    {
      errno = EPERM;
      return fail (error, "The directory belongs to somebody else:", path);
    }
  if (info.st_uid == geteuid () && chmod (path, mode) != 0)
    return fail (error, "Cannot protect the directory", path);
  if (access (path, W_OK | X_OK) != 0)
    return fail (error, "Cannot write to the directory", path);
  return TRUE;
}

/**
 * ghd_cluster_make_dirs:
 *
 * Makes the data directory and that of the socket. Where postgres runs as another user, that user
 * may pass through the data directory, but not list it.
 */
gboolean
ghd_cluster_make_dirs (const char *data_dir, const char *socket_dir, const GhdClusterUser *user,
                       GError **error)
{
  return make_dir (data_dir, user->drops ? 0711 : 0700, NULL, error)
         && make_dir (socket_dir, 0700, user, error);
}

/**
 * ghd_cluster_socket_dir:
 *
 * DATA/run, or a short name in /tmp where the path of the socket would be too long for the system.
 * It depends on nothing but the data directory, so that whoever knows that finds the socket.
 */
char *
ghd_cluster_socket_dir (const char *data_dir)
{
  g_autofree char *path = g_build_filename (data_dir, "run", NULL);
  g_autofree char *hash = NULL;

  if (strlen (path) + strlen (SOCKET_NAME) <= SOCKET_PATH_MAX)
    return g_steal_pointer (&path);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data_dir, -1);
  return g_strdup_printf ("/tmp/guildhalld-%.16s", hash);
}

/**
 * ghd_cluster_conninfo:
 *
 * Returns: (transfer full): a libpq connection string
 */
char *
ghd_cluster_conninfo (const char *socket_dir, const char *database)
{
  GString *text = g_string_new ("host='");

  for (const char *p = socket_dir; *p != '\0'; p++)
    {
      if (*p == '\'' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
  g_string_append_printf (text, "' user=%s dbname=%s", GHD_CLUSTER_ROLE, database);
  return g_string_free (text, FALSE);
}

/**
 * ghd_cluster_is_answering:
 *
 * Whether a process listens on the socket.
 */
gboolean
ghd_cluster_is_answering (const char *socket_dir)
{
  g_autofree char *path = g_strconcat (socket_dir, SOCKET_NAME, NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gboolean answers;
  int fd;

  if (strlen (path) > SOCKET_PATH_MAX)
    return FALSE;
  memcpy (address.sun_path, path, strlen (path) + 1);
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  answers = connect (fd, (struct sockaddr *) &address, sizeof address) == 0 || errno == EAGAIN;
  close (fd);
  return answers;
}

/**
 * ghd_cluster_write_access:
 *
 * Says who may connect: over the socket, as whom the kernel says they are; this user, the one that
 * postgres runs as, and root.
 */
gboolean
ghd_cluster_write_access (const char *postgres_dir, const GhdClusterUser *user, GError **error)
{
  const struct passwd *own = getpwuid (geteuid ());
  g_autofree char *own_name = g_strdup (own != NULL ? own->pw_name : user->name);
  g_autofree char *hba = g_build_filename (postgres_dir, "pg_hba.conf", NULL);
  g_autofree char *ident = g_build_filename (postgres_dir, "pg_ident.conf", NULL);
  g_autoptr (GString) map = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;

  g_string_append_printf (map, "guildhall \"%s\" %s\n", own_name, GHD_CLUSTER_ROLE);
  if (!g_str_equal (user->name, own_name))
    g_string_append_printf (map, "guildhall \"%s\" %s\n", user->name, GHD_CLUSTER_ROLE);
  if (!g_str_equal (own_name, "root"))
    g_string_append_printf (map, "guildhall root %s\n", GHD_CLUSTER_ROLE);

  if (!g_file_set_contents_full (ident, map->str, map->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &local_error)
      || !g_file_set_contents_full (hba, "local all all peer map=guildhall\n", -1,
                                    G_FILE_SET_CONTENTS_CONSISTENT, 0600, &local_error)
      || (user->drops
          && (chown (ident, user->uid, user->gid) != 0 || chown (hba, user->uid, user->gid) != 0)))
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "Cannot write in %s: %s",
                    postgres_dir, local_error != NULL ? local_error->message : g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

/**
 * ghd_cluster_remove_tree:
 *
 * Removes what an interrupted initdb has left. Nothing there is fine.
 */
gboolean
ghd_cluster_remove_tree (const char *path, GError **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      dir = g_dir_open (path, 0, NULL);
      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          if (!ghd_cluster_remove_tree (child, error))
            return FALSE;
        }
    }
  if (g_remove (path) != 0 && errno != ENOENT)
    return fail (error, "Cannot remove", path);
  return TRUE;
}

/* --- what is there --- */

/**
 * ghd_cluster_read_major:
 *
 * Returns: the version of PostgreSQL whose data this is; 0 = there is none
 */
int
ghd_cluster_read_major (const char *postgres_dir)
{
  g_autofree char *path = g_build_filename (postgres_dir, "PG_VERSION", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? atoi (text) : 0;
}

/**
 * ghd_cluster_read_pid:
 * @is_ready: (out) (optional): it says that it accepts connections
 *
 * Returns: the process id in postmaster.pid; 0 = no such file. Lines as of utils/pidfile.h.
 */
int
ghd_cluster_read_pid (const char *postgres_dir, gboolean *is_ready)
{
  g_autofree char *path = g_build_filename (postgres_dir, "postmaster.pid", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (is_ready != NULL)
    *is_ready = FALSE;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  if (is_ready != NULL && g_strv_length (lines) >= 8)
    *is_ready = g_str_has_prefix (lines[7], "ready");
  return lines[0] != NULL ? atoi (lines[0]) : 0;
}

/**
 * ghd_cluster_disown_pid:
 *
 * Puts a number that no process has into postmaster.pid. The one there may belong by now to somebody
 * else, whom PostgreSQL would take for a rival; or the next PostgreSQL gets it, as in a container that
 * begins with the same numbers each time, and what the last one wrote of itself would be taken for its
 * word. The rest of the file stays: by it PostgreSQL finds out whether sessions of the last run are
 * still there.
 */
gboolean
ghd_cluster_disown_pid (const char *postgres_dir, GError **error)
{
  g_autofree char *path = g_build_filename (postgres_dir, "postmaster.pid", NULL);
  g_autofree char *text = NULL;
  g_autofree char *changed = NULL;
  const char *rest;
  g_autofd int fd = -1;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  rest = strchr (text, '\n');
  changed = g_strdup_printf ("%d%s", G_MAXINT - 1, rest != NULL ? rest : "\n");
  /* In place, so that it stays the file of the user that postgres runs as. */
  fd = g_open (path, O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || write (fd, changed, strlen (changed)) != (ssize_t) strlen (changed))
    return fail (error, "Cannot write", path);
  return TRUE;
}

/**
 * ghd_cluster_is_ours:
 *
 * Whether process @pid is a postgres of this data: numbers are used again, but postgres always
 * works in its data directory.
 */
gboolean
ghd_cluster_is_ours (const char *postgres_dir, int pid)
{
  g_autofree char *link = g_strdup_printf ("/proc/%d/cwd", pid);
  g_autofree char *resolved = realpath (postgres_dir, NULL);
  g_autofree char *cwd = NULL;

  if (pid <= 0 || (kill (pid, 0) != 0 && errno == ESRCH))
    return FALSE;
  cwd = g_file_read_link (link, NULL);
  return cwd != NULL && resolved != NULL && g_str_equal (cwd, resolved);
}

/* --- programs --- */

static gboolean
has_programs (const char *dir)
{
  g_autofree char *initdb = g_build_filename (dir, "initdb", NULL);
  g_autofree char *postgres = g_build_filename (dir, "postgres", NULL);

  return g_file_test (initdb, G_FILE_TEST_IS_EXECUTABLE)
         && g_file_test (postgres, G_FILE_TEST_IS_EXECUTABLE);
}

static int
read_program_major (const char *dir)
{
  g_autofree char *postgres = g_build_filename (dir, "postgres", NULL);
  const char *argv[] = { postgres, "--version", NULL };
  g_autofree char *output = NULL;
  const char *digits;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output,
                     NULL, NULL, NULL))
    return 0;
  digits = output != NULL ? strpbrk (output, "0123456789") : NULL;
  return digits != NULL ? atoi (digits) : 0;
}

static char *
find_in_debian (int major)
{
  static const char *const roots[] = { "/usr/lib/postgresql", "/usr/libexec/postgresql" };
  int best = 0;
  char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      g_autoptr (GDir) dir = g_dir_open (roots[i], 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (roots[i], name, "bin", NULL);
          int version = atoi (name);

          if (version <= best || (major != 0 && version != major) || !has_programs (path))
            continue;
          best = version;
          g_free (found);
          found = g_steal_pointer (&path);
        }
    }
  return found;
}

static char *
find_by_config (void)
{
  const char *argv[] = { "pg_config", "--bindir", NULL };
  g_autofree char *output = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, &output, NULL, &status, NULL)
      || status != 0)
    return NULL;
  g_strchomp (output);
  return has_programs (output) ? g_steal_pointer (&output) : NULL;
}

static char *
find_in_path (void)
{
  g_autofree char *postgres = g_find_program_in_path ("postgres");
  g_autofree char *real = postgres != NULL ? realpath (postgres, NULL) : NULL;
  g_autofree char *dir = real != NULL ? g_path_get_dirname (real) : NULL;

  return dir != NULL && has_programs (dir) ? g_steal_pointer (&dir) : NULL;
}

/**
 * ghd_cluster_find_bin_dir:
 * @major: the version of PostgreSQL that is wanted; 0 = the newest there is
 *
 * Looks where Debian keeps the versions side by side, then asks pg_config, then in $PATH.
 *
 * Returns: (nullable) (transfer full): the directory of postgres, initdb and pg_dump
 */
char *
ghd_cluster_find_bin_dir (int major, GError **error)
{
  char *(*const finders[]) (void) = { find_by_config, find_in_path };
  char *found = find_in_debian (major);

  for (gsize i = 0; found == NULL && i < G_N_ELEMENTS (finders); i++)
    {
      g_autofree char *dir = finders[i]();

      if (dir != NULL && (major == 0 || read_program_major (dir) == major))
        found = g_steal_pointer (&dir);
    }
  if (found != NULL)
    return found;

  if (major != 0)
    gh_set_error (
      error, GH_ERROR_UNAVAILABLE, "cluster.postgres-missing", NULL,
      "The database was made by PostgreSQL %d, which is not installed. Install it (on Debian: "
      "apt install postgresql-%d), or make a backup with the old one and restore it with the new.",
      major, major);
  else
    gh_set_error (
      error, GH_ERROR_UNAVAILABLE, "cluster.postgres-missing", NULL,
      "PostgreSQL is not installed. Install it (on Debian: apt install postgresql), or set "
      "database.uri to use one on another machine.");
  return NULL;
}
