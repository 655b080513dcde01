/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CREATE_CHANNEL_DIALOG (ghc_create_channel_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcCreateChannelDialog, ghc_create_channel_dialog, GHC, CREATE_CHANNEL_DIALOG,
                      AdwDialog)

GhcCreateChannelDialog *ghc_create_channel_dialog_new (GhcSession *session, GhcGuild *guild,
                                                       GhcChannelKind kind, GhcChannel *parent);

G_END_DECLS
