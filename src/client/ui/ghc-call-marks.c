/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-marks.h"

#include <glib/gi18n.h>

/**
 * GhcCallMarks:
 *
 * What is to be known of somebody in a call beside their name: muted, deafened, not reached. Who shows it
 * says the same in words (ghc_call_describe_member()). Properties (writable): member (GhcCallMember,
 * nullable), voice-only (boolean): without what they show, where that is to be seen.
 */
struct _GhcCallMarks
{
  AdwBin parent_instance;

  GtkWidget *live_label;
  GtkWidget *camera_icon;
  GtkWidget *link_icon;
  GtkWidget *here_icon;
  GtkWidget *voice_icon;
  GtkWidget *deafened_icon;

  GhcCallMember *member;
  gboolean is_voice_only;
};

typedef enum
{
  PROP_MEMBER = 1,
  PROP_VOICE_ONLY,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCallMarks, ghc_call_marks, ADW_TYPE_BIN)

static void
show (GtkWidget *icon, const char *icon_name, const char *text)
{
  gtk_widget_set_visible (icon, icon_name != NULL);
  if (icon_name == NULL)
    return;

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), icon_name);
  gtk_widget_set_tooltip_text (icon, text);
}

static void
update (GhcCallMarks *self)
{
  GhcCallMember *member = self->member;
  GhcCallLink link = ghc_call_member_get_link (member);

  if (link == GHC_CALL_LINK_FAILED)
    show (self->link_icon, "network-offline-symbolic", _ ("Can’t be reached"));
  else if (link == GHC_CALL_LINK_NO_KEY)
    show (self->link_icon, "channel-insecure-symbolic", _ ("The key is missing"));
  else if (link == GHC_CALL_LINK_RECONNECTING)
    show (self->link_icon, "network-cellular-signal-none-symbolic", _ ("The connection was lost"));
  else
    show (self->link_icon, NULL, NULL);

  if (ghc_call_member_get_silenced_here (member))
    show (self->here_icon, "audio-volume-muted-symbolic", _ ("Muted here: only you don’t hear them"));
  else
    show (self->here_icon, NULL, NULL);

  if (ghc_call_member_get_silenced (member))
    show (self->voice_icon, "microphone-silenced-symbolic", _ ("Muted for everyone by a moderator"));
  else if (!ghc_call_member_get_may_speak (member))
    show (self->voice_icon, "microphone-disabled-symbolic", _ ("May only listen here"));
  else if (ghc_call_member_get_muted (member))
    show (self->voice_icon, "microphone-disabled-symbolic", _ ("Muted"));
  else
    show (self->voice_icon, NULL, NULL);

  if (ghc_call_member_get_deafened (member))
    show (self->deafened_icon, "headphones-off-symbolic", _ ("Deafened: hears nobody"));
  else
    show (self->deafened_icon, NULL, NULL);

  if (ghc_call_member_get_camera (member) != NULL && !self->is_voice_only)
    show (self->camera_icon, "camera-web-symbolic", _ ("The camera is on"));
  else
    show (self->camera_icon, NULL, NULL);
  gtk_widget_set_visible (self->live_label, ghc_call_member_get_screen (member) != NULL
                                              && !self->is_voice_only);

  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_visible (self->link_icon)
                                               || gtk_widget_get_visible (self->live_label)
                                               || gtk_widget_get_visible (self->camera_icon)
                                               || gtk_widget_get_visible (self->here_icon)
                                               || gtk_widget_get_visible (self->voice_icon)
                                               || gtk_widget_get_visible (self->deafened_icon));
}

static void
on_member_notify (GhcCallMarks *self, GParamSpec *pspec)
{
  /* These come several times a second, and show elsewhere. */
  if (!g_str_equal (pspec->name, "level") && !g_str_equal (pspec->name, "speaking"))
    update (self);
}

static void
set_member (GhcCallMarks *self, GhcCallMember *member)
{
  if (self->member == member)
    return;

  if (self->member != NULL)
    g_signal_handlers_disconnect_by_func (self->member, on_member_notify, self);
  g_set_object (&self->member, member);
  if (member == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }

  g_signal_connect_object (member, "notify", G_CALLBACK (on_member_notify), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
ghc_call_marks_dispose (GObject *object)
{
  GhcCallMarks *self = GHC_CALL_MARKS (object);

  g_clear_object (&self->member);

  G_OBJECT_CLASS (ghc_call_marks_parent_class)->dispose (object);
}

static void
ghc_call_marks_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCallMarks *self = GHC_CALL_MARKS (object);

  switch ((Property) prop_id)
    {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    case PROP_VOICE_ONLY:
      g_value_set_boolean (value, self->is_voice_only);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_marks_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcCallMarks *self = GHC_CALL_MARKS (object);

  switch ((Property) prop_id)
    {
    case PROP_MEMBER:
      set_member (self, g_value_get_object (value));
      break;
    case PROP_VOICE_ONLY:
      self->is_voice_only = g_value_get_boolean (value);
      if (self->member != NULL)
        update (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_marks_class_init (GhcCallMarksClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_call_marks_dispose;
  object_class->get_property = ghc_call_marks_get_property;
  object_class->set_property = ghc_call_marks_set_property;

  properties[PROP_MEMBER] = g_param_spec_object ("member", NULL, NULL, GHC_TYPE_CALL_MEMBER,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_VOICE_ONLY] = g_param_spec_boolean ("voice-only", NULL, NULL, FALSE,
                                                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static GtkWidget *
append_icon (GtkWidget *box)
{
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "visible", FALSE, "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_box_append (GTK_BOX (box), icon);
  return icon;
}

static void
ghc_call_marks_init (GhcCallMarks *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  /* Translators: a mark beside somebody who shows a screen at this moment */
  self->live_label = g_object_new (GTK_TYPE_LABEL, "label", C_ ("share", "LIVE"), "visible", FALSE,
                                   "tooltip-text", _ ("Shares a screen"), "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (self->live_label, "share-live");
  gtk_box_append (GTK_BOX (box), self->live_label);
  self->camera_icon = append_icon (box);
  self->link_icon = append_icon (box);
  self->here_icon = append_icon (box);
  self->voice_icon = append_icon (box);
  self->deafened_icon = append_icon (box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "call-marks");
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
