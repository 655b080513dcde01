/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui-call-room.h"

G_BEGIN_DECLS

/* The files of one program, which need one desktop among them: each adds its tests. */
void test_calls_add_bar  (void);
void test_calls_add_desk (void);

G_END_DECLS
