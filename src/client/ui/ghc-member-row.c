/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-member-row.h"

#include "ghc-avatar.h"
#include "ghc-presence.h"

#include <glib/gi18n.h>

struct _GhcMemberRow
{
  GtkWidget       parent_instance;
  GhcSession     *session;
  GhcUser        *user;
  GhcMember      *member;
  GhcMemberGroup *group;
  GhcMembership   membership;

  GtkLabel       *group_label;
  GtkWidget      *person;
  GhcAvatar      *avatar;
  GtkImage       *presence_icon;
  GtkLabel       *name_label;
  GtkLabel       *status_label;
  GtkLabel       *note_label;
  GtkWidget      *owner_icon;
};

typedef enum { PROP_DESCRIPTION = 1, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMemberRow, ghc_member_row, GTK_TYPE_WIDGET)

static void
update_group (GhcMemberRow *self)
{
  guint n_members = ghc_member_group_get_n_members (self->group);
  gboolean is_online = ghc_member_group_get_online (self->group);
  g_autofree char *text = NULL;

  if (is_online && ghc_presence_is_known (self->session))
    /* Translators: heading over those who are here; the number says how many */
    text = g_strdup_printf (_("Online — %u"), n_members);
  else if (is_online)
    /* Translators: heading over those who were here before the connection was lost */
    text = g_strdup_printf (_("Last seen online — %u"), n_members);
  else if (ghc_presence_is_known (self->session))
    /* Translators: heading over those who are not here; the number says how many */
    text = g_strdup_printf (_("Offline — %u"), n_members);
  else
    /* Translators: heading over those who were not here before the connection was lost */
    text = g_strdup_printf (_("Others — %u"), n_members);
  gtk_label_set_label (self->group_label, text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
}

/* A role's colour is chosen by a person for one background, so it colours a name only as far as it stays readable. */
static void
update_color (GhcMemberRow *self)
{
  int color = self->member != NULL ? ghc_member_get_color (self->member) : GHC_ROLE_NO_COLOR;
  PangoAttrList *attributes = NULL;

  if (color != GHC_ROLE_NO_COLOR)
    {
      gboolean is_dark = FALSE;
      GdkRGBA text;
      double red = (color >> 16 & 0xff) / 255.0;
      double green = (color >> 8 & 0xff) / 255.0;
      double blue = (color & 0xff) / 255.0;

      gtk_widget_get_color (GTK_WIDGET (self), &text);
      is_dark = text.red + text.green + text.blue > 1.5;
      for (guint i = 0; i < 8; i++)
        {
          double luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;

          if (is_dark ? luminance >= 0.55 : luminance <= 0.42)
            break;
          red = is_dark ? red + (1 - red) * 0.2 : red * 0.8;
          green = is_dark ? green + (1 - green) * 0.2 : green * 0.8;
          blue = is_dark ? blue + (1 - blue) * 0.2 : blue * 0.8;
        }

      attributes = pango_attr_list_new ();
      pango_attr_list_insert (attributes, pango_attr_foreground_new ((guint16) (red * 65535), (guint16) (green * 65535),
                                                                     (guint16) (blue * 65535)));
    }

  gtk_label_set_attributes (self->name_label, attributes);
  g_clear_pointer (&attributes, pango_attr_list_unref);
}

static void
update_person (GhcMemberRow *self)
{
  GhcPresence presence = ghc_user_get_presence (self->user);
  const char *status = ghc_user_get_status (self->user);

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (self->user));
  gtk_label_set_label (self->status_label, status != NULL ? status : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status_label), status != NULL);
  gtk_image_set_from_icon_name (self->presence_icon, ghc_presence_get_icon_name (presence));
  gtk_widget_set_visible (GTK_WIDGET (self->presence_icon),
                          presence != GHC_PRESENCE_OFFLINE && ghc_presence_is_known (self->session));
  gtk_widget_set_visible (self->owner_icon, self->member != NULL && ghc_member_get_is_owner (self->member));
  gtk_label_set_label (self->note_label, _("Invited"));
  gtk_widget_set_visible (GTK_WIDGET (self->note_label), self->membership == GHC_MEMBERSHIP_INVITE);
  if (presence == GHC_PRESENCE_OFFLINE)
    gtk_widget_add_css_class (GTK_WIDGET (self), "offline");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "offline");
  update_color (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
}

/* Whether what is known of people is true, or was. */
static void
on_connection_changed (GhcMemberRow *self)
{
  if (self->group != NULL)
    update_group (self);
  if (self->user != NULL)
    update_person (self);
}

/**
 * ghc_member_row_bind:
 * @item: a #GhcMember, a #GhcMemberGroup or a #GhcChannelMember
 * @session: (nullable): fetches pictures, and knows whether the server can tell who is here
 */
void
ghc_member_row_bind (GhcMemberRow *self,
                     GObject      *item,
                     GhcSession   *session)
{
  self->membership = GHC_MEMBERSHIP_JOIN;
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_object (session, "notify::connection", G_CALLBACK (on_connection_changed), self, G_CONNECT_SWAPPED);
  if (GHC_IS_MEMBER_GROUP (item))
    {
      self->group = g_object_ref (GHC_MEMBER_GROUP (item));
      g_signal_connect_object (item, "notify::n-members", G_CALLBACK (update_group), self, G_CONNECT_SWAPPED);
      update_group (self);
    }
  else if (GHC_IS_MEMBER (item))
    {
      self->member = g_object_ref (GHC_MEMBER (item));
      self->user = g_object_ref (ghc_member_get_user (self->member));
      g_signal_connect_object (item, "notify", G_CALLBACK (update_person), self, G_CONNECT_SWAPPED);
    }
  else
    {
      self->user = g_object_ref (ghc_channel_member_get_user (GHC_CHANNEL_MEMBER (item)));
      self->membership = ghc_channel_member_get_membership (GHC_CHANNEL_MEMBER (item));
    }

  gtk_widget_set_visible (GTK_WIDGET (self->group_label), self->group != NULL);
  gtk_widget_set_visible (self->person, self->user != NULL);
  g_object_set (self->avatar, "session", session, "user", self->user, NULL);
  if (self->user != NULL)
    {
      g_signal_connect_object (self->user, "notify", G_CALLBACK (update_person), self, G_CONNECT_SWAPPED);
      update_person (self);
    }
}

void
ghc_member_row_unbind (GhcMemberRow *self)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_func (self->session, on_connection_changed, self);
  if (self->group != NULL)
    g_signal_handlers_disconnect_by_data (self->group, self);
  if (self->member != NULL)
    g_signal_handlers_disconnect_by_data (self->member, self);
  if (self->user != NULL)
    g_signal_handlers_disconnect_by_data (self->user, self);
  g_clear_object (&self->session);
  g_clear_object (&self->group);
  g_clear_object (&self->member);
  g_clear_object (&self->user);
}

/**
 * ghc_member_row_get_user:
 *
 * Returns: (transfer none) (nullable): who it shows; %NULL for a heading
 */
GhcUser *
ghc_member_row_get_user (GhcMemberRow *self)
{
  g_return_val_if_fail (GHC_IS_MEMBER_ROW (self), NULL);

  return self->user;
}

static char *
dup_presence_description (GhcMemberRow *self)
{
  if (self->user == NULL)
    return g_strdup (gtk_label_get_label (self->group_label));
  if (self->membership == GHC_MEMBERSHIP_INVITE)
    /* Translators: somebody's name */
    return g_strdup_printf (_("%s, invited"), ghc_user_get_display_name (self->user));
  if (!ghc_presence_is_known (self->session) && ghc_user_get_online (self->user))
    /* Translators: somebody's name; they were here before the connection was lost */
    return g_strdup_printf (_("%s, last seen online"), ghc_user_get_display_name (self->user));
  if (!ghc_presence_is_known (self->session))
    return g_strdup (ghc_user_get_display_name (self->user));
  /* Translators: somebody's name, and whether they are here */
  return g_strdup_printf (_("%s, %s"), ghc_user_get_display_name (self->user),
                          ghc_presence_get_label (ghc_user_get_presence (self->user)));
}

/* What a screen reader says: "Ada, Online, At tea". */
static char *
dup_description (GhcMemberRow *self)
{
  g_autofree char *description = dup_presence_description (self);

  if (self->user == NULL || ghc_user_get_status (self->user) == NULL)
    return g_steal_pointer (&description);
  /* Translators: somebody's name and whether they are here, then their status in their own words */
  return g_strdup_printf (_("%s; status: %s"), description, ghc_user_get_status (self->user));
}

static void
ghc_member_row_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  switch ((Property) prop_id)
    {
    case PROP_DESCRIPTION:
      g_value_take_string (value, dup_description (GHC_MEMBER_ROW (object)));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
is_cut_short (GtkLabel *label)
{
  return gtk_widget_get_mapped (GTK_WIDGET (label)) && pango_layout_is_ellipsized (gtk_label_get_layout (label));
}

/* The name and the status, where either is cut short. */
static gboolean
ghc_member_row_query_tooltip (GtkWidget  *widget,
                              int         x,
                              int         y,
                              gboolean    keyboard,
                              GtkTooltip *tooltip)
{
  GhcMemberRow *self = GHC_MEMBER_ROW (widget);
  g_autofree char *text = NULL;

  if (self->user == NULL || (!is_cut_short (self->name_label) && !is_cut_short (self->status_label)))
    return FALSE;

  text = g_strdup (ghc_user_get_display_name (self->user));
  if (ghc_user_get_status (self->user) != NULL)
    {
      g_free (text);
      text = g_strdup_printf ("%s\n%s", ghc_user_get_display_name (self->user), ghc_user_get_status (self->user));
    }
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
ghc_member_row_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ghc_member_row_parent_class)->css_changed (widget, change);

  if (GHC_MEMBER_ROW (widget)->user != NULL)
    update_color (GHC_MEMBER_ROW (widget));
}

static void
ghc_member_row_dispose (GObject *object)
{
  GhcMemberRow *self = GHC_MEMBER_ROW (object);
  GtkWidget *child;

  ghc_member_row_unbind (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_MEMBER_ROW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_member_row_parent_class)->dispose (object);
}

static void
ghc_member_row_class_init (GhcMemberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ghc_member_row_get_property;
  object_class->dispose = ghc_member_row_dispose;
  widget_class->css_changed = ghc_member_row_css_changed;
  widget_class->query_tooltip = ghc_member_row_query_tooltip;

  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-member-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, group_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, person);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, presence_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, status_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, note_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMemberRow, owner_icon);
  gtk_widget_class_set_css_name (widget_class, "ghc-member-row");
}

static void
ghc_member_row_init (GhcMemberRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_member_row_new (void)
{
  return g_object_new (GHC_TYPE_MEMBER_ROW, NULL);
}
