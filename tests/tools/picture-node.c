/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PipeWire node that gives test cards (test-card.c), for whoever asks for its pictures:
 *
 *   picture-node screen NAME WIDTH HEIGHT RATE [tiled|graphics]
 *                                                as a desktop's portal shares a screen: BGRx, any rate; tiled as
 *                                                some graphics cards have it, and nothing else; or with graphics
 *                                                in a graphics card's memory for those who take it from there (it
 *                                                is the kernel's, and is called so), copied for the others
 *   picture-node camera NAME                     as a USB camera: YUY2 when small, MJPEG when not
 *
 * Says "node ID" once it is there. Obeys lines on its standard input, and ends with that:
 *
 *   size WIDTH HEIGHT      from now on pictures are of that size
 *   crop X Y WIDTH HEIGHT  what is shown is only that part of them, as when a window is shared
 *   busy                   a camera that another program has: it gives no more pictures to anybody new
 *   freeze, go             nothing changes on the screen, so no pictures come but the first to who begins to look,
 *                          or asks for another form of them; goes on
 */
#include "test-card.h"

#include <errno.h>
#include <pipewire/pipewire.h>
#include <spa/debug/types.h>
#include <spa/param/format-utils.h>
#include <spa/param/video/format-utils.h>
#include <spa/utils/result.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <turbojpeg.h>
#include <unistd.h>

#define MAX_SIDE 4096
#define CAMERA_RATE 30
#define N_BUFFERS 4
#define JPEG_QUALITY 90
/* Ways to put a picture into a graphics card's memory: line after line, and I915_FORMAT_MOD_X_TILED. */
#define LINEAR 0
#define X_TILED 0x0100000000000001

typedef struct
{
  struct pw_main_loop *loop;
  struct pw_stream *stream;
  struct spa_source *timer;
  tjhandle jpeg;
  const char *name;
  int is_camera;
  int is_tiled;
  int is_graphics; /* it has a graphics card */
  int is_there;    /* its pictures are in that one's memory */
  int is_fixed;    /* those who take them from there know how they are put */
  int is_busy;
  int is_frozen;
  int is_said;
  struct spa_rectangle size; /* of what is negotiated */
  uint32_t format;           /* SPA_VIDEO_FORMAT_…; ENCODED is MJPEG */
  struct spa_rectangle wanted;
  struct spa_region crop;
  uint32_t rate;
  uint32_t number;
  uint32_t *pixels;
  char line[256];
  size_t n_line;
} Node;

static uint32_t
now_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (uint32_t) ((uint64_t) time.tv_sec * 1000 + (uint64_t) time.tv_nsec / 1000000);
}

static _Noreturn void
die (const char *what)
{
  fprintf (stderr, "picture-node: %s\n", what);
  exit (1);
}

/* --- What it offers ------------------------------------------------------------------------- */

static const struct spa_pod *
offer_raw (struct spa_pod_builder *builder, uint32_t format, struct spa_rectangle size,
           uint32_t rate)
{
  const struct spa_fraction any = SPA_FRACTION (0, 1);
  const struct spa_fraction most = SPA_FRACTION (rate, 1);
  struct spa_pod_frame object;

  /* As a graphics card has them, and nothing but one can read them: I915_FORMAT_MOD_X_TILED. */
  if (format == SPA_VIDEO_FORMAT_BGRA)
    {
      spa_pod_builder_push_object (builder, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
      spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                           SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw),
                           SPA_FORMAT_VIDEO_format, SPA_POD_Id (SPA_VIDEO_FORMAT_BGRx), 0);
      spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_modifier, SPA_POD_PROP_FLAG_MANDATORY);
      spa_pod_builder_long (builder, X_TILED);
      spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size),
                           SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&any), 0);
      return spa_pod_builder_pop (builder, &object);
    }
  /* A screen's pictures come as it changes. */
  if (format == SPA_VIDEO_FORMAT_BGRx)
    return spa_pod_builder_add_object (
      builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat, SPA_FORMAT_mediaType,
      SPA_POD_Id (SPA_MEDIA_TYPE_video), SPA_FORMAT_mediaSubtype,
      SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw), SPA_FORMAT_VIDEO_format, SPA_POD_Id (format),
      SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size), SPA_FORMAT_VIDEO_framerate,
      SPA_POD_Fraction (&any), SPA_FORMAT_VIDEO_maxFramerate,
      SPA_POD_CHOICE_RANGE_Fraction (&most, &SPA_FRACTION (1, 1), &most));
  return spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat,
                                     SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                                     SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw),
                                     SPA_FORMAT_VIDEO_format, SPA_POD_Id (format),
                                     SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size),
                                     SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&most));
}

/* Others say which of these ways they know, and this one then which it takes: see PipeWire's text on DMA-BUF. */
static const struct spa_pod *
offer_graphics (struct spa_pod_builder *builder, struct spa_rectangle size, int is_fixed)
{
  const struct spa_fraction any = SPA_FRACTION (0, 1);
  struct spa_pod_frame object;
  struct spa_pod_frame choice;

  spa_pod_builder_push_object (builder, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw),
                       SPA_FORMAT_VIDEO_format, SPA_POD_Id (SPA_VIDEO_FORMAT_BGRx), 0);
  spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_modifier,
                        SPA_POD_PROP_FLAG_MANDATORY | (is_fixed ? 0 : SPA_POD_PROP_FLAG_DONT_FIXATE));
  if (is_fixed)
    spa_pod_builder_long (builder, LINEAR);
  else
    {
      spa_pod_builder_push_choice (builder, &choice, SPA_CHOICE_Enum, 0);
      spa_pod_builder_long (builder, X_TILED);
      spa_pod_builder_long (builder, X_TILED);
      spa_pod_builder_long (builder, LINEAR);
      spa_pod_builder_pop (builder, &choice);
    }
  spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size),
                       SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&any), 0);
  return spa_pod_builder_pop (builder, &object);
}

static const struct spa_pod *
offer_jpeg (struct spa_pod_builder *builder, struct spa_rectangle size)
{
  return spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat,
                                     SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                                     SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_mjpg),
                                     SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size),
                                     SPA_FORMAT_VIDEO_framerate,
                                     SPA_POD_Fraction (&SPA_FRACTION (CAMERA_RATE, 1)));
}

static uint32_t
make_offers (Node *node, struct spa_pod_builder *builder, const struct spa_pod **offers)
{
  uint32_t n = 0;

  if (node->is_fixed)
    offers[n++] = offer_graphics (builder, node->wanted, 1);
  if (node->is_graphics)
    offers[n++] = offer_graphics (builder, node->wanted, 0);
  if (!node->is_camera)
    {
      offers[n++] = offer_raw (builder, node->is_tiled ? SPA_VIDEO_FORMAT_BGRA : SPA_VIDEO_FORMAT_BGRx,
                               node->wanted, node->rate);
      return n;
    }
  offers[n++] = offer_raw (builder, SPA_VIDEO_FORMAT_YUY2, SPA_RECTANGLE (640, 480), CAMERA_RATE);
  offers[n++] = offer_raw (builder, SPA_VIDEO_FORMAT_YUY2, SPA_RECTANGLE (1280, 720), 10);
  offers[n++] = offer_jpeg (builder, SPA_RECTANGLE (640, 480));
  offers[n++] = offer_jpeg (builder, SPA_RECTANGLE (1280, 720));
  offers[n++] = offer_jpeg (builder, SPA_RECTANGLE (1920, 1080));
  return n;
}

/* --- Pictures ------------------------------------------------------------------------------- */

static int
is_cropped (Node *node)
{
  return node->crop.size.width > 0
         && node->crop.position.x + (int) node->crop.size.width <= (int) node->size.width
         && node->crop.position.y + (int) node->crop.size.height <= (int) node->size.height;
}

/* Black around what is cropped. */
static void
draw (Node *node)
{
  size_t stride = node->size.width;
  uint32_t *from = node->pixels;
  struct spa_rectangle size = node->size;

  if (is_cropped (node))
    {
      memset (node->pixels, 0, stride * node->size.height * sizeof *node->pixels);
      from += (size_t) node->crop.position.y * stride + (size_t) node->crop.position.x;
      size = node->crop.size;
    }
  test_card_draw (from, stride, (int) size.width, (int) size.height, node->number, now_ms ());
}

static unsigned long
put_jpeg (Node *node, struct spa_data *data)
{
  unsigned char *target = data->data;
  unsigned long size = data->maxsize;

  if (tjCompress2 (node->jpeg, (const unsigned char *) node->pixels, (int) node->size.width,
                   (int) node->size.width * 4, (int) node->size.height, TJPF_BGRX, &target, &size,
                   TJSAMP_422, JPEG_QUALITY, TJFLAG_NOREALLOC)
      != 0)
    die (tjGetErrorStr2 (node->jpeg));
  return size;
}

static void
put (Node *node, struct spa_buffer *buffer)
{
  struct spa_data *data = &buffer->datas[0];
  struct spa_meta_region *crop = spa_buffer_find_meta_data (buffer, SPA_META_VideoCrop,
                                                            sizeof *crop);
  uint32_t n_bytes = node->size.width * node->size.height;

  draw (node);
  data->chunk->offset = 0;
  data->chunk->stride = 0;
  if (node->format == SPA_VIDEO_FORMAT_ENCODED)
    data->chunk->size = (uint32_t) put_jpeg (node, data);
  else if (node->format == SPA_VIDEO_FORMAT_YUY2)
    {
      test_card_to_yuy2 (node->pixels, (int) node->size.width, (int) node->size.height, data->data);
      data->chunk->size = n_bytes * 2;
      data->chunk->stride = (int32_t) node->size.width * 2;
    }
  else
    {
      memcpy (data->data, node->pixels, n_bytes * 4);
      data->chunk->size = n_bytes * 4;
      data->chunk->stride = (int32_t) node->size.width * 4;
    }
  if (crop != NULL)
    crop->region = is_cropped (node) ? node->crop
                                     : SPA_REGION (0, 0, node->size.width, node->size.height);
}

static void
on_process (void *data)
{
  Node *node = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (node->stream);

  if (buffer == NULL)
    return;
  if (buffer->buffer->datas[0].data != NULL && node->pixels != NULL)
    put (node, buffer->buffer);
  pw_stream_queue_buffer (node->stream, buffer);
}

static void
on_timer (void *data, uint64_t expirations)
{
  Node *node = data;

  if (!node->is_frozen)
    node->number++;
  pw_stream_trigger_process (node->stream);
}

/* Whoever begins to look gets a picture, also of what stands still, as desktops do it. */
static void
set_ticking (Node *node, int ticks)
{
  uint32_t rate = node->is_camera ? CAMERA_RATE : node->rate;
  struct timespec interval = { 0, 1000000000l / (long) rate };
  struct timespec never = { 0, 0 };

  pw_loop_update_timer (pw_main_loop_get_loop (node->loop), node->timer, ticks ? &interval : &never,
                        ticks && !node->is_frozen ? &interval : &never, false);
}

/* --- The stream ----------------------------------------------------------------------------- */

static void
on_state_changed (void *data, enum pw_stream_state before, enum pw_stream_state state,
                  const char *error)
{
  Node *node = data;

  if (state == PW_STREAM_STATE_ERROR && !node->is_busy)
    die (error);
  if (state >= PW_STREAM_STATE_PAUSED && !node->is_said)
    {
      node->is_said = 1;
      printf ("node %u\n", pw_stream_get_node_id (node->stream));
      fflush (stdout);
    }
  set_ticking (node, state == PW_STREAM_STATE_STREAMING);
}

/* Of the ways that others know it is always this one. */
static void
fix (Node *node)
{
  uint8_t bytes[4096];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *offers[8];

  node->is_fixed = 1;
  pw_stream_update_params (node->stream, offers, make_offers (node, &builder, offers));
}

/* Where there is a graphics card, memory comes from here. */
static void
on_add_buffer (void *data, struct pw_buffer *buffer)
{
  Node *node = data;
  struct spa_data *memory = &buffer->buffer->datas[0];
  size_t size = (size_t) node->size.width * node->size.height * 4;

  if (!node->is_graphics)
    return;
  memory->type = node->is_there ? SPA_DATA_DmaBuf : SPA_DATA_MemFd;
  memory->flags = SPA_DATA_FLAG_READWRITE | (node->is_there ? 0 : SPA_DATA_FLAG_MAPPABLE);
  memory->fd = memfd_create ("picture", MFD_CLOEXEC);
  memory->mapoffset = 0;
  memory->maxsize = (uint32_t) size;
  if (ftruncate ((int) memory->fd, (off_t) size) < 0)
    die ("no memory");
  memory->data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, (int) memory->fd, 0);
  if (memory->data == MAP_FAILED)
    die ("no memory");
}

static void
on_remove_buffer (void *data, struct pw_buffer *buffer)
{
  Node *node = data;
  struct spa_data *memory = &buffer->buffer->datas[0];

  if (!node->is_graphics)
    return;
  munmap (memory->data, memory->maxsize);
  close ((int) memory->fd);
}

static void
on_param_changed (void *data, uint32_t id, const struct spa_pod *param)
{
  Node *node = data;
  uint8_t bytes[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *params[2];
  const struct spa_pod_prop *modifier;
  uint32_t type;
  uint32_t subtype;
  int stride = 0;

  if (param == NULL || id != SPA_PARAM_Format || spa_format_parse (param, &type, &subtype) < 0)
    return;
  if (node->is_busy)
    {
      /* As the device of a camera does that another program opened by itself. */
      pw_stream_set_error (node->stream, -EBUSY, "%s", strerror (EBUSY));
      return;
    }
  if (subtype == SPA_MEDIA_SUBTYPE_mjpg)
    {
      struct spa_video_info_mjpg info = { 0 };

      spa_format_video_mjpg_parse (param, &info);
      node->size = info.size;
      node->format = SPA_VIDEO_FORMAT_ENCODED;
    }
  else
    {
      struct spa_video_info_raw info = { 0 };

      spa_format_video_raw_parse (param, &info);
      modifier = spa_pod_find_prop (param, NULL, SPA_FORMAT_VIDEO_modifier);
      if (modifier != NULL && modifier->flags & SPA_POD_PROP_FLAG_DONT_FIXATE)
        {
          fix (node);
          return;
        }
      node->is_there = modifier != NULL;
      node->size = info.size;
      node->format = info.format;
      stride = (int) info.size.width * (info.format == SPA_VIDEO_FORMAT_YUY2 ? 2 : 4);
    }
  free (node->pixels);
  node->pixels = calloc ((size_t) node->size.width * node->size.height, sizeof *node->pixels);

  params[0] = spa_pod_builder_add_object (
    &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
    SPA_POD_CHOICE_RANGE_Int (N_BUFFERS, 2, 16), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int (1),
    SPA_PARAM_BUFFERS_size, SPA_POD_Int ((int) (node->size.width * node->size.height * 4)),
    SPA_PARAM_BUFFERS_stride, SPA_POD_Int (stride), SPA_PARAM_BUFFERS_dataType,
    SPA_POD_CHOICE_FLAGS_Int (node->is_there      ? 1 << SPA_DATA_DmaBuf
                              : node->is_graphics ? 1 << SPA_DATA_MemFd
                                                  : (1 << SPA_DATA_MemFd) | (1 << SPA_DATA_MemPtr)));
  params[1] = spa_pod_builder_add_object (&builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                          SPA_PARAM_META_type, SPA_POD_Id (SPA_META_VideoCrop),
                                          SPA_PARAM_META_size,
                                          SPA_POD_Int ((int) sizeof (struct spa_meta_region)));
  pw_stream_update_params (node->stream, params, SPA_N_ELEMENTS (params));
}

static const struct pw_stream_events events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .param_changed = on_param_changed,
  .add_buffer = on_add_buffer,
  .remove_buffer = on_remove_buffer,
  .process = on_process,
};

static void
connect_stream (Node *node)
{
  uint8_t bytes[4096];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *offers[8];
  uint32_t n_offers = make_offers (node, &builder, offers);
  struct pw_properties *properties;

  if (node->is_camera)
    properties = pw_properties_new (PW_KEY_NODE_NAME, node->name, PW_KEY_NODE_DESCRIPTION,
                                    node->name, PW_KEY_MEDIA_CLASS, "Video/Source",
                                    PW_KEY_MEDIA_ROLE, "Camera", NULL);
  else
    properties = pw_properties_new (PW_KEY_NODE_NAME, node->name, PW_KEY_MEDIA_CLASS,
                                    "Stream/Output/Video", NULL);
  node->stream = pw_stream_new_simple (pw_main_loop_get_loop (node->loop), node->name, properties,
                                       &events, node);
  if (node->stream == NULL
      || pw_stream_connect (node->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                            PW_STREAM_FLAG_DRIVER
                              | (node->is_graphics ? PW_STREAM_FLAG_ALLOC_BUFFERS
                                                   : PW_STREAM_FLAG_MAP_BUFFERS),
                            offers, n_offers)
           < 0)
    die ("PipeWire does not answer");
}

/* --- Commands ------------------------------------------------------------------------------- */

static void
obey (Node *node, const char *line)
{
  uint8_t bytes[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *offers[8];
  unsigned int width;
  unsigned int height;
  int x;
  int y;

  if (sscanf (line, "size %u %u", &width, &height) == 2 && width > 0 && height > 0
      && width <= MAX_SIDE && height <= MAX_SIDE)
    {
      node->wanted = SPA_RECTANGLE (width, height);
      pw_stream_update_params (node->stream, offers, make_offers (node, &builder, offers));
    }
  else if (sscanf (line, "crop %d %d %u %u", &x, &y, &width, &height) == 4 && x >= 0 && y >= 0
           && width <= MAX_SIDE && height <= MAX_SIDE)
    node->crop = SPA_REGION (x, y, width, height);
  else if (strcmp (line, "busy") == 0)
    node->is_busy = 1;
  else if (strcmp (line, "freeze") == 0 || strcmp (line, "go") == 0)
    {
      node->is_frozen = line[0] == 'f';
      set_ticking (node, !node->is_frozen);
    }
  else
    die ("what is that to mean?");
}

static void
on_input (void *data, int fd, uint32_t mask)
{
  Node *node = data;
  ssize_t n = read (fd, node->line + node->n_line, sizeof node->line - node->n_line - 1);
  char *end;

  if (n <= 0)
    {
      pw_main_loop_quit (node->loop);
      return;
    }
  node->n_line += (size_t) n;
  node->line[node->n_line] = '\0';
  while ((end = strchr (node->line, '\n')) != NULL)
    {
      *end = '\0';
      obey (node, node->line);
      node->n_line -= (size_t) (end + 1 - node->line);
      memmove (node->line, end + 1, node->n_line + 1);
    }
}

int
main (int argc, char **argv)
{
  Node node = { 0 };
  struct pw_loop *loop;

  if (argc < 3 || (node.is_camera = strcmp (argv[1], "camera") == 0) != (argc == 3))
    die ("say screen NAME WIDTH HEIGHT RATE [tiled|graphics], or camera NAME");
  node.name = argv[2];
  node.rate = CAMERA_RATE;
  if (!node.is_camera)
    {
      node.wanted = SPA_RECTANGLE ((uint32_t) atoi (argv[3]), (uint32_t) atoi (argv[4]));
      node.rate = (uint32_t) atoi (argv[5]);
      node.is_tiled = argc == 7 && strcmp (argv[6], "tiled") == 0;
      node.is_graphics = argc == 7 && strcmp (argv[6], "graphics") == 0;
    }

  pw_init (&argc, &argv);
  node.jpeg = tjInitCompress ();
  node.loop = pw_main_loop_new (NULL);
  loop = pw_main_loop_get_loop (node.loop);
  node.timer = pw_loop_add_timer (loop, on_timer, &node);
  pw_loop_add_io (loop, STDIN_FILENO, SPA_IO_IN | SPA_IO_HUP, false, on_input, &node);
  connect_stream (&node);
  pw_main_loop_run (node.loop);

  pw_stream_destroy (node.stream);
  pw_main_loop_destroy (node.loop);
  tjDestroy (node.jpeg);
  free (node.pixels);
  pw_deinit ();
  return 0;
}
