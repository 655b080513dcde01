/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-secret.h"

#include "gh-sodium.h"

#include <sodium.h>
#include <string.h>

struct _GhSecret
{
  gatomicrefcount ref_count;
  gsize size;
  guint8 *data; /* size + 1 bytes, the last is NUL */
};

G_DEFINE_BOXED_TYPE (GhSecret, gh_secret, gh_secret_ref, gh_secret_unref)

static GhSecret *
allocate (gsize size)
{
  GhSecret *self;

  gh_sodium_init ();

  self = g_new0 (GhSecret, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->size = size;
  self->data = sodium_malloc (size + 1);
  if (self->data == NULL)
    g_error ("No memory for a secret of %" G_GSIZE_FORMAT " bytes", size);
  self->data[size] = '\0';
  return self;
}

/* Guard pages around it and no more writing to it. */
static GhSecret *
seal (GhSecret *self)
{
  sodium_mprotect_readonly (self->data);
  return self;
}

/**
 * gh_secret_new:
 * @data: (array length=size): bytes, copied
 * @size: how many
 *
 * Returns: (transfer full): a secret
 */
GhSecret *
gh_secret_new (gconstpointer data, gsize size)
{
  GhSecret *self;

  g_return_val_if_fail (data != NULL || size == 0, NULL);
  g_return_val_if_fail (size < G_MAXSIZE / 2, NULL);

  self = allocate (size);
  if (size > 0)
    memcpy (self->data, data, size);
  return seal (self);
}

/**
 * gh_secret_new_string:
 * @text: text, copied without its NUL
 *
 * Returns: (transfer full): a secret
 */
GhSecret *
gh_secret_new_string (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return gh_secret_new (text, strlen (text));
}

/**
 * gh_secret_new_take:
 * @data: (array length=size) (transfer full): memory from g_malloc(), wiped and freed here
 * @size: how many bytes
 *
 * Returns: (transfer full): a secret
 */
GhSecret *
gh_secret_new_take (gpointer data, gsize size)
{
  GhSecret *self = gh_secret_new (data, size);

  gh_secret_wipe (data, size);
  g_free (data);
  return self;
}

/**
 * gh_secret_new_random:
 * @size: how many bytes
 *
 * Returns: (transfer full): a secret of random bytes
 */
GhSecret *
gh_secret_new_random (gsize size)
{
  GhSecret *self;

  g_return_val_if_fail (size < G_MAXSIZE / 2, NULL);

  self = allocate (size);
  randombytes_buf (self->data, size);
  return seal (self);
}

/**
 * gh_secret_ref:
 * @self: a secret
 *
 * Returns: (transfer full): the same secret
 */
GhSecret *
gh_secret_ref (GhSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_secret_unref:
 * @self: (transfer full): a secret
 *
 * The last reference wipes the bytes.
 */
void
gh_secret_unref (GhSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sodium_free (self->data);
  g_free (self);
}

/**
 * gh_secret_get_data:
 * @self: a secret
 *
 * Returns: (transfer none): its bytes, read-only memory
 */
const void *
gh_secret_get_data (const GhSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->data;
}

/**
 * gh_secret_get_size:
 * @self: a secret
 *
 * Returns: how many bytes it has
 */
gsize
gh_secret_get_size (const GhSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

/**
 * gh_secret_get_string:
 * @self: a secret
 *
 * Returns: (transfer none): its bytes with a NUL behind them
 */
const char *
gh_secret_get_string (const GhSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *) self->data;
}

/**
 * gh_secret_equal_data:
 * @self: a secret
 * @data: (array length=size): bytes
 * @size: how many
 *
 * Compares in a time that depends on the sizes only.
 *
 * Returns: whether both are the same
 */
gboolean
gh_secret_equal_data (const GhSecret *self, gconstpointer data, gsize size)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->size == size && sodium_memcmp (self->data, data, size) == 0;
}

/**
 * gh_secret_equal:
 * @a: a secret
 * @b: another
 *
 * Compares in a time that depends on the sizes only.
 *
 * Returns: whether both are the same
 */
gboolean
gh_secret_equal (const GhSecret *a, const GhSecret *b)
{
  g_return_val_if_fail (b != NULL, FALSE);

  return gh_secret_equal_data (a, b->data, b->size);
}

/**
 * gh_secret_wipe:
 * @data: (array length=size) (nullable): bytes to overwrite
 * @size: how many
 *
 * Overwrites ordinary memory that held a secret; the compiler cannot leave it out.
 */
void
gh_secret_wipe (gpointer data, gsize size)
{
  if (data != NULL)
    sodium_memzero (data, size);
}
