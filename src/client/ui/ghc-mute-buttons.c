/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-mute-buttons.h"

#include <glib/gi18n.h>

#include "ghc-call-seat.h"

/**
 * GhcMuteButtons:
 *
 * Mute and deafen: what they do is the desk's ("call.mute", "call.deafen"), these show how it stands. A
 * microphone that is in use, and what it hears being sent, show as well. Its property `desk` (GhcCallDesk,
 * nullable) can be written.
 */
struct _GhcMuteButtons
{
  AdwBin parent_instance;

  GtkWidget *mute_button;
  GtkWidget *deafen_button;

  GhcCallDesk *desk;
  GhcCallSeat *seat;
  GhcVoice *voice;
};

typedef enum
{
  PROP_DESK = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMuteButtons, ghc_mute_buttons, ADW_TYPE_BIN)

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
describe (GtkWidget *button, const char *icon_name, const char *text, const char *keys)
{
  g_autofree char *tooltip = g_strdup_printf ("%s (%s)", text, keys);

  gtk_button_set_icon_name (GTK_BUTTON (button), icon_name);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text,
                                  -1);
}

static void
update (GhcMuteButtons *self)
{
  g_autofree char *mute_keys = gtk_accelerator_get_label (GDK_KEY_m,
                                                          GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  g_autofree char *deafen_keys = gtk_accelerator_get_label (GDK_KEY_d,
                                                            GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  gboolean muted = ghc_call_desk_get_muted (self->desk);
  gboolean deafened = ghc_call_desk_get_deafened (self->desk);
  gboolean capturing = self->voice != NULL && ghc_voice_get_capturing (self->voice);
  gboolean sending = self->voice != NULL && ghc_voice_get_transmitting (self->voice) && !muted;

  if (self->seat != NULL && !ghc_call_seat_get_may_speak (self->seat))
    describe (self->mute_button, "microphone-disabled-symbolic",
              _ ("You may only listen in this channel"), mute_keys);
  else if (self->seat != NULL && ghc_call_seat_get_silenced (self->seat))
    describe (self->mute_button, "microphone-silenced-symbolic",
              _ ("A moderator has muted you for everyone"), mute_keys);
  else if (muted)
    describe (self->mute_button, "microphone-disabled-symbolic", _ ("Muted: press to be heard again"),
              mute_keys);
  else if (capturing)
    describe (self->mute_button, "microphone-sensitivity-high-symbolic",
              _ ("The microphone is in use: press to mute"), mute_keys);
  else
    describe (self->mute_button, "microphone-sensitivity-high-symbolic", _ ("Mute"), mute_keys);
  set_class (self->mute_button, "sending", sending);

  if (deafened)
    describe (self->deafen_button, "headphones-off-symbolic",
              _ ("Deafened: press to hear the others again"), deafen_keys);
  else
    describe (self->deafen_button, "audio-headphones-symbolic",
              _ ("Deafen: hear nobody, and be muted"), deafen_keys);
}

static void
follow (GhcMuteButtons *self, gpointer *field, gpointer object, const char *const *watched)
{
  if (*field == object)
    return;

  if (*field != NULL)
    g_signal_handlers_disconnect_by_func (*field, update, self);
  g_set_object ((GObject **) field, object);
  for (guint i = 0; object != NULL && watched[i] != NULL; i++)
    g_signal_connect_object (object, watched[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
on_desk_notify (GhcMuteButtons *self)
{
  static const char *const of_seat[] = { "notify::silenced", "notify::may-speak", NULL };
  static const char *const of_voice[] = { "notify::capturing", "notify::transmitting", NULL };

  follow (self, (gpointer *) &self->seat, ghc_call_desk_get_seat (self->desk), of_seat);
  follow (self, (gpointer *) &self->voice, ghc_call_desk_get_voice (self->desk), of_voice);
  update (self);
}

static void
set_desk (GhcMuteButtons *self, GhcCallDesk *desk)
{
  static const char *const none[] = { NULL };

  if (self->desk == desk)
    return;

  if (self->desk != NULL)
    g_signal_handlers_disconnect_by_func (self->desk, on_desk_notify, self);
  g_set_object (&self->desk, desk);
  gtk_widget_set_visible (GTK_WIDGET (self), desk != NULL);
  if (desk == NULL)
    {
      follow (self, (gpointer *) &self->seat, NULL, none);
      follow (self, (gpointer *) &self->voice, NULL, none);
      return;
    }

  g_signal_connect_object (desk, "notify", G_CALLBACK (on_desk_notify), self, G_CONNECT_SWAPPED);
  on_desk_notify (self);
}

static void
ghc_mute_buttons_dispose (GObject *object)
{
  GhcMuteButtons *self = GHC_MUTE_BUTTONS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_MUTE_BUTTONS);
  g_clear_object (&self->seat);
  g_clear_object (&self->voice);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (ghc_mute_buttons_parent_class)->dispose (object);
}

static void
ghc_mute_buttons_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcMuteButtons *self = GHC_MUTE_BUTTONS (object);

  switch ((Property) prop_id)
    {
    case PROP_DESK:
      g_value_set_object (value, self->desk);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_mute_buttons_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  GhcMuteButtons *self = GHC_MUTE_BUTTONS (object);

  switch ((Property) prop_id)
    {
    case PROP_DESK:
      set_desk (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_mute_buttons_class_init (GhcMuteButtonsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_mute_buttons_dispose;
  object_class->get_property = ghc_mute_buttons_get_property;
  object_class->set_property = ghc_mute_buttons_set_property;

  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-mute-buttons.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMuteButtons, mute_button);
  gtk_widget_class_bind_template_child (widget_class, GhcMuteButtons, deafen_button);
}

static void
ghc_mute_buttons_init (GhcMuteButtons *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ghc_mute_buttons_new (void)
{
  return g_object_new (GHC_TYPE_MUTE_BUTTONS, NULL);
}
