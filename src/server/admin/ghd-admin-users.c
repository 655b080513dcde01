/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-id.h"
#include "gh-json-builder.h"
#include "gh-limits.h"
#include "gh-password.h"
#include "gh-random.h"
#include "gh-time.h"
#include "gh-user-name.h"
#include "ghd-passwords.h"
#include "ghd-store-accounts.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

/* Bytes of randomness in a generated password. */
#define GENERATED_BYTES 12

/* --- passwords --- */

/* One line from standard input, without its end. */
static GhSecret *
read_line (GError **error)
{
  char line[GH_LIMIT_PASSWORD + 2];
  GhSecret *secret = NULL;

  if (fgets (line, sizeof line, stdin) == NULL)
    g_set_error (error, GHD_ADMIN_ERROR, EX_NOINPUT, "No password came on standard input");
  else if (strchr (line, '\n') == NULL && strlen (line) > GH_LIMIT_PASSWORD)
    g_set_error (error, GHD_ADMIN_ERROR, EX_DATAERR, "This password is too long");
  else
    secret = gh_secret_new (line, strcspn (line, "\r\n"));
  gh_secret_wipe (line, sizeof line);
  return secret;
}

static GhSecret *
ask (const char *question, GError **error)
{
  struct termios before, quiet;
  GhSecret *secret;

  tcgetattr (STDIN_FILENO, &before);
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t) ECHO;
  g_printerr ("%s", question);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &quiet);
  secret = read_line (error);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  g_printerr ("\n");
  return secret;
}

static GhSecret *
ask_twice (GError **error)
{
  g_autoptr (GhSecret) first = ask ("Password: ", error);
  g_autoptr (GhSecret) second = first != NULL ? ask ("The same again: ", error) : NULL;

  if (second == NULL)
    return NULL;
  if (!gh_secret_equal (first, second))
    {
      g_set_error (error, GHD_ADMIN_ERROR, EX_DATAERR, "The two passwords are not the same");
      return NULL;
    }
  return g_steal_pointer (&first);
}

/* Where the password of a command comes from. */
typedef struct
{
  gboolean from_stdin;
  gboolean generate;
} Source;

static gboolean
take_source (GhdAdmin *self, Source *source, GError **error)
{
  source->from_stdin = ghd_admin_take_switch (self, "--password-stdin");
  source->generate = ghd_admin_take_switch (self, "--generate");
  if (source->from_stdin && source->generate)
    g_set_error (error, GHD_ADMIN_ERROR, EX_USAGE, "Choose one of --password-stdin and --generate");
  else if (!source->from_stdin && !source->generate && !isatty (STDIN_FILENO))
    g_set_error (
      error, GHD_ADMIN_ERROR, EX_USAGE,
      "Say --generate for a new password, or --password-stdin and give one on standard input");
  else
    return TRUE;
  return FALSE;
}

static char *
hash_password (GhdAdmin *self, const Source *source, const char *username, char **generated,
               GError **error)
{
  g_autoptr (GhSecret) password = NULL;

  if (source->generate)
    {
      *generated = gh_random_base58 (GENERATED_BYTES);
      password = gh_secret_new_string (*generated);
    }
  else
    password = source->from_stdin ? read_line (error) : ask_twice (error);
  if (password == NULL
      || !ghd_password_check (gh_secret_get_string (password), username,
                              ghd_settings_get_int (self->settings,
                                                    GHD_SETTING_ACCOUNTS_PASSWORD_MIN),
                              "password", error))
    return NULL;
  return gh_password_hash (password, error);
}

static void
print_generated (char *generated)
{
  if (generated == NULL)
    return;
  g_print ("password: %s\n", generated);
  gh_secret_wipe (generated, strlen (generated));
  g_free (generated);
}

/* --- commands --- */

/* user add NAME */
gboolean
ghd_admin_user_add (GhdAdmin *self, GError **error)
{
  g_autofree char *user_id = NULL;
  g_autofree char *skeleton = NULL;
  g_autofree char *hash = NULL;
  char *generated = NULL;
  GhdNewAccount account = { .now_ts = gh_time_wall_ms () };
  const char *name;
  Source source;

  if (!take_source (self, &source, error)
      || !ghd_admin_take_words (self, "a username", &name, error)
      || !gh_user_name_check (name, NULL, error))
    return FALSE;
  hash = hash_password (self, &source, name, &generated, error);
  if (hash == NULL || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;

  user_id = gh_id_new_user (name,
                            ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME));
  skeleton = gh_user_name_skeleton (name);
  account.user_id = user_id;
  account.username = name;
  account.skeleton = skeleton;
  account.display_name = name;
  account.password_hash = hash;
  if (!dex_await (ghd_store_accounts_create (self->pool, &account), error))
    return FALSE;
  g_print ("user: %s\n", user_id);
  print_generated (generated);
  return TRUE;
}

static void
print_json (GPtrArray *accounts)
{
  for (guint i = 0; i < accounts->len; i++)
    {
      const GhdAccountRow *account = g_ptr_array_index (accounts, i);
      g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
      g_autoptr (GBytes) line = NULL;

      gh_json_builder_add_string (builder, "user_id", account->user_id);
      gh_json_builder_add_string (builder, "username", account->username);
      gh_json_builder_add_string (builder, "display_name", account->display_name);
      gh_json_builder_add_int (builder, "created_ts", account->created_ts);
      gh_json_builder_add_int (builder, "disabled_ts", account->disabled_ts);
      line = gh_json_builder_finish_bytes (builder);
      g_print ("%.*s\n", (int) g_bytes_get_size (line),
               (const char *) g_bytes_get_data (line, NULL));
    }
}

static void
print_table (GPtrArray *accounts)
{
  for (guint i = 0; i < accounts->len; i++)
    {
      const GhdAccountRow *account = g_ptr_array_index (accounts, i);
      g_autoptr (GDateTime) created = g_date_time_new_from_unix_utc (account->created_ts / 1000);
      g_autofree char *date = g_date_time_format (created, "%Y-%m-%d");

      g_print ("%-32s  %s  %-8s  %s\n", account->username, date,
               account->disabled_ts != 0 ? "disabled" : "", account->display_name);
    }
}

/* user list [--json]: one account a line */
gboolean
ghd_admin_user_list (GhdAdmin *self, GError **error)
{
  gboolean json = ghd_admin_take_switch (self, "--json");
  g_autoptr (GPtrArray) accounts = NULL;

  if (!ghd_admin_take_words (self, NULL, NULL, error)
      || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;
  accounts = dex_await_boxed (ghd_store_accounts_list (self->pool), error);
  if (accounts == NULL)
    return FALSE;
  if (json)
    print_json (accounts);
  else
    print_table (accounts);
  return TRUE;
}

static gboolean
set_disabled (GhdAdmin *self, gint64 disabled_ts, const char *done, GError **error)
{
  g_autoptr (GhdAccountRow) account = NULL;
  g_auto (GStrv) revoked = NULL;
  const char *name;

  if (!ghd_admin_take_words (self, "a username", &name, error)
      || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;
  account = dex_await_boxed (ghd_store_accounts_find (self->pool, name), error);
  if (account != NULL)
    revoked = dex_await_boxed (ghd_store_accounts_set_disabled (self->pool, account->user_id,
                                                                disabled_ts),
                               error);
  if (revoked == NULL)
    return FALSE;
  if (disabled_ts != 0)
    g_print ("%s: %s (devices signed out: %u)\n", account->user_id, done, g_strv_length (revoked));
  else
    g_print ("%s: %s\n", account->user_id, done);
  return TRUE;
}

/* user disable NAME */
gboolean
ghd_admin_user_disable (GhdAdmin *self, GError **error)
{
  return set_disabled (self, gh_time_wall_ms (), "disabled", error);
}

/* user enable NAME */
gboolean
ghd_admin_user_enable (GhdAdmin *self, GError **error)
{
  return set_disabled (self, 0, "enabled", error);
}

/* user reset-password NAME */
gboolean
ghd_admin_user_reset_password (GhdAdmin *self, GError **error)
{
  g_autoptr (GhdAccountRow) account = NULL;
  g_auto (GStrv) revoked = NULL;
  g_autofree char *hash = NULL;
  char *generated = NULL;
  const char *name;
  Source source;

  if (!take_source (self, &source, error)
      || !ghd_admin_take_words (self, "a username", &name, error))
    return FALSE;
  hash = hash_password (self, &source, name, &generated, error);
  if (hash == NULL || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;
  account = dex_await_boxed (ghd_store_accounts_find (self->pool, name), error);
  if (account != NULL)
    revoked = dex_await_boxed (ghd_store_accounts_set_password (self->pool, account->user_id, NULL,
                                                                hash, NULL),
                               error);
  if (revoked == NULL)
    return FALSE;
  g_print ("%s: new password (devices signed out: %u)\n", account->user_id,
           g_strv_length (revoked));
  print_generated (generated);
  return TRUE;
}
