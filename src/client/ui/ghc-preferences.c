/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-preferences.h"

#include "ghc-choice.h"
#include "ghc-dialog.h"
#include "ghc-voice-page.h"

/**
 * GhcPreferences:
 *
 * What can be set of the application; takes effect at once.
 */
struct _GhcPreferences
{
  AdwPreferencesDialog parent_instance;

  GtkWidget *color_row;
  GtkWidget *enter_row;
  GtkWidget *spell_row;
};

G_DEFINE_FINAL_TYPE (GhcPreferences, ghc_preferences, ADW_TYPE_PREFERENCES_DIALOG)

/* In the order of the choices in the Blueprint file. */
static const char *const color_schemes[] = { "default", "light", "dark" };

static gboolean
scheme_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (color_schemes); i++)
    {
      if (g_str_equal (g_variant_get_string (variant, NULL), color_schemes[i]))
        g_value_set_uint (value, i);
    }
  return TRUE;
}

static GVariant *
position_to_scheme (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint position = g_value_get_uint (value);

  return g_variant_new_string (
    color_schemes[position < G_N_ELEMENTS (color_schemes) ? position : 0]);
}

static void
ghc_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GHC_TYPE_PREFERENCES);

  G_OBJECT_CLASS (ghc_preferences_parent_class)->dispose (object);
}

static void
ghc_preferences_class_init (GhcPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcPreferences, color_row);
  gtk_widget_class_bind_template_child (widget_class, GhcPreferences, enter_row);
  gtk_widget_class_bind_template_child (widget_class, GhcPreferences, spell_row);
}

static void
ghc_preferences_init (GhcPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_choice_name_items (ADW_COMBO_ROW (self->color_row), FALSE);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

/**
 * ghc_preferences_new:
 * @talk_key: (nullable): tells where the key to talk is heard
 */
GhcPreferences *
ghc_preferences_new (GSettings *settings, GhcCallDesk *desk, GhcTalkKey *talk_key)
{
  GhcPreferences *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GHC_IS_CALL_DESK (desk), NULL);

  self = g_object_new (GHC_TYPE_PREFERENCES, NULL);
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), ghc_voice_page_new (desk, talk_key));
  g_settings_bind_with_mapping (settings, "color-scheme", self->color_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, scheme_to_position, position_to_scheme,
                                NULL, NULL);
  g_settings_bind (settings, "enter-sends", self->enter_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "spell-check", self->spell_row, "active", G_SETTINGS_BIND_DEFAULT);
  return self;
}

/**
 * ghc_preferences_show_voice:
 *
 * Turns to what concerns calls.
 */
void
ghc_preferences_show_voice (GhcPreferences *self)
{
  g_return_if_fail (GHC_IS_PREFERENCES (self));

  adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (self), "voice");
}
