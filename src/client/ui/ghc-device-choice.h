/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-voice.h"

G_BEGIN_DECLS

#define GHC_TYPE_DEVICE_CHOICE (ghc_device_choice_get_type ())

G_DECLARE_FINAL_TYPE (GhcDeviceChoice, ghc_device_choice, GHC, DEVICE_CHOICE, GObject)

void ghc_device_choice_bind (GObject *chooser, GhcVoice *voice, gboolean input);

G_END_DECLS
