/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-trace-span.h"

#include "gh-error.h"

#include <string.h>
#include <time.h>

/* More than anybody sets; it keeps a span one piece of memory. */
#define MAX_ATTRIBUTES 8

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

struct _GhdTraceSpan
{
  GhdTraceContext context;
  guint8 parent_id[GHD_TRACE_SPAN_ID_SIZE];
  gboolean has_parent;
  const char *name;
  GhdTraceKind kind;
  gint64 start_ns;   /* of the epoch */
  gint64 started_ns; /* of a clock that nobody sets */
  gint64 duration_ns;
  gboolean is_failed;
  char trace_id[GHD_TRACE_ID_LENGTH];
  GhdTraceAttribute attributes[MAX_ATTRIBUTES];
  guint n_attributes;
};

static gint64
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (gint64) time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

static void
clear (gpointer data)
{
  GhdTraceSpan *self = data;

  for (guint i = 0; i < self->n_attributes; i++)
    g_free (self->attributes[i].string);
}

static GhdTraceAttribute *
add_attribute (GhdTraceSpan *self, const char *key)
{
  GhdTraceAttribute *attribute;

  g_return_val_if_fail (self->n_attributes < MAX_ATTRIBUTES, NULL);

  attribute = &self->attributes[self->n_attributes++];
  attribute->key = key;
  return attribute;
}

/**
 * ghd_trace_span_new:
 * @context: its own place
 * @parent_id: (nullable): of the span above it; %NULL: it is the first of its trace
 * @name: text that lives as long as the program
 *
 * Begins now. Use ghd_tracer_begin().
 */
GhdTraceSpan *
ghd_trace_span_new (const GhdTraceContext *context, const guint8 *parent_id, const char *name,
                    GhdTraceKind kind)
{
  GhdTraceSpan *self = g_atomic_rc_box_new0 (GhdTraceSpan);

  self->context = *context;
  if (parent_id != NULL)
    {
      memcpy (self->parent_id, parent_id, GHD_TRACE_SPAN_ID_SIZE);
      self->has_parent = TRUE;
    }
  self->name = name;
  self->kind = kind;
  self->start_ns = read_clock (CLOCK_REALTIME);
  self->started_ns = read_clock (CLOCK_MONOTONIC);
  ghd_trace_format_id (context->trace_id, GHD_TRACE_ID_SIZE, self->trace_id);
  return self;
}

GhdTraceSpan *
ghd_trace_span_ref (GhdTraceSpan *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
ghd_trace_span_unref (GhdTraceSpan *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * ghd_trace_span_set_string:
 * @self: (nullable):
 * @value: (nullable): %NULL adds nothing
 */
void
ghd_trace_span_set_string (GhdTraceSpan *self, const char *key, const char *value)
{
  GhdTraceAttribute *attribute;

  if (self == NULL || value == NULL)
    return;
  attribute = add_attribute (self, key);
  if (attribute != NULL)
    attribute->string = g_strdup (value);
}

/**
 * ghd_trace_span_set_int:
 * @self: (nullable):
 */
void
ghd_trace_span_set_int (GhdTraceSpan *self, const char *key, gint64 value)
{
  GhdTraceAttribute *attribute;

  if (self == NULL)
    return;
  attribute = add_attribute (self, key);
  if (attribute != NULL)
    attribute->integer = value;
}

/**
 * ghd_trace_span_set_error:
 * @self: (nullable):
 *
 * Says what came of it, by code and reason and not by its sentence. It has failed by a fault of the
 * server or of what that depends on; what was refused has not failed.
 */
void
ghd_trace_span_set_error (GhdTraceSpan *self, const GError *error)
{
  GhError code;

  if (self == NULL)
    return;

  code = gh_error_get_code (error);
  self->is_failed = code == GH_ERROR_INTERNAL || code == GH_ERROR_UNAVAILABLE;
  ghd_trace_span_set_string (self, "result", gh_error_code_to_string (code));
  ghd_trace_span_set_string (self, "reason", gh_error_get_reason (error));
}

/**
 * ghd_trace_span_stop:
 *
 * Ends now. Use ghd_tracer_end().
 */
void
ghd_trace_span_stop (GhdTraceSpan *self)
{
  self->duration_ns = read_clock (CLOCK_MONOTONIC) - self->started_ns;
}

const GhdTraceContext *
ghd_trace_span_get_context (GhdTraceSpan *self)
{
  return &self->context;
}

/**
 * ghd_trace_span_get_parent_id:
 *
 * Returns: (nullable): %NULL of the first span of a trace
 */
const guint8 *
ghd_trace_span_get_parent_id (GhdTraceSpan *self)
{
  return self->has_parent ? self->parent_id : NULL;
}

/**
 * ghd_trace_span_get_trace_id:
 * @self: (nullable):
 *
 * Returns: (nullable): as the log has it, in hexadecimal
 */
const char *
ghd_trace_span_get_trace_id (GhdTraceSpan *self)
{
  return self != NULL ? self->trace_id : NULL;
}

const char *
ghd_trace_span_get_name (GhdTraceSpan *self)
{
  return self->name;
}

GhdTraceKind
ghd_trace_span_get_kind (GhdTraceSpan *self)
{
  return self->kind;
}

gint64
ghd_trace_span_get_start_ns (GhdTraceSpan *self)
{
  return self->start_ns;
}

gint64
ghd_trace_span_get_end_ns (GhdTraceSpan *self)
{
  return self->start_ns + self->duration_ns;
}

gboolean
ghd_trace_span_is_failed (GhdTraceSpan *self)
{
  return self->is_failed;
}

const GhdTraceAttribute *
ghd_trace_span_get_attributes (GhdTraceSpan *self, guint *n_attributes)
{
  *n_attributes = self->n_attributes;
  return self->attributes;
}
