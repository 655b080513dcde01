/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-pipe.h"

#include <string.h>

struct _BenchPipe
{
  GDataInputStream *in;
  GOutputStream *out;
  GCancellable *cancellable;
  BenchPipeTake take;
  gpointer data;
  GMutex lock; /* of writing */
};

static void read_next (BenchPipe *self);

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  BenchPipe *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GhJson) json = NULL;

  line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (line != NULL)
    json = gh_json_parse_object (line, strlen (line), NULL);
  if (line != NULL && json == NULL)
    g_error ("The other process says what is no object: %s", line);
  if (json != NULL)
    read_next (self);
  self->take (json, self->data);
}

static void
read_next (BenchPipe *self)
{
  g_data_input_stream_read_line_async (self->in, G_PRIORITY_DEFAULT, self->cancellable, on_line,
                                       self);
}

BenchPipe *
bench_pipe_new (GInputStream *in, GOutputStream *out, BenchPipeTake take, gpointer data)
{
  BenchPipe *self = g_new0 (BenchPipe, 1);

  self->in = g_data_input_stream_new (in);
  self->out = g_object_ref (out);
  self->cancellable = g_cancellable_new ();
  self->take = take;
  self->data = data;
  g_mutex_init (&self->lock);
  read_next (self);
  return self;
}

/**
 * bench_pipe_free:
 *
 * Closes it, which the other end is told.
 */
void
bench_pipe_free (BenchPipe *self)
{
  g_cancellable_cancel (self->cancellable);
  while (g_input_stream_has_pending (G_INPUT_STREAM (self->in)))
    g_main_context_iteration (NULL, TRUE);
  g_output_stream_close (self->out, NULL, NULL);
  g_object_unref (self->in);
  g_object_unref (self->out);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* On any thread. */
void
bench_pipe_send (BenchPipe *self, GhJson *json)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *text = gh_json_to_string (json);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_output_stream_write_all (self->out, line, strlen (line), NULL, NULL, &error))
    g_error ("The other process is not told: %s", error->message);
}
