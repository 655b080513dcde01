/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-seat.h"

G_BEGIN_DECLS

/**
 * GhcCallTotals:
 * @n_others: who else is in the call
 * @n_connected: to how many of them sound flows
 * @n_direct: to how many from device to device
 * @n_relayed: to how many through a server
 * @round_trip_ms: of the slowest; 0 when none is known
 * @loss: of the worst, 0..1
 *
 * All connections of a call in one.
 */
typedef struct
{
  guint n_others;
  guint n_connected;
  guint n_connecting;
  guint n_direct;
  guint n_relayed;
  guint round_trip_ms;
  double loss;
} GhcCallTotals;

char *ghc_call_describe_member (GhcCallMember *member);
char *ghc_call_describe_link (GhcCallMember *member);
const char *ghc_call_get_link_icon_name (GhcCallMember *member);

void ghc_call_sum (GhcCall *call, GhcCallTotals *totals);
char *ghc_call_describe_totals (const GhcCallTotals *totals);
const char *ghc_call_get_totals_icon_name (const GhcCallTotals *totals);

char *ghc_call_describe_place (GhcCall *call);
char *ghc_call_describe_packets (const GhcSeatCounters *counters);

G_END_DECLS
