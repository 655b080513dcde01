/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that nothing uses go, and none that somebody is about to use. */
#include "../store/people-util.h"

#include "gh-id.h"
#include "gh-time.h"
#include "ghd-image-sweep.h"
#include "ghd-store-accounts.h"
#include "ghd-store-media.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

typedef struct
{
  char *folder;
  GhdPool *pool;
  GhdWorker *worker;
  GhdImages *images;
  GhdImageSweep *sweep;
} Place;

static GhdSettings *
load_settings (const char *folder)
{
  g_autofree char *variable = g_strconcat ("GUILDHALL_SERVER_DATA_DIR=", folder, NULL);
  const char *const environment[] = { variable, NULL };
  char *words[] = { (char *) "guildhalld", NULL };
  char **argv = words;
  int argc = 1;
  g_autoptr (GError) error = NULL;
  GhdSettingsMode mode;
  GhdSettings *settings = ghd_settings_load (&argc, &argv, environment, &mode, &error);

  g_assert_no_error (error);
  return settings;
}

static void
place_init (Place *place)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  g_autoptr (GhdSettings) settings = NULL;

  place->folder = store_test_make_dir ();
  settings = load_settings (place->folder);
  place->pool = store_test_pool (conninfo);
  place->worker = ghd_worker_new (1, 8);
  place->images = ghd_images_new (settings, place->pool, place->worker);
  place->sweep = ghd_image_sweep_new (place->pool, place->images);
  g_assert_true (store_test_person (place->pool, "ada", NULL, NULL));
}

static void
place_clear (Place *place)
{
  ghd_image_sweep_stop (place->sweep);
  g_assert_finalize_object (place->sweep);
  g_assert_finalize_object (place->images);
  g_object_unref (place->worker);
  store_test_close (place->pool, NULL);
  store_test_remove_dir (place->folder);
  g_free (place->folder);
}

static char *
file_of (Place *place, const char *media_id)
{
  g_autofree char *local = gh_id_dup_local (GH_ID_MEDIA, media_id);
  g_autofree char *name = g_strconcat (local, "-512.png", NULL);
  char shard[3] = { local[0], local[1], '\0' };

  return g_build_filename (place->folder, "media", shard, name, NULL);
}

/* A picture of that age, as it is stored: a file and a row. */
static char *
make_picture (Place *place, gint64 age_ms)
{
  char *media_id = gh_id_new (GH_ID_MEDIA, "localhost");
  g_autofree char *path = file_of (place, media_id);
  g_autofree char *folder = g_path_get_dirname (path);
  GhdMediaRow media = { .media_id = media_id,
                        .owner = (char *) TEST_USER,
                        .content_type = (char *) "image/png",
                        .sizes = (char *) "512",
                        .bytes = 3,
                        .created_ts = gh_time_wall_ms () - age_ms };

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "png", 3, NULL));
  g_assert_true (dex_await (ghd_store_media_create (place->pool, &media), NULL));
  return media_id;
}

static char *
make_old_picture (Place *place)
{
  return make_picture (place, GHD_IMAGE_SWEEP_AGE_MS + GH_MS_PER_MINUTE);
}

/* Its row and its file are both there, or both gone. */
static gboolean
is_there (Place *place, const char *media_id)
{
  g_autofree char *path = file_of (place, media_id);
  g_autoptr (GhdMediaRow) row = dex_await_boxed (ghd_store_media_get (place->pool, media_id), NULL);

  g_assert_cmpint (g_file_test (path, G_FILE_TEST_EXISTS), ==, row != NULL);
  return row != NULL;
}

static void
use (Place *place, const char *media_id)
{
  g_autoptr (GError) error = NULL;

  dex_await (ghd_store_accounts_set_picture (place->pool, TEST_USER, GHD_PROFILE_IMAGE, media_id,
                                             9),
             &error);
  g_assert_no_error (error);
}

static int
look (Place *place)
{
  g_autoptr (GError) error = NULL;
  int n_removed = dex_await_int (ghd_image_sweep_look (place->sweep), &error);

  g_assert_no_error (error);
  return n_removed;
}

static void
test_at_start (void)
{
  Place place;
  g_autofree char *left = NULL, *used = NULL, *young = NULL;

  place_init (&place);
  left = make_old_picture (&place);
  used = make_old_picture (&place);
  young = make_picture (&place, GHD_IMAGE_SWEEP_AGE_MS - GH_MS_PER_HOUR);
  use (&place, used);

  g_assert_cmpint (look (&place), ==, 1);
  g_assert_false (is_there (&place, left));
  g_assert_true (is_there (&place, used));
  g_assert_true (is_there (&place, young));
  place_clear (&place);
}

/* Somebody sends a picture, and the clock is set on by a day before it is named. */
static void
test_under_way (void)
{
  Place place;
  g_autofree char *left = NULL, *slow = NULL;

  place_init (&place);
  g_assert_cmpint (look (&place), ==, 0);
  left = make_old_picture (&place);
  slow = make_old_picture (&place);

  g_assert_cmpint (look (&place), ==, 0);
  use (&place, slow);
  g_assert_cmpint (look (&place), ==, 1);
  g_assert_false (is_there (&place, left));
  g_assert_true (is_there (&place, slow));

  /* What was in use at a look starts over. */
  use (&place, NULL);
  g_assert_cmpint (look (&place), ==, 0);
  g_assert_true (is_there (&place, slow));
  g_assert_cmpint (look (&place), ==, 1);
  g_assert_false (is_there (&place, slow));
  place_clear (&place);
}

/* A file that cannot be removed keeps its row, by which it is found again. */
static void
test_tried_again (void)
{
  Place place;
  g_autofree char *stuck = NULL, *after = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;

  place_init (&place);
  stuck = make_picture (&place, 2 * GHD_IMAGE_SWEEP_AGE_MS);
  after = make_old_picture (&place);
  path = file_of (&place, stuck);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);

  dex_await_int (ghd_image_sweep_look (place.sweep), &error);
  g_assert_nonnull (error);
  g_assert_true (is_there (&place, stuck));
  g_assert_false (is_there (&place, after));

  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_true (g_file_set_contents (path, "png", 3, NULL));
  g_assert_cmpint (look (&place), ==, 1);
  g_assert_false (is_there (&place, stuck));
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/image-sweep/at-start", test_at_start);
  store_test_add ("/image-sweep/under-way", test_under_way);
  store_test_add ("/image-sweep/tried-again", test_tried_again);
  return store_test_main (argc, argv);
}
