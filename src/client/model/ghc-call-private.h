/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-account.h"
#include "ghc-call.h"

G_BEGIN_DECLS

GhcCall *ghc_call_new    (GhcChannel *channel);
/* Who is in it now. @account gives the people. */
void     ghc_call_fold   (GhcCall                  *self,
                          GhcAccount               *account,
                          const GhcCallDescription *description);
/* What those in it show; after the members are folded. */
void     ghc_call_fold_shares (GhcCall *self, const GhcCallDescription *description);
void     ghc_call_release_shares (GhcCall *self);
void     ghc_call_end_shares (GhcCallMember *member);
/* What was told does not count any more: nobody is in it, unless one is oneself. */
void     ghc_call_forget (GhcCall *self);

G_END_DECLS
