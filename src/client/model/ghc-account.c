/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-account.h"

#include "ghc-account-private.h"
#include "ghc-call-description.h"
#include "ghc-guild-private.h"

typedef enum
{
  PROP_ACCOUNT_ID = 1,
  PROP_USER_ID,
  PROP_SERVER_URL,
  PROP_SERVER_NAME,
  PROP_USER,
  PROP_GUILDS,
  PROP_CONNECTION,
  PROP_STATUS,
  PROP_UNREAD,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_MESSAGE_RECEIVED,
  SIGNAL_CHANNEL_REMOVED,
  SIGNAL_GUILD_REMOVED,
  SIGNAL_INVITED,
  SIGNAL_REFRESH_NEEDED,
  SIGNAL_PROFILE_NEEDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcAccount, ghc_account, G_TYPE_OBJECT)

static void
ghc_account_dispose (GObject *object)
{
  GhcAccount *self = GHC_ACCOUNT (object);

  for (guint i = 0;
       self->guilds != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->guilds)); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (G_LIST_MODEL (self->guilds), i);

      ghc_guild_set_account (guild, NULL);
    }
  g_clear_object (&self->guilds);
  g_weak_ref_set (&self->loader, NULL);

  G_OBJECT_CLASS (ghc_account_parent_class)->dispose (object);
}

static void
ghc_account_finalize (GObject *object)
{
  GhcAccount *self = GHC_ACCOUNT (object);

  g_clear_object (&self->user);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  g_clear_pointer (&self->heard, g_hash_table_unref);
  g_clear_pointer (&self->left, g_hash_table_unref);
  g_clear_pointer (&self->users, g_hash_table_unref);
  g_weak_ref_clear (&self->loader);
  g_strfreev (self->order);
  g_free (self->account_id);
  g_free (self->server_url);
  g_free (self->server_name);
  g_free (self->user_id);
  g_free (self->status);

  G_OBJECT_CLASS (ghc_account_parent_class)->finalize (object);
}

static void
ghc_account_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcAccount *self = GHC_ACCOUNT (object);

  switch ((Property) prop_id)
    {
    case PROP_ACCOUNT_ID:
      g_value_set_string (value, self->account_id);
      break;
    case PROP_USER_ID:
      g_value_set_string (value, self->user_id);
      break;
    case PROP_SERVER_URL:
      g_value_set_string (value, self->server_url);
      break;
    case PROP_SERVER_NAME:
      g_value_set_string (value, self->server_name);
      break;
    case PROP_USER:
      g_value_set_object (value, self->user);
      break;
    case PROP_GUILDS:
      g_value_set_object (value, self->guilds);
      break;
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    case PROP_UNREAD:
      g_value_set_boolean (value, self->unread);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static guint
install_signal (GhcAccountClass *klass, const char *name, GType first, GType second)
{
  return g_signal_new (name, G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, second != G_TYPE_NONE ? 2 : 1, first, second);
}

static void
ghc_account_class_init (GhcAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ghc_account_dispose;
  object_class->finalize = ghc_account_finalize;
  object_class->get_property = ghc_account_get_property;

  properties[PROP_ACCOUNT_ID] = g_param_spec_string ("account-id", NULL, NULL, NULL, flags);
  properties[PROP_USER_ID] = g_param_spec_string ("user-id", NULL, NULL, NULL, flags);
  properties[PROP_SERVER_URL] = g_param_spec_string ("server-url", NULL, NULL, NULL, flags);
  properties[PROP_SERVER_NAME] = g_param_spec_string ("server-name", NULL, NULL, NULL, flags);
  properties[PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER, flags);
  properties[PROP_GUILDS] = g_param_spec_object ("guilds", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, GHC_TYPE_CONNECTION,
                                                   GHC_CONNECTION_OFFLINE, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_UNREAD] = g_param_spec_boolean ("unread", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_MESSAGE_RECEIVED] = install_signal (klass, "message-received", GHC_TYPE_CHANNEL,
                                                     GHC_TYPE_MESSAGE);
  signals[SIGNAL_CHANNEL_REMOVED] = install_signal (klass, "channel-removed", GHC_TYPE_CHANNEL,
                                                    G_TYPE_NONE);
  signals[SIGNAL_GUILD_REMOVED] = install_signal (klass, "guild-removed", GHC_TYPE_GUILD,
                                                  G_TYPE_NONE);
  signals[SIGNAL_INVITED] = install_signal (klass, "invited", GHC_TYPE_CHANNEL, G_TYPE_NONE);
  signals[SIGNAL_REFRESH_NEEDED] = install_signal (klass, "refresh-needed", G_TYPE_STRING,
                                                   G_TYPE_NONE);
  signals[SIGNAL_PROFILE_NEEDED] = install_signal (klass, "profile-needed", GHC_TYPE_USER,
                                                   G_TYPE_NONE);
}

static void
ghc_account_init (GhcAccount *self)
{
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->heard = g_hash_table_new (NULL, NULL);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) ghc_call_description_free);
  self->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->guilds = g_list_store_new (GHC_TYPE_GUILD);
  self->order = g_new0 (char *, 1);
  g_weak_ref_init (&self->loader, NULL);
}

/**
 * ghc_account_new:
 * @account_id: names the account on this computer
 * @server_url: where its server is
 * @user_id: who it is there
 */
GhcAccount *
ghc_account_new (const char *account_id, const char *server_url, const char *user_id)
{
  GhcAccount *self;

  g_return_val_if_fail (account_id != NULL, NULL);
  g_return_val_if_fail (server_url != NULL, NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_ACCOUNT, NULL);
  self->account_id = g_strdup (account_id);
  self->server_url = g_strdup (server_url);
  self->user_id = g_strdup (user_id);
  self->user = ghc_user_new (user_id);
  ghc_user_set_is_self (self->user, TRUE);
  g_hash_table_insert (self->users, g_strdup (user_id), g_object_ref (self->user));

  return self;
}

const char *
ghc_account_get_account_id (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return self->account_id;
}

const char *
ghc_account_get_user_id (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return self->user_id;
}

const char *
ghc_account_get_server_url (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return self->server_url;
}

const char *
ghc_account_get_server_name (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return self->server_name;
}

GhcUser *
ghc_account_get_user (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return self->user;
}

GListModel *
ghc_account_get_guilds (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return G_LIST_MODEL (self->guilds);
}

GhcConnection
ghc_account_get_connection (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), GHC_CONNECTION_OFFLINE);

  return self->connection;
}

const char *
ghc_account_get_status (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);

  return self->status;
}

gboolean
ghc_account_get_unread (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), FALSE);

  return self->unread;
}

/**
 * ghc_account_lookup_user:
 *
 * Returns: (transfer none) (nullable): the person with @user_id, if anything is known of them
 */
GhcUser *
ghc_account_lookup_user (GhcAccount *self, const char *user_id)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  return g_hash_table_lookup (self->users, user_id);
}

GhcUser *
ghc_account_ensure_user (GhcAccount *self, const char *user_id)
{
  GhcUser *user;

  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  user = g_hash_table_lookup (self->users, user_id);
  if (user == NULL)
    {
      user = ghc_user_new (user_id);
      g_hash_table_insert (self->users, g_strdup (user_id), user);
      g_signal_emit (self, signals[SIGNAL_PROFILE_NEEDED], 0, user);
    }

  return user;
}

GhcTimelineLoader *
ghc_account_get_loader (GhcAccount *self)
{
  g_autoptr (GhcTimelineLoader) loader = g_weak_ref_get (&self->loader);

  return loader;
}

/**
 * ghc_account_set_loader:
 * @loader: (nullable): where timelines get their pages; not kept alive
 */
void
ghc_account_set_loader (GhcAccount *self, GhcTimelineLoader *loader)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));

  g_weak_ref_set (&self->loader, loader);
}

void
ghc_account_set_connection (GhcAccount *self, GhcConnection connection, const char *status)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->status, status))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
  if (self->connection != connection)
    {
      self->connection = connection;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_account_set_server_name (GhcAccount *self, const char *server_name)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));

  if (g_set_str (&self->server_name, server_name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER_NAME]);
}

void
ghc_account_set_unread (GhcAccount *self, gboolean unread)
{
  if (self->unread == unread)
    return;

  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNREAD]);
}

void
ghc_account_emit_guild_removed (GhcAccount *self, GhcGuild *guild)
{
  g_signal_emit (self, signals[SIGNAL_GUILD_REMOVED], 0, guild);
}

void
ghc_account_emit_channel_removed (GhcAccount *self, GhcChannel *channel)
{
  g_signal_emit (self, signals[SIGNAL_CHANNEL_REMOVED], 0, channel);
}

void
ghc_account_emit_invited (GhcAccount *self, GhcChannel *channel)
{
  g_signal_emit (self, signals[SIGNAL_INVITED], 0, channel);
}

void
ghc_account_emit_refresh_needed (GhcAccount *self, const char *guild_id)
{
  g_signal_emit (self, signals[SIGNAL_REFRESH_NEEDED], 0, guild_id);
}

void
ghc_account_emit_message_received (GhcAccount *self, GhcChannel *channel, GhcMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE_RECEIVED], 0, channel, message);
}
