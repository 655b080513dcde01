/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "ghc-link.h"

G_BEGIN_DECLS

void ghc_link_report_read (GhcLinkReport *report, GObject *session, guint voice);

G_END_DECLS
