/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* As base-pch.h, for layers whose work is done by futures and fibers. */
#pragma once

#include <gio/gio.h>
#include <libdex.h>
