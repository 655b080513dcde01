/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-metrics.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

typedef enum
{
  KIND_COUNTER,
  KIND_GAUGE,
  KIND_HISTOGRAM,
} Kind;

struct _GhdSeries
{
  GhdMetric *metric;
  char *labels;            /* {a="b",c="d"} without the braces */
  _Atomic gint64 value;    /* of a counter or gauge; observations of a histogram */
  _Atomic gint64 sum;      /* of a histogram, in millionths */
  _Atomic gint64 *buckets; /* of a histogram; the last is what lies above all bounds */
};

struct _GhdMetric
{
  GhdMetrics *registry;
  char *name;
  char *help;
  Kind kind;
  GStrv label_names;
  double *bounds;
  guint n_bounds;
  GHashTable *by_labels;
  GPtrArray *series; /* (element-type GhdSeries) */
};

struct _GhdMetrics
{
  GObject parent_instance;
  GMutex lock; /* of what is below, and of each metric's series */
  GPtrArray *metrics;
};

G_DEFINE_FINAL_TYPE (GhdMetrics, ghd_metrics, G_TYPE_OBJECT)

const double ghd_metrics_seconds[GHD_METRICS_N_SECONDS] = { 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                            0.025,  0.05,  0.1,    0.25,  0.5,
                                                            1,      2.5,   5,      10 };

static void
series_free (gpointer data)
{
  GhdSeries *series = data;

  g_free (series->labels);
  g_free ((gpointer) series->buckets);
  g_free (series);
}

static void
metric_free (gpointer data)
{
  GhdMetric *metric = data;

  g_free (metric->name);
  g_free (metric->help);
  g_strfreev (metric->label_names);
  g_free (metric->bounds);
  g_hash_table_unref (metric->by_labels);
  g_ptr_array_unref (metric->series);
  g_free (metric);
}

static void
ghd_metrics_finalize (GObject *object)
{
  GhdMetrics *self = GHD_METRICS (object);

  g_ptr_array_unref (self->metrics);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (ghd_metrics_parent_class)->finalize (object);
}

static void
ghd_metrics_class_init (GhdMetricsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_metrics_finalize;
}

static void
ghd_metrics_init (GhdMetrics *self)
{
  g_mutex_init (&self->lock);
  self->metrics = g_ptr_array_new_with_free_func (metric_free);
}

/* Label values come from us, but from people's words too: the text format escapes three
 * characters. */
static void
append_label (GString *out, const char *name, const char *value)
{
  if (out->len > 0)
    g_string_append_c (out, ',');
  g_string_append_printf (out, "%s=\"", name);
  for (const char *p = value; *p != '\0'; p++)
    switch (*p)
      {
      case '\\':
        g_string_append (out, "\\\\");
        break;
      case '"':
        g_string_append (out, "\\\"");
        break;
      case '\n':
        g_string_append (out, "\\n");
        break;
      default:
        g_string_append_c (out, *p);
      }
  g_string_append_c (out, '"');
}

static GhdMetric *
find_metric (GhdMetrics *self, const char *name)
{
  for (guint i = 0; i < self->metrics->len; i++)
    {
      GhdMetric *metric = g_ptr_array_index (self->metrics, i);

      if (g_str_equal (metric->name, name))
        return metric;
    }
  return NULL;
}

static GhdMetric *
add_metric (GhdMetrics *self, Kind kind, const char *name, const char *help, const double *bounds,
            guint n_bounds, va_list label_names)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GhdMetric *metric;

  for (const char *label = va_arg (label_names, const char *); label != NULL;
       label = va_arg (label_names, const char *))
    g_strv_builder_add (names, label);

  g_mutex_lock (&self->lock);
  metric = find_metric (self, name);
  if (metric == NULL)
    {
      metric = g_new0 (GhdMetric, 1);
      metric->registry = self;
      metric->name = g_strdup (name);
      metric->help = g_strdup (help);
      metric->kind = kind;
      metric->label_names = g_strv_builder_end (names);
      metric->bounds = g_memdup2 (bounds, n_bounds * sizeof *bounds);
      metric->n_bounds = n_bounds;
      metric->by_labels = g_hash_table_new (g_str_hash, g_str_equal);
      metric->series = g_ptr_array_new_with_free_func (series_free);
      g_ptr_array_add (self->metrics, metric);
    }
  g_mutex_unlock (&self->lock);
  g_return_val_if_fail (metric->kind == kind, NULL);
  return metric;
}

static void
append_number (GString *out, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (text, sizeof text, "%.10g", number));
}

static void
append_sample (GString *out, const char *name, const char *suffix, const char *labels)
{
  g_string_append (out, name);
  g_string_append (out, suffix);
  if (labels[0] != '\0')
    g_string_append_printf (out, "{%s}", labels);
  g_string_append_c (out, ' ');
}

static void
render_histogram (GString *out, GhdMetric *metric, GhdSeries *series)
{
  const char *comma = series->labels[0] != '\0' ? "," : "";
  gint64 n = 0;

  for (guint i = 0; i < metric->n_bounds; i++)
    {
      n += atomic_load_explicit (&series->buckets[i], memory_order_relaxed);
      g_string_append_printf (out, "%s_bucket{%s%sle=\"", metric->name, series->labels, comma);
      append_number (out, metric->bounds[i]);
      g_string_append_printf (out, "\"} %" G_GINT64_FORMAT "\n", n);
    }
  n += atomic_load_explicit (&series->buckets[metric->n_bounds], memory_order_relaxed);
  g_string_append_printf (out, "%s_bucket{%s%sle=\"+Inf\"} %" G_GINT64_FORMAT "\n", metric->name,
                          series->labels, comma, n);

  append_sample (out, metric->name, "_sum", series->labels);
  append_number (out, atomic_load_explicit (&series->sum, memory_order_relaxed) / 1e6);
  g_string_append_c (out, '\n');
  append_sample (out, metric->name, "_count", series->labels);
  g_string_append_printf (out, "%" G_GINT64_FORMAT "\n", n);
}

static void
render_metric (GString *out, GhdMetric *metric)
{
  static const char *const types[] = { "counter", "gauge", "histogram" };

  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
                          metric->name, types[metric->kind]);
  for (guint i = 0; i < metric->series->len; i++)
    {
      GhdSeries *series = g_ptr_array_index (metric->series, i);

      if (metric->kind == KIND_HISTOGRAM)
        {
          render_histogram (out, metric, series);
          continue;
        }
      append_sample (out, metric->name, "", series->labels);
      g_string_append_printf (out, "%" G_GINT64_FORMAT "\n",
                              atomic_load_explicit (&series->value, memory_order_relaxed));
    }
}

/* --- public --- */

GhdMetrics *
ghd_metrics_new (void)
{
  return g_object_new (GHD_TYPE_METRICS, NULL);
}

/**
 * ghd_metrics_add_counter:
 * @name: by convention it ends in _total
 * @help: one sentence
 * @...: names of labels, ended by %NULL
 *
 * Asking again for a name gives the same metric.
 *
 * Returns: (transfer none): lives as long as the registry
 */
GhdMetric *
ghd_metrics_add_counter (GhdMetrics *self, const char *name, const char *help, ...)
{
  GhdMetric *metric;
  va_list labels;

  g_return_val_if_fail (GHD_IS_METRICS (self), NULL);

  va_start (labels, help);
  metric = add_metric (self, KIND_COUNTER, name, help, NULL, 0, labels);
  va_end (labels);
  return metric;
}

/**
 * ghd_metrics_add_gauge:
 *
 * As ghd_metrics_add_counter(), for what goes up and down.
 */
GhdMetric *
ghd_metrics_add_gauge (GhdMetrics *self, const char *name, const char *help, ...)
{
  GhdMetric *metric;
  va_list labels;

  g_return_val_if_fail (GHD_IS_METRICS (self), NULL);

  va_start (labels, help);
  metric = add_metric (self, KIND_GAUGE, name, help, NULL, 0, labels);
  va_end (labels);
  return metric;
}

/**
 * ghd_metrics_add_histogram:
 * @bounds: (array length=n_bounds): ascending upper bounds; ghd_metrics_seconds suits durations
 *
 * As ghd_metrics_add_counter(), for a distribution.
 */
GhdMetric *
ghd_metrics_add_histogram (GhdMetrics *self, const char *name, const char *help,
                           const double *bounds, guint n_bounds, ...)
{
  GhdMetric *metric;
  va_list labels;

  g_return_val_if_fail (GHD_IS_METRICS (self), NULL);
  g_return_val_if_fail (bounds != NULL && n_bounds > 0, NULL);

  va_start (labels, n_bounds);
  metric = add_metric (self, KIND_HISTOGRAM, name, help, bounds, n_bounds, labels);
  va_end (labels);
  return metric;
}

/**
 * ghd_metric_get_series:
 * @...: one value for each label of @metric, then %NULL
 *
 * The values must come from a small set (names of operations, results), never from a caller's
 * words.
 *
 * Returns: (transfer none): lives as long as the registry; keep it where it is bumped often
 */
GhdSeries *
ghd_metric_get_series (GhdMetric *metric, ...)
{
  g_autoptr (GString) labels = g_string_new (NULL);
  GhdSeries *series;
  va_list values;

  g_return_val_if_fail (metric != NULL, NULL);

  va_start (values, metric);
  for (char **name = metric->label_names; *name != NULL; name++)
    {
      const char *value = va_arg (values, const char *);

      if (value == NULL)
        break;
      append_label (labels, *name, value);
    }
  va_end (values);

  g_mutex_lock (&metric->registry->lock);
  series = g_hash_table_lookup (metric->by_labels, labels->str);
  if (series == NULL)
    {
      series = g_new0 (GhdSeries, 1);
      series->metric = metric;
      series->labels = g_strdup (labels->str);
      if (metric->kind == KIND_HISTOGRAM)
        series->buckets = g_new0 (_Atomic gint64, metric->n_bounds + 1);
      g_hash_table_insert (metric->by_labels, series->labels, series);
      g_ptr_array_add (metric->series, series);
    }
  g_mutex_unlock (&metric->registry->lock);
  return series;
}

/**
 * ghd_series_add:
 * @amount: at least 0 for a counter
 *
 * Any thread.
 */
void
ghd_series_add (GhdSeries *series, gint64 amount)
{
  atomic_fetch_add_explicit (&series->value, amount, memory_order_relaxed);
}

/**
 * ghd_series_set:
 *
 * Sets a gauge. Any thread.
 */
void
ghd_series_set (GhdSeries *series, gint64 value)
{
  atomic_store_explicit (&series->value, value, memory_order_relaxed);
}

/**
 * ghd_series_observe:
 * @value: in the unit of the histogram's bounds
 *
 * Any thread.
 */
void
ghd_series_observe (GhdSeries *series, double value)
{
  GhdMetric *metric = series->metric;
  guint i = 0;

  g_return_if_fail (metric->kind == KIND_HISTOGRAM);

  while (i < metric->n_bounds && value > metric->bounds[i])
    i++;
  atomic_fetch_add_explicit (&series->buckets[i], 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&series->value, 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&series->sum, llround (value * 1e6), memory_order_relaxed);
}

/**
 * ghd_series_get_value:
 *
 * Returns: a counter's or gauge's value, or how many observations a histogram has
 */
gint64
ghd_series_get_value (GhdSeries *series)
{
  return atomic_load_explicit (&series->value, memory_order_relaxed);
}

/**
 * ghd_metrics_render:
 *
 * Returns: (transfer full): Prometheus' text format 0.0.4
 */
char *
ghd_metrics_render (GhdMetrics *self)
{
  GString *out = g_string_sized_new (4096);

  g_return_val_if_fail (GHD_IS_METRICS (self), NULL);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->metrics->len; i++)
    render_metric (out, g_ptr_array_index (self->metrics, i));
  g_mutex_unlock (&self->lock);
  return g_string_free (out, FALSE);
}
