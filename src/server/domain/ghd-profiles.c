/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-profiles.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-time.h"
#include "ghd-log.h"

#define CACHE_MAX 50000

struct _GhdProfiles
{
  GObject parent_instance;
  GhdPool *pool;
  GhdGuilds *guilds;
  GhdImages *images;
  GhdHub *hub;
  GHashTable *cache; /* user id -> GhdAccountRow */
};

G_DEFINE_FINAL_TYPE (GhdProfiles, ghd_profiles, G_TYPE_OBJECT)

/* What the database said first may arrive last: what is newer stays, and is returned. */
static GhdAccountRow *
remember (GhdProfiles *self, GhdAccountRow *row)
{
  GhdAccountRow *known = g_hash_table_lookup (self->cache, row->user_id);

  if (known != NULL && known->changed_ts > row->changed_ts)
    return known;

  if (g_hash_table_size (self->cache) >= CACHE_MAX)
    g_hash_table_remove_all (self->cache);
  g_hash_table_replace (self->cache, g_strdup (row->user_id), ghd_account_row_ref (row));

  return row;
}

static GError *
unknown_user (void)
{
  return gh_error_new_literal (GH_ERROR_NOT_FOUND, "user.unknown", "user_id", 0,
                               "There is no such person, or you share no guild with them.");
}

/* Tells everybody who shares a guild with somebody, and that person's other devices. */
static void
publish (GhdProfiles *self, GhdAccountRow *profile)
{
  g_autoptr (GPtrArray) guilds = ghd_guilds_peek_for_user (self->guilds, profile->user_id);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) content = NULL;
  g_autoptr (GBytes) frame = NULL;

  for (guint i = 0; i < guilds->len; i++)
    g_ptr_array_add (rooms, (gpointer) ghd_guild_get_id (g_ptr_array_index (guilds, i)));

  ghd_profile_build (profile, builder);
  content = gh_json_builder_finish (builder);
  frame = gh_frame_encode_ephemeral (GH_EPHEMERAL_PROFILE, content);
  ghd_hub_send_rooms (self->hub, rooms, frame, profile->user_id);
  ghd_hub_send_user (self->hub, profile->user_id, frame);
  ghd_hub_flush (self->hub);
}

/* After a change: what the database says now is remembered, told to others, and answered. */
static GhdAccountRow *
reload (GhdProfiles *self, const char *user_id, GError **error)
{
  g_autoptr (GPtrArray) guilds = NULL;
  g_autoptr (GhdAccountRow) row = NULL;

  /* First: should the database go now, others are not to be told what is no more. */
  g_hash_table_remove (self->cache, user_id);
  guilds = ghd_guilds_list_for_user (self->guilds, user_id, error);
  if (guilds == NULL)
    return NULL;

  /* Somebody else may have been answered with what was before. */
  g_hash_table_remove (self->cache, user_id);
  row = ghd_profiles_get (self, user_id, error);
  if (row == NULL)
    return NULL;

  publish (self, row);

  return g_steal_pointer (&row);
}

static void
ghd_profiles_finalize (GObject *object)
{
  GhdProfiles *self = GHD_PROFILES (object);

  g_hash_table_unref (self->cache);
  g_object_unref (self->pool);
  g_object_unref (self->guilds);
  g_object_unref (self->images);
  g_object_unref (self->hub);

  G_OBJECT_CLASS (ghd_profiles_parent_class)->finalize (object);
}

static void
ghd_profiles_class_init (GhdProfilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_profiles_finalize;
}

static void
ghd_profiles_init (GhdProfiles *self)
{
  self->cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) ghd_account_row_unref);
}

GhdProfiles *
ghd_profiles_new (GhdPool *pool, GhdGuilds *guilds, GhdImages *images, GhdHub *hub)
{
  GhdProfiles *self = g_object_new (GHD_TYPE_PROFILES, NULL);

  self->pool = g_object_ref (pool);
  self->guilds = g_object_ref (guilds);
  self->images = g_object_ref (images);
  self->hub = g_object_ref (hub);

  return self;
}

/**
 * ghd_profile_build:
 *
 * Adds the members of a profile to the object that @builder is in.
 */
void
ghd_profile_build (GhdAccountRow *profile, GhJsonBuilder *builder)
{
  gh_json_builder_add_string (builder, "user_id", profile->user_id);
  gh_json_builder_add_string (builder, "display_name", profile->display_name);
  gh_json_builder_add_string (builder, "bio", profile->bio);
  ghd_profile_build_status (profile, builder);
  gh_json_builder_add_optional_string (builder, "image", profile->image_id);
  gh_json_builder_add_optional_string (builder, "banner", profile->banner_id);
  gh_json_builder_add_int (builder, "changed_ts", profile->changed_ts);
}

/**
 * ghd_profile_build_status:
 *
 * Adds what somebody says of themselves for now, and until when; nothing once that is over.
 */
void
ghd_profile_build_status (GhdAccountRow *profile, GhJsonBuilder *builder)
{
  if (*profile->status == '\0'
      || (profile->status_expires_ts > 0 && profile->status_expires_ts <= gh_time_wall_ms ()))
    return;

  gh_json_builder_add_string (builder, "status", profile->status);
  if (profile->status_expires_ts > 0)
    gh_json_builder_add_int (builder, "status_expires_ts", profile->status_expires_ts);
}

/**
 * ghd_profiles_get:
 *
 * Returns: (transfer full): the profile of somebody, whoever asks
 */
GhdAccountRow *
ghd_profiles_get (GhdProfiles *self, const char *user_id, GError **error)
{
  GhdAccountRow *known = g_hash_table_lookup (self->cache, user_id);
  g_autoptr (GhdAccountRow) row = NULL;

  if (known != NULL)
    return ghd_account_row_ref (known);

  row = dex_await_boxed (ghd_store_accounts_get (self->pool, user_id), error);

  return row != NULL ? ghd_account_row_ref (remember (self, row)) : NULL;
}

/**
 * ghd_profiles_get_visible:
 *
 * As ghd_profiles_get(), but somebody with whom @viewer shares no guild does not exist.
 */
GhdAccountRow *
ghd_profiles_get_visible (GhdProfiles *self, const char *viewer, const char *user_id,
                          GError **error)
{
  gboolean share;

  if (!ghd_guilds_share (self->guilds, viewer, user_id, &share, error))
    return NULL;
  if (!share)
    {
      g_propagate_error (error, unknown_user ());
      return NULL;
    }

  return ghd_profiles_get (self, user_id, error);
}

/**
 * ghd_profiles_load:
 * @user_ids: (element-type utf8):
 *
 * Reads those profiles that are not in memory yet, with one query, so that ghd_profiles_peek() finds
 * them.
 */
gboolean
ghd_profiles_load (GhdProfiles *self, GPtrArray *user_ids, GError **error)
{
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = NULL;

  for (guint i = 0; i < user_ids->len; i++)
    if (!g_hash_table_contains (self->cache, g_ptr_array_index (user_ids, i)))
      g_ptr_array_add (missing, g_strdup (g_ptr_array_index (user_ids, i)));
  if (missing->len == 0)
    return TRUE;
  g_ptr_array_add (missing, NULL);

  rows = dex_await_boxed (ghd_store_accounts_get_many (self->pool,
                                                       (const char *const *) missing->pdata),
                          error);
  if (rows == NULL)
    return FALSE;

  for (guint i = 0; i < rows->len; i++)
    remember (self, g_ptr_array_index (rows, i));

  return TRUE;
}

/**
 * ghd_profiles_peek:
 *
 * Returns: (transfer none) (nullable): a profile that was loaded; valid until the next wait
 */
GhdAccountRow *
ghd_profiles_peek (GhdProfiles *self, const char *user_id)
{
  return g_hash_table_lookup (self->cache, user_id);
}

/**
 * ghd_profiles_changed_since:
 *
 * Returns: (transfer full) (element-type GhdAccountRow): the profiles of people who share a guild
 *   with @viewer, and @viewer's own, that changed after @since_ts
 */
GPtrArray *
ghd_profiles_changed_since (GhdProfiles *self, const char *viewer, gint64 since_ts, GError **error)
{
  g_autoptr (GPtrArray) people = ghd_guilds_list_people (self->guilds, viewer, error);

  if (people == NULL)
    return NULL;
  g_ptr_array_add (people, NULL);

  return dex_await_boxed (ghd_store_accounts_changed_since (self->pool,
                                                            (const char *const *) people->pdata,
                                                            since_ts),
                          error);
}

/**
 * ghd_profiles_set:
 *
 * Returns: (transfer full): the profile as it is now
 */
GhdAccountRow *
ghd_profiles_set (GhdProfiles *self, const char *user_id, const GhdProfileEdit *edit,
                  GError **error)
{
  if (!dex_await (ghd_store_accounts_set_profile (self->pool, user_id, edit, gh_time_wall_ms ()),
                  error))
    {
      /* It may be written all the same. */
      g_hash_table_remove (self->cache, user_id);
      return NULL;
    }

  return reload (self, user_id, error);
}

/* Pictures that nobody uses any more go. */
static void
release (GhdProfiles *self, const char *media_id)
{
  g_autoptr (GError) error = NULL;

  if (media_id != NULL && !dex_await (ghd_images_release (self->images, media_id), &error))
    ghd_log_info ("An old picture could not be removed", GHD_LOG_STRING ("error", error->message));
}

static GhdAccountRow *
replace_picture (GhdProfiles *self, const char *user_id, GhdProfilePicture kind,
                 const char *media_id, GError **error)
{
  g_autofree char *before = NULL;
  g_autoptr (GhdAccountRow) after = NULL;
  g_autoptr (GError) local_error = NULL;

  before = dex_await_string (ghd_store_accounts_set_picture (self->pool, user_id, kind, media_id,
                                                             gh_time_wall_ms ()),
                             &local_error);
  if (local_error != NULL)
    {
      /* It may be written all the same. */
      g_hash_table_remove (self->cache, user_id);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  /* Who was not told of it still asks for the one before: better one too many is kept. */
  after = reload (self, user_id, error);
  if (after != NULL)
    release (self, before);

  return g_steal_pointer (&after);
}

GhdAccountRow *
ghd_profiles_set_picture (GhdProfiles *self, const char *user_id, GhdProfilePicture kind,
                          GBytes *raw, const GhdCrop *crop, GError **error)
{
  g_autofree char *media_id = NULL;

  media_id = dex_await_string (ghd_images_store (self->images, raw, crop, user_id), error);
  if (media_id == NULL)
    return NULL;

  return replace_picture (self, user_id, kind, media_id, error);
}

GhdAccountRow *
ghd_profiles_remove_picture (GhdProfiles *self, const char *user_id, GhdProfilePicture kind,
                             GError **error)
{
  return replace_picture (self, user_id, kind, NULL, error);
}
