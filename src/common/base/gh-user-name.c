/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-user-name.h"

#include "gh-error.h"

#include <string.h>

static gboolean
is_separator (char c)
{
  return c == '.' || c == '_' || c == '-';
}

/* What is wrong with a name, as a sentence; NULL when nothing is. */
static const char *
complaint (const char *name)
{
  gsize length = strnlen (name, GH_USER_NAME_MAX + 1);

  if (length < GH_USER_NAME_MIN)
    return "A username needs at least 2 characters";
  if (length > GH_USER_NAME_MAX)
    return "A username can have at most 32 characters";
  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isupper (name[i]))
        return "Usernames are written in lower case";
      if (!g_ascii_islower (name[i]) && !g_ascii_isdigit (name[i]) && !is_separator (name[i]))
        return "A username can have the letters a to z, digits, dots, underscores and hyphens";
    }
  if (!g_ascii_islower (name[0]))
    return "A username begins with a letter";
  if (is_separator (name[length - 1]))
    return "A username ends with a letter or a digit";
  for (gsize i = 1; i < length; i++)
    {
      if (is_separator (name[i]) && is_separator (name[i - 1]))
        return "A username can’t have two dots, underscores or hyphens in a row";
    }
  return NULL;
}

/**
 * gh_user_name_is_valid:
 * @name: (nullable): a user name, without `@` and host
 *
 * Returns: whether it follows the rules of gh_user_name_check()
 */
gboolean
gh_user_name_is_valid (const char *name)
{
  return name != NULL && complaint (name) == NULL;
}

/**
 * gh_user_name_check:
 * @name: a user name, perhaps from the network
 * @field: (nullable): the field to name in the error
 * @error: return location
 *
 * The rules: 2 to 32 of a-z, 0-9, dot, underscore and hyphen; a letter first, a letter or digit last,
 * no two of the three marks in a row.
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "username.invalid", and a sentence that says which
 *   rule
 */
gboolean
gh_user_name_check (const char *name, const char *field, GError **error)
{
  const char *sentence;

  g_return_val_if_fail (name != NULL, FALSE);

  sentence = complaint (name);
  if (sentence == NULL)
    return TRUE;
  return gh_set_error (error, GH_ERROR_INVALID, "username.invalid", field, "%s", sentence);
}

/**
 * gh_user_name_skeleton:
 * @name: a valid user name
 *
 * Two names that a person could take for each other have the same skeleton (as in UTS 39 section 4,
 * for our small alphabet): dots, underscores and hyphens do not count, 0 is o, 1 and i are l, m is rn
 * and w is vv. Long forms, so that overlapping pairs ("vvv") have one result.
 *
 * Returns: (transfer full): its skeleton, to be kept unique; not for people's eyes
 */
char *
gh_user_name_skeleton (const char *name)
{
  GString *out;

  g_return_val_if_fail (name != NULL, NULL);

  out = g_string_sized_new (GH_USER_NAME_MAX);
  for (const char *c = name; *c != '\0'; c++)
    {
      switch (*c)
        {
        case '.':
        case '_':
        case '-':
          break;
        case '0':
          g_string_append_c (out, 'o');
          break;
        case '1':
        case 'i':
          g_string_append_c (out, 'l');
          break;
        case 'm':
          g_string_append (out, "rn");
          break;
        case 'w':
          g_string_append (out, "vv");
          break;
        default:
          g_string_append_c (out, *c);
        }
    }
  return g_string_free_and_steal (out);
}
