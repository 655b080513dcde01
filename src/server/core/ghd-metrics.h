/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhdMetrics:
 *
 * The registry of everything that is counted. A metric is asked for by name once and kept; a
 * series is one metric with its label values. Metrics and series live as long as the registry.
 * Bumping a series takes one or two atomic additions and may be done on any thread; asking for
 * one takes a lock.
 */
#define GHD_TYPE_METRICS (ghd_metrics_get_type ())
G_DECLARE_FINAL_TYPE (GhdMetrics, ghd_metrics, GHD, METRICS, GObject)

typedef struct _GhdMetric GhdMetric;
typedef struct _GhdSeries GhdSeries;

GhdMetrics *ghd_metrics_new (void);
GhdMetric *ghd_metrics_add_counter (GhdMetrics *self, const char *name, const char *help,
                                    ...) G_GNUC_NULL_TERMINATED;
GhdMetric *ghd_metrics_add_gauge (GhdMetrics *self, const char *name, const char *help,
                                  ...) G_GNUC_NULL_TERMINATED;
GhdMetric *ghd_metrics_add_histogram (GhdMetrics *self, const char *name, const char *help,
                                      const double *bounds, guint n_bounds,
                                      ...) G_GNUC_NULL_TERMINATED;
GhdSeries *ghd_metric_get_series (GhdMetric *metric, ...) G_GNUC_NULL_TERMINATED;
void ghd_series_add (GhdSeries *series, gint64 amount);
void ghd_series_set (GhdSeries *series, gint64 value);
void ghd_series_observe (GhdSeries *series, double value);
gint64 ghd_series_get_value (GhdSeries *series);
char *ghd_metrics_render (GhdMetrics *self);

/* Bounds that suit durations of requests and events, in seconds. */
#define GHD_METRICS_N_SECONDS 14
extern const double ghd_metrics_seconds[GHD_METRICS_N_SECONDS];

G_END_DECLS
