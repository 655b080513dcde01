/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

#define GHC_TYPE_SERVER_INFO (ghc_server_info_get_type ())
G_DECLARE_FINAL_TYPE (GhcServerInfo, ghc_server_info, GHC, SERVER_INFO, GObject)

typedef enum
{
  GHC_REGISTRATION_OPEN,
  GHC_REGISTRATION_INVITE,
  GHC_REGISTRATION_CLOSED,
} GhcRegistration;

/**
 * GhcServerInfo:
 *
 * What a server says of itself; it never changes. Members: url (string, to pass on), name
 * (string, the part after the colon of its people's ids), title (string, for people; the name when
 * the server has none), version (string), registration (GhcRegistration), password-min (uint,
 * characters), message-bytes (uint), image-bytes (uint).
 */
const char      *ghc_server_info_get_url           (GhcServerInfo *self);
const char      *ghc_server_info_get_name          (GhcServerInfo *self);
const char      *ghc_server_info_get_title         (GhcServerInfo *self);
const char      *ghc_server_info_get_version       (GhcServerInfo *self);
GhcRegistration  ghc_server_info_get_registration  (GhcServerInfo *self);
guint            ghc_server_info_get_password_min  (GhcServerInfo *self);
guint            ghc_server_info_get_message_bytes (GhcServerInfo *self);
guint            ghc_server_info_get_image_bytes   (GhcServerInfo *self);

#define GHC_TYPE_SERVER_PROBE (ghc_server_probe_get_type ())
G_DECLARE_FINAL_TYPE (GhcServerProbe, ghc_server_probe, GHC, SERVER_PROBE, GObject)

/**
 * GhcServerProbe:
 *
 * Finds out what is at an address, before there is an account there. Every rejection is a #GhError
 * whose message is a sentence to show, and whose field names what it concerns.
 */
GhcServerProbe *ghc_server_probe_new        (void);

/**
 * ghc_server_probe_check:
 * @address: as typed: "example.org", "127.0.0.1:8448", "https://example.org", an invite link
 *
 * Safe to call at every key press: a newer call makes the older future reject with
 * %G_IO_ERROR_CANCELLED. Waits 250 ms for the typing to pause before it asks the network.
 *
 * Returns: (transfer full): resolves to a #GhcServerInfo; rejects with %GH_ERROR_INVALID (field
 *   "server": not an address, or http to another machine), %GH_ERROR_UNAVAILABLE (nobody answers) or
 *   %GH_ERROR_NOT_FOUND (something answers, but no Guildhall server)
 */
DexFuture      *ghc_server_probe_check      (GhcServerProbe *self, const char *address);

/**
 * ghc_server_probe_find_local:
 *
 * Looks for a server on this computer (GUILDHALL_LOCAL_SERVER, else 127.0.0.1:8448).
 *
 * Returns: (transfer full): resolves to a #GhcServerInfo; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture      *ghc_server_probe_find_local (GhcServerProbe *self);

/**
 * ghc_server_probe_check_name:
 * @url: #GhcServerInfo:url
 * @username: as typed
 *
 * As ghc_server_probe_check(), for each key press.
 *
 * Returns: (transfer full): resolves to TRUE when the name is free; rejects with %GH_ERROR_CONFLICT
 *   or %GH_ERROR_INVALID, field "username", and a reason "username.taken", "username.invalid",
 *   "username.confusable" or "username.reserved"
 */
DexFuture      *ghc_server_probe_check_name (GhcServerProbe *self,
                                             const char     *url,
                                             const char     *username);

/**
 * ghc_server_probe_preview_invite:
 * @link: a guildhall:// or https:// invite link
 *
 * Returns: (transfer full): resolves to a #GhcInvitePreview (ghc-invite.h); rejects with
 *   %GH_ERROR_INVALID, %GH_ERROR_NOT_FOUND (used up, expired, revoked) or %GH_ERROR_UNAVAILABLE
 */
DexFuture      *ghc_server_probe_preview_invite (GhcServerProbe *self, const char *link);

G_END_DECLS
