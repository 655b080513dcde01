/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "gh-id.h"
#include "ghc-operation.h"

#include <glib/gi18n.h>

typedef struct
{
  GhcSession *self;
  GObject *subject; /* a GhcUser or GhcGuild whose picture is wanted */
  char *media_id;
  GhJson *data;
  GBytes *image;
  GhcTransfer *transfer;
  const char *operation;
  guint size;
} Task;

static void
task_free (Task *task)
{
  g_object_unref (task->self);
  g_clear_object (&task->subject);
  g_clear_pointer (&task->data, gh_json_unref);
  g_clear_pointer (&task->image, g_bytes_unref);
  g_clear_object (&task->transfer);
  g_free (task->media_id);
  g_free (task);
}

/* @data: (transfer full) (nullable) */
static Task *
task_new (GhcSession *self, const char *operation, GhJson *data)
{
  Task *task = g_new0 (Task, 1);

  task->self = g_object_ref (self);
  task->operation = operation;
  task->data = data;

  return task;
}

static DexFuture *
spawn (Task *task, DexFiberFunc fiber)
{
  return ghc_session_spawn (task->self, fiber, task, (GDestroyNotify) task_free);
}

/* The reply is a profile: it is in the model when the future resolves. */
static DexFuture *
profile_fiber (gpointer data)
{
  Task *task = data;
  GhcSession *self = task->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) reply = NULL;

  if (task->image != NULL)
    reply = dex_await_boxed (ghc_session_upload (self, task->operation, task->data, task->image,
                                                 task->transfer),
                             &error);
  else
    reply = dex_await_boxed (ghc_session_request (self, task->operation, task->data), &error);
  if (reply == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  if (ghc_account_fold_profile (self->account, reply) == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_INVALID, "profile.invalid", NULL, 0,
                            _ ("The server’s answer can’t be understood.")));
  ghc_session_keep_profile (self, reply);

  return dex_future_new_true ();
}

DexFuture *
ghc_session_set_profile (GhcSession *self, const char *display_name, const char *bio)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return spawn (task_new (self, "profile.set",
                          ghc_data_new ("o", "display_name", display_name, "o", "bio", bio, NULL)),
                profile_fiber);
}

DexFuture *
ghc_session_set_status (GhcSession *self, const char *status, gint64 expires_in_s)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (status != NULL, NULL);
  g_return_val_if_fail (expires_in_s >= 0, NULL);

  return spawn (task_new (self, "profile.set",
                          ghc_data_new ("s", "status", status, "i", "status_expires_in_s",
                                        expires_in_s, NULL)),
                profile_fiber);
}

DexFuture *
ghc_session_set_profile_picture (GhcSession *self, GhcProfilePicture kind, GBytes *image,
                                 int crop_x, int crop_y, int crop_size, GhcTransfer *transfer)
{
  g_autofree char *crop = NULL;
  gsize limit;
  Task *task;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (image != NULL, NULL);

  limit = self->server != NULL ? ghc_server_info_get_image_bytes (self->server) : GH_LIMIT_IMAGE;
  if (g_bytes_get_size (image) > limit)
    {
      g_autofree char *most = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);

      return dex_future_new_for_error (
        gh_error_new (GH_ERROR_TOO_LARGE, "image.too_large", "image", 0,
                      _ ("This picture is too large. It may have at most %s."), most));
    }

  if (crop_size > 0)
    crop = g_strdup_printf ("%d,%d,%d", crop_x, crop_y, crop_size);
  task = task_new (self, kind == GHC_PROFILE_BANNER ? "profile.set_banner" : "profile.set_image",
                   ghc_data_new ("o", "crop", crop, NULL));
  task->image = g_bytes_ref (image);
  g_set_object (&task->transfer, transfer);

  return spawn (task, profile_fiber);
}

DexFuture *
ghc_session_remove_profile_picture (GhcSession *self, GhcProfilePicture kind)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return spawn (task_new (self,
                          kind == GHC_PROFILE_BANNER ? "profile.remove_banner"
                                                     : "profile.remove_image",
                          gh_json_new_empty_object ()),
                profile_fiber);
}

DexFuture *
ghc_session_load_profile (GhcSession *self, GhcUser *user)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_USER (user), NULL);

  return spawn (task_new (self, "profile.get",
                          ghc_data_new ("s", "user_id", ghc_user_get_user_id (user), NULL)),
                profile_fiber);
}

DexFuture *
ghc_session_set_password (GhcSession *self, const char *password, const char *new_password)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (password != NULL, NULL);
  g_return_val_if_fail (new_password != NULL, NULL);

  return ghc_session_do (self, "account.set_password",
                         ghc_data_new ("s", "password", password, "s", "new_password", new_password,
                                       NULL));
}

static gpointer
read_device (GhcSession *self, GhJson *element, GError **error)
{
  return ghc_device_new_from_json (element, error);
}

DexFuture *
ghc_session_list_devices (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return ghc_session_list (self, "session.list", gh_json_new_empty_object (), "devices",
                           GHC_TYPE_DEVICE, read_device, NULL);
}

DexFuture *
ghc_session_revoke_device (GhcSession *self, GhcDevice *device)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_DEVICE (device), NULL);

  return ghc_session_do (self, "session.revoke",
                         ghc_data_new ("s", "device_id", ghc_device_get_device_id (device), NULL));
}

DexFuture *
ghc_session_fetch_media (GhcSession *self, const char *media_id, guint size)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (media_id != NULL, NULL);

  return ghc_media_fetch (self->media, media_id, size);
}

static DexFuture *
picture_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
    dex_await_boxed (ghc_media_fetch (task->self->media, task->media_id, task->size), &error);

  if (bytes == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* It may have changed while it was on its way. */
  if (GHC_IS_USER (task->subject)
      && g_strcmp0 (ghc_user_get_image_id (GHC_USER (task->subject)), task->media_id) == 0)
    ghc_user_set_image (GHC_USER (task->subject), bytes);
  else if (GHC_IS_USER (task->subject)
           && g_strcmp0 (ghc_user_get_banner_id (GHC_USER (task->subject)), task->media_id) == 0)
    ghc_user_set_banner (GHC_USER (task->subject), bytes);
  else if (GHC_IS_GUILD (task->subject)
           && g_strcmp0 (ghc_guild_get_icon_id (GHC_GUILD (task->subject)), task->media_id) == 0)
    ghc_guild_set_icon (GHC_GUILD (task->subject), bytes);

  return dex_future_new_true ();
}

static DexFuture *
load_picture (GhcSession *self, gpointer subject, const char *media_id, guint size)
{
  Task *task = task_new (self, NULL, NULL);

  g_set_object (&task->subject, subject);
  task->media_id = g_strdup (media_id);
  task->size = size;

  return spawn (task, picture_fiber);
}

DexFuture *
ghc_session_load_user_image (GhcSession *self, GhcUser *user, guint size)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_USER (user), NULL);

  if (ghc_user_get_image_id (user) == NULL || ghc_user_get_image (user) != NULL)
    return dex_future_new_true ();

  return load_picture (self, user, ghc_user_get_image_id (user), size);
}

DexFuture *
ghc_session_load_user_banner (GhcSession *self, GhcUser *user, guint height)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_USER (user), NULL);

  if (ghc_user_get_banner_id (user) == NULL || ghc_user_get_banner (user) != NULL)
    return dex_future_new_true ();

  return load_picture (self, user, ghc_user_get_banner_id (user), height);
}

DexFuture *
ghc_session_load_guild_icon (GhcSession *self, GhcGuild *guild, guint size)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  if (ghc_guild_get_icon_id (guild) == NULL || ghc_guild_get_icon (guild) != NULL)
    return dex_future_new_true ();

  return load_picture (self, guild, ghc_guild_get_icon_id (guild), size);
}
