/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-member.h"

G_BEGIN_DECLS

struct _GhcCallMember
{
  GObject parent_instance;

  GhcCall *call; /* weak */
  GhcUser *user;
  char *member_id;
  char *ice_ufrag;
  gboolean muted;
  gboolean deafened;
  gboolean silenced;
  gboolean may_speak;
  gboolean may_share;
  GhcShare *screen;
  GhcShare *camera;

  gboolean speaking;
  double level;
  GhcCallLink link;
  GhcCallRoute route;
  guint round_trip_ms;
  double loss;
  double concealed;

  double volume;
  gboolean silenced_here;
};

typedef enum
{
  GHC_CALL_MEMBER_PROP_USER = 1,
  GHC_CALL_MEMBER_PROP_MEMBER_ID,
  GHC_CALL_MEMBER_PROP_MUTED,
  GHC_CALL_MEMBER_PROP_DEAFENED,
  GHC_CALL_MEMBER_PROP_SILENCED,
  GHC_CALL_MEMBER_PROP_MAY_SPEAK,
  GHC_CALL_MEMBER_PROP_IS_SELF,
  GHC_CALL_MEMBER_PROP_MAY_SHARE,
  GHC_CALL_MEMBER_PROP_SCREEN,
  GHC_CALL_MEMBER_PROP_CAMERA,
  GHC_CALL_MEMBER_PROP_SPEAKING,
  GHC_CALL_MEMBER_PROP_LEVEL,
  GHC_CALL_MEMBER_PROP_LINK,
  GHC_CALL_MEMBER_PROP_ROUTE,
  GHC_CALL_MEMBER_PROP_ROUND_TRIP_MS,
  GHC_CALL_MEMBER_PROP_LOSS,
  GHC_CALL_MEMBER_PROP_CONCEALED,
  GHC_CALL_MEMBER_PROP_VOLUME,
  GHC_CALL_MEMBER_PROP_SILENCED_HERE,
  GHC_CALL_MEMBER_N_PROPS,
} GhcCallMemberProperty;

void ghc_call_member_notify      (GhcCallMember *self, GhcCallMemberProperty property);
void ghc_call_member_set_boolean (GhcCallMember        *self,
                                  gboolean             *field,
                                  gboolean              value,
                                  GhcCallMemberProperty property);
void ghc_call_member_set_double  (GhcCallMember        *self,
                                  double               *field,
                                  double                value,
                                  GhcCallMemberProperty property);

G_END_DECLS
