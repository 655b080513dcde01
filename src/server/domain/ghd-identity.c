/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-identity.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-limits.h"
#include "gh-password.h"
#include "gh-time.h"
#include "gh-user-name.h"
#include "gh-utf8.h"
#include "ghd-attempts.h"
#include "ghd-log.h"
#include "ghd-password-work.h"
#include "ghd-passwords.h"
#include "ghd-store-accounts.h"
#include "ghd-store-invites.h"

#include <string.h>

/* How often a password is proven for one request, should the account be changed each time. */
#define MAX_TRIES 3

/* Names that would make people believe something about who is speaking. */
static const char *const reserved_names[] = {
  "admin",    "administrator", "everyone",   "guildhall", "guildhalld", "here",   "host",
  "mod",      "moderator",     "moderators", "null",      "official",   "owner",  "root",
  "security", "server",        "service",    "staff",     "support",    "system", NULL
};

struct _GhdIdentity
{
  GObject parent_instance;
  GhdSettings *settings;
  GhdPool *pool;
  GhdWorker *worker;
  GhdSessions *sessions;
  GhdAttempts *attempts;
  const char *server_name;
  char *nobody_hash; /* verified against when there is no such account */
};

G_DEFINE_FINAL_TYPE (GhdIdentity, ghd_identity, G_TYPE_OBJECT)

static gboolean
is_reserved (GhdIdentity *self, const char *username)
{
  const char *setting;
  g_auto (GStrv) names = NULL;

  if (g_strv_contains (reserved_names, username))
    return TRUE;

  setting = ghd_settings_get_string (self->settings, GHD_SETTING_ACCOUNTS_RESERVED_NAMES);
  names = g_strsplit (setting, ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_ascii_strcasecmp (g_strstrip (names[i]), username) == 0)
      return TRUE;

  return FALSE;
}

static void
ghd_identity_finalize (GObject *object)
{
  GhdIdentity *self = GHD_IDENTITY (object);

  g_object_unref (self->settings);
  g_object_unref (self->pool);
  g_object_unref (self->worker);
  g_object_unref (self->sessions);
  ghd_attempts_free (self->attempts);
  g_free (self->nobody_hash);

  G_OBJECT_CLASS (ghd_identity_parent_class)->finalize (object);
}

static void
ghd_identity_class_init (GhdIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_identity_finalize;
}

static void
ghd_identity_init (GhdIdentity *self)
{
}

GhdIdentity *
ghd_identity_new (GhdSettings *settings, GhdPool *pool, GhdWorker *worker, GhdSessions *sessions)
{
  GhdIdentity *self = g_object_new (GHD_TYPE_IDENTITY, NULL);

  self->settings = g_object_ref (settings);
  self->pool = g_object_ref (pool);
  self->worker = g_object_ref (worker);
  self->sessions = g_object_ref (sessions);
  self->attempts = ghd_attempts_new (settings);
  self->server_name = ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME);

  return self;
}

static DexFuture *
start_fiber (gpointer data)
{
  GhdIdentity *self = data;
  g_autoptr (GError) error = NULL;

  self->nobody_hash = ghd_password_work_hash (self->worker, "nobody has this password", &error);
  if (self->nobody_hash == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_true ();
}

/**
 * ghd_identity_start:
 *
 * Returns: (transfer full): resolves to %TRUE when people may sign in
 */
DexFuture *
ghd_identity_start (GhdIdentity *self)
{
  return dex_scheduler_spawn (NULL, 0, start_fiber, g_object_ref (self), g_object_unref);
}

/**
 * ghd_identity_check_name:
 *
 * Returns: TRUE when @username may be registered; else FALSE with the reason "username.invalid",
 *   "username.reserved", "username.taken" or "username.confusable"
 */
gboolean
ghd_identity_check_name (GhdIdentity *self, const char *username, GError **error)
{
  g_autofree char *skeleton = NULL;
  g_autoptr (GError) local_error = NULL;
  int state;

  if (!gh_user_name_check (username, "username", error))
    return FALSE;
  if (is_reserved (self, username))
    return gh_set_error (error, GH_ERROR_CONFLICT, "username.reserved", "username",
                         "This username is not available here. Choose another one.");

  skeleton = gh_user_name_skeleton (username);
  state = dex_await_int (ghd_store_accounts_check_name (self->pool, username, skeleton),
                         &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  switch ((GhdNameState) state)
    {
    case GHD_NAME_FREE:
      return TRUE;

    case GHD_NAME_TAKEN:
      return gh_set_error (error, GH_ERROR_CONFLICT, "username.taken", "username",
                           "This username is taken. Choose another one.");

    case GHD_NAME_CONFUSABLE:
    default:
      return gh_set_error (error, GH_ERROR_CONFLICT, "username.confusable", "username",
                           "This looks like somebody else’s username. Choose another one.");
    }
}

/* Finds out what permits a registration. @server_invite is set when the code is to be used up. */
static gboolean
check_registration (GhdIdentity *self, const GhdRegistration *registration, char **server_invite,
                    GError **error)
{
  const char *mode = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_REGISTRATION);
  g_autoptr (GhdInviteRow) invite = NULL;
  g_autoptr (GError) local_error = NULL;

  if (g_str_equal (mode, "open"))
    return TRUE;
  if (g_str_equal (mode, "closed"))
    return gh_set_error (error, GH_ERROR_DENIED, "registration.closed", NULL,
                         "This server doesn’t accept new accounts.");
  if (registration->invite == NULL)
    return gh_set_error (error, GH_ERROR_DENIED, "registration.invite", "invite",
                         "You need an invite to create an account on this server.");

  invite = dex_await_boxed (ghd_store_invites_get (self->pool, registration->invite), &local_error);
  if (invite == NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (invite == NULL || !ghd_invite_row_is_usable (invite, gh_time_wall_ms ()))
    return gh_set_error (error, GH_ERROR_DENIED, "invite.unusable", "invite",
                         "This invite doesn’t exist, has expired or is used up. Ask for "
                         "a new one.");

  if (invite->guild_id == NULL)
    *server_invite = g_strdup (registration->invite);

  return TRUE;
}

/**
 * ghd_identity_register:
 *
 * Returns: (transfer full): the first sign-in of the new account; or NULL, among others with
 *   %GH_ERROR_CONFLICT %GHD_STORE_ACCOUNT_CHANGED when the account was made, and disabled at once
 */
GhdTokens *
ghd_identity_register (GhdIdentity *self, const GhdRegistration *registration, GError **error)
{
  g_autofree char *user_id = NULL;
  g_autofree char *skeleton = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *server_invite = NULL;
  gint64 min_chars = ghd_settings_get_int (self->settings, GHD_SETTING_ACCOUNTS_PASSWORD_MIN);

  if (!ghd_password_check (registration->password, registration->username, min_chars, "password",
                           error)
      || !check_registration (self, registration, &server_invite, error)
      || !ghd_identity_check_name (self, registration->username, error))
    return NULL;

  hash = ghd_password_work_hash (self->worker, registration->password, error);
  if (hash == NULL)
    return NULL;

  user_id = gh_id_new_user (registration->username, self->server_name);
  skeleton = gh_user_name_skeleton (registration->username);
  if (!dex_await (ghd_store_accounts_create (self->pool,
                                             &(GhdNewAccount) {
                                               .user_id = user_id,
                                               .username = registration->username,
                                               .skeleton = skeleton,
                                               .display_name = registration->display_name != NULL
                                                                 ? registration->display_name
                                                                 : registration->username,
                                               .password_hash = hash,
                                               .server_invite = server_invite,
                                               .now_ts = gh_time_wall_ms (),
                                             }),
                  error))
    return NULL;

  ghd_log_info ("Registered", GHD_LOG_STRING ("user_id", user_id),
                GHD_LOG_STRING ("address", registration->address));

  return ghd_sessions_open (self->sessions, user_id, hash, registration->device_name, error);
}

/* To prove a password takes long, and it may be changed meanwhile: then it is to be proven anew. Whoever begins
 * the change afterwards ends the sign-in with it. */
static gboolean
must_prove_again (guint n_tries, const GError *error)
{
  return n_tries < MAX_TRIES && g_error_matches (error, GH_ERROR, GH_ERROR_CONFLICT)
         && g_strcmp0 (gh_error_get_reason (error), GHD_STORE_ACCOUNT_CHANGED) == 0;
}

/* A hash with yesterday's parameters is made anew while the password is at hand. */
static void
maybe_rehash (GhdIdentity *self, GhdAccountRow *account, const char *password)
{
  g_autofree char *hash = NULL;
  g_autoptr (GError) error = NULL;

  if (!gh_password_needs_rehash (account->password_hash))
    return;

  hash = ghd_password_work_hash (self->worker, password, &error);
  if (hash == NULL
      || !dex_await (ghd_store_accounts_rehash (self->pool, account->user_id,
                                                account->password_hash, hash),
                     &error))
    ghd_log_warning ("A password hash could not be renewed",
                     GHD_LOG_STRING ("error", error->message));
  else
    g_set_str (&account->password_hash, hash);
}

static GhdTokens *
try_login (GhdIdentity *self, const char *name, const char *password, const char *device_name,
           const char *address, GError **error)
{
  g_autoptr (GhdAccountRow) account = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (GhdAttempt) attempt = { 0 };
  gboolean is_right;

  if (!ghd_attempts_begin (self->attempts, name, address, &attempt, error))
    return NULL;

  account = dex_await_boxed (ghd_store_accounts_find (self->pool, name), &local_error);
  if (account == NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    {
      ghd_attempts_take_back (self->attempts, &attempt);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  if (!ghd_password_work_verify (self->worker, password,
                                 account != NULL ? account->password_hash : self->nobody_hash,
                                 &is_right, error))
    {
      ghd_attempts_take_back (self->attempts, &attempt);
      return NULL;
    }

  ghd_attempts_end (self->attempts, &attempt, account != NULL && is_right);
  if (account == NULL || !is_right)
    {
      gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "session.wrong", "password",
                    "The username or the password is wrong.");
      return NULL;
    }
  if (account->disabled_ts != 0)
    {
      gh_set_error (error, GH_ERROR_DENIED, "account.disabled", NULL,
                    "This account is disabled. Ask whoever runs the server.");
      return NULL;
    }

  maybe_rehash (self, account, password);

  return ghd_sessions_open (self->sessions, account->user_id, account->password_hash, device_name,
                            error);
}

/**
 * ghd_identity_login:
 *
 * An unknown name takes as long, and is answered with the same words, as a wrong password.
 *
 * Returns: (transfer full): a new sign-in; or NULL with %GH_ERROR_UNAUTHENTICATED "session.wrong",
 *   %GH_ERROR_DENIED "account.disabled", %GH_ERROR_LIMITED "session.limited", or %GH_ERROR_CONFLICT
 *   %GHD_STORE_ACCOUNT_CHANGED when the account changed at each try
 */
GhdTokens *
ghd_identity_login (GhdIdentity *self, const char *username, const char *password,
                    const char *device_name, const char *address, GError **error)
{
  g_autofree char *name = g_ascii_strdown (username, -1);
  g_autoptr (GError) local_error = NULL;
  GhdTokens *tokens;
  guint n_tries = 0;

  do
    {
      g_clear_error (&local_error);
      tokens = try_login (self, name, password, device_name, address, &local_error);
    }
  while (tokens == NULL && must_prove_again (++n_tries, local_error));

  if (tokens == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return tokens;
}

static gboolean
try_set_password (GhdIdentity *self, const char *user_id, const char *device_id,
                  const char *password, const char *new_password, const char *address,
                  GError **error)
{
  g_autoptr (GhdAccountRow) account = NULL;
  g_autofree char *hash = NULL;
  g_auto (GhdAttempt) attempt = { 0 };
  gint64 min_chars = ghd_settings_get_int (self->settings, GHD_SETTING_ACCOUNTS_PASSWORD_MIN);
  gboolean is_right;

  account = dex_await_boxed (ghd_store_accounts_get (self->pool, user_id), error);
  if (account == NULL
      || !ghd_password_check (new_password, account->username, min_chars, "new_password", error))
    return FALSE;

  if (!ghd_attempts_begin (self->attempts, account->username, address, &attempt, error))
    return FALSE;
  if (!ghd_password_work_verify (self->worker, password, account->password_hash, &is_right, error))
    {
      ghd_attempts_take_back (self->attempts, &attempt);
      return FALSE;
    }
  ghd_attempts_end (self->attempts, &attempt, is_right);
  if (!is_right)
    return gh_set_error (error, GH_ERROR_DENIED, "password.wrong", "password",
                         "This is not your current password.");

  hash = ghd_password_work_hash (self->worker, new_password, error);
  if (hash == NULL
      || !dex_await (ghd_store_accounts_set_password (self->pool, user_id, account->password_hash,
                                                      hash, device_id),
                     error))
    return FALSE;

  ghd_sessions_forget_others (self->sessions, user_id, device_id);
  return TRUE;
}

/**
 * ghd_identity_set_password:
 * @device_id: the device that stays signed in; all others are revoked
 *
 * Returns: %FALSE with %GH_ERROR_DENIED "password.wrong", %GH_ERROR_LIMITED "session.limited", the reasons
 *   of ghd_password_check(), or %GH_ERROR_CONFLICT %GHD_STORE_ACCOUNT_CHANGED when the account changed at
 *   each try
 */
gboolean
ghd_identity_set_password (GhdIdentity *self, const char *user_id, const char *device_id,
                           const char *password, const char *new_password, const char *address,
                           GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint n_tries = 0;
  gboolean is_set;

  do
    {
      g_clear_error (&local_error);
      is_set = try_set_password (self, user_id, device_id, password, new_password, address,
                                 &local_error);
    }
  while (!is_set && must_prove_again (++n_tries, local_error));

  if (!is_set)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return is_set;
}
