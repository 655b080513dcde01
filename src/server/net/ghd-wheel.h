/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GHD_WHEEL_SLOTS 256
#define GHD_WHEEL_TICK_US (G_USEC_PER_SEC / 4)

/**
 * GhdWheelNode:
 *
 * A place in the wheel, part of whatever is to be woken. Start it zeroed.
 */
typedef struct _GhdWheelNode GhdWheelNode;
struct _GhdWheelNode
{
  GhdWheelNode *previous;
  GhdWheelNode *next;
  gint64 due_us;
};

/**
 * GhdWheel:
 *
 * Timers by the thousand for one thread: setting, moving and dropping one costs a few stores, and a
 * turn costs what is due and not what is waiting. Good to a quarter of a second, never early. Times
 * are g_get_monotonic_time() microseconds.
 */
typedef struct
{
  GhdWheelNode slots[GHD_WHEEL_SLOTS]; /* heads of circular lists */
  gint64 tick;                         /* the last tick that was turned */
  guint n_nodes;
} GhdWheel;

/* May set the node again, and may free what it is part of. */
typedef void (*GhdWheelFunc) (GhdWheelNode *node, gint64 now_us, gpointer user_data);

void ghd_wheel_init (GhdWheel *self, gint64 now_us);
void ghd_wheel_set (GhdWheel *self, GhdWheelNode *node, gint64 due_us);
void ghd_wheel_drop (GhdWheel *self, GhdWheelNode *node);
void ghd_wheel_turn (GhdWheel *self, gint64 now_us, GhdWheelFunc func, gpointer user_data);
int ghd_wheel_wait_ms (GhdWheel *self, gint64 now_us);

G_END_DECLS
