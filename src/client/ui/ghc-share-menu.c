/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-menu.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gh-weak.h"
#include "ghc-camera-dialog.h"
#include "ghc-sharing.h"

/**
 * GhcShareMenu:
 *
 * Where one begins to show a screen, a window or a camera to the others in the call, chooses how, and
 * stops. No camera is opened by opening this.
 */
struct _GhcShareMenu
{
  GtkPopover parent_instance;

  GtkWidget *screen_button;
  GtkLabel *screen_label;
  GtkWidget *repeat_button;
  GtkWidget *sound_box;
  GtkDropDown *sound_choice;
  GtkLabel *sound_label;
  GtkDropDown *height_choice;
  GtkDropDown *rate_choice;
  GtkSpinButton *bitrate_spin;
  GtkDropDown *preference_choice;
  GtkWidget *camera_button;
  GtkLabel *camera_label;

  GhcCallDesk *desk;
  GhcSharing *sharing;
  GhcSoundSources *sounds;
  char *sound_id; /* (nullable): of what is chosen */
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (GhcShareMenu, ghc_share_menu, GTK_TYPE_POPOVER)

static const guint heights[] = { 0, 1440, 1080, 720, 480 };
static const guint rates[] = { 5, 15, 30, 60 };

static void
update (GhcShareMenu *self)
{
  gboolean screen = ghc_sharing_get_broadcast (self->sharing, GHC_SHARE_SCREEN) != NULL;
  gboolean camera = ghc_sharing_get_broadcast (self->sharing, GHC_SHARE_CAMERA) != NULL;
  gboolean asking = ghc_sharing_get_asking (self->sharing);

  gtk_label_set_label (self->screen_label, screen ? _ ("_Stop Sharing the Screen")
                                                  : _ ("Share a _Screen or Window…"));
  gtk_widget_set_sensitive (self->screen_button, !asking);
  gtk_widget_set_visible (self->repeat_button,
                          !screen && ghc_sharing_get_can_repeat (self->sharing));
  gtk_widget_set_sensitive (self->repeat_button, !asking);
  gtk_widget_set_visible (self->sound_box, !screen);
  gtk_label_set_label (self->camera_label, camera ? _ ("Turn the _Camera Off")
                                                  : _ ("Turn the _Camera On…"));
}

/* --- How ------------------------------------------------------------------------------------ */

static guint
find_number (const guint *numbers, guint n, guint number)
{
  for (guint i = 0; i < n; i++)
    if (numbers[i] == number)
      return i;
  return 0;
}

static void
show_quality (GhcShareMenu *self)
{
  GhcVideoQuality quality;

  ghc_sharing_get_quality (self->sharing, &quality);
  self->is_filling = TRUE;
  gtk_drop_down_set_selected (self->height_choice,
                              find_number (heights, G_N_ELEMENTS (heights), quality.max_height));
  gtk_drop_down_set_selected (self->rate_choice,
                              find_number (rates, G_N_ELEMENTS (rates), quality.frame_rate));
  gtk_spin_button_set_value (self->bitrate_spin, quality.bitrate / 1e6);
  gtk_drop_down_set_selected (self->preference_choice, quality.preference == GHC_VIDEO_MOTION);
  self->is_filling = FALSE;
}

static void
on_quality_changed (GhcShareMenu *self)
{
  guint height = gtk_drop_down_get_selected (self->height_choice);
  guint rate = gtk_drop_down_get_selected (self->rate_choice);
  GhcVideoQuality quality;

  if (self->is_filling || self->sharing == NULL || height >= G_N_ELEMENTS (heights)
      || rate >= G_N_ELEMENTS (rates))
    return;

  quality = (GhcVideoQuality) {
    .max_height = heights[height],
    .frame_rate = rates[rate],
    .bitrate = (guint) round (gtk_spin_button_get_value (self->bitrate_spin) * 1e6),
    .preference = gtk_drop_down_get_selected (self->preference_choice) == 0 ? GHC_VIDEO_TEXT
                                                                            : GHC_VIDEO_MOTION,
  };
  ghc_sharing_set_quality (self->sharing, &quality);
}

static gboolean
on_bitrate_output (GhcShareMenu *self, GtkSpinButton *spin)
{
  double value = gtk_spin_button_get_value (spin);
  g_autofree char *text = value > 0 ? g_strdup_printf ("%.1f", value)
                                    /* Translators: how many bits a second */
                                    : g_strdup (C_ ("bitrate", "Automatic"));

  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (spin)), text) != 0)
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

/* Whatever is no number is what it says by itself: automatic. */
static int
on_bitrate_input (GhcShareMenu *self, double *value, GtkSpinButton *spin)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (spin)));

  *value = g_ascii_strtod (g_strdelimit (text, ",", '.'), NULL);
  if (!isfinite (*value))
    *value = 0;
  return TRUE;
}

/* --- Sound ---------------------------------------------------------------------------------- */

static void
fill_sounds (GhcShareMenu *self)
{
  GListModel *sounds = G_LIST_MODEL (self->sounds);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  gtk_string_list_append (names, _ ("No Sound"));
  for (guint i = 0; i < g_list_model_get_n_items (sounds); i++)
    {
      g_autoptr (GhcSoundSource) sound = g_list_model_get_item (sounds, i);

      gtk_string_list_append (names, ghc_sound_source_get_name (sound));
      if (g_strcmp0 (ghc_sound_source_get_id (sound), self->sound_id) == 0)
        selected = i + 1;
    }
  self->is_filling = TRUE;
  gtk_drop_down_set_model (self->sound_choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->sound_choice, selected);
  self->is_filling = FALSE;
}

static GhcSoundSource *
dup_sound (GhcShareMenu *self)
{
  guint selected = gtk_drop_down_get_selected (self->sound_choice);

  if (self->sounds == NULL || selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return NULL;
  return g_list_model_get_item (G_LIST_MODEL (self->sounds), selected - 1);
}

static void
on_sound_selected (GhcShareMenu *self)
{
  g_autoptr (GhcSoundSource) sound = NULL;

  if (self->is_filling)
    return;

  sound = dup_sound (self);
  g_set_str (&self->sound_id, sound != NULL ? ghc_sound_source_get_id (sound) : NULL);
}

static DexFuture *
on_sounds_started (DexFuture *future, gpointer data)
{
  g_autoptr (GhcShareMenu) self = g_weak_ref_get (data);
  g_autoptr (GError) error = NULL;

  if (self == NULL || self->sounds == NULL)
    return dex_future_new_true ();

  dex_future_get_value (future, &error);
  gtk_widget_set_visible (GTK_WIDGET (self->sound_label), error != NULL);
  gtk_label_set_label (self->sound_label, error != NULL ? error->message : "");
  return dex_future_new_true ();
}

/* What plays is asked for when somebody wants to see it. */
static void
look_for_sounds (GhcShareMenu *self)
{
  if (self->sounds == NULL)
    {
      self->sounds = g_object_ref (ghc_sharing_get_sounds (self->sharing));
      g_signal_connect_object (self->sounds, "items-changed", G_CALLBACK (fill_sounds), self,
                               G_CONNECT_SWAPPED);
      fill_sounds (self);
    }
  dex_future_disown (dex_future_finally (ghc_sound_sources_start (self->sounds), on_sounds_started,
                                         gh_weak_ref_new (self), gh_weak_ref_free));
}

/* --- Beginning and ending ------------------------------------------------------------------- */

static void
begin_screen (GhcShareMenu *self, gboolean repeat)
{
  g_autoptr (GhcSoundSource) sound = dup_sound (self);

  ghc_sharing_begin_screen (self->sharing, GTK_WIDGET (self), sound, repeat);
}

static void
on_screen_clicked (GhcShareMenu *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  if (ghc_sharing_get_broadcast (self->sharing, GHC_SHARE_SCREEN) != NULL)
    ghc_sharing_stop (self->sharing, GHC_SHARE_SCREEN);
  else
    begin_screen (self, FALSE);
}

static void
on_repeat_clicked (GhcShareMenu *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  begin_screen (self, TRUE);
}

static void
on_camera_clicked (GhcShareMenu *self)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  if (ghc_sharing_get_broadcast (self->sharing, GHC_SHARE_CAMERA) != NULL)
    ghc_sharing_stop (self->sharing, GHC_SHARE_CAMERA);
  else
    adw_dialog_present (ghc_camera_dialog_new (self->sharing),
                        GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))));
}

static void
ghc_share_menu_show (GtkWidget *widget)
{
  GhcShareMenu *self = GHC_SHARE_MENU (widget);

  if (self->sharing != NULL)
    {
      show_quality (self);
      look_for_sounds (self);
      update (self);
    }

  GTK_WIDGET_CLASS (ghc_share_menu_parent_class)->show (widget);
}

/* --- Life ----------------------------------------------------------------------------------- */

void
ghc_share_menu_set_desk (GhcShareMenu *self, GhcCallDesk *desk)
{
  GhcSharing *sharing = desk != NULL ? ghc_call_desk_get_sharing (desk) : NULL;

  g_return_if_fail (GHC_IS_SHARE_MENU (self));

  if (self->sharing != NULL)
    g_signal_handlers_disconnect_by_func (self->sharing, update, self);
  if (self->sounds != NULL)
    g_signal_handlers_disconnect_by_func (self->sounds, fill_sounds, self);
  g_clear_object (&self->sounds);
  g_set_object (&self->desk, desk);
  g_set_object (&self->sharing, sharing);
  if (self->sharing != NULL)
    g_signal_connect_object (self->sharing, "notify", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
}

static void
ghc_share_menu_dispose (GObject *object)
{
  GhcShareMenu *self = GHC_SHARE_MENU (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SHARE_MENU);
  g_clear_object (&self->sounds);
  g_clear_object (&self->sharing);
  g_clear_object (&self->desk);
  g_clear_pointer (&self->sound_id, g_free);

  G_OBJECT_CLASS (ghc_share_menu_parent_class)->dispose (object);
}

static void
ghc_share_menu_class_init (GhcShareMenuClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_share_menu_dispose;
  widget_class->show = ghc_share_menu_show;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-share-menu.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, screen_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, screen_label);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, repeat_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, sound_box);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, sound_choice);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, sound_label);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, height_choice);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, rate_choice);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, bitrate_spin);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, preference_choice);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, camera_button);
  gtk_widget_class_bind_template_child (widget_class, GhcShareMenu, camera_label);
  gtk_widget_class_bind_template_callback (widget_class, on_screen_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_repeat_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_camera_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_quality_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_bitrate_input);
  gtk_widget_class_bind_template_callback (widget_class, on_bitrate_output);
}

static void
ghc_share_menu_init (GhcShareMenu *self)
{
  self->is_filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_filling = FALSE;
  g_signal_connect_object (self->sound_choice, "notify::selected", G_CALLBACK (on_sound_selected),
                           self, G_CONNECT_SWAPPED);
}
