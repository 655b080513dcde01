/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_MESSAGE_FAILURE (ghc_message_failure_get_type ())
G_DECLARE_FINAL_TYPE (GhcMessageFailure, ghc_message_failure, GHC, MESSAGE_FAILURE, GtkWidget)

/**
 * GhcMessageFailure:
 *
 * Below a message that could not be sent: why, and what can be done about it by the row's actions
 * message.retry and message.discard.
 */
GtkWidget *ghc_message_failure_new (void);
void ghc_message_failure_set_reason (GhcMessageFailure *self, const char *reason);

G_END_DECLS
