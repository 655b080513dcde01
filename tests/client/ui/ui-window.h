/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-timeline-view.h"
#include "ui-world.h"

G_BEGIN_DECLS

/**
 * UiWindow:
 *
 * A real window with a timeline above a foot of changeable height, and eyes for what is to be seen in it.
 */
typedef struct
{
  GtkWidget       *window;
  GhcTimelineView *view;
  GtkWidget       *foot;
  GtkWidget       *list;
} UiWindow;

typedef gboolean (*UiCondition) (gpointer data);

void           ui_window_load_style  (void);
UiWindow      *ui_window_new         (void);
void           ui_window_free        (UiWindow   *self);
void           ui_window_show        (UiWindow   *self,
                                      GhcTimeline *timeline);
void           ui_window_wait_frames (UiWindow   *self,
                                      guint       n_frames);
void           ui_window_wait        (UiWindow   *self,
                                      UiCondition condition,
                                      gpointer    data,
                                      const char *what);
void           ui_window_find_list   (UiWindow   *self);
void           ui_window_settle      (UiWindow   *self);
GtkAdjustment *ui_window_adjustment  (UiWindow   *self);
gboolean       ui_window_is_at_end   (gpointer    self);
guint          ui_window_count_cells (UiWindow   *self);
GPtrArray     *ui_window_look        (UiWindow   *self);
GtkWidget     *ui_window_find        (GtkWidget  *from,
                                      GType       type,
                                      const char *text);

/* A message in sight, and where its row begins. */
typedef struct
{
  GhcMessage *message;
  double      y;
  double      height;
} UiSight;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiWindow, ui_window_free)

G_END_DECLS
