/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void ghc_status_page_name (AdwStatusPage *page);

G_END_DECLS
