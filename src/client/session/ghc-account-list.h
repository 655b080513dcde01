/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-json.h"

G_BEGIN_DECLS

/* Which accounts there are on this computer: a small file, without anything secret. */

typedef struct
{
  char   *account_id;
  char   *server_url;
  char   *user_id;
  GhJson *keys; /* (nullable): the server's public keys when one signed in */
} GhcAccountEntry;

void       ghc_account_entry_free (GhcAccountEntry *self);
char      *ghc_account_make_id    (const char      *server_url,
                                   const char      *user_id) G_GNUC_WARN_UNUSED_RESULT;

DexFuture *ghc_account_list_load  (const char      *path);
DexFuture *ghc_account_list_save  (const char      *path,
                                   GPtrArray       *entries);

G_END_DECLS
