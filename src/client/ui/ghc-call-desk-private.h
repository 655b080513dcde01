/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-desk.h"
#include "ghc-call-seat.h"
#include "ghc-person-memory.h"
#include "ghc-sharing.h"

/* The desk, for the two files that it is made of: what it knows, and how one comes and goes. */

G_BEGIN_DECLS

struct _GhcCallDesk
{
  GObject parent_instance;

  GListModel *sessions;
  GPtrArray *watched; /* the sessions, as listened to */
  GSettings *settings;
  GSimpleActionGroup *actions;
  GhcPersonMemory *memory;
  GhcSharing *sharing;
  GhcMakeVoice make_voice;
  GhcVoice *voice;

  GhcSession *session;
  GhcCallSeat *seat;
  GhcChannel *joining;

  gboolean muted;
  gboolean deafened;
  gboolean muted_before; /* before one was deafened */
  gboolean is_telling;   /* the seat, which tells back */
};

void ghc_call_desk_set_muted (GhcCallDesk *self, gboolean muted);
void ghc_call_desk_set_deafened (GhcCallDesk *self, gboolean deafened);
void ghc_call_desk_set_joining (GhcCallDesk *self, GhcChannel *channel);

/* Emits "notice". */
void ghc_call_desk_tell (GhcCallDesk *self, const char *text);

/* The actions of the desk: made once, and as enabled and switched as the desk is. */
void ghc_call_desk_add_actions (GhcCallDesk *self);
void ghc_call_desk_sync_actions (GhcCallDesk *self);

G_END_DECLS
