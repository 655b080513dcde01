/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-activation.h"
#include "ghd-admin.h"
#include "ghd-api.h"
#include "ghd-daemon.h"
#include "ghd-image-worker.h"
#include "ghd-log.h"
#include "ghd-notify.h"
#include "ghd-settings.h"

#include <glib-unix.h>
#include <libdex.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>

static gboolean
on_stop_signal (gpointer user_data)
{
  ghd_daemon_stop (user_data);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_reload_signal (gpointer user_data)
{
  ghd_daemon_reload (user_data);

  return G_SOURCE_CONTINUE;
}

/* As many as this process may have; returns how many, or 0. */
static guint64
raise_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return 0;

  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);

  return limit.rlim_cur;
}

typedef struct
{
  GMainLoop *loop;
  GhdDaemon *daemon;
  int status;
} Run;

static DexFuture *
run_fiber (gpointer data)
{
  Run *run = data;

  run->status = dex_await_int (ghd_daemon_run (run->daemon), NULL);
  g_main_loop_quit (run->loop);

  return NULL;
}

static int
run_daemon (GhdSettings *settings, guint n_passed)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GhdDaemon) daemon = ghd_daemon_new (settings, raise_descriptors (), n_passed);
  g_autoptr (GSource) watchdog = ghd_notify_watchdog ();
  Run run = { .loop = loop, .daemon = daemon };
  guint signals[] = {
    g_unix_signal_add (SIGTERM, on_stop_signal, daemon),
    g_unix_signal_add (SIGINT, on_stop_signal, daemon),
    g_unix_signal_add (SIGHUP, on_reload_signal, daemon),
  };

  dex_future_disown (dex_scheduler_spawn (NULL, 0, run_fiber, &run, NULL));
  g_main_loop_run (loop);

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  if (watchdog != NULL)
    g_source_destroy (watchdog);

  return run.status;
}

static void
set_up_log (GhdSettings *settings)
{
  GhdLogFormat format = GHD_LOG_FORMAT_AUTO;
  GLogLevelFlags level = G_LOG_LEVEL_INFO;

  ghd_log_parse_format (ghd_settings_get_string (settings, GHD_SETTING_LOG_FORMAT), &format);
  ghd_log_parse_level (ghd_settings_get_string (settings, GHD_SETTING_LOG_LEVEL), &level);
  ghd_log_setup (format, level);
}

static int
complain (const GError *error)
{
  g_printerr ("guildhalld: %s\n", error->message);

  return ghd_settings_error_get_status (error);
}

static const char help[] =
  "guildhalld, the server of Guildhall\n"
  "\n"
  "  guildhalld --embedded              run it with a private PostgreSQL\n"
  "  guildhalld --config FILE           run it as the settings file says\n"
  "  guildhalld COMMAND [ARGUMENT…]     do one thing, also while it runs\n"
  "\n"
  "Settings:\n"
  "  --data-dir DIR        where keys, images and a private database are kept\n"
  "  --listen HOST:PORT    port 0 takes any free one\n"
  "  --print-settings      print every setting with its default\n"
  "  --print-operations    print what clients can ask for, as JSON\n"
  "  --version             print the version\n"
  "\n"
  "Commands:\n";

int
main (int argc, char **argv)
{
  g_autoptr (GhdSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) environment = g_get_environ ();
  GhdSettingsMode mode;
  guint n_passed;

  /* The daemon starts itself anew to look at pictures where they can do no harm. */
  if (argc == 2 && g_str_equal (argv[1], "image-worker"))
    return ghd_image_worker_main ();

  setlocale (LC_ALL, "");
  umask (077);
  signal (SIGPIPE, SIG_IGN);
  /* RFC 8996: TLS before 1.2 is no longer good. GIO has no other way to say so. */
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:-VERS-DTLS-ALL", FALSE);
  if (!ghd_activation_take (&n_passed, &error))
    return complain (error);
  dex_init ();

  if (argc == 2 && g_str_equal (argv[1], "--print-operations"))
    {
      g_autofree char *operations = ghd_api_describe ();

      g_print ("%s\n", operations);
      return EX_OK;
    }

  settings = ghd_settings_load (&argc, &argv, (const char *const *) environment, &mode, &error);
  if (settings == NULL)
    return complain (error);

  switch (mode)
    {
    case GHD_SETTINGS_PRINT:
      {
        g_autofree char *text = ghd_settings_print ();

        g_print ("%s", text);
        return EX_OK;
      }

    case GHD_SETTINGS_VERSION:
      g_print ("guildhalld " GUILDHALL_VERSION "\n");
      return EX_OK;

    case GHD_SETTINGS_HELP:
      g_print ("%s%s", help, ghd_admin_get_usage ());
      return EX_OK;

    case GHD_SETTINGS_RUN:
    default:
      break;
    }

  set_up_log (settings);

  if (argc > 1 && !ghd_admin_has (argv[1]))
    {
      g_printerr ("guildhalld: There is no command “%s”; see guildhalld --help\n", argv[1]);
      return EX_USAGE;
    }
  if (argc > 1)
    return ghd_admin_run (settings, argc, argv);

  if (!ghd_settings_check (settings, &error))
    return complain (error);

  return run_daemon (settings, n_passed);
}
