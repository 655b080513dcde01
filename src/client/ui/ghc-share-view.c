/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-view.h"

#include <glib/gi18n.h>

#include "ghc-call-marks.h"
#include "ghc-share-popover.h"
#include "ghc-share-rest.h"
#include "ghc-share-words.h"
#include "ghc-toast.h"
#include "ghc-video-picture.h"

struct _GhcShareView
{
  AdwBin parent_instance;

  GhcVideoPicture *picture;
  GtkWidget *poster;
  GtkWidget *spinner;
  GtkImage *poster_icon;
  GtkLabel *poster_label;
  GtkButton *watch_button;
  GtkWidget *live_label;
  GtkWidget *viewers_box;
  GtkLabel *viewers_label;
  GtkWidget *controls;
  GtkLabel *name_label;
  GtkWidget *marks;
  GtkWidget *unwatch_button;
  GtkMenuButton *details_button;
  GtkWidget *float_button;
  GtkWidget *full_button;

  GhcSession *session;
  GhcCallSeat *seat;
  GhcShare *share;
  GhcShareRest *rest; /* (nullable) */
  gboolean is_compact;
  gboolean is_small;
};

typedef enum
{
  PROP_COMPACT = 1,
  PROP_SMALL,
  N_PROPS
} Property;

enum
{
  SIGNAL_FOCUS_ASKED,
  SIGNAL_WINDOW_ASKED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcShareView, ghc_share_view, ADW_TYPE_BIN)

/* There is room for a name, if at all. */
static gboolean
is_short (GhcShareView *self)
{
  return self->is_compact || self->is_small;
}

static void
update_poster (GhcShareView *self, const char *state)
{
  gboolean other = !ghc_share_get_is_own (self->share);
  gboolean watched = ghc_share_get_watched (self->share);
  GhcShareState now = ghc_share_get_state (self->share);
  gboolean failed = watched && now == GHC_SHARE_FAILED;
  gboolean waiting = other && watched && (now == GHC_SHARE_IDLE || now == GHC_SHARE_WAITING);

  gtk_widget_set_visible (self->poster, state != NULL);
  gtk_widget_set_visible (self->spinner, waiting);
  gtk_widget_set_visible (GTK_WIDGET (self->poster_icon),
                          !waiting && !(other && !watched));
  gtk_image_set_from_icon_name (self->poster_icon,
                                failed || now == GHC_SHARE_PAUSED ? "dialog-warning-symbolic"
                                : ghc_share_get_kind (self->share) == GHC_SHARE_SCREEN
                                  ? "video-display-symbolic"
                                  : "camera-web-symbolic");
  gtk_widget_set_visible (GTK_WIDGET (self->poster_label), !is_short (self));
  gtk_label_set_label (self->poster_label, state != NULL ? state : "");
  gtk_widget_set_visible (GTK_WIDGET (self->watch_button), other && (!watched || failed));
  gtk_button_set_label (self->watch_button, failed ? _ ("_Try Again") : _ ("_Watch"));
}

static void
update_actions (GhcShareView *self)
{
  gboolean other = !ghc_share_get_is_own (self->share);
  gboolean watched = ghc_share_get_watched (self->share);
  gboolean seen = !other || watched;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "share.watch", other && self->seat != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "share.unwatch", other && watched);
  gtk_widget_set_visible (self->unwatch_button, other && watched && !is_short (self));
  gtk_widget_set_visible (GTK_WIDGET (self->details_button), !is_short (self));
  gtk_widget_set_visible (self->float_button, seen && !is_short (self));
  gtk_widget_set_visible (self->full_button, seen && !is_short (self));
}

static void
show_share (GhcShareView *self)
{
  g_autofree char *name = ghc_share_describe (self->share);
  /* What a camera shows is the person; a screen's tile has room to say whose it is. */
  gboolean is_brief = is_short (self) || ghc_share_get_kind (self->share) == GHC_SHARE_CAMERA;
  g_autofree char *short_name = is_brief ? ghc_share_describe_short (self->share)
                                         : g_strdup (name);
  g_autofree char *state = ghc_share_describe_state (self->share);
  g_autofree char *viewers = ghc_share_describe_viewers (self->share);
  g_autofree char *number = g_strdup_printf ("%u", ghc_share_get_n_viewers (self->share));
  g_autofree char *label = NULL;
  GObject *paintable = state == NULL ? ghc_share_get_paintable (self->share) : NULL;

  ghc_video_picture_set_paintable (self->picture, paintable != NULL && GDK_IS_PAINTABLE (paintable)
                                                    ? GDK_PAINTABLE (paintable)
                                                    : NULL);
  g_object_set (self->picture, "zoomable",
                !is_short (self) && ghc_share_get_kind (self->share) == GHC_SHARE_SCREEN,
                "mirrored",
                ghc_share_get_is_own (self->share)
                  && ghc_share_get_kind (self->share) == GHC_SHARE_CAMERA,
                NULL);
  update_poster (self, state);
  update_actions (self);

  gtk_label_set_label (self->name_label, short_name);
  gtk_label_set_label (self->viewers_label, number);
  gtk_widget_set_tooltip_text (self->viewers_box, viewers);
  gtk_widget_set_visible (self->viewers_box, !is_short (self));
  gtk_widget_set_visible (self->live_label,
                          ghc_share_get_kind (self->share) == GHC_SHARE_SCREEN);
  /* Translators: what is shown in a call, what is to be said of it, and who watches */
  label = g_strdup_printf (_ ("%s. %s %s"), name, state != NULL ? state : "", viewers);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

/* How large it is changes before it knows what it shows, too, and after. */
static void
update (GhcShareView *self)
{
  if (self->share != NULL)
    show_share (self);
}

static void
on_speaking (GhcShareView *self, GParamSpec *pspec, GhcCallMember *member)
{
  if (ghc_call_member_get_speaking (member))
    gtk_widget_add_css_class (GTK_WIDGET (self), "speaking");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "speaking");
}

/* Figures come every second, and show in the popover. */
static void
on_share_notify (GhcShareView *self, GParamSpec *pspec)
{
  static const char *const figures[]
    = { "bitrate", "frame-rate", "frozen-ms", "width", "height", "volume", "codec-element", NULL };

  if (!g_strv_contains (figures, pspec->name))
    update (self);
}

/* What it is, where that is cut short, or left out. */
static gboolean
on_query_tooltip (GhcShareView *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  g_autofree char *name = NULL;

  if (gtk_widget_get_visible (GTK_WIDGET (self->name_label))
      && !pango_layout_is_ellipsized (gtk_label_get_layout (self->name_label)))
    return FALSE;

  name = ghc_share_describe (self->share);
  gtk_tooltip_set_text (tooltip, name);
  return TRUE;
}

static void
create_popover (GtkMenuButton *button, gpointer data)
{
  GhcShareView *self = data;

  gtk_menu_button_set_popover (button,
                               ghc_share_popover_new (self->session, self->seat, self->share));
}

/* --- what is done about it --- */

static void
watch_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcShareView *self = GHC_SHARE_VIEW (widget);

  /* Once more from the beginning, when it could not be shown. */
  if (ghc_share_get_watched (self->share))
    dex_future_disown (ghc_call_seat_watch (self->seat, self->share, FALSE));
  ghc_toast_watch (widget, ghc_call_seat_watch (self->seat, self->share, TRUE));
}

static void
unwatch_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcShareView *self = GHC_SHARE_VIEW (widget);

  if (self->seat != NULL)
    dex_future_disown (ghc_call_seat_watch (self->seat, self->share, FALSE));
}

static void
focus_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_FOCUS_ASKED], 0);
}

static void
window_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_WINDOW_ASKED], 0, g_str_equal (name, "share.full-screen"));
}

static gboolean
zoom_binding (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  GhcShareView *self = GHC_SHARE_VIEW (widget);

  return gtk_widget_activate_action_variant (GTK_WIDGET (self->picture), "picture.zoom", arguments);
}

/* The arrows go to the next widget as long as all of the picture is seen. */
static gboolean
pan_binding (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  GhcShareView *self = GHC_SHARE_VIEW (widget);

  return ghc_video_picture_get_zoom (self->picture) > 1
         && gtk_widget_activate_action_variant (GTK_WIDGET (self->picture), "picture.pan", arguments);
}

static void
on_released (GhcShareView *self, int n_press, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 1)
    g_signal_emit (self, signals[SIGNAL_FOCUS_ASKED], 0);
  else if (n_press == 2 && gtk_widget_get_visible (self->full_button))
    g_signal_emit (self, signals[SIGNAL_WINDOW_ASKED], 0, TRUE);
}

/* --- life --- */

static void
ghc_share_view_dispose (GObject *object)
{
  GhcShareView *self = GHC_SHARE_VIEW (object);

  if (self->details_button != NULL)
    gtk_menu_button_set_create_popup_func (self->details_button, NULL, NULL, NULL);
  g_clear_object (&self->rest);
  g_clear_object (&self->share);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SHARE_VIEW);
  g_clear_object (&self->session);
  g_clear_object (&self->seat);

  G_OBJECT_CLASS (ghc_share_view_parent_class)->dispose (object);
}

static void
ghc_share_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) prop_id)
    {
    case PROP_COMPACT:
      g_value_set_boolean (value, GHC_SHARE_VIEW (object)->is_compact);
      break;
    case PROP_SMALL:
      g_value_set_boolean (value, GHC_SHARE_VIEW (object)->is_small);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_share_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcShareView *self = GHC_SHARE_VIEW (object);

  switch ((Property) prop_id)
    {
    case PROP_COMPACT:
      self->is_compact = g_value_get_boolean (value);
      update (self);
      break;
    case PROP_SMALL:
      self->is_small = g_value_get_boolean (value);
      update (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
add_bindings (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    double steps;
  } zooms[] = { { GDK_KEY_plus, 1 },   { GDK_KEY_KP_Add, 1 },       { GDK_KEY_equal, 1 },
                { GDK_KEY_minus, -1 }, { GDK_KEY_KP_Subtract, -1 }, { GDK_KEY_0, 0 },
                { GDK_KEY_KP_0, 0 } };
  static const struct
  {
    guint key;
    double dx, dy;
  } pans[] = { { GDK_KEY_Left, 1, 0 }, { GDK_KEY_Right, -1, 0 }, { GDK_KEY_Up, 0, 1 },
               { GDK_KEY_Down, 0, -1 } };

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "share.full-screen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "share.focus", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, 0, "share.focus", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "share.focus", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      gtk_widget_class_add_binding (widget_class, zooms[i].key, 0, zoom_binding, "d",
                                    zooms[i].steps);
      gtk_widget_class_add_binding (widget_class, zooms[i].key, GDK_CONTROL_MASK, zoom_binding, "d",
                                    zooms[i].steps);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (pans); i++)
    gtk_widget_class_add_binding (widget_class, pans[i].key, 0, pan_binding, "(dd)", pans[i].dx,
                                  pans[i].dy);
}

static void
ghc_share_view_class_init (GhcShareViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_share_view_dispose;
  object_class->get_property = ghc_share_view_get_property;
  object_class->set_property = ghc_share_view_set_property;

  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SMALL] = g_param_spec_boolean ("small", NULL, NULL, FALSE,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_FOCUS_ASKED] = g_signal_new ("focus-asked", GHC_TYPE_SHARE_VIEW,
                                              G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                              0);
  signals[SIGNAL_WINDOW_ASKED] = g_signal_new ("window-asked", GHC_TYPE_SHARE_VIEW,
                                               G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                               1, G_TYPE_BOOLEAN);

  g_type_ensure (GHC_TYPE_VIDEO_PICTURE);
  g_type_ensure (GHC_TYPE_CALL_MARKS);
  gtk_widget_class_install_action (widget_class, "share.watch", NULL, watch_action);
  gtk_widget_class_install_action (widget_class, "share.unwatch", NULL, unwatch_action);
  gtk_widget_class_install_action (widget_class, "share.focus", NULL, focus_action);
  gtk_widget_class_install_action (widget_class, "share.float", NULL, window_action);
  gtk_widget_class_install_action (widget_class, "share.full-screen", NULL, window_action);
  add_bindings (widget_class);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-share-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, picture);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, poster);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, spinner);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, poster_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, poster_label);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, watch_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, live_label);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, viewers_box);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, viewers_label);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, controls);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, marks);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, unwatch_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, details_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, float_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareView, full_button);
}

static void
ghc_share_view_init (GhcShareView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self->picture), GTK_EVENT_CONTROLLER (click));
}

/**
 * ghc_share_view_new:
 * @session: (nullable): for moderators
 * @seat: (nullable): one's place in the call
 */
GtkWidget *
ghc_share_view_new (GhcSession *session, GhcCallSeat *seat, GhcShare *share)
{
  GhcShareView *self;

  g_return_val_if_fail (GHC_IS_SHARE (share), NULL);

  self = g_object_new (GHC_TYPE_SHARE_VIEW, NULL);
  g_set_object (&self->session, session);
  g_set_object (&self->seat, seat);
  self->share = g_object_ref (share);
  gtk_menu_button_set_create_popup_func (self->details_button, create_popover, self, NULL);
  g_signal_connect_object (share, "notify", G_CALLBACK (on_share_notify), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_share_get_viewers (share), "items-changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  /* A camera stands for the person, a screen beside them. */
  if (ghc_share_get_kind (share) == GHC_SHARE_CAMERA && ghc_share_get_member (share) != NULL)
    {
      g_object_set (self->marks, "member", ghc_share_get_member (share), NULL);
      g_signal_connect_object (ghc_share_get_member (share), "notify::speaking",
                               G_CALLBACK (on_speaking), self, G_CONNECT_SWAPPED);
      on_speaking (self, NULL, ghc_share_get_member (share));
    }
  update (self);

  return GTK_WIDGET (self);
}

GhcShare *
ghc_share_view_get_share (GhcShareView *self)
{
  g_return_val_if_fail (GHC_IS_SHARE_VIEW (self), NULL);

  return self->share;
}

GhcCallSeat *
ghc_share_view_get_seat (GhcShareView *self)
{
  g_return_val_if_fail (GHC_IS_SHARE_VIEW (self), NULL);

  return self->seat;
}

GhcSession *
ghc_share_view_get_session (GhcShareView *self)
{
  g_return_val_if_fail (GHC_IS_SHARE_VIEW (self), NULL);

  return self->session;
}

/**
 * ghc_share_view_set_alone:
 * @alone: it fills the screen, in its window: what can be done about it goes away while nobody does anything
 */
void
ghc_share_view_set_alone (GhcShareView *self, gboolean alone)
{
  GtkWidget *buttons[4];

  g_return_if_fail (GHC_IS_SHARE_VIEW (self));

  buttons[0] = self->unwatch_button;
  buttons[1] = GTK_WIDGET (self->details_button);
  buttons[2] = self->float_button;
  buttons[3] = self->full_button;

  if (self->rest == NULL)
    self->rest = ghc_share_rest_new (GTK_WIDGET (self), self->controls);
  ghc_share_rest_set_active (self->rest, alone);
  /* A click on one of them does not keep them there. */
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_widget_set_focus_on_click (buttons[i], !alone);
}
