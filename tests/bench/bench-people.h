/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include <openssl/ssl.h>

G_BEGIN_DECLS

/**
 * BenchPerson:
 *
 * Somebody with an account, in one guild with one text channel.
 */
typedef struct
{
  char *token;
  char *channel_id;
} BenchPerson;

BenchPerson *bench_people_make (guint16 port, SSL_CTX *tls, guint n_guilds, guint n_members,
                                GError **error);
void bench_people_free (BenchPerson *people, guint n_people);

G_END_DECLS
