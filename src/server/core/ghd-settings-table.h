/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-settings.h"
#include "ghd-settings.h"

G_BEGIN_DECLS

/* Of every setting its group, name, type, default and limits. */
extern const GhSettingSpec ghd_setting_specs[GHD_N_SETTINGS];

G_END_DECLS
