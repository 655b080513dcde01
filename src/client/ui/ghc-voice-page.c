/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-voice-page.h"

#include <glib/gi18n.h>

#include "ghc-choice.h"
#include "ghc-device-choice.h"
#include "ghc-key-row.h"
#include "ghc-level-meter.h"

/**
 * GhcVoicePage:
 *
 * The preferences of calls: devices and their test, when one's voice is sent and what is done to it,
 * sounds, and relays. All takes effect at once.
 */
struct _GhcVoicePage
{
  AdwPreferencesPage parent_instance;

  GtkWidget *input_row;
  GtkWidget *output_row;
  GtkWidget *test_button;
  GtkWidget *meter;
  GtkLabel *level_label;
  GtkWidget *mode_row;
  GtkWidget *threshold_row;
  GtkAdjustment *threshold;
  GtkScale *threshold_scale;
  GhcKeyRow *key_row;
  GtkWidget *reach_row;
  GtkWidget *noise_row;
  GtkWidget *echo_row;
  GtkWidget *gain_row;
  GtkWidget *sounds_row;
  GtkWidget *join_row;
  GtkWidget *leave_row;
  GtkWidget *mute_row;
  GtkWidget *relay_row;

  GhcCallDesk *desk;
  GhcTalkKey *talk_key;
  GhcVoice *voice;
};

G_DEFINE_FINAL_TYPE (GhcVoicePage, ghc_voice_page, ADW_TYPE_PREFERENCES_PAGE)

/* In the order of the choices in the Blueprint file. */
static const char *const modes[] = { "activity", "push-to-talk" };

static gboolean
mode_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      if (g_str_equal (g_variant_get_string (variant, NULL), modes[i]))
        g_value_set_uint (value, i);
    }
  return TRUE;
}

static GVariant *
position_to_mode (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint position = g_value_get_uint (value);

  return g_variant_new_string (modes[position < G_N_ELEMENTS (modes) ? position : 0]);
}

/* Only what belongs to the chosen mode is shown. */
static void
on_mode (GhcVoicePage *self)
{
  guint selected = 0;

  g_object_get (self->mode_row, "selected", &selected, NULL);
  gtk_widget_set_visible (self->threshold_row, selected == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->key_row), selected == 1);
  gtk_widget_set_visible (self->reach_row, selected == 1 && self->talk_key != NULL);
  g_object_set (self->meter, "threshold",
                selected == 0 ? gtk_adjustment_get_value (self->threshold) : -1000.0, NULL);
}

static void
update_level (GhcVoicePage *self)
{
  const char *problem = NULL;
  const char *text;

  if (self->voice == NULL)
    return;

  if (ghc_voice_get_problem (self->voice) != GHC_VOICE_PROBLEM_NONE)
    problem = ghc_voice_get_problem_text (self->voice);
  if (problem != NULL)
    text = problem;
  else if (!ghc_voice_get_capturing (self->voice))
    text = _ ("Press “Test” to see whether the microphone hears you.");
  else if (ghc_voice_get_mode (self->voice) == GHC_VOICE_PUSH_TO_TALK)
    text = _ ("In a call you are heard while you hold the key.");
  else if (ghc_voice_get_loud_enough (self->voice))
    text = _ ("Loud enough to be sent.");
  else if (ghc_voice_get_testing (self->voice))
    text = _ ("Say something. The bar turns green when you are loud enough to be sent.");
  else
    text = _ ("The microphone is in use.");
  gtk_label_set_label (self->level_label, text);
}

static char *
format_threshold (GtkScale *scale, double value, gpointer data)
{
  /* Translators: a level in decibels */
  return g_strdup_printf (_ ("%.0f dB"), value);
}

/* A test that nobody sees is a microphone left open. */
static void
ghc_voice_page_unmap (GtkWidget *widget)
{
  GhcVoicePage *self = GHC_VOICE_PAGE (widget);

  if (self->voice != NULL)
    ghc_voice_set_testing (self->voice, FALSE);

  GTK_WIDGET_CLASS (ghc_voice_page_parent_class)->unmap (widget);
}

static void
take_voice (GhcVoicePage *self)
{
  static const char *const watched[] = {
    "notify::capturing",
    "notify::loud-enough",
    "notify::mode",
    "notify::testing",
    "notify::problem",
    "notify::problem-text",
  };

  self->voice = g_object_ref (ghc_call_desk_get_voice (self->desk));
  ghc_device_choice_bind (G_OBJECT (self->input_row), self->voice, TRUE);
  ghc_device_choice_bind (G_OBJECT (self->output_row), self->voice, FALSE);
  g_object_bind_property (self->voice, "testing", self->test_button, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (self->voice, "input-level", self->meter, "level", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->voice, "loud-enough", self->meter, "open", G_BINDING_SYNC_CREATE);
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (self->voice, watched[i], G_CALLBACK (update_level), self,
                             G_CONNECT_SWAPPED);
  update_level (self);
}

/* The devices are asked for when somebody wants to see them. */
static void
ghc_voice_page_map (GtkWidget *widget)
{
  GhcVoicePage *self = GHC_VOICE_PAGE (widget);

  if (self->voice == NULL && ghc_call_desk_ensure_voice (self->desk) != NULL)
    take_voice (self);

  GTK_WIDGET_CLASS (ghc_voice_page_parent_class)->map (widget);
}

static void
bind (GhcVoicePage *self)
{
  GSettings *settings = ghc_call_desk_get_settings (self->desk);
  const struct
  {
    const char *key;
    gpointer object;
    const char *property;
  } simple[] = {
    { "voice-threshold", self->threshold, "value" },
    { "push-to-talk-key", self->key_row, "accelerator" },
    { "noise-suppression", self->noise_row, "active" },
    { "echo-cancellation", self->echo_row, "active" },
    { "gain-control", self->gain_row, "active" },
    { "call-sounds", self->sounds_row, "enable-expansion" },
    { "call-sound-join", self->join_row, "active" },
    { "call-sound-leave", self->leave_row, "active" },
    { "call-sound-mute", self->mute_row, "active" },
    { "relay-only", self->relay_row, "active" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (simple); i++)
    g_settings_bind (settings, simple[i].key, simple[i].object, simple[i].property,
                     G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "voice-mode", self->mode_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, mode_to_position, position_to_mode, NULL,
                                NULL);
  g_signal_connect_object (self->mode_row, "notify::selected", G_CALLBACK (on_mode), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->threshold, "value-changed", G_CALLBACK (on_mode), self,
                           G_CONNECT_SWAPPED);
  on_mode (self);
}

static void
ghc_voice_page_dispose (GObject *object)
{
  GhcVoicePage *self = GHC_VOICE_PAGE (object);

  if (self->voice != NULL)
    ghc_voice_set_testing (self->voice, FALSE);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_VOICE_PAGE);
  g_clear_object (&self->voice);
  g_clear_object (&self->talk_key);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (ghc_voice_page_parent_class)->dispose (object);
}

static void
ghc_voice_page_class_init (GhcVoicePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_voice_page_dispose;
  widget_class->map = ghc_voice_page_map;
  widget_class->unmap = ghc_voice_page_unmap;

  g_type_ensure (GHC_TYPE_KEY_ROW);
  g_type_ensure (GHC_TYPE_LEVEL_METER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-voice-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, input_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, output_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, test_button);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, meter);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, level_label);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, mode_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, threshold_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, threshold);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, threshold_scale);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, key_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, reach_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, noise_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, echo_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, gain_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, sounds_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, join_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, leave_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, mute_row);
  gtk_widget_class_bind_template_child (widget_class, GhcVoicePage, relay_row);
}

static void
ghc_voice_page_init (GhcVoicePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_choice_name_items (ADW_COMBO_ROW (self->input_row), FALSE);
  ghc_choice_name_items (ADW_COMBO_ROW (self->output_row), FALSE);
  ghc_choice_name_items (ADW_COMBO_ROW (self->mode_row), FALSE);
  gtk_scale_set_format_value_func (self->threshold_scale, format_threshold, NULL, NULL);
}

/**
 * ghc_voice_page_new:
 * @talk_key: (nullable): tells where the key to talk is heard
 */
AdwPreferencesPage *
ghc_voice_page_new (GhcCallDesk *desk, GhcTalkKey *talk_key)
{
  GhcVoicePage *self;

  g_return_val_if_fail (GHC_IS_CALL_DESK (desk), NULL);

  self = g_object_new (GHC_TYPE_VOICE_PAGE, NULL);
  self->desk = g_object_ref (desk);
  g_set_object (&self->talk_key, talk_key);
  if (talk_key != NULL)
    g_object_bind_property (talk_key, "reach", self->reach_row, "subtitle", G_BINDING_SYNC_CREATE);
  bind (self);
  return ADW_PREFERENCES_PAGE (self);
}
