/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-result-private.h"

#include <stdlib.h>
#include <string.h>

struct _GhdResult
{
  GObject parent_instance;
  PGresult *rows;
};

G_DEFINE_FINAL_TYPE (GhdResult, ghd_result, G_TYPE_OBJECT)

static void
ghd_result_finalize (GObject *object)
{
  GhdResult *self = GHD_RESULT (object);

  PQclear (self->rows);

  G_OBJECT_CLASS (ghd_result_parent_class)->finalize (object);
}

static void
ghd_result_class_init (GhdResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_result_finalize;
}

static void
ghd_result_init (GhdResult *self)
{
}

GhdResult *
ghd_result_new_take (PGresult *result)
{
  GhdResult *self = g_object_new (GHD_TYPE_RESULT, NULL);

  self->rows = result;
  return self;
}

guint
ghd_result_get_n_rows (GhdResult *self)
{
  g_return_val_if_fail (GHD_IS_RESULT (self), 0);

  return PQntuples (self->rows);
}

/**
 * ghd_result_get_n_affected:
 *
 * Returns: rows that an INSERT, UPDATE or DELETE touched
 */
guint
ghd_result_get_n_affected (GhdResult *self)
{
  g_return_val_if_fail (GHD_IS_RESULT (self), 0);

  return strtoul (PQcmdTuples (self->rows), NULL, 10);
}

gboolean
ghd_result_is_null (GhdResult *self, guint row, guint column)
{
  g_return_val_if_fail (GHD_IS_RESULT (self), TRUE);

  return PQgetisnull (self->rows, row, column);
}

/**
 * ghd_result_get_text:
 *
 * Returns: (nullable) (transfer none): the text, ended by NUL; %NULL for NULL
 */
const char *
ghd_result_get_text (GhdResult *self, guint row, guint column)
{
  g_return_val_if_fail (GHD_IS_RESULT (self), NULL);

  /* The binary form of text is the text, and libpq puts a NUL after each value. */
  return PQgetisnull (self->rows, row, column) ? NULL : PQgetvalue (self->rows, row, column);
}

char *
ghd_result_dup_text (GhdResult *self, guint row, guint column)
{
  return g_strdup (ghd_result_get_text (self, row, column));
}

/**
 * ghd_result_get_int64:
 *
 * Returns: a smallint, integer or bigint; 0 for NULL
 */
gint64
ghd_result_get_int64 (GhdResult *self, guint row, guint column)
{
  union
  {
    guint16 two;
    guint32 four;
    guint64 eight;
  } raw;
  int length;

  g_return_val_if_fail (GHD_IS_RESULT (self), 0);

  if (PQgetisnull (self->rows, row, column))
    return 0;
  length = PQgetlength (self->rows, row, column);
  g_return_val_if_fail (length == 2 || length == 4 || length == 8, 0);

  memcpy (&raw, PQgetvalue (self->rows, row, column), length);
  if (length == 8)
    return (gint64) GUINT64_FROM_BE (raw.eight);
  if (length == 4)
    return (gint32) GUINT32_FROM_BE (raw.four);
  return (gint16) GUINT16_FROM_BE (raw.two);
}

gboolean
ghd_result_get_bool (GhdResult *self, guint row, guint column)
{
  g_return_val_if_fail (GHD_IS_RESULT (self), FALSE);

  if (PQgetisnull (self->rows, row, column))
    return FALSE;
  g_return_val_if_fail (PQgetlength (self->rows, row, column) == 1, FALSE);
  return PQgetvalue (self->rows, row, column)[0] != 0;
}

/**
 * ghd_result_get_data:
 * @size: (out) (optional)
 *
 * Returns: (nullable) (transfer none): the bytes; %NULL for NULL
 */
const guint8 *
ghd_result_get_data (GhdResult *self, guint row, guint column, gsize *size)
{
  gboolean is_null;

  g_return_val_if_fail (GHD_IS_RESULT (self), NULL);

  is_null = PQgetisnull (self->rows, row, column);
  if (size != NULL)
    *size = is_null ? 0 : PQgetlength (self->rows, row, column);
  return is_null ? NULL : (const guint8 *) PQgetvalue (self->rows, row, column);
}
