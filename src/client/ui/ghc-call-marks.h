/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-member.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_MARKS (ghc_call_marks_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallMarks, ghc_call_marks, GHC, CALL_MARKS, AdwBin)


G_END_DECLS
