/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-tracer.h"

/* How much of the stack below the frame that entered a span is taken to be that fiber's. libdex gives
 * each fiber 64 KiB at least and a guard page, so this does not reach into a neighbour's. */
#define FIBER_DEPTH (60 * 1024)

/* A fiber that works for a span. */
typedef struct
{
  GhdTraceSpan *span;
  guintptr frame;
} Entered;

struct _GhdTracer
{
  GObject parent_instance;
  double ratio;
  gboolean follows_callers;
  guint max_waiting;
  GQueue waiting;     /* (element-type GhdTraceSpan): ended */
  GArray *entered;    /* (element-type Entered) */
  DexPromise *wanted; /* (nullable): settled when n_wanted wait */
  guint n_wanted;
  GhdSeries *sent;
  GhdSeries *dropped;
};

G_DEFINE_FINAL_TYPE (GhdTracer, ghd_tracer, G_TYPE_OBJECT)

static void
clear_entered (gpointer data)
{
  ghd_trace_span_unref (((Entered *) data)->span);
}

static void
ghd_tracer_finalize (GObject *object)
{
  GhdTracer *self = GHD_TRACER (object);

  g_queue_clear_full (&self->waiting, (GDestroyNotify) ghd_trace_span_unref);
  g_array_unref (self->entered);
  dex_clear (&self->wanted);

  G_OBJECT_CLASS (ghd_tracer_parent_class)->finalize (object);
}

static void
ghd_tracer_class_init (GhdTracerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_tracer_finalize;
}

static void
ghd_tracer_init (GhdTracer *self)
{
  g_queue_init (&self->waiting);
  self->entered = g_array_new (FALSE, FALSE, sizeof (Entered));
  g_array_set_clear_func (self->entered, clear_entered);
}

/**
 * ghd_tracer_new:
 * @ratio: how many of the traces that begin here are sampled, from 0 to 1
 * @max_waiting: spans that may wait to be sent
 * @metrics: (nullable): where guildhall_trace_spans_total is kept
 */
GhdTracer *
ghd_tracer_new (double ratio, guint max_waiting, GhdMetrics *metrics)
{
  GhdTracer *self = g_object_new (GHD_TYPE_TRACER, NULL);
  GhdMetric *spans;

  self->ratio = ratio;
  self->max_waiting = max_waiting;
  if (metrics == NULL)
    return self;

  spans = ghd_metrics_add_counter (metrics, "guildhall_trace_spans_total",
                                   "Spans of traces by what became of them", "result", NULL);
  self->sent = ghd_metric_get_series (spans, "sent", NULL);
  self->dropped = ghd_metric_get_series (spans, "dropped", NULL);
  return self;
}

/**
 * ghd_tracer_set_follows_callers:
 * @follows: whether whoever asks decides that their request is traced; not at first
 */
void
ghd_tracer_set_follows_callers (GhdTracer *self, gboolean follows)
{
  g_return_if_fail (GHD_IS_TRACER (self));

  self->follows_callers = follows;
}

/**
 * ghd_tracer_receive:
 * @self: (nullable):
 * @traceparent: (nullable): a header as it came from the network
 * @parent: (out): set when %TRUE is returned
 *
 * What comes from outside is believed as far as it has the right form, and otherwise ignored. That
 * a request is not to be sampled is always followed. That it is to be costs us something, so
 * anybody can ask for it, and it is decided here as it is for requests without such a header.
 *
 * Returns: whether the request belongs to a trace of its caller
 */
gboolean
ghd_tracer_receive (GhdTracer *self, const char *traceparent, GhdTraceContext *parent)
{
  GhdTraceContext dice;

  if (self == NULL || traceparent == NULL || !ghd_trace_context_parse (traceparent, parent))
    return FALSE;

  if (!self->follows_callers && parent->is_sampled)
    {
      /* Not the caller's trace id, which may have been chosen to be chosen. */
      ghd_trace_context_init_root (&dice);
      parent->is_sampled = ghd_trace_context_is_chosen (&dice, self->ratio);
    }
  return TRUE;
}

/**
 * ghd_tracer_begin:
 * @self: (nullable):
 * @parent: (nullable): whose decision whether to sample is followed; %NULL begins a trace
 * @name: text that lives as long as the program
 *
 * Returns: (transfer full) (nullable): a span to be given to ghd_tracer_end(); %NULL when it is not
 *   sampled
 */
GhdTraceSpan *
ghd_tracer_begin (GhdTracer *self, const GhdTraceContext *parent, const char *name,
                  GhdTraceKind kind)
{
  GhdTraceContext context;

  if (self == NULL || (parent != NULL && !parent->is_sampled))
    return NULL;

  if (parent != NULL)
    {
      ghd_trace_context_init_child (&context, parent);
    }
  else
    {
      ghd_trace_context_init_root (&context);
      context.is_sampled = ghd_trace_context_is_chosen (&context, self->ratio);
      if (!context.is_sampled)
        return NULL;
    }

  return ghd_trace_span_new (&context, parent != NULL ? parent->span_id : NULL, name, kind);
}

/**
 * ghd_tracer_begin_below:
 * @self: (nullable):
 *
 * Returns: (transfer full) (nullable): a child of the span that this fiber works for; %NULL when it
 *   works for none
 */
GhdTraceSpan *
ghd_tracer_begin_below (GhdTracer *self, const char *name, GhdTraceKind kind)
{
  GhdTraceSpan *current = self != NULL ? ghd_tracer_get_current (self) : NULL;

  return current != NULL ? ghd_tracer_begin (self, ghd_trace_span_get_context (current), name, kind)
                         : NULL;
}

/**
 * ghd_tracer_replace:
 * @span: (transfer full) (nullable): a child of another span; it ends
 *
 * Returns: (transfer full) (nullable): what follows upon it, with the same parent
 */
GhdTraceSpan *
ghd_tracer_replace (GhdTracer *self, GhdTraceSpan *span, const char *name, GhdTraceKind kind)
{
  GhdTraceContext context;
  GhdTraceSpan *next;

  if (span == NULL)
    return NULL;

  ghd_trace_context_init_child (&context, ghd_trace_span_get_context (span));
  next = ghd_trace_span_new (&context, ghd_trace_span_get_parent_id (span), name, kind);
  ghd_tracer_end (self, span);
  return next;
}

/**
 * ghd_tracer_end:
 * @self: (nullable): only with a @span that is %NULL
 * @span: (transfer full) (nullable):
 *
 * It ends now, and waits to be sent.
 */
void
ghd_tracer_end (GhdTracer *self, GhdTraceSpan *span)
{
  if (span == NULL)
    return;

  ghd_trace_span_stop (span);
  if (g_queue_get_length (&self->waiting) >= self->max_waiting)
    {
      ghd_trace_span_unref (span);
      ghd_tracer_count_dropped (self, 1);
      return;
    }

  g_queue_push_tail (&self->waiting, span);
  if (self->wanted != NULL && g_queue_get_length (&self->waiting) >= self->n_wanted)
    {
      g_autoptr (DexPromise) wanted = g_steal_pointer (&self->wanted);

      dex_promise_resolve_boolean (wanted, TRUE);
    }
}

/**
 * ghd_tracer_enter:
 * @span: (nullable): what is done in this fiber from now on belongs to it
 * @frame: an address in the frame of the fiber's own function, which stays until ghd_tracer_leave()
 *
 * libdex keeps nothing for a fiber, and what is done far below a handler knows nothing of the request
 * that it is done for. But every fiber has a stack of its own: on which stack a call comes tells which
 * fiber makes it, also after it has waited while others ran.
 */
void
ghd_tracer_enter (GhdTracer *self, GhdTraceSpan *span, gconstpointer frame)
{
  Entered entered;

  if (span == NULL)
    return;

  entered.span = ghd_trace_span_ref (span);
  entered.frame = (guintptr) frame;
  g_array_append_val (self->entered, entered);
}

/**
 * ghd_tracer_leave:
 * @span: (nullable): was entered
 */
void
ghd_tracer_leave (GhdTracer *self, GhdTraceSpan *span)
{
  if (span == NULL)
    return;

  for (guint i = 0; i < self->entered->len; i++)
    if (g_array_index (self->entered, Entered, i).span == span)
      {
        g_array_remove_index_fast (self->entered, i);
        return;
      }
}

/**
 * ghd_tracer_get_current:
 *
 * Returns: (transfer none) (nullable): the span that this fiber works for
 */
GhdTraceSpan *
ghd_tracer_get_current (GhdTracer *self)
{
  guintptr here = (guintptr) __builtin_frame_address (0);

  for (guint i = 0; i < self->entered->len; i++)
    {
      Entered *entered = &g_array_index (self->entered, Entered, i);

      /* Stacks grow downwards. */
      if (here <= entered->frame && entered->frame - here < FIBER_DEPTH)
        return entered->span;
    }
  return NULL;
}

guint
ghd_tracer_get_n_waiting (GhdTracer *self)
{
  g_return_val_if_fail (GHD_IS_TRACER (self), 0);

  return g_queue_get_length (&self->waiting);
}

/**
 * ghd_tracer_when:
 *
 * For one that waits at a time: who asked before is not told any more.
 *
 * Returns: (transfer full): resolves to %TRUE once @n_waiting spans wait
 */
DexFuture *
ghd_tracer_when (GhdTracer *self, guint n_waiting)
{
  dex_return_error_if_fail (GHD_IS_TRACER (self));

  if (g_queue_get_length (&self->waiting) >= n_waiting)
    return dex_future_new_true ();

  dex_clear (&self->wanted);
  self->wanted = dex_promise_new ();
  self->n_wanted = n_waiting;
  return dex_ref (DEX_FUTURE (self->wanted));
}

/**
 * ghd_tracer_take:
 *
 * Returns: (transfer full) (element-type GhdTraceSpan): the first @max of those that wait, or all
 */
GPtrArray *
ghd_tracer_take (GhdTracer *self, guint max)
{
  GPtrArray *spans = g_ptr_array_new_with_free_func ((GDestroyNotify) ghd_trace_span_unref);
  GhdTraceSpan *span;

  g_return_val_if_fail (GHD_IS_TRACER (self), spans);

  while (spans->len < max && (span = g_queue_pop_head (&self->waiting)) != NULL)
    g_ptr_array_add (spans, span);
  return spans;
}

void
ghd_tracer_count_sent (GhdTracer *self, guint n)
{
  if (self->sent != NULL)
    ghd_series_add (self->sent, n);
}

void
ghd_tracer_count_dropped (GhdTracer *self, guint n)
{
  if (self->dropped != NULL)
    ghd_series_add (self->dropped, n);
}
