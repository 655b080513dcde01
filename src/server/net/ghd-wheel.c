/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-wheel.h"

/* Rounded up, so that nothing is woken before its time. */
static gint64
tick_of (gint64 time_us)
{
  return (time_us + GHD_WHEEL_TICK_US - 1) / GHD_WHEEL_TICK_US;
}

static void
unlink_node (GhdWheelNode *node)
{
  node->previous->next = node->next;
  node->next->previous = node->previous;
  node->previous = node->next = NULL;
}

void
ghd_wheel_init (GhdWheel *self, gint64 now_us)
{
  for (guint i = 0; i < GHD_WHEEL_SLOTS; i++)
    self->slots[i].previous = self->slots[i].next = &self->slots[i];

  self->tick = now_us / GHD_WHEEL_TICK_US;
  self->n_nodes = 0;
}

/**
 * ghd_wheel_set:
 * @node: set or moved
 * @due_us: when to wake it; at the next turn when that is past
 */
void
ghd_wheel_set (GhdWheel *self, GhdWheelNode *node, gint64 due_us)
{
  gint64 tick = MAX (tick_of (due_us), self->tick + 1);
  GhdWheelNode *head = &self->slots[tick % GHD_WHEEL_SLOTS];

  if (node->next != NULL)
    unlink_node (node);
  else
    self->n_nodes++;

  node->due_us = tick * GHD_WHEEL_TICK_US;
  node->previous = head->previous;
  node->next = head;
  head->previous->next = node;
  head->previous = node;
}

/**
 * ghd_wheel_drop:
 *
 * Harmless for a node that is not set.
 */
void
ghd_wheel_drop (GhdWheel *self, GhdWheelNode *node)
{
  if (node->next == NULL)
    return;

  unlink_node (node);
  self->n_nodes--;
}

/**
 * ghd_wheel_turn:
 * @func: called for each node that is due, which is no longer set then
 */
void
ghd_wheel_turn (GhdWheel *self, gint64 now_us, GhdWheelFunc func, gpointer user_data)
{
  gint64 target = now_us / GHD_WHEEL_TICK_US;
  gint64 first = MAX (self->tick + 1, target - GHD_WHEEL_SLOTS + 1);
  GhdWheelNode due = { &due, &due, 0 };

  if (target <= self->tick)
    return;

  /* Collected first: the calls may set nodes anew, also in a slot that is being looked at. */
  for (gint64 tick = first; tick <= target; tick++)
    {
      GhdWheelNode *head = &self->slots[tick % GHD_WHEEL_SLOTS];

      for (GhdWheelNode *node = head->next, *next; node != head; node = next)
        {
          next = node->next;
          if (node->due_us > now_us)
            continue; /* in a later round of the wheel */

          unlink_node (node);
          node->previous = due.previous;
          node->next = &due;
          due.previous->next = node;
          due.previous = node;
        }
    }
  self->tick = target;

  while (due.next != &due)
    {
      GhdWheelNode *node = due.next;

      ghd_wheel_drop (self, node);
      func (node, now_us, user_data);
    }
}

/**
 * ghd_wheel_wait_ms:
 *
 * Returns: how long one may sleep before the next turn, or -1 when nothing is set
 */
int
ghd_wheel_wait_ms (GhdWheel *self, gint64 now_us)
{
  if (self->n_nodes == 0)
    return -1;

  for (gint64 tick = self->tick + 1; tick <= self->tick + GHD_WHEEL_SLOTS; tick++)
    {
      GhdWheelNode *head = &self->slots[tick % GHD_WHEEL_SLOTS];

      if (head->next != head)
        return MAX ((tick * GHD_WHEEL_TICK_US - now_us + 999) / 1000, 0);
    }

  g_assert_not_reached ();
}
