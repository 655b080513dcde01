/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GError *ghc_refusal_translate (GError *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
