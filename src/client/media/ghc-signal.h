/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"

G_BEGIN_DECLS

/* A description of a connection takes less than half of it. */
#define GHC_SIGNAL_MAX_SDP 16384
#define GHC_SIGNAL_MAX_CANDIDATE 512

typedef enum
{
  GHC_SIGNAL_OFFER,
  GHC_SIGNAL_ANSWER,
  GHC_SIGNAL_CANDIDATE,
  GHC_SIGNAL_PAUSE,  /* no pictures for now: the connection of who is told does not carry them */
  GHC_SIGNAL_RESUME, /* pictures again */
} GhcSignalKind;

/**
 * GhcSignal:
 * @kind: what it is
 * @turn: which connection between the two it is about: each new one has a higher number
 * @line: of a candidate, or of pictures: the line of the description it belongs to
 * @text: the description in SDP, or the candidate; a candidate that is empty says that no more come
 *
 * What two members tell each other about the connection between them; docs/protocol.md has its form. A
 * plain value that lives as long as the JSON it was read from.
 */
typedef struct
{
  GhcSignalKind kind;
  guint turn;
  guint line;
  const char *text;
} GhcSignal;

gboolean ghc_signal_read (GhJson *json, GhcSignal *signal, GError **error);
GhJson *ghc_signal_write (const GhcSignal *signal) G_GNUC_WARN_UNUSED_RESULT;

/**
 * GhcTicket:
 *
 * The credentials of ICE that the server gave to a member.
 */
typedef struct
{
  char *ufrag;
  char *password;
} GhcTicket;

void ghc_ticket_clear (GhcTicket *self);
gboolean ghc_ticket_read (const char *sdp, GhcTicket *ticket, GError **error);
gboolean ghc_ticket_check (GhcTicket *self, const char *told_ufrag, const char *sdp, GError **error);
char *ghc_ticket_write (const char *sdp, const char *ufrag,
                        const char *password) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
