/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-seat.h"

G_BEGIN_DECLS

typedef struct
{
  GhcCall *call;
  char *call_id;
  char *member_id;
  char *ice_ufrag;
  char *ice_password;
  char *ended_text;
  GPtrArray *ice_servers;
  GhSecret *key;
  guint32 epoch;
  GhcSeatState state;
  gboolean muted;
  gboolean deafened;
  gboolean silenced;
  gboolean may_speak;
  gboolean may_share;
  gboolean relay_only;
  GhcSeatCounters counters; /* as reported last */
} GhcCallSeatPrivate;

typedef enum
{
  GHC_CALL_SEAT_PROP_CALL = 1,
  GHC_CALL_SEAT_PROP_CALL_ID,
  GHC_CALL_SEAT_PROP_MEMBER_ID,
  GHC_CALL_SEAT_PROP_STATE,
  GHC_CALL_SEAT_PROP_MUTED,
  GHC_CALL_SEAT_PROP_DEAFENED,
  GHC_CALL_SEAT_PROP_SILENCED,
  GHC_CALL_SEAT_PROP_MAY_SPEAK,
  GHC_CALL_SEAT_PROP_CAN_SPEAK,
  GHC_CALL_SEAT_PROP_MAY_SHARE,
  GHC_CALL_SEAT_PROP_ICE_UFRAG,
  GHC_CALL_SEAT_PROP_ICE_PASSWORD,
  GHC_CALL_SEAT_PROP_RELAY_ONLY,
  GHC_CALL_SEAT_PROP_ENDED_TEXT,
  GHC_CALL_SEAT_N_PROPS,
} GhcCallSeatProperty;

GhcCallSeatPrivate *ghc_call_seat_get_private (GhcCallSeat *self);
void                ghc_call_seat_notify      (GhcCallSeat *self, GhcCallSeatProperty property);
gboolean            ghc_call_seat_set_boolean (GhcCallSeat        *self,
                                               gboolean           *field,
                                               gboolean            value,
                                               GhcCallSeatProperty property);

G_END_DECLS
