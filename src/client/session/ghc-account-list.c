/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-account-list.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghc-text.h"

/* Nobody has more accounts than this. */
#define MAX_ACCOUNTS 100

void
ghc_account_entry_free (GhcAccountEntry *self)
{
  g_free (self->account_id);
  g_free (self->server_url);
  g_free (self->user_id);
  g_clear_pointer (&self->keys, gh_json_unref);
  g_free (self);
}

/**
 * ghc_account_make_id:
 *
 * Returns: (transfer full): a name for the account that is the same each time, and safe as the name of a file
 */
char *
ghc_account_make_id (const char *server_url, const char *user_id)
{
  g_autofree char *both = g_strconcat (server_url, "\n", user_id, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);

  return g_strndup (hash, 20);
}

static GhcAccountEntry *
read_entry (GhJson *json, GError **error)
{
  const char *account_id, *server_url, *user_id;
  g_autoptr (GhJson) keys = NULL;
  GhcAccountEntry *entry;

  if (!gh_json_get_string (json, "account_id", 1, 64, &account_id, error)
      || !gh_json_get_string (json, "server_url", 1, 1024, &server_url, error)
      || !gh_json_get_id (json, "user_id", GH_ID_USER, &user_id, error)
      || !gh_json_get_optional_object (json, "server_keys", &keys, error))
    return NULL;

  entry = g_new0 (GhcAccountEntry, 1);
  entry->account_id = g_strdup (account_id);
  entry->server_url = g_strdup (server_url);
  entry->user_id = g_strdup (user_id);
  entry->keys = g_steal_pointer (&keys);
  return entry;
}

static GPtrArray *
new_entries (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_account_entry_free);
}

static GPtrArray *
read_list (GBytes *bytes, GError **error)
{
  g_autoptr (GPtrArray) entries = new_entries ();
  g_autoptr (GhJson) document = gh_json_parse_bytes (bytes, error);
  g_autoptr (GhJson) accounts = NULL;
  GhJsonIter iter;
  GhJson *json;

  if (document == NULL || !gh_json_get_array (document, "accounts", MAX_ACCOUNTS, &accounts, error))
    return NULL;

  gh_json_iter_init (&iter, accounts);
  while (gh_json_iter_next (&iter, NULL, &json))
    {
      GhcAccountEntry *entry = read_entry (json, error);

      gh_json_unref (json);
      if (entry == NULL)
        return NULL;
      g_ptr_array_add (entries, entry);
    }

  return g_steal_pointer (&entries);
}

static DexFuture *
make_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return NULL;

  return dex_future_new_for_error (gh_error_new (GH_ERROR_INTERNAL, "accounts.folder", NULL, 0,
                                                 _ ("The folder %s can’t be used: %s"), folder,
                                                 g_strerror (errno)));
}

/* Nothing is thrown away: somebody may be able to read it yet. */
static DexFuture *
put_aside (const char *path, const GError *error)
{
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);

  g_message ("%s is damaged: %s", path, error->message);
  g_rename (path, aside);

  return dex_future_new_for_error (
    gh_error_new (GH_ERROR_INVALID, "accounts.damaged", NULL, 0,
                  _ ("The list of your accounts was damaged and has been put aside as %s. "
                     "Sign in again."),
                  aside));
}

/* On a thread: it waits for the disk. */
static DexFuture *
load_fiber (gpointer data)
{
  const char *path = data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  DexFuture *unusable = make_folder (path);
  GPtrArray *entries;
  char *text;
  gsize size;

  if (unusable != NULL)
    return unusable;

  if (!g_file_get_contents (path, &text, &size, &error))
    {
      if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, new_entries ());
      return dex_future_new_for_error (gh_error_new (GH_ERROR_INTERNAL, "accounts.unreadable", NULL,
                                                     0, _ ("Your accounts can’t be read: %s"),
                                                     error->message));
    }

  bytes = g_bytes_new_take (text, size);
  entries = read_list (bytes, &error);

  return entries != NULL ? dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, entries)
                         : put_aside (path, error);
}

/**
 * ghc_account_list_load:
 * @path: of the file; its folder is made when it is not there
 *
 * Returns: (transfer full): resolves to a #GPtrArray (boxed) of #GhcAccountEntry, empty when there
 *   is no file; rejects with %GH_ERROR_INVALID when the file was damaged and put aside, or with
 *   %GH_ERROR_INTERNAL when file or folder can not be used
 */
DexFuture *
ghc_account_list_load (const char *path)
{
  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, load_fiber,
                              g_strdup (path), g_free);
}

/**
 * ghc_account_list_save:
 * @entries: (element-type GhcAccountEntry)
 *
 * Returns: (transfer full): resolves to TRUE once the file is whole on disk; rejects with a #GIOErrorEnum
 */
DexFuture *
ghc_account_list_save (const char *path, GPtrArray *entries)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = NULL;

  gh_json_builder_open_array (builder, "accounts");
  for (guint i = 0; i < entries->len; i++)
    {
      GhcAccountEntry *entry = g_ptr_array_index (entries, i);

      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_string (builder, "account_id", entry->account_id);
      gh_json_builder_add_string (builder, "server_url", entry->server_url);
      gh_json_builder_add_string (builder, "user_id", entry->user_id);
      if (entry->keys != NULL)
        gh_json_builder_add_json (builder, "server_keys", entry->keys);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
  bytes = gh_json_builder_finish_bytes (builder);

  return dex_file_replace_contents_bytes (file, bytes, NULL, FALSE,
                                          G_FILE_CREATE_PRIVATE
                                            | G_FILE_CREATE_REPLACE_DESTINATION);
}
