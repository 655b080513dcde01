/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdTemplateValue:
 * @name: stands for itself in double braces: {{name}}
 * @text: (nullable): escaped where it is put, so that it can be anything
 * @html: (nullable): put as it is, instead of @text
 */
typedef struct
{
  const char *name;
  const char *text;
  const char *html;
} GhdTemplateValue;

GBytes *ghd_template_fill (GBytes *page, const GhdTemplateValue *values, gsize n_values);

G_END_DECLS
