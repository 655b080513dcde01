/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

/**
 * FakeRelabel:
 *
 * Stands for what brings pictures from one kind of memory to another where there is no graphics card: they stay
 * where they are, and are called something else. A subclass sets in its class_init what comes in and what goes
 * out; size and rate stay the same.
 */
#define FAKE_TYPE_RELABEL (fake_relabel_get_type ())
G_DECLARE_DERIVABLE_TYPE (FakeRelabel, fake_relabel, FAKE, RELABEL, GstBaseTransform)

struct _FakeRelabelClass
{
  GstBaseTransformClass parent_class;
};

/* Of a subclass in its class_init: what it takes and what it makes of that, each as caps. */
void fake_relabel_class_set_caps (FakeRelabelClass *klass, const char *taken, const char *made);

G_END_DECLS
