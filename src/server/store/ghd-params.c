/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-params-private.h"

#include <string.h>

struct _GhdParams
{
  GByteArray *buffer; /* all values, one after the other */
  GArray *types;      /* Oid */
  GArray *offsets;    /* gsize; into the buffer, NO_VALUE = NULL */
  GPtrArray *arrays;  /* GhdArray whose memory is the value; NULL: it is in the buffer */
  GArray *lengths;    /* int */
  GArray *formats;    /* int: always 1, binary */
  GPtrArray *values;  /* made by ghd_params_view() */
};

#define NO_VALUE G_MAXSIZE

G_DEFINE_BOXED_TYPE (GhdParams, ghd_params, ghd_params_ref, ghd_params_unref)

/**
 * ghd_params_new:
 *
 * Returns: (transfer full): no values yet
 */
GhdParams *
ghd_params_new (void)
{
  GhdParams *self = g_rc_box_new0 (GhdParams);

  self->buffer = g_byte_array_sized_new (128);
  self->types = g_array_new (FALSE, FALSE, sizeof (Oid));
  self->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->arrays = g_ptr_array_new ();
  self->lengths = g_array_new (FALSE, FALSE, sizeof (int));
  self->formats = g_array_new (FALSE, FALSE, sizeof (int));
  self->values = g_ptr_array_new ();
  return self;
}

GhdParams *
ghd_params_ref (GhdParams *self)
{
  return g_rc_box_acquire (self);
}

static void
ghd_params_clear (gpointer data)
{
  GhdParams *self = data;

  g_byte_array_unref (self->buffer);
  g_array_unref (self->types);
  g_array_unref (self->offsets);
  for (guint i = 0; i < self->arrays->len; i++)
    g_clear_pointer ((GhdArray **) &self->arrays->pdata[i], ghd_array_unref);
  g_ptr_array_unref (self->arrays);
  g_array_unref (self->lengths);
  g_array_unref (self->formats);
  g_ptr_array_unref (self->values);
}

void
ghd_params_unref (GhdParams *self)
{
  g_rc_box_release_full (self, ghd_params_clear);
}

/* Begins a value at the end of the buffer; what is appended until end_value() is it. */
static void
begin_value (GhdParams *self, Oid type)
{
  gsize offset = self->buffer->len;
  int format = 1;

  g_array_append_val (self->types, type);
  g_array_append_val (self->offsets, offset);
  g_ptr_array_add (self->arrays, NULL);
  g_array_append_val (self->formats, format);
}

static void
end_value (GhdParams *self)
{
  int length = self->buffer->len - g_array_index (self->offsets, gsize, self->offsets->len - 1);

  g_array_append_val (self->lengths, length);
}

static void
add_null (GhdParams *self, Oid type)
{
  begin_value (self, type);
  g_array_index (self->offsets, gsize, self->offsets->len - 1) = NO_VALUE;
  g_array_set_size (self->lengths, self->lengths->len + 1);
  g_array_index (self->lengths, int, self->lengths->len - 1) = 0;
}

static void
append_int32 (GhdParams *self, gint32 value)
{
  guint32 big = GUINT32_TO_BE ((guint32) value);

  g_byte_array_append (self->buffer, (const guint8 *) &big, sizeof big);
}

static void
append_int64 (GhdParams *self, gint64 value)
{
  guint64 big = GUINT64_TO_BE ((guint64) value);

  g_byte_array_append (self->buffer, (const guint8 *) &big, sizeof big);
}

/* The head of an array in binary (array_recv): dimensions, has nulls, element type, length, lower
 * bound. */
static void
append_array_head (GhdParams *self, Oid element, gsize n)
{
  append_int32 (self, n > 0 ? 1 : 0);
  append_int32 (self, 1);
  append_int32 (self, element);
  if (n > 0)
    {
      append_int32 (self, n);
      append_int32 (self, 1);
    }
}

static void
append_element (GhdParams *self, gconstpointer data, gsize size)
{
  append_int32 (self, data != NULL ? (gint32) size : -1);
  if (data != NULL)
    g_byte_array_append (self->buffer, data, size);
}

/**
 * ghd_params_add_text:
 * @value: (nullable): UTF-8
 *
 * Returns: (transfer none): @self
 */
GhdParams *
ghd_params_add_text (GhdParams *self, const char *value)
{
  if (value == NULL)
    {
      add_null (self, GHD_OID_TEXT);
      return self;
    }
  begin_value (self, GHD_OID_TEXT);
  g_byte_array_append (self->buffer, (const guint8 *) value, strlen (value));
  end_value (self);
  return self;
}

GhdParams *
ghd_params_add_int64 (GhdParams *self, gint64 value)
{
  begin_value (self, GHD_OID_INT8);
  append_int64 (self, value);
  end_value (self);
  return self;
}

GhdParams *
ghd_params_add_bool (GhdParams *self, gboolean value)
{
  guint8 byte = value ? 1 : 0;

  begin_value (self, GHD_OID_BOOL);
  g_byte_array_append (self->buffer, &byte, 1);
  end_value (self);
  return self;
}

/**
 * ghd_params_add_data:
 * @data: (nullable): bytes, for a bytea
 */
GhdParams *
ghd_params_add_data (GhdParams *self, gconstpointer data, gsize size)
{
  if (data == NULL)
    {
      add_null (self, GHD_OID_BYTEA);
      return self;
    }
  begin_value (self, GHD_OID_BYTEA);
  g_byte_array_append (self->buffer, data, size);
  end_value (self);
  return self;
}

/**
 * ghd_params_add_text_array:
 * @values: (nullable): may hold %NULL where @n_values is given
 * @n_values: -1 = up to the first %NULL
 */
GhdParams *
ghd_params_add_text_array (GhdParams *self, const char *const *values, gssize n_values)
{
  gsize n = n_values >= 0 ? (gsize) n_values : values != NULL ? g_strv_length ((GStrv) values) : 0;

  begin_value (self, GHD_OID_TEXT_ARRAY);
  append_array_head (self, GHD_OID_TEXT, n);
  for (gsize i = 0; i < n; i++)
    append_element (self, values[i], values[i] != NULL ? strlen (values[i]) : 0);
  end_value (self);
  return self;
}

/**
 * ghd_params_add_data_array:
 * @values: (array length=n_values): may hold %NULL
 */
GhdParams *
ghd_params_add_data_array (GhdParams *self, GBytes *const *values, gsize n_values)
{
  begin_value (self, GHD_OID_BYTEA_ARRAY);
  append_array_head (self, GHD_OID_BYTEA, n_values);
  for (gsize i = 0; i < n_values; i++)
    {
      gsize size = 0;
      const void *data = values[i] != NULL ? g_bytes_get_data (values[i], &size) : NULL;

      append_element (self, values[i] != NULL && data == NULL ? "" : data, size);
    }
  end_value (self);
  return self;
}

/**
 * ghd_params_add_array:
 * @array: (transfer none): referenced; complete when the statement is run
 */
GhdParams *
ghd_params_add_array (GhdParams *self, GhdArray *array)
{
  static const Oid types[] = { GHD_OID_INT8_ARRAY, GHD_OID_TEXT_ARRAY, GHD_OID_BYTEA_ARRAY };

  begin_value (self, types[ghd_array_get_kind (array)]);
  g_ptr_array_index (self->arrays, self->arrays->len - 1) = ghd_array_ref (array);
  end_value (self);
  return self;
}

/**
 * ghd_params_view:
 * @view: (out caller-allocates)
 */
void
ghd_params_view (GhdParams *self, GhdParamsView *view)
{
  g_assert (self->lengths->len == self->types->len);

  g_ptr_array_set_size (self->values, 0);
  for (guint i = 0; i < self->offsets->len; i++)
    {
      gsize offset = g_array_index (self->offsets, gsize, i), size;
      GhdArray *array = g_ptr_array_index (self->arrays, i);

      if (array != NULL)
        {
          g_ptr_array_add (self->values, (gpointer) ghd_array_get_binary (array, &size));
          g_array_index (self->lengths, int, i) = (int) size;
        }
      else if (offset == NO_VALUE)
        g_ptr_array_add (self->values, NULL);
      else if (self->buffer->data == NULL)
        g_ptr_array_add (self->values, (gpointer) "");
      else
        g_ptr_array_add (self->values, self->buffer->data + offset);
    }
  view->n = self->types->len;
  view->types = (const Oid *) self->types->data;
  view->values = (const char *const *) self->values->pdata;
  view->lengths = (const int *) self->lengths->data;
  view->formats = (const int *) self->formats->data;
}
