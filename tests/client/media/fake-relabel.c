/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-relabel.h"

G_DEFINE_ABSTRACT_TYPE (FakeRelabel, fake_relabel, GST_TYPE_BASE_TRANSFORM)

static GstCaps *
fake_relabel_transform_caps (GstBaseTransform *base, GstPadDirection direction, GstCaps *caps, GstCaps *filter)
{
  GstElementClass *klass = GST_ELEMENT_GET_CLASS (base);
  GstPadTemplate *other = gst_element_class_get_pad_template (klass, direction == GST_PAD_SINK ? "src" : "sink");
  g_autoptr (GstCaps) able = gst_pad_template_get_caps (other);
  g_autoptr (GstCaps) made = gst_caps_new_empty ();

  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    for (guint j = 0; j < gst_caps_get_size (able); j++)
      {
        const GstStructure *from = gst_caps_get_structure (caps, i);
        GstStructure *to = gst_structure_copy (gst_caps_get_structure (able, j));

        for (const char *const *field = (const char *const[]) { "width", "height", "framerate", "pixel-aspect-ratio", NULL };
             *field != NULL; field++)
          {
            if (gst_structure_has_field (from, *field))
              gst_structure_set_value (to, *field, gst_structure_get_value (from, *field));
          }
        gst_caps_append_structure_full (made, to, gst_caps_features_copy (gst_caps_get_features (able, j)));
      }
  return filter != NULL ? gst_caps_intersect_full (filter, made, GST_CAPS_INTERSECT_FIRST) : g_steal_pointer (&made);
}

static gboolean
fake_relabel_get_unit_size (GstBaseTransform *base, GstCaps *caps, gsize *size)
{
  *size = 1;
  return TRUE;
}

static GstFlowReturn
fake_relabel_transform_ip (GstBaseTransform *base, GstBuffer *buffer)
{
  return GST_FLOW_OK;
}

static void
fake_relabel_class_init (FakeRelabelClass *klass)
{
  GstBaseTransformClass *base_class = GST_BASE_TRANSFORM_CLASS (klass);

  base_class->transform_caps = fake_relabel_transform_caps;
  base_class->get_unit_size = fake_relabel_get_unit_size;
  base_class->transform_ip = fake_relabel_transform_ip;
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "From one memory to another", "Filter/Video",
                                         "Calls pictures something else", "Guildhall");
}

static void
fake_relabel_init (FakeRelabel *self)
{
  gst_base_transform_set_in_place (GST_BASE_TRANSFORM (self), TRUE);
}

void
fake_relabel_class_set_caps (FakeRelabelClass *klass, const char *taken, const char *made)
{
  g_autoptr (GstCaps) sink = gst_caps_from_string (taken);
  g_autoptr (GstCaps) src = gst_caps_from_string (made);

  gst_element_class_add_pad_template (GST_ELEMENT_CLASS (klass),
                                      gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, sink));
  gst_element_class_add_pad_template (GST_ELEMENT_CLASS (klass),
                                      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, src));
}
