/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite-people.h"

#include <glib/gi18n.h>

#include "ghc-channel-member.h"
#include "ghc-dialog.h"
#include "ghc-invite-row.h"
#include "ghc-status-page.h"
#include "ghc-toast.h"

/**
 * GhcInvitePeople:
 *
 * Lets one pick people of the guild to invite to a private channel. Who is in it is not listed; who
 * has been invited is, and says so.
 */
struct _GhcInvitePeople
{
  AdwDialog parent_instance;

  GtkSearchEntry *search_entry;
  GtkStack *stack;
  GtkListView *list;
  AdwStatusPage *nobody_page;
  AdwStatusPage *no_match_page;

  GhcSession *session;
  GhcChannel *channel;
  GHashTable *memberships; /* user id -> GhcMembership */
  GtkCustomFilter *filter;
  GListModel *candidates; /* everybody who could come */
  char *needle;           /* case-folded */
};

G_DEFINE_FINAL_TYPE (GhcInvitePeople, ghc_invite_people, ADW_TYPE_DIALOG)

static GhcMembership
get_membership (GhcInvitePeople *self, GhcUser *user)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (self->memberships, ghc_user_get_user_id (user)));
}

static gboolean
is_wanted (gpointer item, gpointer user_data)
{
  GhcInvitePeople *self = user_data;
  GhcUser *user = ghc_member_get_user (item);
  g_autofree char *name = NULL;

  if (get_membership (self, user) == GHC_MEMBERSHIP_JOIN)
    return FALSE;
  if (self->needle == NULL)
    return TRUE;

  name = g_utf8_casefold (ghc_user_get_display_name (user), -1);
  return strstr (name, self->needle) != NULL
         || strstr (ghc_user_get_user_id (user), self->needle) != NULL;
}

static void
sync_page (GhcInvitePeople *self)
{
  if (g_list_model_get_n_items (self->candidates) > 0)
    gtk_stack_set_visible_child_name (self->stack, "people");
  else
    gtk_stack_set_visible_child_name (self->stack, self->needle != NULL ? "no-match" : "nobody");
}

static void
show_people (GhcInvitePeople *self)
{
  GhcGuild *guild = ghc_channel_get_guild (self->channel);
  GtkNoSelection *selection;

  if (guild == NULL)
    return;

  self->filter = gtk_custom_filter_new (is_wanted, self, NULL);
  self->candidates = G_LIST_MODEL (gtk_filter_list_model_new (
    g_object_ref (ghc_member_list_get_all (ghc_guild_get_members (guild))),
    GTK_FILTER (g_object_ref (self->filter))));
  selection = gtk_no_selection_new (g_object_ref (self->candidates));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (selection);
  g_signal_connect_object (self->candidates, "items-changed", G_CALLBACK (sync_page), self,
                           G_CONNECT_SWAPPED);
  sync_page (self);
}

static DexFuture *
load_fiber (gpointer data)
{
  GhcInvitePeople *self = data;
  g_autoptr (GListModel) members = NULL;
  g_autoptr (GError) error = NULL;

  members = dex_await_object (ghc_session_list_channel_members (self->session, self->channel),
                              &error);
  if (self->memberships == NULL)
    return dex_future_new_false ();

  if (members == NULL)
    {
      ghc_toast_error (GTK_WIDGET (self), error);
      adw_dialog_close (ADW_DIALOG (self));
      return dex_future_new_false ();
    }

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcChannelMember) member = g_list_model_get_item (members, i);

      g_hash_table_insert (self->memberships,
                           g_strdup (ghc_user_get_user_id (ghc_channel_member_get_user (member))),
                           GINT_TO_POINTER (ghc_channel_member_get_membership (member)));
    }
  show_people (self);
  return dex_future_new_true ();
}

static GhcInviteRow *
find_row (GhcInvitePeople *self, GhcUser *user)
{
  for (GtkWidget *cell = gtk_widget_get_first_child (GTK_WIDGET (self->list)); cell != NULL;
       cell = gtk_widget_get_next_sibling (cell))
    {
      GtkWidget *row = gtk_widget_get_first_child (cell);

      if (GHC_IS_INVITE_ROW (row) && ghc_invite_row_get_user (GHC_INVITE_ROW (row)) == user)
        return GHC_INVITE_ROW (row);
    }
  return NULL;
}

typedef struct
{
  GhcInvitePeople *self;
  GhcUser *user;
} Invitation;

static void
invitation_free (gpointer data)
{
  Invitation *invitation = data;

  g_object_unref (invitation->self);
  g_object_unref (invitation->user);
  g_free (invitation);
}

static DexFuture *
on_invited (DexFuture *future, gpointer data)
{
  Invitation *invitation = data;
  GhcInvitePeople *self = invitation->self;
  GhcInviteRow *row;
  g_autofree char *text = NULL;

  if (self->memberships == NULL)
    return dex_ref (future);

  g_hash_table_insert (self->memberships, g_strdup (ghc_user_get_user_id (invitation->user)),
                       GINT_TO_POINTER (GHC_MEMBERSHIP_INVITE));
  row = find_row (self, invitation->user);
  if (row != NULL)
    ghc_invite_row_bind (row, invitation->user, TRUE);
  /* Only for those who do not see the row: a toast would take the Escape that is meant for the
   * dialog. Translators: %s is a person's name */
  text = g_strdup_printf (_ ("%s is invited"), ghc_user_get_display_name (invitation->user));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return dex_ref (future);
}

static void
on_activate (GhcInvitePeople *self, guint position)
{
  g_autoptr (GhcMember) member = g_list_model_get_item (self->candidates, position);
  GhcUser *user = ghc_member_get_user (member);
  Invitation *invitation;

  if (get_membership (self, user) != GHC_MEMBERSHIP_NONE)
    return;

  invitation = g_new0 (Invitation, 1);
  invitation->self = g_object_ref (self);
  invitation->user = g_object_ref (user);
  ghc_toast_watch (GTK_WIDGET (self->stack),
                   dex_future_then (ghc_session_invite_to_channel (self->session, self->channel,
                                                                   ghc_user_get_user_id (user)),
                                    on_invited, invitation, invitation_free));
}

static void
on_search_changed (GhcInvitePeople *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  g_clear_pointer (&self->needle, g_free);
  if (text[0] != '\0')
    self->needle = g_utf8_casefold (text, -1);
  if (self->filter != NULL)
    {
      gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
      sync_page (self);
    }
}

/* Enter takes the first one that fits what was typed, of which the entry tells a little later. */
static void
on_entry_activate (GhcInvitePeople *self)
{
  on_search_changed (self);
  if (self->needle != NULL && self->candidates != NULL
      && g_list_model_get_n_items (self->candidates) > 0)
    on_activate (self, 0);
}

static void
on_stop_search (GhcInvitePeople *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_setup (GhcInvitePeople *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, ghc_invite_row_new (self->session));
}

static void
on_bind (GhcInvitePeople *self, GtkListItem *item)
{
  GhcUser *user = ghc_member_get_user (gtk_list_item_get_item (item));
  gboolean invited = get_membership (self, user) == GHC_MEMBERSHIP_INVITE;

  ghc_invite_row_bind (GHC_INVITE_ROW (gtk_list_item_get_child (item)), user, invited);
  gtk_list_item_set_accessible_label (item, ghc_user_get_display_name (user));
  gtk_list_item_set_accessible_description (item,
                                            invited ? _ ("Invited") : _ ("Activate to invite"));
}

static void
on_unbind (GhcInvitePeople *self, GtkListItem *item)
{
  ghc_invite_row_bind (GHC_INVITE_ROW (gtk_list_item_get_child (item)), NULL, FALSE);
}

static void
ghc_invite_people_dispose (GObject *object)
{
  GhcInvitePeople *self = GHC_INVITE_PEOPLE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_INVITE_PEOPLE);
  g_clear_object (&self->candidates);
  g_clear_object (&self->filter);
  g_clear_object (&self->session);
  g_clear_object (&self->channel);
  g_clear_pointer (&self->memberships, g_hash_table_unref);
  g_clear_pointer (&self->needle, g_free);

  G_OBJECT_CLASS (ghc_invite_people_parent_class)->dispose (object);
}

static void
ghc_invite_people_class_init (GhcInvitePeopleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_invite_people_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-invite-people.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcInvitePeople, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GhcInvitePeople, stack);
  gtk_widget_class_bind_template_child (widget_class, GhcInvitePeople, list);
  gtk_widget_class_bind_template_child (widget_class, GhcInvitePeople, nobody_page);
  gtk_widget_class_bind_template_child (widget_class, GhcInvitePeople, no_match_page);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
}

static void
ghc_invite_people_init (GhcInvitePeople *self)
{
  self->memberships = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_status_page_name (self->nobody_page);
  ghc_status_page_name (self->no_match_page);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
  gtk_list_view_set_single_click_activate (self->list, TRUE);
}

GhcInvitePeople *
ghc_invite_people_new (GhcSession *session, GhcChannel *channel)
{
  GhcInvitePeople *self;
  g_autofree char *title = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  self = g_object_new (GHC_TYPE_INVITE_PEOPLE, NULL);
  self->session = g_object_ref (session);
  self->channel = g_object_ref (channel);
  /* Translators: %s is a channel's name */
  title = g_strdup_printf (_ ("Invite to “%s”"), ghc_channel_get_name (channel));
  adw_dialog_set_title (ADW_DIALOG (self), title);
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref));
  return self;
}
