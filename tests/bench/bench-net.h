/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A network that only one process has, whose loopback may be made narrow or lossy. */

void bench_net_have_own (void);
void bench_net_run (const char *words);

G_END_DECLS
