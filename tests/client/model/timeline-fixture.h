/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-timeline.h"
#include "model-util.h"

G_BEGIN_DECLS

/* Of the conversation's room. */
#define TIMELINE_FIXTURE_ROOM 1

/* A conversation's model over a log that a test fills, and a copy kept by what it tells. */
typedef struct
{
  GhcAccount *account;
  GhcTimeline *timeline;
  TestLog *log;
  TestMirror *mirror;
  char *room_id;
} TimelineFixture;

#define TIMELINE_ADD(path, test)                                                                   \
  g_test_add ("/timeline/" path, TimelineFixture, NULL, timeline_fixture_set_up, test,             \
              timeline_fixture_tear_down)

void timeline_fixture_set_up (TimelineFixture *fixture, gconstpointer data);
void timeline_fixture_tear_down (TimelineFixture *fixture, gconstpointer data);
void timeline_fixture_append (TimelineFixture *fixture, guint n_messages);
void timeline_fixture_load_newest (TimelineFixture *fixture);
guint timeline_fixture_n_items (TimelineFixture *fixture);
GhcTimelineItem *timeline_fixture_item_at (TimelineFixture *fixture, guint index);
GhcMessage *timeline_fixture_message_at (TimelineFixture *fixture, guint index);

G_END_DECLS
