/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-invite.h"

struct _GhcInvite
{
  GObject parent_instance;
  char *code;
  char *link;
  char *url;
  gint64 expires_ts;
  gint64 created_ts;
  guint max_uses;
  guint uses;
  char *creator;
};

G_DEFINE_FINAL_TYPE (GhcInvite, ghc_invite, G_TYPE_OBJECT)

static void
ghc_invite_finalize (GObject *object)
{
  GhcInvite *self = GHC_INVITE (object);

  g_clear_pointer (&self->code, g_free);
  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->creator, g_free);

  G_OBJECT_CLASS (ghc_invite_parent_class)->finalize (object);
}

static void
ghc_invite_class_init (GhcInviteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_invite_finalize;
}

static void
ghc_invite_init (GhcInvite *self)
{
}

/**
 * ghc_invite_new_from_json:
 * @json: the result of invite.create or an element of that of invite.list; hostile input, checked here
 *
 * Returns: (transfer full) (nullable): %NULL with %GH_ERROR_INVALID
 */
GhcInvite *
ghc_invite_new_from_json (GhJson *json, GError **error)
{
  const char *code, *link, *url, *creator;
  gint64 expires_ts, created_ts, max_uses, uses;
  GhcInvite *self;

  if (!gh_json_get_string (json, "code", 1, 128, &code, error)
      || !gh_json_get_string (json, "link", 1, 1024, &link, error)
      || !gh_json_get_string (json, "url", 1, 1024, &url, error)
      || !gh_json_get_optional_int (json, "expires_ts", 0, G_MAXINT64, 0, &expires_ts, error)
      || !gh_json_get_optional_int (json, "created_ts", 0, G_MAXINT64, 0, &created_ts, error)
      || !gh_json_get_optional_int (json, "max_uses", 0, G_MAXUINT, 0, &max_uses, error)
      || !gh_json_get_optional_int (json, "uses", 0, G_MAXUINT, 0, &uses, error)
      || !gh_json_get_optional_id (json, "creator", GH_ID_USER, &creator, error))
    return NULL;

  self = g_object_new (GHC_TYPE_INVITE, NULL);
  self->code = g_strdup (code);
  self->link = g_strdup (link);
  self->url = g_strdup (url);
  self->expires_ts = expires_ts;
  self->created_ts = created_ts;
  self->max_uses = (guint) max_uses;
  self->uses = (guint) uses;
  self->creator = g_strdup (creator);

  return self;
}

const char *
ghc_invite_get_code (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->code;
}

const char *
ghc_invite_get_link (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->link;
}

const char *
ghc_invite_get_url (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->url;
}

gint64
ghc_invite_get_expires_ts (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->expires_ts;
}

gint64
ghc_invite_get_created_ts (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->created_ts;
}

guint
ghc_invite_get_max_uses (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->max_uses;
}

guint
ghc_invite_get_uses (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), 0);

  return self->uses;
}

const char *
ghc_invite_get_creator (GhcInvite *self)
{
  g_return_val_if_fail (GHC_IS_INVITE (self), NULL);

  return self->creator;
}
