/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-stage.h"

#include <glib/gi18n.h>

#include "ghc-call-desk.h"
#include "ghc-call-tile.h"
#include "ghc-camera-dialog.h"
#include "ghc-person-popover.h"
#include "ghc-share-stage.h"

/**
 * GhcCallStage:
 *
 * Who is in the call of a channel, and the way in; above the channel's chat. In a text channel it is
 * there only while somebody is in its call. Properties (writable): session (GhcSession, nullable), channel
 * (GhcChannel, nullable), desk (GhcCallDesk, nullable).
 */
struct _GhcCallStage
{
  AdwBin parent_instance;

  GhcShareStage *shares;
  GtkWidget *scroller;
  GtkFlowBox *tiles;
  GtkLabel *empty_label;
  GtkWidget *join_box;
  GtkButton *join_button;
  GtkButton *camera_button;

  GhcSession *session;
  GhcChannel *channel;
  GhcCall *call;
  GhcCallDesk *desk;
};

typedef enum
{
  PROP_SESSION = 1,
  PROP_CHANNEL,
  PROP_DESK,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCallStage, ghc_call_stage, ADW_TYPE_BIN)

#define MOST_IN_A_LINE 8

/* As many places as there are people: a line that is not full would not be in the middle. */
static void
update_lines (GhcCallStage *self)
{
  guint n = CLAMP (ghc_call_get_n_members (self->call), 1, MOST_IN_A_LINE);

  gtk_flow_box_set_min_children_per_line (self->tiles, MIN (n, 2));
  gtk_flow_box_set_max_children_per_line (self->tiles, n);
}

static void
update (GhcCallStage *self)
{
  gboolean voice = ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE;
  gboolean active = ghc_call_get_active (self->call);
  gboolean allowed = ghc_channel_can (self->channel, GH_PERMISSION_CONNECT);

  gtk_widget_set_visible (GTK_WIDGET (self), voice || active);
  update_lines (self);
  /* While anything is shown, everybody has a place there. */
  gtk_widget_set_visible (self->scroller,
                          active && !gtk_widget_get_visible (GTK_WIDGET (self->shares)));
  gtk_widget_set_visible (GTK_WIDGET (self->empty_label), !active);
  gtk_label_set_label (self->empty_label,
                       allowed ? _ ("Nobody is talking here at the moment. Join, and everybody who "
                                    "sees this channel sees that you are here.")
                               : _ ("Nobody is talking here at the moment. Your roles don’t let you "
                                    "join calls in this channel."));
  gtk_button_set_label (self->join_button, active ? _ ("_Join the Call") : _ ("_Start a Call"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->join_button), "s",
                                    ghc_channel_get_channel_id (self->channel));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->join_button), "call.join");
  gtk_button_set_label (self->camera_button, active ? _ ("Join with _Camera…")
                                                    : _ ("Start with _Camera…"));
  gtk_widget_set_visible (GTK_WIDGET (self->camera_button),
                          ghc_channel_can (self->channel, GH_PERMISSION_VIDEO));
  gtk_widget_set_visible (self->join_box, allowed && !ghc_call_get_joined (self->call));
}

static void
on_shares_notify (GhcCallStage *self)
{
  if (self->call != NULL)
    update (self);
}

/* One sees oneself first, and goes in then, or not. */
static void
on_camera_clicked (GhcCallStage *self)
{
  if (self->desk != NULL && self->channel != NULL)
    adw_dialog_present (ghc_camera_dialog_new_to_join (ghc_call_desk_get_sharing (self->desk),
                                                       self->session, self->channel),
                        GTK_WIDGET (self));
}

static GtkWidget *
create_tile (gpointer item, gpointer user_data)
{
  return ghc_call_tile_new (GHC_CALL_STAGE (user_data)->session, item);
}

static void
on_tile_activated (GhcCallStage *self, GtkFlowBoxChild *child)
{
  ghc_person_popover_present (GTK_WIDGET (child), self->session, self->call,
                              ghc_call_tile_get_member (GHC_CALL_TILE (child)));
}

/* What is shown is seen by those in the call. */
static void
update_seat (GhcCallStage *self)
{
  GhcCallSeat *seat = self->desk != NULL ? ghc_call_desk_get_seat (self->desk) : NULL;
  gboolean here = seat != NULL && self->call != NULL && ghc_call_seat_get_call (seat) == self->call;

  ghc_share_stage_set_seat (self->shares, self->session, here ? seat : NULL);
}

static void
set_desk (GhcCallStage *self, GhcCallDesk *desk)
{
  if (self->desk == desk)
    return;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_func (self->desk, update_seat, self);
  g_set_object (&self->desk, desk);
  if (desk != NULL)
    g_signal_connect_object (desk, "notify::seat", G_CALLBACK (update_seat), self,
                             G_CONNECT_SWAPPED);
  update_seat (self);
}

static void
set_channel (GhcCallStage *self, GhcChannel *channel)
{
  GhcCall *call = channel != NULL ? ghc_channel_get_call (channel) : NULL;

  if (self->channel == channel)
    return;

  if (self->call != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->call, update, self);
      g_signal_handlers_disconnect_by_func (self->channel, update, self);
      gtk_flow_box_bind_model (self->tiles, NULL, NULL, NULL, NULL);
    }
  g_set_object (&self->channel, channel);
  g_set_object (&self->call, call);
  update_seat (self);
  if (call == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }

  gtk_flow_box_bind_model (self->tiles, ghc_call_get_members (call), create_tile, self, NULL);
  g_signal_connect_object (call, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
ghc_call_stage_dispose (GObject *object)
{
  GhcCallStage *self = GHC_CALL_STAGE (object);

  if (self->tiles != NULL)
    {
      set_channel (self, NULL);
      set_desk (self, NULL);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CALL_STAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_call_stage_parent_class)->dispose (object);
}

static void
ghc_call_stage_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCallStage *self = GHC_CALL_STAGE (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case PROP_DESK:
      g_value_set_object (value, self->desk);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_stage_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcCallStage *self = GHC_CALL_STAGE (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_set_object (&self->session, g_value_get_object (value));
      break;
    case PROP_CHANNEL:
      set_channel (self, g_value_get_object (value));
      break;
    case PROP_DESK:
      set_desk (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_stage_class_init (GhcCallStageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = ghc_call_stage_dispose;
  object_class->get_property = ghc_call_stage_get_property;
  object_class->set_property = ghc_call_stage_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_SHARE_STAGE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-call-stage.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, shares);
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, scroller);
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, tiles);
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, empty_label);
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, join_box);
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, join_button);
  gtk_widget_class_bind_template_child (widget_class, GhcCallStage, camera_button);
  gtk_widget_class_bind_template_callback (widget_class, on_shares_notify);
  gtk_widget_class_bind_template_callback (widget_class, on_tile_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_camera_clicked);
}

static void
ghc_call_stage_init (GhcCallStage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_call_stage_new (void)
{
  return g_object_new (GHC_TYPE_CALL_STAGE, NULL);
}
