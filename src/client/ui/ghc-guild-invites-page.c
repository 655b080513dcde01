/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-invites-page.h"

#include <glib/gi18n.h>

#include "gh-error.h"
#include "gh-time.h"
#include "ghc-invite-dialog.h"
#include "ghc-time.h"
#include "ghc-toast.h"

/**
 * GhcGuildInvitesPage:
 *
 * The invite links of a guild, each with what is left of it, to copy or to revoke.
 */
struct _GhcGuildInvitesPage
{
  AdwPreferencesPage parent_instance;

  GtkWidget *create_button;
  GtkListBox *list;
  GtkLabel *state_label;

  GhcSession *session;
  GhcGuild *guild;
  GListStore *invites;
  guint asked; /* how often the list was asked for */
  guint shown; /* the number of the answer that is shown */
};

G_DEFINE_FINAL_TYPE (GhcGuildInvitesPage, ghc_guild_invites_page, ADW_TYPE_PREFERENCES_PAGE)

static char *
describe (GhcGuildInvitesPage *self, GhcInvite *invite)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  const char *creator = ghc_invite_get_creator (invite);
  GhcMember *member = creator != NULL ? ghc_guild_lookup_member (self->guild, creator) : NULL;
  guint uses = ghc_invite_get_uses (invite);
  guint max_uses = ghc_invite_get_max_uses (invite);

  if (member != NULL)
    /* Translators: who made an invite link; %s is a person's name */
    g_strv_builder_take (parts, g_strdup_printf (_ ("by %s"), ghc_user_get_display_name (
                                                                ghc_member_get_user (member))));
  if (max_uses > 0)
    g_strv_builder_take (parts, g_strdup_printf (_ ("used %u of %u times"), uses, max_uses));
  else
    g_strv_builder_take (parts,
                         g_strdup_printf (ngettext ("used %u time", "used %u times", uses), uses));
  if (ghc_invite_get_expires_ts (invite) > 0)
    {
      g_autofree char *left = ghc_time_describe_future (ghc_invite_get_expires_ts (invite),
                                                        gh_time_wall_ms ());

      /* Translators: %s is "6 days" */
      g_strv_builder_take (parts, left[0] != '\0' ? g_strdup_printf (_ ("valid for %s"), left)
                                                  : g_strdup (_ ("no longer valid")));
    }
  words = g_strv_builder_end (parts);
  return g_strjoinv (" · ", words);
}

static void
on_copy_clicked (GtkButton *button, GhcInvite *invite)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)),
                          ghc_invite_get_link (invite));
  ghc_toast_show (GTK_WIDGET (button), _ ("Link copied"));
}

typedef struct
{
  GtkWidget *from;
  GtkWidget *button;
  GhcSession *session;
  GhcGuild *guild;
  GhcInvite *invite;
} Revocation;

static void
revocation_free (gpointer data)
{
  Revocation *revocation = data;

  g_object_unref (revocation->from);
  g_object_unref (revocation->button);
  g_object_unref (revocation->session);
  g_object_unref (revocation->guild);
  g_object_unref (revocation->invite);
  g_free (revocation);
}

static void load (GhcGuildInvitesPage *self);

/* The list may have been asked for again since. */
static gboolean
is_same (gconstpointer a, gconstpointer b)
{
  return g_str_equal (ghc_invite_get_code ((GhcInvite *) a), ghc_invite_get_code ((GhcInvite *) b));
}

static void
forget (GhcGuildInvitesPage *self, GhcInvite *invite)
{
  guint position;

  if (self->invites == NULL)
    return;

  if (g_list_store_find_with_equal_func (self->invites, invite, is_same, &position))
    g_list_store_remove (self->invites, position);
  /* An answer that is on its way may be from before. */
  if (self->shown != self->asked)
    load (self);
}

static DexFuture *
revoke_fiber (gpointer data)
{
  Revocation *revocation = data;
  GhcGuildInvitesPage *self = GHC_GUILD_INVITES_PAGE (revocation->from);
  g_autoptr (GError) error = NULL;

  if (dex_await (ghc_session_revoke_invite (revocation->session, revocation->guild,
                                            revocation->invite),
                 &error))
    {
      forget (self, revocation->invite);
    }
  else
    {
      ghc_toast_error (GTK_WIDGET (self), error);
      gtk_widget_set_sensitive (revocation->button, TRUE);
      /* It may be gone already. */
      if (self->invites != NULL && !g_error_matches (error, GH_ERROR, GH_ERROR_UNAVAILABLE))
        load (self);
    }
  return dex_future_new_true ();
}

static void
on_revoke_clicked (GtkButton *button, GhcInvite *invite)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (button), GHC_TYPE_GUILD_INVITES_PAGE);
  GhcGuildInvitesPage *self = GHC_GUILD_INVITES_PAGE (page);
  Revocation *revocation = g_new0 (Revocation, 1);

  revocation->from = g_object_ref (page);
  revocation->button = g_object_ref (GTK_WIDGET (button));
  revocation->session = g_object_ref (self->session);
  revocation->guild = g_object_ref (self->guild);
  revocation->invite = g_object_ref (invite);
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, revoke_fiber, revocation, revocation_free));
}

static GtkWidget *
add_button (GtkWidget *row, const char *icon_name, const char *label)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_add_css_class (button, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return button;
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GhcGuildInvitesPage *self = user_data;
  GhcInvite *invite = item;
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *description = describe (self, invite);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_invite_get_code (invite));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), description);
  g_signal_connect_object (add_button (row, "edit-copy-symbolic", _ ("Copy Link")), "clicked",
                           G_CALLBACK (on_copy_clicked), invite, 0);
  g_signal_connect_object (add_button (row, "user-trash-symbolic", _ ("Revoke")), "clicked",
                           G_CALLBACK (on_revoke_clicked), invite, 0);
  return row;
}

static DexFuture *
load_fiber (gpointer data)
{
  GhcGuildInvitesPage *self = data;
  guint number = ++self->asked;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) invites = NULL;

  invites = dex_await_object (ghc_session_list_invites (self->session, self->guild), &error);
  /* Whoever asked later is told what is newer. */
  if (self->invites == NULL || number != self->asked)
    return dex_future_new_false ();

  self->shown = number;
  gtk_label_set_label (self->state_label,
                       invites != NULL ? _ ("There are no invite links.") : error->message);
  g_list_store_remove_all (self->invites);
  for (guint i = 0; invites != NULL && i < g_list_model_get_n_items (invites); i++)
    {
      g_autoptr (GhcInvite) invite = g_list_model_get_item (invites, i);

      g_list_store_append (self->invites, invite);
    }
  return dex_future_new_true ();
}

static void
load (GhcGuildInvitesPage *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref));
}

static void
on_create_clicked (GhcGuildInvitesPage *self)
{
  GhcInviteDialog *dialog = ghc_invite_dialog_new (self->session, self->guild);

  g_signal_connect_object (dialog, "closed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* Who manages the guild sees everybody’s. */
static void
on_can_manage_changed (GhcGuildInvitesPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load (self);
}

static void
ghc_guild_invites_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ghc_guild_invites_page_parent_class)->map (widget);
  load (GHC_GUILD_INVITES_PAGE (widget));
}

static void
ghc_guild_invites_page_dispose (GObject *object)
{
  GhcGuildInvitesPage *self = GHC_GUILD_INVITES_PAGE (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_GUILD_INVITES_PAGE);
  g_clear_object (&self->invites);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_guild_invites_page_parent_class)->dispose (object);
}

static void
ghc_guild_invites_page_class_init (GhcGuildInvitesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_guild_invites_page_dispose;
  widget_class->map = ghc_guild_invites_page_map;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-guild-invites-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcGuildInvitesPage, create_button);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildInvitesPage, list);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildInvitesPage, state_label);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked);
}

static void
ghc_guild_invites_page_init (GhcGuildInvitesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->invites = g_list_store_new (GHC_TYPE_INVITE);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->invites), create_row, self, NULL);
}

AdwPreferencesPage *
ghc_guild_invites_page_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildInvitesPage *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_INVITES_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  g_object_bind_property (guild, "can-create-invite", self->create_button, "visible",
                          G_BINDING_SYNC_CREATE);
  g_signal_connect_object (guild, "notify::can-manage-guild", G_CALLBACK (on_can_manage_changed),
                           self, G_CONNECT_SWAPPED);
  return ADW_PREFERENCES_PAGE (self);
}
