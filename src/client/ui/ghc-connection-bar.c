/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-connection-bar.h"

#include <glib/gi18n.h>

#include "ghc-local-server.h"
#include "ghc-task-button.h"

/* A connection that comes back sooner is not worth a word. */
#define REVEAL_DELAY_MS 600

/**
 * GhcConnectionBar:
 *
 * Says that the connection is away, for as long as it is, and what can be done about it.
 */
struct _GhcConnectionBar
{
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkStack *symbol;
  GtkWidget *spinner;
  GtkWidget *icon;
  GtkLabel *label;
  GtkWidget *retry_button;
  GhcTaskButton *server_button;
  GtkWidget *sign_in_button;

  GhcSession *session;
  char *problem; /* why its server could not be started from here */
  guint reveal_source;
};

typedef enum
{
  PROP_SESSION = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcConnectionBar, ghc_connection_bar, ADW_TYPE_BIN)

/**
 * ghc_connection_describe:
 *
 * Returns: (transfer full): the state of the connection in one sentence
 */
char *
ghc_connection_describe (GhcSession *session)
{
  GhcAccount *account;
  const char *server;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  account = ghc_session_get_account (session);
  server = ghc_account_get_server_name (account);
  if (server == NULL)
    server = ghc_account_get_server_url (account);

  switch (ghc_session_get_connection (session))
    {
    case GHC_CONNECTION_ONLINE:
      return g_strdup_printf (_ ("Connected to %s"), server);
    case GHC_CONNECTION_CATCHING_UP:
      return g_strdup (_ ("Catching up…"));
    case GHC_CONNECTION_CONNECTING:
      return g_strdup_printf (_ ("Connecting to %s…"), server);
    case GHC_CONNECTION_SIGNED_OUT:
      return g_strdup (_ ("You have been signed out. Sign in again to continue."));
    case GHC_CONNECTION_OFFLINE:
    default:
      return g_strdup_printf (_ ("No connection to %s"), server);
    }
}

/**
 * ghc_connection_get_icon_name:
 *
 * Returns: (transfer none): a symbolic icon for the state of the connection
 */
const char *
ghc_connection_get_icon_name (GhcSession *session)
{
  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  switch (ghc_session_get_connection (session))
    {
    case GHC_CONNECTION_ONLINE:
      return "presence-online-symbolic";
    case GHC_CONNECTION_CATCHING_UP:
    case GHC_CONNECTION_CONNECTING:
      return "content-loading-symbolic";
    case GHC_CONNECTION_SIGNED_OUT:
      return "dialog-password-symbolic";
    case GHC_CONNECTION_OFFLINE:
    default:
      return "network-offline-symbolic";
    }
}

static char *
write_sentence (GhcConnectionBar *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *state = ghc_connection_describe (self->session);
  GhcConnection connection = ghc_session_get_connection (self->session);
  const char *status = self->problem != NULL ? self->problem
                                             : ghc_session_get_status (self->session);
  guint waiting = ghc_session_get_n_waiting (self->session);

  g_string_append (text, status != NULL && status[0] != '\0' ? status : state);
  if (connection != GHC_CONNECTION_CATCHING_UP && waiting > 0)
    {
      if (g_ascii_isalnum (text->str[text->len - 1]))
        g_string_append_c (text, '.');
      g_string_append_c (text, ' ');
      g_string_append_printf (text,
                              ngettext ("%u message waits to be sent.",
                                        "%u messages wait to be sent.", waiting),
                              waiting);
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* The server of this account is that of this computer, and could be started from here. */
static gboolean
can_start_server (GhcConnectionBar *self)
{
  return ghc_local_server_is_installed ()
         && ghc_local_server_is_at (
           ghc_account_get_server_url (ghc_session_get_account (self->session)));
}

static void
update (GhcConnectionBar *self)
{
  GhcConnection connection = ghc_session_get_connection (self->session);
  gboolean offline = connection == GHC_CONNECTION_OFFLINE;
  gboolean signed_out = connection == GHC_CONNECTION_SIGNED_OUT;
  gboolean again = connection == GHC_CONNECTION_CONNECTING
                   && gtk_widget_get_visible (GTK_WIDGET (self->server_button));
  /* While it is tried once more the button stays: it would flee from who is about to press it. */
  gboolean startable = (offline || again) && can_start_server (self);
  g_autofree char *text = write_sentence (self);

  if (connection == GHC_CONNECTION_ONLINE)
    return;

  gtk_label_set_label (self->label, text);
  gtk_widget_set_visible (self->retry_button, offline && !startable);
  gtk_widget_set_visible (GTK_WIDGET (self->server_button), startable);
  gtk_widget_set_visible (self->sign_in_button, signed_out);
  gtk_stack_set_visible_child (self->symbol, offline || signed_out ? self->icon : self->spinner);
}

static gboolean
on_reveal_due (gpointer data)
{
  GhcConnectionBar *self = data;

  self->reveal_source = 0;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_label (self->label),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return G_SOURCE_REMOVE;
}

static gboolean
is_away (GhcConnectionBar *self)
{
  return self->session != NULL
         && ghc_session_get_connection (self->session) != GHC_CONNECTION_ONLINE;
}

/* The server is not there, as far as is known. */
static gboolean
is_server_missing (GhcConnectionBar *self)
{
  GhcConnection connection = self->session != NULL ? ghc_session_get_connection (self->session)
                                                   : GHC_CONNECTION_ONLINE;

  return connection == GHC_CONNECTION_OFFLINE || connection == GHC_CONNECTION_CONNECTING;
}

static void
sync_connection (GhcConnectionBar *self)
{
  if (!is_server_missing (self))
    g_clear_pointer (&self->problem, g_free);

  if (is_away (self))
    {
      update (self);
      if (self->reveal_source == 0 && !gtk_revealer_get_reveal_child (self->revealer))
        self->reveal_source = g_timeout_add (REVEAL_DELAY_MS, on_reveal_due, self);
    }
  else
    {
      g_clear_handle_id (&self->reveal_source, g_source_remove);
      gtk_revealer_set_reveal_child (self->revealer, FALSE);
    }
}

static void
on_connection_changed (GhcConnectionBar *self)
{
  if (!is_away (self) && gtk_revealer_get_reveal_child (self->revealer))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Connected again"),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
  sync_connection (self);
}

static void
set_session (GhcConnectionBar *self, GhcSession *session)
{
  if (self->session == session)
    return;

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->session, on_connection_changed, self);
      g_signal_handlers_disconnect_by_func (self->session, update, self);
    }
  g_set_object (&self->session, session);
  g_clear_pointer (&self->problem, g_free);
  if (session != NULL)
    {
      g_signal_connect_object (session, "notify::connection", G_CALLBACK (on_connection_changed),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::status", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "notify::n-waiting", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
    }
  sync_connection (self);
}

static void
on_retry_clicked (GhcConnectionBar *self)
{
  ghc_session_retry_now (self->session);
}

/* It stays until the server answers: who reads it may have something to do elsewhere first. */
static void
show_problem (GhcConnectionBar *self, const char *sentence)
{
  g_set_str (&self->problem, sentence);
  update (self);
  if (sentence != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static DexFuture *
start_server_fiber (gpointer data)
{
  GhcConnectionBar *self = data;
  g_autoptr (GhcSession) session = g_object_ref (self->session);
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;

  ghc_task_button_set_busy (self->server_button, TRUE);
  url = dex_await_string (ghc_local_server_start (), &error);
  if (self->server_button != NULL) /* or the window was closed meanwhile */
    ghc_task_button_set_busy (self->server_button, FALSE);

  if (url != NULL)
    ghc_session_retry_now (session);
  if (session == self->session && (url != NULL || is_server_missing (self)))
    show_problem (self, url != NULL ? NULL : error->message);
  return dex_future_new_for_boolean (url != NULL);
}

static void
on_server_clicked (GhcConnectionBar *self)
{
  if (!ghc_task_button_get_busy (self->server_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, start_server_fiber, g_object_ref (self), g_object_unref));
}

static void
ghc_connection_bar_dispose (GObject *object)
{
  GhcConnectionBar *self = GHC_CONNECTION_BAR (object);

  g_clear_handle_id (&self->reveal_source, g_source_remove);
  /* Before the template lets go of it: the bin would unparent it a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CONNECTION_BAR);
  g_clear_object (&self->session);
  g_clear_pointer (&self->problem, g_free);

  G_OBJECT_CLASS (ghc_connection_bar_parent_class)->dispose (object);
}

static void
ghc_connection_bar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcConnectionBar *self = GHC_CONNECTION_BAR (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_connection_bar_set_property (GObject *object, guint prop_id, const GValue *value,
                                 GParamSpec *pspec)
{
  GhcConnectionBar *self = GHC_CONNECTION_BAR (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_connection_bar_class_init (GhcConnectionBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_connection_bar_dispose;
  object_class->get_property = ghc_connection_bar_get_property;
  object_class->set_property = ghc_connection_bar_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-connection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, symbol);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, spinner);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, icon);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, label);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, retry_button);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, server_button);
  gtk_widget_class_bind_template_child (widget_class, GhcConnectionBar, sign_in_button);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_server_clicked);
}

static void
ghc_connection_bar_init (GhcConnectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
