/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a person sees of calls, in a window, without a server and without sound, for looking at:
 * gallery-calls [--dark] SCENE. look.py takes pictures of all scenes. */
#include "ghc-call-bar.h"
#include "ghc-camera-dialog.h"
#include "ghc-content.h"
#include "ghc-mute-buttons.h"
#include "ghc-preferences.h"
#include "ghc-shortcuts.h"
#include "ghc-sidebar.h"
#include "ghc-toast.h"
#include "ui-call.h"
#include "ui-card.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  const char  *scene;
  gboolean     is_dark;
  UiWorld     *world;
  GSettings   *settings;
  GhcCallDesk *desk;
  GtkWidget   *window;
} Gallery;

static gboolean
is (Gallery    *self,
    const char *scene)
{
  return g_str_has_prefix (self->scene, scene);
}

static void
take_seat (Gallery *self)
{
  GhcChannel *lounge = self->world->lounge;
  g_autoptr (GhcCallSeat) seat = ui_seat_new (ghc_channel_get_call (lounge));

  ghc_call_set_joined (ghc_channel_get_call (lounge), TRUE);
  ghc_call_desk_set_seat (self->desk, NULL, seat);
  ui_voice_set_problem (ghc_call_desk_get_voice (self->desk),
                        is (self, "call-unplugged") ? GHC_VOICE_PROBLEM_MICROPHONE_GONE : GHC_VOICE_PROBLEM_NONE);
  if (is (self, "call-away"))
    ghc_call_seat_set_state (seat, GHC_SEAT_RECONNECTING);
  else if (is (self, "call-silenced"))
    ghc_call_seat_set_allowed (seat, TRUE, TRUE);
  else if (is (self, "call-listen"))
    ghc_call_seat_set_allowed (seat, FALSE, FALSE);
  else if (is (self, "call-deafened"))
    g_object_set (self->desk, "deafened", TRUE, NULL);
  else if (is (self, "call-muted"))
    g_object_set (self->desk, "muted", TRUE, NULL);
}

static void
play (GhcShare *share,
      int       width,
      int       height)
{
  g_autoptr (GdkPaintable) card = ui_card_new (width, height);

  ghc_share_set_watched (share, TRUE);
  ghc_share_set_state (share, GHC_SHARE_PLAYING);
  ghc_share_set_size (share, (guint) width, (guint) height);
  ghc_share_set_frame_rate (share, 29.8);
  ghc_share_set_bitrate (share, 2140000);
  ghc_share_set_codec_element (share, "openh264dec");
  ghc_share_set_paintable (share, G_OBJECT (card));
}

/* Who shows what. */
static const struct
{
  const char *scene;
  const char *people;
} shows[] = {
  { "share-offered", "@ada:localhost/S @brook:localhost @me:localhost" },
  { "share-alone", "@me:localhost/C" },
  { "share-two", "@ada:localhost/C @me:localhost/m" },
  { "share-three", "@ada:localhost/C @brook:localhost/m @me:localhost/C" },
  { "share-own", "@me:localhost/S @ada:localhost/w @brook:localhost" },
  { "share-many", "@ada:localhost/S @brook:localhost/Cw @me:localhost/Cw @dmitri:localhost/Cm @emi:localhost/C "
                  "@farid:localhost/md @cleo:localhost" },
  { "share", "@ada:localhost/S @brook:localhost/w @me:localhost/w @dmitri:localhost/C" },
};

static void
set_state (Gallery       *self,
           GhcShareState  state)
{
  ghc_share_set_state (ghc_call_member_get_screen (ui_call_find (self->world->lounge, "@ada:localhost")), state);
}

/* What is shown in a call, in each of its states. */
static void
make_shares (Gallery *self)
{
  GhcChannel *lounge = self->world->lounge;
  GhcCall *call = ghc_channel_get_call (lounge);
  guint scene = 0;

  while (!is (self, shows[scene].scene))
    scene++;
  ui_call_tell (self->world, lounge, shows[scene].people);
  take_seat (self);
  if (is (self, "share-menu-again"))
    g_settings_set_string (self->settings, "share-restore-token", "what was shared last");
  if (is (self, "share-offered"))
    return;

  for (guint i = 0; i < ghc_call_get_n_members (call); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (ghc_call_get_members (call), i);

      ghc_call_member_set_speaking (member, i == 0 || i == 3);
      if (ghc_call_member_get_screen (member) != NULL)
        play (ghc_call_member_get_screen (member), 1920, 1080);
      if (ghc_call_member_get_camera (member) != NULL)
        play (ghc_call_member_get_camera (member), 640, 480);
    }
  if (is (self, "share-grid"))
    ghc_share_set_watched (ghc_call_member_get_screen (ui_call_find (lounge, "@ada:localhost")), FALSE);
  else if (is (self, "share-waiting"))
    set_state (self, GHC_SHARE_WAITING);
  else if (is (self, "share-paused"))
    set_state (self, GHC_SHARE_PAUSED);
  else if (is (self, "share-failed"))
    set_state (self, GHC_SHARE_FAILED);
  else if (is (self, "share-details"))
    ghc_share_set_frozen_ms (ghc_call_member_get_screen (ui_call_find (lounge, "@ada:localhost")), 2300);
}

static void
make_call (Gallery *self)
{
  GhcChannel *lounge = self->world->lounge;

  if (is (self, "call-empty"))
    return;
  if (is (self, "share"))
    {
      make_shares (self);
      return;
    }
  if (is (self, "call-alone"))
    {
      ui_call_tell (self->world, lounge, "@me:localhost");
      take_seat (self);
      return;
    }

  ui_call_tell (self->world, lounge,
                is (self, "call-outside") ? "@ada:localhost @brook:localhost/m @dmitri:localhost/md @emi:localhost/s"
                                          : "@ada:localhost @brook:localhost/m @me:localhost @dmitri:localhost/md "
                                            "@emi:localhost/s @farid:localhost");
  ghc_call_member_set_speaking (ui_call_find (lounge, "@ada:localhost"), TRUE);
  if (is (self, "call-outside"))
    return;

  ui_call_connect (lounge, "@ada:localhost", GHC_CALL_ROUTE_DIRECT, 23, 0.004);
  ui_call_connect (lounge, "@brook:localhost", GHC_CALL_ROUTE_DIRECT, 31, 0);
  ui_call_connect (lounge, "@dmitri:localhost", GHC_CALL_ROUTE_RELAYED, 178, 0.061);
  ghc_call_member_set_concealed (ui_call_find (lounge, "@dmitri:localhost"), 0.04);
  ghc_call_member_set_link (ui_call_find (lounge, "@emi:localhost"), GHC_CALL_LINK_FAILED);
  ghc_call_member_set_link (ui_call_find (lounge, "@farid:localhost"), GHC_CALL_LINK_NO_KEY);
  take_seat (self);
  ghc_call_seat_report (ghc_call_desk_get_seat (self->desk),
                        &(GhcSeatCounters) { .sealed = 48210, .opened = 47120, .tampered = 3, .replayed = 12 });
  /* Not before: who is nobody's concern here is as loud as they are. */
  ghc_call_member_set_silenced_here (ui_call_find (lounge, "@dmitri:localhost"), TRUE);
}

static GtkWidget *
make_side (Gallery *self)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *sidebar = g_object_new (GHC_TYPE_SIDEBAR, NULL);
  GtkWidget *bar = ghc_call_bar_new ();
  GtkWidget *buttons = ghc_mute_buttons_new ();

  ghc_sidebar_set_guild (GHC_SIDEBAR (sidebar), NULL, self->world->guild);
  ghc_sidebar_set_channel (GHC_SIDEBAR (sidebar), self->world->lounge);
  g_object_set (bar, "desk", self->desk, NULL);
  g_object_set (buttons, "desk", self->desk, "halign", GTK_ALIGN_END, NULL);
  gtk_widget_set_vexpand (sidebar, TRUE);
  gtk_box_append (GTK_BOX (side), sidebar);
  gtk_box_append (GTK_BOX (side), bar);
  gtk_box_append (GTK_BOX (side), buttons);
  return side;
}

static void
show_call (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  printf ("the call would be shown\n");
}

static void
on_ready (gpointer data)
{
  printf ("ready\n");
  fflush (stdout);
}

static void
finish_scene (gpointer data)
{
  Gallery *self = data;

  if (is (self, "preferences"))
    {
      GhcPreferences *dialog = ghc_preferences_new (self->settings, self->desk, NULL);

      g_settings_set_string (self->settings, "voice-mode", is (self, "preferences-key") ? "push-to-talk" : "activity");
      ghc_preferences_show_voice (dialog);
      adw_dialog_present (ADW_DIALOG (dialog), self->window);
    }
  else if (is (self, "share-no-portal"))
    ghc_toast_show (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self->window)),
                    "This desktop has no way to share a screen. Install xdg-desktop-portal and the part of it for your "
                    "desktop, for example xdg-desktop-portal-gnome.");
  else if (is (self, "share-camera"))
    adw_dialog_present (ghc_camera_dialog_new (ghc_call_desk_get_sharing (self->desk)), self->window);
  g_timeout_add_once (800, on_ready, NULL);
}

static void
on_activate (GtkApplication *application,
             Gallery        *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_autoptr (GListStore) sessions = g_list_store_new (GHC_TYPE_SESSION);
  g_autoptr (GhcPage) page = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GtkWidget *split = adw_navigation_split_view_new ();
  GtkWidget *toasts = adw_toast_overlay_new ();
  GtkWidget *content;
  AdwBreakpoint *narrow;
  const GActionEntry entry = { .name = "show-call", .activate = show_call };
  g_autoptr (GSimpleActionGroup) view = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (view), &entry, 1, NULL);
  adw_style_manager_set_color_scheme (style, self->is_dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  self->settings = g_settings_new_with_path (GUILDHALL_APPLICATION_ID, "/org/guildhall/Guildhall/");
  self->world = ui_world_new (0);
  self->desk = ghc_call_desk_new (G_LIST_MODEL (sessions), self->settings, ui_voice_new);
  make_call (self);
  page = ghc_page_new (none, TRUE, TRUE);
  ghc_timeline_fold_page (ghc_channel_get_timeline (self->world->lounge), page);

  content = g_object_new (GHC_TYPE_CONTENT, "desk", self->desk, NULL);
  g_object_set (content, "channel", self->world->lounge, NULL);
  adw_navigation_split_view_set_sidebar (ADW_NAVIGATION_SPLIT_VIEW (split),
                                         adw_navigation_page_new (make_side (self), "Channels"));
  adw_navigation_split_view_set_content (ADW_NAVIGATION_SPLIT_VIEW (split), adw_navigation_page_new (content, "lounge"));
  adw_navigation_split_view_set_min_sidebar_width (ADW_NAVIGATION_SPLIT_VIEW (split), 288);
  adw_navigation_split_view_set_show_content (ADW_NAVIGATION_SPLIT_VIEW (split), strstr (self->scene, "-side") == NULL);

  self->window = adw_application_window_new (application);
  gtk_widget_insert_action_group (self->window, "call", ghc_call_desk_get_actions (self->desk));
  gtk_widget_insert_action_group (self->window, "view", G_ACTION_GROUP (view));
  narrow = adw_breakpoint_new (adw_breakpoint_condition_parse ("max-width: 640sp"));
  adw_breakpoint_add_setters (narrow, G_OBJECT (split), "collapsed", TRUE, NULL);
  adw_application_window_add_breakpoint (ADW_APPLICATION_WINDOW (self->window), narrow);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), split);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self->window), toasts);
  gtk_widget_set_size_request (self->window, 360, 294);
  gtk_window_present (GTK_WINDOW (self->window));
  g_timeout_add_once (1000, finish_scene, self);
}

int
main (int    argc,
      char **argv)
{
  Gallery self = { .scene = "call" };
  g_autoptr (AdwApplication) application = NULL;

  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--dark"))
      self.is_dark = TRUE;
    else
      self.scene = argv[i];

  dex_init ();
  /* Its resources, and with them the application's style sheets, are under the id's path. */
  application = adw_application_new (GUILDHALL_APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &self);
  return g_application_run (G_APPLICATION (application), 0, NULL);
}
