/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

void ghc_message_receipt_save (GtkWidget *from, GhcSession *session, GhcMessage *message);
void ghc_message_receipt_explain (GtkWidget *from, GhcMessage *message);

G_END_DECLS
