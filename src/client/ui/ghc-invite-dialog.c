/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite-dialog.h"

#include <glib/gi18n.h>

#include "gh-time.h"
#include "ghc-choice.h"
#include "ghc-dialog.h"
#include "ghc-task-button.h"
#include "ghc-time.h"

/* In the order of the choices in the Blueprint file. 0 is without limit. */
static const guint expiries_s[] = { 3600, 86400, 7 * 86400, 30 * 86400, 0 };
static const guint max_uses[] = { 0, 1, 5, 25, 100 };
/* What a link is valid for when nothing else is chosen, and how long one works at least that is shown again. */
#define USUAL_MS (7 * GH_MS_PER_DAY)
#define LEAST_MS GH_MS_PER_DAY

/**
 * GhcInviteDialog:
 *
 * A link into a guild, there to be copied as soon as the dialog opens: the last one that the person made which is as
 * one is when nothing is chosen, as long as it works for more than a day, or else a new one. Choosing another expiry or
 * number of uses makes another link.
 */
struct _GhcInviteDialog
{
  AdwDialog parent_instance;

  GtkLabel *intro_label;
  GtkStack *stack;
  GtkEditable *link_entry;
  GhcTaskButton *copy_button;
  GtkLabel *error_label;
  AdwComboRow *expiry_row;
  AdwComboRow *uses_row;

  GhcSession *session;
  GhcGuild *guild;
  GhcInvite *invite;
  guint copied_source;
  guint generation;
  gboolean has_begun;
  gboolean has_chosen;
};

G_DEFINE_FINAL_TYPE (GhcInviteDialog, ghc_invite_dialog, ADW_TYPE_DIALOG)

/**
 * ghc_invite_dialog_find_usual:
 * @invites: (element-type GhcInvite): the oldest first
 *
 * Returns: (transfer none) (nullable): the newest that @user_id made and that is as good as one made now without
 *   choosing anything
 */
GhcInvite *
ghc_invite_dialog_find_usual (GListModel *invites, const char *user_id, gint64 now_ms)
{
  GhcInvite *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (invites); i++)
    {
      g_autoptr (GhcInvite) invite = g_list_model_get_item (invites, i);
      gint64 expires_ts = ghc_invite_get_expires_ts (invite);

      if (g_strcmp0 (ghc_invite_get_creator (invite), user_id) == 0
          && ghc_invite_get_max_uses (invite) == 0
          && expires_ts - ghc_invite_get_created_ts (invite) == USUAL_MS
          && expires_ts - now_ms > LEAST_MS)
        found = invite; /* kept by the list */
    }

  return found;
}

/* Who may not list them, or cannot now, makes one, or is told there why not. */
static GhcInvite *
await_usual (GhcSession *session, GhcGuild *guild)
{
  g_autoptr (GListModel)
    invites = dex_await_object (ghc_session_list_invites (session, guild), NULL);
  GhcAccount *account = ghc_guild_get_account (guild);
  GhcInvite *usual;

  if (invites == NULL || account == NULL)
    return NULL;

  usual = ghc_invite_dialog_find_usual (invites, ghc_account_get_user_id (account),
                                        gh_time_wall_ms ());
  return usual != NULL ? g_object_ref (usual) : NULL;
}

static gboolean
is_wanted (GhcInviteDialog *self, guint generation)
{
  return generation == self->generation && gtk_widget_get_root (GTK_WIDGET (self)) != NULL;
}

static void
show_invite (GhcInviteDialog *self, GhcInvite *invite, gboolean is_new)
{
  gint64 now_ms = gh_time_wall_ms ();
  gint64 expires_ts = ghc_invite_get_expires_ts (invite);

  g_set_object (&self->invite, invite);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->expiry_row), "");
  if (!is_new && expires_ts - now_ms < USUAL_MS - GH_MS_PER_DAY / 2)
    {
      g_autofree char *left = ghc_time_describe_future (expires_ts, now_ms);
      /* Translators: when a status or a link goes away by itself, as it was chosen earlier; "47 minutes" */
      g_autofree char *subtitle = g_strdup_printf (_ ("%s left"), left);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->expiry_row), subtitle);
    }
  gtk_editable_set_text (self->link_entry, ghc_invite_get_link (invite));
  gtk_stack_set_visible_child_name (self->stack, "link");
}

static DexFuture *
create_fiber (gpointer data)
{
  GhcInviteDialog *self = data;
  g_autoptr (GhcSession) session = NULL;
  g_autoptr (GhcGuild) guild = NULL;
  guint generation = ++self->generation;
  g_autoptr (GhcInvite) usual = NULL;
  g_autoptr (GhcInvite) invite = NULL;
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return dex_future_new_false ();

  session = g_object_ref (self->session);
  guild = g_object_ref (self->guild);
  ghc_task_button_set_busy (self->copy_button, TRUE);
  if (!self->has_chosen)
    usual = await_usual (session, guild);
  if (usual == NULL && is_wanted (self, generation))
    invite = dex_await_object (
      ghc_session_create_invite (session, guild,
                                 expiries_s[adw_combo_row_get_selected (self->expiry_row)],
                                 max_uses[adw_combo_row_get_selected (self->uses_row)]),
      &error);

  if (!is_wanted (self, generation))
    {
      /* Another choice has been made meanwhile: nobody has seen this link, so it need not live. */
      if (invite != NULL)
        dex_future_disown (ghc_session_revoke_invite (session, guild, invite));
      return dex_future_new_false ();
    }

  ghc_task_button_set_busy (self->copy_button, FALSE);
  if (usual == NULL && invite == NULL)
    {
      gtk_label_set_label (self->error_label, error->message);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return dex_future_new_false ();
    }

  show_invite (self, usual != NULL ? usual : invite, usual == NULL);
  return dex_future_new_true ();
}

static void
make_link (GhcInviteDialog *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, create_fiber, g_object_ref (self), g_object_unref));
}

static void
on_choice_changed (GhcInviteDialog *self)
{
  if (self->session == NULL)
    return;

  self->has_chosen = TRUE;
  make_link (self);
}

static void
on_try_again_clicked (GhcInviteDialog *self)
{
  make_link (self);
}

static gboolean
on_copied_shown (gpointer data)
{
  GhcInviteDialog *self = data;

  self->copied_source = 0;
  ghc_task_button_set_text (self->copy_button, _ ("_Copy Link"));
  return G_SOURCE_REMOVE;
}

static void
on_copy_clicked (GhcInviteDialog *self)
{
  if (self->invite == NULL || ghc_task_button_get_busy (self->copy_button))
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_editable_get_text (self->link_entry));
  ghc_task_button_set_text (self->copy_button, _ ("_Copied"));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Link copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  g_clear_handle_id (&self->copied_source, g_source_remove);
  self->copied_source = g_timeout_add_seconds (2, on_copied_shown, self);
}

static void
ghc_invite_dialog_map (GtkWidget *widget)
{
  GhcInviteDialog *self = GHC_INVITE_DIALOG (widget);

  GTK_WIDGET_CLASS (ghc_invite_dialog_parent_class)->map (widget);
  if (!self->has_begun)
    make_link (self);
  self->has_begun = TRUE;
}

static void
ghc_invite_dialog_dispose (GObject *object)
{
  GhcInviteDialog *self = GHC_INVITE_DIALOG (object);

  g_clear_handle_id (&self->copied_source, g_source_remove);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_INVITE_DIALOG);
  g_clear_object (&self->guild);
  g_clear_object (&self->invite);

  G_OBJECT_CLASS (ghc_invite_dialog_parent_class)->dispose (object);
}

static void
ghc_invite_dialog_class_init (GhcInviteDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_invite_dialog_dispose;
  widget_class->map = ghc_invite_dialog_map;

  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-invite-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, intro_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, link_entry);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, copy_button);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, expiry_row);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteDialog, uses_row);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_try_again_clicked);
}

static void
ghc_invite_dialog_init (GhcInviteDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_choice_name_items (self->expiry_row, FALSE);
  ghc_choice_name_items (self->uses_row, FALSE);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

GhcInviteDialog *
ghc_invite_dialog_new (GhcSession *session, GhcGuild *guild)
{
  GhcInviteDialog *self;
  g_autofree char *intro = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_INVITE_DIALOG, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  /* Translators: %s is a guild's name */
  intro = g_strdup_printf (
    _ ("Whoever opens this link can join “%s”. It opens Guildhall where that is installed."),
    ghc_guild_get_name (guild));
  gtk_label_set_label (self->intro_label, intro);
  return self;
}
