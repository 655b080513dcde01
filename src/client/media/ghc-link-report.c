/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-link-report.h"

/* What the other end said about what we send: RFC 3550, section 6.4.1. Of all our sources it is told when; what it
 * said of one that sends nothing any more stays as it was. */
static void
read_source (const GstStructure *source, guint voice, GhcLinkReport *report, guint *newest)
{
  gboolean has_block = FALSE;
  guint ssrc = 0;
  guint fraction = 0;
  guint round_trip = 0;
  guint sent_at = 0;

  if (!gst_structure_get (source, "have-rb", G_TYPE_BOOLEAN, &has_block, NULL) || !has_block)
    return;
  gst_structure_get_uint (source, "ssrc", &ssrc);
  gst_structure_get_uint (source, "rb-lsr", &sent_at);
  if (ssrc == voice && gst_structure_get_uint (source, "rb-fractionlost", &fraction))
    report->sent_loss = MIN (fraction / 256.0, 1);
  /* In 65,536ths of a second, both. */
  if (!gst_structure_get_uint (source, "rb-round-trip", &round_trip)
      || (*newest != 0 && (gint32) (sent_at - *newest) < 0))
    return;
  *newest = sent_at;
  report->round_trip_ms = (guint) CLAMP ((guint64) round_trip * 1000 / 65536, 1, 60000);
}

/**
 * ghc_link_report_read:
 * @report: what is known otherwise stays as it is in it
 * @session: rtpbin's session, of RTP and RTCP
 * @voice: the SSRC that our voice is sent with
 *
 * Fills in what the ends tell each other; on any thread.
 */
void
ghc_link_report_read (GhcLinkReport *report, GObject *session, guint voice)
{
  g_autoptr (GstStructure) stats = NULL;
  const GValue *sources;
  guint n_sources;
  guint newest = 0;

  g_return_if_fail (report != NULL && G_IS_OBJECT (session));

  g_object_get (session, "stats", &stats, NULL);
  sources = gst_structure_get_value (stats, "source-stats");
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  n_sources = sources != NULL ? ((GValueArray *) g_value_get_boxed (sources))->n_values : 0;
  for (guint i = 0; i < n_sources; i++)
    {
      const GValue *source = g_value_array_get_nth (g_value_get_boxed (sources), i);

      read_source (gst_value_get_structure (source), voice, report, &newest);
    }
  G_GNUC_END_IGNORE_DEPRECATIONS
}
