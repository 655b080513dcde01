/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-avatar.h"

#include <libdex.h>

struct _GhcAvatar
{
  GtkWidget   parent_instance;
  GhcSession *session;
  GhcUser    *user;
  GhcGuild   *guild;
  GtkWidget  *initials;
  GtkWidget  *picture;
  int         size;
  guint       color_index;
  guint       n_updates;
};

typedef enum { PROP_SESSION = 1, PROP_USER, PROP_GUILD, PROP_SIZE, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcAvatar, ghc_avatar, GTK_TYPE_WIDGET)

/* The decoded picture stays with the bytes' owner, so that a hundred rows of one person decode it once. */
static GQuark
texture_quark (void)
{
  return g_quark_from_static_string ("ghc-avatar-texture");
}

typedef struct
{
  GBytes     *bytes;
  GdkTexture *texture;
} Decoded;

static void
decoded_free (gpointer data)
{
  Decoded *decoded = data;

  g_bytes_unref (decoded->bytes);
  g_object_unref (decoded->texture);
  g_free (decoded);
}

static GObject *
get_subject (GhcAvatar *self)
{
  return self->user != NULL ? G_OBJECT (self->user) : G_OBJECT (self->guild);
}

static GBytes *
get_bytes (GhcAvatar *self)
{
  if (self->user != NULL)
    return ghc_user_get_image (self->user);
  return self->guild != NULL ? ghc_guild_get_icon (self->guild) : NULL;
}

static void
show_texture (GhcAvatar  *self,
              GdkTexture *texture)
{
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_widget_set_visible (self->picture, texture != NULL);
  gtk_widget_set_visible (self->initials, texture == NULL);
}

typedef struct
{
  GhcAvatar *self;
  GObject   *subject;
  GBytes    *bytes;
  guint      update;
} Decode;

static void
decode_free (gpointer data)
{
  Decode *decode = data;

  g_object_unref (decode->self);
  g_object_unref (decode->subject);
  g_bytes_unref (decode->bytes);
  g_free (decode);
}

static DexFuture *
decode_on_thread (gpointer data)
{
  GdkTexture *texture;
  GError *error = NULL;

  texture = gdk_texture_new_from_bytes (data, &error);
  return texture != NULL ? dex_future_new_take_object (texture) : dex_future_new_for_error (error);
}

static DexFuture *
decode_fiber (gpointer data)
{
  Decode *decode = data;
  g_autoptr (GdkTexture) texture = NULL;
  Decoded *decoded;

  texture = dex_await_object (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, decode_on_thread,
                                                   g_bytes_ref (decode->bytes), (GDestroyNotify) g_bytes_unref),
                              NULL);
  if (texture == NULL)
    return dex_future_new_false ();

  decoded = g_new0 (Decoded, 1);
  decoded->bytes = g_bytes_ref (decode->bytes);
  decoded->texture = g_object_ref (texture);
  g_object_set_qdata_full (decode->subject, texture_quark (), decoded, decoded_free);

  if (decode->self->n_updates == decode->update)
    show_texture (decode->self, texture);
  return dex_future_new_true ();
}

static void
update_picture (GhcAvatar *self)
{
  GObject *subject = get_subject (self);
  GBytes *bytes = get_bytes (self);
  Decoded *decoded = subject != NULL ? g_object_get_qdata (subject, texture_quark ()) : NULL;
  Decode *decode;

  self->n_updates++;
  if (bytes == NULL)
    {
      show_texture (self, NULL);
      return;
    }

  if (decoded != NULL && decoded->bytes == bytes)
    {
      show_texture (self, decoded->texture);
      return;
    }

  decode = g_new0 (Decode, 1);
  decode->self = g_object_ref (self);
  decode->subject = g_object_ref (subject);
  decode->bytes = g_bytes_ref (bytes);
  decode->update = self->n_updates;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, decode_fiber, decode, decode_free));
}

static void
load_picture (GhcAvatar *self)
{
  guint pixels = self->size * gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->session == NULL)
    return;
  if (self->user != NULL && ghc_user_get_image_id (self->user) != NULL && ghc_user_get_image (self->user) == NULL)
    dex_future_disown (ghc_session_load_user_image (self->session, self->user, pixels));
  else if (self->user == NULL && self->guild != NULL && ghc_guild_get_icon_id (self->guild) != NULL
           && ghc_guild_get_icon (self->guild) == NULL)
    dex_future_disown (ghc_session_load_guild_icon (self->session, self->guild, pixels));
}

static void
update (GhcAvatar *self)
{
  g_autofree char *old_class = g_strdup_printf ("id-color-%u", self->color_index);
  g_autofree char *new_class = NULL;
  const char *initials = "";

  if (self->user != NULL)
    {
      initials = ghc_user_get_initials (self->user);
      self->color_index = ghc_user_get_color_index (self->user);
    }
  else if (self->guild != NULL)
    {
      initials = ghc_guild_get_initials (self->guild);
      self->color_index = ghc_guild_get_color_index (self->guild);
    }

  gtk_label_set_label (GTK_LABEL (self->initials), initials);
  new_class = g_strdup_printf ("id-color-%u", self->color_index);
  gtk_widget_remove_css_class (GTK_WIDGET (self), old_class);
  gtk_widget_add_css_class (GTK_WIDGET (self), new_class);
  if (self->user == NULL && self->guild != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "guild");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "guild");

  update_picture (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    load_picture (self);
}

static void
on_subject_notify (GhcAvatar  *self,
                   GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "image") || g_str_equal (pspec->name, "icon"))
    update_picture (self);
  else if (g_str_equal (pspec->name, "initials") || g_str_equal (pspec->name, "image-id")
           || g_str_equal (pspec->name, "icon-id"))
    update (self);
}

static void
set_subject (GhcAvatar *self,
             gpointer  *field,
             gpointer   subject)
{
  if (*field == subject)
    return;

  if (*field != NULL)
    g_signal_handlers_disconnect_by_func (*field, on_subject_notify, self);
  g_set_object ((GObject **) field, subject);
  if (subject != NULL)
    g_signal_connect_object (subject, "notify", G_CALLBACK (on_subject_notify), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
set_size (GhcAvatar *self,
          int        size)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  self->size = size;
  gtk_widget_set_size_request (GTK_WIDGET (self), size, size);
  pango_attr_list_insert (attributes, pango_attr_size_new_absolute (size * 2 / 5 * PANGO_SCALE));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (GTK_LABEL (self->initials), attributes);
  pango_attr_list_unref (attributes);
}

static void
ghc_avatar_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  /* Pictures and letters fit the size; they never decide it. */
  *minimum = *natural = GHC_AVATAR (widget)->size;
}

static void
ghc_avatar_size_allocate (GtkWidget *widget,
                          int        width,
                          int        height,
                          int        baseline)
{
  GhcAvatar *self = GHC_AVATAR (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_should_layout (child))
      {
        int least = 0;

        gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
        gtk_widget_allocate (child, MAX (width, least), MAX (height, self->size), -1, NULL);
      }
}

static void
ghc_avatar_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ghc_avatar_parent_class)->map (widget);

  load_picture (GHC_AVATAR (widget));
}

static void
ghc_avatar_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  GhcAvatar *self = GHC_AVATAR (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)) && gtk_widget_get_mapped (GTK_WIDGET (self)))
        load_picture (self);
      break;
    case PROP_USER:
      set_subject (self, (gpointer *) &self->user, g_value_get_object (value));
      break;
    case PROP_GUILD:
      set_subject (self, (gpointer *) &self->guild, g_value_get_object (value));
      break;
    case PROP_SIZE:
      set_size (self, g_value_get_int (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_avatar_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  GhcAvatar *self = GHC_AVATAR (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_USER:
      g_value_set_object (value, self->user);
      break;
    case PROP_GUILD:
      g_value_set_object (value, self->guild);
      break;
    case PROP_SIZE:
      g_value_set_int (value, self->size);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_avatar_dispose (GObject *object)
{
  GhcAvatar *self = GHC_AVATAR (object);

  if (self->user != NULL)
    g_signal_handlers_disconnect_by_func (self->user, on_subject_notify, self);
  if (self->guild != NULL)
    g_signal_handlers_disconnect_by_func (self->guild, on_subject_notify, self);
  g_clear_object (&self->user);
  g_clear_object (&self->guild);
  g_clear_object (&self->session);
  g_clear_pointer (&self->initials, gtk_widget_unparent);
  g_clear_pointer (&self->picture, gtk_widget_unparent);

  G_OBJECT_CLASS (ghc_avatar_parent_class)->dispose (object);
}

static void
ghc_avatar_class_init (GhcAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_avatar_set_property;
  object_class->get_property = ghc_avatar_get_property;
  object_class->dispose = ghc_avatar_dispose;
  widget_class->measure = ghc_avatar_measure;
  widget_class->size_allocate = ghc_avatar_size_allocate;
  widget_class->map = ghc_avatar_map;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_USER] = g_param_spec_object ("user", NULL, NULL, GHC_TYPE_USER, flags);
  properties[PROP_GUILD] = g_param_spec_object ("guild", NULL, NULL, GHC_TYPE_GUILD, flags);
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 8, 512, 40, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ghc-avatar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ghc_avatar_init (GhcAvatar *self)
{
  self->initials = gtk_label_new (NULL);
  self->picture = gtk_picture_new ();
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture), GTK_CONTENT_FIT_COVER);
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  gtk_widget_set_visible (self->picture, FALSE);
  gtk_widget_set_parent (self->initials, GTK_WIDGET (self));
  gtk_widget_set_parent (self->picture, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  set_size (self, 40);
}

GtkWidget *
ghc_avatar_new (GhcSession *session,
                int         size)
{
  return g_object_new (GHC_TYPE_AVATAR, "session", session, "size", size, NULL);
}
