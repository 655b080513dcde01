/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-array.h"

#include "ghd-params-private.h"

#include <string.h>

/* The head of an array in binary: dimensions, has nulls, element type, length, lower bound. An array
 * without elements has no dimension, and ends before its length. */
typedef struct
{
  guint32 n_dimensions;
  guint32 has_nulls;
  guint32 element;
  guint32 length;
  guint32 lower_bound;
} Head;

#define EMPTY_SIZE G_STRUCT_OFFSET (Head, length)

struct _GhdArray
{
  grefcount ref_count;
  GhdArrayKind kind;
  guint length;
  GByteArray *binary;
};

/**
 * ghd_array_new:
 *
 * Returns: (transfer full): an array without elements
 */
GhdArray *
ghd_array_new (GhdArrayKind kind)
{
  static const Oid elements[] = { GHD_OID_INT8, GHD_OID_TEXT, GHD_OID_BYTEA };
  GhdArray *self = g_new0 (GhdArray, 1);
  const Head head = { .has_nulls = GUINT32_TO_BE (1),
                      .element = GUINT32_TO_BE (elements[kind]),
                      .lower_bound = GUINT32_TO_BE (1) };

  g_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->binary = g_byte_array_sized_new (1024);
  g_byte_array_append (self->binary, (const guint8 *) &head, sizeof head);
  return self;
}

GhdArray *
ghd_array_ref (GhdArray *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
ghd_array_unref (GhdArray *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_byte_array_unref (self->binary);
  g_free (self);
}

/**
 * ghd_array_clear:
 * @self: an array that nobody else has
 *
 * Takes out all elements, and keeps the memory for as many.
 */
void
ghd_array_clear (GhdArray *self)
{
  g_byte_array_set_size (self->binary, sizeof (Head));
  self->length = 0;
}

static void
add (GhdArray *self, gconstpointer data, gsize size)
{
  guint32 length = GUINT32_TO_BE (data != NULL ? (guint32) size : G_MAXUINT32);

  g_byte_array_append (self->binary, (const guint8 *) &length, sizeof length);
  if (data != NULL)
    g_byte_array_append (self->binary, data, size);
  self->length++;
}

void
ghd_array_add_int64 (GhdArray *self, gint64 value)
{
  guint64 big = GUINT64_TO_BE ((guint64) value);

  g_return_if_fail (self->kind == GHD_ARRAY_INT64);

  add (self, &big, sizeof big);
}

/**
 * ghd_array_add_text:
 * @value: (nullable): UTF-8; %NULL for NULL
 */
void
ghd_array_add_text (GhdArray *self, const char *value)
{
  g_return_if_fail (self->kind == GHD_ARRAY_TEXT);

  add (self, value, value != NULL ? strlen (value) : 0);
}

/**
 * ghd_array_add_data:
 * @data: (nullable) (array length=size): bytes, or for an array of texts UTF-8 that need not end in
 *   NUL; %NULL for NULL
 */
void
ghd_array_add_data (GhdArray *self, gconstpointer data, gsize size)
{
  g_return_if_fail (self->kind != GHD_ARRAY_INT64);

  add (self, data, size);
}

guint
ghd_array_get_length (GhdArray *self)
{
  return self->length;
}

GhdArrayKind
ghd_array_get_kind (GhdArray *self)
{
  return self->kind;
}

/**
 * ghd_array_get_binary:
 * @size: (out)
 *
 * Returns: (transfer none): the array as PostgreSQL reads it, until the next element is added
 */
gconstpointer
ghd_array_get_binary (GhdArray *self, gsize *size)
{
  Head *head = (Head *) self->binary->data;

  head->n_dimensions = GUINT32_TO_BE (self->length > 0 ? 1 : 0);
  head->length = GUINT32_TO_BE (self->length);
  *size = self->length > 0 ? self->binary->len : EMPTY_SIZE;
  return self->binary->data;
}
