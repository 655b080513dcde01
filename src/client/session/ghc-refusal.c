/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-refusal.h"

#include <glib/gi18n.h>

#include "gh-error.h"

/* What a server refuses with, and what is wrong with an address, a link or a name: sentences of
 * src/server and src/common, which know no languages. tests/data/check_refusals.py compares them;
 * %s is a number. */
static const char *const sentences[] = {
  /* Addresses and links */
  N_ ("An address begins with https:// or with the name"),
  N_ ("The address of a server has no username in it; leave out what is before the @"),
  N_ ("This is not the address of a server. One looks like chat.example.org"),
  N_ ("Write the name of the server with the letters a to z. International names have such a form "
      "too; it begins with xn--"),
  N_ ("Type the address of a server"),
  N_ ("This is not the name of a server"),
  N_ ("The port after the colon must be a number from 1 to 65535"),
  N_ ("This is not an invite link. One looks like guildhall://example.org/invite/…"),
  N_ ("The code of the invite is damaged. Copy the whole link again."),

  /* Accounts */
  N_ ("A username needs at least 2 characters"),
  N_ ("A username can have at most 32 characters"),
  N_ ("Usernames are written in lower case"),
  N_ ("A username can have the letters a to z, digits, dots, underscores and hyphens"),
  N_ ("A username begins with a letter"),
  N_ ("A username ends with a letter or a digit"),
  N_ ("A username can’t have two dots, underscores or hyphens in a row"),
  N_ ("This username is not available here. Choose another one."),
  N_ ("This username is taken. Choose another one."),
  N_ ("This looks like somebody else’s username. Choose another one."),
  N_ ("The password is too short. Use at least %s characters; a few unrelated words are a good "
      "choice."),
  N_ ("The password is too long. Use at most %s bytes."),
  N_ ("This password is among the first that attackers try. Choose another one; a few unrelated "
      "words are a good choice."),
  N_ ("The password must not be the username."),
  N_ ("This server doesn’t accept new accounts."),
  N_ ("You need an invite to create an account on this server."),
  N_ ("This invite doesn’t exist, has expired or is used up. Ask for a new one."),
  N_ ("The username or the password is wrong."),
  N_ ("Too many attempts with a wrong password. Wait %s seconds."),
  N_ ("This is not your current password."),
  N_ ("This account is disabled. Ask whoever runs the server."),
  N_ ("You have been away for too long. Sign in again."),
  N_ ("This sign-in was used from two places, so it was ended. Sign in again."),
  N_ ("You are no longer signed in. Sign in again."),
  N_ ("This device was signed out."),
  N_ ("There is no such person, or you share no guild with them."),

  /* Guilds and invites */
  N_ ("There is no such invite. Ask for a new one."),
  N_ ("This invite has expired. Ask for a new one."),
  N_ ("This invite has been used as often as it may be. Ask for a new one."),
  N_ ("You have %s invites to this guild that still work, which is the limit. Revoke one first."),
  N_ ("You were banned from this guild."),
  N_ ("You are in %s guilds, which is the limit. Leave one first."),
  N_ ("There is no such guild, or you are not in it."),
  N_ ("The account of this person is disabled."),
  N_ ("Only the owner of a guild can make somebody else its owner."),
  N_ ("This guild is yours already."),
  N_ ("You own this guild, so you can’t leave it. Make somebody else its owner first, or delete "
      "it."),
  N_ ("Only the owner of a guild can delete it."),
  N_ ("This is not the guild’s name. Type it exactly to delete the guild."),
  N_ ("This person is not a member of the guild."),
  N_ ("This person is banned already."),
  N_ ("This person is not banned."),

  /* Channels and messages */
  N_ ("There is no such channel, or you are not in its guild."),
  N_ ("There is no such category in this guild."),
  N_ ("This channel is private, and you are not in it."),
  N_ ("This channel is private. Somebody who is in it can invite you."),
  N_ ("You are not in this channel. Join it first."),
  N_ ("You are not in this channel."),
  N_ ("You are no longer in this channel."),
  N_ ("Only somebody who is in the channel can invite others to it."),
  N_ ("Only somebody who is in the channel can change its topic."),
  N_ ("This person is in the channel already."),
  N_ ("This guild has %s channels, which is the limit."),
  N_ ("This channel has %s overrides, which is the limit."),
  N_ ("The message is empty."),
  N_ ("The message is too long: at most %s bytes."),

  /* Roles */
  N_ ("You may not do that."),
  N_ ("You can do that only to members whose strongest role is below yours."),
  N_ ("You can do that only with roles below your strongest one."),
  N_ ("You can give and take only roles below your strongest one."),
  N_ ("You can’t give a role permissions that you don’t have yourself."),
  N_ ("You can place roles only below your strongest one."),
  N_ ("You can change only permissions that you have in this channel."),
  N_ ("This guild has %s roles, which is the limit."),
  N_ ("There is no such role in this guild."),
  N_ ("The role of everyone keeps its name and its place."),
  N_ ("The role of everyone can’t be deleted."),

  /* Calls */
  N_ ("This call is full: %s people are in it."),
  N_ ("A moderator took you out of this call."),
  N_ ("You are in a call on another device."),
  N_ ("You are not in a call on this device."),
  N_ ("This person is not in the call."),
  N_ ("This person no longer shares that."),
  N_ ("You may not share your screen or camera in this channel."),

  /* Pictures */
  N_ ("This picture no longer exists."),
  N_ ("The server can’t store pictures just now. Try again later."),
  N_ ("The part to keep lies outside the picture. Choose it again."),
  N_ ("The picture is incomplete: part of the file is missing. Download or save it again, then "
      "choose it once more."),
  N_ ("Something other than a picture is attached to this file. Open it in an image editor, save "
      "it again, and choose the new file."),
  N_ ("The picture is damaged and can’t be shown. Choose another file."),
  N_ ("This file isn’t a PNG, JPEG, WebP or AVIF picture. Choose one of these kinds."),
  N_ ("The server can’t look at pictures safely, so it doesn’t accept any. Ask whoever runs it: "
      "its kernel refused the sandbox."),
  N_ ("The server can’t look at pictures just now. Try again in a moment."),

  /* The server itself */
  N_ ("That was too fast."),
  N_ ("Too much is asked from your network at once."),
  N_ ("Too much happens here at once."),
  N_ ("The server is busy. Try again in a moment."),
  N_ ("The server has more to store than it can. Try again in a moment."),
  N_ ("The server couldn’t store this now. Try again in a moment."),
  N_ ("The server can’t reach its database. It is trying again by itself."),
  N_ ("The server can’t do this just now. Try again in a moment."),
  N_ ("The server failed to do this. Try again."),
  N_ ("Something went wrong on the server. Its log says more."),
  N_ ("Something went wrong in the server. Its log says more."),
  N_ ("Somebody else was first. Look again and retry."),
  N_ ("The server refused without saying why"),
};

/* The same, where %s is part of what somebody wrote. */
static const char *const sentences_with_text[] = {
  N_ ("Only the name of the server is needed, without “%s”"),
  N_ ("What is said to %s over http could be read on the way. Use https, or leave http:// out"),
};

static gboolean
is_known (const char *sentence)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      if (g_str_equal (sentences[i], sentence))
        return TRUE;
    }
  return FALSE;
}

/* What stands where a sentence of ours has its %s, put into its translation. */
static char *
translate_with_text (const char *message)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences_with_text); i++)
    {
      const char *sentence = sentences_with_text[i];
      gsize before = (gsize) (strstr (sentence, "%s") - sentence);
      const char *after = sentence + before + strlen ("%s");
      gsize around = before + strlen (after);
      g_autofree char *text = NULL;
      g_autoptr (GString) translated = NULL;

      if (strlen (message) <= around || strncmp (message, sentence, before) != 0
          || !g_str_has_suffix (message, after))
        continue;

      text = g_strndup (message + before, strlen (message) - around);
      translated = g_string_new (_ (sentence));
      g_string_replace (translated, "%s", text, 1);
      return g_string_free_and_steal (g_steal_pointer (&translated));
    }
  return NULL;
}

/* The same sentence in the language of who reads; NULL where it is none of ours. What came from the
 * network is only ever looked up, and never a format. */
static char *
translate (const char *message)
{
  gsize before = strcspn (message, "0123456789");
  gsize length = strspn (message + before, "0123456789");
  g_autofree char *number = g_strndup (message + before, length);
  g_autoptr (GString) pattern = NULL;

  if (is_known (message))
    return g_strdup (_ (message));
  if (length == 0)
    return translate_with_text (message);

  pattern = g_string_new_len (message, (gssize) before);
  g_string_append_printf (pattern, "%%s%s", message + before + length);
  if (!is_known (pattern->str))
    return translate_with_text (message);

  g_string_assign (pattern, _ (pattern->str));
  g_string_replace (pattern, "%s", number, 1);
  return g_string_free_and_steal (g_steal_pointer (&pattern));
}

/**
 * ghc_refusal_translate:
 * @error: (transfer full): what a server, or a parser that it shares with us, refused with
 *
 * Returns: (transfer full): @error, with its sentence in the language of who reads where we know it;
 *   code, reason and field stay
 */
GError *
ghc_refusal_translate (GError *error)
{
  char *message;

  g_return_val_if_fail (error != NULL, NULL);

  message = error->domain == GH_ERROR ? translate (error->message) : NULL;
  if (message != NULL)
    {
      g_free (error->message);
      error->message = message;
    }
  return error;
}
