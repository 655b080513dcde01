/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-media.h"

#include "ghd-rows.h"

G_DEFINE_BOXED_TYPE (GhdMediaRow, ghd_media_row, ghd_media_row_ref, ghd_media_row_unref)

#define COLUMNS "media_id, owner, content_type, sizes, bytes, created_ts"

#define CREATE                                                                                     \
  "INSERT INTO media (media_id, owner, content_type, sizes, bytes, created_ts)"                    \
  " VALUES ($1, $2, $3, $4, $5, $6)"
#define GET "SELECT " COLUMNS " FROM media WHERE media_id = $1"
#define DELETE "DELETE FROM media WHERE media_id = $1"

/* Neither somebody's profile image or banner nor a guild's icon: nothing else names one. A guild that was
 * deleted shows its icon to nobody. */
#define LIST_UNUSED                                                                                \
  "SELECT m.media_id FROM media m WHERE m.created_ts < $1"                                         \
  " AND NOT EXISTS (SELECT FROM account a WHERE a.image_id = m.media_id)"                          \
  " AND NOT EXISTS (SELECT FROM account a WHERE a.banner_id = m.media_id)"                         \
  " AND NOT EXISTS (SELECT FROM state s LEFT JOIN room r USING (room_id)"                          \
  "   WHERE s.type = 'm.guild.meta' AND r.is_deleted IS NOT TRUE"                                  \
  "   AND s.content::json ->> 'icon' = m.media_id) ORDER BY m.created_ts"

GhdMediaRow *
ghd_media_row_ref (GhdMediaRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
media_row_clear (gpointer data)
{
  GhdMediaRow *self = data;

  g_free (self->media_id);
  g_free (self->owner);
  g_free (self->content_type);
  g_free (self->sizes);
}

void
ghd_media_row_unref (GhdMediaRow *self)
{
  g_atomic_rc_box_release_full (self, media_row_clear);
}

static DexFuture *
media_of_rows (GhdResult *result, gpointer data)
{
  GhdMediaRow *self;

  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found ("media.not_found", "There is no such image.");
  self = g_atomic_rc_box_new0 (GhdMediaRow);
  self->media_id = ghd_result_dup_text (result, 0, 0);
  self->owner = ghd_result_dup_text (result, 0, 1);
  self->content_type = ghd_result_dup_text (result, 0, 2);
  self->sizes = ghd_result_dup_text (result, 0, 3);
  self->bytes = ghd_result_get_int64 (result, 0, 4);
  self->created_ts = ghd_result_get_int64 (result, 0, 5);
  return dex_future_new_take_boxed (GHD_TYPE_MEDIA_ROW, self);
}

/**
 * ghd_store_media_create:
 *
 * Notes an image whose files are in place already.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_store_media_create (GhdPool *pool, const GhdMediaRow *media)
{
  GhdParams *params = ghd_params_new ();

  ghd_params_add_text (params, media->media_id);
  ghd_params_add_text (params, media->owner);
  ghd_params_add_text (params, media->content_type);
  ghd_params_add_text (params, media->sizes);
  ghd_params_add_int64 (params, media->bytes);
  ghd_params_add_int64 (params, media->created_ts);
  return ghd_rows_map_done (ghd_pool_query (pool, CREATE, params), NULL, NULL);
}

/**
 * ghd_store_media_get:
 *
 * Returns: (transfer full): resolves to a #GhdMediaRow; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_media_get (GhdPool *pool, const char *media_id)
{
  return ghd_rows_map (ghd_pool_query (pool, GET,
                                       ghd_params_add_text (ghd_params_new (), media_id)),
                       media_of_rows, NULL, NULL);
}

/**
 * ghd_store_media_delete:
 *
 * Forgets an image, whose files are gone by now: what fails halfway is then found again.
 *
 * Returns: (transfer full): resolves to %TRUE, also where there was none
 */
DexFuture *
ghd_store_media_delete (GhdPool *pool, const char *media_id)
{
  return ghd_rows_map_done (ghd_pool_query (pool, DELETE,
                                            ghd_params_add_text (ghd_params_new (), media_id)),
                            NULL, NULL);
}

/**
 * ghd_store_media_list_unused:
 * @before_ts: only what was made before this, for an image is stored before it is put to use
 *
 * Returns: (transfer full): resolves to a #GStrv of media ids that nothing refers to
 */
DexFuture *
ghd_store_media_list_unused (GhdPool *pool, gint64 before_ts)
{
  return ghd_rows_map_strv (
    ghd_pool_query (pool, LIST_UNUSED, ghd_params_add_int64 (ghd_params_new (), before_ts)));
}
