/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-tracer.h"

#include "gh-error.h"

#include <string.h>

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

static void
test_parse (void)
{
  static const struct
  {
    const char *header;
    gboolean is_right;
    gboolean is_sampled;
  } cases[] = {
    { "00-" TRACE "-" SPAN "-01", TRUE, TRUE },
    { "00-" TRACE "-" SPAN "-00", TRUE, FALSE },
    { "00-" TRACE "-" SPAN "-03", TRUE, TRUE },
    { "00-" TRACE "-" SPAN "-fe", TRUE, FALSE },
    /* later versions: what they have in common with this one */
    { "01-" TRACE "-" SPAN "-01", TRUE, TRUE },
    { "cc-" TRACE "-" SPAN "-01-what-comes-later", TRUE, TRUE },
    { "cc-" TRACE "-" SPAN "-01what", FALSE, FALSE },
    { "ff-" TRACE "-" SPAN "-01", FALSE, FALSE },
    { "00-" TRACE "-" SPAN "-01-more", FALSE, FALSE },
    { "00-" TRACE "-" SPAN "-01 ", FALSE, FALSE },
    { " 00-" TRACE "-" SPAN "-01", FALSE, FALSE },
    /* ids of zeroes are none */
    { "00-00000000000000000000000000000000-" SPAN "-01", FALSE, FALSE },
    { "00-" TRACE "-0000000000000000-01", FALSE, FALSE },
    /* only lower case, only hexadecimal */
    { "00-0AF7651916CD43DD8448EB211C80319C-" SPAN "-01", FALSE, FALSE },
    { "00-" TRACE "-" SPAN "-0g", FALSE, FALSE },
    { "0x-" TRACE "-" SPAN "-01", FALSE, FALSE },
    { "00-0af7651916cd43dd8448eb211c80319\xc3-" SPAN "-01", FALSE, FALSE },
    /* parts of another length, or parted otherwise */
    { "", FALSE, FALSE },
    { "00", FALSE, FALSE },
    { "00-", FALSE, FALSE },
    { "00-" TRACE "-" SPAN "-0", FALSE, FALSE },
    { "00-" TRACE "-" SPAN "-", FALSE, FALSE },
    { "00-" TRACE "-" SPAN, FALSE, FALSE },
    { "00_" TRACE "_" SPAN "_01", FALSE, FALSE },
    { "00-" TRACE "0-" SPAN "-1", FALSE, FALSE },
    { "00-" SPAN "-" TRACE "-01", FALSE, FALSE },
    { "-------------------------------------------------------", FALSE, FALSE },
    /* the header twice, as HTTP joins them */
    { "00-" TRACE "-" SPAN "-01, 00-" TRACE "-" SPAN "-01", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GhdTraceContext context, untouched;
      char text[GHD_TRACE_ID_LENGTH];

      memset (&context, 0x5a, sizeof context);
      untouched = context;
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_true (ghd_trace_context_parse (cases[i].header, &context) == cases[i].is_right);
      if (!cases[i].is_right)
        {
          g_assert_cmpmem (&context, sizeof context, &untouched, sizeof untouched);
          continue;
        }

      g_assert_true (context.is_sampled == cases[i].is_sampled);
      ghd_trace_format_id (context.trace_id, GHD_TRACE_ID_SIZE, text);
      g_assert_cmpstr (text, ==, TRACE);
      ghd_trace_format_id (context.span_id, GHD_TRACE_SPAN_ID_SIZE, text);
      g_assert_cmpstr (text, ==, SPAN);
    }
}

/* Cut anywhere, and with each byte changed to every other, in memory that ends where the text does. */
static void
test_parse_hostile (void)
{
  static const char right[] = "00-" TRACE "-" SPAN "-01";
  gsize length = strlen (right);
  GhdTraceContext context;

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *text = g_strndup (right, cut);

      g_assert_false (ghd_trace_context_parse (text, &context));
    }

  for (gsize at = 0; at < length; at++)
    for (guint byte = 1; byte < 256; byte++)
      {
        g_autofree char *text = g_strdup (right);
        gboolean is_hex = strchr ("0123456789abcdef", (int) byte) != NULL;

        text[at] = (char) byte;
        if (right[at] == '-')
          g_assert_true (ghd_trace_context_parse (text, &context) == (byte == '-'));
        else
          g_assert_true (ghd_trace_context_parse (text, &context) == is_hex);
      }
}

static void
test_ids (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      GhdTraceContext root, child;
      char *text = g_malloc (GHD_TRACE_ID_LENGTH);

      ghd_trace_context_init_root (&root);
      g_assert_false (root.is_sampled);
      ghd_trace_format_id (root.trace_id, GHD_TRACE_ID_SIZE, text);
      g_assert_cmpuint (strlen (text), ==, 32);
      g_assert_true (g_hash_table_add (seen, text));

      root.is_sampled = TRUE;
      ghd_trace_context_init_child (&child, &root);
      g_assert_cmpmem (child.trace_id, GHD_TRACE_ID_SIZE, root.trace_id, GHD_TRACE_ID_SIZE);
      g_assert_true (memcmp (child.span_id, root.span_id, GHD_TRACE_SPAN_ID_SIZE) != 0);
      g_assert_true (child.is_sampled);
    }
}

static void
test_sample (void)
{
  GhdTraceContext context = { 0 };
  guint n_chosen = 0;

  g_assert_false (ghd_trace_context_is_chosen (&context, 0));
  g_assert_true (ghd_trace_context_is_chosen (&context, 1e-9));
  memset (context.trace_id, 0xff, sizeof context.trace_id);
  g_assert_false (ghd_trace_context_is_chosen (&context, 0.999999));
  g_assert_true (ghd_trace_context_is_chosen (&context, 1));

  /* Nine standard deviations: it fails once in more runs than there will be. */
  for (guint i = 0; i < 10000; i++)
    {
      ghd_trace_context_init_root (&context);
      n_chosen += ghd_trace_context_is_chosen (&context, 0.25);
    }
  g_assert_cmpuint (n_chosen, >, 2500 - 390);
  g_assert_cmpuint (n_chosen, <, 2500 + 390);
}

static void
test_decision (void)
{
  g_autoptr (GhdTracer) never = ghd_tracer_new (0, 10, NULL);
  g_autoptr (GhdTracer) always = ghd_tracer_new (1, 10, NULL);
  g_autoptr (GPtrArray) spans = NULL;
  GhdTraceContext parent;
  GhdTraceSpan *span;

  g_assert_null (ghd_tracer_begin (NULL, NULL, "off", GHD_TRACE_SERVER));
  g_assert_null (ghd_tracer_begin_below (NULL, "off", GHD_TRACE_CLIENT));
  g_assert_null (ghd_tracer_begin (never, NULL, "test", GHD_TRACE_SERVER));
  g_assert_null (ghd_tracer_replace (never, NULL, "test", GHD_TRACE_SERVER));
  ghd_tracer_end (never, NULL);

  g_assert_true (ghd_trace_context_parse ("00-" TRACE "-" SPAN "-00", &parent));
  g_assert_null (ghd_tracer_begin (always, &parent, "test", GHD_TRACE_SERVER));

  parent.is_sampled = TRUE;
  span = ghd_tracer_begin (never, &parent, "test", GHD_TRACE_SERVER);
  g_assert_nonnull (span);
  g_assert_cmpstr (ghd_trace_span_get_trace_id (span), ==, TRACE);
  g_assert_cmpmem (ghd_trace_span_get_parent_id (span), GHD_TRACE_SPAN_ID_SIZE, parent.span_id,
                   GHD_TRACE_SPAN_ID_SIZE);
  g_assert_cmpuint (ghd_tracer_get_n_waiting (never), ==, 0);
  ghd_tracer_end (never, span);

  spans = ghd_tracer_take (never, 10);
  g_assert_cmpuint (spans->len, ==, 1);
  span = g_ptr_array_index (spans, 0);
  g_assert_cmpint (ghd_trace_span_get_end_ns (span), >=, ghd_trace_span_get_start_ns (span));
  g_assert_cmpint (ABS (ghd_trace_span_get_start_ns (span) / 1000 - g_get_real_time ()), <,
                   60 * G_USEC_PER_SEC);
}

/* Anybody can send the header: it must not make us do more than we want to. */
static void
test_callers (void)
{
  static const struct
  {
    const char *header;
    double ratio;
    gboolean follows, is_received, is_sampled;
  } cases[] = {
    { "00-" TRACE "-" SPAN "-01", 0, FALSE, TRUE, FALSE },
    { "00-" TRACE "-" SPAN "-01", 1, FALSE, TRUE, TRUE },
    { "00-" TRACE "-" SPAN "-01", 0, TRUE, TRUE, TRUE },
    { "00-" TRACE "-" SPAN "-00", 1, FALSE, TRUE, FALSE },
    { "00-" TRACE "-" SPAN "-00", 1, TRUE, TRUE, FALSE },
    { "nonsense", 1, TRUE, FALSE, FALSE },
    { NULL, 1, TRUE, FALSE, FALSE },
  };
  g_autoptr (GhdTracer) half = ghd_tracer_new (0.5, 10, NULL);
  guint n_sampled = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GhdTracer) tracer = ghd_tracer_new (cases[i].ratio, 10, NULL);
      GhdTraceContext parent = { .is_sampled = FALSE };

      ghd_tracer_set_follows_callers (tracer, cases[i].follows);
      g_assert_cmpint (ghd_tracer_receive (tracer, cases[i].header, &parent), ==,
                       cases[i].is_received);
      g_assert_cmpint (parent.is_sampled, ==, cases[i].is_sampled);
    }
  g_assert_false (ghd_tracer_receive (NULL, cases[0].header, &(GhdTraceContext) { 0 }));

  /* The same trace again and again: it is not its id that decides. */
  for (guint i = 0; i < 200; i++)
    {
      GhdTraceContext parent;

      g_assert_true (ghd_tracer_receive (half, cases[0].header, &parent));
      n_sampled += parent.is_sampled;
    }
  g_assert_cmpuint (n_sampled, >, 20);
  g_assert_cmpuint (n_sampled, <, 180);
}

static void
test_errors (void)
{
  static const struct
  {
    GhError code;
    gboolean is_failed;
  } cases[] = {
    { GH_ERROR_DENIED, FALSE },  { GH_ERROR_INVALID, FALSE },    { GH_ERROR_LIMITED, FALSE },
    { GH_ERROR_INTERNAL, TRUE }, { GH_ERROR_UNAVAILABLE, TRUE },
  };

  ghd_trace_span_set_string (NULL, "key", "value");
  ghd_trace_span_set_int (NULL, "key", 1);
  g_assert_null (ghd_trace_span_get_trace_id (NULL));

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GhdTracer) tracer = ghd_tracer_new (1, 10, NULL);
      g_autoptr (GhdTraceSpan) span = ghd_tracer_begin (tracer, NULL, "test", GHD_TRACE_SERVER);
      g_autoptr (GError) error = gh_error_new_literal (cases[i].code, "test.reason", NULL, 0,
                                                       "What somebody wrote.");
      const GhdTraceAttribute *attributes;
      guint n_attributes;

      ghd_trace_span_set_error (NULL, error);
      ghd_trace_span_set_error (span, error);
      g_assert_true (ghd_trace_span_is_failed (span) == cases[i].is_failed);
      attributes = ghd_trace_span_get_attributes (span, &n_attributes);
      g_assert_cmpuint (n_attributes, ==, 2);
      g_assert_cmpstr (attributes[0].string, ==, gh_error_code_to_string (cases[i].code));
      g_assert_cmpstr (attributes[1].string, ==, "test.reason");
    }
}

static void
end_some (GhdTracer *tracer, guint n)
{
  for (guint i = 0; i < n; i++)
    ghd_tracer_end (tracer, ghd_tracer_begin (tracer, NULL, "test", GHD_TRACE_INTERNAL));
}

static void
test_queue (void)
{
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();
  g_autoptr (GhdTracer) tracer = ghd_tracer_new (1, 5, metrics);
  g_autoptr (DexFuture) any = ghd_tracer_when (tracer, 1);
  g_autoptr (DexFuture) many = NULL;
  g_autoptr (DexFuture) now = NULL;
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  g_autofree char *text = NULL;

  ghd_tracer_end (tracer, ghd_tracer_begin (tracer, NULL, "oldest", GHD_TRACE_INTERNAL));
  g_assert_true (dex_future_is_resolved (any));

  many = ghd_tracer_when (tracer, 5);
  end_some (tracer, 3);
  g_assert_true (dex_future_is_pending (many));
  end_some (tracer, 1);
  g_assert_true (dex_future_is_resolved (many));
  now = ghd_tracer_when (tracer, 2);
  g_assert_true (dex_future_is_resolved (now));

  end_some (tracer, 7);
  g_assert_cmpuint (ghd_tracer_get_n_waiting (tracer), ==, 5);

  first = ghd_tracer_take (tracer, 2);
  g_assert_cmpuint (first->len, ==, 2);
  g_assert_cmpstr (ghd_trace_span_get_name (g_ptr_array_index (first, 0)), ==, "oldest");
  end_some (tracer, 4);
  rest = ghd_tracer_take (tracer, 100);
  g_assert_cmpuint (rest->len, ==, 5);

  ghd_tracer_count_sent (tracer, 2);
  text = ghd_metrics_render (metrics);
  g_assert_nonnull (strstr (text, "guildhall_trace_spans_total{result=\"dropped\"} 9\n"));
  g_assert_nonnull (strstr (text, "guildhall_trace_spans_total{result=\"sent\"} 2\n"));
}

/* --- fibers --- */

#define N_FIBERS 20

typedef struct
{
  GhdTracer *tracer;
  DexFuture *gate;
  gboolean is_traced;
} Work;

/* Deep below, after others have run. */
static G_GNUC_NO_INLINE void
check_current (GhdTracer *tracer, GhdTraceSpan *expected, guint depth)
{
  volatile char filler[1024];

  filler[0] = 1;
  if (depth > 0)
    check_current (tracer, expected, depth - filler[0]);
  g_assert_true (ghd_tracer_get_current (tracer) == expected);
}

static DexFuture *
work_fiber (gpointer data)
{
  Work *work = data;
  GhdTraceSpan *span = work->is_traced
                         ? ghd_tracer_begin (work->tracer, NULL, "work", GHD_TRACE_SERVER)
                         : NULL;
  GhdTraceSpan *child;

  check_current (work->tracer, NULL, 0);
  ghd_tracer_enter (work->tracer, span, __builtin_frame_address (0));
  check_current (work->tracer, span, 10);
  dex_await (dex_ref (work->gate), NULL);
  check_current (work->tracer, span, 10);
  dex_await (dex_timeout_new_msec (1), NULL);
  check_current (work->tracer, span, 10);

  child = ghd_tracer_begin_below (work->tracer, "child", GHD_TRACE_CLIENT);
  g_assert_true ((child != NULL) == work->is_traced);
  if (child != NULL)
    {
      const guint8 *id = ghd_trace_span_get_context (span)->span_id;
      GhdTraceSpan *next;

      g_assert_cmpmem (ghd_trace_span_get_parent_id (child), GHD_TRACE_SPAN_ID_SIZE, id,
                       GHD_TRACE_SPAN_ID_SIZE);
      next = ghd_tracer_replace (work->tracer, child, "next", GHD_TRACE_CLIENT);
      g_assert_cmpmem (ghd_trace_span_get_parent_id (next), GHD_TRACE_SPAN_ID_SIZE, id,
                       GHD_TRACE_SPAN_ID_SIZE);
      ghd_tracer_end (work->tracer, next);
    }

  ghd_tracer_leave (work->tracer, span);
  check_current (work->tracer, NULL, 0);
  ghd_tracer_end (work->tracer, span);
  return dex_future_new_true ();
}

static void
test_fibers (void)
{
  g_autoptr (GhdTracer) tracer = ghd_tracer_new (1, 1000, NULL);
  g_autoptr (DexPromise) gate = dex_promise_new ();
  DexFuture *fibers[N_FIBERS];
  Work works[N_FIBERS];
  g_autoptr (DexFuture) all = NULL;

  for (guint i = 0; i < N_FIBERS; i++)
    {
      works[i] = (Work) { tracer, DEX_FUTURE (gate), i % 3 != 0 };
      fibers[i] = dex_scheduler_spawn (NULL, 0, work_fiber, &works[i], NULL);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (ghd_tracer_get_current (tracer));
  dex_promise_resolve_boolean (gate, TRUE);

  all = dex_future_allv (fibers, N_FIBERS);
  for (guint i = 0; i < N_FIBERS; i++)
    dex_unref (fibers[i]);
  while (dex_future_is_pending (all))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (dex_future_is_resolved (all));
  g_assert_cmpuint (ghd_tracer_get_n_waiting (tracer), ==, 3 * 13);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/trace/parse", test_parse);
  g_test_add_func ("/trace/parse-hostile", test_parse_hostile);
  g_test_add_func ("/trace/ids", test_ids);
  g_test_add_func ("/trace/sample", test_sample);
  g_test_add_func ("/trace/decision", test_decision);
  g_test_add_func ("/trace/callers", test_callers);
  g_test_add_func ("/trace/errors", test_errors);
  g_test_add_func ("/trace/queue", test_queue);
  g_test_add_func ("/trace/fibers", test_fibers);

  return g_test_run ();
}
