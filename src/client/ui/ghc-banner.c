/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-banner.h"

#include <libdex.h>

#define HEIGHT 96
#define STRIP_HEIGHT 48

struct _GhcBanner
{
  GtkWidget   parent_instance;
  GhcSession *session;
  GhcUser    *user;
  GdkTexture *texture;
  guint       n_updates;
};

typedef enum { PROP_SESSION = 1, PROP_USER, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcBanner, ghc_banner, GTK_TYPE_WIDGET)

typedef struct
{
  GhcBanner *self;
  GBytes    *bytes;
  guint      update;
} Decode;

static void
decode_free (gpointer data)
{
  Decode *decode = data;

  g_object_unref (decode->self);
  g_bytes_unref (decode->bytes);
  g_free (decode);
}

static DexFuture *
decode_on_thread (gpointer data)
{
  GError *error = NULL;
  GdkTexture *texture = gdk_texture_new_from_bytes (data, &error);

  return texture != NULL ? dex_future_new_take_object (texture) : dex_future_new_for_error (error);
}

static void
set_texture (GhcBanner  *self,
             GdkTexture *texture)
{
  if (g_set_object (&self->texture, texture))
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static DexFuture *
decode_fiber (gpointer data)
{
  Decode *decode = data;
  g_autoptr (GdkTexture) texture = NULL;

  texture = dex_await_object (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, decode_on_thread,
                                                   g_bytes_ref (decode->bytes), (GDestroyNotify) g_bytes_unref),
                              NULL);
  if (texture != NULL && decode->self->n_updates == decode->update)
    set_texture (decode->self, texture);
  return dex_future_new_for_boolean (texture != NULL);
}

static void
update (GhcBanner *self)
{
  GBytes *bytes = self->user != NULL ? ghc_user_get_banner (self->user) : NULL;
  Decode *decode;

  self->n_updates++;
  if (bytes != NULL)
    {
      decode = g_new0 (Decode, 1);
      decode->self = g_object_ref (self);
      decode->bytes = g_bytes_ref (bytes);
      decode->update = self->n_updates;
      dex_future_disown (dex_scheduler_spawn (NULL, 0, decode_fiber, decode, decode_free));
      return;
    }

  set_texture (self, NULL);
  if (self->session != NULL && self->user != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    dex_future_disown (ghc_session_load_user_banner (self->session, self->user,
                                                     HEIGHT * gtk_widget_get_scale_factor (GTK_WIDGET (self))));
}

static void
set_user (GhcBanner *self,
          GhcUser   *user)
{
  if (self->user == user)
    return;

  if (self->user != NULL)
    {
      g_autofree char *color = g_strdup_printf ("id-color-%u", ghc_user_get_color_index (self->user));

      gtk_widget_remove_css_class (GTK_WIDGET (self), color);
      g_signal_handlers_disconnect_by_func (self->user, update, self);
    }
  g_set_object (&self->user, user);
  if (user != NULL)
    {
      g_autofree char *color = g_strdup_printf ("id-color-%u", ghc_user_get_color_index (user));

      gtk_widget_add_css_class (GTK_WIDGET (self), color);
      g_signal_connect_object (user, "notify::banner-id", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (user, "notify::banner", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
ghc_banner_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  int height = GHC_BANNER (widget)->texture != NULL ? HEIGHT : STRIP_HEIGHT;

  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? height : HEIGHT * GHC_BANNER_RATIO;
}

/* Fills the place, from the middle. */
static void
ghc_banner_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  GhcBanner *self = GHC_BANNER (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double scale, to_width, to_height;

  if (self->texture == NULL)
    return;

  scale = MAX (width / gdk_texture_get_width (self->texture), height / gdk_texture_get_height (self->texture));
  to_width = gdk_texture_get_width (self->texture) * scale;
  to_height = gdk_texture_get_height (self->texture) * scale;
  gtk_snapshot_append_scaled_texture (snapshot, self->texture, GSK_SCALING_FILTER_TRILINEAR,
                                      &GRAPHENE_RECT_INIT ((float) ((width - to_width) / 2),
                                                           (float) ((height - to_height) / 2), (float) to_width,
                                                           (float) to_height));
}

static void
ghc_banner_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ghc_banner_parent_class)->map (widget);

  update (GHC_BANNER (widget));
}

static void
ghc_banner_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  GhcBanner *self = GHC_BANNER (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)))
        update (self);
      break;
    case PROP_USER:
      set_user (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_banner_dispose (GObject *object)
{
  GhcBanner *self = GHC_BANNER (object);

  self->n_updates++;
  g_clear_object (&self->session);
  g_clear_object (&self->user);
  g_clear_object (&self->texture);

  G_OBJECT_CLASS (ghc_banner_parent_class)->dispose (object);
}

static void
ghc_banner_class_init (GhcBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ghc_banner_set_property;
  object_class->dispose = ghc_banner_dispose;
  widget_class->measure = ghc_banner_measure;
  widget_class->snapshot = ghc_banner_snapshot;
  widget_class->map = ghc_banner_map;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ghc-banner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ghc_banner_init (GhcBanner *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
