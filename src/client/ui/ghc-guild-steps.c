/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-steps.h"

/* A guild is made with #general and Lounge. */
#define CHANNELS_AT_START 2

/**
 * GhcGuildSteps:
 *
 * What to do first in a guild that one has just made; a step that is done goes away.
 */
struct _GhcGuildSteps
{
  GtkBox parent_instance;

  GtkWidget *invite_button;
  GtkWidget *channel_button;
  GtkWidget *icon_button;

  GhcGuild *guild;
};

G_DEFINE_FINAL_TYPE (GhcGuildSteps, ghc_guild_steps, GTK_TYPE_BOX)

static void
update (GhcGuildSteps *self)
{
  GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (self->guild));

  gtk_widget_set_visible (self->channel_button,
                          g_list_model_get_n_items (channels) <= CHANNELS_AT_START);
  gtk_widget_set_visible (self->icon_button, ghc_guild_get_icon_id (self->guild) == NULL);
}

static void
ghc_guild_steps_dispose (GObject *object)
{
  GhcGuildSteps *self = GHC_GUILD_STEPS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_GUILD_STEPS);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_guild_steps_parent_class)->dispose (object);
}

static void
ghc_guild_steps_class_init (GhcGuildStepsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_guild_steps_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-guild-steps.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcGuildSteps, invite_button);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildSteps, channel_button);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildSteps, icon_button);
}

static void
ghc_guild_steps_init (GhcGuildSteps *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_guild_steps_new (GhcGuild *guild)
{
  GhcGuildSteps *self;

  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_STEPS, NULL);
  self->guild = g_object_ref (guild);
  g_signal_connect_object (guild, "notify::icon-id", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_channel_list_get_all (ghc_guild_get_channels (guild)),
                           "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
