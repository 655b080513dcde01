/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui-window.h"

G_BEGIN_DECLS

/* The files of one program, which need one desktop among them. */

/* Adds the tests of rows. */
void         test_timeline_add_rows (void);

/* A world with a history of so many messages, and a window that shows it. */
void         test_timeline_open     (UiWindow **window,
                                     UiWorld  **world,
                                     guint      n_messages);
GhcTimeline *test_timeline_of       (UiWorld   *world);

G_END_DECLS
