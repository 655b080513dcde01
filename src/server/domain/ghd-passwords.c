/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-passwords.h"

#include "gh-error.h"
#include "gh-limits.h"

#include <gio/gio.h>
#include <string.h>

#include "ghd-domain-resources.h"

/*
 * What a password must be: long enough, and not one of those that are tried first. There are no
 * rules of composition: they make passwords worse (NIST SP 800-63B, section 5.1.1.2).
 */

#define COMMON_PATH "/org/guildhall/guildhalld/domain/common-passwords.txt"

static GBytes *
load_common (void)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  g_resources_register (ghd_domain_get_resource ());
  bytes = g_resources_lookup_data (COMMON_PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  if (bytes == NULL)
    g_error ("The list of common passwords is missing from the program: %s", error->message);

  return bytes;
}

/* The line that begins at or before @at, as a comparison with @text. */
static int
compare_line (const char *data, gsize size, gsize at, const char *text, gsize *begin, gsize *end)
{
  gsize length = strlen (text);
  int order;

  *begin = at;
  while (*begin > 0 && data[*begin - 1] != '\n')
    (*begin)--;
  *end = at;
  while (*end < size && data[*end] != '\n')
    (*end)++;

  order = memcmp (text, data + *begin, MIN (length, *end - *begin));
  if (order == 0 && length != *end - *begin)
    order = length < *end - *begin ? -1 : 1;

  return order;
}

/**
 * ghd_password_is_common:
 *
 * Returns: whether @password is in the list, in whatever case; found by halving the sorted list
 */
gboolean
ghd_password_is_common (const char *password)
{
  static gsize once = 0;
  static GBytes *list = NULL;
  g_autofree char *lower = NULL;
  const char *data;
  gsize size, low = 0, high;
  gboolean found = FALSE;

  g_return_val_if_fail (password != NULL, FALSE);

  if (g_once_init_enter (&once))
    {
      list = load_common ();
      g_once_init_leave (&once, 1);
    }

  lower = g_utf8_strdown (password, -1);
  data = g_bytes_get_data (list, &size);
  high = size;
  while (low < high && !found)
    {
      gsize begin, end;
      int order = compare_line (data, size, low + (high - low) / 2, lower, &begin, &end);

      if (order == 0)
        found = TRUE;
      else if (order < 0)
        high = begin;
      else
        low = end + 1;
    }

  gh_secret_wipe (lower, strlen (lower));

  return found;
}

static gboolean
is_one_character (const char *password)
{
  gunichar first = g_utf8_get_char (password);

  for (const char *p = password; *p != '\0'; p = g_utf8_next_char (p))
    if (g_utf8_get_char (p) != first)
      return FALSE;

  return TRUE;
}

/**
 * ghd_password_check:
 * @password: valid UTF-8
 * @username: (nullable): whose password it is to be
 * @min_chars: the setting password-min
 * @field: the argument that an error concerns
 */
gboolean
ghd_password_check (const char *password, const char *username, gint64 min_chars, const char *field,
                    GError **error)
{
  g_return_val_if_fail (password != NULL, FALSE);

  if (g_utf8_strlen (password, -1) < min_chars)
    return gh_set_error (error, GH_ERROR_INVALID, "password.short", field,
                         "The password is too short. Use at least %" G_GINT64_FORMAT
                         " characters; a few unrelated words are a good choice.",
                         min_chars);
  if (strlen (password) > GH_LIMIT_PASSWORD)
    return gh_set_error (error, GH_ERROR_INVALID, "password.long", field,
                         "The password is too long. Use at most %d bytes.", GH_LIMIT_PASSWORD);
  if (is_one_character (password) || ghd_password_is_common (password))
    return gh_set_error (error, GH_ERROR_INVALID, "password.common", field,
                         "This password is among the first that attackers try. Choose another one; "
                         "a few unrelated words are a good choice.");
  if (username != NULL && g_ascii_strcasecmp (password, username) == 0)
    return gh_set_error (error, GH_ERROR_INVALID, "password.username", field,
                         "The password must not be the username.");

  return TRUE;
}
