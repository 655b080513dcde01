/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-settings.h"

#include "gh-host.h"
#include "ghd-settings-table.h"

#include <string.h>
#include <sysexits.h>

struct _GhdSettings
{
  GObject parent_instance;
  GhSettings *values;
  char *data_dir;
};

G_DEFINE_FINAL_TYPE (GhdSettings, ghd_settings, G_TYPE_OBJECT)
G_DEFINE_QUARK (ghd - settings - error - quark, ghd_settings_error)

/* Flags that set one key; a switch sets it to true. */
static const struct
{
  const char *name;
  GhdSetting setting;
  gboolean is_switch;
} flags[] = {
  { "--embedded", GHD_SETTING_DATABASE_EMBEDDED, TRUE },
  { "--data-dir", GHD_SETTING_SERVER_DATA_DIR, FALSE },
  { "--listen", GHD_SETTING_SERVER_LISTEN, FALSE },
};

static void
ghd_settings_finalize (GObject *object)
{
  GhdSettings *self = GHD_SETTINGS (object);

  g_clear_pointer (&self->values, gh_settings_unref);
  g_clear_pointer (&self->data_dir, g_free);

  G_OBJECT_CLASS (ghd_settings_parent_class)->finalize (object);
}

static void
ghd_settings_class_init (GhdSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_settings_finalize;
}

static void
ghd_settings_init (GhdSettings *self)
{
  self->values = gh_settings_new (ghd_setting_specs, GHD_N_SETTINGS);
}

/* systemd's StateDirectory=, then the user's state or data directory. */
static char *
build_default_data_dir (const char *const *environment)
{
  const char *state = g_environ_getenv ((char **) environment, "STATE_DIRECTORY");
  const char *xdg = g_environ_getenv ((char **) environment, "XDG_STATE_HOME");

  if (state != NULL && g_path_is_absolute (state))
    return g_strndup (state, strcspn (state, ":"));
  if (xdg != NULL && g_path_is_absolute (xdg))
    return g_build_filename (xdg, "guildhalld", NULL);
  return g_build_filename (g_get_home_dir (), ".local", "share", "guildhalld", NULL);
}

/* Takes "--name VALUE" or "--name=VALUE" at argv[*at]; *at moves to the value where it stands
 * apart. */
static gboolean
match_flag (char **argv, int argc, int *at, const char *name, gboolean is_switch,
            const char **value, GError **error)
{
  gsize length = strlen (name);

  *value = NULL;
  if (strncmp (argv[*at], name, length) != 0)
    return FALSE;

  if (argv[*at][length] == '=' && !is_switch)
    *value = argv[*at] + length + 1;
  else if (argv[*at][length] != '\0')
    return FALSE;
  else if (is_switch)
    *value = "true";
  else if (*at + 1 < argc)
    *value = argv[++*at];
  else
    g_set_error (error, GHD_SETTINGS_ERROR, GHD_SETTINGS_ERROR_USAGE,
                 "The flag %s needs a value after it", name);
  return TRUE;
}

/* What the command line says, apart from what it leaves to a subcommand. */
typedef struct
{
  const char *config;
  const char *values[G_N_ELEMENTS (flags)];
} CommandLine;

static gboolean
take_argument (char **argv, int argc, int *at, CommandLine *line, GhdSettingsMode *mode,
               GError **error)
{
  static const struct
  {
    const char *name;
    GhdSettingsMode mode;
  } modes[] = {
    { "--print-settings", GHD_SETTINGS_PRINT },
    { "--version", GHD_SETTINGS_VERSION },
    { "--help", GHD_SETTINGS_HELP },
    { "-h", GHD_SETTINGS_HELP },
  };
  const char *value;

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_str_equal (argv[*at], modes[i].name))
      {
        *mode = modes[i].mode;
        return TRUE;
      }

  if (match_flag (argv, argc, at, "--config", FALSE, &value, error))
    {
      line->config = value;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (match_flag (argv, argc, at, flags[i].name, flags[i].is_switch, &value, error))
        {
          line->values[i] = value;
          return TRUE;
        }
    }
  return FALSE;
}

/* Removes our own flags from argv, wherever they stand; the rest belongs to a subcommand. */
static gboolean
parse_arguments (int *argc, char ***argv, CommandLine *line, GhdSettingsMode *mode, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char **arguments = *argv;
  int n_left = 1;

  for (int i = 1; i < *argc; i++)
    {
      gboolean taken = take_argument (arguments, *argc, &i, line, mode, &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (!taken)
        arguments[n_left++] = arguments[i];
    }
  if (*argc > 0)
    {
      arguments[n_left] = NULL;
      *argc = n_left;
    }

  if (n_left > 1 && arguments[1][0] == '-')
    {
      g_set_error (error, GHD_SETTINGS_ERROR, GHD_SETTINGS_ERROR_USAGE,
                   "There is no flag %s; see guildhalld --help", arguments[1]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_layers (GhdSettings *self, const CommandLine *line, const char *const *environment,
             GError **error)
{
  if (line->config != NULL && !gh_settings_load_file (self->values, line->config, error))
    return FALSE;
  if (!gh_settings_load_environment (self->values, "GUILDHALL", environment, error))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      const GhSettingSpec *spec = &ghd_setting_specs[flags[i].setting];

      if (line->values[i] != NULL
          && !gh_settings_set (self->values, spec->group, spec->key, line->values[i], flags[i].name,
                               error))
        return FALSE;
    }
  return TRUE;
}

G_GNUC_PRINTF (2, 3)
static void
set_config_error (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (GHD_SETTINGS_ERROR, GHD_SETTINGS_ERROR_CONFIG,
                                                format, args));
  va_end (args);
}

/* --- public --- */

/**
 * ghd_settings_error_get_status:
 * @error: an error of ghd_settings_load() or ghd_settings_check()
 *
 * Returns: the exit status of sysexits.h that fits: 64 for usage, 78 for configuration
 */
int
ghd_settings_error_get_status (const GError *error)
{
  return g_error_matches (error, GHD_SETTINGS_ERROR, GHD_SETTINGS_ERROR_USAGE) ? EX_USAGE
                                                                               : EX_CONFIG;
}

/**
 * ghd_settings_load:
 * @argc: (inout): number of arguments
 * @argv: (inout): arguments; flags of the settings are taken out wherever they stand
 * @environment: (array zero-terminated=1): as of g_get_environ()
 * @mode: (out): what else was asked for
 *
 * Reads the defaults, then the file of --config, then `GUILDHALL_<GROUP>_<KEY>`, then flags; what
 * comes later wins. Each value is checked by itself here; how they fit together is up to
 * ghd_settings_check().
 *
 * Returns: (nullable) (transfer full): the settings, or %NULL with an error of #GhdSettingsError
 */
GhdSettings *
ghd_settings_load (int *argc, char ***argv, const char *const *environment, GhdSettingsMode *mode,
                   GError **error)
{
  g_autoptr (GhdSettings) self = g_object_new (GHD_TYPE_SETTINGS, NULL);
  g_autoptr (GError) local_error = NULL;
  CommandLine line = { 0 };
  const char *data_dir;

  g_return_val_if_fail (mode != NULL, NULL);

  *mode = GHD_SETTINGS_RUN;
  if (!parse_arguments (argc, argv, &line, mode, error))
    return NULL;
  if (!load_layers (self, &line, environment, &local_error))
    {
      set_config_error (error, "%s", local_error->message);
      return NULL;
    }

  data_dir = ghd_settings_get_string (self, GHD_SETTING_SERVER_DATA_DIR);
  if (data_dir[0] == '\0')
    self->data_dir = build_default_data_dir (environment);
  else
    self->data_dir = g_canonicalize_filename (data_dir, NULL);
  return g_steal_pointer (&self);
}

static gboolean
check_database (GhdSettings *self, GError **error)
{
  gboolean embedded = ghd_settings_get_bool (self, GHD_SETTING_DATABASE_EMBEDDED);
  gboolean has_uri = ghd_settings_get_string (self, GHD_SETTING_DATABASE_URI)[0] != '\0';

  if (embedded && has_uri)
    set_config_error (error,
                      "The settings name an external database (database.uri) and also ask for "
                      "the embedded one; choose one of them");
  else if (!embedded && !has_uri)
    set_config_error (error,
                      "No database is set: start with --embedded for a private PostgreSQL, or "
                      "set database.uri");
  return embedded != has_uri;
}

/* gh-host wants an IPv6 address in brackets. */
static gboolean
is_loopback (const char *host)
{
  g_autofree char *bracketed = strchr (host, ':') != NULL ? g_strdup_printf ("[%s]", host) : NULL;

  return gh_host_is_loopback (bracketed != NULL ? bracketed : host);
}

static gboolean
check_transport (GhdSettings *self, GError **error)
{
  g_autofree char *host = NULL;
  const char *certificate = ghd_settings_get_string (self, GHD_SETTING_TLS_CERTIFICATE);
  const char *key = ghd_settings_get_string (self, GHD_SETTING_TLS_KEY);
  guint16 port;

  if (!ghd_settings_get_listen (self, &host, &port))
    {
      set_config_error (error,
                        "server.listen must be an address and a port, such as 127.0.0.1:8448; "
                        "\"%s\" is not",
                        ghd_settings_get_string (self, GHD_SETTING_SERVER_LISTEN));
      return FALSE;
    }
  if ((certificate[0] == '\0') != (key[0] == '\0'))
    {
      set_config_error (error,
                        "TLS needs both tls.certificate and tls.key; only one of them is set");
      return FALSE;
    }
  if (certificate[0] == '\0' && !is_loopback (host)
      && !ghd_settings_get_bool (self, GHD_SETTING_SERVER_BEHIND_PROXY))
    {
      set_config_error (error,
                        "Plain HTTP on %s would send passwords in the clear: set tls.certificate "
                        "and tls.key, or server.behind-proxy=true when a proxy terminates TLS",
                        host);
      return FALSE;
    }
  return TRUE;
}

/* Whether every address in a list begins as one of @schemes (as "stun:|stuns:") does. */
static gboolean
check_addresses (GhdSettings *self, GhdSetting setting, const char *schemes, GError **error)
{
  g_auto (GStrv) urls = g_strsplit (ghd_settings_get_string (self, setting), ",", -1);
  g_auto (GStrv) known = g_strsplit (schemes, "|", -1);

  for (guint i = 0; urls[i] != NULL; i++)
    {
      gboolean is_known = g_strstrip (urls[i])[0] == '\0';

      for (guint j = 0; known[j] != NULL && !is_known; j++)
        is_known = g_str_has_prefix (urls[i], known[j]);
      if (!is_known)
        {
          set_config_error (
            error, "%s.%s must be addresses such as %sturn.example.org:3478; \"%s\" is not",
            ghd_setting_specs[setting].group, ghd_setting_specs[setting].key, known[0], urls[i]);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
check_calls (GhdSettings *self, GError **error)
{
  if (!check_addresses (self, GHD_SETTING_CALLS_STUN, "stun:|stuns:", error)
      || !check_addresses (self, GHD_SETTING_CALLS_TURN, "turn:|turns:", error))
    return FALSE;
  if (ghd_settings_get_string (self, GHD_SETTING_CALLS_TURN)[0] != '\0'
      && ghd_settings_get_string (self, GHD_SETTING_CALLS_TURN_SECRET)[0] == '\0')
    {
      set_config_error (error, "calls.turn needs calls.turn-secret: what this server shares with "
                               "the TURN servers");
      return FALSE;
    }
  return TRUE;
}

/* The ratio as a number; FALSE when it is none, or out of bounds. */
static gboolean
parse_sample (GhdSettings *self, double *ratio)
{
  const char *text = ghd_settings_get_string (self, GHD_SETTING_TRACING_SAMPLE);
  char *end;

  *ratio = g_ascii_strtod (text, &end);
  /* Only digits: no "0x1", "inf" or "nan". */
  return end != text && *end == '\0' && strspn (text, "0123456789.") == strlen (text)
         && *ratio <= 1;
}

static gboolean
check_tracing (GhdSettings *self, GError **error)
{
  const char *endpoint = ghd_settings_get_string (self, GHD_SETTING_TRACING_ENDPOINT);
  g_autoptr (GUri) uri = NULL;
  double ratio;

  if (!parse_sample (self, &ratio))
    {
      set_config_error (error, "tracing.sample must be a number from 0 to 1; \"%s\" is not",
                        ghd_settings_get_string (self, GHD_SETTING_TRACING_SAMPLE));
      return FALSE;
    }
  if (endpoint[0] == '\0')
    return TRUE;

  uri = g_uri_parse (endpoint, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || g_uri_get_host (uri)[0] == '\0'
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL
      || (!g_str_equal (g_uri_get_scheme (uri), "http")
          && !g_str_equal (g_uri_get_scheme (uri), "https")))
    {
      /* What is wrong may be a password in it, so it is not repeated. */
      set_config_error (error, "tracing.endpoint must be an address such as "
                               "http://127.0.0.1:4318, with neither name nor password in it");
      return FALSE;
    }
  return TRUE;
}

/**
 * ghd_settings_check:
 *
 * Whether the settings fit together: a database, TLS with both its files, and no plain HTTP beyond
 * loopback unless a proxy terminates TLS.
 */
gboolean
ghd_settings_check (GhdSettings *self, GError **error)
{
  const char *name;

  g_return_val_if_fail (GHD_IS_SETTINGS (self), FALSE);

  name = ghd_settings_get_string (self, GHD_SETTING_SERVER_NAME);
  if (!gh_host_is_valid (name))
    {
      set_config_error (error, "server.name must be a host name in lower case; \"%s\" is not",
                        name);
      return FALSE;
    }
  return check_database (self, error) && check_transport (self, error) && check_calls (self, error)
         && check_tracing (self, error);
}

/**
 * ghd_settings_get_string:
 *
 * Returns: (not nullable): empty when nothing set it; lives as long as the settings
 */
const char *
ghd_settings_get_string (GhdSettings *self, GhdSetting setting)
{
  g_return_val_if_fail (GHD_IS_SETTINGS (self), "");
  g_return_val_if_fail (setting < GHD_N_SETTINGS, "");

  if (setting == GHD_SETTING_SERVER_DATA_DIR && self->data_dir != NULL)
    return self->data_dir;
  return gh_settings_get_string (self->values, ghd_setting_specs[setting].group,
                                 ghd_setting_specs[setting].key);
}

gint64
ghd_settings_get_int (GhdSettings *self, GhdSetting setting)
{
  g_return_val_if_fail (GHD_IS_SETTINGS (self), 0);
  g_return_val_if_fail (setting < GHD_N_SETTINGS, 0);

  return gh_settings_get_int (self->values, ghd_setting_specs[setting].group,
                              ghd_setting_specs[setting].key);
}

gboolean
ghd_settings_get_bool (GhdSettings *self, GhdSetting setting)
{
  g_return_val_if_fail (GHD_IS_SETTINGS (self), FALSE);
  g_return_val_if_fail (setting < GHD_N_SETTINGS, FALSE);

  return gh_settings_get_bool (self->values, ghd_setting_specs[setting].group,
                               ghd_setting_specs[setting].key);
}

/**
 * ghd_settings_build_path:
 * @name: relative to the data directory: "keys/signing.key"
 *
 * Returns: (transfer full): an absolute path
 */
char *
ghd_settings_build_path (GhdSettings *self, const char *name)
{
  g_return_val_if_fail (GHD_IS_SETTINGS (self), NULL);

  return g_build_filename (self->data_dir, name, NULL);
}

/**
 * ghd_settings_get_listen:
 * @host: (out) (transfer full): without brackets
 * @port: (out): 0 = any free one
 *
 * Returns: %FALSE when the setting is no address with a port
 */
gboolean
ghd_settings_get_listen (GhdSettings *self, char **host, guint16 *port)
{
  const char *listen, *colon;
  guint64 number;

  g_return_val_if_fail (GHD_IS_SETTINGS (self), FALSE);

  *host = NULL;
  *port = 0;
  listen = ghd_settings_get_string (self, GHD_SETTING_SERVER_LISTEN);
  colon = strrchr (listen, ':');
  if (colon == NULL || colon == listen
      || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &number, NULL))
    return FALSE;

  if (listen[0] == '[' && colon[-1] == ']')
    *host = g_strndup (listen + 1, colon - listen - 2);
  else if (memchr (listen, ':', colon - listen) == NULL)
    *host = g_strndup (listen, colon - listen);
  else
    return FALSE;
  *port = number;
  /* What looks like a number is no name that somebody could look up. */
  return *host[0] != '\0'
         && ((*host)[strspn (*host, "0123456789.")] != '\0' || g_hostname_is_ip_address (*host));
}

/**
 * ghd_settings_get_sample:
 *
 * Returns: how many requests of all are traced, from 0 to 1; 0 when the setting is no such number
 */
double
ghd_settings_get_sample (GhdSettings *self)
{
  double ratio;

  g_return_val_if_fail (GHD_IS_SETTINGS (self), 0);

  return parse_sample (self, &ratio) ? ratio : 0;
}

/**
 * ghd_settings_print:
 *
 * Returns: (transfer full): every key with its default, `group.key=default`, one a line
 */
char *
ghd_settings_print (void)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < GHD_N_SETTINGS; i++)
    g_string_append_printf (text, "%s.%s=%s\n", ghd_setting_specs[i].group,
                            ghd_setting_specs[i].key, ghd_setting_specs[i].fallback);
  return g_string_free (text, FALSE);
}
