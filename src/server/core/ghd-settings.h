/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhdSetting:
 *
 * Every key of guildhalld. The table in ghd-settings-table.c gives each its group, name, type, default
 * and limits; guildhalld.conf documents each.
 */
typedef enum
{
  GHD_SETTING_SERVER_NAME,         /* string: the host part of every id made here */
  GHD_SETTING_SERVER_TITLE,        /* string: what people see; empty = the name */
  GHD_SETTING_SERVER_LISTEN,       /* string: HOST:PORT, port 0 = any free one */
  GHD_SETTING_SERVER_PUBLIC_URL,   /* string: https://… as people reach it; may be empty */
  GHD_SETTING_SERVER_DATA_DIR,     /* string: absolute path, never empty after loading */
  GHD_SETTING_SERVER_BEHIND_PROXY, /* bool: a proxy terminates TLS in front of us */
  GHD_SETTING_SERVER_REGISTRATION, /* string: open, invite or closed */
  GHD_SETTING_SERVER_PUBLIC_METRICS, /* bool: /metrics for everybody, not for loopback only */
  GHD_SETTING_DATABASE_EMBEDDED,   /* bool: run a private PostgreSQL */
  GHD_SETTING_DATABASE_URI,        /* string: libpq URI; empty when embedded */
  GHD_SETTING_DATABASE_POOL_SIZE,  /* int: connections for reading */
  GHD_SETTING_DATABASE_STATEMENT_TIMEOUT_MS,  /* int */
  GHD_SETTING_TLS_CERTIFICATE,                /* string: path of a PEM file; empty = no TLS */
  GHD_SETTING_TLS_KEY,                        /* string: path of a PEM file */
  GHD_SETTING_LOG_FORMAT,                     /* string: auto, json or text */
  GHD_SETTING_LOG_LEVEL,                      /* string: error, warning, info or debug */
  GHD_SETTING_TRACING_ENDPOINT,               /* string: URL of an OTLP collector; empty = off */
  GHD_SETTING_TRACING_SAMPLE,                 /* string: 0 to 1, see ghd_settings_get_sample() */
  GHD_SETTING_TRACING_FOLLOW_CALLERS,         /* bool: a traceparent decides whether to trace */
  GHD_SETTING_LIMITS_MESSAGE_BYTES,           /* int */
  GHD_SETTING_LIMITS_IMAGE_BYTES,             /* int */
  GHD_SETTING_LIMITS_EVENT_QUEUE,             /* int: writes waiting for the database */
  GHD_SETTING_LIMITS_CONNECTION_QUEUE_BYTES,  /* int: bytes waiting for a slow reader */
  GHD_SETTING_LIMITS_CONNECTIONS_PER_ADDRESS, /* int: 0 = no limit; loopback is exempt */
  GHD_SETTING_LIMITS_CONNECTIONS_PER_ACCOUNT, /* int: of the gateway; 0 = no limit */
  GHD_SETTING_LIMITS_ARRIVAL_SECONDS,         /* int: for TLS, a request's head, identifying */
  GHD_SETTING_LIMITS_ADDRESS_FACTOR,          /* int: accounts' worth that one address may ask */
  GHD_SETTING_LIMITS_IDLE_GUILD_SECONDS,      /* int: until a guild goes out of memory */
  GHD_SETTING_ACCOUNTS_PASSWORD_MIN,          /* int: characters */
  GHD_SETTING_ACCOUNTS_ACCESS_TOKEN_MINUTES,  /* int */
  GHD_SETTING_ACCOUNTS_REFRESH_TOKEN_DAYS,    /* int */
  GHD_SETTING_ACCOUNTS_RATE_FACTOR,           /* int: percent of the built-in rates */
  GHD_SETTING_ACCOUNTS_RESERVED_NAMES,        /* string: separated by commas */
  GHD_SETTING_CALLS_MAX_MEMBERS,              /* int */
  GHD_SETTING_CALLS_STUN,                     /* string: URLs separated by commas */
  GHD_SETTING_CALLS_TURN,                     /* string: URLs separated by commas */
  GHD_SETTING_CALLS_TURN_SECRET,              /* string: shared with the TURN server */
  GHD_SETTING_CALLS_TURN_MINUTES,             /* int: how long credentials are good */
  GHD_SETTING_IO_THREADS,                     /* int: 0 = one for each core */
  GHD_SETTING_IO_URING,                       /* bool */
  GHD_SETTING_DEBUG_WEBSOCKET_ECHO,           /* bool: serve /debug/echo */
  GHD_N_SETTINGS
} GhdSetting;

/**
 * GhdSettingsMode:
 * @GHD_SETTINGS_RUN: go on with the settings
 * @GHD_SETTINGS_PRINT: --print-settings was given
 * @GHD_SETTINGS_VERSION: --version was given
 * @GHD_SETTINGS_HELP: --help was given; the text was printed
 */
typedef enum
{
  GHD_SETTINGS_RUN,
  GHD_SETTINGS_PRINT,
  GHD_SETTINGS_VERSION,
  GHD_SETTINGS_HELP,
} GhdSettingsMode;

/**
 * GhdSettingsError:
 * @GHD_SETTINGS_ERROR_USAGE: an unknown flag or a flag without its value; exit with 64
 * @GHD_SETTINGS_ERROR_CONFIG: a file, variable or value that cannot be used; exit with 78
 */
typedef enum
{
  GHD_SETTINGS_ERROR_USAGE,
  GHD_SETTINGS_ERROR_CONFIG,
} GhdSettingsError;

#define GHD_SETTINGS_ERROR (ghd_settings_error_quark ())
GQuark ghd_settings_error_quark (void);
int ghd_settings_error_get_status (const GError *error);

#define GHD_TYPE_SETTINGS (ghd_settings_get_type ())
G_DECLARE_FINAL_TYPE (GhdSettings, ghd_settings, GHD, SETTINGS, GObject)

GhdSettings *ghd_settings_load (int *argc, char ***argv, const char *const *environ,
                                GhdSettingsMode *mode, GError **error);
gboolean ghd_settings_check (GhdSettings *self, GError **error);
const char *ghd_settings_get_string (GhdSettings *self, GhdSetting setting);
gint64 ghd_settings_get_int (GhdSettings *self, GhdSetting setting);
gboolean ghd_settings_get_bool (GhdSettings *self, GhdSetting setting);
char *ghd_settings_build_path (GhdSettings *self, const char *name);
gboolean ghd_settings_get_listen (GhdSettings *self, char **host, guint16 *port);
double ghd_settings_get_sample (GhdSettings *self);
char *ghd_settings_print (void);

G_END_DECLS
