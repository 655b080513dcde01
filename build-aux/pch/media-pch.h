/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* As base-pch.h, for what moves sound and pictures. */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>
#include <libdex.h>
