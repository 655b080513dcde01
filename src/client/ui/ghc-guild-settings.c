/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-settings.h"

#include <glib/gi18n.h>

#include "ghc-dialog.h"
#include "ghc-guild-channels-page.h"
#include "ghc-guild-invites-page.h"
#include "ghc-guild-members-page.h"
#include "ghc-guild-overview-page.h"
#include "ghc-guild-roles-page.h"

/**
 * GhcGuildSettings:
 *
 * All that can be set of a guild, as far as the person may; closes when the guild goes away.
 */
struct _GhcGuildSettings
{
  AdwPreferencesDialog parent_instance;
};

enum
{
  LEAVE_REQUESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcGuildSettings, ghc_guild_settings, ADW_TYPE_PREFERENCES_DIALOG)

static void
ghc_guild_settings_class_init (GhcGuildSettingsClass *klass)
{
  /**
   * GhcGuildSettings::leave-requested:
   *
   * The person wants to leave the guild; the dialog closes.
   */
  signals[LEAVE_REQUESTED] = g_signal_new ("leave-requested", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ghc_guild_settings_init (GhcGuildSettings *self)
{
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Guild Settings"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 760);
  adw_dialog_set_content_height (ADW_DIALOG (self), 620);
  adw_preferences_dialog_set_search_enabled (ADW_PREFERENCES_DIALOG (self), FALSE);
}

static void
on_leave_requested (GhcGuildSettings *self)
{
  g_signal_emit (self, signals[LEAVE_REQUESTED], 0);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_account_changed (GhcGuildSettings *self, GParamSpec *pspec, GhcGuild *guild)
{
  if (ghc_guild_get_account (guild) == NULL)
    adw_dialog_force_close (ADW_DIALOG (self));
}

static void
add (GhcGuildSettings *self, AdwPreferencesPage *page)
{
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), page);
}

GhcGuildSettings *
ghc_guild_settings_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildSettings *self;
  AdwPreferencesPage *overview;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_SETTINGS, NULL);
  overview = ghc_guild_overview_page_new (session, guild);
  g_signal_connect_object (overview, "leave-requested", G_CALLBACK (on_leave_requested), self,
                           G_CONNECT_SWAPPED);
  add (self, overview);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
  if (ghc_guild_get_can_manage_channels (guild))
    add (self, ghc_guild_channels_page_new (session, guild));
  if (ghc_guild_get_can_manage_roles (guild))
    add (self, ghc_guild_roles_page_new (session, guild));
  add (self, ghc_guild_members_page_new (session, guild));
  /* Who doesn’t manage the guild is shown their own, to revoke them. */
  if (ghc_guild_get_can_manage_guild (guild) || ghc_guild_get_can_create_invite (guild))
    add (self, ghc_guild_invites_page_new (session, guild));
  g_signal_connect_object (guild, "notify::account", G_CALLBACK (on_account_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
