/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-bar.h"

#include <glib/gi18n.h>

#include "ghc-call-details.h"
#include "ghc-call-devices.h"
#include "ghc-call-seat.h"
#include "ghc-call-words.h"
#include "ghc-mute-buttons.h"
#include "ghc-share-menu.h"
#include "ghc-sharing-row.h"

/**
 * GhcCallBar:
 *
 * The call that one is in, or on the way to: where, how well one is connected, what is wrong, and the way
 * out. Properties (writable):
 * - desk (GhcCallDesk, nullable)
 * - narrow (boolean): stands beside the conversation, to be shown only while the sidebar is out of sight;
 *   has the buttons of the bar with oneself, too
 */
struct _GhcCallBar
{
  AdwBin parent_instance;

  GtkMenuButton *details_button;
  GhcCallDetails *details;
  GtkWidget *place_button;
  GtkLabel *place_label;
  GtkLabel *state_label;
  GtkWidget *mute_buttons;
  GtkMenuButton *share_button;
  GhcShareMenu *share_menu;
  GtkMenuButton *devices_button;
  GhcCallDevices *devices;
  GtkWidget *leave_button;
  GhcSharingRow *screen_row;
  GhcSharingRow *camera_row;
  GtkWidget *notice_box;
  GtkImage *notice_icon;
  GtkLabel *notice_label;

  GhcCallDesk *desk;
  GhcCallSeat *seat;
  GhcVoice *voice;
  GhcCall *call;
  GPtrArray *members; /* those that are listened to, as in the call */
  GtkWidget *split;
  gboolean narrow;
};

typedef enum
{
  PROP_DESK = 1,
  PROP_NARROW,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCallBar, ghc_call_bar, ADW_TYPE_BIN)

/* --- What is to be said --------------------------------------------------------------------- */

static char *
describe_key (GhcCallBar *self)
{
  g_autofree char *accelerator
    = g_settings_get_string (ghc_call_desk_get_settings (self->desk), "push-to-talk-key");
  GdkModifierType modifiers;
  guint key;

  if (!gtk_accelerator_parse (accelerator, &key, &modifiers) || key == 0)
    return g_strdup (_ ("In the preferences, choose a key to hold while you talk."));
  else
    {
      g_autofree char *label = gtk_accelerator_get_label (key, modifiers);

      /* Translators: %s is a key */
      return g_strdup_printf (_ ("Hold %s to talk."), label);
    }
}

/* What the microphone lacks is nobody's concern while nobody would hear it. */
static gboolean
is_of_concern (GhcCallBar *self, GhcVoiceProblem problem)
{
  switch (problem)
    {
    case GHC_VOICE_PROBLEM_NONE:
      return FALSE;
    case GHC_VOICE_PROBLEM_NO_MICROPHONE:
    case GHC_VOICE_PROBLEM_MICROPHONE_GONE:
    case GHC_VOICE_PROBLEM_MICROPHONE_SILENT:
      return ghc_call_seat_get_may_speak (self->seat) && !ghc_call_seat_get_silenced (self->seat);
    case GHC_VOICE_PROBLEM_NO_OUTPUT:
    case GHC_VOICE_PROBLEM_OUTPUT_GONE:
    case GHC_VOICE_PROBLEM_NO_AUDIO_SERVER:
    case GHC_VOICE_PROBLEM_TURN_UNREACHABLE:
    case GHC_VOICE_PROBLEM_NO_PEER_REACHED:
    case GHC_VOICE_PROBLEM_RELAY_AWAY:
    case GHC_VOICE_PROBLEM_NO_KEY:
    case GHC_VOICE_PROBLEM_FAILED:
    default:
      return TRUE;
    }
}

/* The gravest thing first: one sentence is read, three are not. */
static char *
dup_notice (GhcCallBar *self, const char **icon_name)
{
  gboolean muted = ghc_call_desk_get_muted (self->desk);

  *icon_name = "dialog-warning-symbolic";
  if (self->voice != NULL && is_of_concern (self, ghc_voice_get_problem (self->voice))
      && ghc_voice_get_problem_text (self->voice) != NULL)
    return g_strdup (ghc_voice_get_problem_text (self->voice));

  *icon_name = "network-offline-symbolic";
  if (ghc_call_seat_get_state (self->seat) == GHC_SEAT_RECONNECTING)
    return g_strdup (_ ("Reconnecting to the server… You can still talk; nobody can join until it is back."));

  *icon_name = "microphone-silenced-symbolic";
  if (!ghc_call_seat_get_may_speak (self->seat))
    return g_strdup (_ ("You may only listen in this channel."));
  if (ghc_call_seat_get_silenced (self->seat))
    return g_strdup (_ ("A moderator has muted you. The others don’t hear you."));

  *icon_name = "input-keyboard-symbolic";
  if (self->voice != NULL && ghc_voice_get_mode (self->voice) == GHC_VOICE_PUSH_TO_TALK && !muted)
    return describe_key (self);
  return NULL;
}

static void
update_notice (GhcCallBar *self)
{
  const char *icon_name = NULL;
  g_autofree char *notice = self->seat != NULL ? dup_notice (self, &icon_name) : NULL;

  gtk_widget_set_visible (self->notice_box, notice != NULL);
  if (notice == NULL)
    return;

  gtk_image_set_from_icon_name (self->notice_icon, icon_name);
  gtk_label_set_label (self->notice_label, notice);
}

static void
show_state (GhcCallBar *self, GhcCall *call, const char *state, const char *icon_name)
{
  GhcChannel *channel = ghc_call_get_channel (call);
  g_autofree char *place = ghc_call_describe_place (call);
  g_autofree char *button = NULL;
  g_autofree char *connections = NULL;
  g_autofree char *tooltip = NULL;

  /* On a phone there is room for one name. */
  gtk_label_set_label (self->place_label, self->narrow && channel != NULL
                                            ? ghc_channel_get_name (channel)
                                            : place);
  gtk_label_set_label (self->state_label, state);
  gtk_menu_button_set_icon_name (self->details_button, icon_name);
  tooltip = g_strdup_printf ("%s\n%s", place, state);
  gtk_widget_set_tooltip_text (self->place_button, tooltip);
  /* Translators: the name of a button that goes to a call: where it is, and how well one is connected */
  button = g_strdup_printf (_ ("Go to the call: %s, %s"), place, state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->place_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, button, -1);
  /* Translators: the name of a button; then how well one is connected */
  connections = g_strdup_printf (_ ("Connections: %s"), state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->details_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, connections, -1);
}

/* A menu that is open when its button is hidden would open by itself when the button is seen again. And
 * what GTK is to move the focus away from when it draws next, it forgets to let go when something around
 * that is hidden before. */
static void
close_menu (GtkMenuButton *button)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (button));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (button)))
    gtk_root_set_focus (root, NULL);
  gtk_menu_button_popdown (button);
}

static void
set_button_shown (GtkMenuButton *button, gboolean shown)
{
  if (!shown)
    close_menu (button);
  gtk_widget_set_visible (GTK_WIDGET (button), shown);
}

static void
set_shown (GhcCallBar *self, gboolean shown)
{
  if (!shown)
    {
      close_menu (self->details_button);
      close_menu (self->share_button);
      close_menu (self->devices_button);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), shown);
}

static void
update_shown (GhcCallBar *self)
{
  gboolean in_sight = self->split != NULL
                      && adw_navigation_split_view_get_collapsed (
                        ADW_NAVIGATION_SPLIT_VIEW (self->split));
  gboolean busy = self->seat != NULL
                  || (self->desk != NULL && ghc_call_desk_get_joining (self->desk) != NULL);

  set_shown (self, busy && (!self->narrow || in_sight));
}

static void
update (GhcCallBar *self)
{
  GhcChannel *joining = ghc_call_desk_get_joining (self->desk);

  gtk_widget_set_sensitive (GTK_WIDGET (self->details_button), self->seat != NULL);
  gtk_widget_set_visible (self->leave_button, self->seat != NULL);
  set_button_shown (self->share_button,
                    self->seat != NULL && ghc_call_seat_get_may_share (self->seat));
  if (joining != NULL)
    show_state (self, ghc_channel_get_call (joining), _ ("Joining…"),
                "network-cellular-signal-none-symbolic");
  else if (self->call != NULL)
    {
      g_autofree char *state = NULL;
      GhcCallTotals totals;

      ghc_call_sum (self->call, &totals);
      state = ghc_call_describe_totals (&totals);
      show_state (self, self->call, state, ghc_call_get_totals_icon_name (&totals));
    }
  update_notice (self);
  update_shown (self);
}

/* --- Whom it listens to --------------------------------------------------------------------- */

static void
on_member_notify (GhcCallBar *self, GParamSpec *pspec)
{
  static const char *const figures[] = { "link", "route", "round-trip-ms", "loss", NULL };

  if (g_strv_contains (figures, pspec->name))
    update (self);
}

static void
on_members_changed (GhcCallBar *self, guint position, guint removed, guint added,
                    GListModel *members)
{
  for (guint i = 0; i < removed; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->members, position + i),
                                          on_member_notify, self);
  if (removed > 0)
    g_ptr_array_remove_range (self->members, position, removed);
  for (guint i = position; i < position + added; i++)
    {
      GhcCallMember *member = g_list_model_get_item (members, i);

      g_signal_connect_object (member, "notify", G_CALLBACK (on_member_notify), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_insert (self->members, (int) i, member);
    }
  update (self);
}

static void
set_call (GhcCallBar *self, GhcCall *call)
{
  GListModel *members;

  if (self->call == call)
    return;

  if (self->call != NULL)
    {
      g_signal_handlers_disconnect_by_func (ghc_call_get_members (self->call), on_members_changed,
                                            self);
      for (guint i = 0; i < self->members->len; i++)
        g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->members, i),
                                              on_member_notify, self);
      g_ptr_array_set_size (self->members, 0);
    }
  g_set_object (&self->call, call);
  ghc_call_details_set_call (self->details, call);
  if (call == NULL)
    return;

  members = ghc_call_get_members (call);
  g_signal_connect_object (members, "items-changed", G_CALLBACK (on_members_changed), self,
                           G_CONNECT_SWAPPED);
  on_members_changed (self, 0, 0, g_list_model_get_n_items (members), members);
}

static void
on_seat_notify (GhcCallBar *self)
{
  set_call (self, ghc_call_seat_get_call (self->seat));
  update (self);
}

static void
on_voice_notify (GhcCallBar *self, GParamSpec *pspec)
{
  if (g_str_has_prefix (pspec->name, "problem") || g_str_equal (pspec->name, "mode"))
    update_notice (self);
}

static void
on_desk_notify (GhcCallBar *self)
{
  GhcCallSeat *seat = ghc_call_desk_get_seat (self->desk);
  GhcVoice *voice = ghc_call_desk_get_voice (self->desk);

  if (self->seat != seat)
    {
      if (self->seat != NULL)
        g_signal_handlers_disconnect_by_func (self->seat, on_seat_notify, self);
      g_set_object (&self->seat, seat);
      ghc_call_details_set_seat (self->details, seat);
      if (seat != NULL)
        g_signal_connect_object (seat, "notify", G_CALLBACK (on_seat_notify), self,
                                 G_CONNECT_SWAPPED);
      set_call (self, ghc_call_desk_get_call (self->desk));
    }
  if (self->voice != voice)
    {
      if (self->voice != NULL)
        g_signal_handlers_disconnect_by_func (self->voice, on_voice_notify, self);
      g_set_object (&self->voice, voice);
      if (voice != NULL)
        g_signal_connect_object (voice, "notify", G_CALLBACK (on_voice_notify), self,
                                 G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
set_desk (GhcCallBar *self, GhcCallDesk *desk)
{
  GhcSharing *sharing;

  if (self->desk == desk)
    return;

  if (self->desk != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->desk, on_desk_notify, self);
      g_signal_handlers_disconnect_by_func (ghc_call_desk_get_settings (self->desk), update_notice,
                                            self);
    }
  g_set_object (&self->desk, desk);
  g_object_set (self->mute_buttons, "desk", self->narrow ? desk : NULL, NULL);
  ghc_call_devices_set_desk (self->devices, desk);
  ghc_share_menu_set_desk (self->share_menu, desk);
  sharing = desk != NULL ? ghc_call_desk_get_sharing (desk) : NULL;
  ghc_sharing_row_set_sharing (self->screen_row, sharing, GHC_SHARE_SCREEN);
  ghc_sharing_row_set_sharing (self->camera_row, sharing, GHC_SHARE_CAMERA);
  if (desk == NULL)
    return;

  g_signal_connect_object (desk, "notify", G_CALLBACK (on_desk_notify), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_call_desk_get_settings (desk), "changed::push-to-talk-key",
                           G_CALLBACK (update_notice), self, G_CONNECT_SWAPPED);
  on_desk_notify (self);
}

/* --- Life ----------------------------------------------------------------------------------- */

static void
ghc_call_bar_root (GtkWidget *widget)
{
  GhcCallBar *self = GHC_CALL_BAR (widget);

  GTK_WIDGET_CLASS (ghc_call_bar_parent_class)->root (widget);

  self->split = gtk_widget_get_ancestor (widget, ADW_TYPE_NAVIGATION_SPLIT_VIEW);
  if (self->split != NULL)
    g_signal_connect_object (self->split, "notify::collapsed", G_CALLBACK (update_shown), self,
                             G_CONNECT_SWAPPED);
  update_shown (self);
}

static void
ghc_call_bar_unroot (GtkWidget *widget)
{
  GhcCallBar *self = GHC_CALL_BAR (widget);

  if (self->split != NULL)
    g_signal_handlers_disconnect_by_func (self->split, update_shown, self);
  self->split = NULL;

  GTK_WIDGET_CLASS (ghc_call_bar_parent_class)->unroot (widget);
}

static void
ghc_call_bar_dispose (GObject *object)
{
  GhcCallBar *self = GHC_CALL_BAR (object);

  if (self->details != NULL)
    set_call (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CALL_BAR);
  g_clear_object (&self->seat);
  g_clear_object (&self->voice);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->members, g_ptr_array_unref);

  G_OBJECT_CLASS (ghc_call_bar_parent_class)->dispose (object);
}

static void
ghc_call_bar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCallBar *self = GHC_CALL_BAR (object);

  switch ((Property) prop_id)
    {
    case PROP_DESK:
      g_value_set_object (value, self->desk);
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_bar_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcCallBar *self = GHC_CALL_BAR (object);

  switch ((Property) prop_id)
    {
    case PROP_DESK:
      set_desk (self, g_value_get_object (value));
      break;
    case PROP_NARROW:
      self->narrow = g_value_get_boolean (value);
      g_object_set (self->mute_buttons, "desk", self->narrow ? self->desk : NULL, NULL);
      gtk_menu_button_set_direction (self->details_button,
                                     self->narrow ? GTK_ARROW_DOWN : GTK_ARROW_UP);
      gtk_menu_button_set_direction (self->share_button,
                                     self->narrow ? GTK_ARROW_DOWN : GTK_ARROW_UP);
      gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->devices_button),
                                     self->narrow ? GTK_ARROW_DOWN : GTK_ARROW_UP);
      update_shown (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_bar_class_init (GhcCallBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_call_bar_dispose;
  object_class->get_property = ghc_call_bar_get_property;
  object_class->set_property = ghc_call_bar_set_property;
  widget_class->root = ghc_call_bar_root;
  widget_class->unroot = ghc_call_bar_unroot;

  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_CALL_DETAILS);
  g_type_ensure (GHC_TYPE_CALL_DEVICES);
  g_type_ensure (GHC_TYPE_MUTE_BUTTONS);
  g_type_ensure (GHC_TYPE_SHARING_ROW);
  g_type_ensure (GHC_TYPE_SHARE_MENU);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-call-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, details_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, details);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, place_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, place_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, state_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, mute_buttons);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, share_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, share_menu);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, devices_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, devices);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, leave_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, screen_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, camera_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, notice_box);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, notice_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcCallBar, notice_label);
}

static void
ghc_call_bar_init (GhcCallBar *self)
{
  g_autofree char *keys = gtk_accelerator_get_label (GDK_KEY_h, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  g_autofree char *tooltip = g_strdup_printf ("%s (%s)", _ ("Leave the Call"), keys);

  self->members = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_tooltip_text (self->leave_button, tooltip);
  gtk_menu_button_set_direction (self->details_button, GTK_ARROW_UP);
  gtk_menu_button_set_direction (self->share_button, GTK_ARROW_UP);
  gtk_menu_button_set_direction (GTK_MENU_BUTTON (self->devices_button), GTK_ARROW_UP);
}

GtkWidget *
ghc_call_bar_new (void)
{
  return g_object_new (GHC_TYPE_CALL_BAR, NULL);
}
