/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-share.h"

static const char *const kinds[GHD_N_SHARES] = {
  [GHD_SHARE_SCREEN] = "screen",
  [GHD_SHARE_CAMERA] = "camera",
};

const char *
ghd_share_kind_to_string (GhdShareKind kind)
{
  return kinds[kind];
}

gboolean
ghd_share_kind_from_string (const char *word, GhdShareKind *kind)
{
  for (guint i = 0; i < GHD_N_SHARES; i++)
    if (g_strcmp0 (word, kinds[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

void
ghd_share_init (GhdShare *self)
{
  *self = (GhdShare) { .viewers = g_ptr_array_new_with_free_func (g_free) };
}

void
ghd_share_clear (GhdShare *self)
{
  g_clear_pointer (&self->viewers, g_ptr_array_unref);
}

/**
 * ghd_share_begin:
 *
 * Returns: whether that is new
 */
gboolean
ghd_share_begin (GhdShare *self, gboolean has_sound)
{
  gboolean is_new = !self->is_on || self->has_sound != has_sound;

  self->is_on = TRUE;
  self->has_sound = has_sound;
  return is_new;
}

/**
 * ghd_share_end:
 *
 * Nobody watches it any more: whoever wants to see the next one says so.
 *
 * Returns: whether it was on
 */
gboolean
ghd_share_end (GhdShare *self)
{
  gboolean was_on = self->is_on;

  self->is_on = FALSE;
  self->has_sound = FALSE;
  g_ptr_array_set_size (self->viewers, 0);
  return was_on;
}

static gboolean
find_viewer (GhdShare *self, const char *user_id, guint *position)
{
  return g_ptr_array_find_with_equal_func (self->viewers, user_id, g_str_equal, position);
}

/**
 * ghd_share_add_viewer:
 *
 * Returns: whether that is new
 */
gboolean
ghd_share_add_viewer (GhdShare *self, const char *user_id)
{
  g_return_val_if_fail (self->is_on, FALSE);

  if (find_viewer (self, user_id, NULL))
    return FALSE;

  g_ptr_array_add (self->viewers, g_strdup (user_id));
  return TRUE;
}

/**
 * ghd_share_remove_viewer:
 *
 * Returns: whether the person was watching
 */
gboolean
ghd_share_remove_viewer (GhdShare *self, const char *user_id)
{
  guint position;

  if (!find_viewer (self, user_id, &position))
    return FALSE;

  g_ptr_array_remove_index (self->viewers, position);
  return TRUE;
}
