/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite-card.h"

#include <glib/gi18n.h>

#include "ghc-text.h"

/**
 * GhcInviteCard:
 *
 * What an invitation leads to, seen before it is accepted.
 */
struct _GhcInviteCard
{
  AdwBin parent_instance;

  GtkLabel *initials_label;
  GtkLabel *name_label;
  GtkLabel *detail_label;
  GtkLabel *description_label;
};

G_DEFINE_FINAL_TYPE (GhcInviteCard, ghc_invite_card, ADW_TYPE_BIN)

static void
ghc_invite_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GHC_TYPE_INVITE_CARD);

  G_OBJECT_CLASS (ghc_invite_card_parent_class)->dispose (object);
}

static void
ghc_invite_card_class_init (GhcInviteCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_invite_card_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-invite-card.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcInviteCard, initials_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteCard, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteCard, detail_label);
  gtk_widget_class_bind_template_child (widget_class, GhcInviteCard, description_label);
}

static void
ghc_invite_card_init (GhcInviteCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_invite_card_set_preview:
 * @preview: (nullable): %NULL hides the card
 */
void
ghc_invite_card_set_preview (GhcInviteCard *self, GhcInvitePreview *preview)
{
  g_autofree char *members = NULL;
  g_autofree char *detail = NULL;
  const char *description;
  guint n;

  g_return_if_fail (GHC_IS_INVITE_CARD (self));

  gtk_widget_set_visible (GTK_WIDGET (self), preview != NULL);
  if (preview == NULL)
    return;

  n = ghc_invite_preview_get_n_members (preview);
  members = g_strdup_printf (ngettext ("%u member", "%u members", n), n);
  /* Translators: the first %s is a person's name, the second is "12 members" */
  detail = g_strdup_printf (_ ("%s invites you · %s"), ghc_invite_preview_get_inviter (preview),
                            members);
  description = ghc_invite_preview_get_guild_description (preview);

  for (guint i = 0; i < GHC_N_COLORS; i++)
    {
      g_autofree char *style = g_strdup_printf ("id-color-%u", i);

      if (i == ghc_invite_preview_get_color_index (preview))
        gtk_widget_add_css_class (GTK_WIDGET (self->initials_label), style);
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self->initials_label), style);
    }
  gtk_label_set_label (self->initials_label, ghc_invite_preview_get_initials (preview));
  gtk_label_set_label (self->name_label, ghc_invite_preview_get_guild_name (preview));
  gtk_label_set_label (self->detail_label, detail);
  gtk_label_set_label (self->description_label, description != NULL ? description : "");
  gtk_widget_set_visible (GTK_WIDGET (self->description_label),
                          description != NULL && description[0] != '\0');
  gtk_accessible_announce (GTK_ACCESSIBLE (self), ghc_invite_preview_get_guild_name (preview),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}
