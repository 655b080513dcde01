/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-visitor.h"

G_BEGIN_DECLS

void ghd_refusal_send (SoupServerMessage *message, GhdVisitor *visitor, GBytes *body);

G_END_DECLS
