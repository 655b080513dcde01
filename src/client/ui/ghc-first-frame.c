/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-first-frame.h"

#include <stdio.h>

static void
on_after_paint (GdkFrameClock *clock, GtkWidget *window)
{
  /* The clock also ticks for layout alone, before there is anything to see. */
  if (!gtk_widget_get_mapped (window))
    return;

  g_signal_handlers_disconnect_by_func (clock, on_after_paint, window);
  printf ("first-frame %" G_GINT64_FORMAT "\n", g_get_monotonic_time ());
  fflush (stdout);
}

static void
on_realize (GtkWidget *window)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint",
                           G_CALLBACK (on_after_paint), window, 0);
}

/**
 * ghc_first_frame_report:
 * @window: not shown yet
 *
 * For the benchmark: with GUILDHALL_BENCH_FIRST_FRAME set, prints `first-frame T` once the first
 * frame of @window has been given to the display; T is CLOCK_MONOTONIC in microseconds.
 * tests/bench/empty-window.c does the same.
 */
void
ghc_first_frame_report (GtkWidget *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));

  if (g_getenv ("GUILDHALL_BENCH_FIRST_FRAME") != NULL)
    g_signal_connect (window, "realize", G_CALLBACK (on_realize), NULL);
}
