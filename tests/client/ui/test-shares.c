/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others show in calls, as a person sees it and acts on it, in a real window, filled by hand. */
#include "ghc-call-marks.h"
#include "ghc-person-popover.h"
#include "ghc-person-tile.h"
#include "ghc-share-popover.h"
#include "ghc-share-rest.h"
#include "ghc-share-stage.h"
#include "ghc-share-view.h"
#include "ghc-share-window.h"
#include "ghc-share-words.h"
#include "ghc-video-grid.h"
#include "ghc-video-picture.h"
#include "ghc-video-zoom.h"
#include "ui-card.h"
#include "ui-stage.h"

#include <dlfcn.h>

static void
assert_says (GhcShare *share, const char *text)
{
  g_autofree char *state = ghc_share_describe_state (share);

  g_assert_cmpstr (state, ==, text);
}

static void
assert_person (UiStage *self, guint position, const char *label)
{
  GtkWidget *tile = ui_stage_get_view (self, position);

  g_assert_true (GHC_IS_PERSON_TILE (tile));
  gtk_test_accessible_assert_property (tile, GTK_ACCESSIBLE_PROPERTY_LABEL, label);
}

/* Whether it is the large one. */
static gboolean
is_large (GtkWidget *view)
{
  return ghc_video_grid_get_focus (GHC_VIDEO_GRID (gtk_widget_get_parent (view))) == view;
}

static void
test_watch (UiStage *self, gconstpointer data)
{
  g_autoptr (GdkPaintable) card = ui_card_new (1280, 720);
  GhcShare *share;
  GtkWidget *view, *button;

  g_assert_false (gtk_widget_get_visible (self->stage));
  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  g_assert_true (gtk_widget_get_visible (self->stage));
  share = ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_SCREEN);
  view = ui_stage_get_view (self, 0);
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (view)) == share);
  /* Everybody else has a place beside it, also without a camera. */
  assert_person (self, 1, "Ada Okafor, shares a screen");
  assert_person (self, 2, "Robin");
  g_assert_null (ui_stage_get_view (self, 3));
  assert_says (share, "Ada Okafor shares a screen.");
  g_assert_false (ghc_share_get_watched (share));
  g_assert_cmpuint (ui_seat_get_n_told (UI_SEAT (self->seat)), ==, 0);

  button = ui_stage_find (view, GTK_TYPE_BUTTON, "_Watch");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (ghc_share_get_watched (share));
  g_assert_true (is_large (view));
  g_assert_cmpuint (ui_seat_get_n_told (UI_SEAT (self->seat)), ==, 1);
  assert_says (share, "Waiting for the picture…");
  g_assert_false (gtk_widget_get_visible (button));

  ghc_share_set_paintable (share, G_OBJECT (card));
  ghc_share_set_state (share, GHC_SHARE_PLAYING);
  assert_says (share, NULL);
  ghc_share_set_state (share, GHC_SHARE_PAUSED);
  assert_says (share, "Your connection can’t keep up. You hear the sound; the picture comes back when "
                      "the connection can carry it.");
  ghc_share_set_state (share, GHC_SHARE_FAILED);
  g_assert_nonnull (ui_stage_find (view, GTK_TYPE_BUTTON, "_Try Again"));
  g_assert_true (gtk_widget_get_visible (button));

  g_assert_true (gtk_widget_activate_action (view, "share.unwatch", NULL));
  g_assert_false (ghc_share_get_watched (share));
  g_assert_false (is_large (view));

  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost");
  g_assert_null (ui_stage_get_view (self, 0));
  g_assert_false (gtk_widget_get_visible (self->stage));
}

static gboolean
is_compact (GtkWidget *view)
{
  gboolean compact;

  g_object_get (view, "compact", &compact, NULL);
  return compact;
}

/* Screens first; cameras are seen without asking, once. */
static void
test_several (UiStage *self, gconstpointer data)
{
  GhcShare *camera;
  GtkWidget *first, *second;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/C @brook:localhost/S @me:localhost/C");
  first = ui_stage_get_view (self, 0);
  second = ui_stage_get_view (self, 1);
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (first))
                 == ui_stage_find_share (self, "@brook:localhost", GHC_SHARE_SCREEN));
  camera = ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_CAMERA);
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (second)) == camera);
  g_assert_true (ghc_share_get_watched (camera));
  g_assert_false (
    ghc_share_get_watched (ui_stage_find_share (self, "@brook:localhost", GHC_SHARE_SCREEN)));
  assert_says (ui_stage_find_share (self, "@me:localhost", GHC_SHARE_CAMERA), "You share your camera.");

  gtk_widget_activate_action (second, "share.unwatch", NULL);
  ghc_share_stage_set_seat (GHC_SHARE_STAGE (self->stage), NULL, NULL);
  g_assert_null (ui_stage_get_view (self, 0));
  ghc_share_stage_set_seat (GHC_SHARE_STAGE (self->stage), NULL, self->seat);
  g_assert_false (ghc_share_get_watched (camera));
  first = ui_stage_get_view (self, 0);
  second = ui_stage_get_view (self, 1);

  gtk_widget_activate_action (second, "share.focus", NULL);
  g_assert_true (is_large (second));
  g_assert_true (is_compact (first));
  g_assert_false (is_compact (second));
  /* The large one leaves: all are alike again. */
  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost/S @me:localhost/C");
  g_assert_false (is_compact (ui_stage_get_view (self, 0)));
}

static void
play (GhcShare *share, GdkPaintable *card)
{
  ghc_share_set_watched (share, TRUE);
  ghc_share_set_paintable (share, (GObject *) card);
  ghc_share_set_state (share, GHC_SHARE_PLAYING);
}

static gboolean
is_drawn (GtkWidget *view, GdkPaintable *card)
{
  GtkWidget *picture = ui_stage_find (view, GHC_TYPE_VIDEO_PICTURE, NULL);
  g_autoptr (GdkPaintable) paintable = NULL;

  g_object_get (picture, "paintable", &paintable, NULL);
  return paintable == card && gtk_widget_get_mapped (picture) && gtk_widget_get_width (picture) > 0;
}

/* The screens of several people are seen at once, in one window; when one is made large the others are still seen. */
static void
test_screens (UiStage *self, gconstpointer data)
{
  const char *const users[] = { "@ada:localhost", "@brook:localhost" };
  g_autoptr (GdkPaintable) wide = ui_card_new (1280, 720);
  g_autoptr (GdkPaintable) narrow = ui_card_new (800, 600);
  GdkPaintable *const cards[] = { wide, narrow };
  UiWindow window = { .window = self->window };

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @brook:localhost/S @me:localhost");
  for (guint i = 0; i < 2; i++)
    play (ui_stage_find_share (self, users[i], GHC_SHARE_SCREEN), cards[i]);
  for (guint large = 0; large < 3; large++)
    {
      if (large < 2)
        gtk_widget_activate_action (ui_stage_get_view (self, large), "share.focus", NULL);
      ui_window_wait_frames (&window, 3);
      for (guint i = 0; i < 2; i++)
        {
          GtkWidget *view = ui_stage_get_view (self, i);

          g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (view))
                         == ui_stage_find_share (self, users[i], GHC_SHARE_SCREEN));
          g_assert_true (is_drawn (view, cards[i]));
          if (large < 2)
            g_assert_true (is_large (view) == (i == large));
        }
    }
  /* One ends: the other is seen on. */
  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost/S @me:localhost");
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (ui_stage_get_view (self, 0)))
                 == ui_stage_find_share (self, users[1], GHC_SHARE_SCREEN));
  ui_window_wait_frames (&window, 3);
  g_assert_true (is_drawn (ui_stage_get_view (self, 0), narrow));
}

/* Whoever's camera is off has a tile with their picture and what can be done about them; the camera takes its place. */
static void
test_people (UiStage *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GhcCallMember *ada;
  GtkWidget *tile;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/m @brook:localhost/C @me:localhost");
  g_assert_true (GHC_IS_SHARE_VIEW (ui_stage_get_view (self, 0)));
  assert_person (self, 1, "Ada Okafor, muted");
  assert_person (self, 2, "Robin");
  ui_window_wait_frames (&window, 3);
  tile = ui_stage_get_view (self, 1);
  ada = ui_call_find (self->lounge, "@ada:localhost");
  g_assert_true (gtk_widget_get_visible (ui_stage_find (tile, GHC_TYPE_CALL_MARKS, NULL)));
  g_assert_true (gtk_widget_activate_action (tile, "person.open", NULL));
  ui_window_wait_frames (&window, 3);
  g_assert_true (gtk_widget_get_mapped (ui_stage_find (tile, GHC_TYPE_PERSON_POPOVER, NULL)));

  ui_call_tell (self->world, self->lounge, "@ada:localhost/C @brook:localhost @me:localhost");
  tile = ui_stage_get_view (self, 0);
  g_assert_true (GHC_IS_SHARE_VIEW (tile));
  assert_person (self, 1, "Brook");
  ghc_call_member_set_speaking (ada, TRUE);
  g_assert_true (gtk_widget_has_css_class (tile, "speaking"));
  ghc_call_member_set_speaking (ada, FALSE);
  g_assert_false (gtk_widget_has_css_class (tile, "speaking"));

  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost @me:localhost");
  g_assert_null (ui_stage_get_view (self, 0));
}

static gboolean
is_resting (gpointer view)
{
  return gtk_widget_has_css_class (view, "resting");
}

/* What can be done about a picture goes away while nobody does anything, and not from under the keyboard. */
static void
test_rest (UiStage *self, gconstpointer data)
{
  g_autoptr (GhcShareRest) rest = NULL;
  GtkWidget *view, *button, *controls;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  play (ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_SCREEN), NULL);
  view = ui_stage_get_view (self, 0);
  button = ui_stage_find_tip (view, "Full Screen (F11)");
  controls = gtk_widget_get_parent (button);
  rest = ghc_share_rest_new (view, controls);
  /* Not where there is something beside it. */
  g_assert_false (ghc_share_rest_begin (rest));
  g_assert_false (is_resting (view));

  ghc_share_rest_set_active (rest, TRUE);
  g_assert_true (gtk_widget_grab_focus (view));
  g_assert_false (is_resting (view));
  g_assert_true (ghc_share_rest_begin (rest));
  g_assert_true (is_resting (view));
  g_assert_false (gtk_widget_get_can_target (controls));

  g_assert_true (gtk_widget_grab_focus (button));
  g_assert_false (is_resting (view));
  g_assert_true (gtk_widget_get_can_target (controls));
  g_assert_false (ghc_share_rest_begin (rest));
  g_assert_false (is_resting (view));

  g_assert_true (gtk_widget_grab_focus (view));
  g_assert_true (ghc_share_rest_begin (rest));
  ghc_share_rest_set_active (rest, FALSE);
  g_assert_false (is_resting (view));
  g_assert_true (gtk_widget_get_can_target (controls));
  g_assert_false (ghc_share_rest_begin (rest));

  /* The button that was clicked to come there has the focus, and does not keep them. */
  g_assert_true (gtk_widget_grab_focus (button));
  ghc_share_rest_set_active (rest, TRUE);
  g_assert_true (ghc_share_rest_begin (rest));
  g_assert_true (is_resting (view));
  ghc_share_rest_set_active (rest, FALSE);
}

static gboolean
is_full (gpointer window)
{
  return gtk_window_is_fullscreen (window);
}

static gboolean
is_awake (gpointer view)
{
  return !is_resting (view);
}

/* By itself in a full screen, and not in a small window. */
static void
test_full_screen_rests (UiStage *self, gconstpointer data)
{
  UiWindow window = { 0 };
  GtkWidget *view, *full;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  play (ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_SCREEN), NULL);
  full = ghc_share_window_new (GHC_SHARE_VIEW (ui_stage_get_view (self, 0)), TRUE);
  view = ui_stage_find (full, GHC_TYPE_SHARE_VIEW, NULL);
  gtk_window_present (GTK_WINDOW (full));
  /* What it covers is not drawn. */
  window.window = full;
  ui_window_wait (&window, is_full, full, "the full screen");
  ui_window_wait (&window, is_resting, view, "the controls to go away");
  gtk_window_unfullscreen (GTK_WINDOW (full));
  ui_window_wait (&window, is_awake, view, "the controls of a small window");
  gtk_window_fullscreen (GTK_WINDOW (full));
  ui_window_wait (&window, is_full, full, "the full screen again");
  /* Closed from there, too. */
  gtk_window_destroy (GTK_WINDOW (full));
  ui_stage_settle ();
}

static gboolean
has_room (gpointer self)
{
  return gtk_widget_get_width (ui_stage_get_view (self, 0)) > 0;
}

static void
test_zoom_keys (UiStage *self, gconstpointer data)
{
  g_autoptr (GdkPaintable) card = ui_card_new (1280, 720);
  UiWindow window = { .window = self->window };
  GtkWidget *picture;
  GhcShare *share;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  share = ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_SCREEN);
  ghc_share_set_watched (share, TRUE);
  ghc_share_set_paintable (share, G_OBJECT (card));
  ghc_share_set_state (share, GHC_SHARE_PLAYING);
  ui_window_wait (&window, has_room, self, "the picture to have room");
  picture = ui_stage_find (ui_stage_get_view (self, 0), GHC_TYPE_VIDEO_PICTURE, NULL);
  g_assert_nonnull (picture);
  gtk_widget_activate_action (picture, "picture.zoom", "d", 1.0);
  g_assert_cmpfloat (ghc_video_picture_get_zoom (GHC_VIDEO_PICTURE (picture)), >, 1);
  gtk_widget_activate_action (picture, "picture.zoom", "d", 0.0);
  g_assert_cmpfloat (ghc_video_picture_get_zoom (GHC_VIDEO_PICTURE (picture)), ==, 1);
}

/* @pointer: a weak one */
static gboolean
is_gone (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* What is told of it goes with it, also while it is read and somebody watches. */
static void
test_details (UiStage *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *popover;
  GhcShare *share;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @brook:localhost/w @me:localhost");
  share = ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_SCREEN);
  ui_window_wait_frames (&window, 3);
  gtk_menu_button_popup (GTK_MENU_BUTTON (ui_stage_find_tip (ui_stage_get_view (self, 0), "Sound and Details")));
  ui_window_wait_frames (&window, 3);
  popover = ui_stage_find (ui_stage_get_view (self, 0), GHC_TYPE_SHARE_POPOVER, NULL);
  g_assert_true (gtk_widget_get_mapped (popover));
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  g_object_add_weak_pointer (G_OBJECT (share), (gpointer *) &share);

  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost @me:localhost");
  ui_window_wait (&window, is_gone, &popover, "the popover to go");
  ui_window_wait (&window, is_gone, &share, "the share to go");
}

/* A window of its own closes with what it shows. */
static void
test_window (UiStage *self, gconstpointer data)
{
  GtkWidget *window;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  ghc_share_set_watched (ui_stage_find_share (self, "@ada:localhost", GHC_SHARE_SCREEN), TRUE);
  window = ghc_share_window_new (GHC_SHARE_VIEW (ui_stage_get_view (self, 0)), FALSE);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Screen of Ada Okafor");
  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost");
  while (window != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_zoom (void)
{
  GhcVideoZoom zoom = GHC_VIDEO_ZOOM_WHOLE;

  /* The point under the pointer stays there. */
  ghc_video_zoom_by (&zoom, 4, 0.25, 0.5);
  g_assert_cmpfloat_with_epsilon (zoom.x + (0.25 - 0.5) / zoom.scale, 0.25, 1e-9);
  g_assert_cmpfloat_with_epsilon (zoom.y, 0.5, 1e-9);
  /* Never beside the picture, never smaller than whole, never without end. */
  ghc_video_zoom_pan (&zoom, 100, -100);
  g_assert_cmpfloat_with_epsilon (zoom.x, 0.125, 1e-9);
  g_assert_cmpfloat_with_epsilon (zoom.y, 0.875, 1e-9);
  ghc_video_zoom_by (&zoom, 1e9, 0, 1);
  g_assert_cmpfloat (zoom.scale, ==, GHC_VIDEO_ZOOM_MAX);
  ghc_video_zoom_by (&zoom, 1e-9, 1, 0);
  g_assert_cmpfloat (zoom.scale, ==, 1);
  g_assert_cmpfloat (zoom.x, ==, 0.5);
  g_assert_cmpfloat (zoom.y, ==, 0.5);
}

static void
test_words (void)
{
  g_autoptr (GhcUser) user = ghc_user_new ("@ada:localhost");
  g_autoptr (GhcCallMember) member = ghc_call_member_new (user, "ada");
  g_autoptr (GhcShare) share = ghc_share_new (member, GHC_SHARE_SCREEN);
  g_autofree char *none = ghc_share_describe_picture (share);
  g_autofree char *fast = NULL;
  g_autofree char *slow = NULL;

  g_assert_cmpstr (none, ==, "No picture yet");
  ghc_share_set_size (share, 1920, 1080);
  ghc_share_set_frame_rate (share, 29.7);
  ghc_share_set_bitrate (share, 2140000);
  fast = ghc_share_describe_picture (share);
  g_assert_cmpstr (fast, ==, "1920 × 1080 · 30 frames/s · 2.1 Mbit/s");
  ghc_share_set_bitrate (share, 380400);
  slow = ghc_share_describe_picture (share);
  g_assert_cmpstr (slow, ==, "1920 × 1080 · 30 frames/s · 380 kbit/s");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* There are no cameras, whatever this computer has. */
  g_setenv ("PIPEWIRE_REMOTE", "nowhere", TRUE);
  /* PipeWire loads it and lets it go again, and the leak checker takes what it keeps for lost. */
  dlopen ("libdbus-1.so.3", RTLD_NOW | RTLD_NODELETE);
  dex_init ();
  adw_init ();

  g_test_add_func ("/shares/zoom", test_zoom);
  g_test_add_func ("/shares/words", test_words);
  UI_STAGE_TEST ("watch", test_watch);
  UI_STAGE_TEST ("several", test_several);
  UI_STAGE_TEST ("screens", test_screens);
  UI_STAGE_TEST ("people", test_people);
  UI_STAGE_TEST ("rest", test_rest);
  UI_STAGE_TEST ("full-screen-rests", test_full_screen_rests);
  UI_STAGE_TEST ("zoom-keys", test_zoom_keys);
  UI_STAGE_TEST ("details", test_details);
  UI_STAGE_TEST ("window", test_window);
  test_shares_add_room ();
  test_shares_add_own ();
  return g_test_run ();
}
