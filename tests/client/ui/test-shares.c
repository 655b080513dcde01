/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is shown in calls, as a person sees it and acts on it, in a real window, filled by hand. */
#include "ghc-call-bar.h"
#include "ghc-call-marks.h"
#include "ghc-camera-dialog.h"
#include "ghc-person-popover.h"
#include "ghc-person-tile.h"
#include "ghc-share-list.h"
#include "ghc-share-menu.h"
#include "ghc-share-popover.h"
#include "ghc-share-stage.h"
#include "ghc-share-view.h"
#include "ghc-share-window.h"
#include "ghc-share-words.h"
#include "ghc-video-grid.h"
#include "ghc-video-picture.h"
#include "ghc-video-zoom.h"
#include "ui-call.h"
#include "ui-card.h"
#include "ui-names.h"
#include "ui-window.h"

#include <dlfcn.h>

typedef struct
{
  UiWorld *world;
  GhcChannel *lounge;
  GhcCallSeat *seat;
  GtkWidget *stage;
  GtkWidget *window;
} Fixture;

static void
settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->world = ui_world_new (0);
  self->lounge = self->world->lounge;
  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost");
  self->seat = ui_seat_new (ghc_channel_get_call (self->lounge));
  self->stage = g_object_new (GHC_TYPE_SHARE_STAGE, NULL);
  self->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 640, 480);
  adw_window_set_content (ADW_WINDOW (self->window), self->stage);
  gtk_window_present (GTK_WINDOW (self->window));
  ghc_share_stage_set_seat (GHC_SHARE_STAGE (self->stage), NULL, self->seat);
  settle ();
}

static void
assert_named (GtkWidget *widget)
{
  g_autofree char *missing = ui_names_find_missing (widget);

  g_assert_cmpstr (missing, ==, "");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->window != NULL)
    {
      assert_named (self->window);
      gtk_window_destroy (GTK_WINDOW (self->window));
    }
  settle ();
  g_assert_finalize_object (self->seat);
  ui_world_free (self->world);
}

static GtkWidget *
find (GtkWidget *from, GType type, const char *label)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (from, type)
      && (label == NULL || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (from)), label) == 0))
    return from;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type, label);
  return found;
}

static GhcShare *
find_share (Fixture *self, const char *user_id, GhcShareKind kind)
{
  return ghc_call_member_get_share (ui_call_find (self->lounge, user_id), kind);
}

static GtkWidget *
get_view (Fixture *self, guint position)
{
  GtkWidget *grid = adw_bin_get_child (ADW_BIN (self->stage));
  GtkWidget *view = gtk_widget_get_first_child (grid);

  while (view != NULL && position-- > 0)
    view = gtk_widget_get_next_sibling (view);
  return view;
}

static void
assert_says (GhcShare *share, const char *text)
{
  g_autofree char *state = ghc_share_describe_state (share);

  g_assert_cmpstr (state, ==, text);
}

static void
assert_person (Fixture *self, guint position, const char *label)
{
  GtkWidget *tile = get_view (self, position);

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
test_watch (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPaintable) card = ui_card_new (1280, 720);
  GhcShare *share;
  GtkWidget *view, *button;

  g_assert_false (gtk_widget_get_visible (self->stage));
  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  g_assert_true (gtk_widget_get_visible (self->stage));
  share = find_share (self, "@ada:localhost", GHC_SHARE_SCREEN);
  view = get_view (self, 0);
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (view)) == share);
  /* Everybody else has a place beside it, also without a camera. */
  assert_person (self, 1, "Ada Okafor, shares a screen");
  assert_person (self, 2, "Robin");
  g_assert_null (get_view (self, 3));
  assert_says (share, "Ada Okafor shares a screen.");
  g_assert_false (ghc_share_get_watched (share));
  g_assert_cmpuint (ui_seat_get_n_told (UI_SEAT (self->seat)), ==, 0);

  button = find (view, GTK_TYPE_BUTTON, "_Watch");
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
  g_assert_nonnull (find (view, GTK_TYPE_BUTTON, "_Try Again"));
  g_assert_true (gtk_widget_get_visible (button));

  g_assert_true (gtk_widget_activate_action (view, "share.unwatch", NULL));
  g_assert_false (ghc_share_get_watched (share));
  g_assert_false (is_large (view));

  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost");
  g_assert_null (get_view (self, 0));
  g_assert_false (gtk_widget_get_visible (self->stage));
}

static gboolean
is_compact (GtkWidget *view)
{
  gboolean compact;

  g_object_get (view, "compact", &compact, NULL);
  return compact;
}

static GtkWidget *
find_tip (GtkWidget *from, const char *tip)
{
  GtkWidget *found = g_strcmp0 (gtk_widget_get_tooltip_text (from), tip) == 0 ? from : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_tip (child, tip);
  return found;
}

static gboolean
is_narrow (gpointer view)
{
  gboolean small;

  g_object_get (view, "small", &small, NULL);
  return small;
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

static gboolean
has_left_out (gpointer grid)
{
  GtkWidget *last = gtk_widget_get_last_child (grid);

  return gtk_widget_get_width (grid) == 336 && !gtk_widget_get_child_visible (last);
}

/* The window is as large as the desktop wants it. */
static void
put_in_width (Fixture *self, GtkWidget *widget, int width)
{
  g_autoptr (GtkWidget) held = g_object_ref_sink (widget);
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), width);
  adw_window_set_content (ADW_WINDOW (self->window), NULL);
  adw_clamp_set_child (ADW_CLAMP (clamp), widget);
  gtk_widget_set_valign (clamp, GTK_ALIGN_START);
  adw_window_set_content (ADW_WINDOW (self->window), clamp);
}

/* Screens first; cameras are seen without asking, once. */
static void
test_several (Fixture *self, gconstpointer data)
{
  GhcShare *camera;
  GtkWidget *first, *second;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/C @brook:localhost/S @me:localhost/C");
  first = get_view (self, 0);
  second = get_view (self, 1);
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (first))
                 == find_share (self, "@brook:localhost", GHC_SHARE_SCREEN));
  camera = find_share (self, "@ada:localhost", GHC_SHARE_CAMERA);
  g_assert_true (ghc_share_view_get_share (GHC_SHARE_VIEW (second)) == camera);
  g_assert_true (ghc_share_get_watched (camera));
  g_assert_false (
    ghc_share_get_watched (find_share (self, "@brook:localhost", GHC_SHARE_SCREEN)));
  assert_says (find_share (self, "@me:localhost", GHC_SHARE_CAMERA), "You share your camera.");

  gtk_widget_activate_action (second, "share.unwatch", NULL);
  ghc_share_stage_set_seat (GHC_SHARE_STAGE (self->stage), NULL, NULL);
  g_assert_null (get_view (self, 0));
  ghc_share_stage_set_seat (GHC_SHARE_STAGE (self->stage), NULL, self->seat);
  g_assert_false (ghc_share_get_watched (camera));
  first = get_view (self, 0);
  second = get_view (self, 1);

  gtk_widget_activate_action (second, "share.focus", NULL);
  g_assert_true (is_large (second));
  g_assert_true (is_compact (first));
  g_assert_false (is_compact (second));
  /* The large one leaves: all are alike again. */
  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost/S @me:localhost/C");
  g_assert_false (is_compact (get_view (self, 0)));
}

/* Whoever's camera is off has a tile with their picture and what can be done about them; the camera takes its place. */
static void
test_people (Fixture *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GhcCallMember *ada;
  GtkWidget *tile;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/m @brook:localhost/C @me:localhost");
  g_assert_true (GHC_IS_SHARE_VIEW (get_view (self, 0)));
  assert_person (self, 1, "Ada Okafor, muted");
  assert_person (self, 2, "Robin");
  ui_window_wait_frames (&window, 3);
  tile = get_view (self, 1);
  ada = ui_call_find (self->lounge, "@ada:localhost");
  g_assert_true (gtk_widget_get_visible (find (tile, GHC_TYPE_CALL_MARKS, NULL)));
  g_assert_true (gtk_widget_activate_action (tile, "person.open", NULL));
  ui_window_wait_frames (&window, 3);
  g_assert_true (gtk_widget_get_mapped (find (tile, GHC_TYPE_PERSON_POPOVER, NULL)));

  ui_call_tell (self->world, self->lounge, "@ada:localhost/C @brook:localhost @me:localhost");
  tile = get_view (self, 0);
  g_assert_true (GHC_IS_SHARE_VIEW (tile));
  assert_person (self, 1, "Brook");
  ghc_call_member_set_speaking (ada, TRUE);
  g_assert_true (gtk_widget_has_css_class (tile, "speaking"));
  ghc_call_member_set_speaking (ada, FALSE);
  g_assert_false (gtk_widget_has_css_class (tile, "speaking"));

  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost @me:localhost");
  g_assert_null (get_view (self, 0));
}

static gboolean
shows (GtkWidget *from, const char *words)
{
  gboolean found = GTK_IS_LABEL (from)
                   && g_strcmp0 (gtk_label_get_label (GTK_LABEL (from)), words) == 0;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && !found;
       child = gtk_widget_get_next_sibling (child))
    found = shows (child, words);
  return found;
}

/* The label at its foot. */
static GtkLabel *
find_name (GtkWidget *from)
{
  GtkLabel *found = NULL;

  if (GTK_IS_LABEL (from) && gtk_widget_has_css_class (from, "caption-heading"))
    return GTK_LABEL (from);
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_name (child);
  return found;
}

/* On a telephone there is no room for buttons: they come with the large picture. */
static void
test_narrow (Fixture *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *view, *button;

  put_in_width (self, self->stage, 336);
  ui_call_tell (self->world, self->lounge,
                "@ada:localhost/C @brook:localhost @dmitri:localhost @me:localhost");
  view = get_view (self, 0);
  button = find_tip (view, "Full Screen (F11)");
  ui_window_wait (&window, is_narrow, view, "the tile to be narrow");
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_true (shows (view, "Ada Okafor"));
  g_assert_true (gtk_widget_activate_action (view, "share.focus", NULL));
  ui_window_wait (&window, is_mapped, button, "the button to be there");
}

/* Of very many, the last are left out; nobody is drawn too small to be known. */
static void
test_very_many (Fixture *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *grid = ghc_video_grid_new ();
  guint shown = 0;

  for (guint i = 0; i < 120; i++)
    ghc_video_grid_add (GHC_VIDEO_GRID (grid), gtk_label_new (""));
  put_in_width (self, grid, 336);
  ui_window_wait (&window, has_left_out, grid, "some to be left out");
  for (GtkWidget *child = gtk_widget_get_first_child (grid); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_child_visible (child))
      {
        g_assert_cmpint (gtk_widget_get_width (child), >=, 48);
        shown++;
      }
  g_assert_cmpuint (shown, >=, 64);
}

static gboolean
says_no_pipewire (gpointer dialog)
{
  return shows (dialog, "Cameras can’t be found. Check that PipeWire is running.");
}

static gboolean
is_gone (gpointer object)
{
  return *(gpointer *) object == NULL;
}

static gboolean
has_names (gpointer view)
{
  return gtk_widget_get_visible (GTK_WIDGET (find_name (view)));
}

static gboolean
has_no_names (gpointer view)
{
  return !has_names (view);
}

/* Beside the large picture there is no room for the names of many; what is left of them would say nothing. */
static void
test_strip (Fixture *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *view;

  put_in_width (self, self->stage, 336);
  ui_call_tell (self->world, self->lounge,
                "@ada:localhost/S @brook:localhost/C @cleo:localhost @dmitri:localhost @emi:localhost "
                "@farid:localhost @me:localhost");
  view = get_view (self, 1);
  g_assert_true (GHC_IS_SHARE_VIEW (view));
  g_assert_true (gtk_widget_activate_action (get_view (self, 0), "share.focus", NULL));
  ui_window_wait (&window, has_no_names, view, "the name to go where it would be cut off");
  g_assert_true (gtk_widget_activate_action (view, "share.focus", NULL));
  ui_window_wait (&window, has_names, view, "the name of the large picture");
  g_assert_true (shows (view, "Brook"));
  /* For a frame, what was there before is still drawn; libadwaita leaks that of a window closed meanwhile. */
  ui_window_wait_frames (&window, 3);
}

static void
test_zoom_keys (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPaintable) card = ui_card_new (1280, 720);
  GtkWidget *picture;
  GhcShare *share;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  share = find_share (self, "@ada:localhost", GHC_SHARE_SCREEN);
  ghc_share_set_watched (share, TRUE);
  ghc_share_set_paintable (share, G_OBJECT (card));
  ghc_share_set_state (share, GHC_SHARE_PLAYING);
  for (guint i = 0; i < 100 && gtk_widget_get_width (get_view (self, 0)) == 0; i++)
    g_main_context_iteration (NULL, TRUE);
  picture = find (get_view (self, 0), GHC_TYPE_VIDEO_PICTURE, NULL);
  g_assert_nonnull (picture);
  gtk_widget_activate_action (picture, "picture.zoom", "d", 1.0);
  g_assert_cmpfloat (ghc_video_picture_get_zoom (GHC_VIDEO_PICTURE (picture)), >, 1);
  gtk_widget_activate_action (picture, "picture.zoom", "d", 0.0);
  g_assert_cmpfloat (ghc_video_picture_get_zoom (GHC_VIDEO_PICTURE (picture)), ==, 1);
}

/* What is told of it goes with it, also while it is read and somebody watches. */
static void
test_details (Fixture *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *popover;
  GhcShare *share;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @brook:localhost/w @me:localhost");
  share = find_share (self, "@ada:localhost", GHC_SHARE_SCREEN);
  ui_window_wait_frames (&window, 3);
  gtk_menu_button_popup (GTK_MENU_BUTTON (find_tip (get_view (self, 0), "Sound and Details")));
  ui_window_wait_frames (&window, 3);
  popover = find (get_view (self, 0), GHC_TYPE_SHARE_POPOVER, NULL);
  g_assert_true (gtk_widget_get_mapped (popover));
  g_object_add_weak_pointer (G_OBJECT (popover), (gpointer *) &popover);
  g_object_add_weak_pointer (G_OBJECT (share), (gpointer *) &share);

  ui_call_tell (self->world, self->lounge, "@ada:localhost @brook:localhost @me:localhost");
  ui_window_wait_frames (&window, 3);
  g_assert_null (popover);
  g_assert_null (share);
}

/* A window of its own closes with what it shows. */
static void
test_window (Fixture *self, gconstpointer data)
{
  GtkWidget *window;

  ui_call_tell (self->world, self->lounge, "@ada:localhost/S @me:localhost");
  ghc_share_set_watched (find_share (self, "@ada:localhost", GHC_SHARE_SCREEN), TRUE);
  window = ghc_share_window_new (GHC_SHARE_VIEW (get_view (self, 0)), FALSE);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Screen of Ada Okafor");
  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost");
  for (guint i = 0; i < 100 && window != NULL; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (window);
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
  g_assert_cmpstr (fast, ==, "1920 × 1080 · 30 pictures/s · 2.1 Mbit/s");
  ghc_share_set_bitrate (share, 380400);
  slow = ghc_share_describe_picture (share);
  g_assert_cmpstr (slow, ==, "1920 × 1080 · 30 pictures/s · 380 kbit/s");
}

static void
assert_own (GhcShare *share, const char *problem, const char *sound_problem, const char *text)
{
  g_autofree char *own = ghc_share_describe_own (GHC_SHARE_SCREEN, share, problem, sound_problem);

  g_assert_cmpstr (own, ==, text);
}

static void
test_own_words (Fixture *self, gconstpointer data)
{
  GhcShare *share;

  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost/S");
  share = find_share (self, "@me:localhost", GHC_SHARE_SCREEN);
  assert_own (NULL, NULL, NULL, "Starting to share your screen…");
  assert_own (share, NULL, NULL, "You share your screen. Nobody is watching.");
  assert_own (share, NULL, "Silence.", "You share your screen. Nobody is watching.\nSilence.");
  assert_own (share, "No encoder.", NULL, "No encoder.");
  assert_own (share, "No encoder.", "Silence.", "No encoder.\nSilence.");
}

/* Where no camera can be found, the dialog says why, and shows nobody anything. */
static void
test_camera_dialog (Fixture *self, gconstpointer data)
{
  g_autoptr (GListStore) sessions = g_list_store_new (GHC_TYPE_SESSION);
  g_autoptr (GSettings) settings = g_settings_new_with_path (GUILDHALL_APPLICATION_ID,
                                                             "/org/guildhall/Guildhall/");
  GhcCallDesk *desk = ghc_call_desk_new (G_LIST_MODEL (sessions), settings, ui_voice_new);
  UiWindow window = { .window = self->window };
  AdwDialog *dialog;

  ghc_call_desk_set_seat (desk, NULL, self->seat);
  dialog = ghc_camera_dialog_new (ghc_call_desk_get_sharing (desk));
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  adw_dialog_present (dialog, self->window);
  ui_window_wait (&window, says_no_pipewire, dialog, "the dialog to say why");
  g_assert_false (gtk_widget_get_sensitive (adw_dialog_get_default_widget (dialog)));
  assert_named (GTK_WIDGET (dialog));
  ghc_call_desk_set_seat (desk, NULL, NULL);
  ui_window_wait (&window, is_gone, &dialog, "the dialog to close with the call");
  g_assert_finalize_object (desk);
}

static void
on_notice (GString *heard, const char *sentence)
{
  g_string_append_printf (heard, "[%s]", sentence);
}

/* How a screen is shown is remembered, and shown in the menu; the menu opens no camera, and goes with what it
 * hangs on. */
static void
test_menu (Fixture *self, gconstpointer data)
{
  g_autoptr (GListStore) sessions = g_list_store_new (GHC_TYPE_SESSION);
  g_autoptr (GSettings) settings = g_settings_new_with_path (GUILDHALL_APPLICATION_ID,
                                                             "/org/guildhall/Guildhall/");
  GhcCallDesk *desk = ghc_call_desk_new (G_LIST_MODEL (sessions), settings, ui_voice_new);
  g_autoptr (GString) heard = g_string_new (NULL);
  GtkWidget *bar = ghc_call_bar_new ();
  GtkWidget *button, *menu;
  UiWindow window = { .window = self->window };
  GhcVideoQuality quality = { 480, 5, 1500000, GHC_VIDEO_MOTION };

  g_signal_connect_swapped (desk, "notice", G_CALLBACK (on_notice), heard);
  g_settings_set_string (settings, "share-restore-token", "");
  ghc_sharing_set_quality (ghc_call_desk_get_sharing (desk), &quality);
  g_assert_cmpuint (g_settings_get_uint (settings, "share-height"), ==, 480);
  adw_window_set_content (ADW_WINDOW (self->window), bar);
  self->stage = NULL;
  g_object_set (bar, "desk", desk, NULL);
  ghc_call_desk_set_seat (desk, NULL, self->seat);
  settle ();

  menu = find (bar, GHC_TYPE_SHARE_MENU, NULL);
  g_assert_nonnull (menu);
  button = gtk_widget_get_parent (menu);
  ui_window_wait_frames (&window, 3);
  g_assert_true (gtk_widget_get_visible (button));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ui_window_wait_frames (&window, 3);
  g_assert_null (ghc_sharing_get_broadcast (ghc_call_desk_get_sharing (desk), GHC_SHARE_CAMERA));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find (menu, GTK_TYPE_SPIN_BUTTON, NULL)), 3.5);
  ghc_sharing_get_quality (ghc_call_desk_get_sharing (desk), &quality);
  g_assert_cmpuint (quality.max_height, ==, 480);
  g_assert_cmpuint (quality.frame_rate, ==, 5);
  g_assert_cmpuint (quality.bitrate, ==, 3500000);
  g_assert_cmpint (quality.preference, ==, GHC_VIDEO_MOTION);

  g_assert_true (gtk_widget_get_mapped (menu));
  ghc_call_seat_set_may_share (self->seat, FALSE);
  g_assert_false (gtk_widget_get_visible (button));
  ghc_call_seat_set_may_share (self->seat, TRUE);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_false (gtk_widget_get_visible (menu));
  ui_window_wait_frames (&window, 3);
  /* Also when it was open twice, and the second time while the call ended. */
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ui_window_wait_frames (&window, 3);
  g_assert_true (gtk_widget_get_mapped (menu));
  ghc_call_desk_set_seat (desk, NULL, NULL);
  g_assert_cmpstr (heard->str, ==, "");
  assert_named (self->window);
  g_object_add_weak_pointer (G_OBJECT (bar), (gpointer *) &bar);
  g_object_add_weak_pointer (G_OBJECT (button), (gpointer *) &button);
  g_object_add_weak_pointer (G_OBJECT (menu), (gpointer *) &menu);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->window)));
  settle ();
  g_assert_null (bar);
  g_assert_null (button);
  g_assert_null (menu);
  g_assert_finalize_object (desk);
}

#define ADD(name, func) g_test_add ("/shares/" name, Fixture, NULL, set_up, func, tear_down)

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
  ADD ("watch", test_watch);
  ADD ("several", test_several);
  ADD ("people", test_people);
  ADD ("narrow", test_narrow);
  ADD ("strip", test_strip);
  ADD ("camera-dialog", test_camera_dialog);
  ADD ("very-many", test_very_many);
  ADD ("zoom-keys", test_zoom_keys);
  ADD ("details", test_details);
  ADD ("window", test_window);
  ADD ("own-words", test_own_words);
  ADD ("menu", test_menu);

  return g_test_run ();
}
