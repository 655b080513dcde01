/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-status-group.h"

#include <glib/gi18n.h>

#include "gh-time.h"
#include "ghc-choice.h"
#include "ghc-field-error.h"
#include "ghc-time.h"

/**
 * GhcStatusGroup:
 *
 * What one says of oneself for now, and when that goes away by itself.
 */
struct _GhcStatusGroup
{
  AdwPreferencesGroup parent_instance;

  AdwEntryRow *status_row;
  GtkWidget *clear_button;
  GhcFieldError *status_error;
  AdwComboRow *expiry_row;

  char *before;         /* the status that there was, perhaps empty */
  gint64 before_ends_ts; /* 0 = it stays */
};

/* Other than a number of seconds. */
#define STAYS 0
#define TODAY -1

static const struct
{
  const char *label;
  gint64 seconds;
} expiries[] = {
  { N_ ("Never"), STAYS },  { N_ ("30 minutes"), 30 * 60 }, { N_ ("1 hour"), 60 * 60 },
  { N_ ("4 hours"), 4 * 60 * 60 }, { N_ ("Today"), TODAY },
};

G_DEFINE_FINAL_TYPE (GhcStatusGroup, ghc_status_group, ADW_TYPE_PREFERENCES_GROUP)

static const char *
get_text (GhcStatusGroup *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->status_row));
}

/* Where the status ends at a time already, that is the first choice, before those of the table. */
static gint64
get_expires_in_s (GhcStatusGroup *self)
{
  guint selected = adw_combo_row_get_selected (self->expiry_row);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (self->before_ends_ts > 0 && selected == 0)
    return MAX ((self->before_ends_ts - gh_time_wall_ms ()) / GH_MS_PER_SECOND, 1);
  if (self->before_ends_ts > 0)
    selected--;
  if (selected >= G_N_ELEMENTS (expiries))
    return STAYS;

  return expiries[selected].seconds == TODAY ? ghc_time_left_today_s (now)
                                             : expiries[selected].seconds;
}

static void
on_status_changed (GhcStatusGroup *self)
{
  gboolean has_text = *get_text (self) != '\0';

  gtk_widget_set_visible (self->clear_button, has_text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->expiry_row), has_text);
}

static void
on_clear_clicked (GhcStatusGroup *self)
{
  /* The button goes away; whoever pressed it goes on in the field that it emptied. */
  gtk_widget_grab_focus (GTK_WIDGET (self->status_row));
  gtk_editable_set_text (GTK_EDITABLE (self->status_row), "");
}

static void
ghc_status_group_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), GHC_TYPE_STATUS_GROUP);

  G_OBJECT_CLASS (ghc_status_group_parent_class)->dispose (object);
}

static void
ghc_status_group_finalize (GObject *object)
{
  g_free (GHC_STATUS_GROUP (object)->before);

  G_OBJECT_CLASS (ghc_status_group_parent_class)->finalize (object);
}

static void
ghc_status_group_class_init (GhcStatusGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_status_group_dispose;
  object_class->finalize = ghc_status_group_finalize;

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-status-group.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcStatusGroup, status_row);
  gtk_widget_class_bind_template_child (widget_class, GhcStatusGroup, clear_button);
  gtk_widget_class_bind_template_child (widget_class, GhcStatusGroup, status_error);
  gtk_widget_class_bind_template_child (widget_class, GhcStatusGroup, expiry_row);
  gtk_widget_class_bind_template_callback (widget_class, on_status_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_clicked);
}

static void
ghc_status_group_init (GhcStatusGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_choice_name_items (self->expiry_row, FALSE);
  self->before = g_strdup ("");
  on_status_changed (self);
}

/**
 * ghc_status_group_set_user:
 * @user: oneself, whose status is shown to begin with
 */
void
ghc_status_group_set_user (GhcStatusGroup *self, GhcUser *user)
{
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  const char *status;

  g_return_if_fail (GHC_IS_STATUS_GROUP (self));
  g_return_if_fail (GHC_IS_USER (user));

  status = ghc_user_get_status (user);
  g_set_str (&self->before, status != NULL ? status : "");
  self->before_ends_ts = ghc_user_get_status_expires_ts (user);

  if (self->before_ends_ts > 0)
    {
      g_autofree char *left = ghc_time_describe_future (self->before_ends_ts, gh_time_wall_ms ());
      /* Translators: when a status goes away by itself, as it was chosen earlier; "47 minutes" */
      g_autofree char *label = g_strdup_printf (_ ("%s left"), left);

      gtk_string_list_append (labels, label);
    }
  for (guint i = 0; i < G_N_ELEMENTS (expiries); i++)
    gtk_string_list_append (labels, _ (expiries[i].label));

  adw_combo_row_set_model (self->expiry_row, G_LIST_MODEL (labels));
  gtk_editable_set_text (GTK_EDITABLE (self->status_row), self->before);
}

/**
 * ghc_status_group_get_entry:
 *
 * Returns: (transfer none): where one types; what a dialog of this alone begins with
 */
GtkWidget *
ghc_status_group_get_entry (GhcStatusGroup *self)
{
  g_return_val_if_fail (GHC_IS_STATUS_GROUP (self), NULL);

  return GTK_WIDGET (self->status_row);
}

/**
 * ghc_status_group_save:
 *
 * Returns: (transfer full): resolves to %TRUE once others see what was chosen, at once where nothing was
 *   changed; rejects with what ghc_status_group_take_error() shows
 */
DexFuture *
ghc_status_group_save (GhcStatusGroup *self, GhcSession *session)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (GHC_IS_STATUS_GROUP (self), NULL);
  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  text = g_strstrip (g_strdup (get_text (self)));
  if (g_str_equal (text, self->before)
      && (*text == '\0' || adw_combo_row_get_selected (self->expiry_row) == 0))
    return dex_future_new_true ();

  return ghc_session_set_status (session, text, get_expires_in_s (self));
}

/**
 * ghc_status_group_take_error:
 * @field: (nullable): as for ghc_field_error_take()
 *
 * Returns: %TRUE when the error is of the status, and is shown beside it
 */
gboolean
ghc_status_group_take_error (GhcStatusGroup *self, const GError *error, const char *field)
{
  g_return_val_if_fail (GHC_IS_STATUS_GROUP (self), FALSE);

  return ghc_field_error_take (self->status_error, error, field);
}
