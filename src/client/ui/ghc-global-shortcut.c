/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-global-shortcut.h"

#include <libdex.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_SHORTCUTS "org.freedesktop.portal.GlobalShortcuts"
#define PORTAL_SESSION "org.freedesktop.portal.Session"
#define PORTAL_REQUEST "org.freedesktop.portal.Request"

/* The portal may ask the person: it has time. */
#define NO_TIMEOUT G_MAXINT

/**
 * GhcGlobalShortcut:
 *
 * One key that is heard wherever the focus is, by way of the desktop's portal
 * (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.GlobalShortcuts.html). Where
 * the desktop has none, it stays silent. Whatever becomes of the portal, the key does not stay pressed.
 * Properties (read-only): state (GhcShortcutState), pressed (boolean).
 */
typedef struct
{
  GDBusConnection *bus;
  char *path;
  DexPromise *answer;
  guint subscription;
} Request;

struct _GhcGlobalShortcut
{
  GObject parent_instance;

  char *id;
  char *description;
  char *preferred;

  GDBusConnection *bus;
  GCancellable *cancellable;
  char *session;
  char *trigger;
  Request *request; /* while the desktop is asked; the fiber's */
  guint subscription;
  guint session_subscription;
  guint watch;
  GhcShortcutState state;
  gboolean pressed;
};

typedef enum
{
  PROP_STATE = 1,
  PROP_PRESSED,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (GhcShortcutState, ghc_shortcut_state,
                    G_DEFINE_ENUM_VALUE (GHC_SHORTCUT_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (GHC_SHORTCUT_BOUND, "bound"),
                    G_DEFINE_ENUM_VALUE (GHC_SHORTCUT_REFUSED, "refused"),
                    G_DEFINE_ENUM_VALUE (GHC_SHORTCUT_ABSENT, "absent"))

G_DEFINE_FINAL_TYPE (GhcGlobalShortcut, ghc_global_shortcut, G_TYPE_OBJECT)

static void
set_pressed (GhcGlobalShortcut *self, gboolean pressed)
{
  if (self->pressed == pressed)
    return;

  self->pressed = pressed;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESSED]);
}

static void
set_state (GhcGlobalShortcut *self, GhcShortcutState state)
{
  if (state != GHC_SHORTCUT_BOUND)
    set_pressed (self, FALSE);
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
on_signal (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *name, GVariant *parameters, gpointer data)
{
  GhcGlobalShortcut *self = data;
  const char *session;
  const char *id;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(osta{sv})")))
    return;
  g_variant_get (parameters, "(&o&sta{sv})", &session, &id, NULL, NULL);
  if (g_strcmp0 (session, self->session) != 0 || !g_str_equal (id, self->id))
    return;

  if (g_str_equal (name, "Activated"))
    set_pressed (self, TRUE);
  else if (g_str_equal (name, "Deactivated"))
    set_pressed (self, FALSE);
}

/* The desktop took the key back. */
static void
on_session_closed (GDBusConnection *bus, const char *sender, const char *path,
                   const char *interface, const char *name, GVariant *parameters, gpointer data)
{
  set_state (data, GHC_SHORTCUT_REFUSED);
}

/* --- Requests of the portal ----------------------------------------------------------------- */

static void
request_free (Request *request)
{
  g_dbus_connection_signal_unsubscribe (request->bus, request->subscription);
  g_object_unref (request->bus);
  g_free (request->path);
  dex_unref (request->answer);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
request_give_up (Request *request, int code, const char *message)
{
  if (dex_future_is_pending (DEX_FUTURE (request->answer)))
    dex_promise_reject (request->answer, g_error_new_literal (G_IO_ERROR, code, message));
}

static void
on_response (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
             const char *name, GVariant *parameters, gpointer data)
{
  Request *request = data;

  if (!dex_future_is_pending (DEX_FUTURE (request->answer)))
    return;
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    dex_promise_resolve_variant (request->answer, g_variant_ref (parameters));
  else
    request_give_up (request, G_IO_ERROR_INVALID_DATA, "The portal’s answer is not sound");
}

/* Listens before it asks: the answer may be there before the call returns. */
static Request *
request_new (GDBusConnection *bus, const char *token)
{
  Request *request = g_new0 (Request, 1);
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);

  g_strdelimit (sender, ".", '_');
  request->path = g_strdup_printf (PORTAL_PATH "/request/%s/%s", sender, token);
  request->bus = g_object_ref (bus);
  request->answer = dex_promise_new ();
  request->subscription = g_dbus_connection_signal_subscribe (
    bus, PORTAL_NAME, PORTAL_REQUEST, "Response", request->path, NULL,
    G_DBUS_SIGNAL_FLAGS_NONE, on_response, request, NULL);
  return request;
}

/* Returns what the portal answers, or NULL when the person or the desktop does not want it. */
static GVariant *
ask (GhcGlobalShortcut *self, const char *method, const char *token, GVariant *parameters,
     GError **error)
{
  g_autoptr (Request) request = request_new (self->bus, token);
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GVariant) answer = NULL;
  GVariant *results;
  guint32 refused;

  self->request = request;
  handle = dex_await_variant (
    dex_dbus_connection_call (self->bus, PORTAL_NAME, PORTAL_PATH, PORTAL_SHORTCUTS, method,
                              parameters, G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE,
                              NO_TIMEOUT),
    error);
  if (handle != NULL)
    answer = dex_await_variant (dex_ref (DEX_FUTURE (request->answer)), error);
  self->request = NULL;
  if (answer == NULL)
    return NULL;

  g_variant_get (answer, "(u@a{sv})", &refused, &results);
  if (refused == 0)
    return results;
  g_variant_unref (results);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "The shortcut was not wanted");
  return NULL;
}

static GVariant *
make_options (const char *token, const char *session_token)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "handle_token", g_variant_new_string (token));
  if (session_token != NULL)
    g_variant_builder_add (&builder, "{sv}", "session_handle_token",
                           g_variant_new_string (session_token));
  return g_variant_builder_end (&builder);
}

static GVariant *
make_shortcuts (GhcGlobalShortcut *self)
{
  GVariantBuilder shortcuts;
  GVariantBuilder about;

  g_variant_builder_init (&about, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&about, "{sv}", "description", g_variant_new_string (self->description));
  if (self->preferred != NULL)
    g_variant_builder_add (&about, "{sv}", "preferred_trigger",
                           g_variant_new_string (self->preferred));
  g_variant_builder_init (&shortcuts, G_VARIANT_TYPE ("a(sa{sv})"));
  g_variant_builder_add (&shortcuts, "(sa{sv})", self->id, &about);
  return g_variant_builder_end (&shortcuts);
}

/* What the person chose in the end, in the desktop's words. */
static void
read_trigger (GhcGlobalShortcut *self, GVariant *chosen)
{
  g_autoptr (GVariant) shortcuts = g_variant_lookup_value (chosen, "shortcuts",
                                                           G_VARIANT_TYPE ("a(sa{sv})"));

  for (gsize i = 0; shortcuts != NULL && i < g_variant_n_children (shortcuts); i++)
    {
      g_autoptr (GVariant) about = NULL;
      const char *id;

      g_variant_get_child (shortcuts, i, "(&s@a{sv})", &id, &about);
      if (g_str_equal (id, self->id) && self->trigger == NULL)
        g_variant_lookup (about, "trigger_description", "s", &self->trigger);
    }
}

static void
on_portal_gone (GDBusConnection *bus, const char *name, gpointer data)
{
  GhcGlobalShortcut *self = data;

  if (self->request != NULL)
    request_give_up (self->request, G_IO_ERROR_CLOSED, "The portal is gone");
  if (self->state == GHC_SHORTCUT_BOUND)
    set_state (self, GHC_SHORTCUT_ABSENT);
}

static gboolean
bind (GhcGlobalShortcut *self, GError **error)
{
  g_autofree char *create = g_strdup_printf ("guildhall%u", g_random_int ());
  g_autofree char *choose = g_strdup_printf ("guildhall%u", g_random_int ());
  g_autoptr (GVariant) created = NULL;
  g_autoptr (GVariant) chosen = NULL;

  self->bus = dex_await_object (dex_bus_get (G_BUS_TYPE_SESSION), error);
  if (self->bus == NULL)
    return FALSE;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  created = ask (self, "CreateSession", create,
                 g_variant_new ("(@a{sv})", make_options (create, create)), error);
  if (created == NULL)
    return FALSE;
  if (!g_variant_lookup (created, "session_handle", "s", &self->session)
      || !g_variant_is_object_path (self->session))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The portal’s answer is not sound");
      return FALSE;
    }

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;

  self->subscription = g_dbus_connection_signal_subscribe (
    self->bus, PORTAL_NAME, PORTAL_SHORTCUTS, NULL, PORTAL_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
    on_signal, self, NULL);
  self->session_subscription = g_dbus_connection_signal_subscribe (
    self->bus, PORTAL_NAME, PORTAL_SESSION, "Closed", self->session, NULL,
    G_DBUS_SIGNAL_FLAGS_NONE, on_session_closed, self, NULL);
  self->watch = g_bus_watch_name_on_connection (self->bus, PORTAL_NAME,
                                                G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, on_portal_gone,
                                                self, NULL);
  chosen = ask (self, "BindShortcuts", choose,
                g_variant_new ("(o@a(sa{sv})s@a{sv})", self->session, make_shortcuts (self), "",
                               make_options (choose, NULL)),
                error);
  if (chosen == NULL)
    return FALSE;
  read_trigger (self, chosen);
  /* While the portal was asked, it may not have been wanted any more. */
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
}

static DexFuture *
bind_fiber (gpointer data)
{
  GhcGlobalShortcut *self = data;
  g_autoptr (GError) error = NULL;

  if (bind (self, &error))
    {
      set_state (self, GHC_SHORTCUT_BOUND);
      return dex_future_new_true ();
    }

  g_debug ("No global shortcut: %s", error->message);
  if (!g_cancellable_is_cancelled (self->cancellable))
    set_state (self, is_refusal (error) ? GHC_SHORTCUT_REFUSED : GHC_SHORTCUT_ABSENT);
  ghc_global_shortcut_close (self);
  return dex_future_new_false ();
}

/* --- Life ----------------------------------------------------------------------------------- */

static void
ghc_global_shortcut_dispose (GObject *object)
{
  ghc_global_shortcut_close (GHC_GLOBAL_SHORTCUT (object));

  G_OBJECT_CLASS (ghc_global_shortcut_parent_class)->dispose (object);
}

static void
ghc_global_shortcut_finalize (GObject *object)
{
  GhcGlobalShortcut *self = GHC_GLOBAL_SHORTCUT (object);

  g_free (self->id);
  g_free (self->description);
  g_free (self->preferred);
  g_free (self->session);
  g_free (self->trigger);
  g_object_unref (self->cancellable);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (ghc_global_shortcut_parent_class)->finalize (object);
}

static void
ghc_global_shortcut_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcGlobalShortcut *self = GHC_GLOBAL_SHORTCUT (object);

  switch ((Property) prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_PRESSED:
      g_value_set_boolean (value, self->pressed);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_global_shortcut_class_init (GhcGlobalShortcutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = ghc_global_shortcut_dispose;
  object_class->finalize = ghc_global_shortcut_finalize;
  object_class->get_property = ghc_global_shortcut_get_property;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, GHC_TYPE_SHORTCUT_STATE,
                                              GHC_SHORTCUT_ASKING, flags);
  properties[PROP_PRESSED] = g_param_spec_boolean ("pressed", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_global_shortcut_init (GhcGlobalShortcut *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * ghc_global_shortcut_new:
 * @id: names it to the desktop, which remembers the person's choice
 * @description: what it does, in a person's words
 * @preferred: (nullable): the key to propose, "CTRL+F8", as the shortcuts specification writes it
 *
 * Asks the desktop for it. Close it when it is not wanted any more: being asked for keeps it alive.
 */
GhcGlobalShortcut *
ghc_global_shortcut_new (const char *id, const char *description, const char *preferred)
{
  GhcGlobalShortcut *self;

  g_return_val_if_fail (id != NULL && description != NULL, NULL);

  self = g_object_new (GHC_TYPE_GLOBAL_SHORTCUT, NULL);
  self->id = g_strdup (id);
  self->description = g_strdup (description);
  self->preferred = g_strdup (preferred);
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, bind_fiber, g_object_ref (self), g_object_unref));
  return self;
}

GhcShortcutState
ghc_global_shortcut_get_state (GhcGlobalShortcut *self)
{
  g_return_val_if_fail (GHC_IS_GLOBAL_SHORTCUT (self), GHC_SHORTCUT_ABSENT);

  return self->state;
}

/**
 * ghc_global_shortcut_get_trigger:
 *
 * Returns: (nullable): the key in the desktop's words, where it tells: the person may have chosen another
 */
const char *
ghc_global_shortcut_get_trigger (GhcGlobalShortcut *self)
{
  g_return_val_if_fail (GHC_IS_GLOBAL_SHORTCUT (self), NULL);

  return self->trigger;
}

gboolean
ghc_global_shortcut_get_pressed (GhcGlobalShortcut *self)
{
  g_return_val_if_fail (GHC_IS_GLOBAL_SHORTCUT (self), FALSE);

  return self->pressed;
}

static void
call (GhcGlobalShortcut *self, const char *path, const char *interface, const char *method)
{
  g_dbus_connection_call (self->bus, PORTAL_NAME, path, interface, method, NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
unsubscribe (GhcGlobalShortcut *self, guint *subscription)
{
  if (*subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, *subscription);
  *subscription = 0;
}

/**
 * ghc_global_shortcut_close:
 *
 * Gives the key back, or stops to ask for it.
 */
void
ghc_global_shortcut_close (GhcGlobalShortcut *self)
{
  g_return_if_fail (GHC_IS_GLOBAL_SHORTCUT (self));

  g_cancellable_cancel (self->cancellable);
  if (self->request != NULL)
    {
      call (self, self->request->path, PORTAL_REQUEST, "Close");
      request_give_up (self->request, G_IO_ERROR_CANCELLED, "The shortcut is not wanted any more");
    }
  if (self->watch != 0)
    g_bus_unwatch_name (self->watch);
  self->watch = 0;
  unsubscribe (self, &self->subscription);
  unsubscribe (self, &self->session_subscription);
  if (self->session != NULL)
    call (self, self->session, PORTAL_SESSION, "Close");
  g_clear_pointer (&self->session, g_free);
  set_pressed (self, FALSE);
}
