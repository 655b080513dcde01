/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-metrics.h"

#include <string.h>

static void
test_text (void)
{
  static const double bounds[] = { 0.5, 1, 2.5 };
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();
  GhdMetric *requests = ghd_metrics_add_counter (metrics, "requests_total", "Requests", "operation",
                                                 "result", NULL);
  GhdMetric *queue = ghd_metrics_add_gauge (metrics, "queue", "Waiting", NULL);
  GhdMetric *seconds = ghd_metrics_add_histogram (metrics, "seconds", "Durations", bounds, 3,
                                                  "operation", NULL);
  g_autofree char *text = NULL;

  ghd_series_add (ghd_metric_get_series (requests, "message.send", "ok", NULL), 3);
  ghd_series_add (ghd_metric_get_series (requests, "message.send", "ok", NULL), 1);
  ghd_series_add (ghd_metric_get_series (requests, "a\"b\\c\nd", "limited", NULL), 1);
  ghd_series_set (ghd_metric_get_series (queue, NULL), -2);
  ghd_series_observe (ghd_metric_get_series (seconds, "x", NULL), 0.5);
  ghd_series_observe (ghd_metric_get_series (seconds, "x", NULL), 0.6);
  ghd_series_observe (ghd_metric_get_series (seconds, "x", NULL), 99);

  text = ghd_metrics_render (metrics);
  g_assert_cmpstr (text, ==,
                   "# HELP requests_total Requests\n"
                   "# TYPE requests_total counter\n"
                   "requests_total{operation=\"message.send\",result=\"ok\"} 4\n"
                   "requests_total{operation=\"a\\\"b\\\\c\\nd\",result=\"limited\"} 1\n"
                   "# HELP queue Waiting\n"
                   "# TYPE queue gauge\n"
                   "queue -2\n"
                   "# HELP seconds Durations\n"
                   "# TYPE seconds histogram\n"
                   "seconds_bucket{operation=\"x\",le=\"0.5\"} 1\n"
                   "seconds_bucket{operation=\"x\",le=\"1\"} 2\n"
                   "seconds_bucket{operation=\"x\",le=\"2.5\"} 2\n"
                   "seconds_bucket{operation=\"x\",le=\"+Inf\"} 3\n"
                   "seconds_sum{operation=\"x\"} 100.1\n"
                   "seconds_count{operation=\"x\"} 3\n");
  g_assert_cmpint (ghd_series_get_value (ghd_metric_get_series (seconds, "x", NULL)), ==, 3);
}

static void
test_same_name (void)
{
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();

  g_assert_true (ghd_metrics_add_counter (metrics, "n", "N", "a", NULL)
                 == ghd_metrics_add_counter (metrics, "n", "N", "a", NULL));
}

static gpointer
bump (gpointer data)
{
  GhdMetric *metric = data;

  for (guint i = 0; i < 20000; i++)
    ghd_series_add (ghd_metric_get_series (metric, i % 2 ? "odd" : "even", NULL), 1);
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();
  GhdMetric *metric = ghd_metrics_add_counter (metrics, "n", "N", "kind", NULL);
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("bump", bump, metric);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (ghd_series_get_value (ghd_metric_get_series (metric, "odd", NULL)), ==, 40000);
  g_assert_cmpint (ghd_series_get_value (ghd_metric_get_series (metric, "even", NULL)), ==, 40000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/text", test_text);
  g_test_add_func ("/metrics/same-name", test_same_name);
  g_test_add_func ("/metrics/threads", test_threads);
  return g_test_run ();
}
