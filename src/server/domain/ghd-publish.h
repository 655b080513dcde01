/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guild.h"
#include "ghd-hub.h"

G_BEGIN_DECLS

void ghd_publish_event (GhdHub *hub, GhdGuild *guild, GhEvent *event);

G_END_DECLS
