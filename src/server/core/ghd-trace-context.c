/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-trace-context.h"

#include "gh-random.h"

#include <string.h>

/* "00-" trace id "-" span id "-" flags: W3C Trace Context, section 3.2.2. */
#define VERSION_AT 0
#define TRACE_ID_AT 3
#define SPAN_ID_AT 36
#define FLAGS_AT 53
#define LENGTH 55

#define VERSION_INVALID 0xff
#define FLAG_SAMPLED 0x01

/* How many of a trace id's last bytes decide whether it is sampled: they are random in any case, and a
 * double holds their number exactly. */
#define RANDOM_BYTES 6

/* Of lower case only, as the specification has it. */
static int
hex_digit (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

static gboolean
parse_hex (const char *text, guint8 *out, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      int high = hex_digit (text[2 * i]);
      int low = hex_digit (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      out[i] = high << 4 | low;
    }
  return TRUE;
}

static gboolean
is_zero (const guint8 *id, gsize size)
{
  guint8 any = 0;

  for (gsize i = 0; i < size; i++)
    any |= id[i];
  return any == 0;
}

/* An id of zeroes means: there is none. */
static void
fill_id (guint8 *id, gsize size)
{
  do
    gh_random_bytes (id, size);
  while (is_zero (id, size));
}

/**
 * ghd_trace_context_parse:
 * @traceparent: a header as it came from the network
 * @context: (out): set when it is right
 *
 * Reads the header of W3C Trace Context, section 3.2: version 00 exactly; of later versions what they
 * have in common with it.
 *
 * Returns: whether it is right; what is wrong is to be ignored
 */
gboolean
ghd_trace_context_parse (const char *traceparent, GhdTraceContext *context)
{
  GhdTraceContext parsed;
  guint8 version, flags;

  g_return_val_if_fail (traceparent != NULL, FALSE);
  g_return_val_if_fail (context != NULL, FALSE);

  if (strnlen (traceparent, LENGTH) < LENGTH || traceparent[TRACE_ID_AT - 1] != '-'
      || traceparent[SPAN_ID_AT - 1] != '-' || traceparent[FLAGS_AT - 1] != '-')
    return FALSE;

  if (!parse_hex (traceparent + VERSION_AT, &version, 1)
      || !parse_hex (traceparent + TRACE_ID_AT, parsed.trace_id, GHD_TRACE_ID_SIZE)
      || !parse_hex (traceparent + SPAN_ID_AT, parsed.span_id, GHD_TRACE_SPAN_ID_SIZE)
      || !parse_hex (traceparent + FLAGS_AT, &flags, 1))
    return FALSE;

  if (version == VERSION_INVALID
      || (traceparent[LENGTH] != '\0' && (version == 0 || traceparent[LENGTH] != '-'))
      || is_zero (parsed.trace_id, GHD_TRACE_ID_SIZE)
      || is_zero (parsed.span_id, GHD_TRACE_SPAN_ID_SIZE))
    return FALSE;

  parsed.is_sampled = (flags & FLAG_SAMPLED) != 0;
  *context = parsed;
  return TRUE;
}

/**
 * ghd_trace_context_init_root:
 *
 * Begins a trace of its own. It is not sampled as yet.
 */
void
ghd_trace_context_init_root (GhdTraceContext *context)
{
  fill_id (context->trace_id, GHD_TRACE_ID_SIZE);
  fill_id (context->span_id, GHD_TRACE_SPAN_ID_SIZE);
  context->is_sampled = FALSE;
}

/**
 * ghd_trace_context_init_child:
 *
 * A new place in the trace of @parent, with its decision whether to sample.
 */
void
ghd_trace_context_init_child (GhdTraceContext *context, const GhdTraceContext *parent)
{
  *context = *parent;
  fill_id (context->span_id, GHD_TRACE_SPAN_ID_SIZE);
}

/**
 * ghd_trace_context_is_chosen:
 * @ratio: how many traces of all to sample, from 0 to 1
 *
 * Returns: whether its trace is one of them; the same for every span of the trace
 */
gboolean
ghd_trace_context_is_chosen (const GhdTraceContext *context, double ratio)
{
  guint64 value = 0;

  for (gsize i = GHD_TRACE_ID_SIZE - RANDOM_BYTES; i < GHD_TRACE_ID_SIZE; i++)
    value = value << 8 | context->trace_id[i];

  return (double) value < ratio * (double) (G_GUINT64_CONSTANT (1) << (8 * RANDOM_BYTES));
}

/**
 * ghd_trace_format_id:
 * @text: (out): room for 2 * @size + 1 bytes
 */
void
ghd_trace_format_id (const guint8 *id, gsize size, char *text)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < size; i++)
    {
      text[2 * i] = digits[id[i] >> 4];
      text[2 * i + 1] = digits[id[i] & 0x0f];
    }
  text[2 * size] = '\0';
}
