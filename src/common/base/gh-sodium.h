/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For the common layers only: makes libsodium ready; cheap to call again, from any thread. */
void gh_sodium_init (void);

G_END_DECLS
