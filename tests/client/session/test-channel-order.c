/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How channels are numbered when one of them is moved. */
#include "ghc-channel-order.h"

#include <stdlib.h>

/* A word for each channel: its order, with “!” when it is fixed and “m” when it is the moved one. */
static const struct
{
  const char *before;
  const char *after;
} cases[] = {
  { "m7", "0" },
  /* Only what must change does. */
  { "2 3 4 m1", "2 3 4 5" },
  { "m4 1 2 3", "0 1 2 3" },
  { "m4 0 1 2", "0 1 2 3" },
  { "1 m4 2 3", "1 2 3 4" },
  { "1 m4 7 9", "1 2 7 9" },
  { "5 5 5 m9", "5 6 7 8" },
  { "1 m900 2", "1 2 3" },
  /* Around those that are fixed. */
  { "1! m9 5!", "1! 2 5!" },
  { "1! 2 m9 3 5!", "1! 2 3 4 5!" },
  { "3 4 m9 5!", "2 3 4 5!" },
  { "0 m9 2! 3", "0 1 2! 3" },
  { "1 m9 2! 3", "0 1 2! 3" },
  { "m9 1! 2! 3", "0 1! 2! 3" },
  { "2! 2! m1", "2! 2! 3" },
  { "1! 2 3 m0", "1! 2 3 4" },
  /* No number is free: after the fixed one, and still in order. */
  { "1! m9 2! 3", "1! 3 2! 4" },
  { "m9 0! 1! 2", "2 0! 1! 3" },
  { "1! m9 3 2! 4! 5", "1! 3 5 2! 4! 6" },
  { "1! m9 1!", "1! 2 1!" },
  /* The server takes no higher number. */
  { "999999 1000000 m3", "999998 999999 1000000" },
  { "1000000! m3", "1000000! 1000000" },
};

static GhcChannelOrder
read_place (const char *word)
{
  return (GhcChannelOrder) {
    .order = atoi (*word == 'm' ? word + 1 : word),
    .is_fixed = g_str_has_suffix (word, "!"),
    .is_moved = *word == 'm',
  };
}

static void
test_number (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = g_strsplit (cases[i].before, " ", -1);
      g_autofree GhcChannelOrder *places = g_new0 (GhcChannelOrder, g_strv_length (words) + 1);
      g_autoptr (GString) after = g_string_new (NULL);
      gsize n_places = g_strv_length (words);

      for (gsize j = 0; j < n_places; j++)
        places[j] = read_place (words[j]);
      ghc_channel_order_number (places, n_places);
      for (gsize j = 0; j < n_places; j++)
        g_string_append_printf (after, "%s%d%s", j > 0 ? " " : "", places[j].order,
                                places[j].is_fixed ? "!" : "");
      g_assert_cmpstr (after->str, ==, cases[i].after);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/channel-order/number", test_number);

  return g_test_run ();
}
