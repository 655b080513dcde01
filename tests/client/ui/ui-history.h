/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-timeline-loader.h"

G_BEGIN_DECLS

#define UI_TYPE_HISTORY (ui_history_get_type ())
G_DECLARE_FINAL_TYPE (UiHistory, ui_history, UI, HISTORY, GObject)

/**
 * UiHistory:
 *
 * The log of a channel as long as wanted, as a loader: each message is made when its page is read, so that a hundred thousand
 * cost nothing. Several people write in turns, from one line to a dozen, with links and pauses of hours between the talks.
 * Pages arrive from an idle callback, as from a network; while it is held they do not arrive at all.
 */
UiHistory *ui_history_new       (const char *room_id,
                                 guint       n_messages,
                                 gint64      last_ts);
GhEvent   *ui_history_make      (UiHistory  *self,
                                 guint       index);
GhEvent   *ui_history_append    (UiHistory  *self,
                                 const char *sender,
                                 const char *body,
                                 gint64      timestamp);
void       ui_history_set_held  (UiHistory  *self,
                                 gboolean    is_held);
guint      ui_history_get_loads (UiHistory  *self);

G_END_DECLS
