/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-attempts.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghd-network.h"
#include "ghd-rate-limiter.h"

#define LIMITER_KEYS 65536
#define PAIR_FREE 5
#define ACCOUNT_FREE 50
#define ADDRESS_FREE 50
#define FIRST_DELAY_MS (1 * GH_MS_PER_SECOND)
#define PAIR_MAX_DELAY_MS (5 * GH_MS_PER_MINUTE)
#define WIDE_MAX_DELAY_MS (1 * GH_MS_PER_MINUTE)

struct _GhdAttempts
{
  GhdSettings *settings;
  GhdRateLimiter *limiter;
};

/**
 * ghd_attempts_new:
 * @settings: say how much more or less than usual is let through
 *
 * Returns: (transfer full): attempts, none yet
 */
GhdAttempts *
ghd_attempts_new (GhdSettings *settings)
{
  GhdAttempts *self;

  g_return_val_if_fail (GHD_IS_SETTINGS (settings), NULL);

  self = g_new0 (GhdAttempts, 1);
  self->settings = g_object_ref (settings);
  self->limiter = ghd_rate_limiter_new (LIMITER_KEYS);

  return self;
}

/**
 * ghd_attempts_free:
 * @self: (transfer full): attempts
 */
void
ghd_attempts_free (GhdAttempts *self)
{
  g_return_if_fail (self != NULL);

  g_object_unref (self->settings);
  g_object_unref (self->limiter);
  g_free (self);
}

/**
 * ghd_attempt_clear:
 * @self: an attempt, which may have been cleared already
 *
 * Frees what it holds. What was counted of it stays so.
 */
void
ghd_attempt_clear (GhdAttempt *self)
{
  g_clear_pointer (&self->pair, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->address, g_free);
}

/* The rates of the settings are in percent of ours. */
static guint
scaled (GhdAttempts *self, guint n)
{
  gint64 factor = ghd_settings_get_int (self->settings, GHD_SETTING_ACCOUNTS_RATE_FACTOR);

  return MAX (1, n * factor / 100);
}

/**
 * ghd_attempts_begin:
 * @self: attempts
 * @username: whose account, in lower case
 * @address: where it comes from; all of one network (ghd_network_of()) count as one
 * @attempt: (out): cleared by the caller, also after a refusal
 * @error: return location
 *
 * Counts an attempt before it is known whether it fails, so that many at once gain nothing.
 *
 * Returns: whether it may be made; otherwise %GH_ERROR_LIMITED "session.limited" with the time to wait
 */
gboolean
ghd_attempts_begin (GhdAttempts *self, const char *username, const char *address,
                    GhdAttempt *attempt, GError **error)
{
  g_autofree char *network = ghd_network_of (address);
  gint64 now_us = gh_time_monotonic_us ();
  gint64 wait_ms;

  g_return_val_if_fail (self != NULL && attempt != NULL, FALSE);

  attempt->pair = g_strconcat ("pair ", network, " ", username, NULL);
  attempt->account = g_strconcat ("account ", username, NULL);
  attempt->address = g_strconcat ("address ", network, NULL);
  wait_ms = ghd_rate_limiter_check_fail (self->limiter, attempt->pair, now_us);
  wait_ms = MAX (wait_ms, ghd_rate_limiter_check_fail (self->limiter, attempt->account, now_us));
  wait_ms = MAX (wait_ms, ghd_rate_limiter_check_fail (self->limiter, attempt->address, now_us));
  if (wait_ms > 0)
    {
      g_propagate_error (error, gh_error_new (GH_ERROR_LIMITED, "session.limited", NULL, wait_ms,
                                              "Too many attempts with a wrong password. "
                                              "Wait %" G_GINT64_FORMAT " seconds.",
                                              (wait_ms + 999) / 1000));
      return FALSE;
    }

  ghd_rate_limiter_fail (self->limiter, attempt->pair, scaled (self, PAIR_FREE), FIRST_DELAY_MS,
                         PAIR_MAX_DELAY_MS, now_us);
  return TRUE;
}

/**
 * ghd_attempts_take_back:
 * @self: attempts
 * @attempt: one that began, and could be neither right nor wrong
 */
void
ghd_attempts_take_back (GhdAttempts *self, const GhdAttempt *attempt)
{
  g_return_if_fail (self != NULL && attempt != NULL);

  ghd_rate_limiter_forgive (self->limiter, attempt->pair);
}

/**
 * ghd_attempts_end:
 * @self: attempts
 * @attempt: one that began
 * @succeeded: whether the password was right: all that failed from there before is forgiven then
 */
void
ghd_attempts_end (GhdAttempts *self, const GhdAttempt *attempt, gboolean succeeded)
{
  gint64 now_us = gh_time_monotonic_us ();

  g_return_if_fail (self != NULL && attempt != NULL);

  if (succeeded)
    {
      ghd_rate_limiter_forgive (self->limiter, attempt->pair);
      return;
    }

  ghd_rate_limiter_fail (self->limiter, attempt->account, scaled (self, ACCOUNT_FREE),
                         FIRST_DELAY_MS, WIDE_MAX_DELAY_MS, now_us);
  ghd_rate_limiter_fail (self->limiter, attempt->address, scaled (self, ADDRESS_FREE),
                         FIRST_DELAY_MS, WIDE_MAX_DELAY_MS, now_us);
}
