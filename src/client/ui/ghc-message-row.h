/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_MESSAGE_ROW (ghc_message_row_get_type ())
G_DECLARE_FINAL_TYPE (GhcMessageRow, ghc_message_row, GHC, MESSAGE_ROW, GtkWidget)

/**
 * GhcMessageRow:
 *
 * One message: the first of a group shows who and when, a continuation only the text, with the time while the pointer is over it.
 *
 * Properties (writable): session (GhcSession, nullable), guild (GhcGuild, nullable: for role colours and profiles), message
 * (GhcMessage, nullable while the row is not in use).
 * Actions: message.menu, message.copy, message.retry, message.discard, message.show-profile.
 */
GtkWidget *ghc_message_row_new             (void);
void       ghc_message_row_show_menu       (GhcMessageRow *self,
                                            double         x,
                                            double         y);
char      *ghc_message_row_dup_description (GhcMessage *message) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
