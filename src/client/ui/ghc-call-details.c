/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-details.h"

#include <glib/gi18n.h>

#include "ghc-call-words.h"

/**
 * GhcCallDetails:
 *
 * How one is connected to each of the others in a call, what protects it, and what became of the packets.
 */
struct _GhcCallDetails
{
  GtkPopover parent_instance;

  GtkListBox *list;
  GtkLabel *packets_label;

  GhcCall *call;
  GhcCallSeat *seat;
};

G_DEFINE_FINAL_TYPE (GhcCallDetails, ghc_call_details, GTK_TYPE_POPOVER)

static gboolean
is_other (gpointer item, gpointer data)
{
  return !ghc_call_member_get_is_self (item);
}

static void
update_row (GtkWidget *row, GParamSpec *pspec, GhcCallMember *member)
{
  GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
  GtkWidget *icon = gtk_widget_get_first_child (box);
  GtkWidget *words = gtk_widget_get_next_sibling (icon);
  GtkWidget *name = gtk_widget_get_first_child (words);
  const char *who = ghc_user_get_display_name (ghc_call_member_get_user (member));
  g_autofree char *link = NULL;
  g_autofree char *label = NULL;

  if (pspec != NULL
      && (g_str_equal (pspec->name, "level") || g_str_equal (pspec->name, "speaking")))
    return;

  link = ghc_call_describe_link (member);
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), ghc_call_get_link_icon_name (member));
  gtk_label_set_label (GTK_LABEL (name), who);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (name)), link);
  /* Translators: somebody's name, and how one is connected to them: "Anna: Direct · 23 ms" */
  label = g_strdup_printf (_ ("%s: %s"), who, link);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, "valign", GTK_ALIGN_START, NULL);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END,
                                  NULL);
  GtkWidget *link = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "max-width-chars", 32,
                                  NULL);

  gtk_widget_add_css_class (link, "caption");
  gtk_widget_add_css_class (link, "dimmed");
  gtk_widget_add_css_class (link, "numeric");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), name);
  gtk_box_append (GTK_BOX (words), link);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  g_signal_connect_object (item, "notify", G_CALLBACK (update_row), row, G_CONNECT_SWAPPED);
  update_row (row, NULL, item);
  return row;
}

static void
update_packets (GhcCallDetails *self)
{
  GhcSeatCounters counters = { 0 };
  g_autofree char *text = NULL;

  if (self->seat != NULL)
    ghc_call_seat_get_counters (self->seat, &counters);
  text = ghc_call_describe_packets (&counters);
  gtk_label_set_label (self->packets_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->packets_label), self->seat != NULL);
}

static void
ghc_call_details_dispose (GObject *object)
{
  GhcCallDetails *self = GHC_CALL_DETAILS (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  if (self->seat != NULL)
    g_signal_handlers_disconnect_by_func (self->seat, update_packets, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CALL_DETAILS);
  g_clear_object (&self->call);
  g_clear_object (&self->seat);

  G_OBJECT_CLASS (ghc_call_details_parent_class)->dispose (object);
}

static void
ghc_call_details_class_init (GhcCallDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_call_details_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-call-details.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCallDetails, list);
  gtk_widget_class_bind_template_child (widget_class, GhcCallDetails, packets_label);
}

static void
ghc_call_details_init (GhcCallDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_call_details_set_call:
 * @call: (nullable): the one that one is in
 */
void
ghc_call_details_set_call (GhcCallDetails *self, GhcCall *call)
{
  g_autoptr (GListModel) others = NULL;

  g_return_if_fail (GHC_IS_CALL_DETAILS (self));

  if (!g_set_object (&self->call, call))
    return;
  if (call == NULL)
    {
      gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
      return;
    }

  others = G_LIST_MODEL (
    gtk_filter_list_model_new (g_object_ref (ghc_call_get_members (call)),
                               GTK_FILTER (gtk_custom_filter_new (is_other, NULL, NULL))));
  gtk_list_box_bind_model (self->list, others, create_row, NULL, NULL);
}

/**
 * ghc_call_details_set_seat:
 * @seat: (nullable): whose packets are counted
 */
void
ghc_call_details_set_seat (GhcCallDetails *self, GhcCallSeat *seat)
{
  g_return_if_fail (GHC_IS_CALL_DETAILS (self));
  g_return_if_fail (seat == NULL || GHC_IS_CALL_SEAT (seat));

  if (self->seat == seat)
    return;

  if (self->seat != NULL)
    g_signal_handlers_disconnect_by_func (self->seat, update_packets, self);
  g_set_object (&self->seat, seat);
  if (seat != NULL)
    g_signal_connect_object (seat, "reported", G_CALLBACK (update_packets), self, G_CONNECT_SWAPPED);
  update_packets (self);
}
