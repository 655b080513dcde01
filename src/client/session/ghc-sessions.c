/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sessions.h"

#include <glib/gi18n.h>

#include "gh-error.h"
#include "ghc-account-list.h"
#include "ghc-http.h"
#include "ghc-operation.h"
#include "ghc-session-private.h"
#include "ghc-token-store.h"

#define LIST_NAME "accounts.json"

struct _GhcSessions
{
  GObject parent_instance;
  char *data_dir;
  char *list_path;
  GPtrArray *sessions; /* of GhcSession, in the order they were added */
  GhcTokenStore *tokens;
  gboolean loaded;
};

typedef enum
{
  PROP_LOADED = 1,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_WARNING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static GType
ghc_sessions_get_item_type (GListModel *model)
{
  return GHC_TYPE_SESSION;
}

static guint
ghc_sessions_get_n_items (GListModel *model)
{
  return GHC_SESSIONS (model)->sessions->len;
}

static gpointer
ghc_sessions_get_item (GListModel *model, guint position)
{
  GhcSessions *self = GHC_SESSIONS (model);

  return position < self->sessions->len
           ? g_object_ref (g_ptr_array_index (self->sessions, position))
           : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ghc_sessions_get_item_type;
  iface->get_n_items = ghc_sessions_get_n_items;
  iface->get_item = ghc_sessions_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcSessions, ghc_sessions, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
warn (GhcSessions *self, const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_WARNING], 0, sentence);
}

static DexFuture *
save_list (GhcSessions *self)
{
  g_autoptr (GPtrArray)
    entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_account_entry_free);

  for (guint i = 0; i < self->sessions->len; i++)
    {
      GhcSession *session = g_ptr_array_index (self->sessions, i);
      GhcAccount *account = ghc_session_get_account (session);
      GhJson *keys = ghc_session_get_keys (session);
      GhcAccountEntry *entry = g_new0 (GhcAccountEntry, 1);

      entry->account_id = g_strdup (ghc_account_get_account_id (account));
      entry->server_url = g_strdup (ghc_account_get_server_url (account));
      entry->user_id = g_strdup (ghc_account_get_user_id (account));
      entry->keys = keys != NULL ? gh_json_ref (keys) : NULL;
      g_ptr_array_add (entries, entry);
    }

  return ghc_account_list_save (self->list_path, entries);
}

/* Should they not be written, they are learnt anew at the next start: nothing is worse than today. */
static void
on_keys_learnt (GhcSessions *self)
{
  dex_future_disown (save_list (self));
}

/* One person, one microphone: whoever joins a call with one account leaves those of all others. */
static void
on_seat (GhcSession *session, GParamSpec *pspec, GhcSessions *self)
{
  if (ghc_session_get_seat (session) == NULL)
    return;

  for (guint i = 0; i < self->sessions->len; i++)
    {
      GhcSession *other = g_ptr_array_index (self->sessions, i);

      if (other != session && ghc_session_get_seat (other) != NULL)
        dex_future_disown (ghc_session_leave_call (other));
    }
}

static GhcSession *
add_session (GhcSessions *self, const char *account_id, const char *server_url, const char *user_id)
{
  GhcSession *session = ghc_session_new (account_id, server_url, user_id, self->data_dir,
                                         self->tokens);

  g_signal_connect_object (session, "keys-learnt", G_CALLBACK (on_keys_learnt), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::seat", G_CALLBACK (on_seat), self, 0);
  g_ptr_array_add (self->sessions, session);
  g_list_model_items_changed (G_LIST_MODEL (self), self->sessions->len - 1, 0, 1);
  return session;
}

static void
set_loaded (GhcSessions *self)
{
  self->loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

static DexFuture *
load_fiber (gpointer data)
{
  GhcSessions *self = data;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;

  entries = dex_await_boxed (ghc_account_list_load (self->list_path), &error);
  if (entries == NULL)
    {
      /* A damaged list was put aside: one can sign in again. A list that cannot be read is left as it is. */
      if (gh_error_get_code (error) != GH_ERROR_INVALID)
        return dex_future_new_for_error (g_steal_pointer (&error));
      warn (self, error->message);
      set_loaded (self);
      return dex_future_new_for_uint (0);
    }

  for (guint i = 0; i < entries->len; i++)
    {
      GhcAccountEntry *entry = g_ptr_array_index (entries, i);
      GhcSession *session = add_session (self, entry->account_id, entry->server_url,
                                         entry->user_id);

      if (entry->keys != NULL)
        ghc_session_set_keys (session, entry->keys);
      dex_future_disown (ghc_session_start (session));
    }

  set_loaded (self);
  return dex_future_new_for_uint (entries->len);
}

DexFuture *
ghc_sessions_load (GhcSessions *self)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);

  return dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref);
}

/* A sign-in or a registration under way: which operation, and what it says. */
typedef struct
{
  GhcSessions *self;
  char *server_url;
  const char *path;
  GBytes *body;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->self);
  g_free (entry->server_url);
  g_bytes_unref (entry->body);
  g_free (entry);
}

static DexFuture *
enter_fiber (gpointer data)
{
  Entry *entry = data;
  GhcSessions *self = entry->self;
  g_autoptr (GhcHttp) http = ghc_http_new (entry->server_url);
  g_autoptr (GhJson) answer = NULL;
  g_autoptr (GhJson) user = NULL;
  g_autoptr (GhcTokens) tokens = NULL;
  g_autofree char *account_id = NULL;
  g_autofree char *label = NULL;
  const char *user_id;
  GhcSession *session;
  GError *error = NULL;

  answer = dex_await_boxed (ghc_http_call (http, NULL, "POST", entry->path, entry->body, NULL),
                            &error);
  if (answer == NULL)
    return dex_future_new_for_error (error);

  tokens = ghc_tokens_new_from_json (answer, &error);
  if (tokens == NULL || !gh_json_get_object (answer, "user", &user, &error)
      || !gh_json_get_id (user, "user_id", GH_ID_USER, &user_id, &error))
    return dex_future_new_for_error (error);

  /* Tokens first: a list that names an account without any would only ask for the password again. */
  account_id = ghc_account_make_id (entry->server_url, user_id);
  /* Translators: how the entry is called in the keyring; %s is a user's id */
  label = g_strdup_printf (_ ("Guildhall: %s"), user_id);
  dex_await (ghc_token_store_save (self->tokens, account_id, label, tokens), NULL);

  session = ghc_sessions_find (self, account_id);
  if (session != NULL)
    {
      ghc_session_take_tokens (session, tokens);
      return dex_future_new_take_object (g_object_ref (session));
    }

  session = add_session (self, account_id, entry->server_url, user_id);
  ghc_account_fold_profile (ghc_session_get_account (session), user);
  if (!dex_await (save_list (self), &error))
    {
      g_message ("%s cannot be written: %s", self->list_path, error->message);
      g_clear_error (&error);
      warn (
        self,
        _ (
          "Your account can’t be remembered on this computer: you will have to sign in again next time."));
    }

  dex_await (ghc_session_start (session), NULL);
  return dex_future_new_take_object (g_object_ref (session));
}

static DexFuture *
enter (GhcSessions *self, const char *server_url, const char *path, GhJson *data)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->self = g_object_ref (self);
  entry->server_url = g_strdup (server_url);
  entry->path = path;
  entry->body = gh_json_to_bytes (data);
  return dex_scheduler_spawn (NULL, 0, enter_fiber, entry, entry_free);
}

/* What the list of devices will call this computer. */
static char *
dup_device_name (void)
{
  return g_strdup_printf ("Guildhall, %s", g_get_host_name ());
}

DexFuture *
ghc_sessions_register (GhcSessions *self, const char *server_url, const char *username,
                       const char *password, const char *display_name, const char *invite)
{
  g_autofree char *device_name = dup_device_name ();
  g_autoptr (GhJson) data = NULL;

  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);
  g_return_val_if_fail (server_url != NULL && username != NULL && password != NULL, NULL);

  data = ghc_data_new ("s", "username", username, "s", "password", password, "s", "device_name",
                       device_name, "o", "display_name", display_name, "o", "invite", invite, NULL);
  return enter (self, server_url, "/register", data);
}

DexFuture *
ghc_sessions_sign_in (GhcSessions *self, const char *server_url, const char *username,
                      const char *password)
{
  g_autofree char *device_name = dup_device_name ();
  g_autoptr (GhJson) data = NULL;

  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);
  g_return_val_if_fail (server_url != NULL && username != NULL && password != NULL, NULL);

  data = ghc_data_new ("s", "username", username, "s", "password", password, "s", "device_name",
                       device_name, NULL);
  return enter (self, server_url, "/login", data);
}

typedef struct
{
  GhcSessions *self;
  GhcSession *session;
} Leaving;

static void
leaving_free (gpointer data)
{
  Leaving *leaving = data;

  g_object_unref (leaving->self);
  g_object_unref (leaving->session);
  g_free (leaving);
}

static DexFuture *
sign_out_fiber (gpointer data)
{
  Leaving *leaving = data;
  GhcSessions *self = leaving->self;
  const char *account_id = ghc_account_get_account_id (ghc_session_get_account (leaving->session));
  g_autoptr (GError) kept = NULL;
  GError *error = NULL;
  guint position;

  dex_await (ghc_session_end (leaving->session), NULL);
  dex_await (ghc_token_store_remove (self->tokens, account_id), &kept);

  if (g_ptr_array_find (self->sessions, leaving->session, &position))
    {
      g_ptr_array_remove_index (self->sessions, position);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
    }
  if (!dex_await (save_list (self), &error))
    return dex_future_new_for_error (error);

  return kept != NULL ? dex_future_new_for_error (g_steal_pointer (&kept)) : dex_future_new_true ();
}

DexFuture *
ghc_sessions_sign_out (GhcSessions *self, GhcSession *session)
{
  Leaving *leaving;

  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);
  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  leaving = g_new0 (Leaving, 1);
  leaving->self = g_object_ref (self);
  leaving->session = g_object_ref (session);
  return dex_scheduler_spawn (NULL, 0, sign_out_fiber, leaving, leaving_free);
}

static DexFuture *
close_fiber (gpointer data)
{
  GhcSessions *self = data;
  g_autoptr (GPtrArray) closing = g_ptr_array_new_with_free_func (dex_unref);

  for (guint i = 0; i < self->sessions->len; i++)
    g_ptr_array_add (closing, ghc_session_close (g_ptr_array_index (self->sessions, i)));
  if (closing->len > 0)
    dex_await (dex_future_allv ((DexFuture **) closing->pdata, closing->len), NULL);

  return dex_future_new_true ();
}

DexFuture *
ghc_sessions_close (GhcSessions *self)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);

  return dex_scheduler_spawn (NULL, 0, close_fiber, g_object_ref (self), g_object_unref);
}

static void
ghc_sessions_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) prop_id)
    {
    case PROP_LOADED:
      g_value_set_boolean (value, GHC_SESSIONS (object)->loaded);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_sessions_finalize (GObject *object)
{
  GhcSessions *self = GHC_SESSIONS (object);

  g_clear_pointer (&self->sessions, g_ptr_array_unref);
  g_clear_object (&self->tokens);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->list_path, g_free);

  G_OBJECT_CLASS (ghc_sessions_parent_class)->finalize (object);
}

static void
ghc_sessions_class_init (GhcSessionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ghc_sessions_get_property;
  object_class->finalize = ghc_sessions_finalize;

  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_sessions_init (GhcSessions *self)
{
  self->sessions = g_ptr_array_new_with_free_func (g_object_unref);
}

GhcSessions *
ghc_sessions_new (const char *data_dir, const char *profile)
{
  GhcSessions *self = g_object_new (GHC_TYPE_SESSIONS, NULL);
  const char *from_environment = g_getenv ("GUILDHALL_DATA_DIR");

  if (data_dir != NULL)
    self->data_dir = g_strdup (data_dir);
  else if (from_environment != NULL && *from_environment != '\0')
    self->data_dir = g_strdup (from_environment);
  else
    self->data_dir = g_build_filename (g_get_user_data_dir (), "guildhall", profile, NULL);

  self->list_path = g_build_filename (self->data_dir, LIST_NAME, NULL);
  self->tokens = ghc_token_store_new (profile);
  g_signal_connect_object (self->tokens, "warning", G_CALLBACK (warn), self, G_CONNECT_SWAPPED);
  return self;
}

gboolean
ghc_sessions_get_loaded (GhcSessions *self)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (self), FALSE);

  return self->loaded;
}

GhcSession *
ghc_sessions_find_server (GhcSessions *self, const char *server_url)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);

  for (guint i = 0; i < self->sessions->len; i++)
    {
      GhcSession *session = g_ptr_array_index (self->sessions, i);

      if (g_str_equal (ghc_account_get_server_url (ghc_session_get_account (session)), server_url))
        return session;
    }

  return NULL;
}

GhcSession *
ghc_sessions_find (GhcSessions *self, const char *account_id)
{
  g_return_val_if_fail (GHC_IS_SESSIONS (self), NULL);

  for (guint i = 0; i < self->sessions->len; i++)
    {
      GhcSession *session = g_ptr_array_index (self->sessions, i);

      if (g_str_equal (ghc_account_get_account_id (ghc_session_get_account (session)), account_id))
        return session;
    }

  return NULL;
}
