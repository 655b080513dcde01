/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-order.h"

static gboolean
is_taken (const GhcChannelOrder *places, gsize n_places, int order)
{
  for (gsize i = 0; i < n_places; i++)
    if (places[i].is_fixed && places[i].order == order)
      return TRUE;
  return FALSE;
}

/* The last number at which @place and those that follow it find room before the next fixed one. */
static int
latest_order (const GhcChannelOrder *places, gsize n_places, gsize place)
{
  gsize next = place;

  while (next < n_places && !places[next].is_fixed)
    next++;
  return (next < n_places ? places[next].order : GHC_MAX_CHANNEL_ORDER + 1) - (int) (next - place);
}

/**
 * ghc_channel_order_number:
 * @places: (array length=n_places) (inout): channels in the order they shall have
 *
 * Numbers the channels so that they come in this order. Those that are fixed keep their number, and
 * so do the others where it fits. Where no number is free before a fixed channel, what doesn’t fit
 * comes after it.
 */
void
ghc_channel_order_number (GhcChannelOrder *places, gsize n_places)
{
  int previous = -1;

  g_return_if_fail (places != NULL || n_places == 0);

  for (gsize i = 0; i < n_places; i++)
    {
      int order = places[i].order;

      if (!places[i].is_fixed)
        {
          order = places[i].is_moved ? previous + 1 : MAX (order, previous + 1);
          order = MAX (MIN (order, latest_order (places, n_places, i)), previous + 1);
          while (is_taken (places, n_places, order))
            order++;
          order = MIN (order, GHC_MAX_CHANNEL_ORDER);
          places[i].order = order;
        }
      previous = MAX (previous, order);
    }
}
