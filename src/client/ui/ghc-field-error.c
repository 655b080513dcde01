/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-field-error.h"

#include <libdex.h>

#include "gh-error.h"

/* Whoever stops typing for so long may be told that it is not right yet. */
#define COMPLAINT_DELAY_MS 900

/**
 * GhcFieldError:
 *
 * A row of a boxed list that says what is wrong with the entry row above it (`field`). It takes no
 * room while there is nothing to say, and goes away as soon as the person changes the entry.
 */
struct _GhcFieldError
{
  AdwPreferencesRow parent_instance;

  GtkLabel *label;
  GtkWidget *field;
  char *message;
};

typedef enum
{
  PROP_FIELD = 1,
  PROP_MESSAGE,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcFieldError, ghc_field_error, ADW_TYPE_PREFERENCES_ROW)

static void
on_field_changed (GhcFieldError *self)
{
  ghc_field_error_set_message (self, NULL);
}

static void
mark_field (GhcFieldError *self)
{
  if (self->field == NULL)
    return;

  if (self->message != NULL)
    {
      gtk_widget_add_css_class (self->field, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->field), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->field),
                                      GTK_ACCESSIBLE_RELATION_ERROR_MESSAGE, self->label, NULL, -1);
    }
  else
    {
      gtk_widget_remove_css_class (self->field, "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->field), GTK_ACCESSIBLE_STATE_INVALID);
      gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->field),
                                     GTK_ACCESSIBLE_RELATION_ERROR_MESSAGE);
    }
}

static void
set_field (GhcFieldError *self, GtkWidget *field)
{
  if (self->field != NULL)
    g_signal_handlers_disconnect_by_func (self->field, on_field_changed, self);
  g_set_weak_pointer (&self->field, field);
  if (field != NULL && GTK_IS_EDITABLE (field))
    g_signal_connect_object (field, "changed", G_CALLBACK (on_field_changed), self,
                             G_CONNECT_SWAPPED);
  mark_field (self);
}

static void
ghc_field_error_dispose (GObject *object)
{
  GhcFieldError *self = GHC_FIELD_ERROR (object);

  g_clear_weak_pointer (&self->field);

  G_OBJECT_CLASS (ghc_field_error_parent_class)->dispose (object);
}

static void
ghc_field_error_finalize (GObject *object)
{
  GhcFieldError *self = GHC_FIELD_ERROR (object);

  g_free (self->message);

  G_OBJECT_CLASS (ghc_field_error_parent_class)->finalize (object);
}

static void
ghc_field_error_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcFieldError *self = GHC_FIELD_ERROR (object);

  switch ((Property) prop_id)
    {
    case PROP_FIELD:
      g_value_set_object (value, self->field);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_field_error_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  GhcFieldError *self = GHC_FIELD_ERROR (object);

  switch ((Property) prop_id)
    {
    case PROP_FIELD:
      set_field (self, g_value_get_object (value));
      break;
    case PROP_MESSAGE:
      ghc_field_error_set_message (self, g_value_get_string (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_field_error_class_init (GhcFieldErrorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_field_error_dispose;
  object_class->finalize = ghc_field_error_finalize;
  object_class->get_property = ghc_field_error_get_property;
  object_class->set_property = ghc_field_error_set_property;

  properties[PROP_FIELD] = g_param_spec_object ("field", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                    | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_field_error_init (GhcFieldError *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-warning-symbolic",
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_wrap_mode (self->label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "field-error");
}

const char *
ghc_field_error_get_message (GhcFieldError *self)
{
  g_return_val_if_fail (GHC_IS_FIELD_ERROR (self), NULL);

  return self->message;
}

/* Who has only just become visible is not heard: what it is in says it. */
static void
announce (GhcFieldError *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (parent != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (parent), self->message,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/**
 * ghc_field_error_set_message:
 * @message: (nullable): what is wrong and what to do, or %NULL when all is well
 */
void
ghc_field_error_set_message (GhcFieldError *self, const char *message)
{
  g_return_if_fail (GHC_IS_FIELD_ERROR (self));

  if (message != NULL && message[0] == '\0')
    message = NULL;
  if (!g_set_str (&self->message, message))
    return;

  gtk_label_set_label (self->label, message != NULL ? message : "");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), message != NULL ? message : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  message != NULL ? message : "", -1);
  gtk_widget_set_visible (GTK_WIDGET (self), message != NULL);
  mark_field (self);
  if (message != NULL)
    announce (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

typedef struct
{
  GhcFieldError *self;
  char *text; /* that the message is about */
  char *message;
} Complaint;

static void
complaint_free (gpointer data)
{
  Complaint *complaint = data;

  g_object_unref (complaint->self);
  g_free (complaint->text);
  g_free (complaint->message);
  g_free (complaint);
}

static DexFuture *
complain_fiber (gpointer data)
{
  Complaint *complaint = data;
  GtkWidget *field;

  dex_await (dex_timeout_new_msec (COMPLAINT_DELAY_MS), NULL);
  field = complaint->self->field;
  if (field != NULL && complaint->self->message == NULL
      && g_str_equal (gtk_editable_get_text (GTK_EDITABLE (field)), complaint->text))
    ghc_field_error_set_message (complaint->self, complaint->message);
  return dex_future_new_true ();
}

/**
 * ghc_field_error_complain:
 * @message: what is wrong with what stands in the field now, which has to be a #GtkEditable
 *
 * Says so as soon as the person has stopped typing; never when the field has changed meanwhile.
 */
void
ghc_field_error_complain (GhcFieldError *self, const char *message)
{
  Complaint *complaint;

  g_return_if_fail (GHC_IS_FIELD_ERROR (self));
  g_return_if_fail (GTK_IS_EDITABLE (self->field));
  g_return_if_fail (message != NULL);

  complaint = g_new0 (Complaint, 1);
  complaint->self = g_object_ref (self);
  complaint->text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->field)));
  complaint->message = g_strdup (message);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, complain_fiber, complaint, complaint_free));
}

/**
 * ghc_field_error_take:
 * @error: what a request was refused with
 * @field: (nullable): the request's argument that the entry stands for; %NULL takes any error
 *
 * Shows @error when it concerns @field, and moves the focus there.
 *
 * Returns: whether it did
 */
gboolean
ghc_field_error_take (GhcFieldError *self, const GError *error, const char *field)
{
  g_return_val_if_fail (GHC_IS_FIELD_ERROR (self), FALSE);
  g_return_val_if_fail (error != NULL, FALSE);

  if (field != NULL && g_strcmp0 (gh_error_get_field (error), field) != 0)
    return FALSE;

  ghc_field_error_set_message (self, error->message);
  if (self->field != NULL)
    gtk_widget_grab_focus (self->field);
  return TRUE;
}
