/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one shows oneself: how that is begun and how it is told of. */
#include "ghc-call-bar.h"
#include "ghc-camera-dialog.h"
#include "ghc-encoding.h"
#include "ghc-share-menu.h"
#include "ghc-share-words.h"
#include "ui-stage.h"

static void
assert_own (GhcShare *share, const char *problem, const char *sound_problem, const char *text)
{
  g_autofree char *own = ghc_share_describe_own (GHC_SHARE_SCREEN, share, problem, sound_problem);

  g_assert_cmpstr (own, ==, text);
}

static void
test_own_words (UiStage *self, gconstpointer data)
{
  GhcShare *share;

  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost/S");
  share = ui_stage_find_share (self, "@me:localhost", GHC_SHARE_SCREEN);
  assert_own (NULL, NULL, NULL, "Starting to share your screen…");
  assert_own (share, NULL, NULL, "You share your screen. Nobody is watching.");
  assert_own (share, NULL, "Silence.", "You share your screen. Nobody is watching.\nSilence.");
  assert_own (share, "No encoder.", NULL, "No encoder.");
  assert_own (share, "No encoder.", "Silence.", "No encoder.\nSilence.");
}

static gboolean
says_no_pipewire (gpointer dialog)
{
  return ui_stage_shows (dialog, "Cameras can’t be found. Check that PipeWire is running.");
}

static gboolean
is_gone (gpointer object)
{
  return *(gpointer *) object == NULL;
}

/* Once more, as PipeWire may run meanwhile: until it is known, nothing can be pressed. */
static void
try_again (UiWindow *window, AdwDialog *dialog, const char *shows)
{
  GtkWidget *button = adw_dialog_get_default_widget (dialog);

  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "_Try Again");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, shows);
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_false (says_no_pipewire (dialog));
  ui_window_wait (window, says_no_pipewire, dialog, "the dialog to say why again");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (button)), ==, "_Try Again");
}

/* Where no camera can be found, the dialog says why, and shows nobody anything. */
static void
test_camera_dialog (UiStage *self, gconstpointer data)
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
  try_again (&window, dialog, "_Show Me to the Others");
  ui_stage_assert_named (GTK_WIDGET (dialog));
  ghc_call_desk_set_seat (desk, NULL, NULL);
  ui_window_wait (&window, is_gone, &dialog, "the dialog to close with the call");
  g_assert_finalize_object (desk);
}

/* Before one is in a call it goes on without one; and goes when one went in by another way. */
static void
test_camera_before (UiStage *self, gconstpointer data)
{
  g_autoptr (GListStore) sessions = g_list_store_new (GHC_TYPE_SESSION);
  g_autoptr (GSettings) settings = g_settings_new_with_path (GUILDHALL_APPLICATION_ID,
                                                             "/org/guildhall/Guildhall/");
  GhcCallDesk *desk = ghc_call_desk_new (G_LIST_MODEL (sessions), settings, ui_voice_new);
  UiWindow window = { .window = self->window };
  AdwDialog *dialog = ghc_camera_dialog_new_to_join (ghc_call_desk_get_sharing (desk), NULL, self->lounge);

  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  adw_dialog_present (dialog, self->window);
  ui_window_wait (&window, says_no_pipewire, dialog, "the dialog to say why");
  try_again (&window, dialog, "_Join and Show Me");
  ghc_call_desk_set_seat (desk, NULL, self->seat);
  ui_window_wait (&window, is_gone, &dialog, "the dialog to close with the joining");
  ghc_call_desk_set_seat (desk, NULL, NULL);
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
test_menu (UiStage *self, gconstpointer data)
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
  ui_stage_settle ();

  menu = ui_stage_find (bar, GHC_TYPE_SHARE_MENU, NULL);
  g_assert_nonnull (menu);
  button = gtk_widget_get_parent (menu);
  ui_window_wait_frames (&window, 3);
  g_assert_true (gtk_widget_get_visible (button));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ui_window_wait_frames (&window, 3);
  g_assert_null (ghc_sharing_get_broadcast (ghc_call_desk_get_sharing (desk), GHC_SHARE_CAMERA));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (ui_stage_find (menu, GTK_TYPE_SPIN_BUTTON, NULL)), 3.5);
  ghc_sharing_get_quality (ghc_call_desk_get_sharing (desk), &quality);
  g_assert_cmpuint (quality.max_height, ==, 480);
  g_assert_cmpuint (quality.frame_rate, ==, 5);
  g_assert_cmpuint (quality.bitrate, ==, 3500000);
  /* No more can be chosen than is sent. */
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (ui_stage_find (menu, GTK_TYPE_SPIN_BUTTON, NULL)), 50);
  ghc_sharing_get_quality (ghc_call_desk_get_sharing (desk), &quality);
  g_assert_cmpuint (quality.bitrate, ==, ghc_encoding_find_bitrate (&quality, 3840, 2160));
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
  ui_stage_assert_named (self->window);
  g_object_add_weak_pointer (G_OBJECT (bar), (gpointer *) &bar);
  g_object_add_weak_pointer (G_OBJECT (button), (gpointer *) &button);
  g_object_add_weak_pointer (G_OBJECT (menu), (gpointer *) &menu);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->window)));
  ui_stage_settle ();
  g_assert_null (bar);
  g_assert_null (button);
  g_assert_null (menu);
  g_assert_finalize_object (desk);
}

void
test_shares_add_own (void)
{
  UI_STAGE_TEST ("own-words", test_own_words);
  UI_STAGE_TEST ("camera-dialog", test_camera_dialog);
  UI_STAGE_TEST ("camera-before", test_camera_before);
  UI_STAGE_TEST ("menu", test_menu);
}
