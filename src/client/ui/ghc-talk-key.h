/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call-desk.h"

G_BEGIN_DECLS

#define GHC_TYPE_TALK_KEY (ghc_talk_key_get_type ())

G_DECLARE_FINAL_TYPE (GhcTalkKey, ghc_talk_key, GHC, TALK_KEY, GObject)

GhcTalkKey *ghc_talk_key_new (GtkWindow *window, GhcCallDesk *desk);

char *ghc_talk_key_describe_reach (GhcTalkKey *self);

G_END_DECLS
