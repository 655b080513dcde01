/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-devices.h"

#include <glib/gi18n.h>

#include "ghc-device-choice.h"
#include "ghc-level-meter.h"

/**
 * GhcCallDevices:
 *
 * Which microphone and which loudspeaker, how loud the microphone hears something, and whether that is
 * sent.
 */
struct _GhcCallDevices
{
  GtkPopover parent_instance;

  GtkWidget *input_choice;
  GtkWidget *output_choice;
  GtkWidget *meter;
  GtkLabel *use_label;

  GhcCallDesk *desk;
  GhcVoice *voice;
};

G_DEFINE_FINAL_TYPE (GhcCallDevices, ghc_call_devices, GTK_TYPE_POPOVER)

static void
update (GhcCallDevices *self)
{
  const char *text;

  if (self->voice == NULL)
    return;

  if (!ghc_voice_get_capturing (self->voice))
    text = _ ("The microphone is not in use.");
  else if (ghc_call_desk_get_muted (self->desk))
    text = _ ("You are muted: nothing the microphone hears is sent.");
  else if (ghc_voice_get_transmitting (self->voice))
    text = _ ("The microphone is in use, and the others hear you now.");
  else
    text = _ ("The microphone is in use. The others don’t hear you at the moment.");
  gtk_label_set_label (self->use_label, text);
}

static void
on_threshold (GhcCallDevices *self)
{
  gboolean shown = ghc_voice_get_mode (self->voice) == GHC_VOICE_ACTIVITY;

  g_object_set (self->meter, "threshold", shown ? ghc_voice_get_threshold (self->voice) : -1000.0,
                NULL);
}

static void
take_voice (GhcCallDevices *self)
{
  static const char *const watched[] = { "notify::capturing", "notify::transmitting" };

  self->voice = g_object_ref (ghc_call_desk_get_voice (self->desk));
  ghc_device_choice_bind (G_OBJECT (self->input_choice), self->voice, TRUE);
  ghc_device_choice_bind (G_OBJECT (self->output_choice), self->voice, FALSE);
  g_object_bind_property (self->voice, "input-level", self->meter, "level", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->voice, "transmitting", self->meter, "open", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->voice, "notify::threshold", G_CALLBACK (on_threshold), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->voice, "notify::mode", G_CALLBACK (on_threshold), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (self->voice, watched[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->desk, "notify::muted", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  on_threshold (self);
  update (self);
}

/* The devices are asked for when somebody wants to see them. */
static void
ghc_call_devices_map (GtkWidget *widget)
{
  GhcCallDevices *self = GHC_CALL_DEVICES (widget);

  if (self->voice == NULL && self->desk != NULL && ghc_call_desk_ensure_voice (self->desk) != NULL)
    take_voice (self);

  GTK_WIDGET_CLASS (ghc_call_devices_parent_class)->map (widget);
}

static void
on_preferences_clicked (GhcCallDevices *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_popover_popdown (GTK_POPOVER (self));
  gtk_widget_activate_action (parent, "win.voice-preferences", NULL);
}

static void
ghc_call_devices_dispose (GObject *object)
{
  GhcCallDevices *self = GHC_CALL_DEVICES (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CALL_DEVICES);
  g_clear_object (&self->voice);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (ghc_call_devices_parent_class)->dispose (object);
}

static void
ghc_call_devices_class_init (GhcCallDevicesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_call_devices_dispose;
  widget_class->map = ghc_call_devices_map;

  g_type_ensure (GHC_TYPE_LEVEL_METER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-call-devices.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCallDevices, input_choice);
  gtk_widget_class_bind_template_child (widget_class, GhcCallDevices, output_choice);
  gtk_widget_class_bind_template_child (widget_class, GhcCallDevices, meter);
  gtk_widget_class_bind_template_child (widget_class, GhcCallDevices, use_label);
  gtk_widget_class_bind_template_callback (widget_class, on_preferences_clicked);
}

static void
ghc_call_devices_init (GhcCallDevices *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ghc_call_devices_set_desk (GhcCallDevices *self, GhcCallDesk *desk)
{
  g_return_if_fail (GHC_IS_CALL_DEVICES (self));

  g_set_object (&self->desk, desk);
}
