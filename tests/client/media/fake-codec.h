/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What a bin is made of that stands for an encoder or a decoder of a graphics card, where there is none. */

/* Of its class, in class_init: what it takes and what it makes of that, each as caps. */
void fake_codec_class_set_caps (GstBinClass *klass, const char *taken, const char *made);

/* In init: it works as the elements of @description do; @on_work (nullable) hears of each buffer that comes in, with
 * @self. */
void fake_codec_work_by (GstBin *self, const char *description, GstPadProbeCallback on_work);

G_END_DECLS
