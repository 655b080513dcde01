/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-picture-loans.h"

#include <gst/allocators/gstdmabuf.h>
#include <spa/buffer/meta.h>
#include <unistd.h>

struct _GhcPictureLoans
{
  gatomicrefcount ref_count;
  struct pw_stream *stream;
  GstAllocator *allocator;
  GPtrArray *slots; /* of those that PipeWire has */

  GMutex lock;          /* of what follows */
  struct pw_loop *loop; /* NULL after the end */
};

/* A buffer of PipeWire's, which may go while its picture is lent. */
typedef struct
{
  gatomicrefcount ref_count;
  GhcPictureLoans *loans;
  struct pw_buffer *buffer; /* on PipeWire's thread; NULL when it is gone */
  GstMemory *memory; /* (nullable): the same memory each time, so that it is brought in once */
} Slot;

static GQuark
loan_quark (void)
{
  return g_quark_from_static_string ("ghc-picture-loan");
}

static void
loans_unref (GhcPictureLoans *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->slots);
  gst_object_unref (self->allocator);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
slot_unref (gpointer data)
{
  Slot *slot = data;

  if (!g_atomic_ref_count_dec (&slot->ref_count))
    return;
  g_clear_pointer (&slot->memory, gst_memory_unref);
  loans_unref (slot->loans);
  g_free (slot);
}

/* On PipeWire's thread. */
static int
on_given_back (struct spa_loop *loop, bool async, uint32_t seq, const void *data, size_t size,
               void *user_data)
{
  Slot *slot = user_data;

  if (slot->buffer != NULL)
    pw_stream_queue_buffer (slot->loans->stream, slot->buffer);
  slot_unref (slot);
  return 0;
}

/* On whatever thread looked at it last. */
static void
give_back (gpointer data)
{
  Slot *slot = data;
  GhcPictureLoans *self = slot->loans;
  gboolean is_told = FALSE;

  g_atomic_ref_count_inc (&self->ref_count);
  g_mutex_lock (&self->lock);
  if (self->loop != NULL)
    is_told = pw_loop_invoke (self->loop, on_given_back, 0, NULL, 0, false, slot) >= 0;
  g_mutex_unlock (&self->lock);
  if (!is_told)
    slot_unref (slot);
  loans_unref (self);
}

/**
 * ghc_picture_loans_new:
 * @loop: whose thread calls everything here
 * @stream: what gives the pictures
 *
 * Returns: (transfer full): one that lent nothing; ghc_picture_loans_end() frees it
 */
GhcPictureLoans *
ghc_picture_loans_new (struct pw_loop *loop, struct pw_stream *stream)
{
  GhcPictureLoans *self = g_new0 (GhcPictureLoans, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->loop = loop;
  self->stream = stream;
  self->allocator = gst_dmabuf_allocator_new ();
  self->slots = g_ptr_array_new_with_free_func (slot_unref);
  return self;
}

/**
 * ghc_picture_loans_end:
 * @self: (transfer full): loans whose loop's thread has ended
 *
 * What is still lent stays readable, and goes nowhere after that.
 */
void
ghc_picture_loans_end (GhcPictureLoans *self)
{
  /* What was given back just now. */
  pw_loop_enter (self->loop);
  pw_loop_iterate (self->loop, 0);
  pw_loop_leave (self->loop);
  g_mutex_lock (&self->lock);
  self->loop = NULL;
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < self->slots->len; i++)
    ((Slot *) g_ptr_array_index (self->slots, i))->buffer = NULL;
  g_ptr_array_set_size (self->slots, 0);
  loans_unref (self);
}

/**
 * ghc_picture_loans_add:
 * @self: loans
 * @buffer: one that PipeWire is going to use
 */
void
ghc_picture_loans_add (GhcPictureLoans *self, struct pw_buffer *buffer)
{
  Slot *slot = g_new0 (Slot, 1);

  g_atomic_ref_count_init (&slot->ref_count);
  g_atomic_ref_count_inc (&self->ref_count);
  slot->loans = self;
  slot->buffer = buffer;
  buffer->user_data = slot;
  g_ptr_array_add (self->slots, slot);
}

/**
 * ghc_picture_loans_remove:
 * @self: loans
 * @buffer: one that PipeWire does not use any more
 */
void
ghc_picture_loans_remove (GhcPictureLoans *self, struct pw_buffer *buffer)
{
  Slot *slot = buffer->user_data;

  if (slot == NULL)
    return;
  slot->buffer = buffer->user_data = NULL;
  g_ptr_array_remove_fast (self->slots, slot);
}

/* Whether all of the picture counts. */
static gboolean
is_whole (const struct spa_buffer *buffer, const GstVideoInfo *video)
{
  const struct spa_meta_region *crop = spa_buffer_find_meta_data (buffer, SPA_META_VideoCrop,
                                                                  sizeof *crop);
  struct spa_region region;

  if (crop == NULL)
    return TRUE;
  region = crop->region;
  return region.size.width == 0 || region.size.height == 0
         || (region.position.x == 0 && region.position.y == 0
             && region.size.width == (guint32) GST_VIDEO_INFO_WIDTH (video)
             && region.size.height == (guint32) GST_VIDEO_INFO_HEIGHT (video));
}

/* One block of memory is what we know to describe; more of them are for compressed pictures. */
static gboolean
is_one_block (const struct spa_buffer *buffer)
{
  for (guint i = 1; i < buffer->n_datas; i++)
    if (buffer->datas[i].type == SPA_DATA_DmaBuf)
      return FALSE;
  return buffer->n_datas > 0 && buffer->datas[0].type == SPA_DATA_DmaBuf;
}

/* Nothing that is said of it is believed: the kernel knows how large it is. */
static GstMemory *
wrap (GhcPictureLoans *self, const struct spa_data *data)
{
  off_t size = lseek ((int) data->fd, 0, SEEK_END);
  int fd = size > 0 ? dup ((int) data->fd) : -1;

  return fd >= 0 ? gst_dmabuf_allocator_alloc (self->allocator, fd, (gsize) size) : NULL;
}

/**
 * ghc_picture_loans_lend:
 * @self: loans
 * @buffer: one that was taken from the stream
 * @caps: its kind, in a graphics card's memory
 *
 * Returns: (transfer full) (nullable): the picture, after whose end @buffer goes back by itself; %NULL when it
 *   cannot be lent, and is still the caller's to give back
 */
GstBuffer *
ghc_picture_loans_lend (GhcPictureLoans *self, struct pw_buffer *buffer, const GstCaps *caps)
{
  Slot *slot = buffer->user_data;
  const struct spa_data *data = &buffer->buffer->datas[0];
  GstVideoInfoDmaDrm drm;
  GstVideoInfo video;
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  gint stride[GST_VIDEO_MAX_PLANES] = { 0 };
  GstBuffer *loan;
  GstBuffer *picture;

  if (slot == NULL || !is_one_block (buffer->buffer)
      || !gst_video_info_dma_drm_from_caps (&drm, caps)
      || !gst_video_info_dma_drm_to_video_info (&drm, &video) || !is_whole (buffer->buffer, &video))
    return NULL;
  if (slot->memory == NULL)
    slot->memory = wrap (self, data);
  offset[0] = data->chunk->offset;
  stride[0] = data->chunk->stride;
  if (slot->memory == NULL || stride[0] < GST_VIDEO_INFO_WIDTH (&video) * 4
      || offset[0] >= slot->memory->size
      || (slot->memory->size - offset[0]) / (gsize) stride[0]
           < (gsize) GST_VIDEO_INFO_HEIGHT (&video))
    return NULL;

  loan = gst_buffer_new ();
  g_atomic_ref_count_inc (&slot->ref_count);
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (loan), loan_quark (), slot, give_back);
  picture = gst_buffer_new ();
  gst_buffer_append_memory (picture, gst_memory_ref (slot->memory));
  gst_buffer_add_video_meta_full (picture, GST_VIDEO_FRAME_FLAG_NONE,
                                  GST_VIDEO_INFO_FORMAT (&video),
                                  (guint) GST_VIDEO_INFO_WIDTH (&video),
                                  (guint) GST_VIDEO_INFO_HEIGHT (&video), 1, offset, stride);
  /* Copies of the picture have this, too, and each keeps the loan. */
  gst_buffer_add_parent_buffer_meta (picture, loan);
  gst_buffer_unref (loan);
  return picture;
}
