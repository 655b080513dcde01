/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As base-pch.h, for what makes windows. */
#pragma once

#include <adwaita.h>
#include <libdex.h>
