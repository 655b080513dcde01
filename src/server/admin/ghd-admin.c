/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin.h"

#include "gh-error.h"
#include "ghd-admin-private.h"
#include "ghd-log.h"
#include "ghd-migrate.h"
#include "ghd-store-status.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

G_DEFINE_QUARK (ghd - admin - error - quark, ghd_admin_error)

static gboolean
migrate (GhdAdmin *self, GError **error)
{
  if (!ghd_admin_take_words (self, NULL, NULL, error)
      || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;
  g_print ("The database is at version %d.\n", ghd_migrate_get_newest ());
  return TRUE;
}

/* The one table of commands. */
static const struct
{
  const char *words;
  GhdAdminFunc func;
} commands[] = {
  { "migrate", migrate },
  { "user add", ghd_admin_user_add },
  { "user list", ghd_admin_user_list },
  { "user disable", ghd_admin_user_disable },
  { "user enable", ghd_admin_user_enable },
  { "user reset-password", ghd_admin_user_reset_password },
  { "invite create", ghd_admin_invite_create },
  { "backup", ghd_admin_backup },
  { "restore", ghd_admin_restore },
  { "check", ghd_admin_check },
  { "verify-receipt", ghd_admin_verify_receipt },
};

#define USAGE                                                                                      \
  "  migrate                                  bring the database up to date\n"                     \
  "  user add NAME [--password-stdin | --generate]\n"                                              \
  "  user list [--json]\n"                                                                         \
  "  user disable NAME                        sign them out; they cannot sign in any more\n"       \
  "  user enable NAME\n"                                                                           \
  "  user reset-password NAME [--password-stdin | --generate]\n"                                   \
  "  invite create [--uses N] [--expires SECONDS]\n"                                               \
  "                                           permits registrations (0 = any number, never)\n"     \
  "  backup FILE [--force] [--without-key]    everything in one file, while the server runs\n"     \
  "  restore FILE                             into an empty database\n"                            \
  "  check [--json]                           verify every event and what was derived from it\n"     \
  "  verify-receipt FILE                      does this server honour it? (- for standard input)\n"

/* How many of the first arguments the command's words are; 0 = it is another command. */
static int
match (const char *words, int argc, char **argv)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  int n = g_strv_length (parts);

  for (int i = 0; i < n; i++)
    if (i >= argc || !g_str_equal (parts[i], argv[i]))
      return 0;
  return n;
}

static int
find_status (const GError *error)
{
  if (error->domain == GHD_ADMIN_ERROR)
    return error->code;
  if (error->domain == GHD_SETTINGS_ERROR)
    return ghd_settings_error_get_status (error);
  if (error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR)
    return EX_IOERR;
  if (g_error_matches (error, GH_ERROR, GH_ERROR_NOT_FOUND))
    return EX_NOUSER;
  if (g_error_matches (error, GH_ERROR, GH_ERROR_INVALID)
      || g_error_matches (error, GH_ERROR, GH_ERROR_CONFLICT))
    return EX_DATAERR;
  return ghd_store_status (error);
}

static void
close_database (GhdAdmin *self)
{
  if (self->pool != NULL)
    dex_await (ghd_pool_close (self->pool), NULL);
  g_clear_object (&self->pool);
  if (self->cluster != NULL)
    dex_await (ghd_cluster_stop (self->cluster), NULL);
  g_clear_object (&self->cluster);
}

typedef struct
{
  GhdAdmin *admin;
  GhdAdminFunc func;
  GMainLoop *loop;
} Running;

static DexFuture *
run_fiber (gpointer data)
{
  Running *running = data;
  g_autoptr (GError) error = NULL;

  if (!running->func (running->admin, &error))
    {
      running->admin->status = find_status (error);
      g_printerr ("guildhalld: %s\n", error->message);
    }
  close_database (running->admin);
  g_main_loop_quit (running->loop);
  return dex_future_new_true ();
}

/* What a command says goes to standard output; the log has only what is wrong. */
static void
quieten_log (GhdSettings *settings)
{
  GhdLogFormat format = GHD_LOG_FORMAT_TEXT;
  GLogLevelFlags level = G_LOG_LEVEL_WARNING;

  ghd_log_parse_format (ghd_settings_get_string (settings, GHD_SETTING_LOG_FORMAT), &format);
  ghd_log_parse_level (ghd_settings_get_string (settings, GHD_SETTING_LOG_LEVEL), &level);
  if (level == G_LOG_LEVEL_INFO)
    level = G_LOG_LEVEL_WARNING;
  ghd_log_setup (format == GHD_LOG_FORMAT_AUTO ? GHD_LOG_FORMAT_TEXT : format, level);
}

/* --- for the commands --- */

/**
 * ghd_admin_open_database:
 * @migrate_first: bring the schema up to date before
 *
 * Uses the database of a running daemon, or starts the embedded one for the moment.
 */
gboolean
ghd_admin_open_database (GhdAdmin *self, gboolean migrate_first, GError **error)
{
  GhdPoolOptions options = { .size = 2 };

  if (!ghd_settings_check (self->settings, error))
    return FALSE;
  if (ghd_settings_get_bool (self->settings, GHD_SETTING_DATABASE_EMBEDDED))
    {
      self->cluster = ghd_cluster_new (
        ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_DATA_DIR));
      if (!dex_await (ghd_cluster_attach (self->cluster), error))
        return FALSE;
      self->conninfo = ghd_cluster_get_conninfo (self->cluster);
    }
  else
    self->conninfo = ghd_settings_get_string (self->settings, GHD_SETTING_DATABASE_URI);

  if (migrate_first && !dex_await (ghd_migrate (self->conninfo), error))
    return FALSE;
  options.conninfo = self->conninfo;
  self->pool = ghd_pool_new (&options, NULL);
  return dex_await (ghd_pool_start (self->pool), error);
}

/**
 * ghd_admin_take_switch:
 * @name: "--json"
 *
 * Returns: whether it was among the arguments; it is removed
 */
gboolean
ghd_admin_take_switch (GhdAdmin *self, const char *name)
{
  for (guint i = 0; i < self->arguments->len; i++)
    if (g_str_equal (g_ptr_array_index (self->arguments, i), name))
      {
        g_ptr_array_remove_index (self->arguments, i);
        return TRUE;
      }
  return FALSE;
}

/**
 * ghd_admin_take_int:
 * @name: "--uses"
 * @fallback: when it is not among the arguments
 */
gboolean
ghd_admin_take_int (GhdAdmin *self, const char *name, gint64 fallback, gint64 max, gint64 *value,
                    GError **error)
{
  *value = fallback;
  for (guint i = 0; i < self->arguments->len; i++)
    {
      const char *text;

      if (!g_str_equal (g_ptr_array_index (self->arguments, i), name))
        continue;
      text = i + 1 < self->arguments->len ? g_ptr_array_index (self->arguments, i + 1) : "";
      if (!g_ascii_string_to_signed (text, 10, 0, max, value, NULL))
        {
          g_set_error (error, GHD_ADMIN_ERROR, EX_USAGE,
                       "%s needs a number from 0 to %" G_GINT64_FORMAT " after it", name, max);
          return FALSE;
        }
      g_ptr_array_remove_range (self->arguments, i, 2);
      return TRUE;
    }
  return TRUE;
}

/**
 * ghd_admin_take_words:
 * @what: (nullable): what the command needs, "a user name"; %NULL = nothing
 * @word: (out) (optional): it
 *
 * What is left when the flags were taken: exactly one word, or none.
 */
gboolean
ghd_admin_take_words (GhdAdmin *self, const char *what, const char **word, GError **error)
{
  guint n_wanted = what != NULL ? 1 : 0;

  for (guint i = 0; i < self->arguments->len; i++)
    {
      const char *argument = g_ptr_array_index (self->arguments, i);

      if (i < n_wanted && (argument[0] != '-' || argument[1] == '\0'))
        continue;
      g_set_error (error, GHD_ADMIN_ERROR, EX_USAGE, "This command does not know \"%s\"", argument);
      return FALSE;
    }
  if (self->arguments->len < n_wanted)
    {
      g_set_error (error, GHD_ADMIN_ERROR, EX_USAGE, "This command needs %s", what);
      return FALSE;
    }
  if (what != NULL)
    *word = g_ptr_array_index (self->arguments, 0);
  return TRUE;
}

/**
 * ghd_admin_progress:
 *
 * Says how far a long command is, to a person at a terminal: each line replaces the last. An empty
 * line takes it away.
 */
void
ghd_admin_progress (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (!isatty (STDERR_FILENO))
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr ("\r\033[K%s", text);
}

/* --- public --- */

/**
 * ghd_admin_has:
 * @command: the first word after the flags, or %NULL
 *
 * Whether it begins a command for administration.
 */
gboolean
ghd_admin_has (const char *command)
{
  gsize length;

  if (command == NULL)
    return FALSE;
  length = strlen (command);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strncmp (commands[i].words, command, length) == 0
        && (commands[i].words[length] == '\0' || commands[i].words[length] == ' '))
      return TRUE;
  return FALSE;
}

/**
 * ghd_admin_get_usage:
 *
 * Returns: the commands, one a line, for --help
 */
const char *
ghd_admin_get_usage (void)
{
  return USAGE;
}

/**
 * ghd_admin_run:
 * @settings: not checked yet
 * @argv: the program's name, the command's words, what follows them; without the settings' flags
 *
 * Runs a command to its end, with a main loop of its own.
 *
 * Returns: what to exit with: 0, a status of sysexits.h, or 1 when `check` found something or
 *   `verify-receipt` did not find it
 */
int
ghd_admin_run (GhdSettings *settings, int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (DexFuture) future = NULL;
  GhdAdmin admin = { .settings = settings, .arguments = arguments };
  Running running = { &admin, NULL, loop };
  int n_words = 0;

  g_return_val_if_fail (GHD_IS_SETTINGS (settings), EX_SOFTWARE);

  for (gsize i = 0; i < G_N_ELEMENTS (commands) && n_words == 0; i++)
    {
      n_words = match (commands[i].words, argc - 1, argv + 1);
      running.func = commands[i].func;
    }
  if (n_words == 0)
    {
      g_printerr ("guildhalld: There is no such command. The commands are:\n%s", USAGE);
      return EX_USAGE;
    }
  for (int i = 1 + n_words; i < argc; i++)
    g_ptr_array_add (arguments, argv[i]);

  quieten_log (settings);
  dex_init ();
  future = dex_scheduler_spawn (NULL, 0, run_fiber, &running, NULL);
  g_main_loop_run (loop);
  return admin.status;
}
