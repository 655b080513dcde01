/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-device-choice.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

/**
 * GhcDeviceChoice:
 *
 * Fills a #GtkDropDown or an #AdwComboRow with the devices there are, and keeps it and the voice of one
 * mind. First comes the system's default, last a chosen device that is not connected.
 */
struct _GhcDeviceChoice
{
  GObject parent_instance;

  GObject *chooser; /* holds this */
  GhcVoice *voice;
  gboolean input;

  GListModel *devices;
  GtkStringList *names;
  GPtrArray *ids; /* of each name; "" for the default */
  gboolean is_filling;
  guint refill;
};

G_DEFINE_FINAL_TYPE (GhcDeviceChoice, ghc_device_choice, G_TYPE_OBJECT)

static const char *
get_chosen (GhcDeviceChoice *self)
{
  const char *id = self->input ? ghc_voice_get_input_device (self->voice)
                               : ghc_voice_get_output_device (self->voice);

  return id != NULL ? id : "";
}

static void
add (GhcDeviceChoice *self, const char *id, const char *name)
{
  g_ptr_array_add (self->ids, g_strdup (id));
  gtk_string_list_append (self->names, name);
}

static char *
name_default (GhcDeviceChoice *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->devices); i++)
    {
      g_autoptr (GhcAudioDevice) device = g_list_model_get_item (self->devices, i);

      if (ghc_audio_device_is_default (device))
        /* Translators: %s is the microphone or loudspeaker that the system uses by itself */
        return g_strdup_printf (_ ("System Default (%s)"), ghc_audio_device_get_name (device));
    }
  return g_strdup (_ ("System Default"));
}

static void
fill (GhcDeviceChoice *self)
{
  const char *chosen = get_chosen (self);
  g_autofree char *by_default = name_default (self);
  guint selected = 0;

  self->is_filling = TRUE;
  g_ptr_array_set_size (self->ids, 0);
  g_clear_object (&self->names);
  self->names = gtk_string_list_new (NULL);
  add (self, "", by_default);
  for (guint i = 0; i < g_list_model_get_n_items (self->devices); i++)
    {
      g_autoptr (GhcAudioDevice) device = g_list_model_get_item (self->devices, i);

      if (g_str_equal (ghc_audio_device_get_id (device), chosen))
        selected = self->ids->len;
      add (self, ghc_audio_device_get_id (device), ghc_audio_device_get_name (device));
    }
  if (selected == 0 && *chosen != '\0')
    {
      selected = self->ids->len;
      add (self, chosen, _ ("The chosen device is not connected"));
    }
  g_object_set (self->chooser, "model", self->names, "selected", selected, NULL);
  self->is_filling = FALSE;
}

static gboolean
on_refill (gpointer data)
{
  GhcDeviceChoice *self = data;

  self->refill = 0;
  fill (self);
  return G_SOURCE_REMOVE;
}

/* Not at once: this may come of what was just chosen, while the chooser still works on the names it has. */
static void
refill (GhcDeviceChoice *self)
{
  if (self->refill == 0)
    self->refill = g_idle_add (on_refill, self);
}

static void
on_selected (GhcDeviceChoice *self)
{
  const char *id;
  guint selected;

  if (self->is_filling)
    return;

  g_object_get (self->chooser, "selected", &selected, NULL);
  if (selected >= self->ids->len)
    return;
  id = g_ptr_array_index (self->ids, selected);
  if (g_str_equal (id, get_chosen (self)))
    return;
  if (*id == '\0')
    id = NULL;
  if (self->input)
    ghc_voice_set_input_device (self->voice, id);
  else
    ghc_voice_set_output_device (self->voice, id);
}

static void
ghc_device_choice_dispose (GObject *object)
{
  GhcDeviceChoice *self = GHC_DEVICE_CHOICE (object);

  g_clear_handle_id (&self->refill, g_source_remove);
  g_clear_object (&self->devices);
  g_clear_object (&self->names);
  g_clear_object (&self->voice);
  g_clear_pointer (&self->ids, g_ptr_array_unref);

  G_OBJECT_CLASS (ghc_device_choice_parent_class)->dispose (object);
}

static void
ghc_device_choice_class_init (GhcDeviceChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_device_choice_dispose;
}

static void
ghc_device_choice_init (GhcDeviceChoice *self)
{
  self->ids = g_ptr_array_new_with_free_func (g_free);
}

/**
 * ghc_device_choice_bind:
 * @chooser: has "model" and "selected"
 * @input: microphones, rather than what one hears with
 *
 * Asks the sound server which devices there are, and lets @chooser choose one for @voice.
 */
void
ghc_device_choice_bind (GObject *chooser, GhcVoice *voice, gboolean input)
{
  GhcDeviceChoice *self;

  g_return_if_fail (G_IS_OBJECT (chooser));
  g_return_if_fail (GHC_IS_VOICE (voice));

  self = g_object_new (GHC_TYPE_DEVICE_CHOICE, NULL);
  self->chooser = chooser;
  self->voice = g_object_ref (voice);
  self->input = input;
  self->devices = g_object_ref (input ? ghc_voice_get_inputs (voice) : ghc_voice_get_outputs (voice));
  g_object_set_data_full (chooser, "ghc-device-choice", self, g_object_unref);
  g_signal_connect_object (self->devices, "items-changed", G_CALLBACK (refill), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (voice, input ? "notify::input-device" : "notify::output-device",
                           G_CALLBACK (refill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chooser, "notify::selected", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  fill (self);
}
