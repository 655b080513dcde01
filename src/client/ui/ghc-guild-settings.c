/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-settings.h"

#include <glib/gi18n.h>

#include "ghc-dialog.h"
#include "ghc-guild-channels-page.h"
#include "ghc-guild-invites-page.h"
#include "ghc-guild-members-page.h"
#include "ghc-guild-overview-page.h"
#include "ghc-guild-roles-page.h"
#include "ghc-toast.h"

#define N_GUARDED 3

/* A page that needs a right. */
typedef struct
{
  GtkWidget *page; /* borrowed from the dialog */
  gboolean (*is_allowed) (GhcGuild *guild);
  const char *farewell; /* to who looked at it when the right went */
} Guarded;

/**
 * GhcGuildSettings:
 *
 * All that can be set of a guild, as far as the person may: pages come and go with their rights, and who is on one
 * that goes is told. Closes when the guild goes away.
 */
struct _GhcGuildSettings
{
  AdwPreferencesDialog parent_instance;

  GhcGuild *guild;
  GtkWidget *overview; /* borrowed from the dialog */
  Guarded guarded[N_GUARDED];
  guint n_guarded;
};

enum
{
  LEAVE_REQUESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcGuildSettings, ghc_guild_settings, ADW_TYPE_PREFERENCES_DIALOG)

static gboolean
can_see_invites (GhcGuild *guild)
{
  /* Who doesn’t manage the guild is shown their own, to revoke them. */
  return ghc_guild_get_can_manage_guild (guild) || ghc_guild_get_can_create_invite (guild);
}

/* Leaves a page, and what it has opened in its place, for the first one. */
static void
turn_away (GhcGuildSettings *self, AdwViewStack *stack, const Guarded *guarded)
{
  GtkWidget *view = gtk_widget_get_ancestor (GTK_WIDGET (stack), ADW_TYPE_NAVIGATION_VIEW);
  GtkWidget *root = gtk_widget_get_ancestor (GTK_WIDGET (stack), ADW_TYPE_NAVIGATION_PAGE);
  GtkRoot *window = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = window != NULL ? gtk_root_get_focus (window) : NULL;
  gboolean had_focus = focus != NULL && view != NULL && gtk_widget_is_ancestor (focus, view);

  adw_view_stack_set_visible_child (stack, self->overview);
  if (view != NULL && root != NULL)
    adw_navigation_view_pop_to_page (ADW_NAVIGATION_VIEW (view), ADW_NAVIGATION_PAGE (root));
  if (had_focus)
    gtk_widget_child_focus (self->overview, GTK_DIR_TAB_FORWARD);
  ghc_toast_show (GTK_WIDGET (self), _ (guarded->farewell));
}

static void
update (GhcGuildSettings *self)
{
  GtkWidget *stack = gtk_widget_get_ancestor (self->overview, ADW_TYPE_VIEW_STACK);

  for (guint i = 0; i < self->n_guarded; i++)
    {
      const Guarded *guarded = &self->guarded[i];
      AdwViewStackPage *page = adw_view_stack_get_page (ADW_VIEW_STACK (stack), guarded->page);
      gboolean is_allowed = guarded->is_allowed (self->guild);

      if (!is_allowed && adw_view_stack_get_visible_child (ADW_VIEW_STACK (stack)) == guarded->page)
        turn_away (self, ADW_VIEW_STACK (stack), guarded);
      adw_view_stack_page_set_visible (page, is_allowed);
    }
}

static void
ghc_guild_settings_dispose (GObject *object)
{
  GhcGuildSettings *self = GHC_GUILD_SETTINGS (object);

  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_guild_settings_parent_class)->dispose (object);
}

static void
ghc_guild_settings_class_init (GhcGuildSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_guild_settings_dispose;

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

/* The pages are all there from the start, since none can be added before another. */
static void
add_guarded (GhcGuildSettings *self, AdwPreferencesPage *page,
             gboolean (*is_allowed) (GhcGuild *guild), const char *farewell)
{
  g_assert (self->n_guarded < N_GUARDED);

  add (self, page);
  self->guarded[self->n_guarded++] = (Guarded) { GTK_WIDGET (page), is_allowed, farewell };
}

GhcGuildSettings *
ghc_guild_settings_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildSettings *self;
  AdwPreferencesPage *overview;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_SETTINGS, NULL);
  self->guild = g_object_ref (guild);
  overview = ghc_guild_overview_page_new (session, guild);
  self->overview = GTK_WIDGET (overview);
  g_signal_connect_object (overview, "leave-requested", G_CALLBACK (on_leave_requested), self,
                           G_CONNECT_SWAPPED);
  add (self, overview);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
  add_guarded (self, ghc_guild_channels_page_new (session, guild),
               ghc_guild_get_can_manage_channels,
               N_ ("You can no longer manage the channels of this guild."));
  add_guarded (self, ghc_guild_roles_page_new (session, guild), ghc_guild_get_can_manage_roles,
               N_ ("You can no longer manage the roles of this guild."));
  add (self, ghc_guild_members_page_new (session, guild));
  add_guarded (self, ghc_guild_invites_page_new (session, guild), can_see_invites,
               N_ ("You can no longer see the invite links of this guild."));
  update (self);
  g_signal_connect_object (guild, "notify::permissions", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (guild, "notify::account", G_CALLBACK (on_account_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
