/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call-desk.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_DEVICES (ghc_call_devices_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallDevices, ghc_call_devices, GHC, CALL_DEVICES, GtkPopover)


void ghc_call_devices_set_desk (GhcCallDevices *self, GhcCallDesk *desk);

G_END_DECLS
