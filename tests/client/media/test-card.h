/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-video-source.h"

G_BEGIN_DECLS

/* So many pictures are told apart. */
#define TEST_CARD_N 65536

#define TEST_TYPE_CARD (test_card_get_type ())

/**
 * TestCard:
 *
 * A source of moving pictures, each of which has its number in it: sixteen fields, black for 0 and white
 * for 1, in the uppermost part, whatever size the picture has when somebody reads it.
 */
G_DECLARE_FINAL_TYPE (TestCard, test_card, TEST, CARD, GhcVideoSource)

TestCard *test_card_new (guint width, guint height, guint frame_rate);
void test_card_set_busy (TestCard *self); /* before it is shown: pictures of noise, which take all bits */
void test_card_set_still (TestCard *self, gboolean is_still); /* no more pictures come, but it goes on */
guint test_card_get_number (TestCard *self);                  /* of the last one that was made */
gint64 test_card_get_made_us (TestCard *self, guint number);  /* when it was */

/* Makes what reads numbers; READ is called on another thread, with -1 for a picture without one. */
typedef void (*TestCardRead) (int number, guint width, guint height, gpointer data);
GstElement *test_card_make_reader (TestCardRead read, gpointer data);

G_END_DECLS
