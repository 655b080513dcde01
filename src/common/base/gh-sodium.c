/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-sodium.h"

#include <sodium.h>

void
gh_sodium_init (void)
{
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      /* Fails only where the system has no source of randomness at all. */
      if (sodium_init () < 0)
        g_error ("libsodium found no source of randomness");
      g_once_init_leave (&ready, 1);
    }
}
