/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-account.h"
#include "model-util.h"
#include "ui-history.h"

G_BEGIN_DECLS

/**
 * UiWorld:
 *
 * An account that knows a guild with people and channels, without a server: what a window can be filled with.
 */
typedef struct
{
  GhcAccount *account;
  GhcGuild   *guild;   /* (unowned) */
  GhcChannel *general; /* (unowned): joined; its history is @history */
  GhcChannel *silent;  /* (unowned): joined, and nobody wrote yet */
  GhcChannel *readonly; /* (unowned): joined, one may not write */
  GhcChannel *staff;   /* (unowned): private, seen but closed */
  GhcChannel *garden;  /* (unowned): private, one is invited */
  GhcChannel *market;  /* (unowned): open, not joined */
  GhcChannel *lounge;  /* (unowned): joined, for talking */
  UiHistory  *history;
} UiWorld;

UiWorld *ui_world_new   (guint    n_messages);
void     ui_world_free  (UiWorld *self);
void     ui_world_hear  (UiWorld *self,
                         const char *sender,
                         const char *body);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiWorld, ui_world_free)

G_END_DECLS
