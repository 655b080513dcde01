/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel.h"

#include "ghc-account-private.h"
#include "ghc-call-private.h"
#include "ghc-channel-private.h"
#include "ghc-guild.h"

static GParamSpec *properties[GHC_CHANNEL_N_PROPS];

G_DEFINE_FINAL_TYPE (GhcChannel, ghc_channel, G_TYPE_OBJECT)

static void
ghc_channel_dispose (GObject *object)
{
  GhcChannel *self = GHC_CHANNEL (object);

  ghc_channel_stop_typing (self);
  g_clear_weak_pointer (&self->guild);

  G_OBJECT_CLASS (ghc_channel_parent_class)->dispose (object);
}

static void
ghc_channel_finalize (GObject *object)
{
  GhcChannel *self = GHC_CHANNEL (object);

  g_clear_object (&self->call);
  g_clear_object (&self->timeline);
  g_clear_object (&self->typing);
  g_clear_pointer (&self->typing_timeouts, g_hash_table_unref);
  g_clear_pointer (&self->overrides, g_hash_table_unref);
  g_free (self->channel_id);
  g_free (self->name);
  g_free (self->topic);
  g_free (self->parent);
  g_free (self->draft);

  G_OBJECT_CLASS (ghc_channel_parent_class)->finalize (object);
}

static void
ghc_channel_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcChannel *self = GHC_CHANNEL (object);

  switch ((GhcChannelProperty) prop_id)
    {
    case GHC_CHANNEL_PROP_CHANNEL_ID:
      g_value_set_string (value, self->channel_id);
      break;
    case GHC_CHANNEL_PROP_GUILD:
      g_value_set_object (value, self->guild);
      break;
    case GHC_CHANNEL_PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case GHC_CHANNEL_PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case GHC_CHANNEL_PROP_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case GHC_CHANNEL_PROP_PRIVATE:
      g_value_set_boolean (value, self->is_private);
      break;
    case GHC_CHANNEL_PROP_AUTO_JOIN:
      g_value_set_boolean (value, self->auto_join);
      break;
    case GHC_CHANNEL_PROP_MEMBERSHIP:
      g_value_set_enum (value, self->membership);
      break;
    case GHC_CHANNEL_PROP_JOINED:
      g_value_set_boolean (value, ghc_channel_get_joined (self));
      break;
    case GHC_CHANNEL_PROP_PARENT:
      g_value_set_string (value, self->parent);
      break;
    case GHC_CHANNEL_PROP_ORDER:
      g_value_set_int (value, self->order);
      break;
    case GHC_CHANNEL_PROP_UNREAD:
      g_value_set_boolean (value, self->unread);
      break;
    case GHC_CHANNEL_PROP_N_UNREAD:
      g_value_set_uint (value, self->n_unread);
      break;
    case GHC_CHANNEL_PROP_LAST_POSITION:
      g_value_set_int64 (value, self->last_position);
      break;
    case GHC_CHANNEL_PROP_READ_POSITION:
      g_value_set_int64 (value, self->read_position);
      break;
    case GHC_CHANNEL_PROP_TIMELINE:
      g_value_set_object (value, ghc_channel_get_timeline (self));
      break;
    case GHC_CHANNEL_PROP_CALL:
      g_value_set_object (value, ghc_channel_get_call (self));
      break;
    case GHC_CHANNEL_PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;
    case GHC_CHANNEL_PROP_ATTENDED:
      g_value_set_boolean (value, self->attended);
      break;
    case GHC_CHANNEL_PROP_COLLAPSED:
      g_value_set_boolean (value, self->collapsed);
      break;
    case GHC_CHANNEL_PROP_TYPING:
      g_value_set_object (value, self->typing);
      break;
    case GHC_CHANNEL_PROP_CAN_SEND:
      g_value_set_boolean (value, self->can_send);
      break;
    case GHC_CHANNEL_PROP_CAN_JOIN:
      g_value_set_boolean (value, self->can_join);
      break;
    case GHC_CHANNEL_PROP_CAN_INVITE:
      g_value_set_boolean (value, self->can_invite);
      break;
    case GHC_CHANNEL_PROP_CAN_MANAGE:
      g_value_set_boolean (value, self->can_manage);
      break;
    case GHC_CHANNEL_PROP_CAN_SET_TOPIC:
      g_value_set_boolean (value, self->can_set_topic);
      break;
    case GHC_CHANNEL_PROP_CAN_ATTACH:
      g_value_set_boolean (value, self->can_attach);
      break;
    case GHC_CHANNEL_PROP_CLOSED:
      g_value_set_boolean (value, self->closed);
      break;
    case GHC_CHANNEL_N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_channel_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcChannel *self = GHC_CHANNEL (object);

  switch (prop_id)
    {
    case GHC_CHANNEL_PROP_DRAFT:
      ghc_channel_set_draft (self, g_value_get_string (value));
      break;
    case GHC_CHANNEL_PROP_ATTENDED:
      ghc_channel_set_attended (self, g_value_get_boolean (value));
      break;
    case GHC_CHANNEL_PROP_COLLAPSED:
      ghc_channel_set_collapsed (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_boolean (GhcChannelProperty property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
}

static void
install_string (GhcChannelProperty property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_string (name, NULL, NULL, NULL, flags);
}

static void
ghc_channel_class_init (GhcChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = flags | G_PARAM_WRITABLE;

  object_class->dispose = ghc_channel_dispose;
  object_class->finalize = ghc_channel_finalize;
  object_class->get_property = ghc_channel_get_property;
  object_class->set_property = ghc_channel_set_property;

  g_signal_new ("members-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);

  install_string (GHC_CHANNEL_PROP_CHANNEL_ID, "channel-id", flags);
  properties[GHC_CHANNEL_PROP_GUILD] = g_param_spec_object ("guild", NULL, NULL, GHC_TYPE_GUILD,
                                                            flags);
  properties[GHC_CHANNEL_PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, GHC_TYPE_CHANNEL_KIND,
                                                         GHC_CHANNEL_TEXT, flags);
  install_string (GHC_CHANNEL_PROP_NAME, "name", flags);
  install_string (GHC_CHANNEL_PROP_TOPIC, "topic", flags);
  install_boolean (GHC_CHANNEL_PROP_PRIVATE, "private", flags);
  install_boolean (GHC_CHANNEL_PROP_AUTO_JOIN, "auto-join", flags);
  properties[GHC_CHANNEL_PROP_MEMBERSHIP] =
    g_param_spec_enum ("membership", NULL, NULL, GHC_TYPE_MEMBERSHIP, GHC_MEMBERSHIP_NONE, flags);
  install_boolean (GHC_CHANNEL_PROP_JOINED, "joined", flags);
  install_string (GHC_CHANNEL_PROP_PARENT, "parent", flags);
  properties[GHC_CHANNEL_PROP_ORDER] = g_param_spec_int ("order", NULL, NULL, G_MININT, G_MAXINT, 0,
                                                         flags);
  install_boolean (GHC_CHANNEL_PROP_UNREAD, "unread", flags);
  properties[GHC_CHANNEL_PROP_N_UNREAD] = g_param_spec_uint ("n-unread", NULL, NULL, 0, G_MAXUINT,
                                                             0, flags);
  properties[GHC_CHANNEL_PROP_LAST_POSITION] = g_param_spec_int64 ("last-position", NULL, NULL, 0,
                                                                   G_MAXINT64, 0, flags);
  properties[GHC_CHANNEL_PROP_READ_POSITION] = g_param_spec_int64 ("read-position", NULL, NULL,
                                                                   GHC_READ_UNKNOWN, G_MAXINT64,
                                                                   GHC_READ_UNKNOWN, flags);
  properties[GHC_CHANNEL_PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL,
                                                               GHC_TYPE_TIMELINE, flags);
  properties[GHC_CHANNEL_PROP_CALL] = g_param_spec_object ("call", NULL, NULL, GHC_TYPE_CALL,
                                                           flags);
  install_string (GHC_CHANNEL_PROP_DRAFT, "draft", writable);
  install_boolean (GHC_CHANNEL_PROP_ATTENDED, "attended", writable);
  install_boolean (GHC_CHANNEL_PROP_COLLAPSED, "collapsed", writable);
  properties[GHC_CHANNEL_PROP_TYPING] = g_param_spec_object ("typing", NULL, NULL,
                                                             G_TYPE_LIST_MODEL, flags);
  install_boolean (GHC_CHANNEL_PROP_CAN_SEND, "can-send", flags);
  install_boolean (GHC_CHANNEL_PROP_CAN_JOIN, "can-join", flags);
  install_boolean (GHC_CHANNEL_PROP_CAN_INVITE, "can-invite", flags);
  install_boolean (GHC_CHANNEL_PROP_CAN_MANAGE, "can-manage", flags);
  install_boolean (GHC_CHANNEL_PROP_CAN_SET_TOPIC, "can-set-topic", flags);
  install_boolean (GHC_CHANNEL_PROP_CAN_ATTACH, "can-attach", flags);
  install_boolean (GHC_CHANNEL_PROP_CLOSED, "closed", flags);

  g_object_class_install_properties (object_class, GHC_CHANNEL_N_PROPS, properties);
}

static void
ghc_channel_init (GhcChannel *self)
{
  self->name = g_strdup ("");
  self->draft = g_strdup ("");
  self->read_position = GHC_READ_UNKNOWN;
  self->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->typing = g_list_store_new (GHC_TYPE_USER);
  self->typing_timeouts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GhcChannel *
ghc_channel_new (const char *channel_id, GhcChannelKind kind)
{
  GhcChannel *self;

  g_return_val_if_fail (channel_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_CHANNEL, NULL);
  self->channel_id = g_strdup (channel_id);
  self->kind = kind;

  return self;
}

void
ghc_channel_notify (GhcChannel *self, GhcChannelProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

const char *
ghc_channel_get_channel_id (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return self->channel_id;
}

GhcGuild *
ghc_channel_get_guild (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return self->guild;
}

GhcChannelKind
ghc_channel_get_kind (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), GHC_CHANNEL_TEXT);

  return self->kind;
}

const char *
ghc_channel_get_name (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return self->name;
}

const char *
ghc_channel_get_topic (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return self->topic;
}

gboolean
ghc_channel_get_private (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->is_private;
}

gboolean
ghc_channel_get_auto_join (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->auto_join;
}

GhcMembership
ghc_channel_get_membership (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), GHC_MEMBERSHIP_NONE);

  return self->membership;
}

gboolean
ghc_channel_get_joined (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->membership == GHC_MEMBERSHIP_JOIN;
}

const char *
ghc_channel_get_parent (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return self->parent;
}

int
ghc_channel_get_order (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), 0);

  return self->order;
}

gboolean
ghc_channel_get_unread (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->unread;
}

guint
ghc_channel_get_n_unread (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), 0);

  return self->n_unread;
}

gint64
ghc_channel_get_last_position (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), 0);

  return self->last_position;
}

gint64
ghc_channel_get_read_position (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), 0);

  return self->read_position;
}

static GhcUser *
find_user (gpointer directory, const char *user_id)
{
  return ghc_account_ensure_user (GHC_ACCOUNT (directory), user_id);
}

/**
 * ghc_channel_get_timeline:
 *
 * Returns: (transfer none) (nullable): the channel's timeline; NULL for a category
 */
GhcTimeline *
ghc_channel_get_timeline (GhcChannel *self)
{
  GhcAccount *account;

  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  if (self->timeline != NULL || self->kind == GHC_CHANNEL_CATEGORY)
    return self->timeline;

  account = self->guild != NULL ? ghc_guild_get_account (self->guild) : NULL;
  self->timeline = ghc_timeline_new (self->channel_id, NULL);
  if (account != NULL)
    {
      ghc_timeline_set_users (self->timeline, find_user, G_OBJECT (account));
      ghc_timeline_set_loader (self->timeline, ghc_account_get_loader (account));
    }

  return self->timeline;
}

/**
 * ghc_channel_get_call:
 *
 * Returns: (transfer none) (nullable): the channel's call, be nobody in it; NULL for a category
 */
GhcCall *
ghc_channel_get_call (GhcChannel *self)
{
  GhcAccount *account;

  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  if (self->call != NULL || self->kind == GHC_CHANNEL_CATEGORY)
    return self->call;

  account = self->guild != NULL ? ghc_guild_get_account (self->guild) : NULL;
  self->call = ghc_call_new (self);
  if (account != NULL)
    ghc_account_restore_call (account, self->call, self->channel_id);

  return self->call;
}

const char *
ghc_channel_get_draft (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return self->draft;
}

void
ghc_channel_set_draft (GhcChannel *self, const char *draft)
{
  g_return_if_fail (GHC_IS_CHANNEL (self));

  if (g_set_str (&self->draft, draft != NULL ? draft : ""))
    ghc_channel_notify (self, GHC_CHANNEL_PROP_DRAFT);
}

gboolean
ghc_channel_get_attended (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->attended;
}

void
ghc_channel_set_attended (GhcChannel *self, gboolean attended)
{
  g_return_if_fail (GHC_IS_CHANNEL (self));

  attended = !!attended;
  if (self->attended == attended)
    return;

  self->attended = attended;
  if (attended)
    ghc_channel_mark_read (self);
  ghc_channel_notify (self, GHC_CHANNEL_PROP_ATTENDED);
}

gboolean
ghc_channel_get_collapsed (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), FALSE);

  return self->collapsed;
}

void
ghc_channel_set_collapsed (GhcChannel *self, gboolean collapsed)
{
  g_return_if_fail (GHC_IS_CHANNEL (self));

  collapsed = !!collapsed;
  if (self->collapsed == collapsed)
    return;

  self->collapsed = collapsed;
  ghc_channel_notify (self, GHC_CHANNEL_PROP_COLLAPSED);
}

GListModel *
ghc_channel_get_typing (GhcChannel *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (self), NULL);

  return G_LIST_MODEL (self->typing);
}
