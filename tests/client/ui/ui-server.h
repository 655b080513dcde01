/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "gh-json.h"
#include "ghc-session.h"

G_BEGIN_DECLS

/**
 * UiServer:
 *
 * A session that asks a server in this process, over HTTP: what is asked waits until the test answers it, in whatever
 * order it likes. The session is never started, and is of no guild: the test tells the window's own world what happens.
 */
typedef struct
{
  GhcSession *session;
  SoupServer *soup;
  GPtrArray  *asked; /* of SoupServerMessage, which wait */
  char       *folder;
} UiServer;

UiServer          *ui_server_new           (void);
/* Who asks yet hears that the server is gone; returns when nobody has the session any more. */
void               ui_server_free          (UiServer *self);

/* How many wait who ask by this method for a path with this end; the one that has waited longest, for which it waits
   (transfer none), and the one after so many of them. */
guint              ui_server_count         (UiServer   *self,
                                            const char *method,
                                            const char *end);
SoupServerMessage *ui_server_wait          (UiServer   *self,
                                            const char *method,
                                            const char *end,
                                            guint       n_before);
/* What was sent with it. */
GhJson            *ui_server_read          (SoupServerMessage *asked);
/* Until what has arrived has been dealt with. */
void               ui_server_settle        (void);
/* The same, once it has been sent. */
void               ui_server_answer        (UiServer          *self,
                                            SoupServerMessage *asked,
                                            const char        *text);
void               ui_server_refuse        (UiServer          *self,
                                            SoupServerMessage *asked,
                                            const char        *why);

/* @session: (transfer full): the last reference but those of what it has under way. Returns when all that is done, and
   @folder, where its files were, is gone. */
void               ui_end_session          (GhcSession *session,
                                            const char *folder);

G_END_DECLS
