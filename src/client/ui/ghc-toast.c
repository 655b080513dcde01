/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-toast.h"

#include <glib/gi18n.h>

#include "gh-error.h"

typedef struct
{
  GhcUndoFunc commit;
  gpointer data;
  GDestroyNotify destroy;
} Undo;

/* So many letters a second are read. */
#define LETTERS 12
#define LEAST_S 5
#define MAX_CHARS 64
#define MIN_CHARS 16
/* Of a toast's width, what is not text; bold letters are so much wider. */
#define AROUND 120
#define BUTTON 96
#define BOLD 1.15
/* As wide as the sidebar gets, with what is between them; see style.css. */
#define SIDEBAR 330

/* All of the text is seen, and long enough to be read; a toast's own title would be cut off. */
static AdwToast *
make_toast (const char *text)
{
  AdwToast *toast = adw_toast_new ("");
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_set_timeout (toast, MAX (LEAST_S, (guint) g_utf8_strlen (text, -1) / LETTERS));
  return toast;
}

static AdwNavigationSplitView *
find_split (GtkWidget *widget)
{
  AdwNavigationSplitView *split = NULL;

  if (ADW_IS_NAVIGATION_SPLIT_VIEW (widget))
    return ADW_NAVIGATION_SPLIT_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && split == NULL;
       child = gtk_widget_get_next_sibling (child))
    split = gtk_widget_get_child_visible (child) ? find_split (child) : NULL;
  return split;
}

/* At the foot of the sidebar is what ends a call and what mutes: nothing covers that, not even for a moment. */
static gboolean
is_beside_sidebar (GtkWidget *place)
{
  AdwNavigationSplitView *split = find_split (place);

  return split != NULL && !adw_navigation_split_view_get_collapsed (split);
}

/* A toast is as high as its text is at the width it would like best, so this has to be one that there is. */
static void
fit (AdwToast *toast, GtkWidget *place)
{
  PangoContext *context = gtk_widget_get_pango_context (place);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = MAX (pango_font_metrics_get_approximate_char_width (metrics),
                   pango_font_metrics_get_approximate_digit_width (metrics));
  int around = adw_toast_get_button_label (toast) != NULL ? AROUND + BUTTON : AROUND;
  gboolean beside = is_beside_sidebar (place);
  int chars = (int) ((gtk_widget_get_width (place) - around - (beside ? SIDEBAR : 0))
                     / MAX (BOLD * width / PANGO_SCALE, 1));

  if (beside)
    gtk_widget_add_css_class (place, "beside-sidebar");
  else
    gtk_widget_remove_css_class (place, "beside-sidebar");

  gtk_label_set_max_width_chars (GTK_LABEL (adw_toast_get_custom_title (toast)),
                                 CLAMP (chars, MIN_CHARS, MAX_CHARS));
  pango_font_metrics_unref (metrics);
}

/* Toasts appear where the person looks: in the dialog they are in when it can show them, else at the
 * foot of the window. */
static void
show_toast (GtkWidget *from, AdwToast *toast)
{
  GtkLabel *label = GTK_LABEL (adw_toast_get_custom_title (toast));
  GtkWidget *place;
  GtkRoot *root;

  gtk_accessible_announce (GTK_ACCESSIBLE (from), gtk_label_get_label (label),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  for (place = from; place != NULL; place = gtk_widget_get_parent (place))
    {
      if (ADW_IS_PREFERENCES_DIALOG (place))
        {
          fit (toast, place);
          adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (place), toast);
          return;
        }
      if (ADW_IS_TOAST_OVERLAY (place))
        {
          fit (toast, place);
          adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (place), toast);
          return;
        }
    }

  root = gtk_widget_get_root (from);
  if (ADW_IS_APPLICATION_WINDOW (root))
    {
      GtkWidget *content = adw_application_window_get_content (ADW_APPLICATION_WINDOW (root));

      if (ADW_IS_TOAST_OVERLAY (content))
        {
          fit (toast, content);
          adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (content), toast);
          return;
        }
    }

  /* The widget has left its window meanwhile: nobody is looking. */
  g_object_unref (toast);
}

/**
 * ghc_toast_show:
 * @from: the widget that something happened in
 * @text: a plain sentence, no markup
 */
void
ghc_toast_show (GtkWidget *from, const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (text != NULL);

  show_toast (from, make_toast (text));
}

/**
 * ghc_toast_error:
 *
 * Says what went wrong in the words of the error; cancelled work says nothing.
 */
void
ghc_toast_error (GtkWidget *from, const GError *error)
{
  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (error != NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED)
      || g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED))
    return;

  ghc_toast_show (from, error->message);
}

typedef struct
{
  GtkWidget *from;
  char *action_name;
  GVariant *target;
} Action;

/* From the widget, not from the toast: its actions are not known where toasts live. */
static void
on_action_clicked (AdwToast *toast, Action *action)
{
  gtk_widget_activate_action_variant (action->from, action->action_name, action->target);
}

static void
action_free (gpointer data, GClosure *closure)
{
  Action *action = data;

  g_object_unref (action->from);
  g_free (action->action_name);
  g_clear_pointer (&action->target, g_variant_unref);
  g_free (action);
}

static void
on_property_changed (GObject *object, GParamSpec *pspec, AdwToast *toast)
{
  gboolean value;

  g_object_get (object, pspec->name, &value, NULL);
  if (!value)
    adw_toast_dismiss (toast);
}

/**
 * ghc_toast_action:
 * @button: what the button says; an underscore marks the mnemonic
 * @action_name: a widget action that @from can activate
 * @target: (nullable): its parameter; a floating reference is taken
 * @object: what has @property
 * @property: a boolean that says whether there is still a reason for the action: the toast goes when it
 *   turns false, since the same was done elsewhere or cannot be done any more
 */
void
ghc_toast_action (GtkWidget *from, const char *text, const char *button, const char *action_name,
                  GVariant *target, gpointer object, const char *property)
{
  g_autofree char *notify = g_strconcat ("notify::", property, NULL);
  Action *action;
  AdwToast *toast;

  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (text != NULL && button != NULL && action_name != NULL);
  g_return_if_fail (G_IS_OBJECT (object) && property != NULL);

  action = g_new0 (Action, 1);
  action->from = g_object_ref (from);
  action->action_name = g_strdup (action_name);
  action->target = target != NULL ? g_variant_ref_sink (target) : NULL;

  toast = make_toast (text);
  adw_toast_set_button_label (toast, button);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_action_clicked), action,
                         action_free, 0);
  g_signal_connect_object (object, notify, G_CALLBACK (on_property_changed), toast,
                           G_CONNECT_DEFAULT);
  show_toast (from, toast);
}

static void
on_undo_clicked (AdwToast *toast, Undo *undo)
{
  undo->commit = NULL;
  adw_toast_dismiss (toast);
}

/* Runs when the toast has gone for whatever reason, the window's end included. */
static void
undo_free (gpointer data, GClosure *closure)
{
  Undo *undo = data;

  if (undo->commit != NULL)
    undo->commit (undo->data);
  if (undo->destroy != NULL)
    undo->destroy (undo->data);
  g_free (undo);
}

/**
 * ghc_toast_undo:
 * @from: any widget of the window
 * @text: what has been done, "Left #general"
 * @commit: does it for good; runs exactly once unless Undo is pressed
 * @data: (nullable): for @commit, owned until @destroy
 *
 * The toast belongs to the window, so that it outlives the dialog the action came from.
 */
void
ghc_toast_undo (GtkWidget *from, const char *text, GhcUndoFunc commit, gpointer data,
                GDestroyNotify destroy)
{
  Undo *undo;
  AdwToast *toast;

  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (text != NULL);
  g_return_if_fail (commit != NULL);

  undo = g_new0 (Undo, 1);
  undo->commit = commit;
  undo->data = data;
  undo->destroy = destroy;

  toast = make_toast (text);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo_clicked), undo, undo_free, 0);
  show_toast (from, toast);
}

static DexFuture *
on_rejected (DexFuture *future, gpointer from)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  ghc_toast_error (from, error);
  return dex_future_new_true ();
}

/**
 * ghc_toast_watch:
 * @from: the widget the work was started from
 * @future: (transfer full): work that shows its own success
 *
 * Lets @future run; should it fail, a toast says why.
 */
void
ghc_toast_watch (GtkWidget *from, DexFuture *future)
{
  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (DEX_IS_FUTURE (future));

  dex_future_disown (dex_future_catch (future, on_rejected, g_object_ref (from), g_object_unref));
}
