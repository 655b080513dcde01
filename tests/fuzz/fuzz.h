/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-error.h"

#include <stdlib.h>
#include <string.h>

G_BEGIN_DECLS

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What must hold for every input. Not g_assert(), which GLib can be told to leave out. */
#define must(expression)                                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(expression))                                                                             \
      {                                                                                            \
        g_printerr ("%s:%d: does not hold: %s\n", __FILE__, __LINE__, #expression);                \
        abort ();                                                                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* A refusal tells its reason and a sentence; what worked has no error. */
static inline void
must_tell (gboolean worked, const GError *error)
{
  must (worked == (error == NULL));
  if (error == NULL)
    return;
  must (error->domain == GH_ERROR);
  must (gh_error_get_code (error) == GH_ERROR_INVALID
        || gh_error_get_code (error) == GH_ERROR_TOO_LARGE);
  must (*gh_error_get_reason (error) != '\0');
  must (*error->message != '\0');
  must (g_utf8_validate (error->message, -1, NULL));
}

G_END_DECLS
