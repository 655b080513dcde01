/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-picture-src.h"

#include "ghc-picture-frame.h"
#include "ghc-picture-loans.h"

#include <pipewire/pipewire.h>

G_BEGIN_DECLS

struct _GhcPictureSrc
{
  GstPushSrc parent_instance;
  int fd; /* -1: whatever PipeWire there is */
  guint32 node_id;
  char *target;
  GstStructure *wanted;

  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_hook;
  struct pw_registry *registry;
  struct spa_hook registry_hook;
  struct pw_stream *stream;
  struct spa_hook stream_hook;

  GstCaps *importable; /* (nullable): of PipeWire's thread, as the following are */
  GhcPictureFrame *frame;
  GhcPictureLoans *loans;
  GstCaps *graphics; /* (nullable): of pictures in a graphics card's memory, if they are there */

  GMutex lock; /* of what follows */
  GCond changed;
  GstBuffer *newest;
  GstCaps *newest_caps;
  gboolean is_flushing;
  gboolean is_agreed;   /* on a form of pictures */
  gboolean has_picture; /* there was one */
  gboolean is_gone;     /* what gave them is not there any more */
  char *lost;           /* why there are no more pictures */

  /* On the thread of the pictures: */
  GstBuffer *last;
  GstCaps *caps;
};

/* Of the element's class. */
gboolean ghc_picture_src_start (GstBaseSrc *base);
gboolean ghc_picture_src_stop (GstBaseSrc *base);

/* Says anew which pictures are taken. On PipeWire's thread, or with the lock of its loop. */
void ghc_picture_src_offer_again (GhcPictureSrc *self);

/* Now, by the pipeline's clock; %GST_CLOCK_TIME_NONE without one. */
GstClockTime ghc_picture_src_get_running_time (GhcPictureSrc *self);

G_END_DECLS
