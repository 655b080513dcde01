/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The server's word for a message, as far as a person has to do with it: a file of it, and why it is
 * wrong. */
#include "ghc-message-receipt.h"

#include "ghc-toast.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *from;
  GhcSession *session;
  GhcMessage *message;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_object_unref (save->from);
  g_object_unref (save->session);
  g_object_unref (save->message);
  g_free (save);
}

static void
on_file_chosen (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  GFile *file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (object), result, &error);

  if (file != NULL)
    dex_promise_resolve_object (promise, file);
  else
    dex_promise_reject (promise, error);
}

static DexFuture *
choose_file (Save *save)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autofree char *name = NULL;
  DexPromise *promise = dex_promise_new ();
  GtkRoot *root = gtk_widget_get_root (save->from);

  /* What follows the $ is base58: it may stand in a name. */
  name = g_strdup_printf ("receipt-%.12s.json", ghc_message_get_event_id (save->message) + 1);
  gtk_file_dialog_set_title (dialog, _ ("Save Receipt"));
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_save (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL,
                        on_file_chosen, dex_ref (promise));

  return DEX_FUTURE (promise);
}

static DexFuture *
save_fiber (gpointer data)
{
  Save *save = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = dex_await_object (choose_file (save), &error);

  /* The person thought better of it. */
  if (file == NULL)
    return dex_future_new_false ();

  if (dex_await (ghc_session_save_receipt (save->session, save->message, file), &error))
    ghc_toast_show (save->from, _ ("Receipt saved"));
  else
    ghc_toast_error (save->from, error);

  return dex_future_new_true ();
}

/**
 * ghc_message_receipt_save:
 * @from: the widget that asks
 * @message: one whose receipt was verified
 *
 * Lets the person choose a file, writes the receipt to it, and says what became of it.
 */
void
ghc_message_receipt_save (GtkWidget *from, GhcSession *session, GhcMessage *message)
{
  Save *save;

  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (GHC_IS_SESSION (session));
  g_return_if_fail (ghc_message_get_event_id (message) != NULL);

  save = g_new0 (Save, 1);
  save->from = g_object_ref (from);
  save->session = g_object_ref (session);
  save->message = g_object_ref (message);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, save_fiber, save, save_free));
}

/**
 * ghc_message_receipt_explain:
 * @message: one whose receipt is wrong
 *
 * Says in a dialog what is wrong and what that means.
 */
void
ghc_message_receipt_explain (GtkWidget *from, GhcMessage *message)
{
  AdwDialog *dialog;

  g_return_if_fail (GTK_IS_WIDGET (from));
  g_return_if_fail (ghc_message_get_receipt_problem (message) != NULL);

  dialog = adw_alert_dialog_new (_ ("Receipt Is Wrong"), NULL);
  adw_alert_dialog_format_body (
    ADW_ALERT_DIALOG (dialog),
    /* Translators: %s is a sentence that says what is wrong with a receipt */
    _ ("%s The message was sent, but nothing proves that the server keeps it. Ask whoever runs the "
       "server."),
    ghc_message_get_receipt_problem (message));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, from);
}
