/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-signing-key.h"
#include "session-util.h"

G_BEGIN_DECLS

/* What is wrong with the receipts. */
typedef enum
{
  TEST_RECEIPT_RIGHT,
  TEST_RECEIPT_NONE,        /* an older server */
  TEST_RECEIPT_SIGNATURE,   /* signed over something else */
  TEST_RECEIPT_OTHER_EVENT, /* genuine, but of another message */
  TEST_RECEIPT_NEW_KEY,     /* genuine, by a key that nobody announced */
  TEST_RECEIPT_JUNK,        /* no receipt at all */
} TestReceipts;

/**
 * TestServer:
 *
 * A server in this process with one guild, one channel and one person, for what the real one can not
 * be made to do: it gives wrong receipts and loses its replies. It keeps nothing on disk.
 */
typedef struct _TestServer TestServer;

/* @has_keys: it says which keys it signs with */
TestServer *test_server_new  (gboolean has_keys);
void        test_server_free (TestServer *self);

typedef struct
{
  const char *path;
  void      (*func) (TestServer *server);
  gboolean    has_no_keys;
} TestServerCase;

/* The main function of a program that has a server of its own for each test, all of which run in a fiber. @cases: static */
int         test_server_main (int                   argc,
                              char                **argv,
                              const TestServerCase *cases,
                              gsize                 n_cases);

/* To register people with; only its folder and address may be used. */
TestDaemon *test_server_get_daemon (TestServer *self);

/* From the next message on. @event_first: the event comes before the reply */
void        test_server_set_receipts (TestServer  *self,
                                      TestReceipts receipts,
                                      gboolean     event_first);
/* The next message's event comes, and instead of the reply the connection breaks. */
void        test_server_lose_reply   (TestServer *self);
/* While it is busy nobody who connects hears that all is ready. */
void        test_server_set_busy     (TestServer *self,
                                      gboolean    busy);
/* Of the person's guild-mate Brook: @word with the guild, @ready (nullable) in the list of "ready", and @then (nullable)
   in frames right after it and before the guild. Of themselves: @own in "ready". From the next connection on. */
void        test_server_set_presence (TestServer *self,
                                      const char *word,
                                      const char *ready,
                                      const char *then,
                                      const char *own);
/* Tells the person that another device of theirs chose. */
void        test_server_tell_own_presence (TestServer *self, const char *own);
/* What the person said last that they are to be seen as; NULL at first. */
const char *test_server_get_told_presence (TestServer *self);
void        test_server_forget_told_presence (TestServer *self);
/* It refuses the next choice. */
void        test_server_refuse_presence (TestServer *self);
/* Whether it has, since. */
gboolean    test_server_has_refused_presence (TestServer *self);
/* All connections break. */
void        test_server_hang_up      (TestServer *self);
/* So many pages of events that are nobody's to see, for who comes back. */
void        test_server_miss_pages   (TestServer *self,
                                      guint       n);
/* It signs with another key from now on, and says so to whoever asks. */
void        test_server_change_key   (TestServer *self);

/* So many renewals are done, but their replies do not arrive. */
void        test_server_lose_renewals   (TestServer *self, guint n);
/* The next reply to a renewal is JSON, but no tokens. */
void        test_server_garble_renewal  (TestServer *self);
/* The refresh tokens it was given, in order. */
GPtrArray  *test_server_get_renewals    (TestServer *self);
const char *test_server_get_latest_refresh_token (TestServer *self);

/* Somebody who is in no guild: asked for their profile, it sends a frame with this bio, and then an answer
 * with one that is older. */
#define TEST_SERVER_OTHER "@brook:localhost"
#define TEST_SERVER_NEWER_BIO "Of today"

/* So many times it will not say whose profile has changed. */
void    test_server_refuse_profiles    (TestServer *self, guint n);
/* Of gint64: since when it was asked for that, in ms. */
GArray *test_server_get_profiles_asked (TestServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestServer, test_server_free)

G_END_DECLS
