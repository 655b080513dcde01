/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-member-page.h"

#include <glib/gi18n.h>

#include "gh-time.h"
#include "ghc-time.h"
#include "ghc-toast.h"

/**
 * GhcMemberPage:
 *
 * Somebody's roles in a guild, and how to make them its owner, remove or ban them.
 */
struct _GhcMemberPage
{
  AdwNavigationPage parent_instance;

  AdwActionRow *id_row;
  AdwActionRow *joined_row;
  AdwPreferencesGroup *roles_group;
  GtkWidget *owner_row;
  GtkWidget *kick_row;
  GtkWidget *ban_row;

  GhcSession *session;
  GhcGuild *guild;
  GhcMember *member;
  GHashTable *switches; /* role id -> AdwSwitchRow, borrowed */
  GHashTable *pressed;  /* those without an answer yet -> the number of the press */
  guint n_pressed;
  gboolean updating;
  gboolean applying;
  gboolean outdated; /* a switch that was pressed was left as it is */
};

G_DEFINE_FINAL_TYPE (GhcMemberPage, ghc_member_page, ADW_TYPE_NAVIGATION_PAGE)

/* What somebody has pressed stays so until it is known what became of it. */
static void
update (GhcMemberPage *self)
{
  const char *const *ids = ghc_member_get_role_ids (self->member);
  GHashTableIter iter;
  gpointer id;
  gpointer row;

  self->outdated = g_hash_table_size (self->pressed) > 0;
  self->updating = TRUE;
  g_hash_table_iter_init (&iter, self->switches);
  while (g_hash_table_iter_next (&iter, &id, &row))
    {
      if (!g_hash_table_contains (self->pressed, row))
        adw_switch_row_set_active (row, ids != NULL && g_strv_contains (ids, id));
    }
  self->updating = FALSE;
}

static char **
list_chosen (GhcMemberPage *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer id;
  gpointer row;

  g_hash_table_iter_init (&iter, self->switches);
  while (g_hash_table_iter_next (&iter, &id, &row))
    {
      if (adw_switch_row_get_active (row))
        g_strv_builder_add (builder, id);
    }
  return g_strv_builder_end (builder);
}

static gboolean
is_answered (gpointer row, gpointer number, gpointer sent)
{
  return GPOINTER_TO_UINT (number) <= GPOINTER_TO_UINT (sent);
}

/* One request after the other: each names all the roles that the member shall have. */
static DexFuture *
apply_fiber (gpointer data)
{
  GhcMemberPage *self = data;
  g_autoptr (GError) error = NULL;

  while (error == NULL && self->session != NULL && g_hash_table_size (self->pressed) > 0)
    {
      guint sent = self->n_pressed;
      g_auto (GStrv) ids = list_chosen (self);

      dex_await (ghc_session_set_member_roles (self->session, self->guild, self->member,
                                               (const char *const *) ids),
                 &error);
      g_hash_table_foreach_remove (self->pressed, is_answered, GUINT_TO_POINTER (sent));
      /* The next one shall not undo what was done to those meanwhile. */
      if (error == NULL && self->session != NULL && self->outdated)
        update (self);
    }

  self->applying = FALSE;
  if (self->session == NULL)
    return dex_future_new_false ();

  if (error != NULL)
    {
      ghc_toast_error (GTK_WIDGET (self), error);
      g_hash_table_remove_all (self->pressed);
      update (self);
    }
  return dex_future_new_true ();
}

static void
on_role_switched (GhcMemberPage *self, GParamSpec *pspec, AdwSwitchRow *row)
{
  if (self->updating)
    return;

  g_hash_table_insert (self->pressed, row, GUINT_TO_POINTER (++self->n_pressed));
  if (self->applying)
    return;

  self->applying = TRUE;
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, apply_fiber, g_object_ref (self), g_object_unref));
}

/* To those below oneself, and roles below one's own to oneself. */
static gboolean
can_give_roles (GhcMemberPage *self)
{
  return ghc_guild_can_act_on (self->guild, self->member)
         || ghc_user_get_is_self (ghc_member_get_user (self->member));
}

static void
fill_roles (GhcMemberPage *self)
{
  GListModel *roles = ghc_guild_get_roles (self->guild);
  guint n = g_list_model_get_n_items (roles);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcRole) role = g_list_model_get_item (roles, i);
      GtkWidget *row;

      if (ghc_role_get_is_everyone (role))
        continue;

      row = adw_switch_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_role_get_name (role));
      g_signal_connect_object (row, "notify::active", G_CALLBACK (on_role_switched), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->roles_group, row);
      g_hash_table_insert (self->switches, g_strdup (ghc_role_get_role_id (role)), row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->roles_group), g_hash_table_size (self->switches) > 0);
}

/* --- What can be undone for a moment -------------------------------------------------------- */

typedef struct
{
  GtkWidget *from;
  GhcSession *session;
  GhcGuild *guild;
  GhcMember *member;
} Pending;

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_object_unref (pending->from);
  g_object_unref (pending->session);
  g_object_unref (pending->guild);
  g_object_unref (pending->member);
  g_free (pending);
}

static void
commit_transfer (gpointer data)
{
  Pending *pending = data;

  ghc_toast_watch (pending->from,
                   ghc_session_transfer_guild (pending->session, pending->guild, pending->member));
}

static void
commit_kick (gpointer data)
{
  Pending *pending = data;

  ghc_toast_watch (pending->from, ghc_session_kick_member (pending->session, pending->guild,
                                                           pending->member, NULL));
}

static void
commit_ban (gpointer data)
{
  Pending *pending = data;

  ghc_toast_watch (pending->from, ghc_session_ban_member (pending->session, pending->guild,
                                                          pending->member, NULL));
}

static void
begin (GhcMemberPage *self, const char *format, GhcUndoFunc commit)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);
  const char *name = ghc_user_get_display_name (ghc_member_get_user (self->member));
  Pending *pending;
  g_autoptr (GString) text = g_string_new (format);

  if (dialog == NULL)
    return;

  g_string_replace (text, "%s", name, 1);
  pending = g_new0 (Pending, 1);
  pending->from = g_object_ref (dialog);
  pending->session = g_object_ref (self->session);
  pending->guild = g_object_ref (self->guild);
  pending->member = g_object_ref (self->member);
  adw_preferences_dialog_pop_subpage (ADW_PREFERENCES_DIALOG (dialog));
  ghc_toast_undo (dialog, text->str, commit, pending, pending_free);
}

static void
on_owner_activated (GhcMemberPage *self)
{
  /* Translators: %s is a person's name; one can still press Undo */
  begin (self, _ ("Making %s the owner"), commit_transfer);
}

static void
on_kick_activated (GhcMemberPage *self)
{
  /* Translators: %s is a person's name; one can still press Undo */
  begin (self, _ ("Removing %s"), commit_kick);
}

static void
on_ban_activated (GhcMemberPage *self)
{
  /* Translators: %s is a person's name; one can still press Undo */
  begin (self, _ ("Banning %s"), commit_ban);
}

/* What one may do changes with roles, and with whose guild it is. */
static void
update_actions (GhcMemberPage *self)
{
  gboolean can_act = ghc_guild_can_act_on (self->guild, self->member);
  GHashTableIter iter;
  gpointer id;
  gpointer row;

  g_hash_table_iter_init (&iter, self->switches);
  while (g_hash_table_iter_next (&iter, &id, &row))
    {
      GhcRole *role = ghc_guild_lookup_role (self->guild, id);

      gtk_widget_set_sensitive (row, role != NULL && ghc_guild_can_edit_role (self->guild, role)
                                       && can_give_roles (self));
    }
  gtk_widget_set_visible (self->owner_row, can_act && ghc_guild_get_is_owner (self->guild));
  gtk_widget_set_visible (self->kick_row, can_act && ghc_guild_get_can_kick (self->guild));
  gtk_widget_set_visible (self->ban_row, can_act && ghc_guild_get_can_ban (self->guild));
}

static void
ghc_member_page_dispose (GObject *object)
{
  GhcMemberPage *self = GHC_MEMBER_PAGE (object);

  self->updating = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_MEMBER_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);
  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_member_page_parent_class)->dispose (object);
}

static void
ghc_member_page_finalize (GObject *object)
{
  GhcMemberPage *self = GHC_MEMBER_PAGE (object);

  g_hash_table_unref (self->switches);
  g_hash_table_unref (self->pressed);

  G_OBJECT_CLASS (ghc_member_page_parent_class)->finalize (object);
}

static void
ghc_member_page_class_init (GhcMemberPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_member_page_dispose;
  object_class->finalize = ghc_member_page_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-member-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMemberPage, id_row);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberPage, joined_row);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberPage, roles_group);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberPage, owner_row);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberPage, kick_row);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberPage, ban_row);
  gtk_widget_class_bind_template_callback (widget_class, on_owner_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_kick_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_ban_activated);
}

static void
ghc_member_page_init (GhcMemberPage *self)
{
  self->switches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->pressed = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
ghc_member_page_new (GhcSession *session, GhcGuild *guild, GhcMember *member)
{
  GhcMemberPage *self;
  GhcAccount *account;
  GhcMember *me;
  GhcUser *user;
  gint64 joined_ts;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_MEMBER_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  self->member = g_object_ref (member);

  user = ghc_member_get_user (member);
  joined_ts = ghc_member_get_joined_ts (member);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), ghc_user_get_display_name (user));
  adw_action_row_set_subtitle (self->id_row, ghc_user_get_user_id (user));
  gtk_widget_set_visible (GTK_WIDGET (self->joined_row), joined_ts > 0);
  if (joined_ts > 0)
    {
      g_autofree char *since = ghc_time_describe_past (joined_ts, gh_time_wall_ms ());

      adw_action_row_set_subtitle (self->joined_row, since);
    }
  fill_roles (self);
  update_actions (self);
  g_signal_connect_object (guild, "notify", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (member, "notify", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  /* Which role stands above which, and the highest one has oneself. */
  account = ghc_guild_get_account (guild);
  me = account != NULL ? ghc_guild_lookup_member (guild, ghc_account_get_user_id (account)) : NULL;
  if (me != NULL && me != member)
    g_signal_connect_object (me, "notify", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_guild_get_roles (guild), "items-changed",
                           G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_member_get_roles (member), "items-changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  update (self);
  return ADW_NAVIGATION_PAGE (self);
}
