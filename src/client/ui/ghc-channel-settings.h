/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CHANNEL_SETTINGS (ghc_channel_settings_get_type ())

G_DECLARE_FINAL_TYPE (GhcChannelSettings, ghc_channel_settings, GHC, CHANNEL_SETTINGS,
                      AdwPreferencesDialog)

GhcChannelSettings *ghc_channel_settings_new (GhcSession *session, GhcChannel *channel);

G_END_DECLS
