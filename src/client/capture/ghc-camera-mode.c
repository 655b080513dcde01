/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the kinds of pictures that a camera gives is taken. */
#include "ghc-camera-mode.h"

#include "ghc-picture-format.h"

#include <spa/param/video/format-utils.h>
#include <spa/pod/iter.h>

#define WIDTH 1280
#define HEIGHT 720
#define RATE 30.0
#define FLUENT_RATE 24.0
#define BEARABLE_RATE 14.0

/* The values of a property: those to choose from, or the ends of a range. */
typedef struct
{
  const void *values;
  guint32 n;
  guint32 size;
  guint32 type;
} Values;

static gboolean
get_values (const struct spa_pod *format, guint32 key, guint32 type, guint32 size, Values *values,
            guint32 *choice)
{
  const struct spa_pod_prop *prop = spa_pod_find_prop (format, NULL, key);
  const struct spa_pod *pod;

  if (prop == NULL)
    return FALSE;
  pod = spa_pod_get_values (&prop->value, &values->n, choice);
  if (pod == NULL || SPA_POD_TYPE (pod) != type || SPA_POD_BODY_SIZE (pod) < size || values->n == 0)
    return FALSE;
  values->values = SPA_POD_BODY_CONST (pod);
  values->size = size;
  /* The first of several is the default, which is among the others. */
  if (*choice == SPA_CHOICE_Enum && values->n > 1)
    {
      values->values = (const guint8 *) values->values + size;
      values->n--;
    }
  return TRUE;
}

static const char *
get_format (const struct spa_pod *format)
{
  Values values;
  guint32 choice;

  if (!get_values (format, SPA_FORMAT_VIDEO_format, SPA_TYPE_Id, sizeof (guint32), &values,
                   &choice))
    return NULL;
  for (guint32 i = 0; i < values.n; i++)
    {
      const char *name = ghc_picture_format_get_name (((const guint32 *) values.values)[i]);

      if (name != NULL)
        return name;
    }
  return NULL;
}

static gboolean
get_size (const struct spa_pod *format, struct spa_rectangle *size)
{
  const struct spa_rectangle *sizes;
  Values values;
  guint32 choice;

  if (!get_values (format, SPA_FORMAT_VIDEO_size, SPA_TYPE_Rectangle, sizeof *size, &values,
                   &choice))
    return FALSE;
  sizes = values.values;
  *size = sizes[0];
  /* The default, the least, the most; a camera with steps has 16:9 among them or takes its default. */
  if (choice == SPA_CHOICE_Range && values.n >= 3)
    *size = SPA_RECTANGLE (CLAMP (WIDTH, sizes[1].width, MAX (sizes[1].width, sizes[2].width)),
                           CLAMP (HEIGHT, sizes[1].height, MAX (sizes[1].height, sizes[2].height)));
  return size->width >= 1 && size->width <= GHC_PICTURE_MAX_SIDE && size->height >= 1
         && size->height <= GHC_PICTURE_MAX_SIDE;
}

static double
to_double (struct spa_fraction rate)
{
  return rate.denom > 0 ? (double) rate.num / rate.denom : 0;
}

/* The most pictures that are sent, or the fewest beyond. */
static gboolean
get_rate (const struct spa_pod *format, struct spa_fraction *rate)
{
  const struct spa_fraction *rates;
  Values values;
  guint32 choice;

  if (!get_values (format, SPA_FORMAT_VIDEO_framerate, SPA_TYPE_Fraction, sizeof *rate, &values,
                   &choice))
    return FALSE;
  rates = values.values;
  *rate = rates[0];
  if (choice == SPA_CHOICE_Range && values.n >= 3)
    {
      if (to_double (rates[1]) <= RATE && to_double (rates[2]) >= RATE)
        *rate = SPA_FRACTION ((guint32) RATE, 1);
      else
        *rate = to_double (rates[2]) < RATE ? rates[2] : rates[1];
    }
  else
    for (guint32 i = 1; i < values.n; i++)
      {
        double best = to_double (*rate);
        double next = to_double (rates[i]);

        if (next <= RATE + 0.1 ? best > RATE + 0.1 || next > best : next < best)
          *rate = rates[i];
      }
  return rate->num >= 1 && rate->denom >= 1 && rate->num <= G_MAXINT && rate->denom <= G_MAXINT;
}

/**
 * ghc_camera_modes_read:
 * @format: what a camera says of one kind of its pictures
 * @modes: (element-type GstStructure): where to append it, if it is one that we understand
 */
void
ghc_camera_modes_read (const struct spa_pod *format, GPtrArray *modes)
{
  const char *name = NULL;
  struct spa_rectangle size;
  struct spa_fraction rate;
  GstStructure *mode;
  guint32 type;
  guint32 subtype;

  if (spa_format_parse (format, &type, &subtype) < 0 || type != SPA_MEDIA_TYPE_video
      || (subtype != SPA_MEDIA_SUBTYPE_raw && subtype != SPA_MEDIA_SUBTYPE_mjpg)
      || (subtype == SPA_MEDIA_SUBTYPE_raw && (name = get_format (format)) == NULL)
      || !get_size (format, &size) || !get_rate (format, &rate))
    return;
  mode = gst_structure_new (name != NULL ? "video/x-raw" : "image/jpeg", "width", G_TYPE_INT,
                            (int) size.width, "height", G_TYPE_INT, (int) size.height, "framerate",
                            GST_TYPE_FRACTION, (int) rate.num, (int) rate.denom, NULL);
  if (name != NULL)
    gst_structure_set (mode, "format", G_TYPE_STRING, name, NULL);
  g_ptr_array_add (modes, mode);
}

/* How good a kind of pictures is, the first that differs decides. */
typedef struct
{
  int rank[5];
} Worth;

static Worth
judge (const GstStructure *mode)
{
  int width = 0;
  int height = 0;
  int rate_n = 0;
  int rate_d = 1;
  double rate;
  gboolean fits;

  gst_structure_get (mode, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height, "framerate",
                     GST_TYPE_FRACTION, &rate_n, &rate_d, NULL);
  rate = (double) rate_n / rate_d;
  fits = width <= WIDTH && height <= HEIGHT;
  return (Worth) { {
    rate >= BEARABLE_RATE,
    fits,
    rate >= FLUENT_RATE,
    (fits ? 1 : -1) * width * height, /* as large as is sent, and no more */
    gst_structure_has_name (mode, "video/x-raw"),
  } };
}

static gboolean
is_better (const GstStructure *mode, const GstStructure *other)
{
  Worth one = judge (mode);
  Worth two = judge (other);

  for (guint i = 0; i < G_N_ELEMENTS (one.rank); i++)
    if (one.rank[i] != two.rank[i])
      return one.rank[i] > two.rank[i];
  return FALSE;
}

/**
 * ghc_camera_modes_choose:
 * @modes: (element-type GstStructure): what there is
 * @may_be_jpeg: whether JPEG can be decoded
 *
 * Fluent pictures of 1280×720 or the next less, rather raw than compressed; larger ones only where there
 * are no others.
 *
 * Returns: (transfer none) (nullable): the one to take
 */
const GstStructure *
ghc_camera_modes_choose (GPtrArray *modes, gboolean may_be_jpeg)
{
  const GstStructure *best = NULL;

  for (guint i = 0; i < modes->len; i++)
    {
      const GstStructure *mode = g_ptr_array_index (modes, i);

      if (!may_be_jpeg && gst_structure_has_name (mode, "image/jpeg"))
        continue;
      if (best == NULL || is_better (mode, best))
        best = mode;
    }
  return best;
}
