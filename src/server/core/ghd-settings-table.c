/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-settings-table.h"

#define KIB 1024
#define MIB (1024 * KIB)

#define STRING(group, key, fallback, help)                                                         \
  { group, key, GH_SETTING_STRING, fallback, 0, 0, NULL, help }
#define BOOL(group, key, help) { group, key, GH_SETTING_BOOL, "false", 0, 0, NULL, help }
#define INT(group, key, fallback, min, max, help)                                                  \
  { group, key, GH_SETTING_INT, fallback, min, max, NULL, help }
#define CHOICE(group, key, fallback, choices, help)                                                \
  { group, key, GH_SETTING_CHOICE, fallback, 0, 0, choices, help }

/* The one table of settings, in the order of GhdSetting. */
const GhSettingSpec ghd_setting_specs[GHD_N_SETTINGS] = {
  [GHD_SETTING_SERVER_NAME] = { "server", "name", GH_SETTING_STRING, "localhost", 1, 230, NULL,
                                "The name of this server: the part of every id after the colon" },
  [GHD_SETTING_SERVER_TITLE] = STRING ("server", "title", "",
                                       "What people see as the server's name"),
  [GHD_SETTING_SERVER_LISTEN] = STRING ("server", "listen", "127.0.0.1:8448",
                                        "Address and port to listen on; port 0 takes any free one"),
  [GHD_SETTING_SERVER_PUBLIC_URL] = STRING ("server", "public-url", "",
                                            "The address as people reach it, for links"),
  [GHD_SETTING_SERVER_DATA_DIR] = STRING ("server", "data-dir", "",
                                          "Where keys, images and the embedded database live"),
  [GHD_SETTING_SERVER_BEHIND_PROXY] = BOOL ("server", "behind-proxy",
                                            "A proxy terminates TLS in front of this server"),
  [GHD_SETTING_SERVER_REGISTRATION] = CHOICE ("server", "registration", "open",
                                              "open|invite|closed", "Who may make an account"),
  [GHD_SETTING_SERVER_PUBLIC_METRICS] = BOOL ("server", "public-metrics",
                                              "Tell metrics to everybody, not to loopback only"),
  [GHD_SETTING_DATABASE_EMBEDDED] = BOOL ("database", "embedded", "Run a private PostgreSQL"),
  [GHD_SETTING_DATABASE_URI] = STRING ("database", "uri", "", "An external PostgreSQL"),
  [GHD_SETTING_DATABASE_POOL_SIZE] = INT ("database", "pool-size", "4", 1, 64,
                                          "Connections for reading"),
  [GHD_SETTING_DATABASE_STATEMENT_TIMEOUT_MS] = INT ("database", "statement-timeout-ms", "10000",
                                                     100, 600000,
                                                     "The longest a statement may take"),
  [GHD_SETTING_TLS_CERTIFICATE] = STRING ("tls", "certificate", "",
                                          "PEM file with the certificates"),
  [GHD_SETTING_TLS_KEY] = STRING ("tls", "key", "", "PEM file with the private key"),
  [GHD_SETTING_LOG_FORMAT] = CHOICE ("log", "format", "auto", "auto|json|text",
                                     "auto is text on a terminal and JSON elsewhere"),
  [GHD_SETTING_LOG_LEVEL] = CHOICE ("log", "level", "info", "error|warning|info|debug",
                                    "The least important kind of line that is written"),
  [GHD_SETTING_TRACING_ENDPOINT] = STRING ("tracing", "endpoint", "",
                                           "Where traces go: an OTLP collector over HTTP"),
  [GHD_SETTING_TRACING_SAMPLE] = STRING ("tracing", "sample", "1.0",
                                         "How many requests of all are traced, from 0 to 1"),
  [GHD_SETTING_TRACING_FOLLOW_CALLERS] =
    BOOL ("tracing", "follow-callers", "Trace each request whose traceparent header says so"),
  [GHD_SETTING_LIMITS_MESSAGE_BYTES] = INT ("limits", "message-bytes", "8000", 1, 8000,
                                            "The longest message"),
  [GHD_SETTING_LIMITS_IMAGE_BYTES] = INT ("limits", "image-bytes", "5242880", KIB, 5 * MIB,
                                          "The largest image"),
  [GHD_SETTING_LIMITS_EVENT_QUEUE] = INT ("limits", "event-queue", "20000", 1, 1000000,
                                          "Writes that may wait for the database"),
  [GHD_SETTING_LIMITS_CONNECTION_QUEUE_BYTES] =
    INT ("limits", "connection-queue-bytes", "1048576", 64 * KIB, 256 * MIB,
         "What may wait for a slow reader before it is disconnected"),
  [GHD_SETTING_LIMITS_CONNECTIONS_PER_ADDRESS] =
    INT ("limits", "connections-per-address", "0", 0, 1000000,
         "Connections from one address; 0 is no limit, loopback has none"),
  [GHD_SETTING_LIMITS_CONNECTIONS_PER_ACCOUNT] =
    INT ("limits", "connections-per-account", "50", 0, 1000000,
         "Gateway connections of one account; 0 is no limit"),
  [GHD_SETTING_LIMITS_ARRIVAL_SECONDS] =
    INT ("limits", "arrival-seconds", "10", 1, 60,
         "How long somebody may take for TLS, the head of a request, and identifying"),
  [GHD_SETTING_LIMITS_ADDRESS_FACTOR] =
    INT ("limits", "address-factor", "10", 1, 1000000,
         "How many accounts' worth of requests all accounts at one address have together"),
  [GHD_SETTING_LIMITS_IDLE_GUILD_SECONDS] =
    INT ("limits", "idle-guild-seconds", "600", 1, 31536000,
         "How long a guild that nobody is connected to or asks for stays in memory"),
  [GHD_SETTING_ACCOUNTS_PASSWORD_MIN] = INT ("accounts", "password-min", "10", 1, 128,
                                             "The shortest password, in characters"),
  [GHD_SETTING_ACCOUNTS_ACCESS_TOKEN_MINUTES] = INT ("accounts", "access-token-minutes", "15", 1,
                                                     1440, "How long an access token is valid"),
  [GHD_SETTING_ACCOUNTS_REFRESH_TOKEN_DAYS] = INT ("accounts", "refresh-token-days", "90", 1, 3650,
                                                   "How long an unused sign-in is kept"),
  [GHD_SETTING_ACCOUNTS_RATE_FACTOR] = INT ("accounts", "rate-factor", "100", 1, 1000000,
                                            "Percent of the built-in rate limits"),
  [GHD_SETTING_ACCOUNTS_RESERVED_NAMES] = STRING ("accounts", "reserved-names", "",
                                                  "Names nobody may register, separated by commas"),
  [GHD_SETTING_CALLS_MAX_MEMBERS] = INT ("calls", "max-members", "16", 2, 64,
                                         "How many people may be in one call"),
  [GHD_SETTING_CALLS_STUN] = STRING ("calls", "stun", "",
                                     "STUN servers for calls, separated by commas"),
  [GHD_SETTING_CALLS_TURN] = STRING ("calls", "turn", "",
                                     "TURN servers for calls, separated by commas"),
  [GHD_SETTING_CALLS_TURN_SECRET] = STRING ("calls", "turn-secret", "",
                                            "What this server shares with the TURN servers"),
  [GHD_SETTING_CALLS_TURN_MINUTES] = INT ("calls", "turn-minutes", "720", 5, 10080,
                                          "How long credentials for TURN are good"),
  [GHD_SETTING_IO_THREADS] = INT ("io", "threads", "0", 0, 256, "0 is one for each core"),
  [GHD_SETTING_IO_URING] = { "io", "uring", GH_SETTING_BOOL, "true", 0, 0, NULL,
                             "Write to many in one call to the system, where the kernel has io_uring" },
  [GHD_SETTING_DEBUG_WEBSOCKET_ECHO] = BOOL ("debug", "websocket-echo",
                                             "Serve /debug/echo, for conformance suites"),
};
