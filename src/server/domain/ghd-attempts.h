/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-settings.h"

G_BEGIN_DECLS

/**
 * GhdAttempts:
 *
 * Guessing passwords is slowed down three ways: each attempt costs an Argon2id hash; failures from one
 * address on one account soon cost a growing delay; and so, later, do failures on one account from
 * anywhere and from one address on any account. Nobody is locked out for good.
 */
typedef struct _GhdAttempts GhdAttempts;

/* One try with a password: what is counted of it. */
typedef struct
{
  char *pair;
  char *account;
  char *address;
} GhdAttempt;

GhdAttempts *ghd_attempts_new (GhdSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
void ghd_attempts_free (GhdAttempts *self);

void ghd_attempt_clear (GhdAttempt *self);

gboolean ghd_attempts_begin (GhdAttempts *self, const char *username, const char *address,
                             GhdAttempt *attempt, GError **error);
void ghd_attempts_take_back (GhdAttempts *self, const GhdAttempt *attempt);
void ghd_attempts_end (GhdAttempts *self, const GhdAttempt *attempt, gboolean succeeded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdAttempts, ghd_attempts_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GhdAttempt, ghd_attempt_clear)

G_END_DECLS
