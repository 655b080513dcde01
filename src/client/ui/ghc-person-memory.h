/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-call.h"

G_BEGIN_DECLS

#define GHC_TYPE_PERSON_MEMORY (ghc_person_memory_get_type ())

G_DECLARE_FINAL_TYPE (GhcPersonMemory, ghc_person_memory, GHC, PERSON_MEMORY, GObject)

GhcPersonMemory *ghc_person_memory_new (GSettings *settings);

void ghc_person_memory_set_call (GhcPersonMemory *self, GhcCall *call);

G_END_DECLS
