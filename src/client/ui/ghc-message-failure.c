/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-message-failure.h"

struct _GhcMessageFailure
{
  GtkWidget parent_instance;
  GtkLabel *reason_label;
};

G_DEFINE_FINAL_TYPE (GhcMessageFailure, ghc_message_failure, GTK_TYPE_WIDGET)

static void
ghc_message_failure_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), GHC_TYPE_MESSAGE_FAILURE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_message_failure_parent_class)->dispose (object);
}

static void
ghc_message_failure_class_init (GhcMessageFailureClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_message_failure_dispose;
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-message-failure.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMessageFailure, reason_label);
}

static void
ghc_message_failure_init (GhcMessageFailure *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_message_failure_new (void)
{
  return g_object_new (GHC_TYPE_MESSAGE_FAILURE, NULL);
}

/**
 * ghc_message_failure_set_reason:
 * @reason: (nullable): a sentence
 */
void
ghc_message_failure_set_reason (GhcMessageFailure *self, const char *reason)
{
  g_return_if_fail (GHC_IS_MESSAGE_FAILURE (self));

  gtk_label_set_label (self->reason_label, reason != NULL ? reason : "");
}
