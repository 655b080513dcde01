/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-limits.h"

G_BEGIN_DECLS

/**
 * GhServerAddress:
 *
 * Where a server is, from what a person typed: "example.org", "example.org:8448", "127.0.0.1:8448",
 * "[::1]:8448", or a whole URL. Loopback addresses are spoken to with http unless https is written,
 * all others only with https. A loopback address without a port means GH_DEFAULT_PORT.
 *
 * Refusals are %GH_ERROR_INVALID with field "server" and a sentence to show beside the entry;
 * reasons: "server.empty", "server.invalid", "server.international", "server.insecure",
 * "server.path".
 */
typedef struct _GhServerAddress GhServerAddress;

#define GH_TYPE_SERVER_ADDRESS (gh_server_address_get_type ())

GType gh_server_address_get_type (void) G_GNUC_CONST;

GhServerAddress *gh_server_address_parse (const char *text,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhServerAddress *gh_server_address_ref (GhServerAddress *self);
void gh_server_address_unref (GhServerAddress *self);
guint16 gh_server_address_get_port (GhServerAddress *self);
gboolean gh_server_address_is_secure (GhServerAddress *self);
gboolean gh_server_address_is_loopback (GhServerAddress *self);
const char *gh_server_address_get_authority (GhServerAddress *self);
const char *gh_server_address_get_url (GhServerAddress *self);
gboolean gh_server_address_equal (GhServerAddress *a, GhServerAddress *b);

/**
 * GhLink:
 *
 * An invitation: `guildhall://host[:port]/invite/CODE` or `https://host[:port]/invite/CODE`.
 * Reasons of refusal: those of #GhServerAddress, "link.unknown" and "link.code".
 */
typedef struct _GhLink GhLink;

#define GH_TYPE_LINK (gh_link_get_type ())

GType gh_link_get_type (void) G_GNUC_CONST;

GhLink *gh_link_new_invite (GhServerAddress *server, const char *code) G_GNUC_WARN_UNUSED_RESULT;
GhLink *gh_link_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhLink *gh_link_ref (GhLink *self);
void gh_link_unref (GhLink *self);
GhServerAddress *gh_link_get_server (GhLink *self);
const char *gh_link_get_invite_code (GhLink *self);
char *gh_link_to_uri (GhLink *self) G_GNUC_WARN_UNUSED_RESULT;
char *gh_link_to_url (GhLink *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean gh_invite_code_is_valid (const char *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhServerAddress, gh_server_address_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhLink, gh_link_unref)

G_END_DECLS
