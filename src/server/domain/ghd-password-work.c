/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Hashes of passwords, which take long on purpose and so are made off the main thread. */
#include "ghd-password-work.h"

#include "gh-password.h"

typedef struct
{
  GhSecret *password;
  char *hash;
} HashJob;

static void
hash_job_free (gpointer data)
{
  HashJob *job = data;

  gh_secret_unref (job->password);
  g_free (job->hash);
  g_free (job);
}

static HashJob *
hash_job_new (const char *password, const char *hash)
{
  HashJob *job = g_new0 (HashJob, 1);

  job->password = gh_secret_new_string (password);
  job->hash = g_strdup (hash);

  return job;
}

static DexFuture *
hash_work (gpointer data)
{
  HashJob *job = data;
  GError *error = NULL;
  char *hash = gh_password_hash (job->password, &error);

  return hash != NULL ? dex_future_new_take_string (hash) : dex_future_new_for_error (error);
}

static DexFuture *
verify_work (gpointer data)
{
  HashJob *job = data;

  return dex_future_new_for_boolean (gh_password_verify (job->password, job->hash));
}

/**
 * ghd_password_work_hash:
 * @worker: where it is done
 * @password: any
 * @error: return location
 *
 * To be called in a fiber.
 *
 * Returns: (transfer full): the hash to be kept; NULL when there could be none (too many jobs wait already)
 */
char *
ghd_password_work_hash (GhdWorker *worker, const char *password, GError **error)
{
  return dex_await_string (ghd_worker_run (worker, hash_work, hash_job_new (password, NULL),
                                           hash_job_free),
                           error);
}

/**
 * ghd_password_work_verify:
 * @worker: where it is done
 * @password: what somebody says
 * @hash: of the password that is right
 * @is_right: (out): the answer
 * @error: return location
 *
 * To be called in a fiber.
 *
 * Returns: whether there is an answer, or an error when there could be none (too many jobs wait already)
 */
gboolean
ghd_password_work_verify (GhdWorker *worker, const char *password, const char *hash,
                          gboolean *is_right, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *is_right = dex_await_boolean (ghd_worker_run (worker, verify_work, hash_job_new (password, hash),
                                                 hash_job_free),
                                 &local_error);
  if (local_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
